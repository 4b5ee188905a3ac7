/** Tables that are used before the history makes them. */
import type { Key } from "../../../model/names.ts";
import type { Origin } from "../../../schema/model.ts";
import { isAfter, laterForeignKeys } from "../../../schema/later.ts";
import type { Schema } from "../../../schema/schema.ts";
import type { Step } from "../../step.ts";

const originOf = ({ scope, script, statement }: Step): Origin => ({
  migration: scope.migration.index,
  path: script.path,
  span: statement.span,
});

/** See `NameQuestions.madeLater`. */
export function madeLater(step: Step, table: Key | undefined): (end: Schema) => boolean {
  const own = originOf(step);
  return (end) => {
    if (table === undefined) return false;
    const found = end.relation(table);
    return found.is === "present" && found.value.origin !== undefined && isAfter(found.value.origin, own);
  };
}

/** See `NameQuestions.lateParent`. */
export function lateParent(step: Step): ((end: Schema) => boolean) | undefined {
  const { operation, before, skipped, failures, direction, mysql } = step;
  if (operation.kind !== "addForeignKey" || direction !== "up" || skipped || failures.length > 0)
    return undefined;
  if (operation.conditional === true || operation.unchecked === true || mysql.ignoresInlineReferences())
    return undefined;
  const found = before.relation(operation.references);
  if (found.is === "absent" || (found.is === "present" && found.value.complete)) return undefined;
  const table = before.resolve(operation.references);
  const own = originOf(step);
  const isMade = madeLater(step, table);
  // With the key on it, the table can't have been dropped in between.
  return (end) => isMade(end) && laterForeignKeys(end, own).some(({ key }) => key.references === table);
}
