/** Files that a tool may run and no history holds: that they weren't checked must be said. */
import type { Changes } from "../git/changes.ts";
import { isCode } from "../code-tools.ts";
import { isOfPrototype, notMigrations, skipped } from "./folder-names.ts";
import { toolNamed } from "../known-tools.ts";
import { layoutNamed } from "../layouts/index.ts";
import { dialectWord } from "../../model/database-words.ts";
import { isNoMigration } from "../layouts/code.ts";
import { folderDialect, isNoStep, isSql } from "../layouts/names.ts";
import { holdsFile, type FileSystem, type AnyHistory } from "../migration.ts";
import { baseName, isWithin, join, parentOf, segments } from "../files/paths.ts";
import { changesTables, foldersOfSql, readFolders, type Folders } from "./unread.ts";
import { isMigrationsName } from "./unreadable.ts";

/** A file that is in no history. */
export interface UncheckedFile {
  readonly path: string;
  /**
   * `run`: its tool runs what is called so. `there`: it changes tables, and lies where migrations do. Else it is so since
   * the commit that is compared with.
   */
  readonly is: "run" | "there" | "new" | "changed" | "a link to a folder";
}

/** `.sql`, and the endings that stand for it beside it. */
const likeSql = /\.(?:sql|pgsql|psql)$/i;
/** Names with which most tools' migrations begin. */
const numbered = /^(?:\d|[vrubVRUB]\d|[rR]__)/;

/**
 * What is new or changed, lies where migrations do, and is in no history.
 *
 * @param histories all that are there, also of databases that aren't linted
 */
export function uncheckedChanges(
  fs: FileSystem,
  histories: readonly AnyHistory[],
  { files, status }: Pick<Changes, "files" | "status">,
): readonly UncheckedFile[] {
  const held = (path: string): boolean =>
    histories.some(
      (history) => holdsFile(history, path) || history.copies?.some((copy) => isWithin(copy, path)) === true,
    );
  const refused = fs.refused?.();
  return files.flatMap((path): UncheckedFile[] => {
    if (held(path) || refused?.has(path) === true) return [];
    const isKnown = likeSql.test(path) || isCode(path) || histories.some((history) => isRun(history, path));
    if (!isKnown) return linkedFolder(fs, histories, path);
    const is = status(path) === "modified" ? "changed" : "new";
    if (!isMeant(histories, path) || (is === "new" && isLoader(histories, path))) return [];
    return [{ path, is }];
  });
}

/** What a tool writes around SQL in files of its own, which are checked: `x.js` with `sqls/x-up.sql`. */
function isLoader(histories: readonly AnyHistory[], path: string): boolean {
  if (!isCode(path)) return false;
  const stem = baseName(path).replace(/\.\w+$/, "");
  return histories.some(({ migrations }) => migrations.some(({ up }) => baseName(up.path).startsWith(stem)));
}

/** Tools follow such links, and ddlint doesn't. */
function linkedFolder(fs: FileSystem, histories: readonly AnyHistory[], path: string): UncheckedFile[] {
  const isNear = isMigrationsName(baseName(path)) || histories.some(({ root }) => isWithin(root, path));
  if (!isNear || histories.some(({ root }) => isWithin(path, root))) return [];
  const names = fs.list(path);
  return names.some((name) => name.endsWith("/") || likeSql.test(name))
    ? [{ path, is: "a link to a folder" }]
    : [];
}

/** True if the file lies where it may be run: in a folder that is called like migrations, or below a history's root. */
function isMeant(histories: readonly AnyHistory[], path: string): boolean {
  const folders = segments(parentOf(path) ?? ".");
  const home = folders.findIndex((name) => isMigrationsName(name));
  const root = histories.find((history) => isWithin(history.root, path));
  if (isCode(path)) return isMigrationsName(folders.at(-1) ?? "") && numbered.test(baseName(path));
  if (root !== undefined) return isMeantIn(root, path, home >= 0);
  return (
    home >= 0 &&
    !isOfPrototype(path) &&
    !folders.some((name, at) => notMigrations.test(name) || (at < home && skipped.test(name))) &&
    !isHelper(baseName(path))
  );
}

function isMeantIn(history: AnyHistory, path: string, isCalledSo: boolean): boolean {
  const file = belowRoot(history, path);
  if (file.includes("node_modules/") || isHelper(file)) return false;
  if (runsAllBelow(history) || isRun(history, path)) return !hasCounterpart(history, file);
  if (toolNamed(history.tool).planned === true) return false;
  const folders = segments(parentOf(file) ?? ".");
  if (folders.some((name) => notMigrations.test(name))) return false;
  // Beside steps lies what makes the whole database: other folders say more by their name.
  const isStep = isCalledSo || (folders.length === 0 && numbered.test(file));
  return isStep && !hasCounterpart(history, file);
}

