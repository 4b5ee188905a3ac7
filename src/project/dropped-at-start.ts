/** Settings of a program by which its tool empties the schema at each start, or Hibernate makes its tables anew. */
import type { FileProblem } from "./file-problem.ts";
import type { FolderView } from "./layouts/layout.ts";
import { ancestors, join } from "./paths.ts";
import type { Span } from "../text/span.ts";

const endings = ["properties", "yml", "yaml"];
/** Settings for every profile; one of production's may take that back. */
const names = endings.map((ending) => `application.${ending}`);
const ofProduction = ["prod", "production"].flatMap((profile) =>
  endings.map((ending) => `application-${profile}.${ending}`),
);
const homes = ["", "config/"];

/** Spring's, and Quarkus's. */
const inProperties =
  /^[ \t]*(spring\.liquibase\.drop-?first|quarkus\.(?:liquibase|flyway)\.clean-at-start|spring\.jpa\.hibernate\.ddl-auto)[ \t]*[=:][ \t]*([\w-]{1,20})[ \t]*$/gim;
const inYaml = /^([ \t]+)(drop-?first|clean-at-start|ddl-auto)[ \t]*:[ \t]*["']?([\w-]{1,20})\b/gim;
/** The tool's own, and Hibernate's, whichever tool runs before it. */
const keysOf = (tool: string): ReadonlySet<string> =>
  new Set([
    `spring.${tool}.drop-first`,
    `spring.${tool}.dropfirst`,
    `quarkus.${tool}.clean-at-start`,
    "spring.jpa.hibernate.ddl-auto",
  ]);
/** `create` and `create-drop` drop the tables of the entities first. */
const isOnBy = (value: string): boolean => /^(?:true|create(?:-drop)?)$/i.test(value);
const longest = 65_536;

/** A document of YAML, or a part of properties, that is for some profiles only. */
const forProfiles = /\bon-profile\b|^[ \t]*profiles[ \t]*:|\bspring\.profiles[ \t]*[=:]|^---|^#---/m;

/** Of a history of the tool that goes by this name in the settings. */
export const droppedAtStart =
  (tool: string) =>
  (view: FolderView): readonly FileProblem[] =>
    problemsOf(view, tool);

function problemsOf(view: FolderView, tool: string): readonly FileProblem[] {
  if (/(?:^|\/)src\/test\//.test(`${view.root}/`)) return [];
  for (const [up, folder] of ancestors(view.root, 6).entries()) {
    const read = (name: string): string | undefined =>
      view.read(`${"../".repeat(up)}${name}`)?.slice(0, longest);
    for (const name of homes.flatMap((home) => names.map((one) => home + one))) {
      const text = read(name) ?? "";
      const found = statedIn(name, text, tool).find(({ isOn }) => isOn);
      // Of a file of several documents, which one is for what isn't read.
      if (found === undefined || forProfiles.test(text)) continue;
      const { key, span, value } = found;
      const isOff = homes.some((home) =>
        ofProduction.some((one) =>
          statedIn(one, read(home + one) ?? "", tool).some((other) => other.key === key && !other.isOn),
        ),
      );
      if (isOff) return [];
      const isAll = /^true$/i.test(value);
      const [on, dropped] = isAll ? ["on", "all tables"] : [value, "the tables of its entities"];
      return [
        {
          rule: "dropped-at-start",
          ...(isAll ? {} : { madeAnew: true as const }),
          path: join(folder, name),
          span,
          text,
          message: `${key} is ${on} in every profile: each start drops ${dropped}`,
        },
      ];
    }
  }
  return [];
}

interface Stated {
  readonly key: string;
  readonly value: string;
  readonly isOn: boolean;
  readonly span: Span;
}

/** Whoever writes a key thousands of times is to cost no time. */
const most = 20;

function statedIn(name: string, text: string, tool: string): readonly Stated[] {
  const keys = keysOf(tool);
  const isPlain = name.endsWith(".properties");
  return Array.from(text.matchAll(isPlain ? inProperties : inYaml))
    .slice(0, most)
    .flatMap((found): readonly Stated[] => {
      const [all, first = "", second = "", third = ""] = found;
      const [indent, own, value] = isPlain ? ["", first, second] : [first, second, third];
      const parents = isPlain ? [] : parentsOf(text.slice(0, found.index).split("\n"), indent.length);
      const key = [...parents, own].join(".");
      if (!keys.has(key.toLowerCase())) return [];
      const start = found.index + (isPlain ? all.indexOf(own) : indent.length);
      return [{ key, value, isOn: isOnBy(value), span: { start, end: start + own.length } }];
    });
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
