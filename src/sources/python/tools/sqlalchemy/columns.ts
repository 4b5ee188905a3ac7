/** `sa.Column(…)` and the constraints that stand in it. */
import {
  argument,
  flagOf,
  isNone,
  isNothing,
  textOf,
  type CallValue,
  type Place,
  type Value,
} from "../../value.ts";
import { defaultSql, expressionSql, mysqlDefault } from "./expressions.ts";
import { constraintName, type Named } from "./names.ts";
import { enumOf, isInteger, isTimestamp, serialOf, typeSql } from "./types.ts";
import { dottedOf, integerOf, lastName, nameOf, type Sql, type Writer } from "./writer.ts";

export interface Column {
  readonly call: CallValue;
  readonly at: Place;
  readonly name: Value | undefined;
  readonly type: Value | undefined;
  readonly nullable: boolean;
  readonly statesNullable: boolean;
  readonly primaryKey: boolean;
  readonly unique: boolean;
  readonly index: boolean;
  readonly comment: Value | undefined;
  readonly serverDefault: Value | undefined;
  /** Given by Python, which SQL never sees. */
  readonly pythonDefault: Value | undefined;
  readonly autoincrement: boolean | "auto";
  readonly foreignKeys: readonly CallValue[];
  readonly checks: readonly CallValue[];
  readonly computed: CallValue | undefined;
  readonly identity: CallValue | undefined;
}

const items = /^(?:ForeignKey|CheckConstraint|Computed|Identity|Sequence|FetchedValue|DefaultClause)$/;

/** Undefined: it is no column. */
export function columnOf(value: Value): Column | undefined {
  if (
    value.is !== "call" ||
    !/^(?:Column|mapped_column|column)$/.test(lastName(value.callee) || value.method)
  )
    return undefined;
  const given = value.values;
  const [first, ...others] = given;
  const isNamed =
    nameOf(first) !== undefined || first?.is === "unknown" || (first?.is === "text" && first.holes);
  const rest = isNamed ? others : given;
  const parts = rest.filter(
    (one): one is CallValue => one.is === "call" && items.test(lastName(dottedOf(one))),
  );
  const type = rest.find((one) => !parts.includes(one as CallValue)) ?? value.keywords.get("type_");
  const of = (name: string): readonly CallValue[] => parts.filter((one) => lastName(one.callee) === name);
  const on = (name: string): boolean => flagOf(value.keywords.get(name)) === true;
  const primaryKey = on("primary_key");
  const nullable = flagOf(value.keywords.get("nullable"));
  const [identity] = of("Identity");
  const stated = flagOf(value.keywords.get("autoincrement"));
  const clause = of("DefaultClause")[0]?.values[0];
  // A default among what isn't known is what a column that is NOT NULL needs.
  const open: Value | undefined =
    value.open && nullable === false ? { is: "unknown", at: value.at } : undefined;
  const server = value.keywords.get("server_default") ?? clause ?? open;
  const isMade = (name: string): CallValue | undefined =>
    server?.is === "call" && server.method === name ? server : undefined;
  return {
    call: value,
    at: value.at,
    name: isNamed ? first : value.keywords.get("name"),
    type,
    nullable: nullable ?? !(primaryKey || identity !== undefined || isMade("Identity") !== undefined),
    statesNullable: nullable !== undefined,
    primaryKey,
    unique: on("unique"),
    index: on("index"),
    comment: isNone(value.keywords.get("comment")) ? undefined : value.keywords.get("comment"),
    serverDefault: server,
    pythonDefault: isNothing(value.keywords.get("default")) ? undefined : value.keywords.get("default"),
    autoincrement: stated ?? "auto",
    foreignKeys: of("ForeignKey"),
    checks: of("CheckConstraint"),
    computed: of("Computed")[0] ?? isMade("Computed"),
    identity: identity ?? isMade("Identity"),
  };
}

/** The column of a primary key of one column that counts by itself. */
export function countsItself(writer: Writer, column: Column): boolean {
  if (column.type === undefined || column.autoincrement === false || column.computed !== undefined)
    return false;
  if (!isInteger(writer, column.type)) return false;
  if (column.autoincrement === true) return true;
  const server = column.serverDefault;
  const isFree = isNothing(server) || (server?.is === "call" && server.method === "Identity");
  return isFree && column.pythonDefault === undefined && column.foreignKeys.length === 0;
}

/** `name TYPE DEFAULT … NOT NULL`; `counts`: it counts by itself; `about`: its table, for the names of its checks. */
export function columnSql(writer: Writer, column: Column, counts: boolean, about: Named): Sql {
  const { name, type, at } = column;
  const own = writer.name(name, at);
  const spelled = (type && typeSql(writer, type)) ?? writer.hole(type?.at ?? at);
  const spec = writer.isMysql
    ? mysqlSpec(writer, column, counts, own, spelled)
    : postgresSpec(writer, column, counts, own, spelled);
  const checks = column.checks.flatMap((check) => [
    ...writer.at(check.at, " "),
    ...checkSql(writer, check, constraintName(writer, "ck", argument(check, "name", 1), about, check.at)),
  ]);
  return [...spec, ...checks];
}

