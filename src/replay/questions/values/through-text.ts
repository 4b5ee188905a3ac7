/** A column that becomes text, and then of an enum type that is made between and has the name of the one before. */
import type { UserType } from "../../../schema/model.ts";
import type { Step } from "../../step.ts";

export const areEnums = (...types: readonly UserType[]): boolean =>
  types.every(({ form, complete }) => form === "enum" && complete);

/** The old and the new type of which this change of a type is one half. */
export function throughText(step: Step): readonly [UserType, UserType] | undefined {
  const { operation, before, isHere, neighbours } = step;
  if (operation.kind !== "changeColumnType") return undefined;
  const own = { operation, before };
  const column = operation.column.text;
  const isSame = ({ operation: other, before: then }: Step<"changeColumnType">): boolean =>
    then.resolve(other.table) === before.resolve(operation.table) && other.column.text === column;
  const [first, last] = isText(own)
    ? [own, neighbours("later", "changeColumnType").find(isSame)]
    : [neighbours("earlier", "changeColumnType").findLast(isSame), own];
  if (first === undefined || last === undefined || !isText(first)) return undefined;
  const found = first.before.column(operation.table, column);
  const type = found.is === "present" ? found.value.type : undefined;
  const [old, made] = [type && first.before.type(type), last.before.type(last.operation.type)];
  if (old?.is !== "present" || made.is !== "present" || !isHere(made.value.origin)) return undefined;
  return areEnums(old.value, made.value) && old.value.name === made.value.name
    ? [old.value, made.value]
    : undefined;
}

const isText = ({ operation: { type } }: Pick<Step<"changeColumnType">, "operation">): boolean =>
  type.name === "text" || type.name === "varchar";

/** Each value of the old type is one of the new one. */
export function keepsValues(step: Step): boolean {
  const [had, has] = (throughText(step) ?? []).map(({ labels }) => labels.map(({ label }) => label));
  return had !== undefined && had.every((label) => has?.includes(label) === true);
}
