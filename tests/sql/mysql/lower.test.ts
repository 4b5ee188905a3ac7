import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createMysqlFrontEnd } from "../../../src/sql/mysql/parse.ts";
import { compact } from "../postgres/compact.ts";
import { checkLaws } from "./laws.ts";

const folder = join(import.meta.dirname, "../../../fixtures/sql/mysql");
const bugs: unknown[] = [];
const bug = (error: unknown): number => bugs.push(error);
const mysql = createMysqlFrontEnd({ dialect: "mysql", bug });
const mariadb = createMysqlFrontEnd({ dialect: "mariadb", bug });
const files = readdirSync(folder)
  .filter((name) => name.endsWith(".sql"))
  .sort();

describe.each(files)("%s", (name) => {
  const text = readFileSync(join(folder, name), "utf8");
  const frontEnd = name === "mariadb.sql" ? mariadb : mysql;

  /** Statement by statement, one operation a line. */
  function golden(sql: string): string {
    const lines = frontEnd.read(sql).statements.map(({ span, operations }) => {
      const statement = sql.slice(span.start, span.end).replace(/\s+/g, " ");
      const written = operations.map((operation) => `    ${JSON.stringify(compact(sql, operation))}`);
      return `  { "sql": ${JSON.stringify(statement)}, "operations": [\n${written.join(",\n")}\n  ] }`;
    });
    return `[\n${lines.join(",\n")}\n]\n`;
  }

  test("gives the golden operations", async () => {
    const path = join(folder, name.replace(/\.sql$/, ".json"));
    await expect(golden(text)).toMatchFileSnapshot(path);
  });

  test("knows every statement", () => {
    const { statements, problems } = frontEnd.read(text);
    expect(problems).toEqual([]);
    expect(bugs).toEqual([]);
    const unknown = statements.flatMap(({ operations }) =>
      operations.filter(({ kind }) => kind === "unknown").map(({ span }) => text.slice(span.start, span.end)),
    );
    expect(unknown).toEqual([]);
  });

  test("points at what it names", () => {
    const violations = frontEnd.read(text).statements.flatMap((statement) => checkLaws(text, statement));
    expect(violations).toEqual([]);
  });

  test("says the same with other text in front", () => {
    expect(golden(`-- ünïcödé 😀\r\n\n${text}`)).toBe(golden(text));
  });

  test("says the same with comments between the tokens", () => {
    // The lines of the client take no comments.
    const commented = text.replaceAll(/(?<!delimiter|select|join) (?=[A-Za-z(])/gi, " /* c */ ");
    const kinds = (sql: string): string[] =>
      frontEnd.read(sql).statements.flatMap(({ operations }) => operations.map(({ kind }) => kind));
    expect(kinds(commented)).toEqual(kinds(text));
  });
});
