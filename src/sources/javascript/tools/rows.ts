/** INSERT, UPDATE and DELETE of query builders: which table, which columns, and whether there is a condition. */
import type { Span } from "../../../text/span.ts";
import { withBindings } from "../bindings.ts";
import { SqlWriter, type Sql } from "../sql.ts";
import type { Call, Output } from "../tool.ts";
import { itemsOf, textOf, type RecordValue, type Value } from "../value.ts";

export interface RowChange {
  readonly verb: "insert" | "update" | "delete" | "truncate";
  readonly table: Value | undefined;
  /** Rows of an insert, or the columns of an update. */
  readonly values?: Value | undefined;
  /** `update("column", value)` */
  readonly second?: Value | undefined;
  /** Where the condition is written; undefined: all rows. */
  readonly where?: Span | undefined;
  /** The condition, if it is a record of columns. */
  readonly whereValue?: Value | undefined;
  /** Or comparisons, all of which must hold. */
  readonly comparisons?: readonly Comparison[] | undefined;
  readonly at: Span;
}

/** A column and what it is compared with. */
export interface Comparison {
  readonly column: Value;
  /** As SQL spells it: `<>`, `IS NOT NULL`, `NOT IN`. */
  readonly operator: string;
  /** Of NULL tests: none. */
  readonly value?: Value | undefined;
}

export function changeRows(output: Output, call: Call, change: RowChange): void {
  const sql = new SqlWriter(output.file);
  const { at, values } = change;
  const table = sql.table(change.table, at);
  switch (change.verb) {
    case "truncate":
      output.built([...sql.at(at, "TRUNCATE TABLE "), ...table], call);
      return;
    case "delete":
      output.built([...sql.at(at, "DELETE FROM "), ...table, ...condition(sql, change)], call);
      return;
    case "insert":
      output.built([...sql.at(at, "INSERT INTO "), ...table, ...rows(sql, values, at)], {
        ...call,
        // Of rows that aren't known it can't be told what the server says to them, nor whether there are any.
        flow: knownRows(values).length > 0 ? call.flow : { ...call.flow, conditional: true, asks: undefined },
      });
      return;
    default: {
      const name = textOf(values);
      const pairs: (readonly [string, Value | undefined])[] =
        name !== undefined ? [[name, change.second]] : values?.is === "record" ? [...values.fields] : [];
      if (pairs.length === 0) {
        output.dynamic(at, call, "UPDATE ");
        return;
      }
      const sets = pairs.map(([column, value]) => [
        ...sql.name(
          { is: "text", segments: sql.at(value?.at ?? at, column), holes: false, at: value?.at ?? at },
          at,
        ),
        ...sql.at(at, " = "),
        ...(value === undefined ? sql.at(at, "${value}") : expression(sql, value)),
      ]);
      output.built(
        [
          ...sql.at(at, "UPDATE "),
          ...table,
          ...sql.at(at, " SET "),
          ...sql.list(sets, at),
          ...condition(sql, change),
        ],
        call,
      );
    }
  }
}

function expression(sql: SqlWriter, value: Value): Sql {
  if (value.is !== "chain") return sql.literal(value);
  const last = value.links.at(-1);
  const [text, bindings] = last?.values ?? [];
  if (/^(?:raw|literal)$/.test(last?.name ?? "") && text?.is === "text")
    return withBindings(sql.file, text, bindings).segments;
  if (/^(?:fn|now)$/.test(last?.name ?? "") && last?.values?.length === 0)
    return sql.at(value.at, "CURRENT_TIMESTAMP");
  return sql.literal({ is: "unknown", at: value.at });
}

function condition(sql: SqlWriter, { where, whereValue, comparisons, at }: RowChange): Sql {
  if (where === undefined) return [];
  const all = comparisons ?? (whereValue === undefined ? undefined : comparisonsOf(sql, whereValue));
  if (all === undefined) return [...sql.at(where, " WHERE "), ...sql.at(where, "${condition}")];
  const parts = all.map(({ column, operator, value }) => [
    ...sql.name(column, at),
    ...sql.at(at, ` ${operator}`),
    ...(value === undefined ? [] : [...sql.at(at, " "), ...compared(sql, value, at)]),
  ]);
  return [...sql.at(where, " WHERE "), ...sql.list(parts, at, " AND ")];
}

const compared = (sql: SqlWriter, value: Value, at: Span): Sql =>
  value.is === "list"
    ? [
        ...sql.at(at, "("),
        ...sql.list(
          value.items.map((item) => sql.literal(item)),
          at,
        ),
        ...sql.at(at, ")"),
      ]
    : sql.literal(value);

/** Of `{ a: 1, b: null, c: [1, 2] }`; undefined: it isn't known whole. */
function comparisonsOf(sql: SqlWriter, value: Value): readonly Comparison[] | undefined {
  if (value.is !== "record" || value.open || value.fields.size === 0) return undefined;
  return [...value.fields].map(([name, field]): Comparison => {
    const column: Value = { is: "text", segments: sql.at(field.at, name), holes: false, at: field.at };
    if (field.is === "plain" && field.value === null) return { column, operator: "IS NULL" };
    return { column, operator: field.is === "list" ? "IN" : "=", value: field };
  });
}

/** All of them; none, if there is one whose columns aren't known. */
function knownRows(values: Value | undefined): readonly RecordValue[] {
  const items = itemsOf(values);
  const records = items.filter((value) => value.is === "record");
  return records.length < items.length || records.some(({ open }) => open) ? [] : records;
}

/** Rows whose columns aren't known: nothing is said of columns. */
function rows(sql: SqlWriter, values: Value | undefined, at: Span): Sql {
  const records = knownRows(values);
  const [first] = records;
  if (first === undefined) return sql.at(at, sql.file.isMysql ? " VALUES ()" : " DEFAULT VALUES");
  const columns = [...first.fields.keys()];
  const names = columns.map((column): Value => ({
    is: "text",
    segments: sql.at(first.at, column),
    holes: false,
    at: first.at,
  }));
  const written = records.slice(0, 50).map((record) => [
    ...sql.at(record.at, "("),
    ...sql.list(
      columns.map((column) => {
        const value = record.fields.get(column);
        return value === undefined ? sql.at(record.at, "DEFAULT") : expression(sql, value);
      }),
      at,
    ),
    ...sql.at(record.at, ")"),
  ]);
  return [...sql.at(at, " ("), ...sql.names(names, at), ...sql.at(at, ") VALUES "), ...sql.list(written, at)];
}