const belowRoot = ({ root }: AnyHistory, path: string): string =>
  root === "." ? path : path.slice(root.length + 1);

/** A dump, a seed or a template without a number. */
const isHelper = (file: string): boolean => isNoStep(file) && !numbered.test(baseName(file));

/** Files are run for their names, whatever folder below the root they lie in. */
export const runsAllBelow = ({ layout, tool }: AnyHistory): boolean =>
  layoutNamed(layout)?.runsAllBelow === true || toolNamed(tool).runsAllBelow === true;

/** True for a file of another database if the history has the one of its own: `mysql/V2__x.sql`, `V2__x.mysql.sql`. */
function hasCounterpart({ migrations, dialect }: AnyHistory, file: string): boolean {
  const infix = /\.([a-z0-9]{1,12})\.(?:(?:up|down)\.)?sql$/i.exec(file)?.[1];
  const other = folderDialect(file) ?? (infix === undefined ? undefined : dialectWord(infix));
  if (other === undefined || other === dialect) return false;
  const own = wordsOf(file);
  return migrations.some(({ up, down }) => [up, down].some((one) => one && wordsOf(one.path) === own));
}

const wordsOf = (file: string): string =>
  baseName(file)
    .split(".")
    .filter((word) => dialectWord(word) === undefined)
    .join(".");

/** What the tool runs of the files below a history's root, or may run, although the history doesn't hold it, sorted. */
export function uncheckedFiles(fs: FileSystem, history: AnyHistory): readonly UncheckedFile[] {
  const refused = fs.refused?.();
  const changes = layoutNamed(history.layout)?.name === "code" ? changesAmongCode(fs, history) : undefined;
  return [...filesBelow(fs, history)].flatMap((path): UncheckedFile[] => {
    if (holdsFile(history, path) || refused?.has(path) === true) return [];
    if (hasCounterpart(history, belowRoot(history, path))) return [];
    if (isRun(history, path)) return [{ path, is: "run" }];
    return changes?.(path) === true ? [{ path, is: "there" }] : [];
  });
}

/** Beside migrations in code: what changes tables, too, and that none of them loads, is compiled of or looks for. */
function changesAmongCode(fs: FileSystem, { migrations }: AnyHistory): (path: string) => boolean {
  const stem = (path: string): string => baseName(path).replace(/\.\w+$/, "");
  const known = new Set(migrations.map(({ up }) => stem(up.path)));
  const texts = migrations.map(({ up }) => fs.read(up.path) ?? "");
  return (path) => {
    if (!isSql(path) && !(isCode(path) && !isNoMigration(baseName(path)))) return false;
    if (isHelper(path) || known.has(stem(path))) return false;
    const own = fs.read(path) ?? "";
    if (!changesTables.test(own) || isProgram.test(own)) return false;
    return !texts.some((text) => text.includes(stem(path)));
  };
}

/** It looks for the migrations, and its tables are its own. */
const isProgram = /\breaddir(?:Sync)?\b|\bMigrat(?:or|ionRunner)\b|\bglob(?:Sync)?\(/;

/** Of the folders that are called like migrations and hold SQL that is in no history. */
export const uncheckedFolders = (
  fs: FileSystem,
  histories: readonly AnyHistory[],
  below: Folders,
): readonly UncheckedFile[] => {
  const isRead = readFolders(histories);
  const lines = histories.flatMap(({ loose = [] }) => loose);
  const isNamed = (root: string): boolean =>
    lines.some((line) => line.startsWith(`${root}: `) || line.startsWith(`${root} is left out`));
  return foldersOfSql(below).flatMap(({ root, files }): UncheckedFile[] => {
    if (!isMigrationsName(baseName(root)) || isRead(root) || isNamed(root)) return [];
    if (histories.some((history) => isWithin(root, history.root) || isWithin(history.root, root))) return [];
    return files
      .map((name) => join(root, name))
      .filter((path) => changesTables.test(fs.read(path) ?? ""))
      .map((path) => ({ path, is: "there" }));
  });
};

/** Certainly, whatever the other files are. */
function isRun(history: AnyHistory, path: string): boolean {
  if (!isWithin(history.root, path)) return false;
  const file = belowRoot(history, path);
  const tool = toolNamed(history.tool);
  if (tool.runs !== undefined) return tool.runs(file);
  const layout = layoutNamed(history.layout);
  if (layout?.runs === undefined) return false;
  return layout.runs(file) || tool.runsToo?.(file) === true;
}

function* filesBelow(fs: FileSystem, history: AnyHistory, folder = history.root): Generator<string> {
  for (const name of fs.list(folder)) {
    if (!name.endsWith("/")) yield join(folder, name);
    else if (runsAllBelow(history) && !neverRun.test(name))
      yield* filesBelow(fs, history, join(folder, name));
  }
}

const neverRun = /^(?:node_modules|\.git)\/$/;
