/**
 * What ALTER COLUMN TYPE costs, as data: which casts keep the stored bytes, which are allowed without USING, and
 * which index operators a type uses. Measured on PostgreSQL 13 to 18; manual, CREATE CAST and ALTER TABLE, Notes.
 */
import { dictionary } from "../../text/dictionary.ts";

/** Types whose values are stored alike: a change between them keeps the heap (`WITHOUT FUNCTION`). */
export const binaryCoercible: readonly (readonly [from: string, to: readonly string[]])[] = [
  ["varchar", ["text", "citext"]],
  ["text", ["varchar", "citext"]],
  ["citext", ["text", "varchar"]],
  ["xml", ["text", "varchar"]],
  ["cidr", ["inet"]],
  ["integer", ["oid", "regclass", "regproc", "regtype", "regrole", "regnamespace"]],
  ["oid", ["integer", "regclass", "regproc", "regtype", "regrole", "regnamespace"]],
  ["bit", ["varbit"]],
];

/** Kept where the session's time zone is UTC (12+). */
export const binaryInUtc: readonly (readonly [string, string])[] = [
  ["timestamp", "timestamptz"],
  ["timestamptz", "timestamp"],
];

/**
 * How a length or precision is enforced. `maximum`: a larger or no limit keeps the rows; `precision`: the same up
 * to 6, which is the default; `numeric`: the precision may grow while the scale stays; `exact`: values are padded
 * or must fit, so every change rewrites.
 */
export const modifierRules: Readonly<Record<string, "maximum" | "precision" | "numeric" | "exact">> =
  dictionary({
    varchar: "maximum",
    varbit: "maximum",
    char: "exact",
    bit: "exact",
    numeric: "numeric",
    timestamp: "precision",
    timestamptz: "precision",
    time: "precision",
    timetz: "precision",
    interval: "precision",
  });

/** Casts that ALTER COLUMN TYPE makes without USING (`AS ASSIGNMENT` or `AS IMPLICIT`). Any type casts to a string. */
export const assignable: Readonly<Record<string, readonly string[]>> = dictionary({
  smallint: ["integer", "bigint", "numeric", "real", "double precision", "oid"],
  integer: ["smallint", "bigint", "numeric", "real", "double precision", "oid", "money"],
  bigint: ["smallint", "integer", "numeric", "real", "double precision", "oid", "money"],
  numeric: ["smallint", "integer", "bigint", "real", "double precision", "money"],
  real: ["smallint", "integer", "bigint", "numeric", "double precision"],
  "double precision": ["smallint", "integer", "bigint", "numeric", "real"],
  money: ["numeric"],
  oid: ["integer", "bigint"],
  date: ["timestamp", "timestamptz"],
  timestamp: ["date", "time", "timestamptz"],
  timestamptz: ["date", "time", "timetz", "timestamp"],
  time: ["interval", "timetz"],
  timetz: ["time"],
  interval: ["time"],
  json: ["jsonb"],
  jsonb: ["json"],
  inet: ["cidr"],
  cidr: ["inet"],
  macaddr: ["macaddr8"],
  macaddr8: ["macaddr"],
  bit: ["varbit"],
  varbit: ["bit"],
  boolean: [],
  uuid: [],
  bytea: [],
  xml: [],
  text: ["name"],
  varchar: ["name"],
  char: ["name"],
  name: [],
  int4range: [],
  int8range: [],
  numrange: [],
  tsrange: [],
  tstzrange: [],
  daterange: [],
  point: ["box"],
  box: ["polygon"],
  line: [],
  lseg: [],
  path: ["polygon"],
  polygon: ["path"],
  circle: [],
  tsvector: [],
  tsquery: [],
  xid: [],
  tid: [],
  pg_lsn: [],
});

/**
 * Casts between these types that have to be written (`AS` nothing), in any release; those from and to strings go through
 * the text of the value.
 */
export const onlyWritten: Readonly<Record<string, readonly string[]>> = dictionary({
  smallint: ["bytea"],
  integer: ["bit", "boolean", "bytea"],
  bigint: ["bit", "bytea"],
  bytea: ["smallint", "integer", "bigint"],
  boolean: ["integer"],
  bit: ["integer", "bigint"],
  jsonb: ["smallint", "integer", "bigint", "numeric", "real", "double precision", "boolean"],
  box: ["circle", "lseg", "point"],
  circle: ["box", "point", "polygon"],
  lseg: ["point"],
  path: ["point"],
  polygon: ["box", "circle", "point"],
});

export const stringTypes: readonly string[] = ["text", "varchar", "char", "name"];

/** Built-in types that a B-tree can't order: an index on the column refuses the change. */
export const withoutOrder: readonly string[] = [
  "json",
  "xml",
  "point",
  "box",
  "line",
  "lseg",
  "path",
  "polygon",
];

/** Types that share the operators of another: their indexes and foreign keys survive the change. */
export const operatorsOf: Readonly<Record<string, string>> = dictionary({ varchar: "text", cidr: "inet" });
