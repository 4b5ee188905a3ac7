/** Advice for a migration of Rails, as files that stand beside it. */
import { describe, expect, test } from "vitest";
import { lintProject } from "../../../src/index.ts";
import { memoryFileSystem } from "../../../src/project/files/file-system.ts";

const instead = async (call: string): Promise<string> => {
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "config/application.rb": "module Shop\nend\n",
      "config/database.yml": "production:\n  adapter: postgresql\n",
      "db/migrate/20240201000001_change.rb": `class Change < ActiveRecord::Migration[7.2]\n  def change\n    ${call}\n  end\nend\n`,
    }),
  });
  return findings.find(({ severity }) => severity === "error")?.instead ?? "";
};

const advised = async (call: string): Promise<readonly string[]> =>
  [...(await instead(call)).matchAll(/^# (db\/migrate\/\S+\.rb)\nclass (\w+)/gm)].map(
    ([, path = "", name = ""]) => `${path} ${name}`,
  );

test("what stays in the migration keeps its file: the others have names of their own", async () => {
  const reference = "add_reference :orders, :seller, foreign_key: { to_table: :users }";
  expect(await advised(`add_column :orders, :note, :text\n    ${reference}`)).toEqual([
    "db/migrate/20240201001101_change_2_2.rb Change22",
    "db/migrate/20240201001201_change_2_3.rb Change23",
  ]);
  expect(await advised(reference)).toEqual([
    "db/migrate/20240201000001_change.rb Change",
    "db/migrate/20240201000101_change_2.rb Change2",
    "db/migrate/20240201000201_change_3.rb Change3",
  ]);
});

test("the files of an advice sort in the order of its steps, however near the next migration is", async () => {
  const filesBefore = async (next: string): Promise<readonly string[]> => {
    const { findings } = await lintProject({
      fs: memoryFileSystem({
        "config/application.rb": "module Shop\nend\n",
        "config/database.yml": "production:\n  adapter: postgresql\n",
        "db/migrate/20230201000001_make.rb":
          "class Make < ActiveRecord::Migration[8.0]\n  def change\n    create_table(:users) { |t| t.string :slug }\n  end\nend\n",
        "db/migrate/20240201001000_change.rb":
          "class Change < ActiveRecord::Migration[8.0]\n  def change\n    change_column_null :users, :slug, false\n    add_index :users, :slug\n  end\nend\n",
        [`db/migrate/${next}_next.rb`]:
          "class Next < ActiveRecord::Migration[8.0]\n  def change\n    create_table :logs\n  end\nend\n",
      }),
    });
    const text = findings.find(({ ruleId }) => ruleId === "set-not-null")?.instead ?? "";
    return [...text.matchAll(/^# db\/migrate\/(\d{14})/gm)].map(([, version = ""]) => version);
  };
  expect(await filesBefore("20240201003000")).toEqual(["20240201001100", "20240201001200", "20240201001300"]);
  expect(await filesBefore("20240201001230")).toEqual(["20240201001001", "20240201001002", "20240201001003"]);
});

test("a migration that becomes another one as a whole keeps its name", async () => {
  expect(await advised("add_index :orders, :status")).toEqual(["db/migrate/20240201000001_change.rb Change"]);
});

test("a class without a version, as before Rails 5, is followed by such classes", async () => {
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "Gemfile.lock": "GEM\n  specs:\n    rails (4.2.11)\n    activerecord (4.2.11)\n    pg (0.21.0)\n",
      "config/application.rb": "module Shop\nend\n",
      "config/database.yml": "production:\n  adapter: postgresql\n",
      "db/migrate/20160201000001_change.rb":
        "class Change < ActiveRecord::Migration\n  def change\n    add_index :orders, :status\n  end\nend\n",
    }),
  });
  const text = findings.find(({ ruleId }) => ruleId === "index-without-concurrently")?.instead;
  expect(text).toContain("class Change < ActiveRecord::Migration\n  disable_ddl_transaction!");
});

test.each([
  ["5.0.7.2", 'execute "ALTER TABLE fees ADD CONSTRAINT'],
  ["5.2.8", "add_foreign_key :fees, :taxes, validate: false"],
])("a class without a version has what the installed Rails %s knows", async (release, advised) => {
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "Gemfile.lock": `GEM\n  specs:\n    activerecord (${release})\n    pg (0.21.0)\n`,
      "config/application.rb": "module Shop\nend\n",
      "config/database.yml": "production:\n  adapter: postgresql\n",
      "db/migrate/20160201000001_change.rb":
        "class Change < ActiveRecord::Migration\n  def change\n    add_foreign_key :fees, :taxes\n  end\nend\n",
    }),
  });
  const text = findings.find(({ ruleId }) => ruleId === "foreign-key-without-not-valid")?.instead;
  expect(text).toContain(advised);
  expect(text?.includes("validate: false")).toBe(release === "5.2.8");
});

test("a key that is exchanged gets the name by which the next migrations know it", async () => {
  const way = "on_delete: :nullify";
  const once = await instead(`remove_foreign_key :fees, :taxes\n    add_foreign_key :fees, :taxes, ${way}`);
  expect(once).toContain(
    `add_foreign_key :fees, :taxes, ${way}, name: "fk_rails_d13840b7c2_new", validate: false\n`,
  );
  expect(once).toContain('validate_foreign_key :fees, name: "fk_rails_d13840b7c2_new"');
});

test("a call in a loop isn't repeated: it stands for the others as well", async () => {
  const text = await instead("%i[fees bills].each { |table| add_foreign_key table, :taxes }");
  expect(text).not.toContain("add_foreign_key table");
  expect(text).toContain("add_foreign_key :fees, :taxes, column: :tax_id, validate: false");
  expect(text).toContain("add_foreign_key :bills, :taxes, column: :tax_id, validate: false");
});

