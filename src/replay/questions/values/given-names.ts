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
export const givenNames = (step: Step): readonly string[] =>
  textsOfRows(step, (column, table) => namesRowOf(table, column)).flatMap((row) =>
    row.map(([column, text]) => `${tableOf(step)}.${column} ${text}`),
  );

const tableOf = ({ operation, before }: Step): string =>
  operation.kind === "insertRows" ? before.resolve(operation.table) : "";

type Texts = readonly (readonly [column: string, text: string])[];

/** The texts that each row gets in some of its columns. */
function textsOfRows(step: Step, isWanted: (column: string, table: string) => boolean): readonly Texts[] {
  const { operation } = step;
  if (operation.kind !== "insertRows" || (operation.rows ?? Infinity) > mostRows) return [];
  const columns = operation.columns.map(({ text }) => text.toLowerCase());
  const isIn = (column: string): boolean => isWanted(column, operation.table.name);
  if (!columns.some(isIn)) return [];
  return namedRows(statementTokens(step), columns, mostRows).map((row) =>
    row.flatMap(([column, [token, ...others]]) =>
      isIn(column) && token?.kind === "string" && others.length === 0 ? [[column, token.value] as const] : [],
    ),
  );
}

const ofPersons = [/^(?:first|given)_?name$/, /^(?:last|family|sur)_?name$/];

/** Both names of a person, by which somebody is meant: `public.staff.first_name Ann, last_name Lee`; undefined for others. */
export function wholeName(table: string, texts: Texts): string | undefined {
  const found = ofPersons.map((pattern) => texts.filter(([column]) => pattern.test(column)));
  return found.every(({ length }) => length === 1)
    ? `${table}.${found.map(([one]) => one?.join(" ")).join(", ")}`
    : undefined;
}

/** Whole names that INSERT gives, as often as it does. */
export const givenWholeNames = (step: Step): readonly string[] =>
  textsOfRows(step, (column) => ofPersons.some((pattern) => pattern.test(column))).flatMap(
    (row) => wholeName(tableOf(step), row) ?? [],
  );
