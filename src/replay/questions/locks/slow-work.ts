/** What of a statement takes long on a large table. */
import type { Step } from "../../step.ts";

/** See `LockQuestions.looksUpNothing`. */
export const looksUpNothing = ({ operation: key, values }: Step): boolean =>
  key.kind === "addForeignKey" && key.columns.some(({ text }) => values.stillEmpty(key.table, text));

/** See `LockQuestions.slowWork`. A scan of a whole table, a rewrite, an unbounded change of rows. */
export function slowWork(step: Step): string | undefined {
  const { operation, effects, table, values, createdHere, show } = step;
  // A concurrent build fails in a transaction, which another rule reports.
  if (operation.kind === "selectRows" || ("concurrently" in operation && operation.concurrently)) return;
  // It fails at the first row that it reads.
  if (operation.kind === "addColumn" && operation.column.notNull && values.leavesNull()) return;
  if (values.refersToNone() === "rows" || values.narrows()?.how === "refuses") return;
  const names = (keys: readonly string[]): string => keys.map((key) => show(key)).join(", ");
  if (effects.rewrites.length > 0) return `rewrites ${names(effects.rewrites)}`;
  const isLoop = operation.repeated === true && values.batchesInOneTransaction();
  if (!values.bounded() || isLoop) {
    const fillsNew = operation.kind !== "insertRows" && table !== undefined && createdHere(table) === "yes";
    return fillsNew ? undefined : "changes many rows";
  }
  const own = table === undefined ? undefined : step.before.resolve(table);
  const isBlank = looksUpNothing(step);
  const read = effects.scans.filter((key) =>
    // A row that is written out, where it isn't there yet: of a table to which migrations add rows one by one.
    operation.kind === "insertRows" ? key !== own : key === own || !isBlank,
  );
  return read.length > 0 ? `reads all of ${names(read)}` : undefined;
}
