import { expect, it } from "vitest";
import { tokenize } from "../../../src/sql/postgres/lexer.ts";
import { valueRows } from "../../../src/replay/questions/values/written-rows.ts";
import { lintText, memoryFileSystem } from "../../../src/index.ts";

const rowsOf = (sql: string, end?: number) =>
  valueRows(tokenize(sql, 0, end), 10).map((row) =>
    row.map((value) => value.map((token) => token.value).join(" ")),
  );

it("gives each value of each row", () => {
  expect(
    rowsOf("INSERT INTO t (a, b) VALUES (1, f(2, 3)), ('x, y', ARRAY[1, 2]) ON CONFLICT DO NOTHING"),
  ).toEqual([
    ["1", "f ( 2 , 3 )"],
    ["x, y", "ARRAY [ 1 , 2 ]".toLowerCase()],
  ]);
});

it("leaves out a row that isn't read to its end", () => {
  const sql = "INSERT INTO t (a, b) VALUES (1, 2), (3, 4)";
  expect(rowsOf(sql, sql.indexOf(", 4"))).toEqual([["1", "2"]]);
});

it("says nothing of rows behind the part of a long statement that is read", async () => {
  const row = `('${"x".repeat(3000)}', 1)`;
  const fs = memoryFileSystem({ "schema.sql": "CREATE TABLE t (a text, b int);" });
  const sql = `INSERT INTO t (a, b) VALUES ${Array.from({ length: 12 }, () => row).join(", ")};`;
  const { findings } = await lintText(sql, { facts: { schema: "schema.sql" }, fs });
  expect(findings.map(({ ruleId }) => ruleId)).not.toContain("incomplete-row");
});
