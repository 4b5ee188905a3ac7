/**
 * From paths to histories: which folders hold migrations, and how each is read.
 *   given folder ──has migrations?──▶ it is a root │ else ──search below──▶ roots ──readHistory──▶ History[]
 */
import { codeProject } from "./code-project.ts";
import { reached } from "./changelog/reached.ts";
import { copiesAmong, isMadeByTools } from "./left-out/copies.ts";
import { fileDialects } from "./server/dialect.ts";
import type { Database } from "../model/dialect.ts";
import { dropArchives, dropBelowCode, dropExports, dropNotEntered } from "./left-out/archives.ts";
import { filesBelow } from "./files/files-below.ts";
import { notMigrations, skipped, withoutPrototypes } from "./left-out/folder-names.ts";
import { judgeFormer } from "./left-out/declared-elsewhere.ts";
import { dropLoose } from "./left-out/loose.ts";
import { continuingAmong } from "./one-database.ts";
import { factsIn, type Facts } from "./facts.ts";
import { dropBesideNamed } from "./found-runner.ts";
import { ignoreRules } from "./files/ignore-rules.ts";
import { flywayClasses } from "./layouts/flyway-classes.ts";
import { flywaySettings } from "./layouts/flyway-settings.ts";
import { globbedAround } from "./layouts/globbed.ts";
import type { FolderView, IsSeen } from "./layouts/layout.ts";
import { statedParameters } from "./layouts/liquibase-parameters.ts";
import {
  statedChangelogs,
  statedDatabases,
  statedSchemas,
  writtenChangelogs,
} from "./layouts/liquibase-settings.ts";
import { nameSeeds } from "./left-out/seeds.ts";
import { judgeWritten } from "./left-out/written.ts";
import { classPathOf } from "./jvm-sources.ts";
import { layoutNamed } from "./layouts/index.ts";
import { dialectWord } from "../model/database-words.ts";
import { folderDialect, isNoStep, isRollbackWord, isSql } from "./layouts/names.ts";
import { addMisplaced } from "./left-out/misplaced.ts";
import { historyKey, holdsFile, searchRoots, type AnyHistory, type FileSystem } from "./migration.ts";
import {
  ancestors,
  baseName,
  compareText,
  isWithin,
  join,
  parentOf,
  relative,
  segments,
} from "./files/paths.ts";
import { classFolders, isArchive } from "./layouts/class-folders.ts";
import { dropReadByCode } from "./left-out/read-by-code.ts";
import { readHistory, shapesOf, statedCode } from "./read-history.ts";
import { isDump } from "./schema-snapshot.ts";
import { remembered } from "./files/remembered.ts";
import { stitchedWith } from "./stitched.ts";
import { dropUnused } from "./left-out/embedded.ts";
import { judgeStubs } from "./left-out/stubs.ts";
import { judgeUnlisted } from "./left-out/unlisted.ts";
import { weighToolsOfSpring } from "./left-out/turned-off.ts";
import { isMigrationsName, unreadableFolders } from "./left-out/unreadable.ts";

/** Folders of Java packages lie deep. */
const deepest = 13;
const viewDepth = 3;
const migrationWords = /migrat|^(?:drizzle|evolutions|committed|changelogs?|versions|deploy)$/i;

/**
 * Histories below `roots` (folders, or files whose history is wanted); all below the working directory if there are
 * none. Sorted by folder; the same for any order in which the file system lists.
 */
