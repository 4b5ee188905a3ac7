/** Bodies of routines on their way to the server: DELIMITER where the runner isn't the mysql client, and tools that cut them. */
import type { Script, SentDelimiter } from "../../../project/migration.ts";
import type { ParsedText, Problem } from "../../../sql/front-end.ts";

/** Reported once for a script: all its DELIMITERs fail for the same reason. */
export function problemsOf(script: Script, parsed: ParsedText): readonly Problem[] {
  const { problems, delimiters } = parsed;
  const span = delimiters?.[0];
  const sent = script.transaction.sendsDelimiter;
  if (sent === undefined) return problems;
  if (span === undefined) return [...problems, ...cutBodies(sent, script, parsed)];
  const message = `DELIMITER is a command of the mysql client: ${sent.by} sends it to the server unchanged`;
  return [
    ...problems,
    { span, message, hint: sent.instead ?? "leave it out: the semicolons in the body are fine" },
  ];
}

/** Routines and triggers whose bodies such a tool cuts, as no section keeps them together. */
function cutBodies(
  { by, instead, cutsOutside }: SentDelimiter,
  { text }: Pick<Script, "text">,
  { statements, comments }: ParsedText,
): readonly Problem[] {
  if (cutsOutside === undefined) return [];
  const marks = comments
    .map(({ start, end }) => ({ start, text: text.slice(start, end).trimEnd() }))
    .filter((comment) => cutsOutside.test(comment.text));
  return statements.flatMap(({ span, operations }) => {
    const routine = operations.find(({ kind }) => kind === "createFunction" || kind === "createTrigger");
    if (routine === undefined || !/;[ \t]*\r?\n/.test(text.slice(span.start, span.end))) return [];
    const before = marks.findLast(({ start }) => start < span.start);
    if (/statementbegin$/i.test(before?.text ?? "")) return [];
    const message = `${by} splits the body at its semicolons and sends the parts to the server`;
    return [{ span: routine.head, message, hint: instead }];
  });
}
