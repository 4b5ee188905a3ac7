import type { Span } from "../text/span.ts";
import type { CodeInput, CodeMigration } from "./source.ts";
import { opaque, SqlText } from "./sql-text.ts";

/** A migration whose text can't be followed: it may do anything. */
export function unreadable(
  { path, text: own }: Pick<CodeInput, "path" | "text">,
  problems: CodeMigration["problems"] = [],
  comments: readonly Span[] = [],
): CodeMigration {
  const start = own.length + 1;
  const text = new SqlText(path, start);
  const at = problems[0]?.span ?? { start: 0, end: 0 };
  const piece = { conditional: false, repeated: false, holes: false, dynamic: {}, statement: at };
  text.piece(opaque(path, at), piece);
  const part = { start, end: text.length };
  return {
    text: `${own}\n${text.text}`,
    map: text.map,
    pieces: text.pieces,
    problems,
    up: { part, comments, optedOut: false, unsent: [], empty: false },
  };
}
