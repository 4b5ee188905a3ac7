/** A place in the tokens of a statement, with the small readings that every reader needs. */
import type { Span } from "../../text/span.ts";
import type { Name, QualifiedName } from "../../model/names.ts";
import { readings } from "./options.ts";
import type { Token } from "./lexer.ts";
import type { MysqlOptions } from "./options.ts";

/** What all cursors over one text share. */
export interface Source {
  readonly text: string;
  readonly options: MysqlOptions;
  /** Parameters and variables of the routine whose body it is, folded. */
  readonly variables?: ReadonlySet<string> | undefined;
}

export class Cursor {
  readonly source: Source;
  readonly tokens: readonly Token[];
  readonly start: number;
  at: number;
  /** Index behind the last token that may be read. */
  readonly end: number;

  constructor(source: Source, tokens: readonly Token[], at = 0, end = tokens.length) {
    this.source = source;
    this.tokens = tokens;
    this.start = at;
    this.at = at;
    this.end = end;
  }

  /** A cursor of its own over some of the tokens. */
  part(from: number, to: number): Cursor {
    return new Cursor(this.source, this.tokens, from, Math.min(to, this.end));
  }

  get done(): boolean {
    return this.at >= this.end;
  }

  peek(ahead = 0): Token | undefined {
    const index = this.at + ahead;
    return index < this.end ? this.tokens[index] : undefined;
  }

  /** Keyword, operator or punctuation at that place; empty for names in quotes, strings, and at the end. */
  word(ahead = 0): string {
    return symbol(this.peek(ahead));
  }

  is(...words: readonly string[]): boolean {
    return words.every((word, i) => this.word(i) === word);
  }

  /** Goes over the words if they all come next. */
  take(...words: readonly string[]): boolean {
    if (!this.is(...words)) return false;
    this.at += words.length;
    return true;
  }

  /** Goes over the first of the words that comes next, and gives it. */
  takeOne(...words: readonly string[]): string | undefined {
    const word = this.word();
    if (word === "" || !words.includes(word)) return undefined;
    this.at++;
    return word;
  }

  next(): Token | undefined {
    const token = this.peek();
    if (token !== undefined) this.at++;
    return token;
  }

  /** IF EXISTS */
  ifExists(): boolean {
    return this.take("if", "exists");
  }

  ifNotExists(): boolean {
    return this.take("if", "not", "exists");
  }

  /** From token `first` to the one before the place; the place's own where that would be nothing. */
  span(first: number, end = this.at): Span {
    const from = this.tokens[Math.min(first, this.tokens.length - 1)];
    const last = this.tokens[Math.max(end - 1, first)] ?? from;
    return { start: from?.start ?? 0, end: Math.max(last?.end ?? 0, from?.end ?? 0) };
  }

  /** As written, blanks included. */
  textOf({ start, end }: Span): string {
    return this.source.text.slice(start, end);
  }

  /** Index behind the parenthesis that closes the one at `open`; `end` if none does. */
  closing(open = this.at): number {
    let known = closings.get(this.tokens);
    if (known === undefined) closings.set(this.tokens, (known = closingsOf(this.tokens)));
    return Math.min(this.end, known[open] ?? this.end);
  }

  /** The inside of the parentheses that open here, which are gone over; undefined if none do. */
  parenthesised(): Cursor | undefined {
    if (this.word() !== "(") return undefined;
    const open = this.at;
    this.at = this.closing();
    const closed = symbol(this.tokens[this.at - 1]) === ")" && this.at - 1 > open;
    return this.part(open + 1, closed ? this.at - 1 : this.at);
  }

  /** Goes on to the next of the words outside of parentheses, or to the end. */
  skipTo(...words: readonly string[]): void {
    while (!this.done) {
      const word = this.word();
      if (word === "(") {
        this.at = this.closing();
        continue;
      }
      if (word !== "" && words.includes(word)) return;
      this.at++;
    }
  }

  /** The parts between commas outside of parentheses, of all that is left. */
  list(): Cursor[] {
    const parts: Cursor[] = [];
    while (!this.done) {
      const from = this.at;
      this.skipTo(",");
      if (this.at > from) parts.push(this.part(from, this.at));
      this.at++;
    }
    this.at = Math.min(this.at, this.end);
    return parts;
  }

  isName(ahead = 0): boolean {
    const kind = this.peek(ahead)?.kind;
    return (
      kind === "word" || kind === "quoted" || (kind === "string" && this.peek(ahead)?.unterminated !== true)
    );
  }

  /** A column, index, constraint, partition…: compared without regard to case. */
  name(): Name | undefined {
    if (!this.isName()) return undefined;
    const token = this.next();
    return token === undefined ? undefined : nameOf(token, this.source);
  }

  /** A table, database, view…: folded as `lower_case_table_names` says. */
  tableName(): QualifiedName | undefined {
    return this.qualified(true);
  }

  /** A routine, event, trigger or index with its database. */
  objectName(): QualifiedName | undefined {
    return this.qualified(false);
  }

  private qualified(isTable: boolean): QualifiedName | undefined {
    const first = this.at;
    if (this.word() === "." && this.isName(1)) this.at++;
    if (!this.isName()) return undefined;
    const parts = [this.next()];
    while (this.word() === "." && this.isName(1) && parts.length < 3) {
      this.at++;
      parts.push(this.next());
    }
    const { source } = this;
    const folds = source.options.lowerCaseTableNames === 1 || source.options.lowerCaseTableNames === 2;
    const written = parts.map((part) => (part === undefined ? "" : raw(part, source)));
    const name = written.at(-1) ?? "";
    const schema = written.at(-2);
    const folded = isTable && !folds ? name : name.toLowerCase();
    return {
      schema: schema === undefined || !folds ? schema : schema.toLowerCase(),
      name: folded,
      ...(folded === name ? {} : { written: name }),
      text: written.map((part) => readings[source.options.dialect].names.spell(part)).join("."),
      span: this.span(first),
    };
  }

  /** `=` may stand before a value. */
  equals(): void {
    this.takeOne("=", ":=");
  }
}

const closings = new WeakMap<readonly Token[], Int32Array>();

/** For each token the index behind its closing parenthesis; their number where there is none. */
function closingsOf(tokens: readonly Token[]): Int32Array {
  const result = new Int32Array(tokens.length).fill(tokens.length);
  const open: number[] = [];
  tokens.forEach((token, i) => {
    const value = symbol(token);
    if (value === "(") open.push(i);
    else if (value === ")") result[open.pop() ?? i] = i + 1;
  });
  return result;
}

/** The text of a keyword, operator or punctuation. */
export const symbol = (token: Token | undefined): string =>
  token !== undefined && (token.kind === "word" || token.kind === "punctuation" || token.kind === "operator")
    ? token.value
    : "";

/** A name's characters without quotes, in their case. */
export function raw(token: Token, { text }: Source): string {
  if (token.kind !== "word") return token.value;
  const written = text.slice(token.start, token.end);
  // `%PREFIX%name` and `{$PREFIX}name` have to be what they are in backticks.
  const isHidden = token.placeholder === true && !written.startsWith("%") && !written.includes("{$");
  return isHidden ? token.value : written;
}

export function nameOf(token: Token, source: Source): Name {
  const written = raw(token, source);
  const text = written.toLowerCase();
  const span = { start: token.start, end: token.end };
  return text === written ? { text, span } : { text, written, span };
}

export const bareName = (name: Name, { options }: Source): QualifiedName => ({
  name: name.text,
  ...(name.written === undefined ? {} : { written: name.written }),
  text: readings[options.dialect].names.spell(name.written ?? name.text),
  span: name.span,
});
