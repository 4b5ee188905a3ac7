/** Types of columns, by the names that migrations give them, as SQL. */
import { isTruthy, itemsOf, numberOf, textOf, type Value } from "../value.ts";
import type { Vendor } from "./vendor.ts";

export type Options = ReadonlyMap<string, Value>;

/** A call that Rails refuses with this text. */
export class Refusal {
  readonly why: string;
  readonly instead: string;

  constructor(why: string, instead: string) {
    this.why = why;
    this.instead = instead;
  }
}

const postgres: Readonly<Record<string, string>> = {
  primary_key: "bigserial primary key",
  string: "character varying",
  text: "text",
  integer: "integer",
  bigint: "bigint",
  float: "float",
  decimal: "decimal",
  timestamp: "timestamp",
  timestamptz: "timestamptz",
  time: "time",
  date: "date",
  binary: "bytea",
  blob: "bytea",
  boolean: "boolean",
  bit: "bit",
  bit_varying: "bit varying",
};

const mysql: Readonly<Record<string, string>> = {
  string: "varchar",
  text: "text",
  integer: "int",
  bigint: "bigint",
  float: "float",
  decimal: "decimal",
  datetime: "datetime",
  timestamp: "timestamp",
  time: "time",
  date: "date",
  binary: "blob",
  blob: "blob",
  boolean: "tinyint(1)",
  json: "json",
};

/** Of PostgreSQL's adapter alone: on MySQL, code of the project or a gem says what they are. */
const ofPostgres =
  /^(?:uuid|jsonb|hstore|inet|cidr|macaddr|citext|ltree|tsvector|tsquery|xml|money|oid|interval)$/;

const withPrecision = /^(?:datetime|timestamp|time|interval)$/;

/** As SQL; undefined: not known. */
export function typeSql(vendor: Vendor, kind: string, options: Options): string | undefined {
  for (const name of ["limit", "precision", "scale", "size", "array", "unsigned", "enum_type"]) {
    const value = options.get(name);
    if (value?.is === "unknown" || value?.is === "call") return undefined;
  }
  return (
    ownType(vendor, kind, options) ??
    (vendor.isMysql ? mysqlType(vendor, kind, options) : postgresType(vendor, kind, options))
  );
}

/** Kinds whose type the adapters choose by the size, whatever the project says of them. */
const bySize = /^(?:integer|text|binary|blob|bigint|decimal|boolean|primary_key|enum)$/;

/** As an initializer of the project says it. */
function ownType(vendor: Vendor, kind: string, options: Options): string | undefined {
  const own = vendor.facts.ownTypes.get(kind);
  if (own === undefined || bySize.test(kind)) return undefined;
  const name = own.name ?? (vendor.isMysql ? mysql : postgres)[kind];
  const option = withPrecision.test(kind) ? "precision" : "limit";
  const size = numberOf(options.get(option)) ?? (option === "limit" ? own.limit : undefined);
  const array = isTruthy(options.get("array")) ? "[]" : "";
  return name && `${name}${size === undefined ? "" : `(${String(size)})`}${array}`;
}

function postgresType(vendor: Vendor, kind: string, options: Options): string | undefined {
  const limit = numberOf(options.get("limit"));
  const precision = numberOf(options.get("precision"));
  const array = isTruthy(options.get("array")) && kind !== "primary_key" ? "[]" : "";
  const size = (count: number | undefined): string => (count === undefined ? "" : `(${String(count)})`);
  const spatial = vendor.facts.hasSpatialTypes ? spatialType(vendor, kind, options) : undefined;
  if (spatial !== undefined) return spatial;
  switch (kind) {
    case "integer":
      return `${limit === undefined || limit === 3 || limit === 4 ? "integer" : limit > 4 ? "bigint" : "smallint"}${array}`;
    // The adapters have no such type: they send the word as it stands.
    case "numeric":
      return `${kind}${array}`;
    case "decimal":
      return `${postgres["decimal"] ?? ""}${decimalSize(options)}${array}`;
    case "datetime":
      return `${vendor.facts.datetimeType}${size(precision)}${array}`;
    case "enum": {
      const type = textOf(options.get("enum_type"));
      return type === undefined ? undefined : `${type}${array}`;
    }
    case "text":
    case "binary":
    case "blob":
    case "bigint":
    case "primary_key":
      return `${postgres[kind] ?? kind}${array}`;
    default: {
      const name = postgres[kind] ?? kind;
      // What stands in quotes is SQL already: `t.column :c, "numeric(10, 2)"`.
      if (withPrecision.test(kind)) return `${name}${size(precision)}${array}`;
      return `${name}${postgres[kind] === undefined && !/^(?:\w+)$/.test(kind) ? "" : size(limit)}${array}`;
    }
  }
}

