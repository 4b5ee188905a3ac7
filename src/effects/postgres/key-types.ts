/** Foreign keys whose two columns the server can't compare. */
import type { Key } from "../../model/names.ts";
import type { AddForeignKey, ChangeColumnType, Operation } from "../../model/operation.ts";
import type { ColumnType } from "../../model/types.ts";
import { dictionary } from "../../text/dictionary.ts";
import type { ForeignKey } from "../../schema/model.ts";
import { constraintTag } from "../../schema/state.ts";
import type { Schema } from "../../schema/schema.ts";

const integers = ["smallint", "integer", "bigint"];
const exact = [...integers, "numeric"];
const floats = [...exact, "real", "double precision"];
const strings = ["text", "varchar", "char"];
const days = ["date", "timestamp", "timestamptz"];

/**
 * The types that may refer to each type: those with an `=` in the operator family of its index, or with an implicit
 * cast to it. Measured on PostgreSQL 13, 15 and 18.
 */
const referring: Readonly<Record<string, readonly string[]>> = dictionary({
  smallint: integers,
  integer: integers,
  bigint: integers,
  numeric: exact,
  real: floats,
  "double precision": floats,
  oid: [...integers, "oid"],
  money: ["money"],
  text: [...strings, "name"],
  varchar: [...strings, "name"],
  char: strings,
  name: [...strings, "name"],
  uuid: ["uuid"],
  boolean: ["boolean"],
  date: days,
  timestamp: days,
  timestamptz: days,
  time: ["time"],
  timetz: ["time", "timetz"],
  interval: ["time", "interval"],
  bytea: ["bytea"],
  inet: ["inet", "cidr"],
  cidr: ["inet", "cidr"],
  macaddr: ["macaddr"],
  jsonb: ["jsonb"],
  bit: ["bit", "varbit"],
  varbit: ["bit", "varbit"],
});

/** `built-in`: in the table above; `enum`: of the history; undefined: it may have operators that aren't known. */
function sortOf(type: ColumnType, schema: Schema): "built-in" | "enum" | undefined {
  const { name, text, span } = type;
  const own = schema.type({ schema: type.schema, name, text, span });
  if (own.is === "present") return own.value.form === "enum" ? "enum" : undefined;
  return type.schema === undefined && referring[name] !== undefined ? "built-in" : undefined;
}

/** True where the server is certain to refuse a foreign key from a column of one type to one of the other. */
function areIncomparable(type: ColumnType, referenced: ColumnType, schema: Schema): boolean {
  const [from, to] = [type, referenced].map((one) => schema.belowDomains(one).type);
  if (from === undefined || to === undefined) return false;
  const sorts = [sortOf(from, schema), sortOf(to, schema)];
  if (sorts.includes(undefined)) return false;
  if (from.dimensions > 0 || to.dimensions > 0) return from.dimensions > 0 !== to.dimensions > 0;
  if (sorts.every((sort) => sort === "built-in")) return referring[to.name]?.includes(from.name) === false;
  return sorts[0] !== sorts[1] || from.name !== to.name;
}

/** A column of a foreign key, and the one that it refers to. */
export interface IncomparablePair {
  /** As far as the history gives it a name. */
  readonly constraint?: string | undefined;
  readonly table: Key;
  readonly column: string;
  readonly type: ColumnType;
  readonly references: Key;
  readonly referenced: string;
  readonly otherType: ColumnType;
}

/** Pairs of columns that keep the server from adding this foreign key. */
export function incomparablePairs(op: AddForeignKey, schema: Schema): readonly IncomparablePair[] {
  const references = schema.resolve(op.references);
  const found = schema.relation(references);
  const primary =
    found.is === "present" ? found.value.constraints.find(({ kind }) => kind === "primary key") : undefined;
  const written = op.referencedColumns.map(({ text }) => text);
  const targets = written.length > 0 ? written : primary?.kind === "primary key" ? primary.columns : [];
  const key = { columns: op.columns.map(({ text }) => text), references, referencedColumns: targets };
  return pairsOf({ ...key, name: op.name?.text }, schema.resolve(op.table), schema, typesIn(schema, []));
}

/** Pairs of columns that keep the server from making the foreign keys anew that use a retyped column. */
export function pairsBrokenBy(
  op: ChangeColumnType,
  schema: Schema,
  statement: readonly Operation[],
): readonly IncomparablePair[] {
  const table = schema.resolve(op.table);
  const relation = schema.relation(table);
  const types = typesIn(schema, [op, ...statement]);
  const own = relation.is === "present" ? relation.value.constraints : [];
  const isThere = (holder: Key, { name }: ForeignKey): boolean => schema.certain(holder, constraintTag(name));
  const uses = (pair: IncomparablePair): boolean =>
    (pair.table === table && pair.column === op.column.text) ||
    (pair.references === table && pair.referenced === op.column.text);
  return [
    ...own.flatMap((key) =>
      key.kind === "foreign key" && isThere(table, key) ? pairsOf(key, table, schema, types) : [],
    ),
    ...schema
      .foreignKeysTo(table)
      .flatMap(({ table: holder, constraint }) =>
        holder !== table && isThere(holder, constraint) ? pairsOf(constraint, holder, schema, types) : [],
      ),
  ].filter(uses);
}

type Types = (table: Key, column: string) => ColumnType | undefined;

/** As the statement leaves them. */
const typesIn =
  (schema: Schema, statement: readonly Operation[]): Types =>
  (table, name) => {
    const changed = statement.find(
      (op) => op.kind === "changeColumnType" && schema.resolve(op.table) === table && op.column.text === name,
    );
    if (changed?.kind === "changeColumnType") return changed.type;
    const column = schema.column(table, name);
    return column.is === "present" ? column.value.type : undefined;
  };

function pairsOf(
  key: Pick<ForeignKey, "columns" | "references" | "referencedColumns"> & {
    readonly name?: string | undefined;
  },
  table: Key,
  schema: Schema,
  types: Types,
): readonly IncomparablePair[] {
  const { references } = key;
  return key.columns.flatMap((column, i) => {
    const referenced = key.referencedColumns[i];
    if (referenced === undefined) return [];
    const [type, otherType] = [types(table, column), types(references, referenced)];
    if (type === undefined || otherType === undefined || !areIncomparable(type, otherType, schema)) return [];
    return [{ constraint: key.name, table, column, type, references, referenced, otherType }];
  });
}
