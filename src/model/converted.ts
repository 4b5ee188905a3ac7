/** The values of a column in another type, behind USING (manual, CREATE CAST; pg_cast of PostgreSQL 15). */
import type { ColumnType } from "./types.ts";

const texts: ReadonlySet<string> = new Set(["varchar", "char", "text"]);
const numbers = "smallint integer bigint numeric real double_precision";

/** What the server casts built-in types to, besides from and to text. */
const casts: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries({
    smallint: `${numbers} oid`,
    integer: `${numbers} oid money bit boolean`,
    bigint: `${numbers} oid money bit`,
    numeric: `${numbers} money`,
    real: numbers,
    double_precision: numbers,
    boolean: "integer",
    oid: "integer bigint",
    money: "numeric",
    bit: "varbit integer bigint",
    varbit: "bit",
    json: "jsonb",
    jsonb: `${numbers} json boolean`,
    date: "timestamp timestamptz",
    timestamp: "date time timestamptz",
    timestamptz: "date time timetz timestamp",
    time: "interval timetz",
    timetz: "time",
    interval: "time",
    inet: "cidr",
    cidr: "inet",
    uuid: "",
    bytea: "",
    xml: "",
  }).map(([from, to]) => [from, new Set(to.split(" "))]),
);

/** Undefined: the server has no such cast, or none that is known, of a type of the project's own and a built-in one. */
export function converted(
  column: string,
  from: ColumnType,
  to: ColumnType,
  text: string,
): string | undefined {
  const straight = `${column}::${text}`;
  const isText = ({ name, dimensions }: ColumnType): boolean => texts.has(name) && dimensions === 0;
  if (isText(from) || isText(to)) return straight;
  if (from.dimensions !== to.dimensions) return undefined;
  if (texts.has(from.name) || texts.has(to.name)) return straight;
  const [old, now] = [builtIn(from), builtIn(to)];
  // Two enums have only the labels in common.
  if (old === undefined && now === undefined) return `${column}::text${"[]".repeat(to.dimensions)}::${text}`;
  if (old === undefined || now === undefined) return undefined;
  if (old === now || casts.get(old)?.has(now) === true) return straight;
  if (from.dimensions > 0) return undefined;
  // A number and a boolean have a cast by way of integer, which is 0 or 1.
  if (old === "boolean" && isNumber(now)) return `${column}::integer::${text}`;
  return now === "boolean" && isNumber(old) ? `${column} <> 0` : undefined;
}

const isNumber = (name: string): boolean => numbers.split(" ").includes(name);

/**
 * What the values may mean, where no cast says it: behind USING.
 * Undefined: the two types have nothing in common.
 */
export function meaning(
  column: string,
  from: ColumnType,
  to: ColumnType,
): { readonly using: string; readonly when: string } | undefined {
  if (from.dimensions > 0 || to.dimensions > 0) return undefined;
  const [old, now] = [builtIn(from), builtIn(to)];
  if (old === undefined || now === undefined) return undefined;
  const when = "the numbers are seconds since 1970";
  if (isNumber(old) && times.has(now)) return { using: `to_timestamp(${column})`, when };
  return times.has(old) && isNumber(now) ? { using: `extract(epoch FROM ${column})`, when } : undefined;
}

const times: ReadonlySet<string> = new Set(["date", "timestamp", "timestamptz"]);

function builtIn({ name, schema }: ColumnType): string | undefined {
  const word = name.replace(" ", "_");
  return schema === undefined && casts.has(word) ? word : undefined;
}