test("SQL is marked as safe where strong_migrations would refuse it, and production has it", async () => {
  const advised = async (lock: string, more: Readonly<Record<string, string>> = {}) => {
    const { findings } = await lintProject({
      fs: memoryFileSystem({
        "config/application.rb": "module Shop\nend\n",
        "config/database.yml": "production:\n  adapter: postgresql\n",
        "Gemfile.lock": `GEM\n  specs:\n    activerecord (7.2.1)\n${lock}`,
        "db/migrate/20240201000001_change.rb":
          "class Change < ActiveRecord::Migration[7.2]\n  def change\n    remove_column :users, :note, :text\n  end\nend\n",
        ...more,
      }),
    });
    return findings.find(({ ruleId }) => ruleId === "drop-column")?.instead ?? "";
  };
  const plain = await advised("");
  const marked = await advised("    strong_migrations (2.0.0)\n");
  expect(plain).toContain("    remove_column :users, :note\n");
  expect(plain).not.toContain("safety_assured");
  expect(marked).toContain("    safety_assured { remove_column :users, :note }\n");
  expect(marked.replaceAll(/safety_assured \{ (.*) \}/g, "$1")).toBe(plain);
  // Without the gem, `safety_assured` is an undefined method.
  const gem = "    strong_migrations (2.0.0)\n";
  const others =
    'group :development, :test do\n  gem "rspec"\n  gem "strong_migrations", require: false\nend\n';
  expect(await advised(gem, { Gemfile: others })).toBe(plain);
  expect(await advised(gem, { Gemfile: 'gem "strong_migrations", group: [:development]\n' })).toBe(plain);
  expect(await advised(gem, { Gemfile: 'group :test do\nend\ngem "strong_migrations"\n' })).toBe(marked);
  const both = await advised(gem, {
    "config/initializers/strong_migrations.rb": "StrongMigrations.check_down = true\n",
  });
  expect(both).toBe(marked);
});

// Run with ActiveRecord 6.1: of an identity column schema.rb keeps `default: nil`, and inserts after db:schema:load fail.
test("a key of 64 bits has a sequence in schema.rb, too, and in classes before 5.1", async () => {
  const key = async (adapter: string, call: string) => {
    const { findings } = await lintProject({
      fs: memoryFileSystem({
        "config/application.rb": "module Shop\nend\n",
        "config/database.yml": `production:\n  adapter: ${adapter}\n`,
        "db/migrate/20160201000001_make.rb": `class Make < ActiveRecord::Migration[4.2]\n  def change\n    ${call}\n  end\nend\n`,
      }),
    });
    return findings.find(({ ruleId }) => ruleId === "integer-primary-key")?.instead;
  };
  const table = "create_table(:comments) { |t| t.text :body }";
  expect(await key("postgresql", table)).toMatch(/^Use `id: :bigserial`/);
  expect(await key("mysql2", table)).toMatch(/^Use `id: :bigint`/);
  const sql = 'execute "CREATE TABLE comments (id serial PRIMARY KEY, body text)"';
  expect(await key("postgresql", sql)).toMatch(/^Use `bigserial`/);
});

test("a key of a type that one database has is said to be for that one", async () => {
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      Gemfile: 'gem "pg"\ngem "mysql2"\n',
      "config/application.rb": "module Shop\nend\n",
      "config/database.yml": 'production:\n  adapter: <%= ENV["ADAPTER"] || "postgresql" %>\n',
      "db/migrate/20160201000001_make.rb":
        "class Make < ActiveRecord::Migration[4.2]\n  def change\n    create_table(:comments) { |t| t.text :body }\n  end\nend\n",
    }),
  });
  expect(findings.find(({ ruleId }) => ruleId === "integer-primary-key")?.instead).toMatch(
    / This is for PostgreSQL alone; the project names MySQL, too\.$/,
  );
});

test.each([
  ["4.2", "", "id: :bigserial", true],
  ["7.1", ", id: :integer", "id: :bigint", false],
])("a key of 64 bits in a class of %s, with tests on SQLite", async (version, option, key, isAlone) => {
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "config/application.rb": "module Shop\nend\n",
      "config/database.yml": "test:\n  adapter: sqlite3\nproduction:\n  adapter: postgresql\n",
      "db/migrate/20160201000001_make.rb": `class Make < ActiveRecord::Migration[${version}]\n  def change\n    create_table(:comments${option}) { |t| t.text :body }\n  end\nend\n`,
    }),
  });
  const instead = findings.find(({ ruleId }) => ruleId === "integer-primary-key")?.instead ?? "";
  expect(instead).toContain(`Use \`${key}\``);
  expect(instead.includes("This is for PostgreSQL alone; the project names SQLite, too.")).toBe(isAlone);
});

test("versions that are counted by hand go on being counted, with whatever number of digits", async () => {
  const migration = (name: string, body: string): string =>
    `class ${name} < ActiveRecord::Migration[7.1]\n  def change\n    ${body}\n  end\nend\n`;
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "config/application.rb": "module Shop\nend\n",
      "config/database.yml": "production:\n  adapter: postgresql\n",
      "db/migrate/00000000000001_make.rb": migration("Make", "create_table(:comments) { |t| t.text :title }"),
      "db/migrate/00000000000002_add.rb": migration(
        "Add",
        "add_column :comments, :code, :string\n    add_index :comments, :code",
      ),
    }),
  });
  const instead = findings.find(({ ruleId }) => ruleId === "index-without-concurrently")?.instead ?? "";
  expect(instead).toMatch(/db\/migrate\/000000000000\d\d_add_/);
});

test("a comment of a column, which SQLite's adapter doesn't change", async () => {
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "config/application.rb": "module Shop\nend\n",
      "config/database.yml": "test:\n  adapter: sqlite3\nproduction:\n  adapter: postgresql\n",
      "db/migrate/20240201000001_make.rb":
        "class Make < ActiveRecord::Migration[7.1]\n  def change\n    create_table(:comments) { |t| t.text :title }\n  end\nend\n",
      "db/migrate/20250201000001_drop.rb":
        "class Drop < ActiveRecord::Migration[7.1]\n  def change\n    remove_column :comments, :title, :text\n  end\nend\n",
    }),
  });
  const instead = findings.find(({ ruleId }) => ruleId === "drop-column")?.instead ?? "";
  expect(instead).toContain("change_column_comment");
  expect(instead).toContain("# for PostgreSQL alone: the project names SQLite, too");
});

