/** A column dropped beside one of its type that is added. */
import { expect, it } from "vitest";
import { lintProject, memoryFileSystem } from "../../src/index.ts";

it.each([
  ["ALTER TABLE users DROP COLUMN name; ALTER TABLE users ADD COLUMN full_name text;", 1],
  ["ALTER TABLE users ADD COLUMN full_name text, DROP COLUMN name;", 1],
  ["ALTER TABLE users DROP COLUMN name; ALTER TABLE users ADD COLUMN born date;", 0],
  ["ALTER TABLE users DROP COLUMN name, DROP COLUMN zip; ALTER TABLE users ADD COLUMN full_name text;", 0],
  ["ALTER TABLE users DROP COLUMN name, ADD COLUMN a text, ADD COLUMN b text;", 0],
])("%s", async (sql, places) => {
  const fs = memoryFileSystem({
    "migrations/001_users.sql": "CREATE TABLE users (id bigint PRIMARY KEY, name text, zip text);",
    "migrations/002_name.sql": sql,
  });
  const { findings } = await lintProject({ fs });
  const [dropped] = findings.filter(({ ruleId }) => ruleId === "drop-column");
  expect(dropped?.related).toHaveLength(places);
});
