/** Files of SQL that are to be read by people: no layout takes them for a step, or misses a number in their names. */
import { expect, test } from "vitest";
import { isNoStep } from "../../src/project/layouts/names.ts";
import { discover } from "../../src/project/discover.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";

test.each([
  ["README.sql", true],
  ["readme_first.sql", true],
  ["HOW_TO_RUN.sql", true],
  ["NOTES.sql", true],
  ["notes.sql", false],
  ["usage.sql", false],
  ["001_readme.sql", false],
  ["howtos.sql", false],
])("%s", (name, is) => {
  expect(isNoStep(name)).toBe(is);
});

test.each([
  [
    "Sqitch",
    { "sqitch.plan": "a 2026-01-01T00:00:00Z A <a@b.c> # a\n", "deploy/a.sql": "SELECT 1;\n" },
    "deploy",
  ],
  [
    "graphile-migrate",
    {
      ".gmrc": "{}",
      "migrations/committed/000001.sql": "--! Previous: -\n--! Hash: sha1:0\nCREATE TABLE a (id int);\n",
    },
    "migrations/committed",
  ],
  ["Flyway", { "flyway.conf": "", "sql/V1__a.sql": "SELECT 1;\n" }, "sql"],
  ["golang-migrate", { "go.mod": "module a\n", "migrations/000001_a.up.sql": "SELECT 1;\n" }, "migrations"],
])("beside the files of %s", (_tool, files: Readonly<Record<string, string>>, folder) => {
  const [history, ...more] = discover(memoryFileSystem({ ...files, [`${folder}/README.sql`]: "-- a\n" }), []);
  expect(more).toEqual([]);
  expect(history?.migrations).toHaveLength(1);
  expect(history?.problems).toEqual([]);
});
