/** Constraints and indexes as SQLAlchemy writes them. */
import { flagOf, isNothing, itemsOf, textOf, type CallValue, type Place, type Value } from "../../value.ts";
import { expressionSql } from "./expressions.ts";
import { constraintName, type Named } from "./names.ts";
import { integerOf, nameOf, type Sql, type Writer } from "./writer.ts";

const named = (writer: Writer, name: Sql | undefined, at: Place): Sql =>
  name === undefined ? [] : writer.join(at, "CONSTRAINT ", name, " ");

/** Names of columns: texts, `sa.column("a")`, `table.c.a`. */
export function columnNames(writer: Writer, values: readonly Value[] | undefined, at: Place): Sql {
  if (values === undefined) return writer.hole(at);
  return writer.list(
    at,
    values.map((value) =>
      nameOf(value) === undefined
        ? (expressionSql(writer, value) ?? writer.hole(value.at))
        : writer.name(value, value.at),
    ),
  );
}

/** One column's name, or a list of them. */
export const listOf = (value: Value | undefined): readonly Value[] | undefined =>
  value === undefined ? undefined : (itemsOf(value) ?? (nameOf(value) === undefined ? undefined : [value]));

export function deferrability(writer: Writer, call: CallValue, at: Place): Sql {
  const deferrable = flagOf(call.keywords.get("deferrable"));
  const initially = call.keywords.get("initially");
  return writer.join(
    at,
    deferrable === undefined ? "" : deferrable ? " DEFERRABLE" : " NOT DEFERRABLE",
    isNothing(initially) ? "" : ` INITIALLY ${textOf(initially) ?? ""}`,
  );
}

export interface Key {
  readonly call: CallValue;
  readonly name: Value | undefined;
  readonly columns: readonly Value[] | undefined;
  readonly at: Place;
}

export function primaryKeySql(writer: Writer, key: Key, about: Named): Sql {
  const name = constraintName(writer, "pk", key.name, about, key.at);
  return writer.join(
    key.at,
    named(writer, name, key.at),
    "PRIMARY KEY (",
    columnNames(writer, key.columns, key.at),
    ")",
    deferrability(writer, key.call, key.at),
  );
}

export function uniqueSql(writer: Writer, key: Key, about: Named): Sql {
  const name = constraintName(writer, "uq", key.name, about, key.at);
  const distinct = flagOf(key.call.keywords.get("postgresql_nulls_not_distinct"));
  const nulls =
    writer.isMysql || distinct === undefined ? "" : distinct ? "NULLS NOT DISTINCT " : "NULLS DISTINCT ";
  return writer.join(
    key.at,
    named(writer, name, key.at),
    `UNIQUE ${nulls}(`,
    columnNames(writer, key.columns, key.at),
    ")",
    included(writer, key.call, key.at),
    deferrability(writer, key.call, key.at),
  );
}

function included(writer: Writer, call: CallValue, at: Place): Sql {
  const include = listOf(call.keywords.get("postgresql_include"));
  if (writer.isMysql || include === undefined || include.length === 0) return [];
  return writer.join(at, " INCLUDE (", columnNames(writer, include, at), ")");
}

export interface ForeignKey {
  readonly call: CallValue;
  readonly name: Value | undefined;
  readonly columns: readonly Value[] | undefined;
  /** Undefined: not known. */
  readonly table: Sql | undefined;
  readonly tableName: string | undefined;
  readonly referred: readonly Value[] | undefined;
  readonly at: Place;
}

export function foreignKeySql(writer: Writer, key: ForeignKey, about: Named): Sql {
  const referred =
    key.tableName === undefined
      ? undefined
      : { table: key.tableName, columns: (key.referred ?? []).map((one) => nameOf(one) ?? "") };
  const name = constraintName(writer, "fk", key.name, { ...about, referred }, key.at);
  return writer.join(
    key.at,
    named(writer, name, key.at),
    "FOREIGN KEY(",
    columnNames(writer, key.columns, key.at),
    ") REFERENCES ",
    key.table ?? writer.hole(key.at),
    " (",
    columnNames(writer, key.referred, key.at),
    ")",
    actions(writer, key.call, key.at),
  );
}

