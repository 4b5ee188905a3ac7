/** Finds the places that the parse tree doesn't tell: names, keywords, lists, in the statement's own tokens. */
import type { Span } from "../../../text/span.ts";
import type { Token } from "../lexer.ts";
import type { StatementSource } from "../source.ts";

/** Token positions `[from, to)`. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

const openers = new Set(["(", "["]);
const closers = new Set([")", "]"]);

export class TokenReader {
  readonly source: StatementSource;
  readonly tokens: readonly Token[];
  readonly length: number;

  constructor(source: StatementSource) {
    this.source = source;
    this.tokens = source.tokens;
    this.length = source.tokens.length;
  }

  /** Position of the first token that ends behind an offset; one without length (made up) is never it. */
  seek(offset: number): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.tokens[middle]?.end ?? 0) <= offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Token of a tree node's `location`; the tree leaves out 0. */
  at(location: number | undefined): number {
    return location === -1 ? 0 : this.seek(this.source.offset(location ?? 0));
  }

  /** A keyword, operator or punctuation; never a quoted name or a string. */
  is(position: number, ...values: readonly string[]): boolean {
    const token = this.tokens[position];
    if (token === undefined) return false;
    if (token.kind !== "word" && token.kind !== "operator" && token.kind !== "punctuation") return false;
    return values.includes(token.value);
  }

  isName(position: number): boolean {
    const kind = this.tokens[position]?.kind;
    return kind === "word" || kind === "quoted";
  }

  /** Position after the words, if they stand here; else the position itself. */
  skip(position: number, ...words: readonly string[]): number {
    for (let i = 0; i < words.length; i++) {
      if (!this.is(position + i, words[i] ?? "")) return position;
    }
    return position + words.length;
  }

  /** Position of the first such word at the bracket depth of `from`, or -1. */
  find(word: string, from = 0, to = this.length): number {
    let depth = 0;
    for (let i = from; i < to; i++) {
      const token = this.tokens[i];
      if (token === undefined) return -1;
      if (depth === 0 && this.is(i, word) && !this.is(i - 1, ".")) return i;
      if (token.kind === "punctuation" || token.kind === "operator") {
        if (openers.has(token.value)) depth++;
        else if (closers.has(token.value) && --depth < 0) return -1;
      }
    }
    return -1;
  }

  /** Position after the first such word at depth 0; 0 if there is none. */
  after(word: string, from = 0): number {
    return this.find(word, from) + 1;
  }

  /** Position of the bracket that closes the one at `position`; the end if none does. */
  close(position: number): number {
    let depth = 0;
    for (let i = position; i < this.length; i++) {
      if (this.is(i, "(", "[")) depth++;
      else if (this.is(i, ")", "]") && --depth === 0) return i;
    }
    return this.length;
  }

  /** First position from here on that is one of `stops` at this depth, closes a bracket around, or ends the text. */
  until(from: number, stops: ReadonlySet<string>, to = this.length): number {
    let depth = 0;
    for (let i = from; i < to; i++) {
      const token = this.tokens[i];
      if (token === undefined) return i;
      if (token.kind === "punctuation" || token.kind === "operator") {
        if (openers.has(token.value)) depth++;
        else if (closers.has(token.value) && --depth < 0) return i;
      }
      if (
        depth === 0 &&
        token.kind !== "quoted" &&
        token.kind !== "string" &&
        stops.has(token.value) &&
        !this.is(i - 1, ".")
      ) {
        return i;
      }
    }
    return to;
  }

  /** The parts between commas. */
  split(from: number, to: number): Range[] {
    const parts: Range[] = [];
    let start = from;
    let depth = 0;
    for (let i = from; i < to; i++) {
      const token = this.tokens[i];
      if (token?.kind !== "punctuation" && token?.kind !== "operator") continue;
      if (openers.has(token.value)) depth++;
      else if (closers.has(token.value)) depth--;
      else if (depth === 0 && token.value === ",") {
        parts.push({ from: start, to: i });
        start = i + 1;
      }
    }
    if (start < to) parts.push({ from: start, to });
    return parts;
  }

  /** The parts of the bracketed list that opens at `position`. */
  list(position: number): Range[] {
    return this.is(position, "(", "[") ? this.split(position + 1, this.close(position)) : [];
  }

  /** Position after `a`, `a.b`, `a.b.c`. */
  nameEnd(position: number): number {
    let end = position + 1;
    while (this.is(end, ".") && end + 1 < this.length) end += 2;
    return Math.min(end, this.length);
  }

  /** From the first to the last token; the statement's span if the range is empty. */
  span(from: number, to: number): Span {
    const first = this.tokens[Math.max(0, from)];
    const last = this.tokens[Math.min(to, this.length) - 1];
    if (first === undefined || last === undefined || last.end < first.start) return this.source.span;
    return { start: first.start, end: last.end };
  }

  text(span: Span): string {
    return this.source.written(span);
  }

  /** What stands behind the first such word at depth 0, to the statement's end; undefined: nothing does. */
  textAfter(word: string): string | undefined {
    const first = this.tokens[this.after(word)];
    return first && this.text({ start: first.start, end: this.source.span.end });
  }

  /** The same text, restricted to some tokens: for statements within a statement. */
  part(range: Range): TokenReader {
    return new TokenReader({
      ...this.source,
      span: this.span(range.from, range.to),
      tokens: this.tokens.slice(range.from, range.to),
    });
  }
}
