/** Tables that a platform serves to the web. */
import type { Relation } from "../../../schema/model.ts";
import type { MigrationScope } from "../../step.ts";
import { writtenAt } from "../migration/written-at.ts";
import { grantsIn, isOnTable } from "./granted-roles.ts";

/** See `MigrationScope.isExposed`. */
export function isExposed(scope: MigrationScope, { key, schema }: Pick<Relation, "key" | "schema">): boolean {
  const { web } = scope.history;
  if (web === undefined) return false;
  return (
    grantsByItself(scope) ||
    grantsIn(scope).some(
      (step) =>
        step.operation.grantees.some((one) => one === "public" || web.roles.includes(one)) &&
        isOnTable(step, key, schema),
    )
  );
}

/**
 * The platform grants its roles what the migration makes, by what is known of the time: where that is nothing, as it has long
 * been.
 */
export function grantsByItself({
  history,
  migration,
}: Pick<MigrationScope, "history" | "migration">): boolean {
  const since = history.web?.grantsNothingSince;
  const now = writtenAt(migration, history)?.from;
  if (since === undefined || now === undefined || now < since.ofNew) return true;
  if (now >= since.ofAll) return false;
  const [first] = history.migrations;
  const begin = first && writtenAt(first, history)?.from;
  return begin === undefined || begin < since.ofNew;
}