const spatial =
  /^(?:geometry|geography|spatial|geometry_collection|line_string|multi_(?:line_string|point|polygon)|st_(?:point|polygon))$/;

/** Of PostGIS: `t.st_point :spot, geographic: true`. Before Rails 4.2, a point and a polygon are its own, too. */
function spatialType(vendor: Vendor, kind: string, options: Options): string | undefined {
  const isOwn = spatial.test(kind) || (/^(?:point|polygon)$/.test(kind) && !vendor.since(4, 2));
  if (!isOwn) return undefined;
  const base = isTruthy(options.get("geographic")) || kind === "geography" ? "geography" : "geometry";
  const given = textOf(options.get("type")) ?? kind;
  const shape = given.replace(/^(?:st_|spatial$|geography$)/, "").replaceAll("_", "");
  const srid = numberOf(options.get("srid")) ?? (base === "geography" ? 4326 : undefined);
  const more = `${isTruthy(options.get("has_z")) ? "Z" : ""}${isTruthy(options.get("has_m")) ? "M" : ""}`;
  const parts = [
    `${shape === "" ? "geometry" : shape}${more}`,
    ...(srid === undefined ? [] : [String(srid)]),
  ];
  return `${base}(${parts.join(",")})`;
}

function decimalSize(options: Options): string {
  const precision = numberOf(options.get("precision"));
  const scale = numberOf(options.get("scale"));
  if (precision === undefined) return "";
  return scale === undefined ? `(${String(precision)})` : `(${String(precision)},${String(scale)})`;
}

function mysqlType(vendor: Vendor, kind: string, options: Options): string | undefined {
  const limit = numberOf(options.get("limit"));
  const precision = numberOf(options.get("precision"));
  const unsigned = isTruthy(options.get("unsigned")) && kind !== "primary_key" ? " unsigned" : "";
  const name = mysqlName(kind, limit, textOf(options.get("size")));
  if (name !== undefined) return name + unsigned;
  if (kind === "numeric") return kind;
  if (kind === "decimal") return `decimal${decimalSize(options)}${unsigned}`;
  const known = mysql[kind];
  if (withPrecision.test(kind) && known !== undefined)
    return precision === undefined ? known : `${known}(${String(precision)})`;
  if (kind === "string") return `varchar(${String(limit ?? 255)})`;
  if (kind === "float") return `float(${String(limit ?? 24)})${unsigned}`;
  if (kind === "boolean") return limit === undefined ? "tinyint(1)" : `tinyint(${String(limit)})`;
  if (known !== undefined) return `${known}${limit === undefined ? "" : `(${String(limit)})`}${unsigned}`;
  const isOwn = vendor.isMariadb && kind === "uuid";
  return ofPostgres.test(kind) && !isOwn ? undefined : `${kind}${unsigned}`;
}

/** Types that a size chooses. */
function mysqlName(kind: string, limit: number | undefined, size: string | undefined): string | undefined {
  const bySize = (type: string): string => {
    const prefix =
      size ??
      (limit === undefined || (limit > 0xff && limit <= 0xffff)
        ? ""
        : limit <= 0xff
          ? "tiny"
          : limit <= 0xffffff
            ? "medium"
            : "long");
    return prefix + type;
  };
  switch (kind) {
    case "integer":
      return limit === undefined || limit === 4 || limit > 8
        ? "int"
        : (["", "tinyint", "smallint", "mediumint"][limit] ?? "bigint");
    case "text":
      return bySize("text");
    case "blob":
      return bySize("blob");
    case "binary":
      return limit !== undefined && limit <= 0xfff ? `varbinary(${String(limit)})` : bySize("blob");
    default:
      return undefined;
  }
}

/** What kind of values a type has, for its default. */
export type Family =
  | "text"
  | "integer"
  | "decimal"
  | "float"
  | "boolean"
  | "json"
  | "array"
  | "hstore"
  | "uuid"
  | "time"
  | "other";

