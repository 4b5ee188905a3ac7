/**
 * MySQL manual, "Statements That Cause an Implicit Commit"; MariaDB knowledge base, "SQL statements That Cause an
 * Implicit Commit".
 */
import { kinds } from "../model/kinds.ts";
import type { Operation } from "../model/operation.ts";

const isOn = (value: string | undefined): boolean => /^(?:1|on|true)$/i.test(value ?? "");

/** Does the operation commit the transaction that is open? Its own work can't be rolled back, either. */
export function commitsImplicitly(operation: Operation): boolean {
  // What a routine does is done at its call.
  if (operation.called === true || kinds[operation.kind].commits !== true) return false;
  if (operation.kind === "setOption") return operation.name === "autocommit" && isOn(operation.value);
  if (operation.kind === "createTable" || operation.kind === "dropTable") return operation.temporary !== true;
  return !("within" in operation && operation.within === "createTable");
}
