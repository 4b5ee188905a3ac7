/** What is followed in Ruby, and what is left in doubt. */
import { beforeAll, describe, expect, test } from "vitest";
import { loadRuby, openHistory } from "../../../src/sources/ruby/index.ts";

beforeAll(loadRuby);

const files: Readonly<Record<string, string>> = {
  "db/views/sales_v01.sql": "SELECT 1 AS a;\n",
  "db/views/sales_v02.sql": "SELECT 2 AS a\n",
  "db/functions/total_v01.sql": "CREATE FUNCTION total() RETURNS int LANGUAGE sql AS 'SELECT 1';\n",
  "db/functions/total_v02.sql": "CREATE FUNCTION total() RETURNS int LANGUAGE sql AS 'SELECT 2';\n",
  "db/triggers/keep_v01.sql":
    "CREATE TRIGGER keep BEFORE UPDATE ON a FOR EACH ROW EXECUTE FUNCTION kept();\n",
  "db/sql/all.sql": "DROP TABLE a;\n",
  "app/models/shop.rb": 'module Shop\n  def self.table_name_prefix\n    "shop_"\n  end\nend\n',
  "app/models/api.rb": "module Api\nend\n",
  "lib/application_migration.rb": "class ApplicationMigration < ActiveRecord::Migration[4.2]\nend\n",
  "lib/first_migration.rb": "class FirstMigration < ActiveRecord::Migration\nend\n",
  "lib/old_migration.rb": "OldMigration = ActiveRecord::Migration[4.2]\n",
  "lib/bases.rb":
    "MIGRATION_CLASS = Rails::VERSION::MAJOR >= 5 ? ActiveRecord::Migration[4.2] : ActiveRecord::Migration\n",
  "config/initializers/set_migration.rb": "class SetMigration < OldMigration\nend\n",
  "lib/helpers/notes.rb":
    "module Helpers\n  module Notes\n    def add_note(table)\n      add_column table, :note, :text\n    end\n  end\nend\n",
};

interface Read {
  readonly up: readonly string[];
  readonly down: readonly string[] | undefined;
  readonly oneWay: string | undefined;
  readonly irreversible: string | undefined;
}

function read(body: string, head = "", text?: string): Read {
  const source =
    text ?? `class Change < ActiveRecord::Migration[7.1]\n${head}\n  def change\n${body}\n  end\nend\n`;
  const reader = openHistory({
    root: "db/migrate",
    tool: "rails",
    dialect: "postgres",
    serverVersion: undefined,
    listFolder: () => [],
    paths: [],
  });
  const input = { path: "db/migrate/1_change.rb", text: source, tool: "rails", wraps: true };
  const { migration } = reader.read({ ...input, readFile: (path) => files[path] }, undefined);
  if (migration === undefined) throw new Error("it is no migration");
  const of = ({ start, end }: { readonly start: number; readonly end: number }): string[] =>
    migration.pieces.flatMap((piece) => {
      if (piece.part.start < start || piece.part.end > end) return [];
      const sql =
        piece.dynamic === undefined
          ? migration.text.slice(piece.part.start, piece.part.end)
          : `? ${piece.dynamic.prefix ?? ""}`;
      return [
        `${piece.conditional ? "perhaps " : ""}${piece.repeated ? "often " : ""}${sql.replaceAll('"', "").trim()}`,
      ];
    });
  return {
    up: of(migration.up.part),
    down: migration.down && of(migration.down.part),
    oneWay: migration.oneWay?.what,
    irreversible: migration.irreversible,
  };
}

