/** In which columns the history has seen to it that old rows hold values: a default in ADD COLUMN, UPDATE, DELETE. */
import type { Key } from "../../../model/names.ts";
import type { ColumnDefinition, Operation } from "../../../model/operation.ts";
import type { Schema } from "../../../schema/schema.ts";
import { emptyMap, has, set, type PersistentMap } from "../../../schema/persistent.ts";
import type { Step } from "../../step.ts";

export interface Fills {
  /** `public.orders.code`. */
  readonly columns: PersistentMap<true>;
  /** The history has run what isn't read; it may have filled anything. */
  readonly anything: boolean;
}

export const noFills: Fills = { columns: emptyMap(), anything: false };

/** What the steps of a migration add; undefined: the migration isn't read. */
export function fillsAfter(fills: Fills, steps: readonly Step[] | undefined): Fills {
  if (steps === undefined) return { ...fills, anything: true };
  let { columns, anything } = fills;
  for (const { operation, before, after } of steps) {
    anything ||= operation.kind === "executeDynamic";
    for (const column of filledBy(operation, before, after, columns)) columns = set(columns, column, true);
  }
  return { columns, anything };
}

/** Old rows of the column hold values that the history gave them, or may do. */
export const isFilled = (fills: Fills, table: Key, column: string): boolean =>
  fills.anything || has(fills.columns, `${table}.${column}`);

const hasValue = ({ default: value, generated, identity, serial }: ColumnDefinition): boolean =>
  serial || identity !== undefined || generated !== undefined || (value !== undefined && !value.isNull);

function filledBy(
  operation: Operation,
  before: Schema,
  after: Schema,
  known: PersistentMap<true>,
): readonly string[] {
  switch (operation.kind) {
    case "createTable": {
      const table = after.resolve(operation.table);
      return operation.columns.filter(hasValue).map(({ name }) => `${table}.${name.text}`);
    }
    case "addColumn":
      return hasValue(operation.column)
        ? [`${before.resolve(operation.table)}.${operation.column.name.text}`]
        : [];
    case "updateRows":
      return operation.columns.map(({ text }) => `${before.resolve(operation.table)}.${text}`);
    // Rows that held NULL may be gone now.
    case "deleteRows":
      return (operation.where?.columns ?? []).map(
        ({ column }) => `${before.resolve(operation.table)}.${column}`,
      );
    case "truncateTable":
      return columnsOf(before.resolve(operation.table), before);
    case "mergeRows":
      return columnsOf(before.resolve(operation.table), before);
    // The new type's values are computed.
    case "changeColumnType":
      return operation.using === undefined
        ? []
        : [`${before.resolve(operation.table)}.${operation.column.text}`];
    case "renameColumn": {
      const table = before.resolve(operation.table);
      return has(known, `${table}.${operation.column.text}`) ? [`${table}.${operation.to.text}`] : [];
    }
    case "renameTable":
    case "setTableSchema": {
      const from = before.resolve(operation.table);
      const dot = from.indexOf(".");
      const to =
        operation.kind === "renameTable"
          ? `${from.slice(0, dot)}.${operation.to.text}`
          : `${operation.to.text}${from.slice(dot)}`;
      const names = columnsOf(from, before).map((column) => column.slice(from.length));
      return names.filter((name) => has(known, from + name)).map((name) => to + name);
    }
    default:
      return [];
  }
}

function columnsOf(table: Key, schema: Schema): readonly string[] {
  const found = schema.relation(table);
  return found.is === "present" ? found.value.columns.map(({ name }) => `${table}.${name}`) : [];
}
