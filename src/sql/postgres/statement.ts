/** From parsed text to statements with their sources: offsets of the parser become offsets of the file. */
import type { Operation, Unknown } from "../../model/operation.ts";
import type { Span } from "../../text/span.ts";
import type { Statement } from "../front-end.ts";
import { positionOf, spanInFile, startInFile, tokenInFile, type Fragment } from "./fragment.ts";
import { tokenize, type Token } from "./lexer.ts";
import { parseSql, type ParsedStatement } from "./libpg.ts";
import { lowerStatement } from "./lower/index.ts";
import type { Body, StatementSource } from "./source.ts";

/** What all statements of one reading share. */
export interface Reading {
  readonly file: string;
  /** Comments found so far, in the file's offsets. */
  readonly comments: Span[];
  /** Names that stand for others, with what findings show for them. */
  readonly placeholders: Map<string, string>;
  /** Told of an exception of ours; the statement becomes `unknown`. */
  readonly bug: (error: unknown, span: Span) => void;
  readonly readBody: BodyReader;
  /** The parser behind it: parses and lowers the statements of a chunk. */
  readonly readChunk: (reading: Reading, chunk: Chunk) => ChunkOutcome;
}

export type BodyReader = (
  reading: Reading,
  parent: Fragment,
  request: {
    readonly span: Span;
    readonly language: string;
    readonly variables: readonly string[];
    readonly depth: number;
  },
) => Body;

/** Text to parse, of the same length as what it stands for in a fragment. */
export interface Chunk {
  readonly fragment: Fragment;
  /** Position in the fragment of the first character of `sql`, counted before `prefix`. */
  readonly start: number;
  readonly sql: string;
  /** Put before `sql` to make an expression a statement. */
  readonly prefix?: string | undefined;
  /** Tokens of the fragment that lie in the chunk, without comments. */
  readonly tokens: readonly Token[];
  /** Rows of an INSERT that were left out, in the fragment's positions. */
  readonly cuts?: readonly Cut[] | undefined;
  /** How many bodies and strings it stands in. */
  readonly depth: number;
  /** See `StatementSource.variables`. */
  readonly variables?: ReadonlySet<string> | undefined;
}

export interface Cut {
  readonly start: number;
  readonly end: number;
  /** Number of rows in all, the kept one included. */
  readonly rows: number;
}

export type ChunkOutcome =
  | { readonly is: "parsed"; readonly statements: Statement[] }
  /** `position`: of the error, in the fragment. */
  | { readonly is: "syntax"; readonly message: string; readonly position: number }
  | { readonly is: "limit" };

export function readChunk(reading: Reading, chunk: Chunk): ChunkOutcome {
  const prefix = chunk.prefix ?? "";
  const sql = prefix + withoutDeepComments(wellFormed(chunk.sql));
  if (hasEndlessOperator(chunk)) return { is: "limit" };
  const outcome = parseSql(sql);
  const shift = chunk.start - prefix.length;
  if (outcome.is === "syntax") {
    return { is: "syntax", message: outcome.message, position: shift + codeUnits(sql, outcome.position) };
  }
  if (outcome.is === "limit") return outcome;
  const units = byteMap(sql);
  const at = (byte: number): number => Math.max(chunk.start, shift + units(byte));
  return { is: "parsed", statements: place(reading, chunk, outcome.statements, at) };
}

/** Finds each statement's own tokens and lowers it. */
function place(
  reading: Reading,
  chunk: Chunk,
  parsed: readonly ParsedStatement[],
  at: (byte: number) => number,
): Statement[] {
  const statements: Statement[] = [];
  const { tokens } = chunk;
  const last = chunk.start + chunk.sql.length;
  let index = 0;
  for (const { stmt, stmt_location: location = 0, stmt_len: length } of parsed) {
    const from = at(location);
    const to = length === undefined || length === 0 ? last : at(location + length);
    while ((tokens[index]?.start ?? last) < from) index++;
    const first = index;
    while (index < tokens.length && (tokens[index]?.start ?? last) < to) index++;
    let end = index;
    while (end > first && tokens[end - 1]?.value === ";" && tokens[end - 1]?.kind === "punctuation") end--;
    const firstToken = tokens[first];
    const lastToken = tokens[end - 1];
    if (stmt === undefined || firstToken === undefined || lastToken === undefined || end <= first) continue;
    const cut = chunk.cuts?.find(({ start }) => start >= from && start < to);
    const span = spanInFile(chunk.fragment, firstToken.start, Math.max(lastToken.end, cut?.end ?? 0));
    const source = sourceOf(reading, chunk, span, at, first, end);
    const kind = Object.keys(stmt)[0] ?? "unparsable";
    statements.push({ span, kind, operations: lower(reading, stmt, source, kind, cut?.rows) });
  }
  return statements;
}