describe("what runs", () => {
  test.each([
    ["%i[a b].each { |name| drop_table name }", ["DROP TABLE a", "DROP TABLE b"]],
    ["drop_table :a if ENV['X']", ["perhaps DROP TABLE a"]],
    ["return if ENV['X']\ndrop_table :a", ["perhaps DROP TABLE a"]],
    ["drop_table :a if Rails.env.production?", ["DROP TABLE a"]],
    [
      "create_table(:a) { |t| }\ncreate_table(:a) { |t| } unless table_exists?(:a)",
      ["CREATE TABLE a (id bigserial primary key)"],
    ],
    ["add_column :a, :b, :text unless column_exists?(:a, :b)", ["perhaps ALTER TABLE a ADD b text"]],
    ["safety_assured { execute 'SELECT 1' }", ["SELECT 1"]],
    ["execute <<~SQL\n  UPDATE a\n    SET b = 1\nSQL", ["UPDATE a\n  SET b = 1"]],
    ["connection.adapter_name == 'Mysql2' ? drop_table(:a) : drop_table(:b)", ["DROP TABLE b"]],
    ["drop_table :a if connection.adapter_name.match?(/mysql|trilogy/i)", []],
    ["drop_table :a unless connection.adapter_name =~ /\\Amysql/i", ["DROP TABLE a"]],
    [
      "case connection.adapter_name\nwhen /mysql/i then drop_table :a\nelse drop_table :b\nend",
      ["DROP TABLE b"],
    ],
    ["drop_table :a if connection.adapter_name =~ /(p+)+gres/i", ["perhaps DROP TABLE a"]],
    ["return unless Shop::Database.oracle?\ndrop_table :a", []],
    ["drop_table :a if Shop::Database.postgres?", ["DROP TABLE a"]],
    [
      "for table, more in { sales: [], stores: %i[closed_at] }\n  for name in %i[opened_at] + more\n    rename_column table, name, name.to_s.gsub(/\\_at$/, '_on').to_sym\n  end\nend",
      [
        "ALTER TABLE sales RENAME COLUMN opened_at TO opened_on",
        "ALTER TABLE stores RENAME COLUMN opened_at TO opened_on",
        "ALTER TABLE stores RENAME COLUMN closed_at TO closed_on",
      ],
    ],
    [
      "for table, name in [[:a, :b], [:c, :d]]\n  remove_column table, name\nend",
      ["ALTER TABLE a DROP COLUMN b", "ALTER TABLE c DROP COLUMN d"],
    ],
    ["Shop::User.where(a: nil).update_all(b: 1)", ["UPDATE shop_users SET b = 1 WHERE a IS NULL"]],
    ["Api::User.where(a: nil).update_all(b: 1)", ["UPDATE users SET b = 1 WHERE a IS NULL"]],
    ["Elsewhere::User.where(a: nil).update_all(b: 1)", ["? UPDATE"]],
    ["User.where(a: nil).update_all(b: 1)", ["UPDATE users SET b = 1 WHERE a IS NULL"]],
    [
      "User.unscoped.where(a: ['', nil]).update_all('a = c')",
      ["UPDATE users SET a = c WHERE (a IN ('') OR a IS NULL)"],
    ],
    ["User.where(a: [nil]).delete_all", ["DELETE FROM users WHERE a IS NULL"]],
    ["User.where.not(a: [1, 2]).delete_all", ["DELETE FROM users WHERE a NOT IN (1, 2)"]],
    ["User.where.not(a: [1, nil]).delete_all", ["DELETE FROM users WHERE (a NOT IN (1) AND a IS NOT NULL)"]],
    [
      "User.where.not(a: nil).where.not(b: 1).delete_all",
      ["DELETE FROM users WHERE a IS NOT NULL AND b != 1"],
    ],
    ["User.where.not(a: nil, b: 1).delete_all", ["DELETE FROM users WHERE NOT (a IS NULL AND b = 1)"]],
    ["User.find_each { |user| user.update!(b: 1) }", ["often ? UPDATE"]],
    ["whatever :a", ["?"]],
    [
      "begin\n  drop_table :a\nrescue StandardError\n  drop_table :b\nend",
      ["perhaps DROP TABLE a", "perhaps DROP TABLE b"],
    ],
    [
      "begin\n  drop_table :a\nrescue StandardError\n  drop_table :b\n  raise\nend",
      ["DROP TABLE a", "perhaps DROP TABLE b"],
    ],
    ["case 1\nwhen 1 then drop_table :a\nelse drop_table :b\nend", ["DROP TABLE a"]],
    ["drop_table :a\nraise 'no'\ndrop_table :b", ["DROP TABLE a"]],
    [
      "options = { limit: 20 }\noptions[:null] = false if true\noptions[:limit] ||= 5\nadd_column :a, :b, :string, **options",
      ["ALTER TABLE a ADD b character varying(20) NOT NULL"],
    ],
    [
      "options = {}\noptions.merge!(limit: 9)\noptions.delete(:limit)\nadd_column :a, :b, :string, **options",
      ["ALTER TABLE a ADD b character varying"],
    ],
    [
      "tables = [:a]\ntables << :b\ntables.push(:c, :d)\ntables.each { |name| drop_table name }",
      ["DROP TABLE a", "DROP TABLE b", "DROP TABLE c", "DROP TABLE d"],
    ],
    [
      "tables = [:a, :b]\ntables.reject! { |name| name == :b }\ntables.each { |name| drop_table name }",
      ["often DROP TABLE ${name}"],
    ],
    ["sql = +'DROP TABLE a'\nsql << ' CASCADE'\nexecute sql", ["DROP TABLE a CASCADE"]],
    ["sql = +'DROP TABLE a'\nsql << ' CASCADE' if ENV['X']\nexecute sql", ["?"]],
  ])("%s", (body, expected) => {
    expect(read(body).up).toEqual(expected);
  });

  test("a module of the project", () => {
    expect(read("add_note :orders", "include Helpers::Notes").up).toEqual([
      "ALTER TABLE orders ADD note text",
    ]);
  });

  test("a private method, with constants of the class", () => {
    const head =
      "TABLES = %i[a b].freeze\ndef each_table\n  TABLES.each { |name| yield name }\nend\nprivate :each_table";
    expect(read("each_table { |name| drop_table name }", head).up).toEqual(["DROP TABLE a", "DROP TABLE b"]);
  });
});

