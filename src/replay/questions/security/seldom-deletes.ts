import type { QualifiedName } from "../../../model/names.ts";
import type { Schema } from "../../../schema/schema.ts";
import type { Step } from "../../step.ts";
import { bodiesOf, codeOf } from "../dependents/kept.ts";
import { isDeletedByMark } from "../rows/deleted-by-mark.ts";
import { grantsIn } from "./granted-roles.ts";

const deletes: ReadonlySet<string> = new Set(["DELETE", "TRUNCATE", "ALL"]);

/** See `SecurityQuestions.seldomDeletes`. */
export function seldomDeletes({ before, scope, rows }: Step, table: QualifiedName): boolean {
  const { are } = rows(table);
  if (are === "few" || are === "some" || isDeletedByMark(scope.after, table)) return true;
  if (refusesDeletes(scope.after, table)) return true;
  const parent = before.resolve(table);
  const found = before.relation(parent);
  // A cascade asks for no privilege.
  const isFree =
    found.is === "present" &&
    found.value.origin?.migration === scope.migration.index &&
    found.value.constraints.every((one) => one.kind !== "foreign key" || one.onDelete !== "cascade");
  if (!isFree) return false;
  const grants = grantsIn(scope).flatMap(({ operation, before: then }) => {
    const { relations, inSchemas, defaults } = operation;
    const isOn = inSchemas.length > 0 || defaults || relations.some((name) => then.resolve(name) === parent);
    return isOn ? [operation] : [];
  });
  return grants.length > 0 && !grants.some(({ privileges }) => privileges.some((one) => deletes.has(one)));
}

/** A trigger raises an error for each row, whatever is in it. */
function refusesDeletes(schema: Schema, table: QualifiedName): boolean {
  const found = schema.relation(table);
  if (found.is !== "present") return false;
  return found.value.triggers.some(
    ({ timing, events, when, body, function: called }) =>
      timing === "before" &&
      events.includes("delete") &&
      when === undefined &&
      bodiesOf({ body: body === undefined ? undefined : { text: body }, function: called }, schema).some(
        (text) => raisesAtOnce.test(codeOf(text)),
      ),
  );
}

const raisesAtOnce = /^\W*begin\s+raise\s+(?!(?:debug|log|info|notice|warning)\b)/i;
