/** Rails: an index that is built or dropped in a migration with `disable_ddl_transaction!` needs only one option more. */
import { expect, test } from "vitest";
import { lintProject, memoryFileSystem } from "../../src/index.ts";

const migration = (name: string, body: string, head = ""): string =>
  `class ${name} < ActiveRecord::Migration[7.1]\n${head}\n${body}\nend\n`;

const change = (lines: string): string => `  def change\n    ${lines}\n  end`;

async function adviceFor(body: string, facts: { readonly lockTimeout?: string } = {}) {
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "Gemfile.lock": "GEM\n  specs:\n    activerecord (7.1.2)\n    rails (7.1.2)\n",
      "db/migrate/20240101000000_a.rb": migration(
        "A",
        change(
          'create_table(:posts) { |t| t.string :slug; t.text :body; t.integer :a; t.integer :b }\n    add_index :posts, :slug, unique: true, where: "slug IS NOT NULL"\n    add_index :posts, :body, using: :gin, name: "posts_body"\n    add_index :posts, [:a, :b], order: { b: :desc }',
        ),
      ),
      "db/migrate/20240201000000_b.rb": migration("B", body, "  disable_ddl_transaction!"),
    }),
    facts: { dialect: "postgres", ...facts },
  });
  return findings.flatMap(({ ruleId, instead = "" }) =>
    ruleId.endsWith("index-without-concurrently") ? [instead] : [],
  );
}

const inPlace = (call: string): string => `# in its place, as this migration opens no transaction:\n${call}`;

test.each([
  ["add_index :posts, :b", "add_index :posts, :b, algorithm: :concurrently"],
  // Rails takes it back with what the call says.
  [
    "remove_index :posts, :slug",
    'remove_index :posts, :slug, unique: true, where: "slug IS NOT NULL", algorithm: :concurrently',
  ],
  [
    'remove_index(:posts, name: "posts_body")',
    'remove_index(:posts, name: "posts_body", column: :body, using: :gin, algorithm: :concurrently)',
  ],
  [
    "remove_index :posts, column: [:a, :b]",
    "remove_index :posts, column: [:a, :b], order: { b: :desc }, algorithm: :concurrently",
  ],
  [
    'remove_index :posts, :slug, unique: true, where: "slug IS NOT NULL"',
    'remove_index :posts, :slug, unique: true, where: "slug IS NOT NULL", algorithm: :concurrently',
  ],
])("%s", async (call, advised) => {
  expect(await adviceFor(change(call))).toEqual([inPlace(advised)]);
});

test("two equal rows make a unique index fail: its remains go before the next attempt", async () => {
  expect(await adviceFor(change('add_index :posts, :b, unique: true, name: "posts_b"'))).toEqual([
    '# in its place, as this migration opens no transaction:\n# a failed build leaves an INVALID index: before the next attempt, DROP INDEX CONCURRENTLY IF EXISTS posts_b;\nadd_index :posts, :b, unique: true, name: "posts_b", algorithm: :concurrently',
  ]);
});

test("in an up, the down says what the index has", async () => {
  const body =
    "  def up\n    remove_index :posts, :slug\n  end\n\n  def down\n    add_index :posts, :slug, unique: true\n  end";
  expect(await adviceFor(body)).toEqual([inPlace("remove_index :posts, :slug, algorithm: :concurrently")]);
});

test("a lock_timeout of the session would leave an INVALID index", async () => {
  expect(await adviceFor(change("add_index :posts, :b"), { lockTimeout: "2s" })).toEqual([
    expect.stringContaining("SET lock_timeout = 0;"),
  ]);
});