test.each([
  [
    "drivers of SQLite for development alone",
    "",
    'group :development, :test do\n  gem "sqlite3"\nend\ngem "pg"\n',
    "SQLite",
  ],
  ["a driver that no group has", "", 'gem "sqlite3"\ngem "pg"\n', undefined],
  [
    "a server that production alone has a driver for",
    "production:\n  adapter: postgresql\n",
    'gem "pg"\ngroup :production do\n  gem "mysql2"\nend\n',
    "MySQL",
  ],
  [
    "a driver that the search server has",
    "production:\n  adapter: <%= ENV['ADAPTER'] %>\n",
    'gem "pg"\ngem "mysql2"\ngem "thinking-sphinx"\n',
    undefined,
  ],
])("other databases by %s", async (_, yaml, gems, other) => {
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      Gemfile: gems,
      "config/application.rb": "module Shop\nend\n",
      "config/database.yml": yaml,
      "db/migrate/20160201000001_make.rb":
        "class Make < ActiveRecord::Migration[4.2]\n  def change\n    create_table(:comments) { |t| t.text :body }\n  end\nend\n",
    }),
  });
  const instead = findings.find(({ ruleId }) => ruleId === "integer-primary-key")?.instead ?? "";
  expect(/the project names (\w+), too/.exec(instead)?.[1]).toBe(other);
});

test("a sample of database.yml says which databases a project runs on", async () => {
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      Gemfile: 'gem "pg"\ngem "mysql2"\n',
      "config/application.rb": "module Shop\nend\n",
      "config/database.yml.sample":
        "default: &default\n  adapter: postgresql\ndevelopment:\n  <<: *default\nproduction:\n  <<: *default\n",
      "db/migrate/20160201000001_make.rb":
        "class Make < ActiveRecord::Migration[4.2]\n  def change\n    create_table(:comments) { |t| t.text :body }\n  end\nend\n",
    }),
  });
  const instead = findings.find(({ ruleId }) => ruleId === "integer-primary-key")?.instead;
  expect(instead).toBeDefined();
  expect(instead).not.toContain("the project names");
});

const found = async (body: string, ruleId: string, settings: Readonly<Record<string, string>> = {}) => {
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "config/application.rb": "module Shop\nend\n",
      "config/database.yml": "production:\n  adapter: postgresql\n",
      "db/migrate/20230101000001_make.rb":
        "class Make < ActiveRecord::Migration[7.1]\n  def change\n    create_table(:users) { |t| t.string :name }\n    create_table(:notes) { |t| t.bigint :creator_id; t.text :body }\n  end\nend\n",
      "db/migrate/20240201000001_change.rb": `class Change < ActiveRecord::Migration[7.1]\n${body}end\n`,
      ...settings,
    }),
  });
  return findings.find((one) => one.ruleId === ruleId);
};

test("a column that is dropped is ignored by its model first", async () => {
  const body = "  def change\n    remove_column :notes, :body, :text\n  end\n";
  expect((await found(body, "drop-column"))?.instead).toContain(
    'no longer uses it, with `self.ignored_columns += ["body"]` in its model; then, in a later migration:',
  );
  const old = { "Gemfile.lock": "GEM\n  specs:\n    activerecord (4.2.11)\n" };
  expect((await found(body, "drop-column", old))?.instead).toContain(
    'no longer uses it, with `def self.columns; super.reject { |one| one.name == "body" }; end` in its model; then,',
  );
});

// DROP COLUMN takes the index along, which the reverse of remove_column doesn't make.
test("the way back of a dropped column brings its index back", async () => {
  const index = {
    "db/migrate/20230201000001_index.rb":
      "class Index < ActiveRecord::Migration[7.1]\n  def change\n    add_index :notes, :creator_id, unique: true\n  end\nend\n",
  };
  const body = "  def change\n    remove_column :notes, :creator_id, :bigint\n  end\n";
  expect((await found(body, "drop-column", index))?.instead).toContain(
    "    add_column :notes, :creator_id, :bigint\n    add_index :notes, :creator_id, unique: true\n",
  );
});

// Run with ActiveRecord 7.0: "Table 'notes' has no foreign key for creator_id".
test("a column in the place of the table that a foreign key refers to", async () => {
  const body = (call: string): string =>
    `  def up\n    add_foreign_key :notes, :users, column: :creator_id, validate: false\n  end\n\n  def down\n    ${call}\n  end\n`;
  const wrong = await found(body("remove_foreign_key :notes, :creator_id"), "refused-statement");
  expect(wrong?.message).toContain(
    "takes the second argument for a table: notes has no foreign key to creator_id",
  );
  expect(wrong?.instead).toBe("write `column: :creator_id`");
  for (const right of ["remove_foreign_key :notes, :users", "remove_foreign_key :notes, column: :creator_id"])
    expect(await found(body(right), "refused-statement")).toBeUndefined();
});

// Run with ActiveRecord 7.1: a later migration that holds the index is rolled back first, before the table is there.
test("an index on a table that the same rollback creates needs no CONCURRENTLY", async () => {
  const body =
    "  def up\n    drop_table :notes\n  end\n\n  def down\n    create_table(:notes) { |t| t.text :body }\n    add_index :notes, :body, algorithm: :concurrently\n  end\n";
  expect((await found(body, "concurrently-in-transaction"))?.instead).toBe(
    "leave `algorithm: :concurrently` out: the table is new, so that no write waits for the build",
  );
});

test("the comment in an empty dir.down says why it is empty", async () => {
  const body = (down: string): string =>
    `  def change\n    reversible do |dir|\n      dir.up { execute "UPDATE notes SET body = ''" }\n      dir.down do\n        ${down}\n      end\n    end\n  end\n`;
  expect(await found(body("# nothing"), "missing-rollback")).toBeDefined();
  expect(await found(body("# Do nada; no use to go back"), "missing-rollback")).toBeUndefined();
});

