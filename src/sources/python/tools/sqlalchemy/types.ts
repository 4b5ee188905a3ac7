/** Types of SQLAlchemy, its dialects and common libraries as the database spells them. */
import { characters, mysqlType } from "./mysql-types.ts";
import { decimal, isOn, length, libraryType, sized } from "./type-parts.ts";
import {
  argument,
  flagOf,
  isNothing,
  itemsOf,
  textOf,
  type CallValue,
  type ClassValue,
  type Place,
  type Value,
} from "../../value.ts";
import { dottedOf, integerOf, lastName, type Sql, type Writer, nameOf } from "./writer.ts";

/** A type as a call without arguments where only its class is named. */
export function typeCall(value: Value): CallValue | undefined {
  if (value.is === "call") return value;
  if (value.is !== "name" && value.is !== "class") return undefined;
  return {
    is: "call",
    callee: value.dotted,
    ...(value.is === "class" ? { target: value } : {}),
    method: lastName(value.dotted),
    values: [],
    keywords: new Map(),
    places: new Map(),
    open: false,
    at: value.at,
  };
}

/** `sa.JSON().with_variant(postgresql.JSONB(), "postgresql")`: the one of this database. */
export function chosenType(writer: Writer, value: Value): Value {
  if (value.is !== "call" || value.method !== "with_variant" || value.object === undefined) return value;
  const names = value.values.slice(1).map(textOf);
  const own = writer.names;
  const [variant] = value.values;
  return names.some((name) => name !== undefined && own.includes(name)) && variant !== undefined
    ? chosenType(writer, variant)
    : chosenType(writer, value.object);
}

/** The name of a type without its module: "String", "JSONB". */
export const typeName = (writer: Writer, value: Value): string =>
  lastName(dottedOf(resolved(writer, chosenType(writer, value))));

const integers = /^(?:Integer|INTEGER|INT|BigInteger|BIGINT|SmallInteger|SMALLINT|MEDIUMINT|TINYINT)$/;

/** A column of this type may count by itself. */
export const isInteger = (writer: Writer, value: Value): boolean => integers.test(typeName(writer, value));

export const isDateTime = (writer: Writer, value: Value): boolean =>
  /^(?:DateTime|DATETIME|TIMESTAMP|ArrowType)$/.test(typeName(writer, value));

export const isTimestamp = (writer: Writer, value: Value): boolean => typeName(writer, value) === "TIMESTAMP";

const bySerial: Readonly<Record<string, string>> = {
  BigInteger: "BIGSERIAL",
  BIGINT: "BIGSERIAL",
  SmallInteger: "SMALLSERIAL",
  SMALLINT: "SMALLSERIAL",
};

/** PostgreSQL's type of a column that counts by itself. */
export const serialOf = (writer: Writer, value: Value): string =>
  bySerial[typeName(writer, value)] ?? "SERIAL";

/** The base that a class of the project puts in place of a type: `impl = String(50)`. */
function resolved(writer: Writer, value: Value): Value {
  const own = value.is === "call" ? value.target : value;
  if (own?.is !== "class") return value;
  return implOf(writer, own, value) ?? value;
}

function implOf(writer: Writer, own: ClassValue, value: Value): Value | undefined {
  const { run } = writer;
  const load = run.member(own, "load_dialect_impl");
  const spec = run.member(own, "get_col_spec");
  const at = value.at;
  const self: Value = { is: "unknown", at };
  const given = {
    values: [],
    keywords: new Map<string, Value>(),
    places: new Map<string, Place>(),
    open: true,
    at,
  } as const;
  const impl = run.member(own, "impl");
  if (load?.is === "function" && load.scope.module.path !== "") {
    const dialect: Value = { is: "name", dotted: "alembic.op.dialect", at };
    const made = run.quietly(() =>
      run.callFunction(
        { ...load, self },
        { is: "call", callee: "", method: load.name, ...given, values: [dialect], open: false },
      ),
    );
    const type = made.is === "call" && made.method === "type_descriptor" ? made.values[0] : made;
    if (type !== undefined && /^(?:call|name)$/.test(type.is) && dottedOf(type) !== "") return type;
    return undefined;
  }
  if (spec?.is === "function") {
    const text = run.quietly(() =>
      run.callFunction({ ...spec, self }, { is: "call", callee: "", method: spec.name, ...given }),
    );
    return text.is === "text" ? text : undefined;
  }
  if (impl !== undefined) {
    // Arguments of the decorator are those of the type in it.
    if (value.is === "call" && impl.is === "name")
      return { ...value, target: undefined, callee: impl.dotted, method: lastName(impl.dotted) };
    return resolved(writer, impl);
  }
  // A class of the project that only adds to a type: `class MyEnum(sa.Enum)`.
  const [base] = run.basesOf(own);
  if (base === undefined || dottedOf(base) === "") return undefined;
  if (base.is === "class") return implOf(writer, base, value);
  if (/(?:^|\.)(?:TypeDecorator|UserDefinedType|TypeEngine)$/.test(dottedOf(base))) return undefined;
  return value.is === "call"
    ? { ...value, target: undefined, callee: dottedOf(base), method: lastName(dottedOf(base)) }
    : base;
}

