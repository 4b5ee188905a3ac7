/** Names in a folder of SQL of which nothing tells what runs it. */
import { expect, it } from "vitest";
import { lintProject, memoryFileSystem } from "../../src/index.ts";

const table = (name: string): string => `CREATE TABLE ${name} (id bigint PRIMARY KEY);\n`;

async function severities(files: Readonly<Record<string, string>>) {
  const { findings } = await lintProject({ fs: memoryFileSystem(files), facts: { dialect: "postgres" } });
  return findings.map(({ ruleId, severity }) => `${severity} ${ruleId}`);
}

it("are no more than a note", async () => {
  const files = { "sql/001_a.sql": table("a"), "sql/001_b.sql": table("b"), "sql/002_c.sql": table("c") };
  expect(await severities(files)).toEqual(["note duplicate-version"]);
});

it("are an error where a tool counts them", async () => {
  const files = {
    "go.mod": "module shop\nrequire github.com/pressly/goose/v3 v3.24.1\n",
    "sql/001_a.sql": `-- +goose Up\n${table("a")}`,
    "sql/001_b.sql": `-- +goose Up\n${table("b")}`,
    "sql/002_c.sql": `-- +goose Up\n${table("c")}`,
  };
  expect(await severities(files)).toEqual(["error duplicate-version"]);
});

it("may leave out what a person runs when it is needed", async () => {
  const files = { "migrations/001_a.sql": table("a"), "migrations/002_b.sql": table("b") };
  expect(await severities({ ...files, "migrations/more.sql": table("c") })).toEqual([
    "warning bad-file-name",
  ]);
  const back = { ...files, "migrations/rollback_b.sql": "DROP TABLE b;\n" };
  expect(await severities(back)).toEqual([]);
  const once =
    "-- Run this ONCE on the production database, after the first deployment\nUPDATE a SET id = 2;\n";
  expect(await severities({ ...files, "migrations/production.sql": once })).toEqual([]);
});

it("of words begin with a number where the schema is made", async () => {
  const { findings, coverage } = await lintProject({
    fs: memoryFileSystem({
      "migrations/001_initial_schema.sql": table("a"),
      "migrations/add-code.sql": "ALTER TABLE a ADD COLUMN code text;\n",
      "migrations/create-shops.sql": table("shops"),
      "migrations/schema.sql": table("dumped"),
    }),
    facts: { dialect: "postgres" },
  });
  expect(coverage.files.read).toBe(3);
  expect(findings.filter(({ ruleId }) => ruleId === "unknown-table")).toEqual([]);
});
