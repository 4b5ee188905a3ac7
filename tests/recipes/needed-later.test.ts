/** Advice that builds a key or an index in a migration of its own names the later migrations that need it. */
import { expect, test } from "vitest";
import { lintProject } from "../../src/index.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";

const instead = async (files: Readonly<Record<string, string>>, rule: string) => {
  const { findings } = await lintProject({ fs: memoryFileSystem(files) });
  return findings.find(({ ruleId }) => ruleId === rule);
};

const flyway = (second: string, third: string, rule: string) =>
  instead(
    {
      "db/migration/V1__make.sql": "CREATE TABLE shops (id bigint PRIMARY KEY, code text NOT NULL);",
      "db/migration/V2__key.sql": second,
      "db/migration/V3__next.sql": third,
    },
    rule,
  );

const refers = "CREATE TABLE orders (id bigint PRIMARY KEY, code text REFERENCES shops (code));";

test.each([
  [
    "a foreign key to a unique constraint",
    "ALTER TABLE shops ADD CONSTRAINT once UNIQUE (code);",
    refers,
    "unique-constraint-without-index",
  ],
  [
    "a foreign key to a unique index",
    "CREATE UNIQUE INDEX once ON shops (code);",
    refers,
    "index-without-concurrently",
  ],
  [
    "a name of the index",
    "CREATE INDEX by_code ON shops (code);",
    "ALTER INDEX by_code RENAME TO codes;",
    "index-without-concurrently",
  ],
])("%s", async (_, second, third, rule) => {
  const found = await flyway(second, third, rule);
  expect(found?.instead).toMatch(/\n-- V3__next\.sql needs it, and has to run behind this$/);
  expect(found?.advice).toBeDefined();
});

test.each([
  ["another column", "CREATE INDEX by_code ON shops (code);", refers, "index-without-concurrently"],
  [
    "no foreign key",
    "CREATE UNIQUE INDEX once ON shops (code);",
    "CREATE TABLE orders (id bigint PRIMARY KEY);",
    "index-without-concurrently",
  ],
])("not: %s", async (_, second, third, rule) => {
  const found = await flyway(second, third, rule);
  expect(found).toBeDefined();
  expect(found?.instead).not.toContain("run behind this");
});

const rails = (next: string) =>
  instead(
    {
      "config/application.rb": "module Shop\nend\n",
      "config/database.yml": "production:\n  adapter: postgresql\n",
      "db/migrate/20240101000000_make.rb":
        "class Make < ActiveRecord::Migration[7.1]\n  def change\n    create_table(:shops) { |t| t.string :code, null: false }\n  end\nend\n",
      "db/migrate/20240201000000_key.rb":
        "class Key < ActiveRecord::Migration[7.1]\n  def change\n    add_column :shops, :note, :text\n    add_index :shops, :code, unique: true\n  end\nend\n",
      [`db/migrate/${next}_orders.rb`]:
        "class Orders < ActiveRecord::Migration[7.1]\n  def change\n    create_table(:orders) { |t| t.string :code; t.foreign_key :shops, column: :code, primary_key: :code }\n  end\nend\n",
    },
    "index-without-concurrently",
  );

test("the advice's files fit before the next migration, or they don't", async () => {
  expect((await rails("20240201000001"))?.instead).toMatch(
    /\n# 20240201000001_orders\.rb needs it, and has to run behind this$/,
  );
  expect((await rails("20240301000000"))?.instead).not.toContain("run behind this");
});

test("a file that is called like all others is named by its folder", async () => {
  const found = await instead(
    {
      "prisma/migrations/migration_lock.toml": 'provider = "postgresql"\n',
      "prisma/migrations/20240101000000_make/migration.sql":
        "CREATE TABLE shops (id bigint PRIMARY KEY, code text NOT NULL);",
      "prisma/migrations/20240601000000_key/migration.sql": "CREATE UNIQUE INDEX once ON shops (code);",
      "prisma/migrations/20240602000000_next/migration.sql": refers,
    },
    "index-without-concurrently",
  );
  expect(found?.instead).toMatch(/\n-- 20240602000000_next needs it, and has to run behind this$/);
});
