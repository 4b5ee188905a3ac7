/** MySQL manual, "Statements That Cause an Implicit Commit"; MariaDB knowledge base, "SQL statements That Cause an Implicit Commit". */
import type { Operation, OperationKind } from "../../model/operation.ts";

const stays: ReadonlySet<OperationKind> = new Set<OperationKind>([
  "insertRows",
  "updateRows",
  "deleteRows",
  "mergeRows",
  "copyRows",
  "selectRows",
  "callFunction",
  "executeDynamic",
  "commit",
  "rollback",
  "savepoint",
  "setOption",
  "useSchema",
  "unknown",
]);

/** Does the operation commit the transaction that is open? Its own work can't be rolled back, either. */
export function commitsImplicitly(operation: Operation): boolean {
  if (operation.kind === "createTable" || operation.kind === "dropTable") return operation.temporary !== true;
  if ("within" in operation && operation.within === "createTable") return false;
  return !stays.has(operation.kind);
}
