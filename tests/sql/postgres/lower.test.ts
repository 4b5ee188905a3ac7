import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { createPostgresFrontEnd } from "../../../src/sql/postgres/parse.ts";
import { compact } from "./compact.ts";
import { checkLaws } from "./laws.ts";

const folder = join(import.meta.dirname, "../../../fixtures/sql/postgres");
const bugs: unknown[] = [];
const frontEnd = createPostgresFrontEnd({ bug: (error) => bugs.push(error) });
const files = readdirSync(folder)
  .filter((name) => name.endsWith(".sql"))
  .sort();

beforeAll(() => frontEnd.load());

/** Statement by statement, one operation a line. */
function golden(text: string): string {
  const lines = frontEnd.read(text).statements.map(({ span, operations }) => {
    const statement = text.slice(span.start, span.end).replace(/\s+/g, " ");
    const written = operations.map((operation) => `    ${JSON.stringify(compact(text, operation))}`);
    return `  { "sql": ${JSON.stringify(statement)}, "operations": [\n${written.join(",\n")}\n  ] }`;
  });
  return `[\n${lines.join(",\n")}\n]\n`;
}

describe.each(files)("%s", (name) => {
  const text = readFileSync(join(folder, name), "utf8");

  test("gives the golden operations", async () => {
    const path = join(folder, name.replace(/\.sql$/, ".json"));
    await expect(golden(text)).toMatchFileSnapshot(path);
  });

  test("parses, and knows every statement", () => {
    const { statements, problems } = frontEnd.read(text);
    expect(problems).toEqual([]);
    expect(bugs).toEqual([]);
    const unknown = statements.filter(({ operations }) => operations.some(({ kind }) => kind === "unknown"));
    expect(unknown.map(({ kind }) => kind)).toEqual([]);
  });

  test("points at what it names", () => {
    const violations = frontEnd.read(text).statements.flatMap((statement) => checkLaws(text, statement));
    expect(violations).toEqual([]);
  });

  // Blank lines and characters of several bytes in front shift every place, and nothing else.
  test("says the same with other text in front", () => {
    expect(golden(`-- ünïcödé 😀\r\n\n${text}`)).toBe(golden(text));
  });

  test("says the same with comments between the tokens", () => {
    // The parser's look-ahead stumbles over a comment after these words.
    const commented = text.replaceAll(/ (?=[A-Za-z(])/g, " /* c */ ");
    const kinds = (sql: string): string[] =>
      frontEnd.read(sql).statements.flatMap(({ operations }) => operations.map(({ kind }) => kind));
    expect(kinds(commented)).toEqual(kinds(text));
    const violations = frontEnd
      .read(commented)
      .statements.flatMap((statement) => checkLaws(commented, statement))
      // A name with a comment inside is no longer one word.
      .filter(({ detail }) => !detail.includes("/*"));
    expect(violations).toEqual([]);
  });
});
