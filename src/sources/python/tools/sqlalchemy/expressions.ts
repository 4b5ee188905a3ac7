/** Expressions of SQLAlchemy: texts of SQL, functions, columns and operators on them. */
import { argument, isNothing, itemsOf, textOf, type CallValue, type Value } from "../../value.ts";
import { replaced, textValue } from "../../text.ts";
import { typeSql } from "./types.ts";
import { isOlder } from "../../versions.ts";
import { dottedOf, lastName, nameOf, type Sql, type Writer } from "./writer.ts";

const isSqlalchemy = (callee: string): boolean => /^(?:sqlalchemy|sqlmodel|sa)(?:\.|$)/.test(callee);

/** The SQL in `sa.text("…")`; undefined for everything else. */
export function rawText(writer: Writer, value: Value | undefined): Sql | undefined {
  if (value?.is !== "call") return undefined;
  if (value.object !== undefined && value.method === "bindparams") {
    const inner = rawCall(value.object);
    return inner && bound(writer, inner, value.keywords, value);
  }
  if (value.object !== undefined && /^(?:execution_options|columns)$/.test(value.method))
    return rawText(writer, value.object);
  const inner = rawCall(value);
  return inner && bound(writer, inner, new Map(), value);
}

const rawCall = (value: Value): (Value & { is: "text" }) | undefined => {
  if (value.is !== "call" || !/^(?:text|literal_column|DDL|TextClause)$/.test(value.method)) return undefined;
  const [first] = value.values;
  return first?.is === "text" ? first : undefined;
};

/** `:name` by its value; `\:` is a colon. */
export function bound(
  writer: Writer,
  text: Value & { is: "text" },
  given: ReadonlyMap<string, Value>,
  from: CallValue,
): Sql {
  const values = new Map(given);
  for (const one of from.values)
    if (one.is === "call" && one.method === "bindparam") {
      const name = textOf(one.values[0]);
      const value = argument(one, "value", 1);
      if (name !== undefined && value !== undefined) values.set(name, value);
    }
  return replaced(text, /\\:|(?<![:\w\\]):(\w+)(?!:)/g, ([all, name]) => {
    if (all === "\\:") return textValue(writer.at(text.at, ":"), text.at);
    const value = values.get(name ?? "");
    if (value === undefined) return undefined;
    const constant = writer.constant(value);
    return textValue(constant ?? writer.hole(value.at), value.at, constant === undefined);
  }).segments;
}

/** A value in an expression: a constant, a column, a call; undefined: not known. */
export function expressionSql(writer: Writer, value: Value | undefined): Sql | undefined {
  if (value === undefined) return undefined;
  const constant = writer.constant(value);
  if (constant !== undefined) return constant;
  const raw = rawText(writer, value);
  if (raw !== undefined) return raw;
  if (value.is === "attribute") return columnOf(writer, value);
  if (value.is === "call") return callSql(writer, value);
  if (value.is === "name" && isSqlalchemy(value.dotted)) return namedFunction(writer, value);
  return undefined;
}

/** `sa.func.now` without its call. */
function namedFunction(writer: Writer, value: Value): Sql | undefined {
  const name = lastName(dottedOf(value));
  return /^(?:true|false|null)$/.test(name) ? writer.at(value.at, name) : undefined;
}

/** `table.c.name`, `Model.name` */
function columnOf(writer: Writer, value: Value): Sql | undefined {
  if (value.is !== "attribute") return undefined;
  const { object, name, at } = value;
  const isColumns = object.is === "attribute" && /^(?:c|columns)$/.test(object.name);
  if (!isColumns && object.is !== "class") return undefined;
  const own = isColumns ? object.object : object;
  const table = own.is === "call" ? nameOf(own.values[0]) : undefined;
  const prefix = writer.qualifies && table !== undefined ? `${writer.quoted(table)}.` : "";
  return writer.at(at, `${prefix}${writer.quoted(name)}`);
}

const infix: Readonly<Record<string, string>> = {
  "==": "=",
  "!=": "!=",
  "<": "<",
  "<=": "<=",
  ">": ">",
  ">=": ">=",
  "+": "+",
  "-": "-",
  "*": "*",
  "/": "/",
  "&": "AND",
  "|": "OR",
};

function callSql(writer: Writer, call: CallValue): Sql | undefined {
  const { callee, object, method, values, at } = call;
  const [first, second] = values;
  if (object !== undefined && callee === "") return methodSql(writer, call);
  if (/\bfunc\.\w+$/.test(callee)) return functionSql(writer, call);
  switch (method) {
    case "true":
    case "false":
    case "null":
      return writer.at(at, method);
    case "column":
    case "Column":
      return writer.name(first, at);
    case "literal":
    case "inline_literal":
    case "bindparam":
      return writer.constant(method === "bindparam" ? argument(call, "value", 1) : first);
    case "cast": {
      const inner = expressionSql(writer, first);
      const type = second && typeSql(writer, second);
      return inner && type && writer.join(at, "CAST(", inner, " AS ", type, ")");
    }
    case "and_":
    case "or_": {
      const parts = values.map((value) => expressionSql(writer, value));
      if (parts.some((part) => part === undefined)) return undefined;
      return writer.list(
        at,
        parts.flatMap((part) => (part === undefined ? [] : [part])),
        method === "and_" ? " AND " : " OR ",
      );
    }
    case "not_": {
      const inner = expressionSql(writer, first);
      return inner && writer.join(at, "NOT (", inner, ")");
    }
    case "desc":
    case "asc": {
      const inner = first?.is === "text" ? writer.name(first, at) : expressionSql(writer, first);
      return inner && writer.join(at, inner, ` ${method.toUpperCase()}`);
    }
    case "next_value": {
      return undefined;
    }
    default:
      return undefined;
  }
}

