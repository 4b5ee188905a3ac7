/** Which statements of a script travel in one message, and so share an implicit transaction. */
import type { Script } from "../project/migration.ts";
import type { Span } from "../text/span.ts";

/** For each statement, in order, the number of its message. */
export function messagesOf(
  { text, code, transaction: { sends } }: Pick<Script, "text" | "code" | "transaction">,
  statements: readonly { readonly span: Span }[],
): readonly number[] {
  // In code each call sends its own.
  if (code !== undefined)
    return statements.map(({ span: { start } }) => code.pieces.findIndex(({ part }) => start < part.end));
  let message = 0;
  let end = 0;
  let isMarkedOff = false;
  return statements.map(({ span }, i) => {
    const between = text.slice(end, span.start);
    end = span.end;
    if (sends === "text") return message;
    const mark = sends === "line" ? lastMark(between) : undefined;
    if (mark !== undefined) isMarkedOff = mark === "Begin";
    const isTogether =
      sends === "line" && mark === undefined && (isMarkedOff || !between.includes("\n")) && i > 0;
    if (!isTogether && i > 0) message++;
    return message;
  });
}

/** Goose and sql-migrate send what stands between these lines at once. */
function lastMark(text: string): string | undefined {
  let last: string | undefined;
  for (const [, word] of text.matchAll(/^-- ?\+(?:goose|migrate) Statement(Begin|End)\b/gm)) last = word;
  return last;
}
