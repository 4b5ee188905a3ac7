/** Advice names what else of its migration has to wait. */
import { expect, test } from "vitest";
import { lintProject } from "../../src/index.ts";
import { memoryFileSystem } from "../../src/project/file-system.ts";

const advice = async (text: string, rule: string): Promise<string> => {
  const first =
    "CREATE TABLE backends (id bigint PRIMARY KEY);\n" +
    "CREATE TABLE ecosystems (id bigint PRIMARY KEY, backend_id bigint REFERENCES backends);\n";
  const { findings } = await lintProject({
    fs: memoryFileSystem({ "migrations/001_a.sql": first, "migrations/002_b.sql": text }),
  });
  return findings.find(({ ruleId }) => ruleId === rule)?.instead ?? "";
};

test("a table that the kept one refers to", async () => {
  const both = await advice("DROP TABLE ecosystems;\nDROP TABLE backends;\n", "drop-table");
  expect(both).toContain("it refers to backends: drop that behind it, too");
  const one = await advice("DROP TABLE ecosystems;\n", "drop-table");
  expect(one).not.toContain("behind it, too");
});
