/**
 * Cuts SQL text into statements without a grammar, for texts that the parser rejects as a whole: psql's lines, COPY
 * data and template placeholders are taken out, and one broken statement doesn't take the others with it.
 */
import { nextToken, type Token } from "./lexer.ts";
import { clearsBuffer, Psql, type Command } from "./psql.ts";

export interface Piece {
  /** First token to last token; without the `;`. */
  readonly start: number;
  readonly end: number;
  /** Without comments. */
  readonly tokens: readonly Token[];
  readonly masks: readonly Mask[];
  /** What psql runs here instead of a statement, or with it, and that can't be followed: `\i`, `\gexec`, `:name`. */
  readonly command?: string | undefined;
}

/** A place that isn't SQL, to be replaced by text of equal length. */
export interface Mask {
  readonly start: number;
  readonly end: number;
  /** `identifier` can also stand for a literal or for nothing; `blank` is never code. */
  readonly as: "identifier" | "quoted" | "string" | "blank";
}

export interface Pieces {
  readonly pieces: readonly Piece[];
  readonly comments: readonly Token[];
}

export interface StatementTracker {
  /** `true` if this `;` ends the statement. */
  (token: Token): boolean;
  /** Within something whose `;` belong to the statement. */
  isOpen(): boolean;
}

/** Follows the tokens of one statement. */
export function statementTracker(): StatementTracker {
  const first: string[] = [];
  let rule = false;
  let routine = false;
  let parentheses = 0;
  /** BEGIN ATOMIC and CASE that are open; the `;` inside belong to the statement. */
  let open = 0;
  let previous = "";
  const ends = (token: Token): boolean => {
    const value = token.kind === "word" || token.kind === "punctuation" ? token.value : "";
    if (first.length < 4) {
      first.push(value);
      if (first[0] === "create") {
        rule ||= value === "rule" && (first.length === 2 || first[1] === "or");
        routine ||=
          (value === "function" || value === "procedure") && (first.length === 2 || first[1] === "or");
      }
    }
    if (rule && value === "(") parentheses++;
    else if (rule && value === ")") parentheses--;
    else if (routine) {
      if (value === "atomic" && previous === "begin") open++;
      else if (open > 0 && value === "case" && previous !== "end") open++;
      else if (open > 0 && value === "end") open--;
    }
    previous = value;
    return value === ";" && parentheses <= 0 && open <= 0;
  };
  return Object.assign(ends, { isOpen: () => parentheses > 0 || open > 0 });
}

/** Ends a statement at each `;`. */
const plainTracker = (): StatementTracker =>
  Object.assign(({ kind, value }: Token) => kind === "punctuation" && value === ";", { isOpen: () => false });

/** Statements that are never closed are read again, up to their first `;`; so many times, then nothing is kept whole. */
const mostOpen = 10;

