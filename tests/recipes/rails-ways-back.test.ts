/** Files of Rails that are advised: what each of them does and takes back. */
import { expect, test } from "vitest";
import { lintProject, memoryFileSystem } from "../../src/index.ts";

const base = `create_table :users do |t|
      t.string :name
      t.decimal :price, precision: 10, scale: 2, default: 0
      t.string :code, null: false
    end
    create_table :posts do |t|
      t.references :user, foreign_key: true
      t.string :title, limit: 40
    end
    add_index :posts, :title`;

const migration = (name: string, body: string): string =>
  `class ${name} < ActiveRecord::Migration[7.1]\n${body}\nend\n`;

const method = (name: string, lines: string): string =>
  `  def ${name}\n${lines.replaceAll(/^ */gm, "    ")}\n  end`;

const up = (lines: string, down?: string): string =>
  [method("up", lines), ...(down === undefined ? [] : [method("down", down)])].join("\n\n");

/** The advice for the second migration, by rule. */
async function adviceFor(body: string, adapter: "mysql2" | "postgresql" = "postgresql") {
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "Gemfile.lock": "GEM\n  specs:\n    activerecord (7.1.2)\n    rails (7.1.2)\n",
      "config/database.yml": `production:\n  adapter: ${adapter}\n`,
      "db/migrate/20240101000000_create_all.rb": migration("CreateAll", method("change", base)),
      "db/migrate/20240201000000_change_it.rb": migration("ChangeIt", body),
    }),
  });
  return (rule: string): readonly string[] =>
    findings.flatMap(({ ruleId, instead }) =>
      ruleId === rule && instead !== undefined ? [instead.replaceAll(/^ +/gm, "")] : [],
    );
}

test("an UPDATE gives the column another value than its default", async () => {
  const advice = await adviceFor(
    up(
      'add_column :users, :kind, :string, default: "old", null: false\nexecute "UPDATE users SET kind = \'new\'"',
      "remove_column :users, :kind",
    ),
  );
  expect(advice("update-without-where")[0]).toContain(
    'add_column :users, :kind, :string, default: "new", null: false\n' +
      "execute \"ALTER TABLE users ALTER COLUMN kind SET DEFAULT 'old';\"",
  );
});

test("MySQL: the way back of the call that drops the foreign key makes it again", async () => {
  const drops = "remove_foreign_key :posts, :users\nremove_column :posts, :user_id";
  for (const body of [
    up(drops, "add_column :posts, :user_id, :bigint\nadd_foreign_key :posts, :users"),
    method("change", drops.replace(":user_id", ":user_id, :bigint")),
  ]) {
    const [advice] = (await adviceFor(body, "mysql2"))("drop-column");
    expect(advice).toContain("def up\nremove_column :posts, :user_id\nend");
    expect(advice).toContain("def down\nadd_column :posts, :user_id, :bigint\nend");
  }
});

test("MySQL: the index of a foreign key is dropped behind its key, or goes with its column", async () => {
  const key = "add_foreign_key :posts, :users, column: :reviewer_id";
  const index = /ALTER TABLE `posts` DROP INDEX/;
  const withColumn = up(
    `add_column :posts, :reviewer_id, :bigint\n${key}`,
    "remove_column :posts, :reviewer_id",
  );
  const [first] = (await adviceFor(withColumn, "mysql2"))("algorithm-copy");
  expect(first).toContain("ADD CONSTRAINT");
  expect(first).not.toMatch(index);
  const alone = up(
    `add_column :posts, :reviewer_id, :bigint\n${key}`,
    "remove_foreign_key :posts, column: :reviewer_id",
  );
  const [second] = (await adviceFor(alone, "mysql2"))("algorithm-copy");
  expect(second).toMatch(/in place of what takes this call back:\n.*DROP FOREIGN KEY.*\n.*DROP INDEX/);
});

test("MySQL: an index that is dropped in a later migration comes back with it", async () => {
  const drop = "remove_index :posts, :title";
  for (const body of [
    up(drop, "add_index :posts, :title"),
    up(`${drop}\nadd_column :posts, :note, :string`, "remove_column :posts, :note\nadd_index :posts, :title"),
    up(drop),
  ]) {
    const [advice] = (await adviceFor(body, "mysql2"))("drop-visible-index");
    expect(advice).toContain("def down\nadd_index :posts, :title\nend");
  }
});

test("a way back that takes no part of the call back is only added to", async () => {
  const drop = "remove_column :users, :name\nadd_column :users, :note, :string";
  const without = (await adviceFor(up(drop, "remove_column :users, :note")))("drop-column")[0];
  expect(without).toContain("# in its down, too:\n# change_column_comment :users, :name, nil");
  const whole = up(drop, "remove_column :users, :note\nadd_column :users, :name, :string");
  expect((await adviceFor(whole))("drop-column")[0]).toContain(
    "# in its down, in place of what takes this call back:",
  );
});