describe("the way back", () => {
  test("takes the statements back in the other order", () => {
    const { down } = read("add_column :a, :b, :text\nadd_index :a, :b");
    expect(down).toEqual(["DROP INDEX index_a_on_b", "ALTER TABLE a DROP COLUMN b"]);
  });

  test("runs what stands in reversible in its place", () => {
    const { down } = read("add_column :a, :b, :text\nreversible { |dir| dir.down { execute 'SELECT 1' } }");
    expect(down).toEqual(["SELECT 1", "ALTER TABLE a DROP COLUMN b"]);
  });

  test.each([
    ["remove_column :a, :b", "remove_column without a type can't be reversed"],
    ["execute 'SELECT 1'", "execute can't be reversed"],
    ["change_column :a, :b, :text", "change_column can't be reversed"],
  ])("%s", (body, expected) => {
    expect(read(body)).toMatchObject({ oneWay: expected, down: undefined });
  });

  test("raises", () => {
    const text =
      "class Change < ActiveRecord::Migration[7.1]\n  def up\n    drop_table :a\n  end\n  def down\n    raise ActiveRecord::IrreversibleMigration, 'rows are lost'\n  end\nend\n";
    expect(read("", "", text).irreversible).toBe("rows are lost");
  });
});

test("what the grammar rejects leaves the rest in doubt", () => {
  const text =
    "class Change < ActiveRecord::Migration[7.1]\n  def change\n    drop_table :a\n    foo(\n  end\nend\n";
  expect(read("", "", text).up).toContain("DROP TABLE a");
});

test("a thousand damaged texts", () => {
  const whole =
    "class A < ActiveRecord::Migration[7.1]\n  def change\n    create_table :a do |t|\n      t.string :b, default: \"x\"\n    end\n    add_index :a, [:b], where: <<~SQL\n      b <> ''\n    SQL\n  end\nend\n";
  const thrown = new Set<string>();
  for (let at = 0; at < whole.length; at++)
    for (const part of ["", "(", "do |x|", '"', "end\n", "#{"])
      try {
        read("", "", `${whole.slice(0, at)}${part}${whole.slice(at + 1)}`);
      } catch (error) {
        thrown.add(String(error));
      }
  // Without its class, a text is none.
  expect([...thrown].filter((one) => one !== "Error: it is no migration")).toEqual([]);
});