/** `sa.func.lower(…)` */
function functionSql(writer: Writer, call: CallValue): Sql | undefined {
  const name = lastName(call.callee);
  if (
    /^current_(?:timestamp|date|time|user)$|^localtime(?:stamp)?$|^session_user$/i.test(name) &&
    call.values.length === 0
  )
    return writer.at(call.at, name.toUpperCase());
  const parts = call.values.map((value) => expressionSql(writer, value));
  if (call.open || parts.some((part) => part === undefined)) return undefined;
  return writer.join(
    call.at,
    `${name}(`,
    writer.list(
      call.at,
      parts.flatMap((part) => (part === undefined ? [] : [part])),
    ),
    ")",
  );
}

function methodSql(writer: Writer, call: CallValue): Sql | undefined {
  const { object, method, values, at } = call;
  const [first] = values;
  if (method === "next_value" && object?.is === "call" && object.method === "Sequence") {
    const name = nameOf(object.values[0]);
    return name === undefined ? undefined : writer.at(at, `nextval('${writer.quoted(name)}')`);
  }
  const left = expressionSql(writer, object);
  if (left === undefined) return undefined;
  const operator = infix[method];
  if (operator !== undefined && first !== undefined) {
    if (isNothing(first) && /^[=!]=$/.test(method))
      return writer.join(at, left, method === "==" ? " IS NULL" : " IS NOT NULL");
    const right = expressionSql(writer, first);
    return right && writer.join(at, left, ` ${operator} `, right);
  }
  switch (method) {
    case "desc":
    case "asc":
      return writer.join(at, left, ` ${method.toUpperCase()}`);
    case "nulls_last":
    case "nullslast":
      return writer.join(at, left, " NULLS LAST");
    case "nulls_first":
    case "nullsfirst":
      return writer.join(at, left, " NULLS FIRST");
    case "is_":
    case "is_not":
    case "isnot": {
      const right = expressionSql(writer, first);
      return right && writer.join(at, left, method === "is_" ? " IS " : " IS NOT ", right);
    }
    case "like":
    case "ilike": {
      const right = expressionSql(writer, first);
      return right && writer.join(at, left, ` ${method.toUpperCase()} `, right);
    }
    case "in_":
    case "notin_":
    case "not_in": {
      const items = itemsOf(first)?.map((item) => expressionSql(writer, item));
      if (items === undefined || items.some((item) => item === undefined)) return undefined;
      const list = writer.list(
        at,
        items.flatMap((item) => (item === undefined ? [] : [item])),
      );
      return writer.join(at, left, method === "in_" ? " IN (" : " NOT IN (", list, ")");
    }
    case "op": {
      return undefined;
    }
    case "cast": {
      const type = first && typeSql(writer, first);
      return type && writer.join(at, "CAST(", left, " AS ", type, ")");
    }
    case "label":
    case "self_group":
      return left;
    default:
      return undefined;
  }
}

/** What a `server_default` is: undefined where it is none that SQL has; a placeholder where it isn't known. */
export function defaultSql(writer: Writer, given: Value | undefined): Sql | undefined {
  const value = given?.is === "call" && given.method === "DefaultClause" ? given.values[0] : given;
  if (value === undefined || isNothing(value)) return undefined;
  if (value.is === "call" && /^(?:FetchedValue|Computed|Identity)$/.test(value.method)) return undefined;
  if (value.is === "text")
    return value.holes ? writer.join(value.at, "'", value.segments, "'") : writer.constant(value);
  return expressionSql(writer, value) ?? writer.hole(value.at);
}

/**
 * A default as SQLAlchemy writes it behind a column of MySQL. In parentheses, which MySQL takes from 8.0.13 on and
 * MariaDB from 10.2.1 on: functions of `sa.func` from its release 2.0.36 on, all expressions from 2.0.40 on.
 */
export function mysqlDefault(writer: Writer, given: Value | undefined, sql: Sql): Sql {
  const value = given?.is === "call" && given.method === "DefaultClause" ? given.values[0] : given;
  const isFunction = value?.is === "call" && /\bfunc\.\w+$/.test(value.callee);
  const text = sql.map((part) => part.text).join("");
  const isPlain =
    !writer.mayUse("sqlalchemy", isFunction ? "2.0.36" : "2.0.40") ||
    isOlder(writer.serverVersion, writer.isMariaDb ? "10.2.1" : "8.0.13") ||
    /^\s*['"(]/.test(text) ||
    /ON +UPDATE/i.test(text) ||
    /\bnow\(\d+\)|\bcurrent_timestamp\(\d+\)/i.test(text) ||
    !/\W/.test(text);
  const [first] = sql;
  if (isPlain || first === undefined) return sql;
  const at = { path: first.path, ...first.at };
  return writer.join(at, "(", sql, ")");
}
