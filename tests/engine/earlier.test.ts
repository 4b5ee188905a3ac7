/** Tables that are older than the first migration that is left: what a dump of the schema tells of them. */
import { describe, expect, it } from "vitest";
import { createSession, lintProject, type LintResult } from "../../src/index.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";

const project = {
  "config/database.yml": "production:\n  adapter: postgresql\n",
  "Gemfile.lock": "GEM\n  specs:\n    activerecord (7.1.3)\n",
};

const schema = `ActiveRecord::Schema[7.1].define(version: 2024_05_01_000002) do
  enable_extension "plpgsql"

  create_table "items", force: :cascade do |t|
    t.bigint "user_id"
  end

  create_table "users", id: :serial, force: :cascade do |t|
    t.string "email", limit: 100, null: false
    t.integer "age", null: false
    t.boolean "paid"
    t.index ["age"], name: "index_users_on_age"
  end
end
`;

const structure = `SET statement_timeout = 0;
SELECT pg_catalog.set_config('search_path', '', false);
CREATE TABLE public.users (
    id integer NOT NULL,
    email character varying(100) NOT NULL,
    age integer NOT NULL,
    paid boolean
);
CREATE TABLE public.items (id bigint NOT NULL, user_id bigint);
CREATE SEQUENCE public.users_id_seq;
ALTER TABLE ONLY public.users ALTER COLUMN id SET DEFAULT nextval('public.users_id_seq'::regclass);
ALTER TABLE ONLY public.users ADD CONSTRAINT users_pkey PRIMARY KEY (id);
CREATE INDEX index_users_on_age ON public.users USING btree (age);
`;

const migration = (body: string): string =>
  `class Change < ActiveRecord::Migration[7.1]\n  def up\n${body}\n  end\n\n  def down; end\nend\n`;

const files = (
  dump: Readonly<Record<string, string>>,
  ...bodies: readonly string[]
): Record<string, string> => ({
  ...project,
  ...dump,
  ...Object.fromEntries(
    bodies.map((body, i) => [`db/migrate/2024050100000${i + 1}_change.rb`, migration(body)]),
  ),
});

const messages = ({ findings }: LintResult, rules: RegExp): readonly string[] =>
  findings.filter(({ ruleId }) => rules.test(ruleId)).map(({ message }) => message);

const linted = async (all: Readonly<Record<string, string>>, rules: RegExp): Promise<readonly string[]> =>
  messages(await lintProject({ fs: memoryFileSystem(all) }), rules);

const references = "    create_table(:items) { |t| t.references :user, foreign_key: true }";
const grows = "    change_column :users, :age, :bigint";
const adds = "    add_column :users, :paid, :boolean\n    add_column :users, :age, :integer";

describe.each([
  ["schema.rb", { "db/schema.rb": schema }],
  ["structure.sql", { "db/structure.sql": structure }],
])("a history whose first migrations were deleted, beside %s", (_, dump) => {
  it("knows the columns of the tables that no migration makes", async () => {
    expect(await linted(files(dump, references), /foreign-key-type-mismatch/)).toEqual([
      "user_id is bigint, but users.id is integer",
    ]);
    expect(await linted(files({}, references), /foreign-key-type-mismatch/)).toEqual([]);
  });

  it("takes what a migration adds for new, and what it changes for unknown", async () => {
    expect(await linted(files(dump, adds), /duplicate-object/)).toEqual([]);
    expect(await linted(files(dump, grows), /change-column-type/)).toEqual([
      "rewrites users under ACCESS EXCLUSIVE: an unknown type to bigint",
    ]);
  });

  it("knows indexes that no migration makes", async () => {
    const drops = "    execute 'DROP INDEX index_users_on_age'";
    const rule = /drop-index-without-concurrently/;
    expect(await linted(files(dump, references, drops), rule)).toEqual([
      "takes ACCESS EXCLUSIVE on users: reads and writes wait",
    ]);
    expect(await linted(files({}, references, drops), rule)).toEqual([
      "takes ACCESS EXCLUSIVE on its table: reads and writes wait",
    ]);
  });

  it("doubts what code may have made that isn't followed", async () => {
    const unknown = "    execute(sql_for(:users, :id))";
    expect(await linted(files(dump, `${references}\n${unknown}`), /foreign-key-type-mismatch/)).toEqual([]);
  });

  it("changes nothing where the migrations make everything", async () => {
    const makes = "    create_table(:users) { |t| t.string :email }";
    expect(await linted(files(dump, makes, references), /foreign-key-type-mismatch/)).toEqual([]);
  });
});

describe("a session", () => {
  it("follows a migration that begins to make an older table", async () => {
    const fs = memoryFileSystem(files({ "db/schema.rb": schema }, "    execute 'SELECT 1'", references));
    const session = await createSession({ fs });
    const found = (): readonly string[] => messages(session.lint(), /foreign-key-type-mismatch/);
    expect(found()).toHaveLength(1);
    const first = "db/migrate/20240501000001_change.rb";
    session.update(first, migration("    create_table(:users) { |t| t.string :email }"));
    expect(found()).toEqual([]);
    session.update(first, migration("    execute 'SELECT 2'"));
    expect(found()).toHaveLength(1);
  });
});

describe("a table of schema.rb whose name no migration writes as such", () => {
  const dump = (...tables: readonly string[]): Record<string, string> => ({
    "db/schema.rb": `ActiveRecord::Schema[7.1].define(version: 2024_05_01_000002) do\n${tables
      .map((name) => `  create_table "${name}", force: :cascade do |t|\n  end\n`)
      .join("")}end\n`,
  });
  const typo = "    add_column :typo, :x, :string";

  it.each([
    ["a join table", "    create_join_table :users, :items", "items_users"],
    [
      "one of names that begin alike",
      '    create_join_table("shop_users", "shop_items")',
      "shop_items_users",
    ],
    ["one of parts", '    %w[a b].each { |one| create_table "#{one}_logs" }', "b_logs"],
    ["one with capitals", "    create_table :Colors", "Colors"],
    ["one of SQL", "    execute 'CREATE TABLE shops (id bigint)'", "shops"],
    ["one that is renamed", "    create_table :old\n    rename_table :old, :renewed", "renewed"],
  ])("%s: the history has all", async (_, makes, table) => {
    expect(await linted(files(dump(table), makes, typo), /unknown-table/)).toHaveLength(1);
  });

  it("one that nothing makes: the history begins in the middle", async () => {
    expect(await linted(files(dump("others"), "    create_table :shops", typo), /unknown-table/)).toEqual([]);
  });
});
