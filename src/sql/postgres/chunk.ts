/** From a fragment's statements to chunks for the parser: rows of long INSERTs cut, placeholders replaced. */
import type { Fragment } from "./fragment.ts";
import { tokenize, type Token } from "./lexer.ts";
import { blankCuts, findCuts, longRows, outsideCuts } from "./rows.ts";
import { maskText, type Piece, type readings } from "./split.ts";
import type { Chunk } from "./statement.ts";

/** Part of a fragment as it is. */
export function sliceChunk(
  fragment: Fragment,
  start: number,
  end: number,
  tokens: readonly Token[],
  limit = longRows,
): Chunk {
  const cuts = end - start > limit ? findCuts(tokens, limit) : [];
  const sql = blankCuts(fragment.text.slice(start, end), start, cuts);
  return { fragment, start, sql, tokens: outsideCuts(tokens, cuts), cuts, depth: 0 };
}

/** A statement with its placeholders replaced. */
export function pieceChunk(
  fragment: Fragment,
  piece: Piece,
  as: (typeof readings)[number],
  limit = longRows,
): Chunk {
  const { start, end, masks } = piece;
  if (masks.length === 0) return sliceChunk(fragment, start, end, piece.tokens, limit);
  const sql = maskText(fragment.text, start, end, masks, as);
  const tokens = tokenize(sql)
    .filter(({ kind }) => kind !== "comment")
    .map((token) => ({ ...token, start: token.start + start, end: token.end + start }));
  return { fragment, start, sql, tokens, depth: 0 };
}

/** Placeholders only before and after the SQL: inside of it (`CREATE TABLE t ({{columns}})`) they are a part of it. */
export function standAround({ tokens, masks }: Piece): boolean {
  const masked = new Set(masks.map(({ start }) => start));
  const first = tokens.find(({ start }) => !masked.has(start));
  const last = tokens.findLast(({ start }) => !masked.has(start));
  if (first === undefined || last === undefined) return false;
  return masks.every(({ start, as }) => as === "blank" || start < first.start || start > last.start);
}
