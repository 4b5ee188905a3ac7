/** What a text has to look like to be a value of a type. Measured on PostgreSQL 13, 15 and 18. */
import type { ColumnType } from "../../model/types.ts";
import { isNoDay } from "../../text/days.ts";
import { dictionary } from "../../text/dictionary.ts";

const isArray = /^\s*(?:\[\s*[-+\d]|\{).*\}\s*$/s;
const whole = /^\s*[-+]?\d[\da-fxob_]*\s*$/i;
const number = /^\s*[-+]?(?:\.?\d|inf|nan)/i;
const date = /\d|now|today|tomorrow|yesterday|epoch|infinity/i;
const time = /\d|now|allballs/i;
const range = /^\s*(?:[[(].*[\])]|empty)\s*$/is;

/** What each value of a type looks like; text that looks so may still be none. */
const formats: Readonly<Record<string, RegExp>> = dictionary({
  boolean: /^\s*(?:t(?:r(?:ue?)?)?|f(?:a(?:l(?:se?)?)?)?|y(?:es?)?|no?|on|off?|[01])\s*$/i,
  smallint: whole,
  integer: whole,
  bigint: whole,
  numeric: number,
  real: number,
  "double precision": number,
  uuid: /^\{?(?:[\da-f]{4}-?){8}\}?$/i,
  json: /^\s*(?:[[{"\-\d]|true|false|null)/,
  jsonb: /^\s*(?:[[{"\-\d]|true|false|null)/,
  date,
  timestamp: date,
  timestamptz: date,
  time,
  timetz: time,
  interval: /\d|infinity/i,
  inet: /^[\da-f:./]+$/i,
  cidr: /^[\da-f:./]+$/i,
  int4range: range,
  int8range: range,
  numrange: range,
  daterange: range,
  tsrange: range,
  tstzrange: range,
});

/** The text is no value of a built-in type, or of an array, which has no domain and no enum around it. */
export function isNoValue({ schema, name, dimensions, modifiers }: ColumnType, text: string): boolean {
  if (dimensions > 0) return !isArray.test(text);
  if (schema !== undefined) return false;
  if (formats[name]?.test(text) === false) return true;
  if (formats[name] === date) return isNoDay(text);
  if (formats[name] === whole || name === "numeric") return isOutOfRange({ name, modifiers }, text);
  // Blanks beyond the length are cut off.
  if (name === "varchar" || name === "char")
    return Array.from(text.replace(/ +$/, "")).length > (modifiers[0] ?? Infinity);
  return (name === "json" || name === "jsonb") && isNoJson(text);
}

const bits: Readonly<Record<string, bigint>> = dictionary({ smallint: 16n, integer: 32n, bigint: 64n });

/** A number, with or without quotes, that has more digits than the type has room for. Measured on 13, 15 and 18. */
export function isOutOfRange(
  { name, modifiers }: Pick<ColumnType, "name" | "modifiers">,
  text: string,
): boolean {
  const [, sign = "", digits] = /^\s*([-+]?)0*(\d{0,300})(?:\.\d*)?\s*$/.exec(text) ?? [];
  if (digits === undefined) return false;
  const size = bits[name];
  if (size !== undefined) {
    const value = BigInt(digits);
    return sign === "-" ? value > 2n ** (size - 1n) : value >= 2n ** (size - 1n);
  }
  const [precision, scale = 0] = modifiers;
  return name === "numeric" && precision !== undefined && digits.length > precision - scale;
}

const neither = [
  "uuid",
  "json",
  "jsonb",
  "date",
  "timestamp",
  "timestamptz",
  "time",
  "timetz",
  "interval",
  "inet",
  "cidr",
];
const numbers = ["smallint", "integer", "bigint", "numeric", "real", "double precision"];

/** Built-in types to which no cast leads from that of a literal without quotes: `1`, or `true`. Measured on 13, 15 and 18. */
const refusing: Readonly<Record<string, ReadonlySet<string>>> = dictionary({
  number: new Set(["boolean", ...neither]),
  word: new Set([...numbers, ...neither]),
});

/** Such a type, or an array. */
export const isOfAnotherType = ({ schema, name, dimensions }: ColumnType, kind: string): boolean =>
  dimensions > 0 || (schema === undefined && refusing[kind]?.has(name) === true);

function isNoJson(text: string): boolean {
  try {
    JSON.parse(text);
    return false;
  } catch {
    return true;
  }
}