/** What stands behind the columns of a reference. */
export function actions(writer: Writer, call: CallValue, at: Place): Sql {
  const word = (keyword: string, sql: string): string => {
    const text = textOf(call.keywords.get(keyword));
    return text === undefined ? "" : ` ${sql} ${text}`;
  };
  const isNotValid = flagOf(call.keywords.get("postgresql_not_valid")) === true && !writer.isMysql;
  return writer.join(
    at,
    word("match", "MATCH"),
    word("ondelete", "ON DELETE"),
    word("onupdate", "ON UPDATE"),
    deferrability(writer, call, at),
    isNotValid ? " NOT VALID" : "",
  );
}

export function checkConstraintSql(
  writer: Writer,
  call: CallValue,
  given: { readonly name: Value | undefined; readonly condition: Value | undefined },
  about: Named,
): Sql {
  const name = constraintName(writer, "ck", given.name, about, call.at);
  const condition =
    given.condition?.is === "text"
      ? given.condition.segments
      : (expressionSql(writer, given.condition) ?? writer.hole(given.condition?.at ?? call.at));
  const isNotValid = flagOf(call.keywords.get("postgresql_not_valid")) === true && !writer.isMysql;
  return writer.join(
    call.at,
    named(writer, name, call.at),
    "CHECK (",
    condition,
    ")",
    deferrability(writer, call, call.at),
    isNotValid ? " NOT VALID" : "",
  );
}

/** `("column", "&&")` and the like. */
export function excludeSql(
  writer: Writer,
  call: CallValue,
  name: Value | undefined,
  elements: readonly Value[],
): Sql {
  const parts = elements.map((element) => {
    const [column, operator] = itemsOf(element) ?? [];
    const own =
      column === undefined
        ? undefined
        : nameOf(column) === undefined
          ? expressionSql(writer, column)
          : writer.name(column, column.at);
    return writer.join(element.at, own ?? writer.hole(element.at), ` WITH ${textOf(operator) ?? "="}`);
  });
  const where = call.keywords.get("where");
  const condition = isNothing(where)
    ? undefined
    : where?.is === "text"
      ? where.segments
      : expressionSql(writer, where);
  return writer.join(
    call.at,
    isNothing(name) ? "" : writer.join(call.at, "CONSTRAINT ", writer.name(name, call.at), " "),
    `EXCLUDE USING ${(textOf(call.keywords.get("using")) ?? "gist").toLowerCase()} (`,
    writer.list(call.at, parts),
    ")",
    condition === undefined ? "" : writer.join(call.at, " WHERE (", condition, ")"),
    deferrability(writer, call, call.at),
  );
}

export interface Index {
  readonly call: CallValue;
  readonly name: Value | undefined;
  readonly table: Value | undefined;
  readonly schema: Value | undefined;
  readonly columns: readonly Value[] | undefined;
  readonly unique: boolean;
  readonly ifNotExists: boolean;
  readonly at: Place;
}

/** The option of this database: `postgresql_where`, `mysql_length`. */
function option(writer: Writer, call: CallValue, name: string): Value | undefined {
  for (const own of writer.names) {
    const value = call.keywords.get(`${own}_${name}`);
    if (value !== undefined) return value;
  }
  return undefined;
}

