/** Findings that are weaker than their rule where nothing is sure to fail. */
import { describe, expect, test } from "vitest";
import { lintProject } from "../../src/index.ts";
import { memoryFileSystem } from "../../src/project/file-system.ts";

async function severities(files: Readonly<Record<string, string>>, rule: string): Promise<readonly string[]> {
  const { findings } = await lintProject({ fs: memoryFileSystem(files) });
  return findings.flatMap(({ ruleId, severity }) => (ruleId === rule ? [severity] : []));
}

describe("foreign-key-type-mismatch", () => {
  const parent = (type: string): string => `CREATE TABLE shops (id ${type} PRIMARY KEY);\n`;
  const child = (type: string): string =>
    `CREATE TABLE orders (id bigint PRIMARY KEY, shop_id ${type} REFERENCES shops);\n`;
  test.each([
    ["integer", "bigint", "warning"],
    ["bigint", "integer", "warning"],
    ["uuid", "bigint", "error"],
  ])("%s that refers to %s: %s", async (own, other, severity) => {
    const files = { "migrations/001_a.sql": parent(other) + child(own) };
    expect(await severities(files, "foreign-key-type-mismatch")).toEqual([severity]);
  });
});

describe("rollback-does-not-reverse", () => {
  const body = "touched() RETURNS int LANGUAGE sql AS 'SELECT 1';\n";
  test.each([
    ["CREATE OR REPLACE FUNCTION", "warning"],
    ["CREATE FUNCTION", "error"],
  ])("a function that %s leaves: %s", async (create, severity) => {
    const files = {
      "migrations/001_a.up.sql": "CREATE TABLE t (id bigint PRIMARY KEY);\n",
      "migrations/001_a.down.sql": "DROP TABLE t;\n",
      "migrations/002_b.up.sql": `${create} ${body}CREATE TABLE u (id bigint PRIMARY KEY);\n`,
      "migrations/002_b.down.sql": "DROP TABLE u;\n",
    };
    expect(await severities(files, "rollback-does-not-reverse")).toEqual([severity]);
  });
});
