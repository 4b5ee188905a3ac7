/** Two columns that a trigger keeps equal: whether it can, and how it compares their values. */
import type { QualifiedName } from "../model/names.ts";
import { bodiesOf, rowReferences } from "../replay/questions/dependents/kept.ts";
import type { Step } from "../replay/step.ts";
import { inParentheses, isPlain } from "../schema/expressions.ts";
import type { Column, Trigger } from "../schema/model.ts";
import { isUserEnum } from "../schema/user-enum.ts";
import { storedType } from "./columns.ts";

/** The body of a trigger names the column of the row. `timings`: of which triggers. */
export function isNamedInTrigger(
  { before }: Step,
  table: QualifiedName,
  column: string,
  timings: readonly Trigger["timing"][],
): boolean {
  const found = before.relation(table);
  if (found.is !== "present") return false;
  return found.value.triggers
    .filter(({ timing }) => timings.includes(timing))
    .flatMap(({ body, function: called }) =>
      bodiesOf({ body: body === undefined ? undefined : { text: body }, function: called }, before),
    )
    .some((body) => rowReferences(body).includes(column));
}

/** Tables that inherit from it have its columns, but not its triggers; partitions have both. */
export function hasHeirs({ before }: Step, table: QualifiedName): boolean {
  const found = before.relation(table);
  return (
    found.is === "present" &&
    (found.value.parents.length > 0 ||
      (found.value.children.length > 0 && found.value.partitionBy === undefined))
  );
}

/** Types whose equal values are the same value: not so 1.0 and 1.00 of numeric. */
const exact: ReadonlySet<string> = new Set(
  "smallint integer bigint boolean text varchar char uuid date timestamp timestamptz bytea oid".split(" "),
);

type Typed = Pick<Column, "type" | "collation">;

/** A value in a form in which only the same one is equal. `as`: its type, where the text doesn't show that. */
function comparable({ before }: Step, { type, collation }: Typed, text: string, as = ""): string {
  if (type === undefined) return text;
  if (collation !== undefined) return `${text} COLLATE "C"`;
  const isExact =
    type.dimensions === 0 &&
    (exact.has(type.name) ||
      (type.name === "numeric" && type.modifiers.length > 0) ||
      isUserEnum(before, type));
  return isExact ? text : `${text}${as}::text`;
}

/** `a IS DISTINCT FROM b`, also of types without `=`, and where equal values may be spelled in two ways. */
export const differ = (step: Step, column: Typed, a: string, b: string): string =>
  `${comparable(step, column, a)} IS DISTINCT FROM ${comparable(step, column, b)}`;

/** What a row gets where an INSERT leaves the column out. */
export interface Given {
  /** A default that gives every row of a transaction the same value. */
  readonly value?: string;
  /** The condition under which an INSERT has written `NEW.<column>` itself. */
  readonly isWritten: (column: string) => string;
}

/**
 * How a trigger finds out which of two columns an INSERT has written. Undefined: it can't, because an explicit NULL looks
 * like a value that is left out.
 */
export function givenTo(step: Step, column: Column | undefined): Given | undefined {
  const isNotNull = (name: string): string => `${name} IS NOT NULL`;
  if (column === undefined || (column.hasDefault !== "yes" && column.identity === undefined))
    return { isWritten: isNotNull };
  const { default: value, serial, identity, type } = column;
  const isSame = value !== undefined && (value.volatility === "immutable" || value.volatility === "stable");
  if (serial || identity !== undefined || !isSame)
    return column.notNull === "yes" && (value !== undefined || serial || identity !== undefined)
      ? { isWritten: isNotNull }
      : undefined;
  if (value.isNull) return { isWritten: isNotNull };
  const text = isPlain(value.text) ? value.text.trim() : inParentheses(value);
  const as = type === undefined ? "" : `::${storedType(type)}`;
  const compared = comparable(step, column, text, as);
  return {
    value: value.text,
    isWritten: (name) => `${comparable(step, column, name)} IS DISTINCT FROM ${compared}`,
  };
}
