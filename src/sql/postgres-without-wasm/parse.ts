/**
 * The second PostgreSQL front end, for places without WebAssembly: our own splitter finds the statements,
 * `pgsql-ast-parser` reads those that its grammar knows. What it doesn't know is `unknown` and no syntax error.
 */
import type { QualifiedName } from "../../model/names.ts";
import type { Span } from "../../text/span.ts";
import type { FrontEnd, ParsedText, Statement } from "../front-end.ts";
import { readBody } from "../postgres/body.ts";
import { pieceChunk, standAround } from "../postgres/chunk.ts";
import { spanInFile, type Fragment } from "../postgres/fragment.ts";
import { listedName } from "../postgres/lower/names.ts";
import { TokenReader } from "../postgres/lower/tokens.ts";
import { readings, splitStatements, type Piece } from "../postgres/split.ts";
import { sourceOf, unreadCommand, type Reading } from "../postgres/statement.ts";
import { loadLibrary } from "./library.ts";
import { readChunk } from "./statement.ts";

/** Rows of a longer INSERT are left out. */
const longRows = 8 * 1024;

export interface FrontEndOptions {
  /** Told of an exception inside of lowering; the statement becomes `unknown` all the same. */
  readonly bug?: ((error: unknown, span: Span) => void) | undefined;
}

export function createSecondFrontEnd(options: FrontEndOptions = {}): FrontEnd {
  const bug = options.bug ?? (() => undefined);
  return {
    load: loadLibrary,
    read: (text, part = { start: 0, end: text.length }) => readText(text, part, bug),
  };
}

export const postgresAst: FrontEnd = createSecondFrontEnd();

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
  const { pieces, comments: outer } = splitStatements(file, part.start, part.end);
  const statements = pieces.flatMap((piece) => readPiece(reading, fragment, piece));
  const spans = [...outer.map(({ start, end }) => ({ start, end })), ...comments];
  return {
    statements,
    problems: [],
    comments: spans.sort((a, b) => a.start - b.start),
    placeholders: placeholders.size === 0 ? undefined : placeholders,
    errors,
  };
}

function readPiece(reading: Reading, fragment: Fragment, piece: Piece): readonly Statement[] {
  if (piece.command !== undefined) return [unreadCommand(fragment, piece, piece.command)];
  for (const as of piece.masks.length === 0 ? readings.slice(0, 1) : readings) {
    if (as === "blank" && !standAround(piece)) continue;
    const outcome = reading.readChunk(reading, pieceChunk(fragment, piece, as, longRows));
    if (outcome.is === "parsed") return outcome.statements;
  }
  return [unparsable(reading, fragment, piece)];
}

/** Named by its first words, so that a user learns what was not read. */
function unparsable(reading: Reading, fragment: Fragment, piece: Piece): Statement {
  const span = spanInFile(fragment, piece.start, piece.end);
  const kind = `${firstWords(piece)} (not read)`;
  const operation = { kind: "unknown", span, head: span, statement: "unparsable" } as const;
  const relations = relationsOf(reading, fragment, piece, span);
  return { span, kind, operations: [{ ...operation, relations }] };
}

const objectWords = new Set(
  "table index view materialized function procedure trigger type domain policy schema sequence column constraint role event rule statistics publication extension aggregate cast".split(
    " ",
  ),
);

/** `ALTER TABLE`, `CREATE MATERIALIZED VIEW`: the verb and its object. */
function firstWords({ tokens }: Piece): string {
  const [verb, ...rest] = tokens.slice(0, 5);
  if (verb?.kind !== "word") return "a statement";
  const object = rest.find(({ kind, value }) => kind === "word" && objectWords.has(value));
  const words =
    object?.value === "materialized" ? ["materialized", "view"] : object === undefined ? [] : [object.value];
  return [verb.value, ...words].join(" ").toUpperCase().slice(0, 40);
}

/** The only relation that a statement can change: then everything else is known as well as before. */
function relationsOf(
  reading: Reading,
  fragment: Fragment,
  piece: Piece,
  span: Span,
): readonly QualifiedName[] {
  const chunk = pieceChunk(fragment, piece, "identifier");
  const source = sourceOf(reading, chunk, span, (location) => location, 0, chunk.tokens.length);
  const reader = new TokenReader(source);
  if (reader.tokens.some((_, i) => reader.is(i, "rename", "schema", "partition", "inherit"))) return [];
  let at = -1;
  if (reader.is(0, "alter") && reader.is(1, "table"))
    at = reader.skip(reader.skip(2, "if", "exists"), "only");
  else if (reader.is(0, "comment") && reader.is(2, "table")) at = 3;
  else if (reader.is(0, "lock")) at = reader.skip(reader.skip(1, "table"), "only");
  else if (reader.is(0, "create") && reader.find("trigger") > 0) at = reader.after("on");
  else if (reader.is(0, "create") && reader.is(1, "policy")) at = reader.after("on");
  else if (reader.is(0, "drop") && reader.is(1, "trigger", "policy")) at = reader.after("on");
  else if (reader.is(0, "delete") && reader.is(1, "from")) at = reader.skip(2, "only");
  else if (reader.is(0, "update")) at = reader.skip(1, "only");
  else if (reader.is(0, "insert") && reader.is(1, "into")) at = 2;
  else if (reader.is(0, "create") && reader.find("table") > 0 && reader.find("table") < 4)
    at = reader.skip(reader.after("table"), "if", "not", "exists");
  if (at < 1 || !reader.isName(at)) return [];
  const names = reader.tokens
    .slice(at, reader.nameEnd(at))
    .flatMap(({ kind, value }) => (kind === "word" || kind === "quoted" ? [value] : []));
  return [listedName(reader, names, at)];
}
