/** The steps that one statement is, one for each of its operations. */
import type { MigrationScope, Step } from "../replay/step.ts";

const known = new WeakMap<MigrationScope, ReadonlyMap<Step["statement"], Step[]>>();

/** The steps of a step's statement. */
export function stepsOf({ scope, statement }: Step): readonly Step[] {
  const before = known.get(scope)?.get(statement);
  if (before !== undefined) return before;
  const byStatement = new Map<Step["statement"], Step[]>();
  for (const one of [...scope.steps, ...scope.downSteps]) {
    const own = byStatement.get(one.statement);
    if (own === undefined) byStatement.set(one.statement, [one]);
    else own.push(one);
  }
  known.set(scope, byStatement);
  return byStatement.get(statement) ?? [];
}