export function discover(base: FileSystem, roots: readonly string[], facts: Facts = {}): AnyHistory[] {
  const fs = remembered(base);
  const histories = new Map<string, AnyHistory>();
  const add = (given: string): boolean => {
    const folder = locationsOf(fs, given)[0] ?? given;
    if (histories.has(folder)) return true;
    const history = readHistory(fs, viewOf(fs, folder), factsIn(folder, facts));
    const { migrations = [], problems = [], notRead = [] } = history ?? {};
    if (history === undefined || migrations.length + problems.length + notRead.length === 0) return false;
    histories.set(folder, history);
    for (const other of ofOtherDialects(fs, history, facts)) histories.set(historyKey(other), other);
    return true;
  };
  const stated = roots.length === 0 ? facts.migrations : undefined;
  if (stated !== undefined) for (const folder of stated) add(join(folder));
  const given =
    stated === undefined ? (roots.length === 0 ? searchRoots(fs) : roots).map((root) => join(root)) : [];
  const groups: string[][] = [];
  const ignored = new Set<string>();
  for (const root of given) {
    const found = rootsOf(fs, root, roots.length > 0, ignored);
    // Whose tool is stated needs no word of it.
    const isAsked =
      roots.length > 0 && found.length === 0 && statedCode(viewOf(fs, root), facts) !== undefined;
    groups.push((isAsked ? [root] : found).filter(add));
  }
  dropBelowCode(fs, histories);
  for (const folders of groups) addMisplaced(fs, histories, folders);
  dropLoaded(histories);
  // What the user names is read, whatever lies beside it; "." names all.
  if (stated === undefined && roots.every((root) => join(root) === ".")) {
    dropUnused(fs, histories);
    dropBesideNamed(fs, histories);
    dropExports(fs, histories);
    dropNotEntered(fs, histories);
    dropArchives(histories);
    dropReadByCode(fs, histories);
    weighToolsOfSpring(fs, histories, facts);
    judgeWritten(fs, histories);
    const isStated = ({ root }: AnyHistory): boolean => factsIn(root, facts).tool !== undefined;
    judgeStubs(histories, isStated);
    judgeUnlisted(fs, histories, isStated);
    dropLoose(fs, histories);
    nameSeeds(fs, histories);
    dropCopies(fs, histories);
    judgeFormer(fs, histories, isStated);
  }
  for (const key of continuingAmong(fs, histories)) {
    const history = histories.get(key);
    if (history !== undefined) histories.set(key, { ...history, continues: true });
  }
  nameIgnored(fs, histories, ignored);
  for (const history of unreadableFolders(fs)) histories.set(history.root, history);
  return [...histories.values()].sort((a, b) => compareText(a.root, b.root));
}

/** Folders of migrations that `.gitignore` excludes; git may follow files there. */
export function ignoredRoots(base: FileSystem): readonly string[] {
  const fs = remembered(base);
  const ignored = new Set<string>();
  for (const root of searchRoots(fs)) rootsOf(fs, join(root), false, ignored);
  return [...ignored].slice(0, mostIgnored).flatMap((folder) => rootsOf(fs, folder, false, new Set()));
}

/** The same folder once more, for each further database that its file names name. */
function ofOtherDialects(fs: FileSystem, history: AnyHistory, facts: Facts): readonly AnyHistory[] {
  const own = { ...factsIn(history.root, facts), serverVersion: undefined };
  // Who states the database or its schema has chosen one.
  if (own.dialect !== undefined || own.schema !== undefined) return [];
  const view = viewOf(fs, history.root);
  return [...namedDialects(reached(view), history)].flatMap(([dialect, files]) => {
    if (dialect === history.dialect) return [];
    const other = readHistory(fs, view, { ...own, dialect });
    if (other === undefined || other.migrations.length === 0) return [];
    return [{ ...other, dialectEvidence: [`${files} files that name the database`] }];
  });
}

/** A layout that reads folders of several databases together tells them by their names. */
function namedDialects(view: FolderView, { layout }: AnyHistory): ReadonlyMap<Database, number> {
  const counts = new Map(fileDialects(view));
  if (layoutNamed(layout)?.runsAllBelow !== true) return counts;
  for (const file of view.files) {
    const dialect = isSql(file) ? folderDialect(file) : undefined;
    if (dialect !== undefined) counts.set(dialect, (counts.get(dialect) ?? 0) + 1);
  }
  return counts;
}

