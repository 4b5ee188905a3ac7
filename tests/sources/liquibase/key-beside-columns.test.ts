/** A primary key that Liquibase doesn't read, and the table without one, are one finding. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { lintProject, memoryFileSystem } from "../../../src/index.ts";

const path = "fixtures/rules/changelog-key-ignored/bad-key-of-several/db/changelog.yaml";

test("one cause, one finding", async () => {
  const text = readFileSync(join(import.meta.dirname, "../../..", path), "utf8");
  // Another table of the same changeset has none either.
  const other =
    "        - createTable: { tableName: notes, columns: [{ column: { name: text, type: text } }] }\n";
  const fs = memoryFileSystem({ "db/changelog.yaml": `${text}${other}` });
  const { findings } = await lintProject({ fs });
  expect(findings.map(({ ruleId, also }) => [ruleId, (also ?? []).map((one) => one.ruleId)])).toEqual([
    ["changelog-key-ignored", ["table-without-primary-key"]],
    ["changelog-key-ignored", ["table-without-primary-key"]],
    ["table-without-primary-key", []],
  ]);
});
