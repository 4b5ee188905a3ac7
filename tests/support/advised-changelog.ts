/** Follows advice for Liquibase: changesets in place of one, or behind it in place of one of its changes. */
import type { Way } from "./advised.ts";

export const inChangelog: Way = {
  isCode: (text) => /<changeSet |- changeSet:|"changeSet":/.test(text),
  apply(files, { instead = "", file, line }) {
    const source = files[file] ?? "";
    const change = /\.xml$/.test(file) ? inXml : /\.json$/.test(file) ? inJson : inYaml;
    return { ...files, [file]: change(source, instead, line) };
  },
};

const head = /^[^]*?\n(?=\s*<changeSet )/;

function inXml(source: string, advice: string, line: number): string {
  const whole = /^\s*<changeSet [^]*?<\/changeSet>\n?/gm;
  const start = source.split("\n").slice(0, line).join("\n").length;
  const texts = advice
    .split("\n")
    .filter((one) => !/^<!-- .* -->$/.test(one))
    .map((one) => `  ${one}`);
  const changesets = source.slice(head.exec(source)?.[0].length ?? 0).match(whole) ?? [];
  const moved = /<!-- take (\w+) out of the changeset/.exec(advice)?.[1];
  const own = changesets.find(
    (one) => source.indexOf(one) <= start && start <= source.indexOf(one) + one.length,
  );
  if (own === undefined) throw new Error(`no changeset at line ${line}`);
  const left =
    moved === undefined
      ? ""
      : own.replace(new RegExp(`^\\s*<${moved}\\b(?:[^<>]*/>|[^]*?</${moved}>)\\n`, "m"), "");
  return source.replace(own, () => `${left}${texts.join("\n")}\n`);
}

const inYaml = (_source: string, advice: string): string =>
  `databaseChangeLog:\n${advice
    .split("\n")
    .filter((one) => !one.startsWith("#"))
    .join("\n")}\n`;

const inJson = (_source: string, advice: string): string =>
  `{ "databaseChangeLog": [\n${advice
    .split("\n")
    .filter((one) => !one.startsWith("//"))
    .join("\n")
    .replaceAll(/^\} \}\n(?=\{)/gm, "} },\n")}\n] }\n`;