function postgresSpec(writer: Writer, column: Column, counts: boolean, name: Sql, type: Sql): Sql {
  const { at, computed, identity, nullable, serverDefault, call } = column;
  const serial = counts && identity === undefined && column.pythonDefault === undefined;
  const value = serial ? undefined : defaultSql(writer, serverDefault);
  const nullAt = call.places.get("nullable") ?? at;
  return writer.join(
    at,
    name,
    " ",
    serial && column.type !== undefined ? writer.at(column.type.at, serialOf(writer, column.type)) : type,
    value === undefined ? "" : writer.join(serverDefault?.at ?? at, " DEFAULT ", value),
    computed === undefined ? "" : writer.join(at, " ", computedSql(writer, computed)),
    identity === undefined ? "" : writer.join(at, " ", identitySql(writer, identity)),
    !nullable && identity === undefined
      ? writer.at(nullAt, " NOT NULL")
      : nullable && identity !== undefined && column.statesNullable
        ? writer.at(nullAt, " NULL")
        : "",
  );
}

function mysqlSpec(writer: Writer, column: Column, counts: boolean, name: Sql, type: Sql): Sql {
  const { at, call, comment, computed, nullable, serverDefault } = column;
  const forced = writer.isMariaDb && computed !== undefined && !column.statesNullable;
  const value = defaultSql(writer, serverDefault);
  const nullAt = call.places.get("nullable") ?? at;
  return writer.join(
    at,
    name,
    " ",
    type,
    computed === undefined ? "" : writer.join(at, " ", computedSql(writer, computed)),
    !nullable && !forced
      ? writer.at(nullAt, " NOT NULL")
      : nullable && column.type !== undefined && isTimestamp(writer, column.type)
        ? writer.at(nullAt, " NULL")
        : "",
    comment === undefined
      ? ""
      : writer.join(at, " COMMENT ", writer.constant(comment) ?? writer.hole(comment.at)),
    counts && (isNothing(serverDefault) || column.identity !== undefined)
      ? " AUTO_INCREMENT"
      : value === undefined
        ? ""
        : writer.join(serverDefault?.at ?? at, " DEFAULT ", mysqlDefault(writer, serverDefault, value)),
  );
}

function computedSql(writer: Writer, computed: CallValue): Sql {
  const [first] = computed.values;
  const text =
    first?.is === "text" ? first.segments : (expressionSql(writer, first) ?? writer.hole(computed.at));
  const persisted = flagOf(argument(computed, "persisted", 1));
  const kind =
    persisted === true ? " STORED" : persisted === false ? " VIRTUAL" : writer.isMysql ? "" : " STORED";
  return writer.join(computed.at, "GENERATED ALWAYS AS (", text, `)${kind}`);
}

function identitySql(writer: Writer, identity: CallValue): Sql {
  const always = flagOf(argument(identity, "always", 0)) === true;
  const number = (name: string): number | undefined => integerOf(identity.keywords.get(name));
  const on = (name: string): boolean | undefined => flagOf(identity.keywords.get(name));
  const cycle = on("cycle");
  const options = [
    number("increment") === undefined ? "" : `INCREMENT BY ${number("increment")}`,
    number("start") === undefined ? "" : `START WITH ${number("start")}`,
    number("minvalue") === undefined ? "" : `MINVALUE ${number("minvalue")}`,
    number("maxvalue") === undefined ? "" : `MAXVALUE ${number("maxvalue")}`,
    on("nominvalue") === undefined ? "" : "NO MINVALUE",
    on("nomaxvalue") === undefined ? "" : "NO MAXVALUE",
    number("cache") === undefined ? "" : `CACHE ${number("cache")}`,
    cycle === undefined ? "" : cycle ? "CYCLE" : "NO CYCLE",
  ].filter((option) => option !== "");
  const list = options.length === 0 ? "" : ` (${options.join(" ")})`;
  return writer.at(identity.at, `GENERATED ${always ? "ALWAYS" : "BY DEFAULT"} AS IDENTITY${list}`);
}

/** `[CONSTRAINT name] CHECK (…)`; `table`: where a name is made of it. */
function checkSql(writer: Writer, check: CallValue, name: Sql | undefined): Sql {
  const given = argument(check, "sqltext", 0);
  const text =
    given?.is === "text" ? given.segments : (expressionSql(writer, given) ?? writer.hole(check.at));
  return writer.join(
    check.at,
    name === undefined ? "" : writer.join(check.at, "CONSTRAINT ", name, " "),
    "CHECK (",
    text,
    ")",
  );
}

/** `table.column` of a foreign key: the table, with its schema, and the column. */
export function referenceOf(
  key: CallValue,
): { readonly table: string; readonly column: string; readonly schema?: string } | undefined {
  const [first] = key.values;
  const text = textOf(first);
  if (text === undefined) return undefined;
  const parts = text.split(".");
  const column = parts.pop();
  const table = parts.pop();
  if (column === undefined || table === undefined) return undefined;
  return { table, column, ...(parts.length > 0 ? { schema: parts.join(".") } : {}) };
}

/** A constraint of the type: CHECK of a Boolean or an Enum that asks for it. */
export function typeCheck(
  writer: Writer,
  column: Column,
): { readonly name: Value | undefined; readonly sql: Sql } | undefined {
  const { type, at } = column;
  if (type?.is !== "call" || column.name === undefined) return undefined;
  const own = writer.name(column.name, at);
  const kind = enumOf(writer, type);
  if (kind !== undefined) {
    if (kind.isNative || !kind.createsConstraint || kind.labels === undefined) return undefined;
    const labels = kind.labels.map((label) => writer.constant(label) ?? writer.hole(label.at));
    return { name: kind.name, sql: writer.join(at, "CHECK (", own, " IN (", writer.list(at, labels), "))") };
  }
  if (lastName(type.callee) !== "Boolean" || !writer.isMysql) return undefined;
  if (flagOf(argument(type, "create_constraint", 0)) !== true) return undefined;
  return { name: argument(type, "name", 1), sql: writer.join(at, "CHECK (", own, " IN (0, 1))") };
}
