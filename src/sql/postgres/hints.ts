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

/** What may help at a token that the grammar rejects; `near` are the tokens up to it and a few after. */
export function hintFor(at: Token | undefined, near: readonly Token[]): string | undefined {
  for (const token of at === undefined ? near : [at, ...near]) {
    if (token.kind !== "word" && token.kind !== "operator") continue;
    for (const [pattern, hint] of otherDialects) if (pattern.test(token.value)) return hint;
  }
  const last = near.at(-1);
  if (at !== undefined && at.value === ")" && last?.value === ",")
    return "there is a comma before the parenthesis";
  if (at === undefined && last?.value === ",") return "there is a comma at the end";
  return undefined;
}
