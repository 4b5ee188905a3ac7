/** What Ruby takes for true, as ActiveRecord 6.1 has it on PostgreSQL: any value but `false` and `nil`. */
import { beforeAll, expect, test } from "vitest";
import { loadRuby, openHistory } from "../../../src/sources/ruby/index.ts";

beforeAll(loadRuby);

const sent = (calls: string): readonly string[] => {
  const path = "db/migrate/20240201000001_change.rb";
  const text = `class Change < ActiveRecord::Migration[6.1]\n  def up\n    ${calls}\n  end\nend\n`;
  const readFile = (file: string): string | undefined =>
    file === "Gemfile.lock" ? "GEM\n  specs:\n    activerecord (6.1.7)\n" : undefined;
  const reader = openHistory({
    root: "db/migrate",
    tool: "rails",
    dialect: "postgres",
    serverVersion: undefined,
    listFolder: () => [],
    paths: [path],
  });
  const { migration } = reader.read({ path, text, tool: "rails", wraps: true, readFile }, undefined);
  return (migration?.pieces ?? []).map(({ part }) =>
    (migration?.text ?? "").slice(part.start, part.end).replaceAll(/["\n]/g, "").replaceAll(/\s+/g, " "),
  );
};

test.each([
  [
    "create_table :a, force: :yes, id: nil do |t|\n t.integer :p\n end",
    ["DROP TABLE IF EXISTS a", "CREATE TABLE a (p integer)"],
  ],
  [
    "add_reference :a, :user, foreign_key: :true, index: :true",
    [
      "ALTER TABLE a ADD user_id bigint",
      "CREATE INDEX index_a_on_user_id ON a (user_id)",
      "ALTER TABLE a ADD CONSTRAINT fk_rails_897eb96e1d FOREIGN KEY (user_id) REFERENCES users (id)",
    ],
  ],
  [
    "add_reference :a, :thing, polymorphic: 1, index: nil",
    ["ALTER TABLE a ADD thing_type character varying", "ALTER TABLE a ADD thing_id bigint"],
  ],
  ["add_column :a, :x, :string, null: :false, array: 1", ["ALTER TABLE a ADD x character varying[]"]],
  ['add_index :a, :p, unique: :yes, name: "pu"', ["CREATE UNIQUE INDEX pu ON a (p)"]],
  [
    "change_column :a, :p, :bigint, null: nil",
    ["ALTER TABLE a ALTER COLUMN p TYPE bigint, ALTER COLUMN p SET NOT NULL"],
  ],
  [
    "change_column :a, :p, :bigint, null: :false",
    ["ALTER TABLE a ALTER COLUMN p TYPE bigint, ALTER COLUMN p DROP NOT NULL"],
  ],
  [
    'add_check_constraint :a, "p > 0", validate: nil, name: "c"',
    ["ALTER TABLE a ADD CONSTRAINT c CHECK (p > 0) NOT VALID"],
  ],
])("%s", (calls, sql) => {
  expect(sent(calls)).toEqual(sql);
});