export function familyOf(type: string): Family {
  const lower = type.toLowerCase();
  if (lower.endsWith("[]")) return "array";
  if (lower === "tinyint(1)" || lower === "boolean" || lower === "bool") return "boolean";
  if (/^(?:(?:tiny|small|medium|big)?int(?:eger|[248])?|(?:big|small)?serial)\b/.test(lower))
    return "integer";
  if (/^(?:decimal|numeric)/.test(lower))
    return /^\w+(?:\(\d+(?:, *0)?\))$/.test(lower) ? "integer" : "decimal";
  if (/^(?:float|double|real)/.test(lower)) return "float";
  if (/^jsonb?$/.test(lower)) return "json";
  if (lower === "hstore") return "hstore";
  if (lower === "uuid") return "uuid";
  if (/^(?:date|time)/.test(lower)) return "time";
  if (/^(?:character varying|varchar|char|text|(?:tiny|medium|long)text|citext)/.test(lower)) return "text";
  return "other";
}

/** `default: …` as SQL; undefined: not known. */
export function defaultSql(vendor: Vendor, value: Value, type: string | undefined): string | undefined {
  const family = type === undefined ? "other" : familyOf(type);
  if (value.is === "plain") {
    if (value.value === null) return "NULL";
    if (typeof value.value === "boolean") {
      if (family === "integer") return value.value ? "1" : "0";
      if (family === "text")
        return vendor.isMysql ? `'${value.value ? "1" : "0"}'` : `'${value.value ? "t" : "f"}'`;
      return value.value ? "TRUE" : "FALSE";
    }
    if (family === "boolean") return value.value === 0 ? "FALSE" : "TRUE";
    if (family === "text") return vendor.text(value.printed);
    if (family === "integer") return String(Math.trunc(value.value));
    if (family === "decimal" || family === "float")
      return Number.isInteger(value.value) ? `${String(value.value)}.0` : String(value.value);
    if (family === "json") return vendor.text(value.printed);
    // PostgreSQL takes no number for a bit string or a time, and the adapter writes none.
    return type === undefined || vendor.isMysql ? value.printed : undefined;
  }
  if (value.is === "record" && !value.open) {
    const json = jsonOf(value);
    if (family === "hstore") return value.fields.size === 0 ? "''" : undefined;
    return json === undefined ? undefined : vendor.text(json);
  }
  const items = itemsOf(value);
  if (items !== undefined) {
    if (family === "array") {
      const texts = items.map((item) => textOf(item) ?? (item.is === "plain" ? item.printed : undefined));
      return texts.includes(undefined)
        ? undefined
        : vendor.text(
            `{${texts.map((text) => (/^\w+$/.test(text ?? "") ? text : JSON.stringify(text))).join(",")}}`,
          );
    }
    const json = jsonOf(value);
    return json === undefined ? undefined : vendor.text(json);
  }
  const text = textOf(value);
  if (text === undefined) return undefined;
  if (family === "uuid" && text.includes("()")) return text;
  if (family === "integer") {
    const number = Number.parseInt(text, 10);
    return Number.isNaN(number) ? (text.trim() === "" ? "NULL" : "0") : String(number);
  }
  if (family === "boolean") {
    if (text === "") return "NULL";
    return /^(?:0|f|F|false|FALSE|off|OFF)$/.test(text) ? "FALSE" : "TRUE";
  }
  if (family === "decimal" || family === "float") {
    const number = Number.parseFloat(text);
    return Number.isNaN(number) ? "0.0" : Number.isInteger(number) ? `${String(number)}.0` : String(number);
  }
  // What is no value to Rails is nil.
  if (family === "time" && !/\d/.test(text)) return "NULL";
  if (family === "json")
    return vendor.text(value.is === "text" && value.isSymbol ? JSON.stringify(text) : text);
  return vendor.text(text);
}

function jsonOf(value: Value): string | undefined {
  if (value.is === "plain") return value.value === null ? "null" : value.printed;
  const text = textOf(value);
  if (text !== undefined) return JSON.stringify(text);
  if (value.is === "record" && !value.open) {
    const parts = [...value.fields].map(([key, one]) => [JSON.stringify(key), jsonOf(one)] as const);
    return parts.some(([, one]) => one === undefined)
      ? undefined
      : `{${parts.map(([key, one]) => `${key}:${one ?? ""}`).join(",")}}`;
  }
  const items = itemsOf(value)?.map(jsonOf);
  return items === undefined || items.includes(undefined) ? undefined : `[${items.join(",")}]`;
}
