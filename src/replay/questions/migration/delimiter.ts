/**
 * What the server gets of a file and can't read: DELIMITER where the runner isn't the mysql client, bodies of routines
 * that a tool cuts, a byte order mark.
 */
import type { Script, SentDelimiter } from "../../../project/migration.ts";
import type { ParsedText, Problem } from "../../../sql/front-end.ts";
import type { MigrationScope } from "../../step.ts";

/** PostgreSQL takes a byte order mark for a letter, also in front of a comment. */
export function sentMark(
  script: Script,
  { statements }: ParsedText,
  { history, migration }: Pick<MigrationScope, "history" | "migration">,
): readonly Problem[] {
  const { text, part, code } = script;
  const isSent = history.sendsMark === true && code === undefined;
  const [first] = statements;
  if (!isSent || first === undefined || !text.startsWith("\uFEFF")) return [];
  // The line that opens an up section is sent with it.
  const isAtTop =
    part.start === 0 || (script !== migration.down && /^\uFEFF--.*\s*$/.test(text.slice(0, part.start)));
  if (!isAtTop) return [];
  const message = `${history.tool} sends the byte order mark of the file to the server, which rejects it`;
  // Nobody sees the mark itself.
  const span = first.operations[0]?.head ?? first.span;
  return [{ span, message, hint: "save the file as UTF-8 without a byte order mark" }];
}

/** Reported once for a script: all its DELIMITERs fail for the same reason. */
export function problemsOf(script: Script, parsed: ParsedText): readonly Problem[] {
  const { delimiters } = parsed;
  const problems = inCalls(script, parsed.problems);
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

/** What is to be written where calls of a builder send it. */
function inCalls({ code, transaction }: Script, problems: readonly Problem[]): readonly Problem[] {
  const { callWords } = transaction;
  if (code === undefined || callWords === undefined) return problems;
  return problems.map((one) => (one.call === undefined ? one : { ...one, hint: callWords[one.call] }));
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
