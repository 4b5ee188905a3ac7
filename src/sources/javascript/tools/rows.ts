/** INSERT, UPDATE and DELETE of query builders: which table, which columns, and whether there is a condition. */
import type { Span } from "../../../text/span.ts";
import { withBindings } from "../bindings.ts";
import { SqlWriter, type Sql } from "../sql.ts";
import type { Call, Output } from "../tool.ts";
import { itemsOf, textOf, type Value } from "../value.ts";

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
  readonly at: Span;
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
      output.built([...sql.at(at, "INSERT INTO "), ...table, ...rows(sql, values, at)], call);
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

function condition(sql: SqlWriter, { where, whereValue, at }: RowChange): Sql {
  if (where === undefined) return [];
  if (whereValue?.is === "record" && !whereValue.open && whereValue.fields.size > 0) {
    const parts = [...whereValue.fields].map(([column, value]) => [
      ...sql.name({ is: "text", segments: sql.at(value.at, column), holes: false, at: value.at }, at),
      ...(value.is === "list"
        ? [
            ...sql.at(at, " IN ("),
            ...sql.list(
              value.items.map((item) => sql.literal(item)),
              at,
            ),
            ...sql.at(at, ")"),
          ]
        : value.is === "plain" && value.value === null
          ? sql.at(at, " IS NULL")
          : [...sql.at(at, " = "), ...sql.literal(value)]),
    ]);
    return [...sql.at(where, " WHERE "), ...sql.list(parts, at, " AND ")];
  }
  return [...sql.at(where, " WHERE "), ...sql.at(where, "${condition}")];
}

/** Rows whose columns aren't known: nothing is said of columns. */
function rows(sql: SqlWriter, values: Value | undefined, at: Span): Sql {
  const records = itemsOf(values).filter((value) => value.is === "record");
  const [first] = records;
  if (first === undefined || records.some(({ open }) => open))
    return sql.at(at, sql.file.isMysql ? " VALUES ()" : " DEFAULT VALUES");
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
