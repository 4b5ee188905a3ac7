/** Whether a project writes rollbacks: one that doesn't has chosen so, and each migration says it again. */
import { hasAutomaticRollback, type Migration } from "../../../project/migration.ts";
import type { MigrationScope } from "../../step.ts";

/** So many migrations before tell what the project does now. */
const looked = 20;

/** See `MigrationScope.rollbackHabit`. */
export function rollbackHabit({
  history,
  migration,
}: MigrationScope): ReturnType<MigrationScope["rollbackHabit"]> {
  let needed = 0;
  let written = 0;
  let automatic: Migration | undefined;
  for (let i = migration.index - 1; i >= 0 && needed < looked; i--) {
    const one = history.migrations[i];
    if (one?.kind !== "versioned" || one.up.empty) continue;
    if (hasAutomaticRollback(one)) {
      automatic = one;
      continue;
    }
    needed++;
    if (one.down?.empty === false || one.irreversible !== undefined) written++;
  }
  if (automatic !== undefined) {
    // Nobody wrote these, so one rollback alone is no habit. That a class can be taken back is expected until some can't.
    needed++;
    if (automatic.changeset === undefined) written += 0.5;
  }
  // At the start of a history nothing is known yet.
  if (written * 4 < needed || needed === 0) return "seldom";
  return written * 4 < needed * 3 ? "at times" : "mostly";
}
