/** MySQL and MariaDB: statements that commit what is open before they run (MySQL manual, section 15.3.3). */
import type { Operation, OperationKind } from "../model/operation.ts";
import type { Schema } from "../schema/schema.ts";

/** What leaves a transaction open, or isn't known to end it. */
const leavesOpen: ReadonlySet<OperationKind> = new Set<OperationKind>([
  "callFunction",
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

export function commitsImplicitly(operations: readonly Operation[], before: Schema): boolean {
  return operations.some((operation) => {
    // What a routine does is done at its call.
    if (operation.called === true || leavesOpen.has(operation.kind)) return false;
    switch (operation.kind) {
      case "commit":
        return false;
      case "setOption":
        return operation.name === "autocommit" && isOn(operation.value);
      case "createTable":
        return !operation.temporary;
      case "dropTable": {
        const found = before.relation(operation.table);
        return !(found.is === "present" && found.value.temporary);
      }
      default:
        return true;
    }
  });
}
