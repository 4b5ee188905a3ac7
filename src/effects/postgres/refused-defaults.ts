/**
 * Defaults that can't be values of their column. CREATE TABLE and SET DEFAULT look at them when they run, but not at the
 * length or precision, which only ADD COLUMN meets: it makes the value of the old rows. Measured on 13, 15 and 18.
 */
import type { Expression } from "../../model/expression.ts";
import type { ColumnType } from "../../model/types.ts";
import { castsByItself } from "./change-type.ts";
import type { StatementContext } from "./statement-context.ts";
import { isNoValue } from "./text-values.ts";

/** `use`: ADD COLUMN makes a value of it at once, the others keep it as written. */
export function refuseValue(
  column: string,
  type: ColumnType | undefined,
  value: Expression | undefined,
  context: StatementContext,
  use: "made" | "kept",
): void {
  if (type === undefined || value === undefined || value.isNull) return;
  const written = value.text.trim();
  const own = value.valueType ?? (written.startsWith("'") ? undefined : typeOf(compact(written), type));
  if (own !== undefined) {
    if (!castsByItself(own, type, context))
      context.found.fail(
        `column "${column}" is of type ${type.text} but default expression is of type ${own.name}`,
      );
    return;
  }
  // A tool may put in what stands for a value.
  if (/\$\{|\{\{|run_time_/.test(value.text)) return;
  const text = /^'((?:[^']|'')*)'$/.exec(written)?.[1]?.replaceAll("''", "'");
  if (value.constant && text !== undefined)
    refuseText(use === "made" ? type : { ...type, modifiers: [] }, text, context);
}

/** Without comments and blanks: `now()`. */
const compact = (text: string): string => text.replace(/\/\*[^]*?\*\/|--[^\n]*|\s+/g, "");

/** A literal takes on the type of its column, and must be one of its values. */
function refuseText(type: ColumnType, text: string, context: StatementContext): void {
  const below = context.schema.belowDomains(type).type;
  const found = context.userType(below);
  if (found !== undefined && below.dimensions === 0) {
    if (found.form === "enum" && found.complete && !found.labels.some(({ label }) => label === text))
      context.found.fail(`invalid input value for enum ${found.name}: "${text}"`);
  } else if (isNoValue(below, text)) context.found.fail(said(below, text));
}

function said({ name, modifiers, dimensions }: ColumnType, text: string): string {
  if (dimensions > 0) return `malformed array literal: "${text}"`;
  const [length] = modifiers;
  if (length !== undefined && (name === "varchar" || name === "char"))
    return `value too long for type ${name === "char" ? "character" : "character varying"}(${length})`;
  if (name === "numeric" && isNumber.test(text)) return "numeric field overflow";
  if (isWhole.test(text) && /int/.test(name)) return `value "${text}" is out of range for type ${name}`;
  return `invalid input syntax for type ${name}: "${text}"`;
}

const isNumber = /^\s*[-+]?\.?\d/;
const isWhole = /^\s*[-+]?\d+\s*$/;

/** The type that a literal without quotes has, or a function that gives the same type everywhere. */
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
