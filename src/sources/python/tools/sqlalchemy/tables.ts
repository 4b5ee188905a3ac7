/** CREATE TABLE as SQLAlchemy writes it: columns, the primary key, constraints in the order in which they were made. */
import {
  argument,
  flagOf,
  isNothing,
  itemsOf,
  textOf,
  type CallValue,
  type Place,
  type Value,
} from "../../value.ts";
import { columnOf, columnSql, countsItself, referenceOf, typeCheck, type Column } from "./columns.ts";
import {
  checkConstraintSql,
  createIndexSql,
  excludeSql,
  foreignKeySql,
  listOf,
  primaryKeySql,
  uniqueSql,
  withOptions,
  type ForeignKey,
} from "./constraints.ts";
import { constraintName, type Named } from "./names.ts";
import { spatialIndex } from "./spatial.ts";
import { createEnumSql, enumOf, type EnumType } from "./types.ts";
import { dottedOf, lastName, nameOf, type Sql, type Writer } from "./writer.ts";

export interface Table {
  readonly name: Value | undefined;
  readonly schema: Value | undefined;
  readonly call: CallValue;
  readonly items: readonly Value[];
  readonly ifNotExists: boolean;
}

/** Enum types of PostgreSQL that columns bring with them; `known`: is it made already? */
export function enumStatements(
  writer: Writer,
  columns: readonly Column[],
  known: (type: EnumType) => boolean,
): readonly Sql[] {
  if (writer.isMysql) return [];
  return columns.flatMap((column) => {
    const given = column.type;
    const type = given && enumIn(writer, given);
    if (type === undefined || !type.isNative || !type.createsType || known(type)) return [];
    const at = given?.at ?? column.at;
    return [
      createEnumSql(writer, type, at) ??
        writer.join(at, "CREATE TYPE ", writer.name(type.name, at), " AS ENUM (", writer.hole(at), ")"),
    ];
  });
}

/** `sa.ARRAY(sa.Enum(…))` has one, too. */
function enumIn(writer: Writer, given: Value): EnumType | undefined {
  const own = enumOf(writer, given);
  if (own !== undefined || given.is !== "call" || lastName(given.callee) !== "ARRAY") return own;
  const item = argument(given, "item_type", 0);
  return item && enumIn(writer, item);
}

const isCall = (value: Value, ...names: readonly string[]): value is CallValue =>
  value.is === "call" && names.includes(lastName(dottedOf(value)));

/** All statements for one table, in order. */
export function createTable(
  writer: Writer,
  table: Table,
  known: (type: EnumType) => boolean,
): readonly Sql[] {
  const { call, name, schema } = table;
  const at = call.at;
  const columns = table.items.flatMap((item) => columnOf(item) ?? []);
  const others = table.items.filter((item) => columnOf(item) === undefined);
  const target = writer.table(name, schema, at);
  const explicitKey = others.find((item): item is CallValue => isCall(item, "PrimaryKeyConstraint"));
  const keyColumns = explicitKey
    ? explicitKey.values
    : columns.filter(({ primaryKey }) => primaryKey).flatMap((one) => one.name ?? []);
  const keyNames = new Set(keyColumns.map(nameOf));
  const inKey = (column: Column): boolean => column.primaryKey || keyNames.has(nameOf(column.name));
  const counting = countingColumn(writer, columns.filter(inKey));
  const about = (of: readonly (Value | undefined)[]): Named => ({ table: name, schema, columns: of });
  const parts: Sql[] = columns.map((column) =>
    columnSql(
      writer,
      inKey(column) ? { ...column, nullable: false } : column,
      column === counting,
      about([]),
    ),
  );
  if (keyColumns.length > 0) {
    const key = explicitKey ?? call;
    parts.push(
      primaryKeySql(
        writer,
        {
          call: explicitKey ?? { ...call, keywords: new Map() },
          name: explicitKey?.keywords.get("name"),
          columns: keyColumns,
          at: key === call ? (columns.find(({ primaryKey }) => primaryKey)?.at ?? at) : key.at,
        },
        about(keyColumns),
      ),
    );
  }
  for (const item of others) {
    const own = tableConstraint(writer, item, about);
    if (own !== undefined) parts.push(own);
  }
  for (const column of columns) {
    const check = typeCheck(writer, column);
    if (check !== undefined) {
      const checkName = constraintName(writer, "ck", check.name, about([column.name]), column.at);
      parts.push(
        writer.join(
          column.at,
          checkName === undefined ? "" : writer.join(column.at, "CONSTRAINT ", checkName, " "),
          check.sql,
        ),
      );
    }
    if (column.unique && !column.index)
      parts.push(uniqueSql(writer, columnKey(column), about([column.name])));
    for (const key of column.foreignKeys)
      if (!isLeftOut(key)) parts.push(columnReference(writer, column, key, about([column.name])));
  }
  const prefixes = itemsOf(call.keywords.get("prefixes"))?.flatMap((one) => textOf(one) ?? []) ?? [];
  const body = writer.list(at, parts, ", ");
  const statements: Sql[] = [
    ...enumStatements(writer, columns, known),
    writer.join(
      at,
      `CREATE ${prefixes.map((one) => `${one} `).join("")}TABLE ${table.ifNotExists ? "IF NOT EXISTS " : ""}`,
      target,
      " (",
      body,
      ")",
      tableOptions(writer, call),
    ),
  ];
  for (const item of others)
    if (isCall(item, "Index"))
      statements.push(
        createIndexSql(writer, {
          call: item,
          name: item.values[0],
          table: name,
          schema,
          columns: item.values.slice(1),
          unique: flagOf(item.keywords.get("unique")) === true,
          ifNotExists: false,
          at: item.at,
        }),
      );
  for (const column of columns)
    if (column.index) statements.push(columnIndex(writer, table.name, schema, column));
  for (const column of columns)
    statements.push(...spatialIndex(writer, table.name, schema, column, "create_table"));
  statements.push(...comments(writer, target, call, columns));
  return statements;
}

