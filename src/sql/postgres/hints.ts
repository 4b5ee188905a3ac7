import { closest, distance } from "fastest-levenshtein";
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
  [/^``/, "this is the fence of a code block in Markdown: leave the line out"],
  [/^`/, "this is MySQL: PostgreSQL quotes names with double quotes"],
  [/^auto_increment$/, "this is MySQL: PostgreSQL writes GENERATED ALWAYS AS IDENTITY"],
  [/^(?:engine|delimiter|unsigned|modify|tinyint|charset)$/, "this is MySQL"],
  [/^remove$/, "PostgreSQL writes DROP"],
  [/^(?:go|nvarchar|identity|clustered|nonclustered)$/, "this is SQL Server"],
];

/** Keywords of five letters and more that migrations are made of; shorter ones resemble too many names. */
const keywords = (
  "alter begin cascade check column comment commit concurrently constraint create default delete exists extension " +
  "foreign function grant index insert language partition policy primary procedure references rename replace " +
  "restrict returns revoke rollback schema select sequence table temporary trigger truncate unique update using " +
  "values where"
).split(" ");

function misspelt(token: Token | undefined): string | undefined {
  if (token?.kind !== "word" || token.value.length < 4 || keywords.includes(token.value)) return undefined;
  const keyword = closest(token.value, keywords);
  // Two letters exchanged are a distance of two.
  const near =
    distance(token.value, keyword) <= (keyword.length > 6 || sameLetters(token.value, keyword) ? 2 : 1);
  return near ? `did you mean ${keyword.toUpperCase()}?` : undefined;
}

const sorted = (word: string): string => word.split("").sort().join("");
const sameLetters = (a: string, b: string): boolean => sorted(a) === sorted(b);

/** What may help at a token that the grammar rejects, or at the end; `before` is the token before it. */
export function hintFor(at: Token | undefined, before: Token | undefined): string | undefined {
  if (at === undefined) return before?.value === "," ? "there is a comma at the end" : undefined;
  if (at.kind === "word" || at.kind === "operator") {
    for (const [pattern, hint] of otherDialects) if (pattern.test(at.value)) return hint;
    if (at.value.startsWith("$") && at.value.endsWith("$") && at.value.length > 2)
      return "write $$ for each of the $";
  }
  if (before?.value === "," && /^(?:\)|from|where)$/.test(at.value))
    return "there is an extra comma before this";
  return misspelt(at) ?? misspelt(before);
}

const endsBody = "ends the body: quote the outer one with another tag, such as $body$";
const dollars = /^\$\w*\$/;

/** `DO $$ … $$DELETE …$$ … $$`: the inner mark ends the body, and what it quotes stands right behind it. */
export function endedInside(
  text: string,
  body: Token | undefined,
  at: Token | undefined,
): string | undefined {
  if (body?.kind !== "string" || at?.start !== body.end) return undefined;
  const [mark] = dollars.exec(text.slice(body.start, body.end)) ?? [];
  return mark === undefined ? undefined : `the ${mark} before this ${endsBody}`;
}

/** A statement that begins with a mark of dollars is what is left of the body that ended too early. */
export const isRestOfBody = (
  text: string,
  at: Token | undefined,
  index: number,
  last: { readonly hint?: string | undefined } | undefined,
): boolean =>
  index <= 0 &&
  at !== undefined &&
  last?.hint?.endsWith(endsBody) === true &&
  dollars.test(text.slice(at.start));

/** The mark of UTF-16 at the start of a text, as its bytes read in UTF-8. */
export const encodingHint = (text: string): string | undefined =>
  text.startsWith("\uFFFD\uFFFD") && text.slice(0, 100).includes("\0")
    ? "the file is UTF-16: save it as UTF-8"
    : undefined;
