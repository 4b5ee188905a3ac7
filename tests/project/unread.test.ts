/** What a project has instead of migrations that can be read. */
import { describe, expect, test } from "vitest";
import { discover } from "../../src/project/discover.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";
import { mostSqlFiles, unreadFolders } from "../../src/project/left-out/unread.ts";

const shown = (files: Readonly<Record<string, string>>): readonly string[] =>
  unreadFolders(memoryFileSystem(files)).map(({ root, files: count, what }) => `${root}: ${count} ${what}`);

describe("migrations that can't be read", () => {
  test.each([
    [{ "database/migrations/2024_01_01_000000_a.php": "" }, ["database/migrations: 1 PHP for Laravel"]],
    [{ "migrations/Version20240101000000.php": "" }, ["migrations: 1 PHP for Doctrine"]],
    [
      { "Data/Migrations/20240101000000_A.cs": "", "Data/Migrations/20240101000000_A.Designer.cs": "" },
      ["Data/Migrations: 1 C# for EF Core"],
    ],
    [{ "priv/repo/migrations/20240101000000_a.exs": "" }, ["priv/repo/migrations: 1 Elixir for Ecto"]],
    [
      { "migrations/20240101000000_a.up.fizz": "", "migrations/20240101000000_a.down.fizz": "" },
      ["migrations: 1 fizz for pop"],
    ],
    [
      {
        "db/changelog/a.xml": '<databaseChangeLog><changeSet id="1" author="a"/></databaseChangeLog>',
        "db/changelog/b.yaml": "databaseChangeLog:\n  - changeSet: { id: 1, author: a }\n",
      },
      ["db/changelog: 2 XML, YAML or JSON for Liquibase without a root changelog that includes them"],
    ],
    [
      {
        "db/changelog/master.yaml": "databaseChangelog:\n  - include: { file: a.json }\n",
        "db/changelog/a.json": '{ "databaseChangelog": [] }',
      },
      ["db/changelog: 2 YAML or JSON that Liquibase refuses, as its first key isn't databaseChangeLog"],
    ],
    [
      { "migrations/2024-a.js": "module.exports = { up: (db) => db.collection('a').drop() }" },
      ["migrations: 1 JavaScript for MongoDB"],
    ],
    [{ "migration/src/m20240101_000000_a.rs": "" }, ["migration/src: 1 Rust for SeaORM"]],
    [{ "shop-migration/src/m20240101_000000_a.rs": "" }, ["shop-migration/src: 1 Rust for SeaORM"]],
    [{ "migrations/m240101_000000_a.php": "" }, ["migrations: 1 PHP for Yii"]],
    [{ "db/migrations/001_a.rb": "Sequel.migration do\n" }, ["db/migrations: 1 Ruby for Sequel"]],
    [{ "db/migrate/001_a.rb": "ROM::SQL.migration do\n" }, ["db/migrate: 1 Ruby for Sequel"]],
    [
      { "migrations/main.go": 'import "github.com/uptrace/bun/migrate"', "migrations/20240101_a.go": "" },
      ["migrations: 2 Go for bun"],
    ],
    [
      {
        "migrations/driver.go": "",
        "migrations/zz_migration.0001_a.go": "const a = `CREATE TABLE t (id int)`",
        "migrations/zz_migration.0002_b_test.go": "ALTER TABLE t",
      },
      ["migrations: 1 Go for an unknown tool"],
    ],
    // A runner of the project applies each entry.
    [
      {
        "src/db/tenant-migrations.ts":
          "export const MIGRATIONS: Migration[] = [\n  // first\n  {\n    id: '0001_a',\n    up: (schema) => `CREATE TABLE \"${schema}\".a (id int)`,\n  },\n  {\n    id: '0002_b',\n    up: (schema) => `DROP TABLE a`,\n  },\n];",
        "src/db/sqlite-migrations.ts":
          "export const migrations = [{ id: 1, up: 'CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT)' }];",
        "src/db/migrations.ts": "export const migrations = [{ id: 1, label: 'Create the first' }];",
      },
      ["src/db/tenant-migrations.ts: 2 a list in JavaScript or TypeScript"],
    ],
    // What db-migrate writes around SQL in files of its own.
    [
      {
        "migrations/20240101000000-a.js":
          "var filePath = path.join(__dirname, 'sqls', '20240101000000-a-up.sql');\nfs.readFile(filePath);",
        "migrations/sqls/20240101000000-a-up.sql": "SELECT 1;",
      },
      [],
    ],
    [{ "alterations/1.0.0-1-a.ts": "" }, ["alterations: 1 JavaScript for an unknown tool"]],
  ])("%j", (files, expected) => {
    expect(shown(files as Record<string, string>)).toEqual(expected);
  });

  test("the folder with the most SQL files, which may be meant", () => {
    const files = { "a/x.sql": "", "b/c/x.sql": "", "b/c/y.sql": "", "node_modules/p/1.sql": "" };
    expect(mostSqlFiles(memoryFileSystem(files))?.root).toBe("b/c");
    expect(mostSqlFiles(memoryFileSystem({ "a/x.sql": "" }))).toBeUndefined();
  });

  test("other files, dependencies and test data are none", () => {
    expect(
      shown({
        "versions/a.py": "VERSION = 1",
        "changelog/a.json": "{}",
        "node_modules/x/migrations/1-a.js": "",
        "tests/db/migrate/20240101000000_a.rb": "",
        ".gitignore": "made/\n",
        "made/migrations/1-a.js": "",
      }),
    ).toEqual([]);
  });
});

