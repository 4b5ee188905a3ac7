/**
 * Defaults that can't be values of their column. CREATE TABLE and SET DEFAULT look at them when they run, but not at the
 * length or precision, which only ADD COLUMN meets: it makes the value of the old rows. Measured on 13, 15 and 18.
 */
import type { Expression } from "../../model/expression.ts";
import type { ColumnType } from "../../model/types.ts";
import { castsByItself } from "./change-type.ts";
import type { StatementContext } from "./statement-context.ts";
import { isNoValue } from "./text-values.ts";
import { writtenType } from "./written-type.ts";

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
  const own = value.valueType ?? writtenType(value, type);
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