export function createIndexSql(writer: Writer, index: Index): Sql {
  const { call, table, schema, columns, unique, ifNotExists, at } = index;
  const firsts = (columns ?? []).map((one) =>
    one.is === "call" && one.object !== undefined ? one.object : one,
  );
  const about: Named = { table, schema, columns: firsts };
  const name = constraintName(writer, "ix", index.name, about, at) ?? writer.hole(at);
  const target = writer.table(table, schema, at);
  const exists = ifNotExists ? "IF NOT EXISTS " : "";
  const uniquely = unique ? "UNIQUE " : "";
  if (writer.isMysql) {
    const prefix = textOf(option(writer, call, "prefix"));
    const parser = textOf(option(writer, call, "with_parser"));
    const using = textOf(option(writer, call, "using"));
    return writer.join(
      at,
      `CREATE ${uniquely}${prefix === undefined ? "" : `${prefix} `}INDEX ${exists}`,
      name,
      " ON ",
      target,
      " (",
      mysqlColumns(writer, index),
      ")",
      parser === undefined ? "" : ` WITH PARSER ${parser}`,
      using === undefined ? "" : ` USING ${using}`,
    );
  }
  const using = textOf(option(writer, call, "using"));
  const where = option(writer, call, "where");
  const condition = isNothing(where)
    ? undefined
    : where?.is === "text"
      ? where.segments
      : (expressionSql(writer, where) ?? writer.hole(where?.at ?? at));
  const nulls = flagOf(option(writer, call, "nulls_not_distinct"));
  const tablespace = textOf(option(writer, call, "tablespace"));
  const concurrently = flagOf(option(writer, call, "concurrently")) === true;
  return writer.join(
    at,
    `CREATE ${uniquely}INDEX `,
    concurrently ? writer.at(call.places.get("postgresql_concurrently") ?? at, "CONCURRENTLY ") : "",
    exists,
    name,
    " ON ",
    target,
    using === undefined ? " (" : ` USING ${using.toLowerCase()} (`,
    postgresColumns(writer, index),
    ")",
    included(writer, call, at),
    nulls === undefined ? "" : nulls ? " NULLS NOT DISTINCT" : " NULLS DISTINCT",
    withOptions(writer, option(writer, call, "with"), at),
    tablespace === undefined ? "" : ` TABLESPACE ${writer.quoted(tablespace)}`,
    condition === undefined ? "" : writer.join(where?.at ?? at, " WHERE ", condition),
  );
}

/** ` WITH (fillfactor = 50)` */
export function withOptions(writer: Writer, options: Value | undefined, at: Place): Sql {
  if (options?.is !== "record" || options.fields.size === 0) return [];
  const parts = [...options.fields].map(([name, value]) => {
    const text = textOf(value) ?? (value.is === "plain" ? String(value.value) : undefined);
    if (isNothing(value)) return writer.at(value.at, name);
    return text === undefined ? writer.hole(value.at) : writer.at(value.at, `${name} = ${text}`);
  });
  return writer.join(at, " WITH (", writer.list(at, parts), ")");
}

function postgresColumns(writer: Writer, { call, columns, at }: Index): Sql {
  if (columns === undefined) return writer.hole(at);
  const ops = option(writer, call, "ops");
  return writer.list(
    at,
    columns.map((column) => {
      const name = nameOf(column);
      const key = name ?? keyOf(column);
      const operators = ops?.is === "record" && key !== undefined ? textOf(ops.fields.get(key)) : undefined;
      const sql = name === undefined ? grouped(writer, column) : writer.name(column, column.at);
      return writer.join(column.at, sql, operators === undefined ? "" : ` ${operators}`);
    }),
  );
}

/** The column that an expression of an index is about: `sa.column("a").desc()`, `sa.text("a").label("b")`. */
function keyOf(value: Value): string | undefined {
  if (value.is !== "call") return undefined;
  if (value.method === "label") return textOf(value.values[0]);
  if (value.method === "column") return textOf(value.values[0]);
  return value.object === undefined ? undefined : keyOf(value.object);
}

/** An operator stands in parentheses; a text and a function as they are. */
function grouped(writer: Writer, value: Value): Sql {
  const sql = expressionSql(writer, value) ?? writer.hole(value.at);
  const isOperator = value.is === "call" && value.object !== undefined && !/^[a-z_]+$/i.test(value.method);
  return isOperator ? writer.join(value.at, "(", sql, ")") : sql;
}

function mysqlColumns(writer: Writer, { call, columns, at }: Index): Sql {
  if (columns === undefined) return writer.hole(at);
  const length = option(writer, call, "length");
  const every = integerOf(length);
  return writer.list(
    at,
    columns.map((column) => {
      const name = nameOf(column);
      const isFunction = column.is === "call" && /\bfunc\.\w+$/.test(column.callee);
      const sql = name === undefined ? grouped(writer, column) : writer.name(column, column.at);
      const own =
        every ??
        (length?.is === "record" && name !== undefined ? integerOf(length.fields.get(name)) : undefined);
      return writer.join(
        column.at,
        isFunction ? writer.join(column.at, "(", sql, ")") : sql,
        own === undefined ? "" : `(${own})`,
      );
    }),
  );
}
