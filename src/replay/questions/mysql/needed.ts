/** Foreign keys that keep an index, or the type of a column, as it is. */
import type { Key, QualifiedName } from "../../../model/names.ts";
import type { Operation } from "../../../model/operation.ts";
import type { ForeignKey } from "../../../schema/model.ts";
import type { Schema } from "../../../schema/schema.ts";
import type { Step } from "../../step.ts";

export interface Holder {
  readonly constraint: string;
  /** The table that refers to the other. */
  readonly table: Key;
}

/** See `MysqlQuestions.heldByForeignKey`. */
export function heldByForeignKey({ operation, before, effects: { fails } }: Step): Holder | undefined {
  // Whether another index takes its place, or the checks are off, the server's refusal says.
  if (fails?.includes("foreign key constraint") !== true) return undefined;
  const held = heldColumns(operation, before);
  if (held === undefined) return undefined;
  const isHeld = (columns: readonly string[]): boolean =>
    held.all
      ? columns.every((column, i) => held.columns[i] === column)
      : columns.some((column) => held.columns.includes(column));
  const table = before.resolve(held.table);
  const relation = before.relation(table);
  const own = relation.is === "present" ? relation.value.constraints : [];
  const mine = own.find((one): one is ForeignKey => one.kind === "foreign key" && isHeld(one.columns));
  if (mine !== undefined) return { constraint: mine.name, table };
  const other = before.foreignKeysTo(table).find(({ constraint }) => isHeld(constraint.referencedColumns));
  return other === undefined ? undefined : { constraint: other.constraint.name, table: other.table };
}

/** `all`: an index that begins with all of a key's columns; else one of them is enough. */
function heldColumns(
  operation: Operation,
  before: Schema,
): { readonly table: QualifiedName; readonly columns: readonly string[]; readonly all: boolean } | undefined {
  if (operation.kind === "redefineColumn")
    return { table: operation.table, columns: [operation.column.text], all: false };
  const [table, name] =
    operation.kind === "dropIndex"
      ? [operation.onTable, operation.index.name]
      : operation.kind === "dropConstraint"
        ? [operation.table, operation.name.text.toLowerCase()]
        : [];
  if (table === undefined) return undefined;
  const index = before.indexesOn(table).find((one) => one.name.toLowerCase() === name?.toLowerCase());
  return index === undefined
    ? undefined
    : { table, columns: index.elements.flatMap(({ column }) => column ?? []), all: true };
}
