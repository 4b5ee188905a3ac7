/**
 * The PostgreSQL front end: a text as a whole first; where the grammar rejects it, statement by statement
 * (split.ts). Statements are placed and lowered in statement.ts, bodies of functions are read in body.ts.
 */
import type { QualifiedName } from "../../model/names.ts";
import type { Span } from "../../text/span.ts";
import type { FrontEnd, ParsedText, Problem, Statement } from "../front-end.ts";
import { readBody } from "./body.ts";
import { spanInFile, type Fragment } from "./fragment.ts";
import { canonicalText } from "./canonical.ts";
import { encodingHint, endedInside, hintFor, isRestOfBody, startsStatement } from "./hints.ts";
import { tokenize, type Token } from "./lexer.ts";
import { loadParser } from "./libpg.ts";
import { madeTable } from "./made-table.ts";
import { meantBy, type Meant } from "./meant.ts";
import { pieceChunk, sliceChunk, standAround } from "./chunk.ts";
import { maskName, readings, splitStatements, type Piece } from "./split.ts";
import {
  readChunk,
  unknownOperation,
  unreadCommand,
  type Chunk,
  type ChunkOutcome,
  type Reading,
} from "./statement.ts";

export interface FrontEndOptions {
  /** Told of an exception inside of lowering; the statement becomes `unknown` all the same. */
  readonly bug?: ((error: unknown, span: Span) => void) | undefined;
}

export function createPostgresFrontEnd(options: FrontEndOptions = {}): FrontEnd {
  return {
    load: loadParser,
    canonical: canonicalText,
    read: (text, part = { start: 0, end: text.length }) =>
      readText(text, part, options.bug ?? (() => undefined)),
  };
}

export const postgres: FrontEnd = createPostgresFrontEnd();

function readText(file: string, part: Span, tellBug: (error: unknown, span: Span) => void): ParsedText {
  const comments: Span[] = [];
  const errors: unknown[] = [];
  const bug = (error: unknown, span: Span): void => {
    errors.push(error);
    tellBug(error, span);
  };
  const placeholders = new Map<string, string>();
  const reading: Reading = { file, comments, placeholders, bug, readBody, readChunk };
  const fragment: Fragment = { text: file, from: part.start, to: part.end };
  const tokens: Token[] = [];
  const found: Span[] = [];
  for (const token of tokenize(file, part.start, part.end)) {
    if (token.kind === "comment") found.push({ start: token.start, end: token.end });
    else tokens.push(token);
  }
  const whole = readCommented(reading, sliceChunk(fragment, part.start, part.end, tokens));
  if (whole.is === "parsed") {
    const { statements } = whole;
    return {
      statements,
      problems: [],
      comments: inOrder([...found, ...comments]),
      placeholders: orNone(placeholders),
      errors,
    };
  }
  comments.length = 0;
  const { statements, problems, comments: outer, placeholders: masked = [] } = readPieces(reading, fragment);
  for (const [name, written] of masked) placeholders.set(name, written);
  const all = inOrder([...outer, ...comments]);
  return { statements, problems, comments: all, placeholders: orNone(placeholders), errors };
}

const orNone = <T extends ReadonlyMap<string, string>>(names: T): T | undefined =>
  names.size === 0 ? undefined : names;

const inOrder = (spans: readonly Span[]): Span[] => spans.toSorted((a, b) => a.start - b.start);

function readPieces(reading: Reading, fragment: Fragment): ParsedText {
  const { pieces, comments } = splitStatements(fragment.text, fragment.from, fragment.to);
  const statements: Statement[] = [];
  const problems: Problem[] = [];
  for (const piece of pieces) readPiece(reading, fragment, piece, statements, problems, 50);
  const open = comments.at(-1);
  if (open?.unterminated === true) {
    problems.push({ span: firstLine(fragment, open), message: "unterminated /* comment" });
  }
  const { text } = fragment;
  const masks = pieces.flatMap((piece) => piece.masks.filter(({ as }) => as === "identifier"));
  const placeholders = new Map(
    masks.map((mask) => [maskName(text, mask).slice(0, longestName), text.slice(mask.start, mask.end)]),
  );
  return {
    statements,
    problems,
    comments: comments.map(({ start, end }) => ({ start, end })),
    placeholders: placeholders.size === 0 ? undefined : placeholders,
  };
}