test("a call that doesn't state NOT NULL takes it back where it was dropped, and rows need a value first", async () => {
  for (const call of [
    "remove_column :users, :code, :string",
    "remove_column :users, :code, :string, null: false",
  ]) {
    const advice = (await adviceFor(method("change", call)))("drop-column")[0];
    expect(advice).toContain(
      "def down\nchange_column_comment :users, :code, nil\nexecute \"UPDATE users SET code = '' WHERE code IS NULL;\"\nchange_column_null :users, :code, false\nend",
    );
    expect(advice).toContain("def down\nadd_column :users, :code, :string\nend");
  }
  const differs = async (body: string): Promise<string | undefined> =>
    (await adviceFor(body))("rollback-does-not-reverse")[0];
  const filled =
    "Existing rows have no value of users.code. The rollback has to add it as nullable, fill it, and then set NOT NULL; or to give it a default.";
  expect(await differs(method("change", "remove_column :users, :code, :string"))).toBe(filled);
  expect(await differs(up("remove_column :users, :code", "add_column :users, :code, :string"))).toBe(filled);
  const both = await differs(
    method(
      "change",
      "remove_column :users, :code, :string\nremove_column :posts, :title, :string, limit: 40",
    ),
  );
  expect(both).toMatch(/^State in the call what Rails then brings back/);
  expect(both).toContain(filled);
});

test("what the block of a dropped table leaves out is listed, also what the message has no room for", async () => {
  const advice = (await adviceFor(method("change", "drop_table(:posts) { |t| t.string :body }")))(
    "rollback-does-not-reverse",
  )[0];
  expect(advice).toMatch(/^State in the call what Rails then brings back/);
  expect(advice).toContain("All that differs: ");
  expect(advice).toContain("column posts.title is missing");
});

test("the statements of one line of a block have files of their own", async () => {
  const advice = await adviceFor(
    method(
      "change",
      "change_table :posts do |t|\nt.references :editor, foreign_key: { to_table: :users }\nend",
    ),
  );
  const files = ["foreign-key-without-not-valid", "index-without-concurrently"].map(
    (rule) => /^# (db\/\S+)\n(?:# .*\n)*class (\w+)/m.exec(advice(rule)[0] ?? "")?.slice(1) ?? [],
  );
  expect(files).toEqual([
    ["db/migrate/20240201000400_change_it_5.rb", "ChangeIt5"],
    ["db/migrate/20240201000100_change_it_2.rb", "ChangeIt2"],
  ]);
});

test.each(["mysql2", "postgresql"] as const)("%s: the history knows more of the column", async (adapter) => {
  const body = method("change", "remove_column :users, :price, :decimal\nadd_column :users, :note, :string");
  expect((await adviceFor(body, adapter))("drop-column")[0]).toContain(
    `def down\nadd_column :users, :price, :decimal, precision: 10, scale: 2, default: 0.0\nend`,
  );
});

test("a dropped table comes back with all that the history knows of it, whatever its block says", async () => {
  const whole =
    "def down\ncreate_table :posts do |t|\nt.bigint :user_id\nt.string :title, limit: 40\n" +
    "t.index :user_id\nt.index :title\nt.foreign_key :users, column: :user_id\nend\nend";
  for (const drop of ["", " do |t|\nend", " do |t|\nt.text :body\nend"]) {
    const [advice] = (await adviceFor(method("change", `drop_table :posts, id: :uuid${drop}`)))("drop-table");
    expect(advice).toContain(whole);
  }
  const own = up("drop_table :posts", "create_table :posts do |t|\nt.text :body\nend");
  expect((await adviceFor(own))("drop-table")[0]).toContain(whole);
});

test("MySQL: the swap of a table and its view takes the place of what renames the table back", async () => {
  const advice = await adviceFor(
    up(
      "rename_table :posts, :articles\nadd_column :users, :age, :integer",
      "remove_column :users, :age\nrename_table :articles, :posts",
    ),
    "mysql2",
  );
  expect(advice("rename-table")[0]).toContain(
    "# in its down, in place of what takes this call back:\n" +
      '# execute "ALTER TABLE `articles` RENAME INDEX `index_articles_on_title` TO `index_posts_on_title`;"\n' +
      '# execute "ALTER TABLE `articles` RENAME INDEX `index_articles_on_user_id` TO `index_posts_on_user_id`;"\n' +
      '# execute "RENAME TABLE posts TO posts_view, articles TO posts;"\n' +
      '# execute "DROP VIEW posts_view;"\n',
  );
});

test("before Rails 5.2, one line of a block sends several statements: the advice is for all of them", async () => {
  const old = (name: string, body: string): string =>
    `class ${name} < ActiveRecord::Migration\n${body}\nend\n`;
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "Gemfile.lock": "GEM\n  specs:\n    activerecord (4.2.8)\n    rails (4.2.8)\n",
      "config/database.yml": "production:\n  adapter: postgresql\n",
      "db/migrate/20240101000000_create_all.rb": old("CreateAll", method("change", base)),
      "db/migrate/20240201000000_change_it.rb": old(
        "ChangeIt",
        up(
          'change_table :users do |t|\nt.change :name, :string, null: false, default: ""\nend',
          "raise ActiveRecord::IrreversibleMigration",
        ),
      ),
    }),
  });
  const own = findings.filter(
    ({ file, ruleId }) => /change_it/.test(file) && ruleId !== "lock-without-timeout",
  );
  expect(own.map(({ ruleId }) => ruleId)).toEqual(["set-not-null"]);
  expect(own[0]?.instead).toMatch(
    /^execute 'ALTER TABLE "users" ALTER COLUMN "name" TYPE [^;]*;'\nexecute "ALTER TABLE \\"users\\" ALTER COLUMN \\"name\\" SET DEFAULT '';"\n# in a separate migration/,
  );
});
