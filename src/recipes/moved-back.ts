/** What a migration's way back does about something that moves to a later migration. */
import { tableOf } from "../model/kinds.ts";
import type { Step } from "../replay/step.ts";
import { inWords, type Advice } from "./advice.ts";
import { onOneLine, textOf } from "./words.ts";

/**
 * In SQL, the DROP CONSTRAINT that has nothing to drop once the later migration has been rolled back. None where the
 * statement is all that the migration does: its way back moves with it.
 *
 * @param name of the constraint
 */
export function movedBack({ operation, before, script, scope, statement }: Step, name: string): Advice {
  const table = tableOf(operation);
  if (script.code !== undefined || table === undefined) return [];
  if (scope.steps.every((other) => other.statement === statement)) return [];
  const drops = scope.downSteps.filter(
    ({ operation: other, before: then }) =>
      other.kind === "dropConstraint" &&
      !other.constraintIfExists &&
      other.name.text === name &&
      then.resolve(other.table) === before.resolve(table),
  );
  const texts = new Set(
    drops
      .filter((one) => one.statement.operations.length === 1)
      .map((one) => `${onOneLine(textOf(one, one.statement.span))};`),
  );
  return texts.size === 0
    ? []
    : [inWords(`in the rollback, this belongs to that of the later migration: ${[...texts].join(" ")}`)];
}
