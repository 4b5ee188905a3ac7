/**
 * Tokens of MySQL's and MariaDB's lexical structure (MySQL manual, chapter 11). The contents of a versioned comment
 * are tokens as any others; its delimiters are comments.
 */
import { readings, type MysqlOptions } from "./options.ts";
import { placeholderEnd } from "./placeholder.ts";
import { dictionary } from "../../text/dictionary.ts";

export interface Token {
  readonly kind:
    | "word"
    | "quoted"
    | "string"
    | "number"
    | "operator"
    | "punctuation"
    | "variable"
    | "parameter"
    | "comment";
  readonly start: number;
  readonly end: number;
  /** Word: in lower case, placeholders of templates as `_`; quoted and string: the contents; else as written. */
  readonly value: string;
  /** A template's placeholder is a part of the word. */
  readonly placeholder?: true | undefined;
  /** A quote or comment that is never closed: the token reaches to the end of the text. */
  readonly unterminated?: true | undefined;
}

const isSpace = (code: number, at: number): boolean =>
  code === 32 || (code >= 9 && code <= 13) || (code === 0xfeff && at === 0);
const isDigit = (code: number): boolean => code >= 48 && code <= 57;
export const isWordPart = (code: number): boolean =>
  (code >= 97 && code <= 122) ||
  (code >= 65 && code <= 90) ||
  isDigit(code) ||
  code === 95 ||
  code === 36 ||
  (code >= 128 && code !== 0xfeff);

/** Only LF ends a line, for the server's comments and for the client's commands. */
export function lineEnd(text: string, from: number, to: number): number {
  const end = text.indexOf("\n", from);
  return end === -1 || end > to ? to : end;
}

