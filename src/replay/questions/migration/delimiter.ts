/** Bodies of routines on their way to the server: DELIMITER where the runner isn't the mysql client, and tools that cut them. */
import type { Script } from "../../../project/migration.ts";
import type { ParsedText, Problem } from "../../../sql/front-end.ts";
import { dictionary } from "../../../text/dictionary.ts";

/** Told once for a script: all its DELIMITERs fail alike. */
export function problemsOf(script: Script, parsed: ParsedText): readonly Problem[] {
  const { problems, delimiters } = parsed;
  const span = delimiters?.[0];
  const tool = script.transaction.sendsDelimiter;
  if (tool === undefined) return problems;
  if (span === undefined) return [...problems, ...cutBodies(tool, script, parsed)];
  const message = `DELIMITER is a command of the mysql client, which ${tool} sends to the server as it is`;
  return [
    ...problems,
    { span, message, hint: hints[tool] ?? "leave it out: the body's semicolons are fine" },
  ];
}

const hints: Readonly<Record<string, string>> = dictionary({
  goose: "-- +goose StatementBegin before the routine and -- +goose StatementEnd after it",
  "sql-migrate": "-- +migrate StatementBegin before the routine and -- +migrate StatementEnd after it",
  liquibase: "endDelimiter:// on the --changeset line, and // after the routine",
});

/** Before their sections, of tools that take each line that ends in a semicolon as the end of a statement. */
const sections: Readonly<Record<string, RegExp>> = dictionary({
  goose: /^--\s*\+goose\b/i,
  "sql-migrate": /^--\s*\+migrate\b/i,
});

/** Routines and triggers whose bodies such a tool cuts, as no section keeps them together. */
function cutBodies(
  tool: string,
  { text }: Pick<Script, "text">,
  { statements, comments }: ParsedText,
): readonly Problem[] {
  const marker = sections[tool];
  if (marker === undefined) return [];
  const marks = comments
    .map(({ start, end }) => ({ start, text: text.slice(start, end).trimEnd() }))
    .filter((comment) => marker.test(comment.text));
  return statements.flatMap(({ span, operations }) => {
    const routine = operations.find(({ kind }) => kind === "createFunction" || kind === "createTrigger");
    if (routine === undefined || !/;[ \t]*\r?\n/.test(text.slice(span.start, span.end))) return [];
    const before = marks.findLast(({ start }) => start < span.start);
    if (/statementbegin$/i.test(before?.text ?? "")) return [];
    const message = `${tool} cuts the body at its semicolons and sends the server pieces`;
    return [{ span: routine.head, message, hint: hints[tool] }];
  });
}
