/** Which commit added each file, under whatever name it had. Paths are from the top of the work tree. */
import { baseName } from "../files/paths.ts";
import type { Commit, CommitChanges } from "./commit-list.ts";

/** @internal */
export interface Lineage {
  /** The commit that added a file; missing: unknown. */
  readonly births: ReadonlyMap<string, Commit>;
  /** Files that were changed since. */
  readonly changed: ReadonlySet<string>;
  /** Where files lay before, in folders whose commits aren't all known. */
  readonly outside: ReadonlySet<string>;
  /** Commits that took files away which they didn't move. */
  readonly deleting: ReadonlySet<string>;
}

/**
 * @param all from the oldest: all commits that touch what `isOne` of, or `before`
 * @param isOne of files that may be migrations
 * @param before where some of them lay before
 * @internal
 */
export function lineageOf(
  all: readonly CommitChanges[],
  isOne: (path: string) => boolean,
  before: ReadonlySet<string>,
): Lineage {
  const births = new Map<string, Commit>();
  const changed = new Set<string>();
  const outside = new Set<string>();
  const deleting = new Set<string>();
  const isKnown = (path: string): boolean => before.has(path) || isOne(path);
  for (const { commit, added, deleted, modified, moved } of all) {
    const isNew = (path: string): boolean => !births.has(path) && isKnown(path);
    const rewritten = pairsOf(deleted, added.filter(isNew));
    const gone = new Set([...rewritten.values()]);
    if (deleted.some((path) => !gone.has(path) && isOne(path))) deleting.add(commit.id);
    const arrivals = [...moved.map(([from, to]) => [to, from] as const), ...rewritten].map(
      ([to, from]) => [to, from, births.get(from), changed.has(from)] as const,
    );
    for (const [from] of moved) births.delete(from);
    for (const path of modified) changed.add(path);
    for (const path of added) {
      if (rewritten.has(path)) continue;
      // It was taken out, and is back, maybe with another text.
      if (births.has(path)) changed.add(path);
      else births.set(path, commit);
    }
    for (const [to, from, birth, wasChanged] of arrivals) {
      if (birth === undefined) births.delete(to);
      else births.set(to, birth);
      if (wasChanged || rewritten.has(to)) changed.add(to);
      if (isKnown(to) && !isKnown(from)) outside.add(from);
    }
  }
  return { births, changed, outside, deleting };
}

/** New files that have the name of one that is gone, with another number or in another folder. */
function pairsOf(deleted: readonly string[], added: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  if (deleted.length === 0 || added.length === 0) return found;
  const byName = new Map<string, string>();
  for (const path of deleted) {
    byName.set(baseName(path), path);
    const own = ownName(path);
    if (own !== "") byName.set(` ${own}`, path);
  }
  for (const path of added) {
    const from = byName.get(baseName(path)) ?? byName.get(` ${ownName(path)}`);
    if (from !== undefined) found.set(path, from);
  }
  return found;
}

/** `V003__add_users.sql` → `add_users`. */
const ownName = (path: string): string =>
  baseName(path)
    .replace(/\.\w+$/, "")
    .replace(/^[a-z]?\d[\d._-]*/i, "")
    .toLowerCase();
