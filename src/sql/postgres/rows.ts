/** Leaves out the rows of very long INSERTs: parsing them costs seconds and says nothing. */
import type { Token } from "./lexer.ts";
import { statementTracker } from "./split.ts";
import type { Cut } from "./statement.ts";

/** The server's own parser takes a quarter of a second for so much. */
export const longRows = 256 * 1024;

/** Row lists of statements longer than `limit`: all rows after the first, with what stands between them. */
export function findCuts(tokens: readonly Token[], limit = longRows): Cut[] {
  const cuts: Cut[] = [];
  let first = 0;
  let ends = statementTracker();
  for (let i = 0; i <= tokens.length; i++) {
    const token = tokens[i];
    if (token !== undefined && !ends(token)) continue;
    const start = tokens[first]?.start ?? 0;
    const end = tokens[i - 1]?.end ?? 0;
    if (end - start > limit) {
      const cut = cutRows(tokens, first, i);
      if (cut !== undefined) cuts.push(cut);
    }
    first = i + 1;
    ends = statementTracker();
  }
  return cuts;
}

function cutRows(tokens: readonly Token[], first: number, last: number): Cut | undefined {
  let inserts = false;
  let depth = 0;
  let at = first;
  for (; at < last; at++) {
    const token = tokens[at];
    if (token === undefined) return undefined;
    if (token.value === "(" && token.kind === "punctuation") depth++;
    else if (token.value === ")" && token.kind === "punctuation") depth--;
    else if (token.kind !== "word" || depth > 0) continue;
    else if (token.value === "insert") inserts = true;
    else if (token.value === "values" && inserts) break;
  }
  let rows = 0;
  let start: number | undefined;
  let end: number | undefined;
  depth = 0;
  for (at++; at < last; at++) {
    const token = tokens[at];
    if (token === undefined) break;
    if (token.value === "(" && token.kind === "punctuation") depth++;
    else if (token.value === ")" && token.kind === "punctuation") {
      if (--depth > 0) continue;
      rows++;
      end = token.end;
      start ??= token.end;
    } else if (depth === 0 && token.value !== ",") break;
  }
  return start !== undefined && end !== undefined && rows > 1 ? { start, end, rows } : undefined;
}

/** Blanks the cuts in `sql`, whose first character is at `start`. */
export function blankCuts(sql: string, start: number, cuts: readonly Cut[]): string {
  let result = "";
  let at = 0;
  for (const cut of cuts) {
    if (cut.start < start || cut.end > start + sql.length) continue;
    result += sql.slice(at, cut.start - start) + " ".repeat(cut.end - cut.start);
    at = cut.end - start;
  }
  return result + sql.slice(at);
}

export function outsideCuts(tokens: readonly Token[], cuts: readonly Cut[]): readonly Token[] {
  if (cuts.length === 0) return tokens;
  return tokens.filter((token) => !cuts.some((cut) => token.start >= cut.start && token.end <= cut.end));
}
