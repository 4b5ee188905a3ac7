/** How a project's own scripts send migrations by hand: `psql -1` in a Makefile, `mysql < $f` in a loop. */
import type { Runner } from "./facts.ts";
import type { AnyHistory, FileSystem } from "./migration.ts";
import { toolNamed } from "./known-tools.ts";
import { packageRootOf } from "./manifests.ts";
import { tablesAltered, tablesMade } from "./sql-words.ts";
import { ancestors, baseName, isWithin, join, parentOf, relative, segments } from "./files/paths.ts";

const callers =
  /^(?:Makefile|[Jj]ustfile|Taskfile\.ya?ml|package\.json|Dockerfile|(?:docker-)?compose(?:[.-][\w-]{1,40})?\.ya?ml|supervisord?\.conf|[\w.-]+\.(?:sh|bash))$/;
const folders = ["", "scripts", "bin", ".github/workflows", "docker", "ci"];
/** What runs in a container, whose shell compares names byte by byte. */
const inContainer = /\.ya?ml$|^Dockerfile$|\.conf$/;
const mostFiles = 60;

/** A command with its options, on one line or on several that a backslash joins; what is piped into it stands before. */
const calls = /(\|\s*)?\b(psql|mysql|mariadb)\b((?:[^\n|;&\\]|\\[^]){0,500})/g;
const runsFile = /(?:^|\s)(?:-[a-zA-Z01]*f\b|--file\b|<)/;
const once = /(?:^|\s)(?:-[a-zA-Z]*1[a-zA-Z]*\b|--single-transaction\b)/;
const target = /(?:\s-[a-zA-Z01]*f\s*|--file[=\s]\s*|<\s*)\\?["']?([^\s"'\\]+)/;
/** It doesn't run files: it asks, or waits. */
const asks = /\s-(?:[a-zA-Z]*c|e|l)\b|--(?:command|execute|list)\b/;

interface Call {
  readonly path: string;
  readonly runner: Runner;
  /** For evidence: `psql -1`. */
  readonly by: string;
  /** The shell of a container lists the files. */
  readonly isGlob: boolean;
  /** It names one file. */
  readonly isOne: boolean;
}

export interface FoundRunner {
  readonly runner: Runner;
  readonly because: string;
  /** The shell of a container lists the files: in the order of the bytes of their names. */
  readonly sortedBy?: "the shell" | undefined;
  /** It names the files that it runs: a program that lists them all is what applies the folder. */
  readonly isOfSome?: true | undefined;
}

/**
 * What scripts near `root` that name its folder run its files with: `psql-single-transaction` for `psql -1`, `psql` for psql
 * without it, statements one by one for the client of MySQL. Undefined: not known, or not the same everywhere.
 */
export function foundRunner(fs: FileSystem, root: string): FoundRunner | undefined {
  const found: Call[] = [];
  for (const home of ancestors(root, 5))
    for (const folder of folders)
      for (const name of fs
        .list(join(home, folder))
        .filter((one) => callers.test(one) || (folder.endsWith("workflows") && /\.ya?ml$/.test(one)))
        .slice(0, mostFiles)) {
        const path = join(home, folder, name);
        const text = (fs.read(path) ?? "").slice(0, 65_536);
        if (!namesFolder(text, root, relative(home, root))) continue;
        for (const { 1: pipe, 2: program = "", 3: options = "", index } of text.matchAll(calls)) {
          const isPiped = pipe !== undefined && !asks.test(options);
          if (!runsFile.test(options) && !isPiped) continue;
          const file = valueIn(text, target.exec(options)?.[1]);
          if (!isOfFolder(file, root)) continue;
          const isGlob = inContainer.test(name) && listsAll(text.slice(0, index), pipe, root);
          const isOne = file !== undefined && /^[^$%{*]+\.sql$/.test(file);
          found.push({ path, ...runnerOf(program, options), isGlob, isOne });
        }
      }
  const [first] = found;
  if (first === undefined || !found.every(({ runner }) => runner === first.runner)) return undefined;
  return {
    runner: first.runner,
    because: `${first.path} runs files with ${first.by}`,
    sortedBy: found.every(({ isGlob }) => isGlob) ? "the shell" : undefined,
    ...(found.every(({ isOne }) => isOne) ? { isOfSome: true } : {}),
  };
}

/** `$SQL`, if the script gives the variable the path of one file: `SQL="$DIR/../migrations/088_demo.sql"`. */
function valueIn(script: string, file: string | undefined): string | undefined {
  const name = /^\$\{?(\w{1,60})\}?$/.exec(file ?? "")?.[1];
  if (name === undefined) return file;
  const given = [
    ...script.matchAll(new RegExp(String.raw`^\s*(?:\w+\s+)?${name}=["']?([^\s"'#]{1,300})`, "gm")),
  ];
  const [value, ...others] = given.map(([, text = ""]) => text.replace(/^.*[$*{}]\w*\/?/, ""));
  return value !== undefined && others.length === 0 && /\w\.sql$/.test(value) ? value : file;
}

/** `cat /migrations/*.sql | psql`, and `for f in /migrations/*.sql; do psql -f $f`. */
const piped = /\bcat\s+["']?([^\s"'|;]{0,200})["']?\/["']?\*(?:\.up)?\.sql["']?\s*$/;
const looped =
  /\bfor\s+\w+\s+in\s+["']?([^\s"'|;]{0,200})["']?\/["']?\*(?:\.up)?\.sql["']?\s*(?:;|\n)\s*do\b/g;

/** What stands before the call lists all files of the folder, as the shell does. */
function listsAll(before: string, pipe: string | undefined, root: string): boolean {
  const folder =
    pipe === undefined
      ? [...before.slice(-1000).matchAll(looped)].at(-1)?.[1]
      : piped.exec(before.slice(-300))?.[1];
  return folder !== undefined && (folder.includes("$") || baseName(folder) === baseName(root));
}

function runnerOf(program: string, options: string): Pick<Call, "runner" | "by"> {
  if (program !== "psql") return { runner: "statement-by-statement", by: program };
  return once.test(options)
    ? { runner: "psql-single-transaction", by: "psql -1" }
    : { runner: "psql", by: "psql, statement by statement" };
}

/** A variable may be any file; a written path has to be the folder's own. */
const isOfFolder = (path: string | undefined, root: string): boolean =>
  path === undefined || /[$%{*]/.test(path) || path.includes(`${baseName(root)}/`);

/** By its path, or by its name with a file behind it, and not as a part of another folder's path. */
function namesFolder(text: string, root: string, way: string): boolean {
  if (way.includes("/") && text.includes(way)) return true;
  const name = way === baseName(root) ? way : `${baseName(root)}/`;
  const above = baseName(parentOf(root) ?? "");
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    const written = /[\w./${}-]*$/.exec(text.slice(Math.max(0, at - 200), at))?.[0] ?? "";
    const last = segments(written.replace(/^\$\{?\w+\}?/, "")).at(-1);
    // The path of a container begins at its own root.
    if (last === undefined || last === ".." || last === above || written.startsWith("/")) return true;
  }
  return false;
}

const programs =
  /^(?:Makefile|[Jj]ustfile|Taskfile\.ya?ml|package\.json|Dockerfile)$|\.(?:sh|bash|ps1|py|rb|php|[cm]?[jt]s)$/;
const programFolders = [...folders, "tools", "src"];

/** A script of the project names migrations of both folders: it runs them by their paths. */
export function haveOneScript(fs: FileSystem, one: AnyHistory, other: AnyHistory): boolean {
  const isNamed = (text: string, { migrations }: AnyHistory): boolean =>
    migrations.some(({ up }) => text.includes(baseName(up.path)));
  for (const { text } of scriptsNear(fs, one.root))
    if (isNamed(text, one) && isNamed(text, other)) return true;
  return false;
}

/** A script or program of the project names the folder with a file in it, or one of the files: it may run them. */
export function isNamedByScript(fs: FileSystem, { root, migrations }: AnyHistory): boolean {
  for (const { text } of scriptsNear(fs, root))
    if (text.includes(`${baseName(root)}/`) || migrations.some(({ up }) => text.includes(baseName(up.path))))
      return true;
  return false;
}

/** The tool's own settings name the folder: it runs it, whatever lies in others. */
export const isNamedBySettings = (fs: FileSystem, history: AnyHistory): boolean =>
  namingSettings(fs, history) !== undefined;

function settingsOf(tool: string): readonly string[] {
  const { signs, database, wrapsSetting } = toolNamed(tool);
  const files = [
    ...signs.flatMap((sign) => sign.files ?? []),
    ...(wrapsSetting?.files ?? []),
    ...(database?.codeSettings ?? []).flatMap((setting) => setting.files),
  ];
  return [...new Set(files)];
}

/** The file of settings that names the folder. */
export function namingSettings(
  fs: FileSystem,
  { root, tool }: Pick<AnyHistory, "root" | "tool">,
): string | undefined {
  for (const folder of ancestors(root))
    for (const file of settingsOf(tool)) {
      const path = join(folder, file);
      const text = file.endsWith("/") ? undefined : fs.read(path);
      if (text === undefined) continue;
      // A module says where it is itself.
      const home = parentOf(path) ?? ".";
      if (namesWay(text, relative(folder, root)) || namesWay(text, relative(home, root))) return path;
      // The settings of the root only hand on those of the program.
      const [, module] = /\bfrom\s*["'](\.{1,2}\/[\w./-]{1,200})["']/.exec(text) ?? [];
      if (module === undefined || !/\bexport\s+(?:default\b|\{)/.test(text)) continue;
      const handed = join(folder, parentOf(file) ?? "", module);
      for (const one of [handed, `${handed}.ts`, `${handed}.js`])
        if (namesWay(fs.read(one) ?? "", relative(folder, root))) return one;
    }
  return undefined;
}

/** Between the parts that `path.resolve` is given. */
const partsApart = /["'`]\s*,\s*["'`]/g;

/** Of what is compiled, the source: `dist/migrations/*.js` names `src/migrations`. */
const compiled = /^(?:dist|build|out)\//;
/** Files of the folder itself; with `**`, and of those below. */
const itsFiles = /\/(?:\*\*\/)?\*(?!\*)[^/]*$/;

function namesWay(text: string, way: string): boolean {
  // Or several paths of a list.
  const all = [text.replaceAll(partsApart, "/"), text].flatMap(
    (one) => one.match(/["'`][^"'`\n]{1,200}["'`]/g) ?? [],
  );
  return all.some((written) => {
    const path = written
      .slice(1, -1)
      .replace(/^\$\{__dirname\}/, "")
      .replace(itsFiles, "")
      .replace(/^(?:\.?\/)+/, "");
    const source = path.replace(compiled, "");
    return path === way || source === way || (source !== path && source === way.replace(/^src\//, ""));
  });
}

const anySettings = /^[\w.-]*(?:config|knexfile|data-?source)[\w.-]*\.(?:[cm]?[jt]s|json|ya?ml|toml)$/i;

/** Settings of any tool above the folder; those behind the first that says so aren't read. */
const someSettingsAbove = (
  fs: FileSystem,
  root: string,
  says: (text: string, folder: string) => boolean,
): boolean =>
  ancestors(root).some((folder) =>
    fs
      .list(folder)
      .filter((name) => anySettings.test(name))
      .slice(0, mostFiles)
      .some((name) => says((fs.read(join(folder, name)) ?? "").slice(0, 65_536), folder)),
  );

/** Settings of any tool above the folder say its path. */
export const isNamedByAnySettings = (fs: FileSystem, root: string): boolean =>
  someSettingsAbove(fs, root, (text, folder) => namesWay(text, relative(folder, root)));

/** Settings above the folder have two stars behind its name: files of folders below it run, too. */
export const isEnteredBelow = (fs: FileSystem, root: string): boolean =>
  someSettingsAbove(fs, root, (text) => text.replaceAll(partsApart, "/").includes(`${baseName(root)}/**`));

/** Where the tool's settings name one folder of a package, another one is left over; it is named with that. */
export function dropBesideNamed(fs: FileSystem, histories: Map<string, AnyHistory>): void {
  if (histories.size < 2) return;
  const named = new Map([...histories].map(([key, one]) => [key, namingSettings(fs, one)]));
  const all = [...histories.values()];
  const isEntered = (one: AnyHistory): boolean =>
    all.some((other) => other !== one && isWithin(other.root, one.root) && isEnteredBelow(fs, other.root));
  for (const [key, one] of histories) {
    if (one.handMade || named.get(key) !== undefined) continue;
    const [main, other] =
      [...histories].find(
        ([by, beside]) =>
          named.get(by) !== undefined && isBeside(fs, beside, one) && beside.tool === one.tool,
      ) ?? [];
    if (main === undefined || other === undefined || isNamedElsewhere(fs, one)) continue;
    if (isEntered(one)) continue;
    histories.delete(key);
    const says = `${one.root}: ${named.get(main) ?? ""} names ${other.root} alone, so that its migrations (${String(one.migrations.length)}) were not checked`;
    histories.set(main, { ...other, loose: [...(other.loose ?? []), says] });
  }
}

const otherSettings = /^(?:package\.json|[\w.-]*(?:config|rc|knexfile|data-?source)[\w.-]*)$/i;

/** A second file of settings, or a script of the package, says the path: a database of its own. */
export function isNamedElsewhere(fs: FileSystem, { root, tool }: Pick<AnyHistory, "root" | "tool">): boolean {
  const known = new Set(
    ancestors(root).flatMap((folder) => settingsOf(tool).map((file) => join(folder, file))),
  );
  const names = (text: string, folder: string): boolean =>
    namesWay(text, relative(folder, root)) ||
    text
      .replaceAll(partsApart, "/")
      .split(/[^\w./@-]+/)
      .some((word) => word.replace(/^\.?\//, "").replace(/\/$/, "") === relative(folder, root));
  const says = (folder: string): boolean =>
    fs
      .list(folder)
      .filter((name) => otherSettings.test(name) && !known.has(join(folder, name)))
      .slice(0, mostFiles)
      .some((name) => names((fs.read(join(folder, name)) ?? "").slice(0, 65_536), folder));
  return ancestors(root).some(says) || foldersBelow(fs, packageRootOf(fs, root) ?? ".").some(says);
}

const mostFolders = 200;
const deepest = 5;

/** Of a package's own sources. */
function foldersBelow(fs: FileSystem, top: string): readonly string[] {
  const found = [{ path: top, depth: 0 }];
  for (const { path, depth } of found)
    for (const name of depth < deepest && found.length < mostFolders ? fs.list(path) : [])
      if (/^(?!node_modules|dist|build|out)\w.*\/$/.test(name))
        found.push({ path: join(path, name.slice(0, -1)), depth: depth + 1 });
  return found.map(({ path }) => path);
}

/** In the package of what is named, or in one around it, and then with changes of its tables alone. */
function isBeside(fs: FileSystem, named: AnyHistory, other: AnyHistory): boolean {
  if (isWithin(named.root, other.root) || isWithin(other.root, named.root)) return false;
  const [own, outer] = [packageRootOf(fs, named.root), packageRootOf(fs, other.root)];
  if (own === outer) return true;
  return own !== undefined && outer !== undefined && isWithin(outer, own) && onlyAlters(fs, other, named);
}

/** All tables that it alters or makes are made by the other one, and it alters some: alone, it fails. */
function onlyAlters(fs: FileSystem, history: AnyHistory, maker: AnyHistory): boolean {
  // Of code, too, whose texts are read later. What leads back makes other tables.
  const ups = ({ migrations }: AnyHistory): readonly string[] =>
    migrations.map(
      ({ up }) => (fs.read(up.path) ?? "").slice(0, 65_536).split(/\bdown\s{0,9}\(/, 1)[0] ?? "",
    );
  const made = new Set(ups(maker).flatMap(tablesMade));
  const own = ups(history);
  const altered = own.flatMap(tablesAltered);
  return altered.length > 0 && [...altered, ...own.flatMap(tablesMade)].every((name) => made.has(name));
}

/** Reads a file, and sends a text from a variable: it doesn't only name it. */
const readsAndSends =
  /(?:read_text|readFile(?:Sync)?|ReadFile|open)\([^]*\b(?:rpc|query|exec|execute|unsafe|Exec)\(|\b(?:psql|mysql|mariadb)\b/;

/** The script that runs files of a folder by their names, and other files of SQL with them: these aren't the whole. */
export function scriptWithMore(fs: FileSystem, root: string, files: readonly string[]): string | undefined {
  const own = new Set(files.map(baseName));
  for (const { path, text } of scriptsNear(fs, root)) {
    const named = new Set(Array.from(text.matchAll(/[\w.-]{1,200}\.sql\b/g), ([name]) => name));
    const isOwn = (name: string): boolean => own.has(name);
    const isMixed = [...named].some(isOwn) && ![...named].every(isOwn);
    if (isMixed && readsAndSends.test(text)) return path;
  }
  return undefined;
}

/** Scripts and programs in the folders where a project has them, at most four levels above a history's folder. */
export function* scriptsNear(
  fs: FileSystem,
  root: string,
): Generator<{ readonly path: string; readonly text: string }> {
  for (const home of ancestors(root, 4))
    for (const folder of programFolders)
      for (const name of fs
        .list(join(home, folder))
        .filter((file) => programs.test(file))
        .slice(0, mostFiles)) {
        const path = join(home, folder, name);
        const text = (fs.read(path) ?? "").slice(0, 65_536);
        if (text.includes(".sql")) yield { path, text };
      }
}
