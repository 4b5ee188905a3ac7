/** The type of a default, as far as its text shows it. */
import type { Expression } from "../../model/expression.ts";
import type { ColumnType } from "../../model/types.ts";

/** Of a literal without quotes, or a function that gives the same type everywhere. `column`: where it is written. */
export function writtenType({ text }: Expression, column: ColumnType): ColumnType | undefined {
  const written = text.trim();
  return written.startsWith("'") ? undefined : typeOf(compact(written), column);
}

/** Without comments and blanks: `now()`. */
const compact = (text: string): string => text.replace(/\/\*[^]*?\*\/|--[^\n]*|\s+/g, "");

function typeOf(text: string, { span }: ColumnType): ColumnType | undefined {
  const name = /^[-+]?\d+$/.test(text)
    ? integerType(BigInt(text.replace("+", "")))
    : types.find(([pattern]) => pattern.test(text))?.[1];
  return name === undefined ? undefined : { name, modifiers: [], dimensions: 0, text: name, span };
}

const integerType = (value: bigint): string =>
  value >= -(2n ** 31n) && value < 2n ** 31n ? "integer" : value < 2n ** 63n ? "bigint" : "numeric";

const types: readonly (readonly [RegExp, string])[] = [
  [/^[-+]?(?:\d+\.\d*|\.\d+|\d+(?=e))(?:e[-+]?\d+)?$/i, "numeric"],
  [/^(?:true|false)$/i, "boolean"],
  [/^(?:(?:pg_catalog\.)?now\(\)|current_timestamp(?:\(\d\))?)$/i, "timestamptz"],
  [/^current_date$/i, "date"],
  [/^(?:gen_random_uuid|uuid_generate_v[14])\(\)$/i, "uuid"],
];
