/** Changes that no row and no other object stands against. */
import type { Operation } from "../../../model/operation.ts";
import type { Step } from "../../step.ts";

/** See `MysqlQuestions.alwaysFits`. */
export const alwaysFits = ({ statement }: Pick<Step, "statement">): boolean =>
  statement.operations.every(fits);

function fits(operation: Operation): boolean {
  switch (operation.kind) {
    case "addColumn": {
      const { notNull, default: value, generated, mysql } = operation.column;
      const hasValue = !notNull || (value !== undefined && !value.isNull);
      return hasValue && generated === undefined && mysql?.autoIncrement !== true;
    }
    case "createIndex":
      return !operation.unique;
    case "renameIndex":
    case "setDefault":
    case "dropDefault":
    case "alterIndex":
      return true;
    default:
      return false;
  }
}

/** See `MysqlQuestions.tidiesUp`. */
export function tidiesUp({
  operation,
  before,
  isHere,
}: Pick<Step, "operation" | "before" | "isHere">): boolean {
  if (operation.kind !== "dropDefault") return false;
  const column = before.column(operation.table, operation.column.text);
  return column.is === "present" && isHere(column.value.origin);
}