/** Undefined: the type isn't known. */
export function typeSql(writer: Writer, given: Value): Sql | undefined {
  const value = resolved(writer, chosenType(writer, given));
  if (value.is === "text") return value.segments;
  const type = typeCall(value);
  if (type === undefined || type.callee === "") return undefined;
  const enumType = enumOf(writer, type);
  if (enumType !== undefined) return enumSql(writer, enumType, type.at);
  const text = writer.isMysql ? mysqlType(writer, type) : postgresType(writer, type);
  if (text === undefined) return undefined;
  return typeof text === "string" ? writer.at(type.at, text) : text;
}

/** Types of PostgreSQL whose names are what is sent. */
const postgresVerbatim =
  /^(?:INET|CIDR|MACADDR8?|MONEY|OID|REGCLASS|REGCONFIG|TSVECTOR|TSQUERY|CITEXT|HSTORE|JSONB?|JSONPATH|BYTEA|UUID|(?:INT4|INT8|NUM|DATE|TS|TSTZ)(?:MULTI)?RANGE|DATE|REAL|INTEGER|BIGINT|SMALLINT|BOOLEAN|CLOB|BLOB|NCLOB|DOUBLE_PRECISION|DATETIME)$/;

function postgresType(writer: Writer, type: CallValue): string | Sql | undefined {
  const name = lastName(type.callee);
  const isOfPostgres = type.callee.includes(".postgresql.");
  switch (name) {
    case "Integer":
    case "INT":
      return "INTEGER";
    case "BigInteger":
      return "BIGINT";
    case "SmallInteger":
      return "SMALLINT";
    case "Boolean":
      return "BOOLEAN";
    case "String":
    case "Unicode":
    case "VARCHAR":
    case "NVARCHAR":
    case "CHAR":
    case "NCHAR":
    case "Text":
    case "UnicodeText":
    case "TEXT":
    case "AutoString": {
      const size = length(type);
      if (size === "unknown") return undefined;
      const kind = /^(?:N?CHAR|NVARCHAR)$/.test(name) ? name : /TEXT$/i.test(name) ? "TEXT" : "VARCHAR";
      const collation = textOf(argument(type, "collation", 1));
      return sized(kind, size) + (collation === undefined ? "" : ` COLLATE "${collation}"`);
    }
    case "DateTime":
    case "TIMESTAMP":
    case "Time":
    case "TIME": {
      const zone = isOn(type, "timezone", 0) ? "WITH" : "WITHOUT";
      const precision = isOfPostgres ? integerOf(argument(type, "precision", 1)) : undefined;
      return `${sized(/^time$/i.test(name) ? "TIME" : "TIMESTAMP", precision)} ${zone} TIME ZONE`;
    }
    case "Date":
      return "DATE";
    case "Interval":
    case "INTERVAL": {
      const isNative = flagOf(argument(type, "native", 0)) !== false;
      if (name === "Interval" && !isNative) return "TIMESTAMP WITHOUT TIME ZONE";
      const precision = integerOf(
        argument(type, name === "Interval" ? "second_precision" : "precision", name === "Interval" ? 1 : 0),
      );
      const fields = name === "INTERVAL" ? textOf(argument(type, "fields", 1)) : undefined;
      return `INTERVAL${fields === undefined ? "" : ` ${fields}`}${precision === undefined ? "" : ` (${precision})`}`;
    }
    case "Float":
    case "FLOAT":
      return sized("FLOAT", integerOf(argument(type, "precision", 0)));
    case "Double":
      return "DOUBLE PRECISION";
    case "DOUBLE":
      return "DOUBLE";
    case "DOUBLE_PRECISION":
      return "DOUBLE PRECISION";
    case "Numeric":
    case "NUMERIC":
    case "DECIMAL":
      return decimal(name === "DECIMAL" ? "DECIMAL" : "NUMERIC", type);
    case "LargeBinary":
    case "PickleType":
      return "BYTEA";
    case "BINARY":
    case "VARBINARY":
      return sized(name, integerOf(argument(type, "length", 0)));
    case "JSON":
      return "JSON";
    case "Uuid":
    case "UUIDType":
      return flagOf(argument(type, "native_uuid")) === false || flagOf(argument(type, "native")) === false
        ? "CHAR(32)"
        : "UUID";
    case "BIT": {
      const size = integerOf(argument(type, "length", 0));
      return isOn(type, "varying", 1) ? sized("BIT VARYING", size) : `BIT(${size ?? 1})`;
    }
    case "ARRAY":
    case "Array": {
      const [item] = type.values;
      const inner =
        (argument(type, "item_type") ?? item) && typeSql(writer, argument(type, "item_type") ?? item ?? type);
      if (inner === undefined) return undefined;
      return writer.join(type.at, inner, "[]".repeat(integerOf(argument(type, "dimensions", 2)) ?? 1));
    }
    case "DOMAIN":
      return writer.name(argument(type, "name", 0), type.at);
    default:
      if (postgresVerbatim.test(name)) return name.replace("_", " ");
      return libraryType(writer, type);
  }
}

