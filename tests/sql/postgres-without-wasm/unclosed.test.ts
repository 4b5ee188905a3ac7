/** The library's lexer takes exponential time for a quote that is never closed: such a statement isn't given to it. */
import { beforeAll, expect, it } from "vitest";
import { createSecondFrontEnd } from "../../../src/sql/postgres-without-wasm/parse.ts";

const frontEnd = createSecondFrontEnd();
beforeAll(() => frontEnd.load());

it.each([
  `SELECT E'${"%40s ".repeat(130)}`,
  `SELECT '${"a b ".repeat(150)}`,
  `SELECT "${"a b ".repeat(150)}`,
  `DO $$ ${"SELECT 1; ".repeat(60)}`,
  `SELECT U&'${"\\0041 ".repeat(100)}`,
  // Its lexer sees a string where the server sees a name.
  `SELECT a$$b ${"c ".repeat(100)}`,
])("%s", { timeout: 10_000 }, (sql) => {
  const { statements } = frontEnd.read(sql);
  expect(statements.flatMap(({ operations }) => operations).some(({ kind }) => kind === "unknown")).toBe(
    true,
  );
});

it("a quote that is closed is read", () => {
  const { statements } = frontEnd.read(`DELETE FROM t WHERE a = E'${"%40s ".repeat(130)}';`);
  expect(statements.flatMap(({ operations }) => operations).map(({ kind }) => kind)).toEqual(["deleteRows"]);
});

it.each([`SELECT 1 /* $$ ${"c ".repeat(100)} */, 2`, `SELECT 1 /* E'${"c ".repeat(100)} */, 2`])(
  "its lexer sees a string in a comment: %s",
  { timeout: 10_000 },
  (sql) => {
    expect(frontEnd.read(sql).statements).toHaveLength(1);
  },
);