const operators = ["<=>", "->>", ":=", "<=", ">=", "<>", "!=", "||", "&&", "->", "<<", ">>"];
const number = /0x[0-9a-fA-F]+|0b[01]+|(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;
/** `{ts '2020-01-01 00:00:00'}`, `{fn now()}`: the server reads what is inside (ODBC and JDBC). */
const escape = /\{\s{0,40}(?:d|t|ts|fn|oj)(?=[\s'"])/iy;
const versioned = /\/\*(M?)!(\d{5,6})?/y;

/** Reads one token after the other. Never throws. */
export class Lexer {
  at: number;
  /** Where the client's statement ends besides `;`: words and operators stop before it. */
  delimiter = ";";
  /** In a versioned comment. */
  private open = false;
  /** How many escapes are open: `{ts`. */
  private escapes = 0;
  private readonly text: string;
  private readonly from: number;
  private readonly to: number;
  /** May be changed between two statements. */
  options: MysqlOptions;

  constructor(text: string, from: number, to: number, options: MysqlOptions) {
    this.text = text;
    this.from = from;
    this.to = to;
    this.options = options;
    this.at = from;
  }

  /** The next token, comments included; undefined at the end. */
  next(): Token | undefined {
    while (this.at < this.to && isSpace(this.text.charCodeAt(this.at), this.at)) this.at++;
    if (this.at >= this.to) return undefined;
    const token = this.read(this.at);
    this.at = token.end;
    return token;
  }

  /** Remembers the place; the result goes back to it. */
  mark(): () => void {
    const { at, open, escapes } = this;
    return () => {
      this.at = at;
      this.open = open;
      this.escapes = escapes;
    };
  }

  private read(start: number): Token {
    const { text, to } = this;
    if (this.delimiter !== ";" && text.startsWith(this.delimiter, start)) {
      return this.token("punctuation", start, Math.min(to, start + this.delimiter.length));
    }
    const code = text.charCodeAt(start);
    const next = start + 1 < to ? text.charCodeAt(start + 1) : -1;
    switch (code) {
      case 39: // '
        return this.quote("string", "'", start, start + 1);
      case 34: // "
        return this.quote(this.options.ansiQuotes === true ? "quoted" : "string", '"', start, start + 1);
      case 96: // `
        return this.quote("quoted", "`", start, start + 1);
      case 35: // #
        return this.lineComment(start);
      case 40: // (
      case 41: // )
      case 44: // ,
      case 59: // ;
        return this.token("punctuation", start, start + 1);
      case 63: // ?
        return this.token("parameter", start, start + 1);
      case 64: // @
        return placeholderEnd(text, start, to) === undefined ? this.variable(start) : this.word(start);
      case 46: // .
        if (isDigit(next) && !this.follows(start)) return this.number(start);
        return this.token("punctuation", start, start + 1);
    }
    if (code === 45 && next === 45 && this.blankAt(start + 2)) return this.lineComment(start);
    if (code === 45 && this.text.startsWith(breakpoint, start))
      return this.token("comment", start, Math.min(to, start + breakpoint.length));
    if (code === 47 && next === 42) return this.blockComment(start);
    if (code === 42 && next === 47 && this.open) {
      this.open = false;
      return this.token("comment", start, start + 2);
    }
    if (next === 39 && (code | 32) === 110) return this.quote("string", "'", start, start + 2); // N'…'
    if (next === 39 && ((code | 32) === 120 || (code | 32) === 98)) return this.literal(start); // x'…', b'…'
    if (isDigit(code)) {
      const found = this.number(start);
      // A name may begin with digits.
      return isWordPart(text.charCodeAt(found.end)) && found.end < to && !found.value.includes(".")
        ? this.word(start)
        : found;
    }
    if (isWordPart(code) || placeholderEnd(text, start, to) !== undefined) return this.word(start);
    if (code === 123 || code === 125) return this.brace(start);
    for (const operator of operators)
      if (text.startsWith(operator, start) && start + operator.length <= to)
        return this.token("operator", start, start + operator.length);
    return this.token("operator", start, start + 1);
  }

  private token(kind: Token["kind"], start: number, end: number): Token {
    return { kind, start, end, value: this.text.slice(start, end) };
  }

  /** An escape is what stands inside, in parentheses. */
  private brace(start: number): Token {
    escape.lastIndex = start;
    const opened = this.text[start] === "{" ? escape.exec(this.text)?.[0] : undefined;
    if (opened !== undefined && start + opened.length <= this.to) {
      this.escapes++;
      return { kind: "punctuation", start, end: start + opened.length, value: "(" };
    }
    if (this.text[start] === "{" || this.escapes === 0) return this.token("operator", start, start + 1);
    this.escapes--;
    return { kind: "punctuation", start, end: start + 1, value: ")" };
  }

  /** Stands directly behind a name: `t.1st`. */
  private follows(start: number): boolean {
    const before = start > this.from ? this.text.charCodeAt(start - 1) : 32;
    return isWordPart(before) || before === 96;
  }

  private blankAt(at: number): boolean {
    return at >= this.to || this.text.charCodeAt(at) <= 32;
  }

  private number(start: number): Token {
    number.lastIndex = start;
    return this.token("number", start, Math.min(this.to, start + (number.exec(this.text)?.[0].length ?? 1)));
  }

  private word(start: number): Token {
    const { text, to } = this;
    let value = "";
    let placeholder = false;
    let end = start;
    while (end < to) {
      if (this.delimiter !== ";" && end > start && text.startsWith(this.delimiter, end)) break;
      const past = placeholderEnd(text, end, to, end === start ? undefined : start);
      if (past !== undefined) {
        value += text.slice(end, past).replaceAll(/[^A-Za-z0-9_]/g, "_");
        placeholder = true;
        end = past;
      } else if (isWordPart(text.charCodeAt(end))) value += text.charAt(end++);
      else break;
    }
    value = value.toLowerCase();
    return placeholder
      ? { kind: "word", start, end, value, placeholder }
      : { kind: "word", start, end, value };
  }

  /** `@x`, `@'x'`, `@@global.x`. */
  private variable(start: number): Token {
    const { text, to } = this;
    let at = start + 1;
    if (text[at] === "@") at++;
    const first = text.charAt(at);
    if (at < to && (first === "'" || first === '"' || first === "`")) {
      const inner = this.quote("quoted", first, at, at + 1);
      return { ...inner, kind: "variable", start, value: text.slice(start, at) + inner.value };
    }
    while (
      at < to &&
      (isWordPart(text.charCodeAt(at)) || (text[at] === "." && isWordPart(text.charCodeAt(at + 1))))
    )
      at++;
    return { kind: "variable", start, end: at, value: text.slice(start, at).toLowerCase() };
  }

  private quote(kind: "string" | "quoted", quote: string, start: number, from: number): Token {
    const { text, to } = this;
    const escapes = kind === "string" && this.options.noBackslashEscapes !== true;
    let special = false;
    for (let at = from; at < to; at++) {
      const character = text[at];
      if (character === "\\" && escapes) {
        special = true;
        at++;
      } else if (character === quote) {
        if (at + 1 < to && text[at + 1] === quote) {
          special = true;
          at++;
          continue;
        }
        const inner = text.slice(from, at);
        return { kind, start, end: at + 1, value: special ? unescape(inner, quote, escapes) : inner };
      }
    }
    return { kind, start, end: to, value: text.slice(from, to), unterminated: true };
  }

  /** `x'4F'`, `b'01'`: a literal that has no quotes inside. */
  private literal(start: number): Token {
    const close = this.text.indexOf("'", start + 2);
    if (close === -1 || close >= this.to)
      return { ...this.token("number", start, this.to), unterminated: true };
    return this.token("number", start, close + 1);
  }

  private lineComment(start: number): Token {
    const end = lineEnd(this.text, start, this.to);
    return this.token("comment", start, this.text[end - 1] === "\r" ? end - 1 : end);
  }

  private blockComment(start: number): Token {
    const { text, to } = this;
    versioned.lastIndex = start;
    const version = versioned.exec(text);
    if (version !== null && this.runs(version[1] === "M", Number(version[2] ?? 0))) {
      this.open = true;
      return this.token("comment", start, Math.min(to, start + version[0].length));
    }
    let close = text.indexOf("*/", start + 2);
    // What is left out with a versioned comment may have comments in it.
    for (
      let inner = text.indexOf("/*", start + 2);
      version !== null && inner !== -1 && inner < close;
      inner = text.indexOf("/*", close)
    )
      close = text.indexOf("*/", close + 2);
    if (close === -1 || close + 2 > to)
      return { kind: "comment", start, end: to, value: text.slice(start, to), unterminated: true };
    return this.token("comment", start, close + 2);
  }

  /** MySQL manual, section 11.7; MariaDB leaves out what speaks of MySQL 5.7 to 9.99. */
  private runs(mariadbOnly: boolean, version: number): boolean {
    const { dialect, version: server } = this.options;
    const isForOther = readings[dialect].isMariaDb
      ? !mariadbOnly && version >= 50700 && version <= 99999
      : mariadbOnly;
    if (isForOther) return false;
    return server === undefined ? version < 990000 : version <= server;
  }
}

const escapeCharacters: Readonly<Record<string, string>> = dictionary({
  "0": "\0",
  b: "\b",
  n: "\n",
  r: "\r",
  t: "\t",
  Z: "\u001a",
});

/** `\%` and `\_` keep their backslash (MySQL manual, table 11.1). */
function unescape(inner: string, quote: string, backslashes: boolean): string {
  if (!backslashes) return inner.replaceAll(quote + quote, quote);
  return inner.replaceAll(/\\([^])|''|""/g, (all: string, character: string | undefined) => {
    if (character === undefined) return all.startsWith(quote) ? quote : all;
    return character === "%" || character === "_" ? all : (escapeCharacters[character] ?? character);
  });
}

/** Drizzle's mark between statements, which it takes out before it sends them. */
export const breakpoint = "--> statement-breakpoint";

/** All tokens of a text, comments included; offsets count from the start of `text`. */
export function tokenize(text: string, options: MysqlOptions, from = 0, to = text.length): Token[] {
  const lexer = new Lexer(text, from, to, options);
  const tokens: Token[] = [];
  for (let token = lexer.next(); token !== undefined; token = lexer.next()) tokens.push(token);
  return tokens;
}