describe("SQL in files", () => {
  test.each([
    ["File.read(Rails.root.join('db/sql/all.sql'))"],
    ["Rails.root.join('db', 'sql', 'all.sql').read"],
    ['File.read("#{Rails.root}/db/sql/all.sql")'],
    ["File.read(File.expand_path('../sql/all.sql', __dir__))"],
    ["File.read(File.join(File.dirname(__FILE__), '..', 'sql', 'all.sql'))"],
  ])("execute %s", (expression) => {
    expect(read(`execute ${expression}`).up).toEqual(["DROP TABLE a;"]);
  });

  test.each([
    ["create_view :sales, version: 1", ["CREATE VIEW sales AS SELECT 1 AS a"], ["DROP VIEW sales"]],
    ["create_view :sales", ["CREATE VIEW sales AS SELECT 1 AS a"], ["DROP VIEW sales"]],
    [
      "create_view :sales, version: 2, materialized: true",
      ["CREATE MATERIALIZED VIEW sales AS SELECT 2 AS a"],
      ["DROP MATERIALIZED VIEW sales"],
    ],
    [
      "create_view :sales, version: 2, materialized: { no_data: true }",
      ["CREATE MATERIALIZED VIEW sales AS SELECT 2 AS a WITH NO DATA"],
      ["DROP MATERIALIZED VIEW sales"],
    ],
    [
      "create_view :sales, sql_definition: 'SELECT 3 AS a'",
      ["CREATE VIEW sales AS SELECT 3 AS a"],
      ["DROP VIEW sales"],
    ],
    [
      "update_view :sales, version: 2, revert_to_version: 1",
      ["DROP VIEW sales", "CREATE VIEW sales AS SELECT 2 AS a"],
      ["DROP VIEW sales", "CREATE VIEW sales AS SELECT 1 AS a"],
    ],
    [
      "replace_view :sales, version: 2, revert_to_version: 1",
      ["CREATE OR REPLACE VIEW sales AS SELECT 2 AS a"],
      ["CREATE OR REPLACE VIEW sales AS SELECT 1 AS a"],
    ],
    ["drop_view :sales, revert_to_version: 2", ["DROP VIEW sales"], ["CREATE VIEW sales AS SELECT 2 AS a"]],
    // It makes the indexes again, of which SQL may have made some.
    [
      "update_view :sales, version: 2, revert_to_version: 1, materialized: true",
      ["DROP MATERIALIZED VIEW sales", "CREATE MATERIALIZED VIEW sales AS SELECT 2 AS a", "? CREATE INDEX"],
      ["DROP MATERIALIZED VIEW sales", "CREATE MATERIALIZED VIEW sales AS SELECT 1 AS a", "? CREATE INDEX"],
    ],
    [
      "add_index :sales, :a, unique: true; update_view :sales, version: 2, revert_to_version: 1, materialized: { side_by_side: true }",
      [
        "CREATE UNIQUE INDEX index_sales_on_a ON sales (a)",
        "CREATE MATERIALIZED VIEW sales_next AS SELECT 2 AS a",
        "DROP MATERIALIZED VIEW sales",
        "ALTER MATERIALIZED VIEW sales_next RENAME TO sales",
        "CREATE UNIQUE INDEX index_sales_on_a ON sales (a)",
        "? CREATE INDEX",
      ],
      [
        "CREATE MATERIALIZED VIEW sales_next AS SELECT 1 AS a",
        "DROP MATERIALIZED VIEW sales",
        "ALTER MATERIALIZED VIEW sales_next RENAME TO sales",
        "CREATE UNIQUE INDEX index_sales_on_a ON sales (a)",
        "? CREATE INDEX",
        "DROP INDEX index_sales_on_a",
      ],
    ],
    ["create_view :sales, version: 3", ["? CREATE VIEW"], ["DROP VIEW sales"]],
    ["create_view :sales, 'SELECT 1'", ["? CREATE VIEW"], ["? DROP VIEW"]],
    [
      "update_function :total, version: 2, revert_to_version: 1",
      ["DROP FUNCTION total", "CREATE FUNCTION total() RETURNS int LANGUAGE sql AS 'SELECT 2'"],
      ["DROP FUNCTION total", "CREATE FUNCTION total() RETURNS int LANGUAGE sql AS 'SELECT 1'"],
    ],
    [
      "create_trigger :keep, on: :a",
      ["CREATE TRIGGER keep BEFORE UPDATE ON a FOR EACH ROW EXECUTE FUNCTION kept()"],
      ["DROP TRIGGER keep ON a"],
    ],
  ])("%s", (body, up, down) => {
    const found = read(body);
    expect(found.up).toEqual(up);
    expect(found.down).toEqual(down);
  });

  test("what doesn't name the version before can't be taken back", () => {
    expect(read("drop_view :sales").oneWay).toBe("drop_view without revert_to_version: can't be reversed");
  });
});

