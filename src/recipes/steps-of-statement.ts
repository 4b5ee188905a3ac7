/** The steps that one statement is, one for each of its operations. */
import type { MigrationScope, Step } from "../replay/step.ts";
import { groupBy } from "../text/group.ts";

const known = new WeakMap<MigrationScope, ReadonlyMap<Step["statement"], Step[]>>();

/** The steps of a step's statement. */
export function stepsOf({ scope, statement }: Step): readonly Step[] {
  const before = known.get(scope)?.get(statement);
  if (before !== undefined) return before;
  const byStatement = groupBy([...scope.steps, ...scope.downSteps], (one) => one.statement);
  known.set(scope, byStatement);
  return byStatement.get(statement) ?? [];
}
