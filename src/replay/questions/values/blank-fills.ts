/** An UPDATE that gives no row a value, though it names the column: it writes NULL, or copies a column without values. */
import type { Step } from "../../step.ts";
import { statementTokens } from "../tokens.ts";
import { assigned } from "./written-rows.ts";

/**
 * Columns, with their table, that hold NULL in all rows before the step and behind it: `public.orders.code`.
 * @param isBlank nothing that is read has written the column, with its table, so far
 */
export function leftBlank(step: Step, isBlank: (column: string) => boolean): readonly string[] {
  const { operation, before, isHere, neighbours } = step;
  if (operation.kind !== "updateRows" || operation.called === true || operation.unnamed === true) return [];
  const found = before.relation(operation.table);
  // A trigger may write another value than the statement does.
  if (found.is !== "present" || found.value.triggers.length > 0) return [];
  const { key, origin: made } = found.value;
  if (!operation.columns.some(({ text }) => isBlank(`${key}.${text}`))) return [];
  // Rows that the migration inserts may bring a value with them, and the application's those of older columns.
  const isGiven = neighbours("earlier", "insertRows", "copyRows", "mergeRows").some(
    ({ operation: { table }, before: then }) => table !== undefined && then.resolve(table) === key,
  );
  const holdsNone = (name: string): boolean => {
    const column = isGiven ? undefined : before.column(operation.table, name);
    if (column?.is !== "present" || !isBlank(`${key}.${name}`)) return false;
    const { notNull, hasDefault, generated, type, origin } = column.value;
    const isAdded =
      isHere(origin) && (made?.migration !== origin.migration || made.span.start !== origin.span.start);
    return (
      isAdded && type !== undefined && notNull === "no" && hasDefault === "no" && generated === undefined
    );
  };
  return assigned(statementTokens(step)).flatMap(([to, [value, ...more]]) => {
    if (value === undefined || more.length > 0 || !isBlank(`${key}.${to}`)) return [];
    const isName = value.kind === "word" || value.kind === "quoted";
    const isNull = value.kind === "word" && value.value === "null";
    return isNull || (isName && holdsNone(value.value)) ? [`${key}.${to}`] : [];
  });
}