/** Folders with the same migrations are linted once. */
function dropCopies(fs: FileSystem, histories: Map<string, AnyHistory>): void {
  for (const [key, main] of copiesAmong(fs, histories)) {
    const copy = histories.get(key);
    const whole = histories.get(main);
    if (copy === undefined || whole === undefined) continue;
    if (whole.idle !== undefined && copy.idle === undefined) continue;
    histories.delete(key);
    histories.set(main, {
      ...whole,
      evidence: [...whole.evidence, `${copy.root} holds the same migrations`],
      copies: [...(whole.copies ?? []), copy.root],
    });
  }
}

/** Git may follow files in a folder that is ignored: migrations there that are no copies are named with a history. */
function nameIgnored(fs: FileSystem, histories: Map<string, AnyHistory>, ignored: ReadonlySet<string>): void {
  const [[key, first] = []] = histories;
  if (key === undefined || first === undefined || ignored.size === 0) return;
  const known = new Set<string>();
  for (const { migrations } of histories.values())
    for (const { up, down } of migrations)
      for (const script of [up, down]) if (script !== undefined) known.add(baseName(script.path));
  const isNew = (name: string): boolean => isSql(name) && /^[\dVvRr]/.test(name) && !known.has(name);
  const found: string[] = [];
  let left = mostIgnored;
  const look = (folder: string, depth: number): void => {
    if (left-- <= 0 || depth > viewDepth) return;
    const names = fs.list(folder);
    if (isMigrationsName(baseName(folder)) && names.some(isNew)) found.push(folder);
    for (const name of names) if (name.endsWith("/")) look(join(folder, name.slice(0, -1)), depth + 1);
  };
  for (const folder of ignored) look(folder, 0);
  if (found.length === 0) return;
  histories.set(key, { ...first, ignored: found });
}

/** So many folders below ignored ones are looked at. */
const mostIgnored = 300;

/** A folder whose files run as a part of another one's history, which names them, is none of its own. */
function dropLoaded(histories: Map<string, AnyHistory>): void {
  const loaded = new Set<string>();
  for (const { root, migrations } of histories.values())
    for (const { up } of migrations) if (!isWithin(root, up.path)) loaded.add(up.path);
  if (loaded.size === 0) return;
  for (const [key, { root, migrations }] of histories)
    if (migrations.length > 0 && migrations.every(({ up }) => isWithin(root, up.path) && loaded.has(up.path)))
      histories.delete(key);
}

/**
 * The folders of migrations for one path; one that was `asked` for is read whatever its files are called. Folders that
 * `.gitignore` excludes are added to `excluded`.
 */
function rootsOf(fs: FileSystem, path: string, asked: boolean, excluded: Set<string>): readonly string[] {
  if (fs.list(path).length === 0) {
    const parent = parentOf(path);
    if (fs.read(path) === undefined || parent === undefined) return [];
    return [ownerOf(fs, path, parent)];
  }
  if (isMigrationFolder(fs, path, asked)) {
    return [path, ...search(fs, path, true, excluded)];
  }
  const found = search(fs, path, false, excluded);
  if (found.length > 0) return found;
  const isReadable = asked || shapesOf(viewOf(fs, path)).length > 0;
  return isReadable && fs.list(path).some((name) => isSql(name) && !isDump(name)) ? [path] : [];
}

/** The root that a single file belongs to: the outermost folder near it that is read together with it. */
function ownerOf(fs: FileSystem, file: string, parent: string): string {
  const near = ancestors(parent, 4);
  const foldersIn = (folder: string | undefined): readonly string[] =>
    (folder === undefined ? [] : fs.list(folder))
      .filter((name) => name.endsWith("/") && migrationWords.test(name.slice(0, -1)))
      .map((name) => join(folder ?? ".", name));
  const isBeside = isRollbackWord(baseName(parent)) || baseName(parent) === "current";
  const candidates = [
    ...near.slice(1).reverse(),
    ...(isBeside ? foldersIn(near[1]) : []),
    ...(baseName(file) === "current.sql" ? foldersIn(parent) : []),
  ];
  const owner = candidates.find((folder) => {
    if (!isMigrationFolder(fs, folder, false)) return false;
    const history = readHistory(fs, viewOf(fs, folder), {});
    return history !== undefined && holdsFile(history, file);
  });
  return owner ?? parent;
}

