/** Advice that drops something in a later migration names what of the rollback goes there. */
import { expect, test } from "vitest";
import { lintProject } from "../../src/index.ts";
import { memoryFileSystem } from "../../src/project/file-system.ts";

const lastLine = async (up: string, down: string, rule: string, first: string): Promise<string> => {
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "migrations/000001_a.up.sql": first,
      "migrations/000002_b.up.sql": up,
      "migrations/000002_b.down.sql": down,
    }),
  });
  return (
    findings
      .find(({ ruleId }) => ruleId === rule)
      ?.instead?.split("\n")
      .at(-1) ?? ""
  );
};

const orders = "CREATE TABLE orders (id bigint PRIMARY KEY, code text, note text);\n";
const inMysql = "CREATE TABLE orders (id bigint PRIMARY KEY AUTO_INCREMENT, code text, note text);\n";
const moves = "-- in the rollback, this belongs to that of the later migration: ";

test.each([
  // [up, down, what goes along, the first migration]
  ["DROP COLUMN code", "ADD COLUMN code text", "ADD COLUMN code text"],
  [
    "DROP COLUMN code, DROP COLUMN note",
    "ADD COLUMN code text, ADD COLUMN note text",
    "ADD COLUMN code text, ADD COLUMN note text",
  ],
  // The column that the migration adds goes as before.
  [
    "DROP COLUMN code, ADD COLUMN total numeric",
    "DROP COLUMN total, ADD COLUMN code text",
    "ADD COLUMN code text",
  ],
  ["DROP COLUMN code", "ADD COLUMN code text REFERENCES users", "ADD COLUMN code text REFERENCES users"],
  ["DROP COLUMN code", "ADD COLUMN code text", "ADD COLUMN code text", inMysql],
])("columns: %s, back: %s", async (up, down, along, first = orders) => {
  const line = await lastLine(
    `ALTER TABLE orders ${up};`,
    `ALTER TABLE orders ${down};`,
    "drop-column",
    first,
  );
  expect(line).toBe(`${moves}ALTER TABLE orders ${along};`);
});

test.each([[orders], [inMysql]])("a table: %s", async (first) => {
  const back = `${orders}CREATE INDEX by_note ON orders (id);`;
  expect(await lastLine("DROP TABLE orders;", back, "drop-table", first)).toBe(
    "-- in the rollback, what creates orders belongs to that of the later migration",
  );
  expect(await lastLine("DROP TABLE orders;", "SELECT 1;", "drop-table", first)).toBe("DROP TABLE orders;");
});
