/** The default of a column whose type changes, as PostgreSQL takes it. */
import { isNoValue, isOfAnotherType } from "../../../effects/postgres/text-values.ts";
import type { ColumnType } from "../../../model/types.ts";

/** A boolean's casts to and from `integer`. */
const truths: readonly (readonly [type: string, from: RegExp, to: string])[] = [
  ["integer", /^true$/i, "1"],
  ["integer", /^false$/i, "0"],
  ["boolean", /^1$/, "true"],
  ["boolean", /^0$/, "false"],
];

/** A literal as a default of another type; undefined: it is no value of that. */
export function asValueOf(type: ColumnType, literal: string): string | undefined {
  const text = /^'(.*)'$/s.exec(literal)?.[1];
  if (text !== undefined) return isNoValue(type, text.replaceAll("''", "'")) ? undefined : literal;
  const truth = truths.find(([name, from]) => name === type.name && from.test(literal));
  const kind = /^\d/.test(literal) ? "number" : "word";
  return truth?.[2] ?? (isOfAnotherType(type, kind) ? undefined : literal);
}
