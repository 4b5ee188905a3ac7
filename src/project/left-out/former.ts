/** What is left of a project's earlier days: a folder that nothing names any more, whose tables others make now. */
import { ancestors, baseName, isWithin, parentOf, relative } from "../files/paths.ts";
import { sourcesBelow } from "../files/sources-below.ts";
import { isNamedByScript } from "../found-runner.ts";
import { toolNamed } from "../known-tools.ts";
import { packageRootOf } from "../manifests.ts";
import type { AnyHistory, FileSystem } from "../migration.ts";
import { ownRunner } from "../own-runner.ts";
import { namesIn, tableBuilt, tablesMade } from "../sql-words.ts";

/** What runs a tool, or is read by what does. Documents only speak of it. */
const running =
  /^(?:Makefile|[Jj]ustfile|Procfile|(?:[\w.-]{1,60}\.)?Dockerfile(?:\.[\w.-]{1,60})?|\.env[\w.-]{0,40})$|(?<!_test|\.test|\.spec)\.(?:ya?ml|toml|json|sh|bash|ps1|go|rs|py|rb|php|java|kt|cs|[cm]?[jt]s|hcl|tf|conf|tpl|mk)$/;
/** So many of them are looked at: where there are more, nothing is left out. */
const mostFiles = 600;
const longest = 65_536;
/** Words of a path that are given one by one. */
const partsApart = /["'`]\s*[,+/]\s*["'`]/g;

/**
 * Leaves a folder out that nothing names, of a tool that asks for a folder, where runners name others of the same tool in the same package that
 * make all of its tables.
 */
export function dropFormer(fs: FileSystem, histories: Map<string, AnyHistory>): void {
  dropReplaced(fs, histories);
  for (const [key, history] of [...histories]) {
    if (toolNamed(history.tool).asksFolder !== true) continue;
    const home = packageRootOf(fs, history.root);
    const copies = history.copies ?? [];
    const others = [...histories].filter(([other, one]) => other !== key && isOfSame(fs, history, one, home));
    if (home === undefined || !makesNothingNew(history, others)) continue;
    const own = [history.root, ...copies];
    const named = namedIn(fs, home, [...own, ...others.map(([, { root }]) => root)]);
    if (named === undefined || own.some((root) => named.has(root))) continue;
    const run = others.filter(([, { root }]) => named.has(root));
    const [main] = run;
    if (main === undefined || !makesNothingNew(history, run)) continue;
    histories.delete(key);
    const [of, one] = main;
    const says = `${history.root} is left out: nothing names it, and ${named.get(one.root) ?? ""} names ${one.root}; its tables are made by what runs`;
    histories.set(of, { ...one, loose: [...(one.loose ?? []), says] });
  }
}

/** Of its tables, so many of ten are made by the other history, too: what came later was added there alone. */
const shared = 8;
const fewestShared = 2;
/** So many files are looked at for these. */
const mostInProject = 2000;

/**
 * Leaves a folder of plain SQL out that a container or a person ran before a tool did: the tool's history makes most of its
 * tables, and nothing of the project names the folder or a file of it.
 */
function dropReplaced(fs: FileSystem, histories: Map<string, AnyHistory>): void {
  const known: Replaced["known"] = new Map();
  for (const [key, history] of [...histories]) {
    if (!isPlain(history)) continue;
    const home = packageRootOf(fs, history.root) ?? ".";
    const own = new Set(history.migrations.flatMap(({ up }) => madeIn(up.text)));
    const [of, one] =
      [...histories].find(([, other]) => replaces(fs, { history, home, own, known }, other)) ?? [];
    if (of === undefined || one === undefined || ownRunner(fs, history.root) !== undefined) continue;
    if (isNamedByScript(fs, history) || isSaid(fs, history)) continue;
    histories.delete(key);
    const says = `${history.root} is left out: nothing names it, and ${one.tool} makes its tables with ${one.root}`;
    histories.set(of, { ...one, loose: [...(one.loose ?? []), says] });
  }
}

/** No tool runs it, as far as anything shows. */
export const isPlain = ({ handMade, runner, idle, migrations }: AnyHistory): boolean =>
  handMade &&
  runner === undefined &&
  idle === undefined &&
  migrations.every(({ beforeBaseline }) => beforeBaseline === undefined);

interface Replaced {
  readonly history: AnyHistory;
  readonly home: string;
  /** Tables that it makes. */
  readonly own: ReadonlySet<string>;
  /** What others make, once it is known. */
  readonly known: Map<AnyHistory, ReadonlySet<string>>;
}

function replaces(fs: FileSystem, { history, home, own, known }: Replaced, other: AnyHistory): boolean {
  if (other.handMade || (other.idle ?? other.unrun) !== undefined || other.dialect !== history.dialect)
    return false;
  if (own.size < fewestShared || !isWithin(home, other.root)) return false;
  if (isWithin(history.root, other.root) || isWithin(other.root, history.root)) return false;
  const made = known.get(other) ?? madeBy(fs, other);
  known.set(other, made);
  const both = [...own].filter((name) => made.has(name));
  return both.length >= fewestShared && both.length * 10 >= own.size * shared;
}

/** Of code, whose texts are read later; what leads back makes other tables. */
const madeBy = (fs: FileSystem, { migrations }: AnyHistory): ReadonlySet<string> =>
  new Set(
    migrations.flatMap(({ up }) =>
      madeIn((fs.read(up.path) ?? "").slice(0, longest * 4).split(/\bdown\s{0,9}\(/, 1)[0] ?? ""),
    ),
  );

const madeIn = (text: string): readonly string[] =>
  [...tablesMade(text), ...namesIn(text, tableBuilt)].map((name) => name.replace(/^public\./, ""));

/** A file of the project names the folder or a file in it, or not all were looked at. */
export function isSaid(fs: FileSystem, { root, migrations }: AnyHistory): boolean {
  const files = migrations.map(({ up }) => baseName(up.path));
  let left = mostInProject;
  const isWanted = (name: string): boolean => running.test(name);
  for (const path of sourcesBelow(fs, ".", { most: mostInProject + 1, notIn: /^docs?$/i, isWanted })) {
    if (left-- <= 0) return true;
    const text = (fs.read(path) ?? "").slice(0, longest);
    // What a program imports lies beside it, not in a folder of SQL.
    const joined = text.replaceAll(imported, "").replaceAll(partsApart, "/");
    if (names(joined, path, ".", root) || files.some((name) => text.includes(name))) return true;
  }
  return false;
}

const imported = /\b(?:from|import|require\()\s{0,9}["'][^"'\n]{1,200}["']/g;

const isOfSame = (fs: FileSystem, one: AnyHistory, other: AnyHistory, home: string | undefined): boolean =>
  other.tool === one.tool &&
  other.dialect === one.dialect &&
  !isWithin(one.root, other.root) &&
  !isWithin(other.root, one.root) &&
  packageRootOf(fs, other.root) === home;

function makesNothingNew(
  { migrations }: AnyHistory,
  others: readonly (readonly [string, AnyHistory])[],
): boolean {
  const made = new Set(others.flatMap(([, one]) => tablesOf(one.migrations)));
  const own = tablesOf(migrations);
  return own.length > 0 && own.every((name) => made.has(name));
}

const tablesOf = (migrations: AnyHistory["migrations"]): readonly string[] =>
  migrations.flatMap(({ up }) => tablesMade(up.text));

/** Which of the folders something of the package names, with the first file that does; undefined: not all was looked at. */
function namedIn(
  fs: FileSystem,
  home: string,
  roots: readonly string[],
): ReadonlyMap<string, string> | undefined {
  const found = new Map<string, string>();
  let left = mostFiles;
  const isWanted = (name: string): boolean => running.test(name);
  for (const path of sourcesBelow(fs, home, { most: mostFiles + 1, notIn: /^docs?$/i, isWanted })) {
    if (left-- <= 0) return undefined;
    const text = (fs.read(path) ?? "").slice(0, longest).replaceAll(partsApart, "/");
    for (const root of roots) if (!found.has(root) && names(text, path, home, root)) found.set(root, path);
  }
  return found;
}

/** By its path from the package, or from a folder around both. */
const names = (text: string, path: string, home: string, root: string): boolean =>
  ancestors(parentOf(path) ?? ".").some(
    (folder) => isWithin(home, folder) && isWithin(folder, root) && holds(text, relative(folder, root)),
  );

/** As a path of its own, and not as the end of another one: what is behind `//` and `../` is one. */
function holds(text: string, path: string): boolean {
  if (path === ".") return /\bgo:embed\b/.test(text);
  for (let at = text.indexOf(path); at >= 0; at = text.indexOf(path, at + 1)) {
    const before = text.slice(Math.max(0, at - 9), at);
    const behind = text.charAt(at + path.length);
    const isWhole = !/[\w.-]$/.test(before) && (!before.endsWith("/") || /[./})]\/$/.test(before));
    // One word may stand in any sentence.
    const isPath = path.includes("/") || /["'`/=]$|:embed $/.test(before) || behind === "/";
    if (isWhole && isPath && !/[\w.-]/.test(behind)) return true;
  }
  return path.includes("/") && holdsAny(text, path.replace(/[^/]*$/, ""));
}

/** `migrations/%s`, `migrations/${service}`, `migrations/*`: any folder of the one above. */
function holdsAny(text: string, above: string): boolean {
  for (let at = text.indexOf(above); at >= 0; at = text.indexOf(above, at + 1))
    if (/^["'`]?[ \t+]{0,3}[%$*{<]/.test(text.slice(at + above.length, at + above.length + 6))) return true;
  return false;
}
