/** ALTERs that write a table anew one after the other, where one could do it once. */
import type { Operation } from "../../../model/operation.ts";
import type { Step } from "../../step.ts";

/** A name that the other statement may mean as well is no matter for one ALTER. */
const renames: ReadonlySet<Operation["kind"]> = new Set<Operation["kind"]>([
  "alterPartitions",
  "forceRebuild",
  "renameColumn",
  "renameTable",
  "truncateTable",
]);

/** See `LockQuestions.joinsBefore`. */
export function joinsBeforeInMysql(step: Step): Step | undefined {
  const previous = step.earlier().at(-1);
  if (previous === undefined || previous.statement === step.statement) return undefined;
  if (previous.inBody || step.inBody || previous.skipped || step.skipped) return undefined;
  const [one, other] = [previous.effects.online, step.effects.online];
  if (one === undefined || other === undefined || one.table !== other.table) return undefined;
  const writesAnew = (one.rebuild || one.rowsCopied) && (other.rebuild || other.rowsCopied);
  if (!writesAnew || one.algorithm !== other.algorithm) return undefined;
  const operations = [...previous.statement.operations, ...step.statement.operations];
  const isAlter = operations.every((op) => !renames.has(op.kind));
  return isAlter && areApart(previous, step) ? previous : undefined;
}

/** No column is named by both statements. */
export function areApart(one: Step, other: Step): boolean {
  const named = new Set(one.statement.operations.flatMap(columnOf));
  return !other.statement.operations.flatMap(columnOf).some((column) => named.has(column));
}

function columnOf(operation: Operation): readonly string[] {
  switch (operation.kind) {
    case "addColumn":
      return [operation.column.name.text];
    case "redefineColumn":
      return [operation.column.text, operation.definition.name.text];
    case "dropColumn":
      return [operation.column.text];
    default:
      return [];
  }
}
