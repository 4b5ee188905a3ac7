/** Statements in a string that a migration hands to a function: they run there, unless the function keeps them for later. */
import { expect, it } from "vitest";
import { lintProject, memoryFileSystem } from "../../src/index.ts";

const rules = async (...texts: readonly string[]): Promise<readonly string[]> => {
  const files = texts.map((text, i) => [`migrations/00${i + 1}_m.sql`, text] as const);
  const fs = memoryFileSystem(Object.fromEntries(files));
  const { findings } = await lintProject({ fs, facts: { dialect: "postgres" } });
  return findings.flatMap(({ ruleId, also = [] }) => [ruleId, ...also.map((one) => one.ruleId)]);
};

const table = "CREATE TABLE device (id bigint PRIMARY KEY, name text);";
const text = "ALTER TABLE device ADD COLUMN size int; CREATE INDEX device_size ON device (size);";
const runner = (body: string): string =>
  `CREATE FUNCTION run(number int, sql text) RETURNS void LANGUAGE plpgsql AS $f$ BEGIN ${body} END $f$;`;

it.each([
  ["a function that the history doesn't make", table],
  ["EXECUTE $2", table + runner("EXECUTE $2;")],
  ["EXECUTE sql, under a condition", table + runner("IF number > 1 THEN EXECUTE sql; END IF;")],
  ["by a variable", table + runner("DECLARE t text := sql; BEGIN EXECUTE t; END;")],
])("are linted: %s", async (_, first) => {
  expect(await rules(first, `SELECT run(2, $$ ${text} $$);`)).toContain("index-without-concurrently");
  expect(await rules(first, `SELECT public.run(2, '${text}'::text);`)).toContain(
    "index-without-concurrently",
  );
});

it("change the schema for the migrations behind them", async () => {
  const first = table + runner("EXECUTE sql;");
  const found = await rules(
    first,
    `SELECT run(2, $$ ${text} $$);`,
    "ALTER TABLE device ADD COLUMN size int;",
  );
  expect(found).toContain("duplicate-object");
});

it.each([
  ["kept by the function", runner("INSERT INTO jobs VALUES (number, sql);"), `SELECT run(2, $$ ${text} $$);`],
  ["cron.schedule", "", "SELECT cron.schedule('a', '* * * * *', $$DROP TABLE device$$);"],
  ["dblink", "", "SELECT dblink_exec('dbname=other', 'DROP TABLE device');"],
  ["words", "", "SELECT log('delete', 'update device');"],
  ["a query", "", "SELECT results_eq($$SELECT id FROM device$$, $$VALUES (1)$$);"],
])("aren't: %s", async (_, more, call) => {
  const found = await rules(table + more, call);
  expect(found).not.toContain("index-without-concurrently");
  expect(found).not.toContain("drop-table");
});