/** The statement at tokens `[first, end)` of the chunk; `at` turns the parser's offsets into positions of the fragment. */
export function sourceOf(
  reading: Reading,
  chunk: Chunk,
  span: Span,
  at: (location: number) => number,
  first: number,
  end: number,
): StatementSource {
  const { fragment, depth } = chunk;
  let tokens: readonly Token[] | undefined;
  return {
    text: reading.file,
    span,
    get tokens() {
      tokens ??= chunk.tokens.slice(first, end).map((token) => tokenInFile(fragment, token));
      return tokens;
    },
    written: ({ start, end }) => fragment.text.slice(positionOf(fragment, start), positionOf(fragment, end)),
    variables: chunk.variables,
    offset: (location) => (location < 0 ? span.start : startInFile(fragment, at(location))),
    body: (body, language, variables = []) =>
      reading.readBody(reading, fragment, { span: body, language, variables, depth: depth + 1 }),
  };
}

function lower(
  reading: Reading,
  stmt: NonNullable<ParsedStatement["stmt"]>,
  source: StatementSource,
  kind: string,
  rows: number | undefined,
): readonly Operation[] {
  try {
    const operations = lowerStatement(stmt, source);
    if (rows === undefined) return operations;
    return operations.map((op) =>
      op.kind === "insertRows" && op.source === "values" ? { ...op, rows } : op,
    );
  } catch (error) {
    // An expression deeper than the call stack is no bug.
    if (!(error instanceof RangeError)) reading.bug(error, source.span);
    return [unknownOperation(source.span, kind)];
  }
}

export function unknownOperation(span: Span, statement: string): Unknown {
  return { kind: "unknown", span, head: span, statement, relations: [] };
}

/** What psql runs from elsewhere: it isn't understood, and may change anything. */
export function unreadCommand(
  fragment: Fragment,
  { start, end }: { readonly start: number; readonly end: number },
  kind: string,
): Statement {
  const span = spanInFile(fragment, start, end);
  const anything = { kind: "executeDynamic", span, head: span } as const;
  return { span, kind, operations: [unknownOperation(span, kind), anything] };
}

const isAscii = (text: string): boolean => /^[\x00-\x7f]*$/.test(text);

/** What the parser can take: no NUL, no byte order mark in front, no half of a surrogate pair. Same length. */
function wellFormed(sql: string): string {
  let result = sql;
  if (result.charCodeAt(0) === 0xfeff) result = ` ${result.slice(1)}`;
  if (result.includes("\0")) result = result.replaceAll("\0", " ");
  return isAscii(result) ? result : result.replace(/\p{Surrogate}/gu, "\ufffd");
}

/** The parser takes 0.2 ms for each comment opened in a comment: what is in such a comment is blanked. */
function withoutDeepComments(sql: string): string {
  const many = 50;
  if (sql.split("/*", many + 1).length <= many) return sql;
  let result = "";
  let at = 0;
  for (const { kind, start, end, value } of tokenize(sql)) {
    if (kind !== "comment" || value.split("/*", many + 1).length <= many) continue;
    const closed = value.endsWith("*/") ? "*/" : "";
    result += `${sql.slice(at, start)}/*${" ".repeat(end - start - 2 - closed.length)}${closed}`;
    at = end;
  }
  return result + sql.slice(at);
}

/** The parser takes quadratic time for a run of operators. */
function hasEndlessOperator({ sql, tokens }: Chunk): boolean {
  if (!/[-+*/<>=~!@#%^&|`?]{500}/.test(sql)) return false;
  let run = 0;
  return tokens.some(({ kind, start, end }, i) => {
    run = kind === "operator" && tokens[i - 1]?.end === start ? run + end - start : 0;
    return run > 400;
  });
}

/** Maps UTF-8 byte offsets to UTF-16 offsets. */
function byteMap(sql: string): (byte: number) => number {
  if (isAscii(sql)) return (byte) => byte;
  const units = new Uint32Array(sql.length * 3 + 1);
  let byte = 0;
  for (let unit = 0; unit < sql.length; unit++) {
    const code = sql.charCodeAt(unit);
    const pair = code >= 0xd800 && code < 0xdc00;
    const width = code < 0x80 ? 1 : code < 0x800 ? 2 : pair ? 4 : 3;
    units.fill(unit, byte, byte + width);
    byte += width;
    if (pair) unit++;
  }
  const total = byte;
  return (at) => (at >= total ? sql.length : (units[at] ?? sql.length));
}

/** UTF-16 offset of the `count`th code point. */
function codeUnits(sql: string, count: number): number {
  if (isAscii(sql)) return Math.min(count, sql.length);
  let unit = 0;
  for (let i = 0; i < count && unit < sql.length; i++) unit += (sql.codePointAt(unit) ?? 0) > 0xffff ? 2 : 1;
  return unit;
}
