/** The `down` that a class with an `up` lacks. */
import { expect, test } from "vitest";
import { lintProject } from "../../../src/index.ts";
import { memoryFileSystem } from "../../../src/project/files/file-system.ts";

const before = `
    create_table(:users) { |t| t.string :name, limit: 40 }
    create_table :orders do |t|
      t.references :user, foreign_key: true
      t.integer :status, default: 0, null: false
      t.integer :place
      t.string :email, null: false
      t.bigint :shop_id
      t.index :email, unique: true
    end`;

const found = async (up: string, down = "", release = "6.1.7") => {
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "Gemfile.lock": `GEM\n  specs:\n    activerecord (${release})\n`,
      "config/application.rb": "module Shop\nend\n",
      "config/database.yml": "production:\n  adapter: postgresql\n",
      "db/migrate/20240201000001_make.rb": `class Make < ActiveRecord::Migration[5.0]\n  def change\n    ${before}\n  end\nend\n`,
      "db/migrate/20240201000002_change.rb": `class Change < ActiveRecord::Migration[5.0]\n  def up\n    ${up}\n  end\n${down}end\n`,
    }),
  });
  return findings.find(({ ruleId, file }) => ruleId === "missing-rollback" && file.includes("change"));
};

// Each was run up and down with ActiveRecord 6.1: the schema was the same again.
test.each([
  [
    "change_column :orders, :place, :integer, default: 0",
    "change_column :orders, :place, :integer, default: nil",
  ],
  [
    "change_column :users, :name, :text, null: false",
    "change_column :users, :name, :string, limit: 40, null: true",
  ],
  ["change_column_default :orders, :status, 1", "change_column_default :orders, :status, 0"],
  ["change_column_null :orders, :place, false", "change_column_null :orders, :place, true"],
  ["add_column :orders, :note, :string, default: 'x'", "remove_column :orders, :note"],
  ["add_index :orders, [:place, :status], unique: true", "remove_index :orders, column: [:place, :status]"],
  ["add_index :orders, :place, name: 'by_place'", 'remove_index :orders, name: "by_place"'],
  [
    "add_reference :orders, :buyer, foreign_key: { to_table: :users }",
    "remove_reference :orders, :buyer, foreign_key: { to_table: :users }",
  ],
  ["add_foreign_key :orders, :users, column: :shop_id", "remove_foreign_key :orders, column: :shop_id"],
  ["rename_column :orders, :place, :spot", "rename_column :orders, :spot, :place"],
  ["create_table(:shops) { |t| t.string :name }", "drop_table :shops"],
  ["remove_foreign_key :orders, :users", "add_foreign_key :orders, :users"],
  ["remove_column :orders, :user_id", "add_reference :orders, :user, foreign_key: true"],
])("%s", async (up, wanted) => {
  expect((await found(up))?.instead).toBe(`write \`def down; ${wanted}; end\``);
});

test("takes several calls back from the last on", async () => {
  const one = await found(
    "remove_column :orders, :email\n    change_column :orders, :place, :bigint\n    add_index :orders, :place",
    "  def down; end\n",
  );
  expect(one?.instead).toBe(
    [
      "def down",
      "  remove_index :orders, column: :place",
      "  change_column :orders, :place, :integer",
      "  add_column :orders, :email, :string, null: false",
      "  add_index :orders, :email, unique: true",
      "end",
    ].join("\n"),
  );
});

test.each([
  ["SQL of its own", "add_column :orders, :a, :string\n    execute 'CREATE VIEW v AS SELECT 1'"],
  ["rows", "add_column :orders, :a, :string\n    Order.update_all(a: 1)"],
  ["a guard", "add_column :orders, :a, :string if ENV['A']"],
  ["a table that isn't known", "change_column :shops, :a, :string"],
])("doesn't guess: %s", async (_, up) => {
  expect((await found(up))?.instead ?? "").not.toContain("def down");
});

test.each([
  [
    "change_column :orders, :place, :integer, default: 0",
    "nothing undoes the change of column orders.place (DEFAULT instead of none)",
  ],
  ["add_column :orders, :note, :string", "nothing undoes column orders.note"],
  ["remove_column :orders, :place", "nothing brings back column orders.place"],
])("says what stays: %s", async (up, wanted) => {
  expect((await found(up))?.message).toContain(wanted);
});

test.each([
  [
    "remove_column :users, :name",
    "rename `change` to `up`, and write `def down; add_column :users, :name, :string, limit: 40; end`",
  ],
  [
    "remove_column :users, :shop_id\n    change_column_default :users, :role, 2",
    "# rename `change` to `up`, and add:\ndef down\n  change_column_default :users, :role, 1\n  add_column :users, :shop_id, :integer\n  add_index :users, :shop_id\nend",
  ],
  ["execute 'VACUUM'", "write `up` and `down`"],
  ["drop_table :users", "write `up` and `down`"],
])("in place of a `change` before Rails 4: %s", async (call, wanted) => {
  const of = (name: string, body: string): string =>
    `class ${name} < ActiveRecord::Migration\n  def change\n    ${body}\n  end\nend\n`;
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "Gemfile.lock": "GEM\n  specs:\n    activerecord (3.2.13)\n",
      "config/application.rb": "module Shop\nend\n",
      "config/database.yml": "production:\n  adapter: postgresql\n",
      "db/migrate/20130201000001_make.rb": of(
        "Make",
        "create_table(:users) { |t| t.string :name, limit: 40; t.integer :role, default: 1; t.integer :shop_id }\n    add_index :users, :shop_id",
      ),
      "db/migrate/20130201000002_change.rb": of("Change", call),
    }),
  });
  expect(findings.find(({ ruleId }) => ruleId === "missing-rollback")?.instead).toBe(wanted);
});
