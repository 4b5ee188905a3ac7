/** Settings of a program by which Liquibase empties the schema at each start, before it runs the changelog. */
import { dictionary } from "../text/dictionary.ts";
import type { FileProblem } from "./file-problem.ts";
import type { FolderView } from "./layouts/layout.ts";
import { ancestors, join } from "./paths.ts";

const endings = ["properties", "yml", "yaml"];
/** Settings for every profile; one of production's may take that back. */
const names = endings.map((ending) => `application.${ending}`);
const ofProduction = ["prod", "production"].flatMap((profile) =>
  endings.map((ending) => `application-${profile}.${ending}`),
);
const homes = ["", "config/"];

/** Spring's, and Quarkus's. */
const inProperties =
  /^[ \t]*(spring\.liquibase\.drop-?first|quarkus\.liquibase\.clean-at-start)[ \t]*[=:][ \t]*(true|false)[ \t]*$/im;
const inYaml = /^([ \t]+)(drop-?first|clean-at-start)[ \t]*:[ \t]*["']?(true|false)\b/gim;
const frameworks = dictionary({ dropfirst: "spring", "drop-first": "spring", "clean-at-start": "quarkus" });
const longest = 65_536;

/** A document of YAML, or a part of properties, that is for some profiles only. */
const forProfiles = /\bon-profile\b|^[ \t]*profiles[ \t]*:|\bspring\.profiles[ \t]*[=:]|^---|^#---/m;

export function droppedAtStart(view: FolderView): readonly FileProblem[] {
  if (/(?:^|\/)src\/test\//.test(`${view.root}/`)) return [];
  for (const [up, folder] of ancestors(view.root, 6).entries()) {
    const read = (name: string): string | undefined =>
      view.read(`${"../".repeat(up)}${name}`)?.slice(0, longest);
    for (const name of homes.flatMap((home) => names.map((one) => home + one))) {
      const text = read(name) ?? "";
      const found = statedIn(name, text);
      // Of a file of several documents, which one is for what isn't read.
      if (found?.isOn !== true || forProfiles.test(text)) continue;
      const isOff = homes.some((home) =>
        ofProduction.some((one) => statedIn(one, read(home + one) ?? "")?.isOn === false),
      );
      if (isOff) return [];
      const { key, span } = found;
      return [
        {
          rule: "dropped-at-start",
          path: join(folder, name),
          span,
          text,
          message: `${key} is on in every profile: each start drops all tables`,
        },
      ];
    }
  }
  return [];
}

const firstOf = (text: string) => Array.from(text.matchAll(inYaml)).slice(0, 20);

function statedIn(name: string, text: string) {
  if (name.endsWith(".properties")) {
    const found = inProperties.exec(text);
    const [all = "", key = "", value = ""] = found ?? [];
    if (found === null) return undefined;
    const start = found.index + all.indexOf(key);
    return { key, isOn: value.toLowerCase() === "true", span: { start, end: start + key.length } };
  }
  // Whoever writes the key thousands of times is to cost no time.
  for (const { index, 1: indent = "", 2: key = "", 3: value = "" } of firstOf(text)) {
    const parents = parentsOf(text.slice(0, index).split("\n"), indent.length);
    if (parents.join(".") !== `${frameworks[key.toLowerCase()] ?? ""}.liquibase`) continue;
    const start = index + indent.length;
    return {
      key: [...parents, key].join("."),
      isOn: value.toLowerCase() === "true",
      span: { start, end: start + key.length },
    };
  }
  return undefined;
}

/** The keys above a line of YAML that is indented so far, outermost first. */
function parentsOf(lines: readonly string[], indent: number): readonly string[] {
  const found: string[] = [];
  let least = indent;
  for (const line of lines.toReversed()) {
    const [, blanks = "", key] = /^([ \t]*)["']?([\w.%-]{1,60})["']?[ \t]*:/.exec(line) ?? [];
    if (key === undefined || blanks.length >= least) continue;
    found.unshift(key);
    least = blanks.length;
    if (least === 0) break;
  }
  return found;
}
