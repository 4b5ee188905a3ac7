/** The values of INSERT and UPDATE, as tokens. */
import type { InsertRows } from "../../../model/operation.ts";
import type { Relation } from "../../../schema/model.ts";
import type { ScriptToken } from "../tokens.ts";

/** Columns with what they get. */
export type WrittenRow = readonly (readonly [column: string, value: readonly ScriptToken[]])[];

/** The tokens of each value of the first rows of VALUES, so many at most, and each to its end. */
export function valueRows<T extends ScriptToken>(
  tokens: readonly T[],
  most: number,
): readonly (readonly T[])[][] {
  let depth = 0;
  let at = 0;
  for (; at < tokens.length; at++) {
    const { kind, value } = tokens[at] ?? {};
    if (kind === "punctuation" && value === "(") depth++;
    else if (kind === "punctuation" && value === ")") depth--;
    else if (
      depth === 0 &&
      kind === "word" &&
      (value === "values" || (value === "value" && tokens[at + 1]?.value === "("))
    )
      break;
  }
  const rows: T[][][] = [];
  while (rows.length < most && tokens[++at]?.value === "(") {
    const row: T[][] = [[]];
    for (at++, depth = 0; at < tokens.length; at++) {
      const token = tokens[at];
      if (token === undefined) break;
      const isMark = token.kind === "punctuation";
      if (isMark && (token.value === "(" || token.value === "[")) depth++;
      if (isMark && (token.value === ")" || token.value === "]") && --depth < 0) break;
      if (isMark && token.value === "," && depth === 0) row.push([]);
      else row.at(-1)?.push(token);
    }
    // A long statement isn't looked at to its end.
    if (at >= tokens.length) break;
    rows.push(row);
    if (tokens[++at]?.value !== ",") break;
  }
  return rows;
}

/** The columns that an INSERT names, or all of the table. */
export const namesOf = (columns: InsertRows["columns"], table: Relation): readonly string[] =>
  columns.length > 0 ? columns.map(({ text }) => text) : table.columns.map(({ name }) => name);

/** The same with the columns that get them. */
export const namedRows = (
  tokens: readonly ScriptToken[],
  names: readonly string[],
  most: number,
): readonly WrittenRow[] =>
  valueRows(tokens, most).map((row) => row.map((value, i) => [names[i] ?? "", value] as const));

/** `SET a = 1, b = 'c'`. */
export function assigned(tokens: readonly ScriptToken[]): WrittenRow {
  const row: [string, ScriptToken[]][] = [];
  let depth = 0;
  let at = tokens.findIndex(({ kind, value }) => kind === "word" && value === "set") + 1;
  if (at === 0) return [];
  for (let name: string | undefined; at < tokens.length; at++) {
    const token = tokens[at];
    if (token === undefined) break;
    const isPlain = token.kind !== "string" && token.kind !== "quoted";
    if (isPlain && depth === 0 && /^(?:where|from|returning|order|limit)$/.test(token.value)) break;
    if (isPlain && /^[([]$/.test(token.value)) depth++;
    else if (isPlain && /^[)\]]$/.test(token.value)) depth--;
    if (isPlain && depth === 0 && token.value === ",") name = undefined;
    else if (name !== undefined) row.at(-1)?.[1].push(token);
    else if (isPlain && depth === 0 && token.value === "=") {
      name = tokens[at - 1]?.value ?? "";
      row.push([name, []]);
    }
  }
  return row;
}

/** What the one SELECT of an INSERT gives to its columns; empty where its values take their type from one another. */
export function selected(tokens: readonly ScriptToken[], names: readonly string[]): WrittenRow {
  const isWord = ({ kind, value }: ScriptToken, word: RegExp): boolean => kind === "word" && word.test(value);
  const select = tokens.findIndex((token) => isWord(token, /^select$/));
  if (select === -1 || tokens.slice(0, select).some((token) => isWord(token, /^with$/))) return [];
  const values: ScriptToken[][] = [[]];
  let isRead = false;
  let depth = 0;
  for (const token of tokens.slice(select + 1)) {
    const isMark = token.kind !== "string" && token.kind !== "quoted";
    if (isMark && /^[([]$/.test(token.value)) depth++;
    else if (isMark && /^[)\]]$/.test(token.value)) depth--;
    if (depth < 0 || (depth === 0 && isWord(token, /^(?:union|intersect|except|minus|distinct|group)$/)))
      return [];
    isRead ||= depth === 0 && isWord(token, /^(?:from|where|having|order|limit|on|returning)$/);
    if (isRead) continue;
    if (isMark && depth === 0 && token.value === ",") values.push([]);
    else values.at(-1)?.push(token);
  }
  if (values.length > names.length || values.flat().some(({ value }) => value === "*")) return [];
  return values.map((value, i) => [names[i] ?? "", withoutName(value)] as const);
}

/** `w.code AS code` */
const withoutName = (value: readonly ScriptToken[]): readonly ScriptToken[] =>
  value.at(-2)?.kind === "word" && value.at(-2)?.value === "as" ? value.slice(0, -2) : value;
