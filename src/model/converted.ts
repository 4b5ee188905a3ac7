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
  return old === now || casts.get(old)?.has(now) === true ? straight : undefined;
}

function builtIn({ name, schema }: ColumnType): string | undefined {
  const word = name.replace(" ", "_");
  return schema === undefined && casts.has(word) ? word : undefined;
}
