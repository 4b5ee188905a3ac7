import type { ReplayFacts } from "./facts.ts";
import type { MigrationScope } from "./step.ts";

/** Number of the first migration of the release; without `startAfter` each migration is a release of its own. */
export function firstOfRelease(scope: MigrationScope, facts: ReplayFacts): number {
  if (facts.startAfter === undefined || !scope.pending) return scope.migration.index;
  return scope.firstPending;
}
