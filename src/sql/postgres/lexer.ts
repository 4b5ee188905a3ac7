/** A token of PostgreSQL's lexical structure (manual, section 4.1). */
import { dictionary } from "../../text/dictionary.ts";

export interface Token {
  readonly kind:
    "word" | "quoted" | "string" | "number" | "operator" | "punctuation" | "parameter" | "comment";
  readonly start: number;
  readonly end: number;
  /** Word: folded to lower case; quoted: without quotes; string: its contents; else as written. */
  readonly value: string;
  /** A quote or comment that is never closed: the token reaches to the end of the text. */
  readonly unterminated?: true | undefined;
}

/** Tokens of `text` between `from` and `to`, comments included; offsets count from the start of `text`. Never throws. */
export function tokenize(text: string, from = 0, to = text.length): Token[] {
  const tokens: Token[] = [];
  for (let token = nextToken(text, from, to); token !== undefined; token = nextToken(text, token.end, to)) {
    tokens.push(token);
  }
  return tokens;
}

/** The first token at or after `from` that starts before `to`. */
export function nextToken(text: string, from: number, to: number): Token | undefined {
  let start = from;
  while (start < to && isSpace(text.charCodeAt(start), start)) start++;
  return start < to ? tokenAt(text, start, to) : undefined;
}

// A byte order mark is skipped at the start of the text only: elsewhere it is a letter to the server.
const isSpace = (code: number, at: number): boolean =>
  code === 32 || (code >= 9 && code <= 13) || (code === 0xfeff && at === 0);