/**
 * All folders of migrations below `start`, outermost first where they nest as one history. Below one that owns what lies
 * there, those that stand alone.
 */
function search(
  fs: FileSystem,
  start: string,
  startIsRoot: boolean,
  excluded: Set<string>,
): readonly string[] {
  const found: string[] = startIsRoot ? [start] : [];
  const visit = (
    folder: string,
    depth: number,
    ignored: (path: string) => boolean,
    above: string | undefined,
  ): void => {
    let owner = above;
    if (folder === start) owner = startIsRoot && ownsAllBelow(fs, start) ? start : undefined;
    else if (
      (above === undefined || standsAlone(fs, folder, above)) &&
      isMigrationFolder(fs, folder, false) &&
      !isJoined(fs, found, folder)
    ) {
      found.push(folder);
      if (ownsAllBelow(fs, folder)) owner = folder;
    }
    if (depth >= deepest) return;
    const own = ignoreRules(fs, folder);
    const isIgnored = (path: string): boolean => ignored(path) || own(path);
    for (const name of fs.list(folder)) {
      if (!name.endsWith("/")) continue;
      const bare = name.slice(0, -1);
      const path = join(folder, bare);
      const isPackage = bare === "example" && /^(?:com|net|org)$/.test(baseName(folder));
      if (skipped.test(bare) || (notMigrations.test(bare) && !isPackage) || isMadeByTools(fs, path)) continue;
      if (isIgnored(path)) {
        excluded.add(path);
        continue;
      }
      if (isRollbackWord(bare) && found.some((other) => other === folder || parentOf(other) === folder))
        continue;
      visit(path, depth + 1, isIgnored, owner);
    }
  };
  visit(start, 0, outerIgnoreRules(fs, start), undefined);
  return withoutPrototypes(found).filter(
    (folder) =>
      folder !== start &&
      !isRollbackSibling(found, folder) &&
      !isCurrentOf(found, folder) &&
      !isArchive(fs, folder) &&
      !isOnlyAbove(fs, found, folder),
  );
}

/** The folder is a history of its own, below one that owns what lies there. */
function standsAlone(fs: FileSystem, folder: string, owner: string): boolean {
  const view = viewOf(fs, folder);
  return shapesOf(view)[0]?.layout.standsAlone?.(fs, view, viewOf(fs, owner)) === true;
}

/** Its files are a part of the history of a folder above. */
function isJoined(fs: FileSystem, found: readonly string[], folder: string): boolean {
  const view = viewOf(fs, folder);
  const layout = shapesOf(view)[0]?.layout;
  if (layout?.joinsAbove?.(view) !== true) return false;
  const joins = (root: string): boolean => shapesOf(viewOf(fs, root))[0]?.layout === layout;
  return found.some((root) => isWithin(root, folder) && joins(root));
}

/** Loose SQL files with no numbers, above real migrations: dumps and checks, not a history. */
function isOnlyAbove(fs: FileSystem, found: readonly string[], folder: string): boolean {
  if (shapesOf(viewOf(fs, folder)).length > 0) return false;
  return found.some((other) => other !== folder && isWithin(folder, other));
}

/** `db/rollback` beside `db/migrations`: read together with it. */
function isRollbackSibling(found: readonly string[], folder: string): boolean {
  if (!isRollbackWord(baseName(folder))) return false;
  const parent = parentOf(folder);
  return found.some(
    (other) => other !== folder && parentOf(other) === parent && !isRollbackWord(baseName(other)),
  );
}

