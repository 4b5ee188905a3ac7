import type { Migration } from "../project/migration.ts";
import type { ReplayFacts } from "./facts.ts";
import type { MigrationScope } from "./step.ts";

/**
 * New or changed since the commit that is compared with. Without one all are, but for repeatable ones where the project
 * says what is applied: only git knows which of them have changed since.
 */
export function isChanged({ kind, up, down }: Migration, { changes, startAfter }: ReplayFacts): boolean {
  if (changes === undefined) return kind !== "repeatable" || startAfter === undefined;
  return (
    changes.status(up.path) !== "unchanged" || (down && changes.status(down.path) !== "unchanged") === true
  );
}

/**
 * Tests whether a migration, by its number, is of the same release as this one: all that are new in git, or after
 * `startAfter`; without these each migration is a release of its own.
 */
export function releaseOf(
  scope: MigrationScope,
  { changes, startAfter }: ReplayFacts,
): (index: number) => boolean {
  const { index, up } = scope.migration;
  const { migrations } = scope.history;
  const isNew = (path: string | undefined): boolean =>
    path !== undefined && changes?.status(path) === "added";
  if (changes !== undefined && isNew(up.path)) {
    return (other) => other >= scope.firstPending && isNew(migrations[other]?.up.path);
  }
  if (changes !== undefined || startAfter === undefined || !scope.pending) return (other) => other === index;
  return (other) => other >= scope.firstPending;
}
