/** What to write in place of a call that Rails can't take back. */
import { expect, test } from "vitest";
import { lintProject } from "../../../src/index.ts";
import { memoryFileSystem } from "../../../src/project/files/file-system.ts";

const before = `
    create_table(:users) { |t| t.string :name, limit: 40 }
    create_table :orders do |t|
      t.references :user, foreign_key: true
      t.references :buyer, null: false, foreign_key: { to_table: :users, on_delete: :cascade }
      t.references :seller, foreign_key: { to_table: :users }, index: false, type: :integer
      t.integer :status, default: 0, null: false
      t.decimal :price, precision: 8, scale: 2, default: 1.5
      t.string :email, null: false, default: "it's"
      t.string :codes, array: true, default: []
      t.jsonb :data, default: {}, null: false
      t.datetime :paid_at, default: -> { "now()" }
      t.boolean :open, default: true
      t.bigint :big
      t.string :moment, default: Time.now
      t.integer :a
      t.integer :b
      t.index :email, unique: true
      t.index [:a, :b], where: "a > 0", name: "ab"
      t.timestamps
    end`;

const migration = (name: string, body: string): string =>
  `class ${name} < ActiveRecord::Migration[6.1]\n  def change\n    ${body}\n  end\nend\n`;

const instead = async (call: string, release?: string): Promise<string | undefined> => {
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      ...(release === undefined ? {} : { "Gemfile.lock": `GEM\n  specs:\n    activerecord (${release})\n` }),
      "config/application.rb": "module Shop\nend\n",
      "config/database.yml": "production:\n  adapter: postgresql\n",
      "db/migrate/20240201000001_make.rb": migration("Make", before),
      "db/migrate/20240201000002_change.rb": migration("Change", call),
    }),
  });
  return findings.find(({ ruleId }) => ruleId === "missing-rollback")?.instead;
};

// Each was run up and down with ActiveRecord 6.1: the schema was the same again.
test.each([
  ["remove_column :orders, :user_id", "remove_reference :orders, :user, foreign_key: true"],
  [
    "remove_column :orders, :buyer_id",
    "remove_reference :orders, :buyer, null: false, foreign_key: { to_table: :users, on_delete: :cascade }",
  ],
  [
    "remove_column :orders, :seller_id",
    "remove_reference :orders, :seller, type: :integer, index: false, foreign_key: { to_table: :users }",
  ],
  ["remove_column :orders, :status", "remove_column :orders, :status, :integer, default: 0, null: false"],
  [
    "remove_column :orders, :price",
    "remove_column :orders, :price, :decimal, precision: 8, scale: 2, default: 1.5",
  ],
  [
    "remove_column :orders, :email",
    'remove_index :orders, :email, unique: true\nremove_column :orders, :email, :string, default: "it\'s", null: false',
  ],
  [
    "remove_columns :orders, :a, :b",
    'remove_index :orders, [:a, :b], where: "a > 0", name: "ab"\nremove_column :orders, :a, :integer\nremove_column :orders, :b, :integer',
  ],
  ["remove_column :orders, :codes", "remove_column :orders, :codes, :string, array: true, default: []"],
  ["remove_column :orders, :data", "remove_column :orders, :data, :jsonb, default: {}, null: false"],
  ["remove_column :orders, :paid_at", 'remove_column :orders, :paid_at, :datetime, default: -> { "now()" }'],
  ["change_table(:orders) { |o| o.remove :big }", "o.remove :big, type: :bigint"],
  [
    "change_column_default :orders, :open, false",
    "change_column_default :orders, :open, from: true, to: false",
  ],
  [
    "change_column :users, :name, :text, null: false",
    "reversible do |dir|\n  dir.up { change_column :users, :name, :text, null: false }\n  dir.down { change_column :users, :name, :string, limit: 40, null: true }\nend",
  ],
  [
    "change_column :orders, :big, :string",
    'reversible do |dir|\n  dir.up { change_column :orders, :big, :string }\n  dir.down { change_column :orders, :big, :bigint, using: "big::bigint" }\nend',
  ],
  [
    "remove_foreign_key :orders, column: :buyer_id",
    "remove_foreign_key :orders, :users, column: :buyer_id, on_delete: :cascade",
  ],
  ['remove_index :orders, name: "ab"', 'remove_index :orders, [:a, :b], where: "a > 0", name: "ab"'],
])("%s", async (call, wanted) => {
  expect(await instead(call)).toBe(wanted.includes("\n") ? wanted : `write \`${wanted}\``);
});