const onMysql = { "config/database.yml": "production:\n  adapter: mysql2\n" };

test("what only other environments run isn't reported of production", async () => {
  const body = (other: string): string =>
    `  def up\n    if Rails.env.staging? || Rails.env.production?\n      puts "pt-online-schema-change"\n    ${other}\n      remove_column :notes, :body\n      remove_column :notes, :creator_id\n    end\n  end\n`;
  expect(await found(body("else"), "not-atomic", onMysql)).toBeUndefined();
  expect((await found(body("end\n    if true"), "not-atomic", onMysql))?.severity).toBe("warning");
});

test("pt-online-schema-change copies the table of a class that uses Departure", async () => {
  const body = (way: string): string =>
    `  ${way}\n  def change\n    change_column :users, :name, :text\n    add_index :notes, :creator_id, unique: true\n  end\n`;
  expect((await found(body(""), "unique-on-existing-rows", onMysql))?.message).toMatch(/^fails if two rows/);
  expect(await found(body(""), "algorithm-copy", onMysql)).toBeDefined();
  for (const way of ["uses_departure!", "uses_departure! if Rails.env.production?"]) {
    expect((await found(body(way), "unique-on-existing-rows", onMysql))?.message).toBe(
      "pt-online-schema-change drops rows of notes that have the same creator_id, or refuses",
    );
    expect(await found(body(way), "algorithm-copy", onMysql)).toBeUndefined();
  }
});

// Run with ActiveRecord 6.1 on PostgreSQL 15, up, down and up again.
test("the way back of an index that moves to a later migration agrees with the migration's own", async () => {
  const body = (up: string, down: string): string => `  def up\n${up}  end\n\n  def down\n${down}  end\n`;
  const column = "    add_column :notes, :more, :text\n";
  const index = (options = ""): string => `    add_index :notes, :creator_id${options}\n`;
  const gone = "    remove_index :notes, :creator_id\n";
  const advice = async (up: string, down: string): Promise<string> =>
    (await found(body(column + up, down), "index-without-concurrently"))?.instead ?? "";
  // The down of rename_column gives the index the name that the next up drops.
  const renamed = await advice(
    `    rename_column :notes, :creator_id, :maker_id\n    add_index :notes, :maker_id\n`,
    "    rename_column :notes, :maker_id, :creator_id\n",
  );
  expect(renamed).toContain("  def down\n    # nothing to undo\n  end");
  expect(renamed).not.toContain("takes back");
  expect(await advice(index(), gone)).toMatch(/takes back add_index$/);
  expect(await advice(index(), "    remove_column :notes, :more\n")).not.toContain("takes back");
  // What is exchanged comes back as it was before the drop.
  const body2 = (down: string): string => body(`${column}${gone}${index(", unique: true")}`, down);
  const before = {
    "db/migrate/20230101000001_make.rb":
      "class Make < ActiveRecord::Migration[7.1]\n  def change\n    create_table(:notes) { |t| t.bigint :creator_id, index: true }\n  end\nend\n",
  };
  const both = (await found(body2(gone + index()), "index-without-concurrently", before))?.instead ?? "";
  expect(both).toMatch(/no longer takes back remove_index and add_index$/);
  const neither = (await found(body2(""), "index-without-concurrently", before))?.instead ?? "";
  for (const one of [both, neither])
    expect(one).toContain("  def down\n    add_index :notes, :creator_id, algorithm: :concurrently\n  end");
  expect(neither).not.toContain("Irreversible");
});

test("the advised migration keeps the file that an engine gave it", async () => {
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "config/application.rb": "module Shop\nend\n",
      "config/database.yml": "production:\n  adapter: postgresql\n",
      "db/migrate/20240201000001_change.blog.rb":
        "class Change < ActiveRecord::Migration[7.1]\n  def change\n    add_index :posts, :title\n  end\nend\n",
    }),
  });
  const text = findings.find(({ ruleId }) => ruleId === "index-without-concurrently")?.instead;
  expect(text).toContain("# db/migrate/20240201000001_change.blog.rb\nclass Change <");
});

test("on MySQL, a comment and an index that is hidden are taken back", async () => {
  const drop = "  def change\n    drop_table(:notes) { |t| t.text :body }\n  end\n";
  const dropped = (await found(drop, "drop-table", onMysql))?.instead;
  expect(dropped).toContain('  def down\n    change_table_comment :notes, ""\n');
});

test("on MySQL, the way back of a table and of one of several columns is that of the migration", async () => {
  const older = "    create_table(:older) { |t| t.text :body }\n    add_index :older, :id\n";
  const both = `  def up\n    drop_table :old\n    drop_table :older\n  end\n\n  def down\n    create_table(:old) { |t| t.text :body }\n${older}  end\n`;
  const table = (await found(both, "drop-table", onMysql))?.instead ?? "";
  expect(table).toMatch(
    / {2}def down\n {4}create_table :older do \|t\|\n {6}t\.text :body\n {4}end\n {4}add_index :older, :id\n/,
  );
  expect(table).not.toContain("Irreversible");
  const columns =
    "  def up\n    remove_column :notes, :body\n    remove_column :notes, :creator_id\n  end\n\n  def down\n    add_column :notes, :creator_id, :bigint\n    add_column :notes, :body, :text\n  end\n";
  expect((await found(columns, "drop-column", onMysql))?.instead).toContain(
    "  def down\n    add_column :notes, :body, :text\n  end",
  );
  const sole =
    "  def up\n    remove_column :notes, :body\n  end\n\n  def down\n    add_column :notes, :body, :text\n  end\n";
  expect((await found(sole, "drop-column", onMysql))?.instead).toMatch(
    /^# in a migration of the release before this one:\n# ddlint-deprecated: notes\.body\n/,
  );
});

