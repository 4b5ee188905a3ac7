/** INSERT, UPDATE and DELETE that SQLAlchemy builds, as far as they are constant. */
import { itemsOf, type CallValue, type Place, type Value } from "../../value.ts";
import { expressionSql } from "./expressions.ts";
import type { Sql, Writer } from "./writer.ts";

/** A statement as its chain of calls says it: `sa.update(t).where(…).values(…)`. */
interface Built {
  readonly kind: "insert" | "update" | "delete";
  readonly table: Value;
  readonly steps: readonly CallValue[];
}

/** Undefined: no statement that changes rows. */
function builtOf(value: Value): Built | undefined {
  const steps: CallValue[] = [];
  for (let at: Value | undefined = value; at?.is === "call"; at = at.object) {
    const kind = /^(?:insert|update|delete)$/.test(at.method) ? (at.method as Built["kind"]) : undefined;
    if (kind !== undefined) {
      const table = at.callee === "" ? at.object : at.values[0];
      return table && { kind, table, steps: steps.reverse() };
    }
    steps.push(at);
  }
  return undefined;
}

/** A name of a table and its schema: `sa.table("t", …)`, `sa.Table("t", metadata, …)`, `op.create_table("t", …)`. */
export function tableOf(writer: Writer, value: Value | undefined, at: Place): Sql | undefined {
  if (value?.is === "call" && /^(?:table|Table|TableClause|create_table)$/.test(value.method))
    return writer.table(value.values[0] ?? value.keywords.get("name"), value.keywords.get("schema"), at);
  if (value?.is === "attribute" && value.name === "__table__") return tableOf(writer, value.object, at);
  if (value?.is === "class") {
    const name = writer.run.member(value, "__tablename__");
    const known = writer.run.member(value, "__table__");
    return name === undefined ? known && tableOf(writer, known, at) : writer.table(name, undefined, at);
  }
  return undefined;
}

/** Undefined: it isn't such a statement; an empty list of parts: not all of it is known. */
export function rowsSql(
  writer: Writer,
  value: Value,
): { readonly kind: Built["kind"]; readonly sql: Sql | undefined } | undefined {
  const built = builtOf(value);
  if (built === undefined) return undefined;
  return { kind: built.kind, sql: writer.qualified(() => builtSql(writer, built, value.at)) };
}

function builtSql(writer: Writer, { kind, table, steps }: Built, at: Place): Sql | undefined {
  const target = tableOf(writer, table, at);
  if (target === undefined) return undefined;
  const conditions: Sql[] = [];
  const compared: Value[] = [];
  let values: ReadonlyMap<string, Value> | undefined;
  let rows: readonly Value[] | undefined;
  for (const step of steps) {
    if (/^(?:where|filter)$/.test(step.method)) {
      for (const one of step.values) {
        const sql = expressionSql(writer, one);
        if (sql === undefined) return undefined;
        conditions.push(sql);
        compared.push(one);
      }
    } else if (step.method === "values") {
      const [first] = step.values;
      if (first?.is === "list") rows = itemsOf(first);
      else if (first?.is === "record") values = first.open ? undefined : first.fields;
      else values = new Map([...(values ?? []), ...step.keywords]);
      if (values === undefined && rows === undefined) return undefined;
    } else if (!/^(?:execution_options|inline|returning)$/.test(step.method)) return undefined;
  }
  const where =
    conditions.length === 0 ? [] : writer.join(at, " WHERE ", writer.list(at, conditions, " AND "));
  const read = kind === "insert" ? [] : [...compared, ...(kind === "update" ? (values?.values() ?? []) : [])];
  const others = otherTables(writer, table, read, at);
  if (others === undefined) return undefined;
  const more = writer.list(at, others);
  if (kind === "delete") {
    const using =
      others.length === 0
        ? []
        : writer.join(at, " USING ", writer.isMysql ? writer.join(at, target, ", ") : [], more);
    return writer.join(at, "DELETE FROM ", target, using, where);
  }
  if (kind === "insert") {
    const all =
      rows ?? (values === undefined ? [] : [{ is: "record", fields: values, open: false, at } as const]);
    return all.length === 0 ? undefined : insertSql(writer, target, all, at);
  }
  if (values === undefined) return undefined;
  const sets = [...values].map(([name, value]) => {
    const sql =
      expressionSql(writer, value) ?? (isOfPython(value) ? writer.at(value.at, "${value}") : undefined);
    // MySQL's tables stand in one list: a column names its own.
    const prefix = writer.isMysql && others.length > 0 ? writer.join(at, target, ".") : [];
    return sql && writer.join(value.at, prefix, writer.quoted(name), "=", sql);
  });
  if (sets.includes(undefined)) return undefined;
  const list = sets.flatMap((one) => (one === undefined ? [] : [one]));
  const set = writer.join(at, " SET ", writer.list(at, list));
  if (others.length === 0) return writer.join(at, "UPDATE ", target, set, where);
  return writer.isMysql
    ? writer.join(at, "UPDATE ", target, ", ", more, set, where)
    : writer.join(at, "UPDATE ", target, set, " FROM ", more, where);
}

