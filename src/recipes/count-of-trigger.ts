/** In place of a count of all rows that a trigger makes for each row. */
import type { Step } from "../replay/step.ts";
import { inWords, type Advice } from "./advice.ts";

/** Undefined: the words of the rule are right. */
export function countOfTrigger({ operation, values, show }: Step): Advice | undefined {
  if (operation.kind !== "createTrigger") return undefined;
  const asks = values.readsWholeTable()?.asks;
  if (asks !== undefined)
    return [
      inWords(
        `Ask whether there is a row, which reads one: \`IF ${asks} (SELECT 1 FROM ${show(operation.table)})\`.`,
      ),
    ];
  // A trigger for each statement can't set NEW.
  return operation.timing === "before"
    ? [
        inWords(
          "Change a stored number by what the row adds or takes away: `UPDATE totals SET n = n + 1`. Or count where the number is asked for.",
        ),
      ]
    : undefined;
}