test("the gem ar-uuid makes keys and references uuids", async () => {
  const gems = { Gemfile: 'gem "ar-uuid"\n' };
  const key = "  def change\n    add_reference :notes, :user, foreign_key: true\n  end\n";
  expect(await found(key, "foreign-key-type-mismatch", gems)).toBeUndefined();
  const typed = "  def change\n    add_reference :notes, :user, foreign_key: true, type: :bigint\n  end\n";
  expect((await found(typed, "foreign-key-type-mismatch", gems))?.message).toContain("bigint");
  // It stands for the foreign key, too, whose advice is the same: no row of a new column has a value.
  expect((await found(key, "index-without-concurrently", gems))?.instead).toContain(
    "    add_reference :notes, :user, index: false\n    add_foreign_key :notes, :users, column: :user_id, validate: false\n",
  );
});

// Ruby doesn't look for a constant below another one in what surrounds it.
test("what the class of the migration hides is named", async () => {
  const body =
    '  def up\n    User::Admin.where(name: nil).delete_all\n    User.update_all(name: "")\n  end\n';
  expect((await found(body, "live-model-in-migration"))?.instead).toMatch(
    /It hides User::Admin: write ::User::Admin, or where\(type: "User::Admin"\) if that inherits/,
  );
});

test("a class takes the place of a model whose columns are called like methods of ActiveRecord", async () => {
  const body =
    '  def up\n    add_column :notes, :changed, :integer\n    Note.update_all(body: "")\n    eval("User").first.update(name: "")\n  end\n';
  const instead = (await found(body, "live-model-in-migration"))?.instead;
  expect(instead).toContain('class Note < ActiveRecord::Base; self.ignored_columns = ["changed"]; end');
  expect(instead).toContain("What `eval` finds by name stays the application's");
});

describe("a statement_timeout of config/database.yml", () => {
  const index = "  def change\n    add_index :notes, :body\n  end\n";
  const replica =
    "  replica:\n    adapter: postgresql\n    replica: true\n    variables:\n      statement_timeout: 60000\n";
  const timed = async (yaml: string) =>
    (await found(index, "index-without-concurrently", { "config/database.yml": yaml }))?.instead?.includes(
      "that of config/database.yml",
    );

  test("of the connection counts", async () => {
    expect(
      await timed(
        "production:\n  primary:\n    adapter: postgresql\n    variables:\n      statement_timeout: 60000\n",
      ),
    ).toBe(true);
  });
  test("of a replica doesn't", async () => {
    expect(await timed(`production:\n  primary:\n    adapter: postgresql\n${replica}`)).toBe(false);
  });
});

test("a reference in a block keeps its place there, without what moves behind it", async () => {
  const body =
    "  def change\n    change_table :notes do |t|\n      t.references :user, foreign_key: { to_table: :users }\n    end\n  end\n";
  expect((await found(body, "foreign-key-without-not-valid"))?.instead).toMatch(
    /^# in the block of this migration: t\.references :user\n# and behind the block:\nadd_foreign_key :notes, :users, column: :user_id, validate: false\n/,
  );
  expect((await found(body, "index-without-concurrently"))?.instead).toContain(
    "# in the block of this migration: t.references :user, foreign_key: { to_table: :users }, index: false\n",
  );
});

const advisedIn = async (adapter: string, second: string, rule: string): Promise<string> => {
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "Gemfile.lock": "GEM\n  specs:\n    activerecord (7.2.1)\n",
      "config/application.rb": "module Shop\nend\n",
      "config/database.yml": `production:\n  adapter: ${adapter}\n`,
      "db/migrate/20240101000001_create_orders.rb": `class CreateOrders < ActiveRecord::Migration[7.2]\n  def change\n    create_table(:orders) { |t| t.integer :level }\n${adapter === "postgresql" ? `    execute "CREATE TYPE levels AS ENUM ('low')"\n` : ""}  end\nend\n`,
      "db/migrate/20240201000001_change.rb": `class Change < ActiveRecord::Migration[7.2]\n${second}\nend\n`,
    }),
  });
  return findings.find(({ ruleId }) => ruleId === rule)?.instead ?? "";
};

test("on MySQL, too, the rename of a table is taken back by the migration that does it", async () => {
  const text = await advisedIn(
    "mysql2",
    "  def change\n    rename_table :orders, :sales\n  end",
    "rename-table",
  );
  const [first = "", second = ""] = text.split("# deploy the version");
  expect(first).toContain(
    '  def down\n    execute "RENAME TABLE orders TO orders_view, sales TO orders;"\n    execute "DROP VIEW orders_view;"\n  end',
  );
  expect(second).toContain('  def down\n    execute "CREATE VIEW orders AS SELECT * FROM sales;"\n  end');
});

test("the version that uses a renamed column alone ignores the old one", async () => {
  const body = "  def change\n    rename_column :orders, :level, :rank\n  end";
  expect(await advisedIn("postgresql", body, "rename-column")).toContain(
    '# deploy the version that uses only rank, with `self.ignored_columns += ["level"]` in its model; then,',
  );
});

test("the rollback of a column that gets another type keeps the old one", async () => {
  const up = "    remove_column :orders, :level, :integer\n    add_column :orders, :level, :levels";
  const down = "    remove_column :orders, :level\n    add_column :orders, :level, :integer";
  const text = await advisedIn(
    "postgresql",
    `  def up\n${up}\n  end\n\n  def down\n${down}\n  end`,
    "drop-column",
  );
  expect(text).toContain(
    '# in the rollback, ALTER TABLE orders DROP COLUMN level_new; takes the place of: DROP COLUMN "level"; ADD "level" integer\n',
  );
});