export interface EnumType {
  /** Undefined: not known. */
  readonly labels: readonly Value[] | undefined;
  readonly name: Value | undefined;
  readonly schema: Value | undefined;
  /** A type of its own on PostgreSQL, ENUM(…) on MySQL. */
  readonly isNative: boolean;
  readonly createsType: boolean;
  readonly createsConstraint: boolean;
  readonly length: number | undefined;
  readonly call: CallValue;
}

/** How PostgreSQL's type of an enum is made before a column gets it; undefined: it is another type. */
export function ownType(writer: Writer, type: Value | undefined): string | undefined {
  const found = type === undefined || writer.isMysql ? undefined : enumOf(writer, type);
  const name = found?.isNative === true ? nameOf(found.name) : undefined;
  const schema = nameOf(found?.schema);
  const inSchema = schema === undefined ? "" : `, schema="${schema}"`;
  return (
    name && `create it before: sa.Enum(…, name="${name}"${inSchema}).create(op.get_bind(), checkfirst=True)`
  );
}

/** `sa.Enum(…)`, `postgresql.ENUM(…)`; undefined: it is another type. */
export function enumOf(writer: Writer, given: Value): EnumType | undefined {
  const value = resolved(writer, chosenType(writer, given));
  const call = typeCall(value);
  if (call === undefined || !/^(?:Enum|ENUM)$/.test(lastName(call.callee))) return undefined;
  const [first] = call.values;
  const { labels, implied } = labelsOf(writer, call, first);
  const isExact = lastName(call.callee) === "ENUM";
  return {
    labels,
    name: call.keywords.get("name") ?? implied,
    schema: call.keywords.get("schema"),
    isNative: isExact || flagOf(call.keywords.get("native_enum")) !== false,
    createsType: flagOf(call.keywords.get("create_type")) !== false,
    createsConstraint: flagOf(call.keywords.get("create_constraint")) === true,
    length: integerOf(call.keywords.get("length")),
    call,
  };
}

/** The labels of a class of Python's are the names of its members. */
function labelsOf(
  writer: Writer,
  call: CallValue,
  first: Value | undefined,
): { labels: readonly Value[] | undefined; implied: Value | undefined } {
  if (first?.is !== "class") {
    const items = call.values.length === 1 && first?.is === "list" ? itemsOf(first) : call.values;
    const known = !call.open && items?.every((item) => textOf(item) !== undefined) === true;
    return { labels: known ? items : undefined, implied: undefined };
  }
  const made = (text: string, at: Place): Value => ({
    is: "text",
    segments: writer.at(at, text),
    holes: false,
    at,
  });
  const implied = made(lastName(first.dotted).toLowerCase(), call.at);
  const callable = call.keywords.get("values_callable");
  const members = writer.run.membersOf(first);
  const names = members.names.filter((name) => !name.startsWith("_") && members.own(name)?.is !== "function");
  if (callable === undefined || isNothing(callable))
    return { labels: names.map((name) => made(name, call.at)), implied };
  const values = names.map((name) => members.own(name));
  return {
    labels: values.every((one) => textOf(one) !== undefined) ? values.flatMap((one) => one ?? []) : undefined,
    implied,
  };
}

function enumSql(writer: Writer, type: EnumType, at: Place): Sql | undefined {
  const { labels, name, schema, isNative } = type;
  if (isNative && !writer.isMysql) {
    const own = schema ?? undefined;
    return name === undefined ? undefined : writer.table(name, own, at);
  }
  if (labels === undefined) return undefined;
  const texts = labels.map((label) => textOf(label) ?? "");
  if (!isNative)
    return writer.at(at, `VARCHAR(${type.length ?? Math.max(...texts.map((text) => text.length), 0)})`);
  const values = texts.map((text) => writer.quotedText(text)).join(",");
  return writer.at(at, characters(type.call, `ENUM(${values})`, false));
}

/** `CREATE TYPE … AS ENUM (…)`; undefined: its labels aren't known. */
export function createEnumSql(writer: Writer, type: EnumType, at: Place): Sql | undefined {
  const { labels, name, schema } = type;
  if (labels === undefined || name === undefined) return undefined;
  const values = labels.map((label) => writer.at(label.at, writer.quotedText(textOf(label) ?? "")));
  return writer.join(
    at,
    "CREATE TYPE ",
    writer.table(name, schema, at),
    " AS ENUM (",
    writer.list(at, values),
    ")",
  );
}
