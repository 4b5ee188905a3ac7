/** Whether a project writes rollbacks: one that doesn't has chosen so, and each migration says it again. */
import { hasDerivedRollback, type Migration } from "../../../project/migration.ts";
import type { MigrationScope } from "../../step.ts";

/** So many migrations before tell what the project does now. */
const looked = 20;
/** Where so many in a row have none, the project no longer writes them. */
const stopped = 4;

/** See `MigrationScope.rollbackHabit`. */
export function rollbackHabit({
  history,
  migration,
}: MigrationScope): ReturnType<MigrationScope["rollbackHabit"]> {
  let needed = 0;
  let written = 0;
  for (let i = migration.index - 1; i >= 0 && needed < looked; i--) {
    const one = history.migrations[i];
    if (one === undefined || !needsRollback(one)) continue;
    needed++;
    if (one.down?.empty === false) written++;
    else if (written === 0 && needed === stopped) return "seldom";
  }
  // At the start of a history nothing is known yet.
  if (written * 2 < needed || needed === 0) return "seldom";
  return written * 4 < needed * 3 ? "at times" : "mostly";
}

/** One that states why there is no way back is no example of either habit. */
const needsRollback = (one: Migration): boolean =>
  one.kind === "versioned" && !one.up.empty && one.irreversible === undefined && !hasDerivedRollback(one);
