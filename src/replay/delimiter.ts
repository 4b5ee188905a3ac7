/** DELIMITER where the runner isn't the mysql client. */
import type { Script } from "../project/migration.ts";
import type { ParsedText, Problem } from "../sql/front-end.ts";

/** Told once for a script: all its DELIMITERs fail alike. */
export function problemsOf(
  { transaction }: Script,
  { problems, delimiters }: ParsedText,
): readonly Problem[] {
  const span = delimiters?.[0];
  const tool = transaction.sendsDelimiter;
  if (span === undefined || tool === undefined) return problems;
  const message = `DELIMITER is a command of the mysql client, which ${tool} sends to the server as it is`;
  return [
    ...problems,
    { span, message, hint: hints[tool] ?? "leave it out: the body's semicolons are fine" },
  ];
}

const hints: Readonly<Record<string, string>> = {
  goose: "-- +goose StatementBegin before the routine and -- +goose StatementEnd after it",
  "sql-migrate": "-- +migrate StatementBegin before the routine and -- +migrate StatementEnd after it",
  liquibase: "endDelimiter:// on the --changeset line, and // after the routine",
};