/** The server keeps 63 bytes of a name (manual, section 4.1.1). */
const longestName = 63;

/** Reads one statement, or two where a `;` is missing between them (`tries` times at most). */
function readPiece(
  reading: Reading,
  fragment: Fragment,
  piece: Piece,
  statements: Statement[],
  problems: Problem[],
  tries: number,
): void {
  if (piece.command !== undefined) {
    statements.push(unreadCommand(fragment, piece, piece.command));
    return;
  }
  const outcome = readMasked(reading, fragment, piece);
  if (outcome.is === "parsed") {
    statements.push(...outcome.statements);
    return;
  }
  const span = spanInFile(fragment, piece.start, piece.end);
  const last = piece.tokens.at(-1);
  const makes = madeTable(fragment, piece);
  // What stands behind a placeholder is not ours to judge, but for a quote that takes all that follows.
  if (outcome.is !== "limit" && piece.masks.length > 0 && last?.unterminated === true) {
    problems.push({ span: firstLine(fragment, last), message: "unterminated quote" });
    statements.push(unparsable(span));
    return;
  }
  if (outcome.is === "limit" || (piece.masks[0]?.start ?? Infinity) <= outcome.position) {
    statements.push(unparsable(span, makes));
    return;
  }
  const index = piece.tokens.findIndex((token) => token.end > outcome.position);
  const broken = index === -1 ? undefined : piece.tokens[index];
  const next =
    tries > 0 ? missingSemicolon(reading.file, piece, index === -1 ? piece.tokens.length - 1 : index) : -1;
  if (next > 0) {
    const [head, tail] = cutPiece(piece, next);
    const first = readMasked(reading, fragment, head);
    if (first.is === "parsed" && beginsStatement(readMasked(reading, fragment, tail), tail)) {
      const at = tail.tokens[0];
      const place = at === undefined ? span : spanInFile(fragment, at.start, at.end);
      problems.push({
        span: place,
        message: outcome.message,
        hint: "a `;` is missing before this statement",
      });
      statements.push(...first.statements);
      readPiece(reading, fragment, tail, statements, problems, tries - 1);
      return;
    }
  }
  const worst = broken ?? last;
  const place = worst === undefined ? span : firstLine(fragment, worst);
  const before = index === 0 ? undefined : piece.tokens.at(index === -1 ? -1 : index - 1);
  const known =
    encodingHint(reading.file) ?? endedInside(fragment.text, before, broken) ?? hintFor(broken, before);
  const meant = meantBy(fragment.text, piece, index);
  if (!isRestOfBody(fragment.text, worst, index, problems.at(-1)))
    problems.push({ span: place, message: outcome.message, hint: meant?.hint ?? known });
  statements.push(
    ...(asMeant(reading, fragment, meant) ?? [unparsable(span, makes, wordsIn(reading.file, span))]),
  );
}

/** What the statement does once it is corrected: what follows builds on it. */
function asMeant(
  reading: Reading,
  fragment: Fragment,
  meant: Meant | undefined,
  tries = 20,
): readonly Statement[] | undefined {
  if (meant === undefined || tries === 0) return undefined;
  const outcome = readMasked(reading, fragment, meant.piece);
  if (outcome.is === "parsed")
    return outcome.statements.map((statement) => ({ ...statement, mistaken: true, rejected: true }));
  if (outcome.is === "limit") return undefined;
  const index = meant.piece.tokens.findIndex((token) => token.end > outcome.position);
  return asMeant(reading, fragment, meantBy(fragment.text, meant.piece, index), tries - 1);
}

