/** What a run starts from: the histories below some paths, and the schema before them. */
import { isDialectName, type DialectName } from "../model/dialect.ts";
import { UserError } from "../config/user-error.ts";
import { onceFor } from "../text/once-for.ts";
import { discover } from "../project/discover.ts";
import { statusOf, withArrivals, type Changes } from "../project/git/changes.ts";
import { withParts } from "../project/git/changed-parts.ts";
import { factsIn, factsOf, type Facts } from "../project/facts.ts";
import type { Flow } from "./flow.ts";
import {
  historyKey,
  holdsFile,
  type AnyHistory,
  type FileSystem,
  type History,
  type Migration,
} from "../project/migration.ts";
import { baseName, join, parentOf } from "../project/files/paths.ts";
import { readStats, statsCommands, type Stats } from "../project/stats.ts";
import { schemaBefore, type Earlier } from "../replay/earlier.ts";
import { isNamed } from "../replay/pending.ts";
import type { UpstreamHistories } from "../replay/questions/project/sides.ts";
import { replayFacts, type ReplayFacts } from "../replay/replay-facts.ts";
import { snapshotSchema } from "../replay/snapshot.ts";
import type { Schema } from "../schema/schema.ts";
import { nearest } from "../text/nearest.ts";

export interface Opened {
  /** Of the dialects that are linted so far. */
  readonly histories: readonly History[];
  /** Of other databases; and those that nothing of the project runs. */
  readonly leftOut: readonly AnyHistory[];
}

/** @throws UserError if `startAfter` names no migration, or `migrations` a folder that isn't there */
export function openHistories(fs: FileSystem, paths: readonly string[], facts: Facts): Opened {
  if (paths.length === 0) checkFolders(fs, facts.migrations ?? []);
  const all = discover(fs, paths, facts).map((history) => inSession(history, facts));
  const opened = openedOf(all);
  checkStartAfter(opened.histories, facts);
  return opened;
}

export const openedOf = (all: readonly AnyHistory[]): Opened => ({
  histories: all.filter(isRead).filter(runs),
  leftOut: all.filter((history) => !isRead(history) || !runs(history)),
});

/** For commands that write: a history that nothing runs is still the one that is meant where it is alone. */
export const writable = ({ histories, leftOut }: Opened): readonly History[] =>
  histories.length > 0 ? histories : leftOut.filter(isRead);

const isRead = (history: AnyHistory): history is History => isDialectName(history.dialect);

const runs = ({ idle }: AnyHistory): boolean => idle === undefined;

/** With the session that its scripts are read in. */
const inSession = (history: AnyHistory, facts: Facts): AnyHistory => ({
  ...history,
  sqlMode: factsOf(history, facts).sqlMode,
});

/**
 * The histories as they were before some changes; read only if a file that may be a migration has changed since.
 */
function openBase(changes: Changes, paths: readonly string[], facts: Facts): readonly History[] {
  return changes.touchesOld
    ? discover(changes.base, paths, facts)
        .map((history) => inSession(history, facts))
        .filter(isRead)
    : [];
}

/** The histories of the other branch, where something is new in both; undefined: no conflict is possible. */
export function openUpstream(
  changes: Changes,
  now: readonly History[],
  facts: Facts,
  read: (fs: FileSystem, opened: readonly History[]) => readonly History[],
): UpstreamHistories | undefined {
  const isNew = (one: Migration): boolean => statusOf(changes, one) !== "unchanged";
  const roots = [...new Set(now.filter(({ migrations }) => migrations.some(isNew)).map(({ root }) => root))];
  const upstream = roots.length === 0 ? undefined : changes.upstream?.(roots);
  if (upstream === undefined) return undefined;
  // With the settings of now: only their migrations are the other branch's.
  const open = (fs: FileSystem): readonly History[] => {
    const all = discover(fs, roots, facts).map((history) => inSession(history, facts));
    return read(fs, all.filter(isRead));
  };
  const { moved, modified, fork, tip, merged } = upstream;
  return { moved, modified, fork: open(fork), tip: open(tip), merged: open(merged) };
}

/**
 * The changes, where a file that only moved counts as it was only if it moved within its history, or its history moved
 * as a whole to a folder that held none: what lay elsewhere ran nowhere.
 *
 * @param now the histories as they are
 */
function judgeMoves(changes: Changes, now: readonly History[], facts: Facts): Changes {
  const { base, moved } = changes;
  if (moved.size === 0) return changes;
  const outside = [...moved.values()].map((path) => /^(?:\.\.\/)*/.exec(path)?.[0] ?? "").sort();
  // Searched as a whole, whatever is linted: the history may have lain in any folder.
  const then = onceFor((top: string) =>
    discover(base, top === "" ? [] : [join(top)], { ...facts, migrations: undefined }),
  );
  return withArrivals(changes, (to, from) => {
    const before = then(outside.at(-1) ?? "");
    const old = before.find((history) => holdsFile(history, from));
    const here = now.find((history) => holdsFile(history, to));
    if (old === undefined || here === undefined) return here !== undefined;
    return old.root !== here.root && before.some(({ root }) => root === here.root);
  });
}

/**
 * What to compare with: the changes as `judgeMoves` sees them, where of several migrations in one file only those that
 * are new or changed themselves count as such.
 */
export function openChanges(
  given: Changes,
  fs: FileSystem,
  now: readonly History[],
  paths: readonly string[],
  facts: Facts,
): { readonly changes: Changes; readonly then: () => readonly History[] } {
  const judged = judgeMoves(given, now, facts);
  let opened: readonly History[] | undefined;
  const then = (): readonly History[] => (opened ??= openBase(judged, paths, facts));
  return { changes: withParts(judged, now, then, (path) => fs.read(path)), then };
}