const isDigit = (code: number): boolean => code >= 48 && code <= 57;
const isWordStart = (code: number): boolean =>
  (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95 || code >= 128;
const isWordPart = (code: number): boolean => isWordStart(code) || isDigit(code) || code === 36;

const operatorCharacters = new Set("+-*/<>=~!@#%^&|`?");
const number =
  /0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|(?:\d[\d_]*(?:\.(?!\.)[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d[\d_]*)?/y;
const dollarTag = /\$(?:[A-Za-z_\u0080-\uffff][A-Za-z0-9_\u0080-\uffff]*)?\$/y;

function tokenAt(text: string, start: number, to: number): Token {
  const code = text.charCodeAt(start);
  const next = start + 1 < to ? text.charCodeAt(start + 1) : -1;
  if (isWordStart(code)) return prefixedString(text, start, to, code, next) ?? word(text, start, to);
  if (isDigit(code) || (code === 46 && isDigit(next))) {
    number.lastIndex = start;
    const end = Math.min(to, start + (number.exec(text)?.[0].length ?? 1));
    return { kind: "number", start, end, value: text.slice(start, end) };
  }
  switch (code) {
    case 39: // '
      return string(text, start, start + 1, to);
    case 34: // "
      return quoted(text, start, start + 1, to);
    case 36: // $
      return dollar(text, start, to, next);
    case 40: // (
    case 41: // )
    case 44: // ,
    case 59: // ;
    case 91: // [
    case 93: // ]
      return simple("punctuation", text, start, start + 1);
    case 46: // .
      return next === 46
        ? simple("operator", text, start, start + 2)
        : simple("punctuation", text, start, start + 1);
    case 58: // :
      return simple("operator", text, start, next === 58 || next === 61 ? start + 2 : start + 1);
  }
  if (code === 45 && next === 45) return lineComment(text, start, to);
  if (code === 47 && next === 42) return blockComment(text, start, to);
  return operator(text, start, to);
}

const simple = (kind: Token["kind"], text: string, start: number, end: number): Token => ({
  kind,
  start,
  end,
  value: text.slice(start, end),
});

function word(text: string, start: number, to: number): Token {
  let end = start + 1;
  let ascii = text.charCodeAt(start) < 128;
  for (; end < to; end++) {
    const code = text.charCodeAt(end);
    if (!isWordPart(code)) break;
    if (code >= 128) ascii = false;
  }
  const written = text.slice(start, end);
  // The server folds A to Z only.
  const value = ascii ? written.toLowerCase() : written.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  return { kind: "word", start, end, value };
}

/** `E'…'`, `B'…'`, `X'…'`, `N'…'`, `U&'…'`, `U&"…"`. */
function prefixedString(
  text: string,
  start: number,
  to: number,
  code: number,
  next: number,
): Token | undefined {
  if (next === 39) {
    switch (code | 32) {
      case 101: // e
        return escapeString(text, start, to);
      case 98: // b
      case 110: // n
      case 120: // x
        return string(text, start, start + 2, to);
    }
  }
  if ((code | 32) !== 117 || next !== 38 || start + 2 >= to) return undefined;
  const quote = text.charCodeAt(start + 2);
  if (quote !== 39 && quote !== 34) return undefined;
  const token = quote === 39 ? string(text, start, start + 3, to) : quoted(text, start, start + 3, to);
  return { ...token, value: decodeUnicode(token.value) };
}

const decodeUnicode = (value: string): string =>
  value.replace(unicodeEscapes(), (...match: (string | undefined)[]) => unicodeValue(match));

const ownEscape = /\s*uescape\s*'([^0-9a-fA-F+'"\s])'/iy;

/** Escapes of a `U&'…'` string that ends at `end`, behind which UESCAPE may name another character; doubled quotes, too. */
export function unicodeEscapes(text = "", end = 0): RegExp {
  ownEscape.lastIndex = end;
  const escape = `\\u{${(ownEscape.exec(text)?.[1] ?? "\\").codePointAt(0)?.toString(16) ?? ""}}`;
  return new RegExp(`${escape}(?:(${escape})|\\+([0-9a-fA-F]{6})|([0-9a-fA-F]{4}))|''`, "gu");
}

/** What a match of `unicodeEscapes` stands for. */
export function unicodeValue([all = "", own, long, short]: readonly (string | undefined)[]): string {
  if (own !== undefined) return own;
  const digits = long ?? short;
  if (digits === undefined) return all === "''" ? "'" : all;
  const point = parseInt(digits, 16);
  return point <= 0x10ffff ? String.fromCodePoint(point) : all;
}

/** With the pieces that continue it on further lines, which have the escapes of the first. */
function pieces(
  text: string,
  start: number,
  first: number,
  to: number,
  endOf: (text: string, from: number, to: number) => number | undefined,
  decode: (inner: string) => string,
): Token {
  let value = "";
  for (let from = first; ;) {
    const close = endOf(text, from, to);
    if (close === undefined)
      return { kind: "string", start, end: to, value: value + text.slice(from, to), unterminated: true };
    value += decode(text.slice(from, close));
    const next = continuation(text, close + 1, to);
    if (next === undefined) return { kind: "string", start, end: close + 1, value };
    from = next;
  }
}

const string = (text: string, start: number, from: number, to: number): Token =>
  pieces(text, start, from, to, plainEnd, (inner) => undoubled(inner, "'"));
const escapeString = (text: string, start: number, to: number): Token =>
  pieces(text, start, start + 2, to, escapedEnd, decodeEscapes);

function quoted(text: string, start: number, from: number, to: number): Token {
  const close = closing(text, '"', from, to);
  if (close === undefined)
    return { kind: "quoted", start, end: to, value: text.slice(from, to), unterminated: true };
  return { kind: "quoted", start, end: close + 1, value: undoubled(text.slice(from, close), '"') };
}

const undoubled = (inner: string, quote: string): string =>
  inner.includes(quote) ? inner.replaceAll(quote + quote, quote) : inner;

/** Position of the quote that closes what is open at `from`. */
function closing(text: string, quote: string, from: number, to: number): number | undefined {
  for (let at = text.indexOf(quote, from); at !== -1 && at < to; at = text.indexOf(quote, at + 2))
    if (at + 1 >= to || text[at + 1] !== quote) return at;
  return undefined;
}

/** Position of the quote that closes a piece of a string without backslashes. */
export const plainEnd = (text: string, from: number, to: number): number | undefined =>
  closing(text, "'", from, to);

/** Position of the quote that closes a piece of an `E'…'` string. */
export function escapedEnd(text: string, from: number, to: number): number | undefined {
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at);
    if (code === 92) at++;
    else if (code === 39) {
      if (at + 1 < to && text.charCodeAt(at + 1) === 39) at++;
      else return at;
    }
  }
  return undefined;
}

const lineBreakThenQuote = /[ \t\f\v]*(?:--[^\n\r]*)?[\n\r](?:[ \t\n\r\f\v]|--[^\n\r]*[\n\r])*'/y;

/** Behind the quote that continues a string constant (manual, section 4.1.2.1): blanks with a line break are between. */
export function continuation(text: string, from: number, to: number): number | undefined {
  lineBreakThenQuote.lastIndex = from;
  return lineBreakThenQuote.test(text) && lineBreakThenQuote.lastIndex <= to
    ? lineBreakThenQuote.lastIndex
    : undefined;
}

const escapes: Readonly<Record<string, string>> = dictionary({ b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" });

/** One escape of an `E'…'` string, or a doubled quote (manual, section 4.1.2.2). */
export const escapeSequence =
  /\\(?:([0-7]{1,3})|x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([^]))|''/g;

/** What the groups of `escapeSequence` stand for. */
export function escapeValue(groups: readonly (string | undefined)[]): string {
  const [octal, hex, short, long, other] = groups;
  if (octal !== undefined) return String.fromCharCode(parseInt(octal, 8) & 255);
  const digits = hex ?? short ?? long;
  if (digits !== undefined) {
    const point = parseInt(digits, 16);
    return point <= 0x10ffff ? String.fromCodePoint(point) : "\ufffd";
  }
  return other === undefined ? "'" : (escapes[other] ?? other);
}

const decodeEscapes = (inner: string): string =>
  inner.replace(escapeSequence, (_all: string, ...groups: (string | undefined)[]) =>
    escapeValue(groups.slice(0, 5)),
  );

/**
 * The end of a body between single `$`, as templates and shells leave of `$$`, or `$ $`, as formatters do. The server refuses
 * it as a whole: what stands in it is no statement of its own.
 */
function halvedBody(text: string, start: number): number | undefined {
  if (!/\s/.test(text.charAt(start + 1)) || !behindAs.test(text.slice(Math.max(0, start - 200), start)))
    return undefined;
  halfEnd.lastIndex = start + 1;
  const found = halfEnd.exec(text);
  return found === null ? undefined : found.index + found[0].length;
}

/** Also with a comment behind it. */
const behindAs = /\b(?:as|do)\s*(?:(?:\/\*[^*]{0,100}\*\/|--[^\n]{0,100}\n)\s*){0,3}$/i;
const halfEnd = /(?:\n[ \t]{0,40}|\bend;?\s{1,9})(?:\$\s)?\$(?=\s{0,40}(?:language\b|;|$))/gi;

function dollar(text: string, start: number, to: number, next: number): Token {
  if (isDigit(next)) {
    let end = start + 2;
    while (end < to && isDigit(text.charCodeAt(end))) end++;
    return simple("parameter", text, start, end);
  }
  dollarTag.lastIndex = start;
  const tag = dollarTag.exec(text)?.[0];
  if (tag === undefined || start + tag.length > to)
    return simple("operator", text, start, Math.min(halvedBody(text, start) ?? start + 1, to));
  const from = start + tag.length;
  const close = text.indexOf(tag, from);
  if (close === -1 || close + tag.length > to) {
    return { kind: "string", start, end: to, value: text.slice(from, to), unterminated: true };
  }
  return { kind: "string", start, end: close + tag.length, value: text.slice(from, close) };
}

function lineComment(text: string, start: number, to: number): Token {
  let end = start + 2;
  for (; end < to; end++) {
    const code = text.charCodeAt(end);
    if (code === 10 || code === 13) break;
  }
  return simple("comment", text, start, end);
}

function blockComment(text: string, start: number, to: number): Token {
  let depth = 1;
  let at = start + 2;
  for (; at + 1 < to && depth > 0; at++) {
    const code = text.charCodeAt(at);
    const next = text.charCodeAt(at + 1);
    if (code === 42 && next === 47) depth--;
    else if (code === 47 && next === 42) depth++;
    else continue;
    at++;
  }
  if (depth > 0) return { kind: "comment", start, end: to, value: text.slice(start, to), unterminated: true };
  return simple("comment", text, start, at);
}

/** The server takes 63 characters; a longer run is cut, so that reading stays linear. */
const maxOperator = 64;

function operator(text: string, start: number, limit: number): Token {
  const to = Math.min(limit, start + maxOperator);
  let end = start;
  while (end < to && operatorCharacters.has(text.charAt(end))) {
    if (end > start && (text.startsWith("--", end) || text.startsWith("/*", end))) break;
    end++;
  }
  // `=-1` is `=` and `-1`; `@-` is one operator (manual, section 4.1.3).
  if (end > start + 1 && !/[~!@#%^&|`?]/.test(text.slice(start, end))) {
    while (end > start + 1 && /[+-]/.test(text.charAt(end - 1))) end--;
  }
  // A lone character that starts no token (`\`, `{`, control characters).
  return simple("operator", text, start, Math.max(end, start + 1));
}
