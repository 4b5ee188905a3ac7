/** The steps of a migration that the server accepts and runs. */
import { isNeverMade } from "../../../schema/failure.ts";
import { relationTag } from "../../../schema/state.ts";
import type { Step } from "../../step.ts";

/**
 * See `MigrationScope.applied`.
 * @param again statements that make existing objects again, and are refused with the first of them
 */
export function appliedSteps(
  steps: readonly Step[],
  again: ReadonlySet<Step["statement"]> | undefined,
): readonly Step[] {
  // Of a CREATE TABLE of what is there already, the foreign keys in it aren't made either.
  const refused = new Set(again);
  // A table that nothing has made may be there all the same: of such a statement, only the keys to that table aren't made.
  const missed = new Map<Step["statement"], Set<string>>();
  for (const { failures, statement } of steps) {
    if (!failures.every(isNeverMade)) refused.add(statement);
    for (const { object } of failures)
      if (object !== undefined) missed.set(statement, (missed.get(statement) ?? new Set()).add(object.tag));
  }
  return steps.filter(({ skipped, refused: isRefused, statement, operation, before }) => {
    if (skipped || isRefused || refused.has(statement)) return false;
    if (operation.kind !== "addForeignKey") return true;
    return missed.get(statement)?.has(relationTag(before.resolve(operation.references))) !== true;
  });
}