// By the source of each release: which arguments a call takes, and what its recorder takes back.
test.each([
  [
    "6.0.6",
    'remove_index :orders, name: "ab"',
    'remove_index :orders, column: [:a, :b], where: "a > 0", name: "ab"',
  ],
  [
    "6.0.6",
    "remove_foreign_key :orders, column: :buyer_id",
    "remove_foreign_key :orders, :users, column: :buyer_id, on_delete: :cascade",
  ],
  [
    "5.2.8",
    "remove_foreign_key :orders, column: :buyer_id",
    "reversible do |dir|\n  dir.up { remove_foreign_key :orders, column: :buyer_id }\n" +
      "  dir.down { add_foreign_key :orders, :users, column: :buyer_id, on_delete: :cascade }\nend",
  ],
  ["5.2.8", "remove_column :orders, :user_id", "remove_reference :orders, :user, foreign_key: true"],
  [
    "5.0.7",
    "remove_column :orders, :user_id",
    "reversible do |dir|\n  dir.up { remove_foreign_key :orders, column: :user_id }\n" +
      "  dir.down { add_foreign_key :orders, :users, column: :user_id }\nend\n" +
      "remove_index :orders, column: :user_id\nremove_column :orders, :user_id, :bigint",
  ],
  [
    "4.2.11",
    "remove_index :orders, [:a, :b]",
    'remove_index :orders, column: [:a, :b], where: "a > 0", name: "ab"',
  ],
  ["4.2.11", "remove_foreign_key :orders, :users", "write `up` and `down`, or put it in `reversible`"],
  ["5.0.7", "remove_index :orders, [:a, :b]", undefined],
])("with Rails %s: %s", async (release, call, wanted) => {
  expect(await instead(call, release)).toBe(
    wanted === undefined || wanted.includes("\n") || wanted.includes("`") ? wanted : `write \`${wanted}\``,
  );
});

test("says of all calls what to write", async () => {
  expect(
    await instead("remove_column :orders, :a\n    execute 'VACUUM'\n    remove_column :orders, :big"),
  ).toBe(
    [
      "# in place of the calls in lines 3, 4 and 5:",
      'remove_index :orders, [:a, :b], where: "a > 0", name: "ab"',
      "remove_column :orders, :a, :integer",
      "# execute can't be reversed: write `up` and `down`, or put it in `reversible`",
      "remove_column :orders, :big, :bigint",
    ].join("\n"),
  );
});

test.each([
  ["a default that isn't known", "remove_column :orders, :moment", /state the type/],
  ["a guard", "remove_column :orders, :big if ENV['X']", /state the type/],
  ["a default that would have to go first", "change_column :orders, :paid_at, :string", /`up` and `down`/],
])("doesn't guess: %s", async (_, call, wanted) => {
  expect(await instead(call)).toMatch(wanted);
});

test("takes the table as it is before the call", async () => {
  expect(
    await instead(
      "remove_foreign_key :orders, :users, column: :user_id\n    remove_column :orders, :user_id",
    ),
  ).toBe("write `remove_reference :orders, :user`");
});

test("writes each change of several as a block of its own", async () => {
  const found = await instead("change_column :orders, :a, :bigint\n    change_column :orders, :b, :bigint");
  expect(found?.match(/^reversible do \|dir\|$/gm)).toHaveLength(2);
  expect(found?.match(/^end$/gm)).toHaveLength(2);
});