test("advice for a line of a block that is one statement takes the place of the block", async () => {
  const body =
    "  def change\n    change_table :orders, bulk: true do |t|\n      t.remove :level, type: :integer\n      t.string :rank\n    end\n  end";
  const text = await advisedIn("postgresql", body, "drop-column");
  expect(text).toMatch(/^# in place of the whole change_table block:\nreversible do \|dir\|\n/);
  expect(text).toContain("add_column :orders, :rank, :string");
});

test("what refuses to be taken back does so where it has moved to", async () => {
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "config/application.rb": "module Shop\nend\n",
      "config/database.yml": "production:\n  adapter: postgresql\n",
      "db/migrate/20240201000001_change.rb":
        "class Change < ActiveRecord::Migration[7.2]\n  def up\n    drop_table :orders\n  end\n\n  def down\n    raise ActiveRecord::IrreversibleMigration\n  end\nend\n",
    }),
  });
  const text = findings.find(({ ruleId }) => ruleId === "drop-table")?.instead ?? "";
  expect(text.slice(text.indexOf("drop_table"))).toContain("raise ActiveRecord::IrreversibleMigration");
  expect(text).not.toContain("nothing to undo");
});

test("an index that comes with a reference is left out of its call", async () => {
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "config/application.rb": "module Shop\nend\n",
      "config/database.yml": "production:\n  adapter: postgresql\n",
      "db/migrate/20240201000001_change.rb":
        "class Change < ActiveRecord::Migration[7.2]\n  def change\n    create_table :tips do |t|\n      t.references :shop\n      t.integer :rank\n      t.index %i[shop_id rank]\n    end\n  end\nend\n",
    }),
  });
  expect(findings.find(({ ruleId }) => ruleId === "redundant-index")?.instead).toBe("Pass `index: false`.");
});

describe("what a rollback by `down` keeps", () => {
  const adviceFor = async (rule: string, up: string, down: string): Promise<string> => {
    const { findings } = await lintProject({
      fs: memoryFileSystem({
        "config/application.rb": "module Shop\nend\n",
        "config/database.yml": "production:\n  adapter: postgresql\n",
        "db/migrate/20230201000001_create.rb":
          "class Create < ActiveRecord::Migration[7.1]\n  def change\n    create_table :companies\n    create_table :accounts do |t|\n" +
          "      t.references :company, foreign_key: true\n      t.string :ownerName\n      t.string :ownerTown\n    end\n  end\nend\n",
        "db/migrate/20240201000002_change.rb": `class Change < ActiveRecord::Migration[7.1]\n  def up\n    ${up}\n  end\n\n  def down\n    ${down}\n  end\nend\n`,
      }),
    });
    return findings.find(({ ruleId }) => ruleId === rule)?.instead ?? "";
  };
  const reference = ":accounts, :company, foreign_key: true";
  const copies = "Account.find_each { |one| one.update(owner_id: one.company_id) }\n    ";
  const restores = "Account.find_each { |one| one.update(company_id: one.owner_id) }";

  test("a reference comes back with its foreign key", async () => {
    const text = await adviceFor(
      "drop-column",
      `${copies}remove_reference ${reference}`,
      `add_reference ${reference}\n    ${restores}`,
    );
    expect(text).toMatch(
      /def down\n.*add_column :accounts, :company_id, :bigint\n.*\n.*add_foreign_key :accounts, :companies/,
    );
    expect(text.split("\n").at(-1)).toMatch(/^# in the rollback, .* FOREIGN KEY /);
  });

  test("values that code puts back are left to it", async () => {
    const text = await adviceFor(
      "drop-locks-referenced-table",
      `${copies}remove_reference ${reference}`,
      `add_reference ${reference}\n    ${restores}`,
    );
    expect(text).not.toContain("IrreversibleMigration");
    expect(text).toMatch(
      /def down\n.*add_column :accounts, :company_id, :bigint\n.*\n.*add_foreign_key :accounts, :companies/,
    );
  });

  test("of a loop that renames, the others are written out", async () => {
    const loop = (from: string, to: string): string =>
      `[%w[ownerName owner_name], %w[ownerTown owner_town]].each { |old, new| rename_column :accounts, ${from}, ${to} }`;
    const text = await adviceFor("rename-column", loop("old", "new"), loop("new", "old"));
    expect(text).toContain(
      '# in its down, in place of what takes this call back:\n# execute \'ALTER TABLE "accounts" RENAME COLUMN "owner_town" TO "ownerTown";\'\n# execute \'DROP TRIGGER ',
    );
  });
});

test("a column and an index are written as Rails does", async () => {
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "config/application.rb": "module Shop\nend\n",
      "config/database.yml": "production:\n  adapter: postgresql\n",
      "db/migrate/20230201000001_create.rb":
        "class Create < ActiveRecord::Migration[7.1]\n  def change\n    create_table :users\n    create_table :courses\n    create_table :lessons\n  end\nend\n",
      "db/migrate/20240201000002_change.rb":
        'class Change < ActiveRecord::Migration[7.1]\n  def change\n    add_column :courses, :code, :string, default: "x", limit: 20\n    change_column_null :courses, :code, false\n' +
        "    create_table(:reports) { |t| t.bigint :user_id }\n    add_foreign_key :reports, :users\n" +
        "    add_column :lessons, :link, :string, null: false\n    add_column :lessons, :place, :point, null: false\n  end\nend\n",
    }),
  });
  const adviceOf = (rule: string, at = 0): string =>
    findings.filter(({ ruleId }) => ruleId === rule)[at]?.instead ?? "";
  expect(adviceOf("set-not-null")).toBe(
    '# in place of the ADD COLUMN and of this:\nadd_column :courses, :code, :string, default: "x", limit: 20, null: false',
  );
  expect(adviceOf("foreign-key-without-index")).toBe("# after this call:\nadd_index :reports, :user_id");
  expect(adviceOf("add-column-not-null")).toMatch(
    /\nadd_column :lessons, :link, :string, default: "", null: false\n/,
  );
  // A type that other databases have otherwise.
  expect(adviceOf("add-column-not-null", 1)).toContain('execute "ALTER TABLE lessons ADD COLUMN place');
});

