import { expect, test } from "vitest";
import { lintProject, lintText } from "../../src/index.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";

const text = `CREATE TABLE "orders" ("id" INT PRIMARY KEY, "note" TEXT DEFAULT ('a\\'));
ALTER TABLE "orders" DROP COLUMN "note";
`;

test("the stated sql_mode says how texts are read", async () => {
  const ids = async (sqlMode?: string): Promise<readonly string[]> => {
    const { findings } = await lintText(text, { facts: { dialect: "mysql", sqlMode }, opinions: {} });
    return findings.map(({ ruleId }) => ruleId);
  };
  expect(await ids("ANSI_QUOTES,NO_BACKSLASH_ESCAPES")).not.toContain("syntax-error");
  expect(await ids("ANSI_QUOTES")).toContain("syntax-error");
  expect(await ids()).toContain("syntax-error");
});

test("each folder has its own", async () => {
  const first = "CREATE TABLE orders (id INT PRIMARY KEY, note TEXT);";
  const second = String.raw`INSERT INTO orders (id, note) VALUES (1, '\'); DROP TABLE orders; -- ');`;
  const fs = memoryFileSystem({
    "a/migrations/001_a.sql": first,
    "a/migrations/002_b.sql": second,
    "b/migrations/001_a.sql": first,
    "b/migrations/002_b.sql": second,
  });
  const folders = { "a/migrations": { sqlMode: "NO_BACKSLASH_ESCAPES" }, "b/migrations": {} };
  const { findings } = await lintProject({
    fs,
    facts: { dialect: "mysql", migrations: Object.keys(folders), folders },
  });
  const dropped = findings.filter(({ ruleId }) => ruleId === "drop-table").map(({ file }) => file);
  expect(dropped).toEqual(["a/migrations/002_b.sql"]);
});
