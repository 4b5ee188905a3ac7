import type { Token } from "./lexer.ts";

/** Words that start a statement and nothing else at the start of a line. */
const statementWords = new Set(
  (
    "alter analyze begin call cluster comment commit copy create delete do drop execute explain grant insert lock " +
    "merge reassign refresh reindex revoke rollback select set truncate update vacuum with"
  ).split(" "),
);

export const startsStatement = (token: Token): boolean =>
  token.kind === "word" && statementWords.has(token.value);

const otherDialects: readonly (readonly [RegExp, string])[] = [
  [/^`/, "this is MySQL: PostgreSQL quotes names with double quotes"],
  [/^auto_increment$/, "this is MySQL: PostgreSQL writes GENERATED ALWAYS AS IDENTITY"],
  [/^(?:engine|delimiter|unsigned|modify|tinyint|charset)$/, "this is MySQL"],
  [/^(?:go|nvarchar|identity|clustered|nonclustered)$/, "this is SQL Server"],
];

/** What may help at a token that the grammar rejects, or at the end; `before` is the token before it. */
export function hintFor(at: Token | undefined, before: Token | undefined): string | undefined {
  if (at === undefined) return before?.value === "," ? "there is a comma at the end" : undefined;
  if (at.kind === "word" || at.kind === "operator") {
    for (const [pattern, hint] of otherDialects) if (pattern.test(at.value)) return hint;
  }
  return at.value === ")" && before?.value === "," ? "there is a comma before the parenthesis" : undefined;
}
