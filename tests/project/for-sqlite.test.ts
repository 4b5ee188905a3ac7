import { describe, expect, test } from "vitest";
import { discover } from "../../src/project/discover.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";

describe("files that only SQLite takes, in a history of PostgreSQL", () => {
  const read = (first: string, tool = {}) => {
    const [history] = discover(
      memoryFileSystem({
        ...tool,
        "drizzle.config.ts":
          'import { defineConfig } from "drizzle-kit";\nexport default defineConfig({ dialect: "postgresql" });\n',
        "migrations/001_clubs.sql": first,
        "migrations/002_stamp.sql": "ALTER TABLE clubs ADD COLUMN stamp JSONB;\n",
      }),
      [],
    );
    return { empty: history?.migrations.map(({ emptyHere }) => emptyHere === true), loose: history?.loose };
  };

  test.each([
    "CREATE TABLE clubs (id INTEGER PRIMARY KEY AUTOINCREMENT);",
    "CREATE TABLE clubs (made TEXT DEFAULT (datetime('now')));",
    "INSERT OR IGNORE INTO clubs (id) VALUES (1);",
  ])("%s", (sql) => {
    expect(read(sql)).toEqual({
      empty: [true, false],
      loose: ["migrations/001_clubs.sql is for another database, SQLite, by its words: it was not checked"],
    });
  });

  test.each([
    "CREATE TABLE clubs (id bigserial PRIMARY KEY, words text DEFAULT 'PRAGMA AUTOINCREMENT');",
    "CREATE FUNCTION datetime(text) RETURNS text LANGUAGE sql AS 'SELECT 1';\nCREATE TABLE clubs (made text DEFAULT (datetime('now')));",
  ])("not: %s", (sql) => {
    expect(read(sql)).toEqual({ empty: [false, false], loose: undefined });
  });
});