/** Placeholders of the usual template languages and of psql; only looked for outside of quotes and comments. */
const placeholders: readonly (readonly [RegExp, Mask["as"]])[] = [
  [/\$\{[^{}\n]{0,200}\}/y, "identifier"],
  [/\{\$[A-Za-z_]\w{0,60}\}/y, "identifier"],
  [/\$%[A-Za-z_]\w{0,60}%\$/y, "identifier"],
  [/\{\{-?[ \t]{0,20}(?:[#^/!]|(?:if|else|end|range|with)\b)[^\n]{0,400}?\}\}/y, "blank"],
  [/\{\{[^\n]{0,400}?\}\}/y, "identifier"],
  [/"\{\{[^\n]{0,400}?\}\}\w{0,60}"/y, "quoted"],
  [/\{%[^\n]{0,400}?%\}/y, "blank"],
  [/<%=[^\n]{0,400}?%>/y, "identifier"],
  [/<%[^\n]{0,400}?%>/y, "blank"],
  [/%\([A-Za-z_]\w{0,100}\)s/y, "identifier"],
  // `%schema%.users`: what follows is no operand, so none of the two is a modulo.
  [/%[A-Za-z_]\w{0,60}%(?=\s{0,40}(?:[.;,)]|$))/y, "identifier"],
  [/:'[A-Za-z_]\w{0,100}'/y, "string"],
  [/:"[A-Za-z_]\w{0,100}"/y, "quoted"],
  [/:[A-Za-z_]\w{0,100}/y, "identifier"],
];
const placeholderStart = new Set(["$", "{", "<", "%", ":", '"']);

export function splitStatements(text: string, from: number, to: number): Pieces {
  return new Splitter(text, from, to).split();
}

class Splitter {
  private readonly text: string;
  private readonly from: number;
  private readonly to: number;
  private readonly psql = new Psql();
  private readonly pieces: Piece[] = [];
  private readonly comments: Token[] = [];
  private at: number;
  private tokens: Token[] = [];
  private masks: Mask[] = [];
  private command: string | undefined;
  private ends: StatementTracker = statementTracker();
  private brackets = 0;
  private opened = 0;
  /** The first `;` that the statement keeps to itself, with what was found up to there. */
  private kept: { readonly at: number; readonly tokens: number; readonly comments: number } | undefined;
  /** Rows of COPY that stand below the line that is read. */
  private data: { readonly start: number; readonly end: number } | undefined;

  constructor(text: string, from: number, to: number) {
    this.text = text;
    this.from = from;
    this.to = to;
    this.at = from;
  }

  split(): Pieces {
    do {
      for (let token = this.next(); token !== undefined; token = this.next()) this.take(token);
    } while (this.finish());
    return { pieces: this.pieces, comments: this.comments };
  }

  private next(): Token | undefined {
    const { data } = this;
    if (data === undefined) return nextToken(this.text, this.at, this.to);
    const token = nextToken(this.text, this.at, data.start);
    if (token !== undefined) return token;
    this.data = undefined;
    if (this.tokens.length > 0) this.masks.push({ ...data, as: "blank" });
    this.at = data.end;
    return nextToken(this.text, this.at, this.to);
  }

  private take(token: Token): void {
    const mask = this.maskAt(token);
    if (mask !== undefined) {
      this.masks.push(mask);
      this.at = mask.end;
      if (mask.as !== "blank")
        this.tokens.push({ kind: "word", start: mask.start, end: mask.end, value: "" });
      return;
    }
    this.at = token.end;
    if (token.kind === "comment") this.comments.push(token);
    else if (token.value === "\\") this.backslash(token);
    else if (this.ends(token)) {
      const copies = copiesFromStdin(this.tokens);
      this.finish();
      if (copies) this.skipData();
    } else {
      if (token.value === "[") this.brackets++;
      else if (token.value === "]") this.brackets--;
      else if (token.value === ";" && token.kind === "punctuation") this.keep(token);
      this.tokens.push(token);
    }
  }

  private keep(token: Token): void {
    this.kept ??= { at: token.end, tokens: this.tokens.length, comments: this.comments.length };
  }

  /** Ends the statement here. `true`: it was still open, so that reading begins again behind its first `;`. */
  private finish(): boolean {
    const again = this.ends.isOpen() ? this.kept : undefined;
    if (again !== undefined) {
      this.at = again.at;
      this.data = undefined;
      this.tokens.length = again.tokens;
      this.comments.length = again.comments;
      this.masks = this.masks.filter(({ start }) => start < again.at);
      this.opened++;
    }
    const { tokens, masks, command } = this;
    const first = tokens[0];
    if (first !== undefined)
      this.pieces.push({ start: first.start, end: tokens.at(-1)?.end ?? first.end, tokens, masks, command });
    this.clear();
    return again !== undefined;
  }

  private clear(): void {
    this.tokens = [];
    this.masks = [];
    this.command = undefined;
    this.kept = undefined;
    this.brackets = 0;
    this.ends = this.opened < mostOpen ? statementTracker() : plainTracker();
  }

  private maskAt(token: Token): Mask | undefined {
    if (token.kind !== "operator" && token.kind !== "quoted") return undefined;
    const mask = placeholder(this.text, token, this.data?.start ?? this.to);
    if (mask === undefined || this.text.charAt(mask.start) !== ":") return mask;
    const name = this.text.slice(mask.start, mask.end);
    const isOwn = this.psql.isOwnText(name.slice(1));
    if (isOwn) this.command ??= name;
    // `a[1:n]` is a slice.
    return this.brackets > 0 && !isOwn ? undefined : mask;
  }

  /** Of psql: `\;` and `\:` stand in a statement, all others are commands. */
  private backslash(token: Token): void {
    const { text, to } = this;
    const following = text.charAt(token.end);
    if (following === ";") {
      this.at = token.end + 1;
      this.finish();
      return;
    }
    if (following === ":" || following === "\\") {
      this.at = token.end + (following === ":" ? 0 : 1);
      if (this.tokens.length > 0) this.masks.push({ start: token.start, end: this.at, as: "blank" });
      return;
    }
    const command = this.psql.command(text, token.start, this.data?.start ?? to);
    this.at = command.end;
    this.run(command);
    if (command.copiesRows) this.skipData();
  }

  private run({ name, start, end, sends, runs, copy }: Command): void {
    if (clearsBuffer.has(name)) {
      // Under \if what stands before it may not be thrown away, and need not be a whole statement.
      this.command ??= `\\${name}`;
      this.finish();
    } else if (sends) {
      const copies = copiesFromStdin(this.tokens);
      if (this.finish()) return;
      if (copies) this.skipData();
    } else if (this.tokens.length > 0) this.masks.push({ start, end, as: "blank" });
    if (copy !== undefined) this.readCopy(copy, end);
    if (runs === undefined) return;
    const tokens = [{ kind: "operator", start, end, value: name } as const];
    this.pieces.push({ start, end, tokens, masks: [], command: runs });
  }

  /** Of psql's own \copy: the query that is copied out, and what stands behind a `;`, which the server runs, too. */
  private readCopy(from: number, end: number): void {
    const statements: Token[][] = [[]];
    for (let token = nextToken(this.text, from, end); token; token = nextToken(this.text, token.end, end)) {
      if (token.kind === "comment") this.comments.push(token);
      else if (token.kind === "punctuation" && token.value === ";") statements.push([]);
      else statements.at(-1)?.push(token);
    }
    const [copy = [], ...others] = statements;
    for (const tokens of [parenthesized(copy), ...others]) {
      const [first] = tokens;
      if (first !== undefined)
        this.pieces.push({ start: first.start, end: tokens.at(-1)?.end ?? first.end, tokens, masks: [] });
    }
  }

  /** Rows begin on the next line; the rest of this one is read before them, though psql sends it after them. */
  private skipData(): void {
    const { text, to } = this;
    const before = this.data;
    const line = before?.end ?? text.indexOf("\n", this.at);
    const start = line === -1 ? to : Math.min(line, to);
    this.data = { start: before?.start ?? start, end: copyDataEnd(text, start, to) };
  }
}

/** What stands in the parentheses that a text begins with. */
function parenthesized(tokens: readonly Token[]): readonly Token[] {
  let depth = 0;
  for (const [i, { kind, value }] of tokens.entries()) {
    if (kind === "punctuation" && value === "(") depth++;
    else if (kind === "punctuation" && value === ")") depth--;
    if (depth === 0) return tokens.slice(1, i);
  }
  return [];
}

/** Undefined if it would hide a `;`: then it is what it looks like to the server. */
function placeholder(text: string, token: Token, to: number): Mask | undefined {
  const first = text.charAt(token.start);
  if (!placeholderStart.has(first)) return undefined;
  // `::` and `:=` are operators of their own.
  if (first === ":" && token.end - token.start > 1) return undefined;
  // Only so it is none of the operators of pg_trgm.
  if (first === "<" && text.charAt(token.start + 2) !== "=" && !startsLine(text, token.start))
    return undefined;
  for (const [pattern, as] of placeholders) {
    pattern.lastIndex = token.start;
    const end = token.start + (pattern.exec(text)?.[0].length ?? 0);
    if (end > token.start && end <= to)
      return hidesSemicolon(text, token.start, end) ? undefined : { start: token.start, end, as };
  }
  return undefined;
}

/** Outside of quotes and comments, or in a quote that isn't closed. */
function hidesSemicolon(text: string, from: number, to: number): boolean {
  if (!text.slice(from, to).includes(";")) return false;
  for (let token = nextToken(text, from, to); token !== undefined; token = nextToken(text, token.end, to)) {
    if (token.value === ";" && token.kind === "punctuation") return true;
    if (token.unterminated === true && token.value.includes(";")) return true;
  }
  return false;
}

/** Nothing but blanks stands in front of it, as far as anybody indents. */
const startsLine = (text: string, at: number): boolean =>
  /(?:^|\n)[ \t]*$/.test(text.slice(Math.max(0, at - 200), at));

/** `COPY name (columns) FROM STDIN`; the grammar takes STDOUT for it, too. A query in parentheses is only copied out. */
export function copiesFromStdin(tokens: readonly Token[]): boolean {
  if (tokens[0]?.value !== "copy" || tokens[0].kind !== "word" || tokens[1]?.value === "(") return false;
  let depth = 0;
  for (const [i, { kind, value }] of tokens.entries()) {
    if (value === "(" && kind === "punctuation") depth++;
    else if (value === ")" && kind === "punctuation") depth--;
    else if (depth === 0 && kind === "word" && (value === "from" || value === "to")) {
      const source = tokens[i + 1];
      return value === "from" && source?.kind === "word" && /^std(?:in|out)$/.test(source.value);
    }
  }
  return false;
}

/** After the line `\.` that ends the data; `from` is the line break in front of it. */
function copyDataEnd(text: string, from: number, to: number): number {
  const end = /\n\\\.[ \t]*\r?(?=\n|$)/g;
  end.lastIndex = from;
  const match = end.exec(text);
  return match === null || match.index >= to ? to : Math.min(to, match.index + match[0].length);
}

/** What an `identifier` mask is tried as, in this order. */
export const readings = ["identifier", "string", "blank"] as const;
export type Reading = (typeof readings)[number];

/** `text` between `start` and `end` with the masks replaced, same length. */
export function maskText(
  text: string,
  start: number,
  end: number,
  masks: readonly Mask[],
  reading: Reading,
): string {
  let result = "";
  let at = start;
  for (const mask of masks) {
    if (mask.start < at || mask.end > end) continue;
    result += text.slice(at, mask.start) + replacement(text, mask, reading);
    at = mask.end;
  }
  return result + text.slice(at, end);
}

/** The same placeholder gives the same name, another one gives another. */
export const maskName = (text: string, { start, end }: Mask): string =>
  text
    .slice(start, end)
    .replace(/[^A-Za-z0-9_]/g, "_")
    .replace(/^[0-9]/, "_")
    .toLowerCase();

function replacement(text: string, mask: Mask, reading: Reading): string {
  const length = mask.end - mask.start;
  const name = maskName(text, mask);
  switch (mask.as === "identifier" ? reading : mask.as) {
    case "identifier":
      return name;
    case "string":
      return length < 2 ? " " : `'${name.slice(1, -1)}'`;
    case "quoted":
      return `"${name.slice(1, -1)}"`;
    default:
      return " ".repeat(length);
  }
}
