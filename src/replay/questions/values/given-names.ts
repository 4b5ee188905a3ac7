/** The names that INSERT gives to rows. */
import type { Step } from "../../step.ts";
import { statementTokens } from "../tokens.ts";
import { namedRows } from "./written-rows.ts";

const name = /^(\w*?)_?(?:name|title|slug|e_?mail|login)$/;

/** `filename` of `file_metadata`, `name`: that of the row itself. The `product_name` of an order is that of another row. */
export function namesRowOf(table: string, column: string): boolean {
  const [, of] = name.exec(column) ?? [];
  return of !== undefined && table.toLowerCase().includes(of);
}

/** More are data that is loaded. */
const mostRows = 20;

/** `public.files.filename first.pdf`, as often as it is given. */
export function givenNames(step: Step): readonly string[] {
  const { operation, before } = step;
  if (operation.kind !== "insertRows" || (operation.rows ?? Infinity) > mostRows) return [];
  const columns = operation.columns.map(({ text }) => text.toLowerCase());
  const isName = (column: string): boolean => namesRowOf(operation.table.name, column);
  if (!columns.some(isName)) return [];
  const table = before.resolve(operation.table);
  return namedRows(statementTokens(step), columns, mostRows).flatMap((row) =>
    row.flatMap(([column, [token, ...others]]) =>
      isName(column) && token?.kind === "string" && others.length === 0
        ? [`${table}.${column} ${token.value}`]
        : [],
    ),
  );
}