/** `current/` beside `committed/`: what graphile-migrate runs after it. */
const isCurrentOf = (found: readonly string[], folder: string): boolean =>
  baseName(folder) === "current" && found.includes(join(parentOf(folder) ?? ".", "committed"));

function ownsAllBelow(fs: FileSystem, folder: string): boolean {
  const owns = shapesOf(viewOf(fs, folder))[0]?.layout.ownsBelow === true;
  return owns || (hasUpFolder(fs, folder) && !fs.list(folder).some(isSql));
}

/** True if `folder` itself is a history's root, judging by its files, and by its name where they say little. */
function isMigrationFolder(fs: FileSystem, folder: string, asked: boolean): boolean {
  const view = viewOf(fs, folder);
  const direct = fs.list(folder).filter(isSql);
  const shape = shapesOf(view)[0];
  if (shape === undefined) {
    const steps = direct.filter((file) => !isNoStep(file));
    // One script among the sources of a program that is called so is a part of that program.
    const isSource = steps.length === 1 && fs.list(folder).some((name) => source.test(name));
    return steps.length > 0 && (asked || (!isSource && /migrat(?:ions?|e)$/i.test(baseName(folder))));
  }
  const isNamed = [...segments(folder)].slice(-3).some((segment) => migrationWords.test(segment));
  const { layout, files: count } = shape;
  if (layout.isRoot !== undefined) {
    const isCalledSo = migrationWords.test(baseName(folder));
    const dialects = hasDialectFolders(fs, folder);
    const about = { view, count, direct, isNamed, isCalledSo, isAsked: asked, hasDialectFolders: dialects };
    return layout.isRoot(about);
  }
  const isRepeated = count >= 2 && count * 2 >= direct.length;
  return direct.length === 0 ? hasUpFolder(fs, folder) : isNamed || asked || isRepeated;
}

const source = /\.(?:rs|go|java|kt|cs|py|rb|php|[cm]?[jt]s)$/;

const hasUpFolder = (fs: FileSystem, folder: string): boolean =>
  fs.list(folder).some((name) => /^(?:up|forward|deploy)\/$/i.test(name));

const hasDialectFolders = (fs: FileSystem, folder: string): boolean =>
  fs.list(folder).some((name) => name.endsWith("/") && dialectWord(name.slice(0, -1)) !== undefined);

/** The folder with what lies up to three levels below, or where its tool looks, and a folder of rollbacks beside it. */
function viewOf(fs: FileSystem, root: string): FolderView {
  const known = views.get(fs) ?? new Map<string, FolderView>();
  views.set(fs, known);
  const view = known.get(root) ?? widened(fs, buildView(fs, root, usualFolders));
  known.set(root, view);
  return view;
}

/** Views of one discovery; what layouts find out about a view is remembered with it. */
const views = new WeakMap<FileSystem, Map<string, FolderView>>();

const usualFolders: IsSeen = (name, depth) =>
  depth < viewDepth && !skipped.test(name) && !notMigrations.test(name);

/** The view of a layout that has more than what lies in the usual folders. */
function widened(fs: FileSystem, view: FolderView): FolderView {
  const isCalledSo = migrationWords.test(baseName(view.root));
  const isSeen = shapesOf(view)[0]?.layout.seen?.(fs, view, usualFolders, isCalledSo);
  return isSeen === undefined ? view : buildView(fs, view.root, isSeen);
}

