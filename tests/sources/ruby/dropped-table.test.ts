/** The block of a table that is dropped without one. */
import { expect, test } from "vitest";
import { lintProject } from "../../../src/index.ts";
import { memoryFileSystem } from "../../../src/project/files/file-system.ts";

const before = `
    create_table(:users) { |t| t.string :name, limit: 40 }
    create_table :orders, comment: "it's" do |t|
      t.references :user, foreign_key: true
      t.references :buyer, null: false, foreign_key: { to_table: :users, on_delete: :cascade }, index: false
      t.decimal :price, precision: 8, scale: 2, default: 1.5
      t.string :email, null: false, default: "it's"
      t.index :email, unique: true
      t.index [:email, :price], name: "ab"
      t.timestamps
    end
    create_table(:tags, id: :string) { |t| t.text :name; t.timestamps null: true }
    create_table(:joins, id: false) { |t| t.bigint :a }
    create_table(:old, id: :integer, primary_key: "no") { |t| t.bigint :a }
    create_table(:pairs, primary_key: [:a, :b]) { |t| t.bigint :a; t.bigint :b }
    create_table(:moments) { |t| t.string :moment, default: Time.now }
    create_table(:checked) { |t| t.integer :a; t.check_constraint "a > 0" }
    create_table(:altered) { |t| t.integer :a }
    reversible { |dir| dir.up { execute "ALTER TABLE altered ADD b int" } }`;

const migration = (name: string, body: string, method: string): string =>
  `class ${name} < ActiveRecord::Migration[6.1]\n  def ${method}\n    ${body}\n  end\nend\n`;

const instead = async (adapter: string, call: string, method = "change"): Promise<string | undefined> => {
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "config/application.rb": "module Shop\nend\n",
      "config/database.yml": `production:\n  adapter: ${adapter}\n`,
      "db/migrate/20240201000001_make.rb": migration("Make", before, "change"),
      "db/migrate/20240201000002_change.rb": migration("Change", call, method),
    }),
  });
  return findings.find(({ ruleId }) => ruleId === "missing-rollback")?.instead;
};

const orders = [
  "t.bigint :user_id",
  "t.bigint :buyer_id, null: false",
  "t.decimal :price, precision: 8, scale: 2, default: 1.5",
  't.string :email, default: "it\'s", null: false',
  "t.timestamps",
  "t.index :user_id",
  "t.index :email, unique: true",
  't.index [:email, :price], name: "ab"',
  "t.foreign_key :users, column: :user_id",
  "t.foreign_key :users, column: :buyer_id, on_delete: :cascade",
];

// Each was run up and down with ActiveRecord 6.1 on PostgreSQL 15 and MySQL 9: the schema was the same again.
test.each([
  ["postgresql", "drop_table :orders", 'drop_table :orders, comment: "it\'s" do |t|', ...orders],
  ["mysql2", "drop_table :orders", 'drop_table :orders, comment: "it\'s" do |t|', ...orders],
  [
    "postgresql",
    "drop_table :tags",
    "drop_table :tags, id: :string do |t|",
    "t.text :name",
    "t.datetime :created_at, precision: 6",
    "t.datetime :updated_at, precision: 6",
  ],
  ["mysql2", "drop_table :joins", "drop_table :joins, id: false do |t|", "t.bigint :a"],
  ["postgresql", "drop_table :old", "drop_table :old, id: :integer, primary_key: :no do |t|", "t.bigint :a"],
  [
    "mysql2",
    "drop_table :pairs",
    "drop_table :pairs, primary_key: [:a, :b] do |t|",
    "t.bigint :a",
    "t.bigint :b",
  ],
])("%s: %s", async (adapter, call, head, ...lines) => {
  expect(await instead(adapter, call)).toBe([head, ...lines.map((line) => `  ${line}`), "end"].join("\n"));
});

test("creates it in the down that an up lacks", async () => {
  expect(await instead("postgresql", "drop_table :joins", "up")).toBe(
    "def down\n  create_table :joins, id: false do |t|\n    t.bigint :a\n  end\nend",
  );
});

test.each(["moments", "checked", "altered"])("doesn't guess: %s", async (table) => {
  expect(await instead("postgresql", `drop_table :${table}`)).toBe(
    "give it the block that created the table",
  );
});