test("of a migration of one heredoc, the down keeps what no later step takes back", async () => {
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "config/application.rb": "module Shop\nend\n",
      "config/database.yml": "production:\n  adapter: postgresql\n",
      "db/migrate/20240101000001_make.rb":
        "class Make < ActiveRecord::Migration[8.0]\n  def change\n    create_table(:meals) { |t| t.text :name }\n  end\nend\n",
      "db/migrate/20240201000001_search.rb": `class Search < ActiveRecord::Migration[8.0]
  def up
    execute <<-SQL
      ALTER TABLE meals ADD COLUMN words tsvector;
      UPDATE meals SET words = to_tsvector(name);
      CREATE INDEX meals_words ON meals USING gin(words);
      CREATE OR REPLACE FUNCTION meals_words() RETURNS trigger AS $$ begin new.words := to_tsvector(new.name); return new; end $$ LANGUAGE plpgsql;
      CREATE TRIGGER meals_words BEFORE INSERT OR UPDATE ON meals FOR EACH ROW EXECUTE FUNCTION meals_words();
    SQL
  end

  def down
    execute <<-SQL
      DROP TRIGGER IF EXISTS meals_words ON meals;
      DROP FUNCTION IF EXISTS meals_words();
      DROP INDEX IF EXISTS meals_words;
      ALTER TABLE meals DROP COLUMN words;
    SQL
  end
end
`,
    }),
  });
  for (const rule of ["update-without-where", "index-without-concurrently"]) {
    const text = findings.find(({ ruleId }) => ruleId === rule)?.instead ?? "";
    const [, down] = /^class Search <[^]*?\n {2}def down\n([^]*?)\n {2}end\n/m.exec(text) ?? [];
    expect(down).toBe(
      [
        '    execute "DROP TRIGGER IF EXISTS meals_words ON meals;"',
        '    execute "DROP FUNCTION IF EXISTS meals_words();"',
        "    remove_column :meals, :words",
      ].join("\n"),
    );
  }
});

test("of a partitioned table, each partition gets the index by its own name", async () => {
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "config/application.rb": "module Shop\nend\n",
      "config/database.yml": "production:\n  adapter: postgresql\n",
      "db/migrate/20230201000001_make.rb":
        'class Make < ActiveRecord::Migration[8.0]\n  def up\n    execute "CREATE TABLE notes (id bigint, type text) PARTITION BY LIST (type)"\n    execute "CREATE TABLE issue_notes PARTITION OF notes FOR VALUES IN (\'issue\')"\n  end\n  def down\n    drop_table :notes\n  end\nend\n',
      "db/migrate/20240201001000_change.rb":
        "class Change < ActiveRecord::Migration[8.0]\n  def change\n    add_index :notes, :type\n  end\nend\n",
    }),
  });
  const text = findings.find(({ ruleId }) => ruleId === "index-without-concurrently")?.instead ?? "";
  expect(text).toContain(
    'add_index :issue_notes, :type, name: "issue_notes_type_idx", algorithm: :concurrently',
  );
  expect(text).not.toContain("add_index :notes, :type, algorithm");
});

test("the class in place of a model declares what its values and rows depend on", async () => {
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "config/application.rb": "module Shop\nend\n",
      "config/database.yml": "production:\n  adapter: postgresql\n",
      "app/models/cluster.rb": `class Cluster < ApplicationRecord
  KINDS = { small: 0 }.freeze
  self.table_name = "server_clusters"
  enum :status, {
    starting: 0,
    running: 1
  }
  enum :kind, KINDS
  enum region: { north: 0 }
  encrypts :status, :secret
  acts_as_paranoid column: :destroyed_at
  default_scope { order(:position) }
  default_scope { where(deleted_at: nil) }
end
`,
      "db/migrate/20240201000001_make.rb":
        "class Make < ActiveRecord::Migration[7.2]\n  def change\n    create_table(:server_clusters) { |t| t.integer :status, :kind; t.datetime :deleted_at }\n  end\nend\n",
      "db/migrate/20240201000002_fill.rb":
        "class Fill < ActiveRecord::Migration[7.2]\n  def up\n    Cluster.update_all(status: :running)\n    Node.update_all(kind: :big)\n  end\nend\n",
    }),
  });
  const text = findings.find(({ ruleId }) => ruleId === "live-model-in-migration")?.instead ?? "";
  expect(text).toContain(
    'class Cluster < ActiveRecord::Base; self.table_name = "server_clusters"; enum :status, { starting: 0, running: 1 }; ' +
      "default_scope { where(deleted_at: nil) }; end",
  );
  // A declaration of a column that comes later fails there.
  expect(text).not.toContain("region");
  expect(text).not.toContain("paranoid");
  expect(text).not.toContain("position");
  expect(text).toContain("Copy enum kind, encrypts status of app/models/cluster.rb");
  expect(text).toContain(
    "Copy the enums, default scopes and types of attributes of Node, whose file can't be read",
  );
});

test("of a table that isn't known as a whole, columns of the model may come later", async () => {
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "config/application.rb": "module Shop\nend\n",
      "config/database.yml": "production:\n  adapter: postgresql\n",
      "app/models/order.rb": "class Order < ApplicationRecord\n  enum :status, { open: 0 }\nend\n",
      "db/migrate/20240201000002_fill.rb":
        "class Fill < ActiveRecord::Migration[7.2]\n  def up\n    Order.open.update_all(paid: true)\n  end\nend\n",
    }),
  });
  const text = findings.find(({ ruleId }) => ruleId === "live-model-in-migration")?.instead ?? "";
  expect(text).toContain("class Order < ActiveRecord::Base; end");
  expect(text).toContain(
    "Copy enum status of app/models/order.rb (as far as the table has these columns here)",
  );
});

