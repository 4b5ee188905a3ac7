/**
 * MySQL manual, "Statements That Cause an Implicit Commit"; MariaDB knowledge base, "SQL statements That Cause an
 * Implicit Commit".
 */
import type { Operation, OperationKind } from "../model/operation.ts";

/** What leaves a transaction open, or isn't known to end it. */
const leavesOpen: ReadonlySet<OperationKind> = new Set<OperationKind>([
  "callFunction",
  "commit",
  "copyRows",
  "deleteRows",
  "executeDynamic",
  "insertRows",
  "mergeRows",
  "rollback",
  "savepoint",
  "selectRows",
  "unknown",
  "updateRows",
  "useSchema",
  "utility",
]);

const isOn = (value: string | undefined): boolean => /^(?:1|on|true)$/i.test(value ?? "");

/** Does the operation commit the transaction that is open? Its own work can't be rolled back, either. */
export function commitsImplicitly(operation: Operation): boolean {
  // What a routine does is done at its call.
  if (operation.called === true || leavesOpen.has(operation.kind)) return false;
  if (operation.kind === "setOption") return operation.name === "autocommit" && isOn(operation.value);
  if (operation.kind === "createTable" || operation.kind === "dropTable") return operation.temporary !== true;
  return !("within" in operation && operation.within === "createTable");
}
