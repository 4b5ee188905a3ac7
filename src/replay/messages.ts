/** Which statements of a script travel in one message, and so share an implicit transaction. */
import type { CodePiece, RunnerTransaction, Script } from "../project/migration.ts";
import type { Span } from "../text/span.ts";

/** For each statement, in order, the number of its message. */
export function messagesOf(
  { text, code, transaction: { sends, together } }: Pick<Script, "text" | "code" | "transaction">,
  statements: readonly { readonly span: Span }[],
): readonly number[] {
  if (code !== undefined) return messagesOfCalls(code.pieces, statements);
  let message = 0;
  let end = 0;
  let isMarkedOff = false;
  return statements.map(({ span }, i) => {
    const between = text.slice(end, span.start);
    end = span.end;
    if (sends === "text") return message;
    const mark = sends === "line" ? lastMark(between, together) : undefined;
    if (mark !== undefined) isMarkedOff = mark === "Begin";
    const isTogether =
      sends === "line" && mark === undefined && (isMarkedOff || !between.includes("\n")) && i > 0;
    if (!isTogether && i > 0) message++;
    return message;
  });
}

/** In code each call sends its own, unless the tool splits what it is given. */
function messagesOfCalls(
  pieces: readonly CodePiece[],
  statements: readonly { readonly span: Span }[],
): readonly number[] {
  let piece = 0;
  let message = 0;
  return statements.map(({ span: { start } }, i) => {
    const before = piece;
    while (piece < pieces.length && start >= (pieces[piece]?.part.end ?? 0)) piece++;
    if (piece > before || (i > 0 && pieces[piece]?.splits === true)) message++;
    return message;
  });
}

/** The runner sends what stands between these lines at once. */
const lastMark = (text: string, marks: RegExp | undefined): string | undefined =>
  marks === undefined ? undefined : [...text.matchAll(marks)].at(-1)?.[1];

/** What can't run in a transaction is sent only where it is alone in its migration. */
export function needsOwnMigration({ outsideAlone, sends, sendsBeside = sends }: RunnerTransaction): boolean {
  return outsideAlone === true || sendsBeside === "text" || sendsBeside === "pipeline";
}
