/** What a text has to look like to be a value of a type. Measured on PostgreSQL 13, 15 and 18. */
import type { ColumnType } from "../../model/types.ts";
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
export const isNoValue = ({ schema, name, dimensions }: ColumnType, text: string): boolean =>
  dimensions > 0 ? !isArray.test(text) : schema === undefined && formats[name]?.test(text) === false;
