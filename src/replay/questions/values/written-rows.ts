/** The values of INSERT and UPDATE, as tokens. */
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