describe("what gems generate", () => {
  const column = "def change\n  add_column :a, :b, :text\nend\n";
  const added = ["ALTER TABLE a ADD b text"];
  test.each([
    `base = ActiveRecord::VERSION::MAJOR >= 5 ? ActiveRecord::Migration[4.2] : ActiveRecord::Migration\nclass Change < base\n${column}end\n`,
    `base =\n  if ActiveRecord::VERSION::MAJOR >= 5\n    ActiveRecord::Migration[4.2]\n  else\n    ActiveRecord::Migration\n  end\nclass Change < base\n${column}end\n`,
    `BASE =\n  if ActiveRecord::VERSION::MAJOR >= 5\n    ActiveRecord::Migration[5.2]["#{ActiveRecord::VERSION::MAJOR}.#{ActiveRecord::VERSION::MINOR}"]\n  else\n    ActiveRecord::Migration[5.2]\n  end\nclass Change < BASE\n${column}end\n`,
    `BASE = ActiveRecord::Migration[4.2]\nclass Change < BASE\n${column}end\n`,
    `class Change < (Rails::VERSION::MAJOR < 5 ? ActiveRecord::Migration : ActiveRecord::Migration[5.0])\n${column}end\n`,
    `if ActiveRecord.gem_version >= Gem::Version.new("5.0")\n  class Change < ActiveRecord::Migration[4.2]; end\nelse\n  class Change < ActiveRecord::Migration; end\nend\nChange.class_eval do\n${column}end\n`,
  ])("a superclass for several releases", (text) => {
    const { up, down } = read("", "", text);
    expect(up).toEqual(added);
    expect(down).toEqual(["ALTER TABLE a DROP COLUMN b"]);
  });

  // Before 5.0, timestamps may be NULL.
  test.each(["ApplicationMigration", "FirstMigration", "OldMigration", "MIGRATION_CLASS", "SetMigration"])(
    "a superclass of another file: %s",
    (name) => {
      const body = "def change\n  add_column :a, :b, :text\n  add_timestamps :a\nend\n";
      const { up } = read("", "", `require "bases"\nclass Change < ${name}\n${body}end\n`);
      expect(up[1]).not.toContain("NOT NULL");
      expect(read("", "", `class Change < Other\n${body}end\n`).up[1]).toContain("NOT NULL");
    },
  );

  const columns = ["logo_file_name", "logo_content_type", "logo_file_size", "logo_updated_at"];
  test.each(["add_attachment :a, :logo", "change_table(:a) { |t| t.attachment :logo }"])("%s", (body) => {
    const { up, down } = read(body);
    expect(up).toEqual(
      columns.map((name) => expect.stringContaining(`ALTER TABLE a ADD ${name} `) as string),
    );
    expect(new Set(down)).toEqual(new Set(columns.map((name) => `ALTER TABLE a DROP COLUMN ${name}`)));
  });

  test("a method of the table that no type is named like may define any column", () => {
    expect(read("change_table(:a) { |t| t.monetize :price }").up).toEqual(["? ALTER TABLE"]);
  });
});

test("integers beyond 32 bits keep their value", () => {
  const written = ["4294967295", "4_294_967_296", "0xFFFF_FFFF", "2147483648", "-2147483649", "0o17", "017"];
  expect(read(`execute "SELECT ${written.map((number) => `#{${number}}`).join(", ")}"`).up).toEqual([
    "SELECT 4294967295, 4294967296, 4294967295, 2147483648, -2147483649, 15, 15",
  ]);
});