/** `DROP COLUMN c` on a line of its own is a clause: the server refuses its second word at the latest. */
function beginsStatement(outcome: ChunkOutcome, { tokens }: Piece): boolean {
  return outcome.is !== "syntax" || outcome.position >= (tokens[2]?.start ?? 0);
}

/** A quote that is never closed reaches far; its first line is enough to find it. Of a body between `$`, the first is. */
function firstLine(fragment: Fragment, { kind, start, end }: Token): Span {
  if (kind === "operator" && end - start > 1 && fragment.text.charAt(start) === "$")
    return spanInFile(fragment, start, start + 1);
  const line = fragment.text.slice(start, end).search(/[\r\n]/);
  return spanInFile(fragment, start, line > 0 ? start + line : end);
}

/**
 * @param makes the table whose definition can't be read
 * @param words see `Unknown.words`
 */
const unparsable = (span: Span, makes?: QualifiedName, words?: ReadonlySet<string>): Statement => ({
  span,
  kind: "unparsable",
  operations: [{ ...unknownOperation(span, "unparsable"), makes, words }],
});

const wordsIn = (text: string, { start, end }: Span): ReadonlySet<string> =>
  new Set(
    text
      .slice(start, end)
      .toLowerCase()
      .match(/[\p{L}_][\p{L}\p{N}_$]*/gu),
  );

/** The error of the first reading is the one that counts: its placeholders are names. */
function readMasked(reading: Reading, fragment: Fragment, piece: Piece): ChunkOutcome {
  let first: ChunkOutcome | undefined;
  for (const as of piece.masks.length === 0 ? readings.slice(0, 1) : readings) {
    if (as === "blank" && !standAround(piece)) continue;
    const chunk = pieceChunk(fragment, piece, as);
    const outcome = readCommented(reading, chunk);
    if (outcome.is === "parsed") return outcome;
    first ??= outcome;
  }
  return first ?? { is: "limit" };
}

/** The parser stumbles over a comment after NOT, NULLS or WITH, which the server accepts. */
function readCommented(reading: Reading, chunk: Chunk): ChunkOutcome {
  const outcome = readChunk(reading, chunk);
  const bare = outcome.is === "parsed" ? undefined : withoutComments(chunk);
  if (bare === undefined) return outcome;
  const again = readChunk(reading, bare);
  return again.is === "parsed" ? again : outcome;
}

/** The same chunk with blanks for comments; undefined if it has none. */
function withoutComments(chunk: Chunk): Chunk | undefined {
  const { sql, start, tokens } = chunk;
  const parts: string[] = [];
  let at = 0;
  for (const token of tokens) {
    parts.push(
      sql.slice(at, token.start - start).replaceAll(/\S/g, " "),
      sql.slice(token.start - start, token.end - start),
    );
    at = token.end - start;
  }
  parts.push(sql.slice(at).replaceAll(/\S/g, " "));
  const bare = parts.join("");
  return bare === sql ? undefined : { ...chunk, sql: bare };
}

/** The nearest token at or before `index` that starts both a line and a statement; -1 if there is none. */
function missingSemicolon(file: string, piece: Piece, index: number): number {
  for (let i = index; i > 0 && i > index - 40; i--) {
    const token = piece.tokens[i];
    const before = piece.tokens[i - 1];
    if (token === undefined || before === undefined || !startsStatement(token)) continue;
    if (/[\r\n]/.test(file.slice(before.end, token.start))) return i;
  }
  return -1;
}

function cutPiece(piece: Piece, index: number): readonly [Piece, Piece] {
  const headTokens = piece.tokens.slice(0, index);
  const tailTokens = piece.tokens.slice(index);
  const middle = tailTokens[0]?.start ?? piece.end;
  const headEnd = headTokens.at(-1)?.end ?? piece.start;
  return [
    { ...piece, end: headEnd, tokens: headTokens, masks: piece.masks.filter(({ start }) => start < middle) },
    {
      ...piece,
      start: middle,
      tokens: tailTokens,
      masks: piece.masks.filter(({ start }) => start >= middle),
    },
  ];
}
