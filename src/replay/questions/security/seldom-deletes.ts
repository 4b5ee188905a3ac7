import type { AddForeignKey } from "../../../model/operations/constraint.ts";
import type { Step } from "../../step.ts";
import { isWrittenBy } from "../rows/by-hand.ts";
import { isDeletedByMark } from "../rows/deleted-by-mark.ts";
import { grantsIn } from "./granted-roles.ts";

const deletes: ReadonlySet<string> = new Set(["DELETE", "TRUNCATE", "ALL"]);

/** See `SecurityQuestions.seldomDeletes`. */
export function seldomDeletes({ before, scope, rows }: Step, key: AddForeignKey): boolean {
  const { references: table } = key;
  const { are } = rows(table);
  if (are === "few" || are === "some" || isDeletedByMark(scope.after, table)) return true;
  // Without an action, a user who has written something isn't deleted.
  const isLeft = key.onDelete === undefined || key.onDelete === "no action" || key.onDelete === "restrict";
  if (isLeft && key.columns.every(({ text }) => isWrittenBy(text))) return true;
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
