/** A step of a plan as a file of migrations takes it. */
import type { CodeStatements } from "../plan/new-code.ts";
import type { PlanStep } from "./plan.ts";

/** What it is as a migration in code. Where its rollback isn't known, it has none. */
export function givenBy({ statements, transaction, rollback }: PlanStep): CodeStatements {
  const { statements: undo = [], gaps = [], lost = [] } = rollback ?? {};
  const isKnown = rollback !== undefined && (undo.length > 0 || gaps.length === 0);
  const why = [...lost.map((what) => `it doesn't restore ${what}`), ...(isKnown ? [] : gaps)];
  return {
    statements,
    transaction,
    down: isKnown ? undo : undefined,
    irreversible: why.length === 0 ? undefined : why.join(", "),
  };
}

/** What has to be done before a step that is a migration, in words, a line each. */
export function waitsFor(steps: readonly PlanStep[], at: number): readonly string[] {
  const before: string[] = [];
  for (let back = at - 1; back >= 0 && steps[back]?.kind !== "migration"; back--)
    before.unshift(...(steps[back]?.why ?? []));
  return before.flatMap((text) => text.split("\n"));
}