/** The column of the primary key that counts by itself; of several only one that says so. */
function countingColumn(writer: Writer, key: readonly Column[]): Column | undefined {
  const able = key.filter((column) => countsItself(writer, column));
  return key.length === 1 ? able[0] : able.find(({ autoincrement }) => autoincrement === true);
}

const columnKey = (
  column: Column,
): { call: CallValue; name: undefined; columns: readonly Value[] | undefined; at: Place } => ({
  call: { ...column.call, keywords: new Map() },
  name: undefined,
  columns: column.name && [column.name],
  at: column.call.places.get("unique") ?? column.at,
});

export const columnUnique = (
  writer: Writer,
  table: Value | undefined,
  schema: Value | undefined,
  column: Column,
): Sql => uniqueSql(writer, columnKey(column), { table, schema, columns: [column.name] });

/** `index=True` */
export const columnIndex = (
  writer: Writer,
  table: Value | undefined,
  schema: Value | undefined,
  column: Column,
): Sql =>
  createIndexSql(writer, {
    call: { ...column.call, keywords: new Map() },
    name: undefined,
    table,
    schema,
    columns: column.name && [column.name],
    unique: column.unique,
    ifNotExists: false,
    at: column.call.places.get("index") ?? column.at,
  });

/** `sa.ForeignKey("t.c")` in a column. */
export function columnReference(writer: Writer, column: Column, key: CallValue, about: Named): Sql {
  return foreignKeySql(writer, columnKeyOf(writer, column, key), about);
}

export function columnKeyOf(writer: Writer, column: Column, key: CallValue): ForeignKey {
  const reference = referenceOf(key);
  const at = key.at;
  const text = (name: string): Value => ({ is: "text", segments: writer.at(at, name), holes: false, at });
  return {
    call: key,
    name: key.keywords.get("name"),
    columns: column.name && [column.name],
    table:
      reference &&
      writer.table(
        text(reference.table),
        reference.schema === undefined ? undefined : text(reference.schema),
        at,
      ),
    tableName: reference?.table,
    referred: reference && [text(reference.column)],
    at,
  };
}

/** SQLAlchemy leaves it to a later ALTER TABLE, which `op.create_table` doesn't send. */
const isLeftOut = (key: CallValue): boolean => flagOf(key.keywords.get("use_alter")) === true;

/** Undefined: it is no constraint of the table. */
function tableConstraint(
  writer: Writer,
  item: Value,
  about: (columns: readonly (Value | undefined)[]) => Named,
): Sql | undefined {
  if (item.is !== "call") return item.is === "unknown" ? writer.hole(item.at) : undefined;
  const name = item.keywords.get("name");
  switch (lastName(dottedOf(item))) {
    case "UniqueConstraint":
      return uniqueSql(
        writer,
        { call: item, name, columns: item.open ? undefined : item.values, at: item.at },
        about(item.values),
      );
    case "CheckConstraint":
      return checkConstraintSql(
        writer,
        item,
        { name: argument(item, "name", 1), condition: argument(item, "sqltext", 0) },
        about([]),
      );
    case "ForeignKeyConstraint":
      if (isLeftOut(item)) return undefined;
      return foreignKeySql(
        writer,
        tableReference(writer, item),
        about(listOf(argument(item, "columns", 0)) ?? []),
      );
    case "ExcludeConstraint":
      return excludeSql(writer, item, name, item.values);
    default:
      return undefined;
  }
}

