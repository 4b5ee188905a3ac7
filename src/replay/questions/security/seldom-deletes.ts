import type { QualifiedName } from "../../../model/names.ts";
import type { Step } from "../../step.ts";
import { isDeletedByMark } from "../rows/deleted-by-mark.ts";
import { grantsIn } from "./granted-roles.ts";

const deletes: ReadonlySet<string> = new Set(["DELETE", "TRUNCATE", "ALL"]);

/** See `SecurityQuestions.seldomDeletes`. */
export function seldomDeletes({ before, scope }: Step, table: QualifiedName): boolean {
  if (isDeletedByMark(scope.after, table)) return true;
  const key = before.resolve(table);
  const found = before.relation(key);
  // A cascade asks for no privilege.
  const isFree =
    found.is === "present" &&
    found.value.origin?.migration === scope.migration.index &&
    found.value.constraints.every((one) => one.kind !== "foreign key" || one.onDelete !== "cascade");
  if (!isFree) return false;
  const grants = grantsIn(scope).flatMap(({ operation, before: then }) => {
    const { relations, inSchemas, defaults } = operation;
    const isOn = inSchemas.length > 0 || defaults || relations.some((name) => then.resolve(name) === key);
    return isOn ? [operation] : [];
  });
  return grants.length > 0 && !grants.some(({ privileges }) => privileges.some((one) => deletes.has(one)));
}
