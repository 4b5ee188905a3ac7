/** What two branches have in common, and what each has added alone. */
import { statusOf, type Changes, type Upstream } from "../../../project/git/changes.ts";
import { historyKey, type History, type Migration } from "../../../project/migration.ts";
import { startOf } from "../../replayed-migration.ts";
import type { MergeConflict } from "../../step.ts";
import { movedFiles } from "./moved.ts";

/** The histories of the other branch. */
export interface UpstreamHistories extends Pick<Upstream, "moved" | "modified"> {
  /** Where the branches parted. */
  readonly fork: readonly History[];
  /** As the other branch is now. */
  readonly tip: readonly History[];
  /** With the migrations of both. */
  readonly merged: readonly History[];
}

/** The migrations of one history that the branches have in common and that each has alone. */
export interface Sides {
  readonly now: History;
  readonly tip: History;
  readonly merged: History | undefined;
  readonly common: readonly Migration[];
  /** Of the other branch. */
  readonly theirs: readonly Migration[];
  /** Of this one. */
  readonly ours: readonly Migration[];
  /** Of both, with different texts in one file. */
  readonly both: readonly Migration[];
  /** The other branch still has what both had: else the other order says nothing. */
  readonly kept: boolean;
}

/** Several migrations may stand in one file. */
const idOf = (path: string, name: string): string => `${path}\0${name}`;
/** Tells migrations of one project apart, also in two of its versions. */
export const idIn = ({ name, up }: Migration): string => idOf(up.path, name);
const textOf = ({ up: { text, part } }: Migration): string => text.slice(part.start, part.end);

/** Of each history that both branches have added to. */
export function sidesOf(
  now: readonly History[],
  changes: Changes,
  { fork, tip, merged, moved, modified }: UpstreamHistories,
): readonly Sides[] {
  const ownMoved = movedFiles(now, changes);
  const ownMoves = new Set(ownMoved.values());
  const left = new Set(moved.values());
  const of = (histories: readonly History[], key: string): History | undefined =>
    histories.find((history) => historyKey(history) === key);
  return now.flatMap((history): readonly Sides[] => {
    const key = historyKey(history);
    const other = of(tip, key);
    if (other === undefined) return [];
    const then = of(fork, key)?.migrations ?? [];
    const before = new Set(then.map(idIn));
    const keeps = ({ migrations }: History, isMoved: (path: string) => boolean): boolean => {
      const ids = new Set(migrations.map(idIn));
      return then.every((one) => ids.has(idIn(one)) || isMoved(one.up.path));
    };
    // A branch that writes the history anew has no migrations that could come after it.
    if (!keeps(history, (path) => ownMoved.has(path))) return [];
    const kept = keeps(other, (path) => left.has(path));
    const isNew = (migration: Migration, moves: { has(path: string): boolean }): boolean =>
      !before.has(idIn(migration)) && !moves.has(migration.up.path);
    // Of a repeatable one, an edit counts as much as a new one: it runs again.
    const changedBy = (
      { migrations }: History,
      moves: { has(path: string): boolean },
      edited: (migration: Migration) => boolean,
    ): readonly Migration[] =>
      migrations.filter(
        (migration) => isNew(migration, moves) || (migration.kind === "repeatable" && edited(migration)),
      );
    const allTheirs = changedBy(other, moved, ({ up }) => modified.has(up.path));
    const allOurs = changedBy(history, ownMoves, (one) => statusOf(changes, one) !== "unchanged");
    const there = new Map(allTheirs.map((migration) => [idIn(migration), migration]));
    // Of a file that both have changed, git makes one that isn't known yet.
    const shared = new Set(allOurs.map(idIn).filter((id) => there.has(id)));
    const isTaken = (migration: Migration): boolean => {
      const same = there.get(idIn(migration));
      return same !== undefined && !before.has(idIn(same)) && textOf(same) !== textOf(migration);
    };
    const isAlone = (migration: Migration): boolean => !shared.has(idIn(migration));
    const ours = allOurs.filter(isAlone);
    const theirs = allTheirs.filter((one) => isAlone(one) || one.kind !== "repeatable");
    const both = allOurs.filter(isTaken);
    if (theirs.length === 0 || ours.length + both.length === 0) return [];
    const changed = new Set([...allTheirs, ...ours].map(idIn));
    const common = other.migrations.filter((one) => !changed.has(idIn(one)));
    return [{ now: history, tip: other, merged: of(merged, key), common, theirs, ours, both, kept }];
  });
}

/** The newest of the other branch's migrations that come after this one, which the tool then doesn't run. */
export const newerTheirs = ({ merged, theirs }: Sides, migration: Migration): Migration | undefined => {
  const order = merged?.migrations ?? [];
  const ids = new Set(theirs.filter(({ kind }) => kind === "versioned").map(idIn));
  const at = order.findIndex((one) => idIn(one) === idIn(migration));
  return at < 0 ? undefined : order.findLast((one, index) => index > at && ids.has(idIn(one)));
};

/** Versions that both branches have given. */
export function takenVersions(
  { now, tip, merged, ours, theirs, both }: Sides,
  since: string,
): readonly MergeConflict[] {
  const found: MergeConflict[] = both.map((migration) => ({
    how: "file",
    at: startOf(migration.up),
    name: migration.name,
    other: migration.name,
    since,
    what: "",
  }));
  const known = new Set(
    [now, tip].flatMap(({ problems }) => problems.map(({ path, message }) => idOf(path, message))),
  );
  const byPath = (list: readonly Migration[], path: string | undefined): Migration | undefined =>
    list.find(({ up }) => up.path === path);
  for (const { rule, path, message, related, forks, instead } of merged?.problems ?? []) {
    if (rule !== "duplicate-version" || known.has(idOf(path, message))) continue;
    const same = [path, ...(related ?? []).map((one) => one.path)];
    const [own] = same.flatMap((one) => byPath(ours, one) ?? []);
    const [other] = same.flatMap((one) => byPath(theirs, one) ?? []);
    if (own === undefined || other === undefined) continue;
    found.push({
      how: forks === undefined ? "version" : "fork",
      at: startOf(own.up),
      name: own.name,
      other: other.name,
      since,
      what: forks ?? own.version ?? own.name,
      ...(forks === undefined ? {} : { instead }),
    });
  }
  return found;
}