test.each([
  ["yaml", "databaseChangeLog:\n  # one\n  changeSet:\n    id: 1\n", true],
  ["json", '{ "databaseChangeLog": { "changeSet": { "id": 1 } } }', true],
  ["yaml", "databaseChangeLog:\n\n  # one\n  - include: { file: x.xml }\n", false],
  ["yaml", "databaseChangeLog: []\nother:\n  - changeSet: {}\n", false],
  ["json", '{ "databaseChangeLog": [{ "include": { "file": "x.xml" } }] }', false],
])("a changelog in %s that isn't a list is refused: %j", (ending, text, isRefused) => {
  const [one] = unreadFolders(memoryFileSystem({ [`db/changelog/root.${ending}`]: text }));
  expect(one?.what.includes("holds no list") ?? false).toBe(isRefused);
});

test.each([
  ['<databaseChangeLog><include file="db/a.xml"/><include file="db/b.xml"/></databaseChangeLog>', "xml"],
  ["databaseChangeLog:\n  - include:\n      file: db/a.xml\n  - include:\n      file: db/b.xml\n", "yaml"],
])("a root changelog whose files aren't there names them: %s", (text, ending) => {
  const path = `src/main/resources/db/changelog/root.${ending}`;
  const says = (more: Readonly<Record<string, string>> = {}) =>
    unreadFolders(memoryFileSystem({ [path]: text, ...more })).map((one) => one.says);
  expect(says()).toEqual([`${path} includes db/a.xml and db/b.xml, which aren't there`]);
  // The root may lie in a folder of any name that is a database's.
  const above = `src/main/resources/db/root.${ending}`;
  expect(unreadFolders(memoryFileSystem({ [above]: text })).map((one) => one.says)).toEqual([
    `${above} includes db/a.xml and db/b.xml, which aren't there`,
  ]);
  expect(says({ "src/main/resources/db/b.xml": "<databaseChangeLog/>" })).not.toContainEqual(
    expect.stringContaining("aren't there"),
  );
});

test("a seed without a number beside migrations that no known tool runs is named", () => {
  const step = "CREATE TABLE t (id int);\n";
  const files = { "db/migrations/001_t.sql": step, "db/migrations/seed.sql": "INSERT INTO t VALUES (1);\n" };
  expect(discover(memoryFileSystem(files), []).map(({ loose }) => loose)).toEqual([
    ["db/migrations/seed.sql has no number, so its place in the order isn't known: it was not checked"],
  ]);
});
