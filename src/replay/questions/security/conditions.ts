/** Conditions of policies, taken apart by their text. */
import type { Expression } from "../../../model/expression.ts";
import { withoutSqlComments } from "../../../text/sql-comments.ts";

/** Without comments, and nothing around the dots of names. */
export const plainText = ({ text }: Expression): string =>
  withoutSqlComments(text).replaceAll(/\s*\.\s*/g, ".");

/** By a word outside of brackets and strings. */
export function split(text: string, word: "and" | "or"): readonly string[] {
  const bare = withoutBrackets(text);
  const parts: string[] = [];
  let depth = 0;
  let part = "";
  for (const token of bare.split(/('(?:[^']|'')*'|[()]|\b(?:and|or)\b)/i)) {
    if (token === "(") depth += 1;
    if (token === ")") depth -= 1;
    if (depth === 0 && token.toLowerCase() === word) {
      parts.push(part);
      part = "";
    } else part += token;
  }
  return [...parts, part].map((one) => withoutBrackets(one));
}

/** Without the brackets around the whole. */
export function withoutBrackets(text: string): string {
  let bare = text.trim();
  while (bare.startsWith("(") && closes(bare)) bare = bare.slice(1, -1).trim();
  return bare;
}

/** The bracket that it begins with is closed by its last character. */
function closes(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at];
    if (letter === "(") depth += 1;
    if (letter === ")") depth -= 1;
    if (depth === 0) return at === text.length - 1;
  }
  return false;
}