// By the source of 3.2: with whitelist_attributes, every model without words of its own gets an empty list.
test("the class in place of a model takes what the model lets calls give it", async () => {
  const instead = async (whitelists: boolean) => {
    const { findings } = await lintProject({
      fs: memoryFileSystem({
        "Gemfile.lock": "GEM\n  specs:\n    activerecord (3.2.22)\n",
        "config/application.rb": `module Shop\n  config.active_record.whitelist_attributes = ${whitelists}\nend\n`,
        "config/database.yml": "production:\n  adapter: postgresql\n",
        "app/models/order.rb": "class Order < ActiveRecord::Base\n  attr_accessible :number, :shop_id\nend\n",
        "app/models/shop.rb": "class Shop < ActiveRecord::Base\nend\n",
        "db/migrate/20120101000002_fill.rb":
          "class Fill < ActiveRecord::Migration\n  def up\n    Order.create(:number => 1, :shop_id => Shop.find_by_name('x').id)\n  end\nend\n",
      }),
    });
    return findings.find(({ ruleId }) => ruleId === "live-model-in-migration")?.instead ?? "";
  };
  expect(await instead(true)).toContain(
    "class Order < ActiveRecord::Base; attr_accessible :number, :shop_id; end",
  );
  expect(await instead(false)).toContain("class Order < ActiveRecord::Base; end");
  expect(await instead(true)).toContain("class Shop < ActiveRecord::Base; end");
});

/** What takes the place of a model, by the model and what a migration does with it. */
async function insteadOf(model: string, body: string, release = "7.2.2"): Promise<string> {
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "Gemfile.lock": `GEM\n  specs:\n    activerecord (${release})\n`,
      "config/application.rb": "module Shop\nend\n",
      "config/database.yml": "production:\n  adapter: postgresql\n",
      "app/models/member.rb": `class Member < ApplicationRecord\n${model}end\n`,
      "db/migrate/20240201000001_make.rb":
        "class Make < ActiveRecord::Migration[7.2]\n  def change\n    create_table(:members) { |t| t.string :email, :digest; t.integer :status, :shop_id; t.boolean :alive }\n  end\nend\n",
      "db/migrate/20240201000002_fill.rb": `class Fill < ActiveRecord::Migration[7.2]\n  def up\n    ${body}\n  end\nend\n`,
    }),
  });
  return findings.find(({ ruleId }) => ruleId === "live-model-in-migration")?.instead ?? "";
}

test("the class in place of a model needs no enum that the code doesn't use, and no scope that only loads", async () => {
  const model =
    "  enum :status, { active: 0, on_hold: 1 }\n  default_scope { includes(address: :city) }\n  default_scope { where(alive: true) }\n";
  const unused = await insteadOf(model, "Member.find_each { |one| one.update_column(:alive, true) }");
  expect(unused).toContain("class Member < ActiveRecord::Base; default_scope { where(alive: true) }; end");
  expect(unused).not.toContain("Copy");
  for (const body of [
    "Member.where(alive: nil).update_all(status: 1)",
    "Member.find_each { |one| one.update_column(:alive, true) if one.active? }",
    "Member.update_all(alive: Member.statuses[:x])",
    'Member.create!(CSV.parse("a").first)',
  ])
    expect(await insteadOf(model, body)).toContain("enum :status, { active: 0, on_hold: 1 };");
});

// Run with ActiveRecord 6.1: without it, the rows store "Fill::Member".
test("rows that store the name of the class get the name of the model", async () => {
  const model =
    "  has_rich_text :bio\n  has_one_attached :avatar\n  has_many :notes, as: :owner, dependent: :destroy\n  has_many :pets, -> { order(:name) }, as: :keeper\n";
  const one = await insteadOf(model, "Member.find_each { |one| one.update(bio: one.digest) }");
  expect(one).toContain(
    'class Member < ActiveRecord::Base; has_rich_text :bio; def self.polymorphic_name; "Member"; end; end',
  );
  expect(one).not.toMatch(/avatar|column of|notes/);
  expect(await insteadOf(model, "Member.find_each { |one| one.notes.create!(body: one.digest) }")).toContain(
    'has_many :notes, as: :owner, dependent: :destroy; def self.polymorphic_name; "Member"; end;',
  );
  const byHand = await insteadOf(model, "Member.find_each { |one| one.pets.create!(name: one.digest) }");
  expect(byHand).toContain(
    'class Member < ActiveRecord::Base; def self.polymorphic_name; "Member"; end; end',
  );
  expect(byHand).toContain("Copy has_many pets of app/models/member.rb");
  expect(await insteadOf(model, "Member.update_all(alive: true)")).not.toContain("polymorphic_name");
  expect(
    await insteadOf(model, "Member.find_each { |one| one.notes.create!(body: one.digest) }", "5.1.7"),
  ).toContain("Write notes of Member by SQL: a class of the migration would store its own name there");
});

test("what a call gives a model that is no column needs what defines it", async () => {
  const model = "  devise :database_authenticatable\n  belongs_to :shop\n";
  expect(
    await insteadOf(model, 'Member.create!(email: "a@example.com", password: "x", shop: nil)'),
  ).toContain(
    "password isn't a column of members: copy what makes Member take it (devise of app/models/member.rb), or set the columns themselves",
  );
  expect(await insteadOf(model, 'Member.create!(email: "a@example.com", digest: "x")')).not.toContain(
    "a column of",
  );
});

test.each([
  ["config.load_defaults 7.2", true],
  ["config.active_record.schema_format = :sql", false],
])("a dump in Ruby keeps no triggers: %s", async (setting, says) => {
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "config/application.rb": `module Shop\n  ${setting}\nend\n`,
      "config/database.yml": "production:\n  adapter: postgresql\n",
      "db/schema.rb": "ActiveRecord::Schema[7.2].define(version: 2024_02_01_000002) do\nend\n",
      "db/migrate/20230201000001_make.rb":
        "class Make < ActiveRecord::Migration[7.2]\n  def change\n    create_table(:orders) { |t| t.string :status }\n  end\nend\n",
      "db/migrate/20240201000002_rename.rb":
        "class Rename < ActiveRecord::Migration[7.2]\n  def change\n    rename_column :orders, :status, :state\n  end\nend\n",
    }),
  });
  const text = findings.find(({ ruleId }) => ruleId === "rename-column")?.instead ?? "";
  expect(text).toContain("CREATE TRIGGER");
  expect(text.includes("db/schema.rb keeps no triggers")).toBe(says);
});
