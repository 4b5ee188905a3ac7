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
  const columns = [previous, step].map(({ statement }) => new Set(statement.operations.flatMap(columnOf)));
  const isApart = [...(columns[0] ?? [])].every((column) => columns[1]?.has(column) !== true);
  return isAlter && isApart ? previous : undefined;
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