function tableReference(writer: Writer, item: CallValue): ForeignKey {
  const at = item.at;
  const references = listOf(argument(item, "refcolumns", 1))?.map((one) => ({
    one,
    of: referenceOf({ ...item, values: [one] }),
  }));
  const first = references?.[0]?.of;
  const text = (name: string, place: Place): Value => ({
    is: "text",
    segments: writer.at(place, name),
    holes: false,
    at: place,
  });
  const place = references?.[0]?.one.at ?? at;
  return {
    call: item,
    name: argument(item, "name", 2),
    columns: listOf(argument(item, "columns", 0)),
    table:
      first &&
      writer.table(
        text(first.table, place),
        first.schema === undefined ? undefined : text(first.schema, place),
        place,
      ),
    tableName: first?.table,
    referred:
      references?.every(({ of }) => of !== undefined) === true
        ? references.map(({ one, of }) => text(of?.column ?? "", one.at))
        : undefined,
    at,
  };
}

const mysqlTexts = /^(?:COMMENT|DATA_DIRECTORY|INDEX_DIRECTORY|PASSWORD|CONNECTION)$/;

/** What stands behind the closing parenthesis. */
function tableOptions(writer: Writer, call: CallValue): Sql {
  const at = call.at;
  if (!writer.isMysql) {
    const of = (name: string): Value | undefined => call.keywords.get(`postgresql_${name}`);
    const inherits = listOf(of("inherits"));
    const tablespace = textOf(of("tablespace"));
    const text = (name: string): string | undefined => textOf(of(name));
    return writer.join(
      at,
      inherits === undefined
        ? ""
        : ` INHERITS (${inherits.map((one) => writer.quoted(nameOf(one) ?? "")).join(", ")})`,
      text("partition_by") === undefined ? "" : ` PARTITION BY ${text("partition_by")}`,
      text("using") === undefined ? "" : ` USING ${text("using")}`,
      withOptions(writer, of("with"), at),
      text("on_commit") === undefined
        ? ""
        : ` ON COMMIT ${text("on_commit")?.replace("_", " ").toUpperCase()}`,
      tablespace === undefined ? "" : ` TABLESPACE ${writer.quoted(tablespace)}`,
    );
  }
  const options = new Map<string, Value>();
  for (const prefix of [...writer.names].reverse().map((name) => `${name}_`))
    for (const [name, value] of call.keywords)
      if (name.startsWith(prefix)) options.set(name.slice(prefix.length).toUpperCase(), value);
  const comment = call.keywords.get("comment");
  if (comment !== undefined && !isNothing(comment)) options.set("COMMENT", comment);
  const rank = (name: string): number =>
    /PARTITION/.test(name) ? (name === "PARTITION_BY" ? 2 : 3) : name === "COLLATE" ? 1 : 0;
  const spelled = [...options]
    .sort(([a], [b]) => rank(a) - rank(b))
    .map(([name, value]) => {
      const constant = textOf(value) ?? (value.is === "plain" ? value.printed : undefined);
      if (constant === undefined) return writer.hole(value.at);
      const text = mysqlTexts.test(name) ? writer.quotedText(constant) : constant;
      const isSpaced =
        /^(?:DATA_DIRECTORY|INDEX_DIRECTORY|DEFAULT_CHARACTER_SET|CHARACTER_SET|DEFAULT_CHARSET|DEFAULT_COLLATE)$|PARTITION/.test(
          name,
        );
      const own = isSpaced ? name.replaceAll("_", " ") : name;
      const joiner = /^(?:TABLESPACE|DEFAULT CHARACTER SET|CHARACTER SET|COLLATE)$|PARTITION/.test(own)
        ? " "
        : "=";
      return writer.at(value.at, `${own}${joiner}${text}`);
    });
  return spelled.length === 0 ? [] : writer.join(at, " ", writer.list(at, spelled, " "));
}

/** On PostgreSQL comments are statements of their own. */
function comments(writer: Writer, target: Sql, call: CallValue, columns: readonly Column[]): readonly Sql[] {
  if (writer.isMysql) return [];
  const own = call.keywords.get("comment");
  return [
    ...(own === undefined || isNothing(own) ? [] : [tableComment(writer, target, own, own.at)]),
    ...columns.flatMap((column) =>
      column.comment === undefined
        ? []
        : [columnComment(writer, target, column.name, column.comment, column.comment.at)],
    ),
  ];
}

export const tableComment = (writer: Writer, target: Sql, comment: Value, at: Place): Sql =>
  writer.join(at, "COMMENT ON TABLE ", target, " IS ", writer.constant(comment) ?? writer.hole(comment.at));

export const columnComment = (
  writer: Writer,
  target: Sql,
  column: Value | undefined,
  comment: Value,
  at: Place,
): Sql =>
  writer.join(
    at,
    "COMMENT ON COLUMN ",
    target,
    ".",
    writer.name(column, at),
    " IS ",
    writer.constant(comment) ?? writer.hole(comment.at),
  );
