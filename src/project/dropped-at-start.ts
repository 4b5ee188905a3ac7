/** Settings of a program by which its tool empties the schema at each start, or Hibernate makes its tables anew. */
import type { FileProblem } from "./file-problem.ts";
import type { FolderView } from "./layouts/layout.ts";
import { ancestors, join } from "./files/paths.ts";
import type { Span } from "../text/span.ts";

/** Settings for every profile, and for one; one of production's may take the others back. */
const settings = /^application(?:-([\w-]{1,40}))?\.(?:properties|ya?ml)$/;
const homes = ["", "config/"];
const ofProduction = /^prod(?:uction)?$/i;
/** Profiles that nobody gives in production. */
const ofTrials =
  /(?:^|[-_])(?:ci|debug|demo|dev\w*|e2e|h2|init\w*|integration\w*|it|local\w*|mock\w*|sample\w*|sandbox|seed\w*|tests?|testing|unit\w*)(?:$|[-_])/i;

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

interface Settings {
  readonly path: string;
  readonly text: string;
  /** Undefined: it is for all of them. */
  readonly profile: string | undefined;
  readonly stated: readonly Stated[];
}

function problemsOf(view: FolderView, tool: string): readonly FileProblem[] {
  if (/(?:^|\/)src\/test\//.test(`${view.root}/`)) return [];
  const folders = ancestors(view.root, 6).map((folder, up) => ({ folder, above: "../".repeat(up) }));
  const started = folders.flatMap(({ above }) => startedIn(view, above));
  for (const { folder, above } of folders) {
    const files = homes.flatMap((home) => settingsIn(view, tool, above, home, folder));
    const found = inEveryProfile(files) ?? inOneProfile(files, started);
    if (found === undefined) continue;
    const build = found.instead === undefined ? undefined : buildWithout(view, tool);
    return [build === undefined ? found : { ...found, instead: `${runsNone(build, tool)} ${found.instead}` }];
  }
  return [];
}

/** Hibernate alone makes the tables there. */
const runsNone = (build: string, tool: string): string =>
  `Add ${tool}-core to ${build}: no build file names it, and without it the program doesn't run the migrations.`;

const builds = ["pom.xml", "build.gradle", "build.gradle.kts", "gradle/libs.versions.toml"];

/** The nearest build file, where neither this one nor those above it name the tool. */
function buildWithout(view: FolderView, tool: string): string | undefined {
  const found = ancestors(view.root, 8).flatMap((folder, up) =>
    builds.flatMap((name) => {
      const text = view.read("../".repeat(up) + name)?.slice(0, 4 * longest);
      return text === undefined ? [] : [{ path: join(folder, name), text }];
    }),
  );
  return found.some(({ text }) => text.includes(tool)) ? undefined : found[0]?.path;
}

function settingsIn(
  view: FolderView,
  tool: string,
  above: string,
  home: string,
  folder: string,
): readonly Settings[] {
  return (view.list?.(above + home) ?? []).flatMap((name) => {
    const [all, profile] = settings.exec(name) ?? [];
    const text = all === undefined ? undefined : view.read(above + home + name)?.slice(0, longest);
    if (text === undefined) return [];
    return [{ path: join(folder, home + name), text, profile, stated: statedIn(name, text, tool) }];
  });
}

/** The profiles with which the image of a folder starts. */
function startedIn(view: FolderView, above: string): readonly string[] {
  const [, names = ""] =
    /\bSPRING_PROFILES_ACTIVE["']?[ \t]*[=:, ][ \t]*["']?([\w,-]{1,80})/.exec(
      view.read(`${above}Dockerfile`) ?? "",
    ) ?? [];
  return names.split(",");
}

function inEveryProfile(files: readonly Settings[]): FileProblem | undefined {
  const isOff = (key: string): boolean =>
    files.some(
      ({ profile = "", stated }) =>
        ofProduction.test(profile) && stated.some((other) => other.key === key && !other.isOn),
    );
  for (const file of files) {
    const found = file.stated.find(({ isOn }) => isOn);
    // Of a file of several documents, which one is for what isn't read.
    if (file.profile !== undefined || found === undefined || forProfiles.test(file.text)) continue;
    if (isOff(found.key)) return undefined;
    const problem = problemOf(file, found, "every profile", files.filter(isForUse([])));
    return isAll(found) ? problem : { ...problem, madeAnew: true };
  }
  return undefined;
}

function inOneProfile(files: readonly Settings[], started: readonly string[]): FileProblem | undefined {
  const meant = files.filter(isForUse(started));
  for (const file of meant) {
    const found = file.stated.find(({ isOn }) => isOn);
    if (file.profile === undefined || found === undefined || forProfiles.test(file.text)) continue;
    const problem = problemOf(file, found, `the profile ${file.profile}`, meant);
    // Another profile may be that of production.
    return ofProduction.test(file.profile) ? problem : { ...problem, severity: "warning" };
  }
  return undefined;
}

const isAll = ({ value }: Stated): boolean => /^true$/i.test(value);

const isForUse =
  (started: readonly string[]) =>
  ({ profile }: Settings): boolean =>
    profile === undefined || started.includes(profile) || !ofTrials.test(profile);

/** Without it, the tables are those of the migrations, which nothing has compared with the entities before. */
const compared =
  "Write `validate` in its place: the program then doesn't start while the migrations lack a table or column of the entities, or one has another type. Add in a new migration what they lack, also NOT NULL and keys that the server numbers, which `validate` doesn't compare; databases whose tables Hibernate made have it already.";

function problemOf(
  { path, text }: Settings,
  stated: Stated,
  where: string,
  files: readonly Settings[],
): FileProblem {
  const { key, span, value } = stated;
  const [on, dropped] = isAll(stated) ? ["on", "all tables"] : [value, "the tables of its entities"];
  const related = files.flatMap((file) => {
    const again = file.path === path ? undefined : file.stated.find((one) => one.key === key && one.isOn);
    return again === undefined
      ? []
      : [{ path: file.path, span: again.span, message: "says the same", text: file.text }];
  });
  return {
    rule: "dropped-at-start",
    path,
    span,
    text,
    message: `${key} is ${on} in ${where}: each start drops ${dropped}`,
    ...(isAll(stated) ? {} : { instead: compared }),
    ...(related.length === 0 ? {} : { related }),
  };
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