function buildView(fs: FileSystem, root: string, isSeen: IsSeen): FolderView {
  const files: string[] = [];
  const collect = (folder: string, prefix: string, depth: number): void => {
    for (const name of fs.list(folder)) {
      const path = join(folder, name);
      if (!name.endsWith("/")) files.push(prefix + name);
      else if (isSeen(name.slice(0, -1), depth, path)) collect(path, prefix + name, depth + 1);
    }
  };
  collect(root, "", 0);
  const parent = parentOf(root);
  if (parent !== undefined && migrationWords.test(baseName(root))) {
    for (const name of fs.list(parent)) {
      const bare = name.slice(0, -1);
      if (!name.endsWith("/") || !isRollbackWord(bare) || bare === baseName(root)) continue;
      for (const file of fs.list(join(parent, bare)))
        if (!file.endsWith("/")) files.push(`../${bare}/${file}`);
    }
  }
  if (parent !== undefined && /^sqls?$/.test(baseName(root)))
    for (const name of fs.list(parent)) if (/^\d.*\.[cm]?[jt]s$/.test(name)) files.push(`../${name}`);
  if (parent !== undefined && baseName(root) === "committed")
    for (const name of fs.list(join(parent, "current"))) if (isSql(name)) files.push(`../current/${name}`);
  const flyway = files.some(isSql) ? flywaySettings(fs, root) : undefined;
  if (flyway !== undefined) files.push(...flywayClasses(fs, root, flyway.locations));
  const joined = new Set<string>();
  const [first, ...others] = files.some((file) => isSql(file) || file.endsWith(".rb"))
    ? locationsOf(fs, root)
    : [];
  const locations: string[] = [];
  if (first === root) {
    for (const other of others) {
      const before = files.length;
      const location = relative(root, other);
      locations.push(location);
      collect(other, `${location}/`, 0);
      for (const file of files.slice(before)) joined.add(file);
    }
  }
  const globbed = globbedAround(fs, root);
  if (globbed?.base === root) {
    const known = new Set(files);
    for (const file of globbed.files) {
      if (!known.has(file)) files.push(file);
      joined.add(file);
    }
  }
  files.sort(compareText);
  let found: readonly string[] | undefined;
  // Asked for by changelogs alone.
  const classPath = (): readonly string[] => (found ??= classPathOf(fs, root));
  let databases: readonly string[] | undefined;
  let stated: readonly string[] | undefined;
  let written: readonly string[] | undefined;
  const changelogs = (): readonly string[] => (stated ??= statedChangelogs(fs, root));
  return {
    root,
    files,
    joined,
    locations,
    flyway,
    classPath,
    ...codeProject(fs, root),
    statedChangelogs: changelogs,
    writtenChangelogs: () => (written ??= writtenChangelogs(fs, root)),
    statedSchemas: () => statedSchemas(fs, root),
    statedParameters: () => statedParameters(fs, root),
    statedDatabases: () => (databases ??= statedDatabases(fs, root)),
    list: (folder) => fs.list(join(root, folder)),
    outside: (folder) => filesBelow(fs, join(root, folder), folder),
    read: (file) => fs.read(join(root, file)),
  };
}

/** The folders that Rails, Flyway or a data source reads as one history, if `folder` is one of several. */
function locationsOf(fs: FileSystem, folder: string): readonly string[] {
  const globbed = globbedAround(fs, folder);
  if (globbed !== undefined) return [globbed.base];
  const all = classFolders(fs, folder);
  if (all.length > 1) return all;
  const { locations, statesLocations } = flywaySettings(fs, folder);
  const there = locations.filter((location) => fs.list(location).length > 0 && isOfOne(location, folder));
  // Of the folders beside them, Flyway reads none.
  const isAbove = there.every((location) => location !== folder && isWithin(folder, location));
  if (statesLocations && isAbove && there.length > 0) return there;
  return there.length > 1 && there.includes(folder) ? there : stitchedWith(fs, folder);
}

/** `{vendor}` names a folder for each database: no run reads two of them. */
function isOfOne(location: string, folder: string): boolean {
  const [one, other] = [location, folder].map((path) => dialectWord(baseName(path)));
  return one === undefined || other === undefined || one === other;
}

/** Rules of the folders above `start`: they hold below it, but never exclude what the user asked for. */
function outerIgnoreRules(fs: FileSystem, start: string): (path: string) => boolean {
  const rules = ancestors(start)
    .slice(1)
    .map((folder) => ignoreRules(fs, folder));
  const kept = rules.filter((rule) => start === "." || !rule(start));
  return (path) => kept.some((rule) => rule(path));
}