/** What replaying one history needs beside its files. */
export interface World {
  readonly facts: ReplayFacts;
  /** The schema before it, as far as it is known. */
  readonly snapshot: Schema | undefined;
}

/**
 * The world of each history; a file that `facts` name is read once.
 *
 * @throws UserError if it can't be read
 */
export function openWorlds(
  fs: FileSystem,
  facts: Facts,
  loaded: Pick<Flow, "dialects" | "read" | "dump">,
  changes?: Changes,
): (history: History) => World {
  const stats = onceFor((path: string) => openStats(fs, path));
  const snapshots = onceFor((dialect: DialectName) =>
    onceFor((path: string) => openSnapshot(fs, path, dialect, loaded)),
  );
  const earlier = new Map<string, { readonly history: History; readonly found: Earlier | undefined }>();
  const before = (history: History): Schema | undefined => {
    if (history.dump === undefined) return undefined;
    const key = historyKey(history);
    const last = earlier.get(key);
    if (last?.history === history) return last.found?.schema;
    const dump = loaded.dump(fs, history);
    const dialect = loaded.dialects.of(history.dialect);
    const found = dump && schemaBefore(history, dump, loaded.read, dialect, last?.found);
    earlier.set(key, { history, found });
    return found?.schema;
  };
  // What is missing is a mistake of the configuration, whether a history is found or not.
  for (const root of ["", ...Object.keys(facts.folders ?? {})]) {
    const own = factsIn(root, facts);
    if (own.stats !== undefined) stats(own.stats);
  }
  return (history) => {
    const own = factsOf(history, facts);
    return {
      facts: replayFacts(
        { ...own, serverVersion: history.serverVersion },
        own.stats === undefined ? undefined : stats(own.stats),
        changes,
      ),
      snapshot: own.schema === undefined ? before(history) : snapshots(history.dialect)(own.schema),
    };
  };
}

/**
 * The sizes of production's tables.
 *
 * @throws UserError if they can't be read
 */
function openStats(fs: FileSystem, path: string): Stats {
  const text = fs.read(path);
  const stats = text === undefined ? undefined : readStats(text);
  if (stats !== undefined) return stats;
  throw new UserError(
    text === undefined
      ? `can't read the sizes of tables${reason(fs, path)}`
      : "this isn't a file of table sizes",
    {
      file: path,
      expected: '[{"table": "public.orders", "rows": 1, "bytes": 8192}, …]',
      hint: `make it with ${statsCommands.postgres}; on MySQL: ${statsCommands.mysql}`,
    },
  );
}

/**
 * The schema of a snapshot.
 *
 * @throws UserError if it can't be read
 */
function openSnapshot(
  fs: FileSystem,
  path: string,
  dialect: DialectName,
  { dialects, read }: Pick<Flow, "dialects" | "read">,
): Schema {
  const text = fs.read(path);
  if (text === undefined)
    throw new UserError(`can't read the schema snapshot "${path}"${reason(fs, path)}`, {
      hint: 'check "schema"',
    });
  const schema = snapshotSchema(path, text, read, dialects.of(dialect), { dialect });
  if (schema !== undefined) return schema;
  throw new UserError("this isn't a schema snapshot", {
    file: path,
    expected: "a dump, as pg_dump --schema-only makes it",
  });
}

/** Why a file isn't read, behind a colon; empty if there is none. */
function reason(fs: FileSystem, path: string): string {
  const because = fs.refused?.().get(join(path))?.because;
  return because === undefined ? "" : `: ${because}`;
}

function checkFolders(fs: FileSystem, folders: readonly string[]): void {
  for (const given of folders) {
    const folder = join(given);
    if (fs.list(folder).length > 0 || fs.read(folder) !== undefined) continue;
    const because = reason(fs, folder);
    if (because !== "")
      throw new UserError(`can't read "${given}"${because}`, { hint: 'check "migrations"' });
    const parent = parentOf(folder);
    const beside = fs.list(parent ?? ".").filter((name) => name.endsWith("/"));
    const near = nearest(
      baseName(folder),
      beside.map((name) => name.slice(0, -1)),
    );
    throw new UserError(`there is no folder "${given}"`, {
      nearest: near && join(parent ?? ".", near),
      hint: 'check "migrations" in the configuration',
    });
  }
}

function checkStartAfter(histories: readonly History[], facts: Facts): void {
  const { folders = {}, startAfter } = facts;
  const others = histories.filter(({ root }) => folders[root]?.startAfter === undefined);
  checkNamed(others, startAfter);
  for (const [folder, own] of Object.entries(folders)) {
    checkNamed(
      histories.filter(({ root }) => root === folder),
      own.startAfter,
    );
  }
}

function checkNamed(histories: readonly History[], name: string | undefined): void {
  if (name === undefined) return;
  const migrations = histories.flatMap((history) => history.migrations);
  if (migrations.length === 0) return;
  if (histories.some((history) => history.migrations.some((one) => isNamed(history, one, name)))) return;
  const names = migrations.flatMap((migration) => [
    migration.name,
    ...(migration.version === undefined ? [] : [migration.version]),
  ]);
  throw new UserError(`there is no migration "${name}"`, {
    nearest: names.find((one) => name.length > 3 && one.includes(name)) ?? nearest(name, names),
    hint: "give the version or the file name of the last one that is applied (--after, startAfter)",
  });
}
