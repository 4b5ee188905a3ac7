/** What a migration's own way back says of a column that the history doesn't make: it leads to what was there before. */
import { keepsValues } from "../../../effects/postgres/change-type.ts";
import type { QualifiedName } from "../../../model/names.ts";
import type { Operation, OperationOf } from "../../../model/operation.ts";
import { sameType } from "../../../model/types.ts";
import type { Step } from "../../step.ts";

type OfColumn = Extract<Operation, { readonly kind: "setNotNull" | "dropNotNull" | "changeColumnType" }>;

/** See `ValueQuestions.requiredBefore`. */
export function requiredBefore(step: Step, table: QualifiedName, column: string): boolean {
  const found = step.before.column(table, column);
  if (found.is === "absent" || (found.is === "present" && found.value.notNull !== "unknown")) return false;
  const last = backOf(step, table, column).findLast(({ kind }) => kind !== "changeColumnType");
  return last?.kind === "setNotNull";
}

/** See `ValueQuestions.onlyGrows`. */
export function onlyGrows(step: Step): boolean {
  const { operation, before } = step;
  if (operation.kind !== "changeColumnType" || !castsAlone(operation)) return false;
  const found = before.column(operation.table, operation.column.text);
  if (found.is === "absent" || (found.is === "present" && found.value.type !== undefined)) return false;
  const last = backOf(step, operation.table, operation.column.text).findLast(
    (one) => one.kind === "changeColumnType",
  );
  return last !== undefined && keepsValues(last.type, operation.type);
}

/** A USING that casts the column to its new type does what the server does without one; builders of code write it always. */
export const castsAlone = ({ column, type, using }: OperationOf<"changeColumnType">): boolean =>
  using === undefined || (using.castOf?.column === column.text && sameType(using.castOf.type, type));

function backOf({ scope, before }: Step, table: QualifiedName, column: string): readonly OfColumn[] {
  const own = before.resolve(table);
  return scope.downSteps.flatMap(({ operation, before: then }) =>
    (operation.kind === "setNotNull" ||
      operation.kind === "dropNotNull" ||
      operation.kind === "changeColumnType") &&
    operation.column.text === column &&
    then.resolve(operation.table) === own
      ? [operation]
      : [],
  );
}
