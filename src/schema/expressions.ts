/** Expressions of the schema where a statement takes them. */
import type { Expression } from "../model/expression.ts";

/** In one pair of parentheses, whether it is written with some or not. */
export function inParentheses({ text }: Expression): string {
  const trimmed = text.trim();
  return isEnclosed(trimmed) ? trimmed : `(${trimmed})`;
}

/** Its first parenthesis is closed by its last. */
function isEnclosed(text: string): boolean {
  if (!text.startsWith("(") || !text.endsWith(")")) return false;
  let depth = 0;
  for (const [, mark, at] of marks(text)) {
    depth += mark === "(" ? 1 : -1;
    if (depth === 0) return at === text.length - 1;
  }
  return false;
}

/** The parentheses of a text that stand in no quotes. */
function* marks(text: string): Generator<readonly [string, string, number]> {
  for (const found of text.matchAll(/'(?:[^'\\]|''|\\.)*'|"(?:[^"]|"")*"|`[^`]*`|([()])/g)) {
    const [whole, mark] = found;
    if (mark !== undefined) yield [whole, mark, found.index];
  }
}

/** A literal, a word or a call: it needs no parentheses behind DEFAULT. */
export const isPlain = (text: string): boolean =>
  /^(?:[-+]?[\d.]+|[EeBbXx]?'(?:[^']|'')*'|[\w.$"]+(?:\([^()]*\))?)(?:::[\w ."]+(?:\(\d+(?:,\s*\d+)?\))?(?:\[\])*)*$/.test(
    text.trim(),
  );
