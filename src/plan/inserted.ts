/** The rows that an INSERT of literals writes, by the table's key. */
import type { InsertRows } from "../model/operation.ts";
import { tokensIn } from "../replay/questions/tokens.ts";
import { valueRows } from "../replay/questions/values/written-rows.ts";
import type { Step } from "../replay/step.ts";

/**
 * What deletes the rows again: `DELETE FROM plans WHERE code IN ('free', 'team')`. Undefined: the statement doesn't say
 * which rows are new, as a value of the key isn't a literal or a conflict may have kept an older row.
 */
export function deletesInserted(step: Step, operation: InsertRows): string | undefined {
  const { before, script, show } = step;
  if (operation.source !== "values" || operation.onConflict !== undefined) return undefined;
  const found = before.relation(operation.table);
  if (found.is !== "present") return undefined;
  const columns =
    operation.columns.length > 0
      ? operation.columns.map(({ text }) => text)
      : found.value.complete
        ? found.value.columns.map(({ name }) => name)
        : [];
  const keys = found.value.constraints.flatMap((one) =>
    one.kind === "primary key" || one.kind === "unique" ? [one.columns] : [],
  );
  const key = keys.find((one) => one.length > 0 && one.every((column) => columns.includes(column)));
  if (key === undefined) return undefined;
  const tokens = tokensIn(step, operation.span);
  // Something follows the rows.
  if (!/^[);]$/.test(tokens.at(-1)?.value ?? "")) return undefined;
  const rows = valueRows(tokens, Infinity).map((row) =>
    row.map((value) => script.text.slice(value[0]?.start, value.at(-1)?.end)),
  );
  if (rows.length === 0 || rows.some((row) => row.length !== columns.length)) return undefined;
  const places = key.map((column) => columns.indexOf(column));
  const values = rows.map((row) => places.map((at) => row[at] ?? ""));
  if (values.flat().some((value) => !isLiteral(value))) return undefined;
  const names = key.map((column) => before.spell(column));
  const [name = ""] = names;
  const table = show(before.resolve(operation.table));
  const list = values.map((row) => (row.length === 1 ? (row[0] ?? "") : `(${row.join(", ")})`));
  const what = names.length === 1 ? name : `(${names.join(", ")})`;
  const [first = ""] = list;
  return list.length === 1 && names.length === 1
    ? `DELETE FROM ${table} WHERE ${name} = ${first};`
    : `DELETE FROM ${table} WHERE ${what} IN (${list.join(", ")});`;
}

const isLiteral = (value: string): boolean =>
  /^(?:-?\d+(?:\.\d+)?|'(?:[^'\\]|'')*'(?:::[\w.]+)?)$/.test(value);
