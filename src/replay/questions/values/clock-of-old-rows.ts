/** Columns whose default is the clock: the rows that are there get the time of the migration. */
import type { Step } from "../../step.ts";
import { isClock } from "./volatile.ts";

/** See `ValueQuestions.clockOfOldRows`. */
export function clockOfOldRows(step: Step): string | undefined {
  const { operation, after } = step;
  if (operation.kind !== "addColumn") return undefined;
  const { name, default: value } = operation.column;
  const call = value?.functions.find((one) => isClock(one, after.dialect.family));
  if (value === undefined || call === undefined) return undefined;
  const table = after.resolve(operation.table);
  const isFilled = step
    .neighbours("later", "updateRows", "mergeRows")
    .some(({ operation: other, before }) =>
      other.kind === "updateRows"
        ? before.resolve(other.table) === table && other.columns.some(({ text }) => text === name.text)
        : before.resolve(other.table) === table,
    );
  return isFilled ? undefined : value.text;
}
