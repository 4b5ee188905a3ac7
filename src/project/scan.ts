/** What can be said about a text without parsing it: blanks, comments, lines. Linear in the text. */
import { irreversibleMark } from "../text/irreversible-mark.ts";
import type { Span } from "../text/span.ts";

/** True if `part` holds nothing but blanks, comments and stray semicolons. Block comments nest. */
export function isBlank(text: string, part: Span): boolean {
  let at = part.start;
  while (at < part.end) {
    const two = text.slice(at, at + 2);
    if (two === "--") {
      // PostgreSQL's comments also end at a lone CR.
      while (at < part.end && !/[\r\n]/.test(text.charAt(at))) at++;
    } else if (two === "/*") {
      at = afterBlockComment(text, at, part.end);
    } else if (/[\s;\uFEFF]/.test(text.charAt(at))) at++;
    else return false;
  }
  return true;
}

function afterBlockComment(text: string, start: number, end: number): number {
  let depth = 0;
  for (let at = start; at < end;) {
    const two = text.slice(at, at + 2);
    if (two === "/*") depth++;
    else if (two === "*/") depth--;
    else {
      at++;
      continue;
    }
    at += 2;
    if (depth === 0) return at;
  }
  return end;
}

export interface Line {
  /** Without its line break. */
  readonly text: string;
  readonly start: number;
  /** Start of the next line. */
  readonly next: number;
}

/** Lines of a text; `\r\n` and `\n` end a line. A BOM is not part of the first. */
export function* linesOf(text: string, from = 0): Generator<Line> {
  let start = from === 0 && text.startsWith("\uFEFF") ? 1 : from;
  while (start < text.length) {
    const found = text.indexOf("\n", start);
    const next = found < 0 ? text.length : found + 1;
    let end = found < 0 ? text.length : found;
    if (end > start && text.charAt(end - 1) === "\r") end--;
    yield { text: text.slice(start, end), start, next };
    start = next;
  }
}

/** The reason after `-- irreversible:`, `-- ddlint-irreversible:` or `-- no rollback:`; empty text if none is given. */
export function irreversibleReason(text: string, part: Span): string | undefined {
  for (const line of linesOf(text.slice(part.start, part.end))) {
    if (!line.text.includes("--") || line.text.length > 500) continue;
    const mark = irreversibleMark(/^\s*--[ \t]*(.*)$/.exec(line.text)?.[1] ?? "");
    if (mark?.hasMore === false) return mark.reason;
  }
  return undefined;
}

/** True if a line among the first 64 kB matches. */
export function hasLine(text: string, pattern: RegExp): boolean {
  for (const line of linesOf(text)) {
    if (line.start > 65536) return false;
    if (line.text.length < 500 && pattern.test(line.text)) return true;
  }
  return false;
}