/** What a function of Python gives: one value for all rows. */
const isOfPython = (value: Value): boolean =>
  value.is === "call" &&
  !/^(?:sqlalchemy|geoalchemy2|alembic)\b/.test(value.callee) &&
  holdersOf(value).length === 0;

/** Tables beside the changed one whose columns are read, in SQLAlchemy's order; undefined: one of them isn't known. */
function otherTables(
  writer: Writer,
  changed: Value,
  read: readonly Value[],
  at: Place,
): readonly Sql[] | undefined {
  const holders = read.flatMap(holdersOf).filter((one) => one !== changed);
  const others = new Map<string, Sql>();
  const own = textIn(tableOf(writer, changed, at));
  for (const one of holders) {
    const table = tableOf(writer, one, at);
    const key = textIn(table);
    if (key === own && key !== undefined) continue;
    // Columns of a class are written without its table.
    if (table === undefined || key === undefined || one.is === "class" || changed.is === "class")
      return undefined;
    others.set(key, table);
  }
  return [...others.values()];
}

const textIn = (sql: Sql | undefined): string | undefined => sql?.map(({ text }) => text).join("");

/** What the columns in an expression belong to: `table.c.name`, `Model.name`. */
function holdersOf(value: Value): readonly Value[] {
  if (value.is === "attribute") {
    const { object } = value;
    if (object.is === "class") return [object];
    return object.is === "attribute" && /^(?:c|columns)$/.test(object.name) ? [object.object] : [];
  }
  if (value.is === "list") return (itemsOf(value) ?? []).flatMap(holdersOf);
  if (value.is !== "call") return [];
  return [
    ...(value.object === undefined ? [] : [value.object]),
    ...value.values,
    ...value.keywords.values(),
  ].flatMap(holdersOf);
}

/** One statement for rows with the same columns; undefined: not all of them are known. */
export function insertSql(writer: Writer, target: Sql, rows: readonly Value[], at: Place): Sql | undefined {
  const records = rows.flatMap((row) => (row.is === "record" && !row.open ? [row] : []));
  const [first] = records;
  if (first === undefined || records.length !== rows.length) return undefined;
  const names = [...first.fields.keys()];
  const lists = records.map((record) => {
    const parts = names.map((name) => {
      const value = record.fields.get(name);
      if (value === undefined) return undefined;
      return expressionSql(writer, value) ?? writer.hole(value.at);
    });
    return parts.includes(undefined) || record.fields.size !== names.length
      ? undefined
      : writer.join(
          record.at,
          "(",
          writer.list(
            record.at,
            parts.flatMap((one) => (one === undefined ? [] : [one])),
          ),
          ")",
        );
  });
  if (lists.includes(undefined)) return undefined;
  return writer.join(
    at,
    "INSERT INTO ",
    target,
    ` (${names.map((name) => writer.quoted(name)).join(", ")}) VALUES `,
    writer.list(
      at,
      lists.flatMap((one) => (one === undefined ? [] : [one])),
    ),
  );
}
