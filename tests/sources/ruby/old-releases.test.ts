/** Rails before 5: calls that mean something else there, and advice in the words that it knows. */
import { describe, expect, test } from "vitest";
import { lintProject } from "../../../src/index.ts";
import { memoryFileSystem } from "../../../src/project/files/file-system.ts";

const lint = async (release: string, adapter: string, call: string, before = "") => {
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "Gemfile.lock": `GEM\n  specs:\n    rails (${release})\n    activerecord (${release})\n`,
      "config/application.rb": "module Shop\nend\n",
      "config/database.yml": `production:\n  adapter: ${adapter}\n`,
      "db/migrate/20120101000001_make.rb": `class Make < ActiveRecord::Migration\n  def self.up\n    create_table(:members) { |t| t.integer :role }\n    ${before}\n  end\n  def self.down\n    drop_table :members\n  end\nend\n`,
      "db/migrate/20120101000002_change.rb": `class Change < ActiveRecord::Migration\n  def self.up\n    ${call}\n  end\n  def self.down\n  end\nend\n`,
    }),
  });
  return findings;
};

const rules = async (call: string): Promise<readonly string[]> =>
  (await lint("3.2.22", "postgresql", call))
    .filter(({ file }) => file.includes("change"))
    .map(({ ruleId }) => ruleId);

test("delete_all and update_all take conditions", async () => {
  expect(await rules("Member.delete_all")).toContain("delete-without-where");
  expect(await rules("Member.delete_all(:role => 10)")).not.toContain("delete-without-where");
  expect(await rules('Member.delete_all("role = 10")')).not.toContain("delete-without-where");
  expect(await rules('Member.delete_all(["role = ?", 10])')).not.toContain("delete-without-where");
  expect(await rules('Member.update_all("role = 1")')).toContain("update-without-where");
  expect(await rules('Member.update_all("role = 1", :role => 10)')).not.toContain("update-without-where");
  expect(await rules('Member.update_all({ :role => 1 }, "role = 10")')).not.toContain("update-without-where");
});

test.each([
  ["3.2.22", "postgresql", 'Use `id: false` and, in its block, `t.column :id, "bigserial PRIMARY KEY"`'],
  ["4.1.8", "postgresql", 'Use `id: false` and, in its block, `t.column :id, "bigserial PRIMARY KEY"`'],
  ["4.2.11", "postgresql", "`id: :bigserial`"],
  [
    "4.2.11",
    "mysql2",
    'Use `id: false` and, in its block, `t.column :id, "bigint NOT NULL AUTO_INCREMENT PRIMARY KEY"`',
  ],
  ["5.0.7", "mysql2", "`id: :bigint`"],
])("a key of 64 bits in Rails %s on %s", async (release, adapter, words) => {
  const findings = await lint(release, adapter, "create_table(:comments) { |t| t.text :body }");
  const found = findings.find(
    ({ ruleId, file }) => ruleId === "integer-primary-key" && file.includes("change"),
  );
  expect(found?.instead).toContain(words);
});

test.each([
  ["postgresql", "bigserial PRIMARY KEY"],
  ["mysql2", "bigint NOT NULL AUTO_INCREMENT PRIMARY KEY"],
])("nothing is left to say of such a key on %s", async (adapter, type) => {
  const call = `create_table(:notes, :id => false) { |t| t.column :id, "${type}" }`;
  const findings = await lint("3.2.22", adapter, call);
  expect(findings.filter(({ file }) => file.includes("change")).map(({ ruleId }) => ruleId)).not.toEqual(
    expect.arrayContaining([expect.stringMatching(/primary-key/)]),
  );
});

test("constraints that are added together stay one statement of SQL", async () => {
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "config/application.rb": "module Shop\nend\n",
      "config/database.yml": "production:\n  adapter: postgresql\n",
      "db/migrate/20240101000001_make.rb":
        "class Make < ActiveRecord::Migration[7.0]\n  def change\n    create_table(:codes) { |t| t.string :number; t.string :text }\n  end\nend\n",
      "db/migrate/20240101000002_bind.rb":
        "class Bind < ActiveRecord::Migration[7.0]\n  def change\n    change_table :codes, bulk: true do |t|\n      t.change_null :number, false\n      t.change_null :text, false\n    end\n  end\nend\n",
    }),
  });
  const text = findings.find(({ ruleId }) => ruleId === "set-not-null")?.instead ?? "";
  expect(text).not.toContain('add_check_constraint :codes, "number IS NOT NULL)');
  expect(text).toContain(
    "ALTER TABLE codes ADD CONSTRAINT codes_number_nn CHECK (number IS NOT NULL) NOT VALID, ADD",
  );
  expect(text).toContain('remove_check_constraint :codes, name: "codes_text_nn"');
});

test("advice is written as the Rails at hand runs it", async () => {
  const index = async (release: string, adapter: string) =>
    (await lint(release, adapter, "Member.update_all(:role => 1)")).find(
      ({ ruleId }) => ruleId === "update-without-where",
    )?.instead ?? "";
  for (const adapter of ["postgresql", "mysql2"]) {
    const text = await index("3.0.20", adapter);
    expect(text).toContain("  def self.up\n");
    expect(text).toContain("  def self.down\n");
    expect(text).not.toContain("  disable_ddl_transaction!\n");
    expect(text.includes('execute "COMMIT;"')).toBe(adapter === "postgresql");
    expect(await index("4.2.11", adapter)).toContain("  disable_ddl_transaction!\n");
  }
});

test("before Rails 4, a COMMIT that comes first leaves the transaction", async () => {
  const build = 'execute "CREATE INDEX CONCURRENTLY by_role ON members (role);"';
  expect(await rules(`execute "COMMIT;"\n    ${build}`)).not.toContain("nested-transaction");
  expect(await rules(`execute "SELECT 1;"\n    execute "COMMIT;"\n    ${build}`)).toContain(
    "nested-transaction",
  );
  const own = await lint("4.2.11", "postgresql", `execute "COMMIT;"\n    ${build}`);
  expect(own.map(({ ruleId }) => ruleId)).toContain("nested-transaction");
  const inside = await lint("3.2.22", "postgresql", build);
  expect(inside.find(({ ruleId }) => ruleId === "concurrently-in-transaction")?.instead).toBe(
    'put it alone into a separate migration: execute "COMMIT" before all others',
  );
});

test("before Rails 4, advice for a `change` is written without `reversible`", async () => {
  const lintChange = async (release: string) => {
    const { findings } = await lintProject({
      fs: memoryFileSystem({
        "Gemfile.lock": `GEM\n  specs:\n    rails (${release})\n    activerecord (${release})\n`,
        "config/application.rb": "module Shop\nend\n",
        "config/database.yml": "production:\n  adapter: postgresql\n",
        "db/migrate/20120101000001_make.rb":
          "class Make < ActiveRecord::Migration\n  def change\n    create_table(:members) { |t| t.integer :role }\n    create_table(:fees) { |t| t.integer :sum }\n  end\nend\n",
        "db/migrate/20120101000002_change.rb":
          "class Change < ActiveRecord::Migration\n  def change\n    drop_table :fees\n    rename_column :members, :role, :rank\n    add_column :members, :note, :text\n    execute 'SELECT 1'\n  end\nend\n",
      }),
    });
    return findings.map(({ ruleId, instead = "" }) => `${ruleId}: ${instead}`);
  };
  const old = await lintChange("3.2.22");
  expect(old.join("\n")).not.toMatch(/\breversible do|reversible \{|in `reversible`/);
  const dropped = old.find((one) => one.startsWith("drop-table:"));
  expect(dropped).toContain(
    "# this Rails has no `reversible`: write `up` and `down` in place of `change`; in the up:\nexecute ",
  );
  expect(dropped).toContain("# in the down:\n# execute ");
  expect((await lintChange("4.0.13")).find((one) => one.startsWith("drop-table:"))).toContain(
    "reversible do |dir|",
  );
});

describe("an index is dropped as the Rails at hand can", () => {
  const dropped = async (release: string, call: string): Promise<string> => {
    const findings = await lint(
      release,
      "postgresql",
      call,
      'add_index :members, :role, :name => "by_role"\n    add_index :members, :role',
    );
    const found = findings.find(
      ({ ruleId, file }) => ruleId === "drop-index-without-concurrently" && file.includes("change"),
    );
    return found?.instead ?? "";
  };

  test("below 5.0 by SQL: remove_index takes two arguments, and ignores the algorithm", async () => {
    for (const release of ["3.2.22", "4.2.11"]) {
      const text = await dropped(release, "remove_index :members, :role");
      expect(text).toContain('execute "DROP INDEX CONCURRENTLY IF EXISTS index_members_on_role;"');
      expect(await dropped(release, 'remove_index :members, :name => "by_role"')).toContain(
        'execute "DROP INDEX CONCURRENTLY IF EXISTS by_role;"',
      );
    }
  });

  test("below 6.1, the columns are an option, too", async () => {
    expect(await dropped("5.2.8", "remove_index :members, :role")).toContain(
      "remove_index :members, column: :role, algorithm: :concurrently\n",
    );
    expect(await dropped("6.0.3", "remove_index(:members, [:role])")).toContain(
      "remove_index(:members, column: [:role], algorithm: :concurrently)\n",
    );
    expect(await dropped("5.2.8", 'remove_index :members, { :name => "by_role" }')).toContain(
      'remove_index :members, { :name => "by_role", algorithm: :concurrently }\n',
    );
    expect(await dropped("6.1.6", "remove_index :members, :role")).toContain(
      "remove_index :members, :role, algorithm: :concurrently\n",
    );
  });
});

test("an index is built by SQL where add_index knows no algorithm", async () => {
  const built = async (release: string): Promise<string> =>
    (await lint(release, "postgresql", "add_index :members, :role")).find(
      ({ ruleId }) => ruleId === "index-without-concurrently",
    )?.instead ?? "";
  expect(await built("3.2.22")).toContain('execute \'CREATE INDEX CONCURRENTLY "index_members_on_role"');
  expect(await built("4.0.13")).toContain("add_index :members, :role, algorithm: :concurrently");
});

test.each([
  ["3.1.12", true],
  ["3.2.22", false],
  ["4.0.13", true],
])("whether timestamps of Rails %s can be NULL", async (release, canBeNull) => {
  const findings = await lint(
    release,
    "postgresql",
    "change_column_null :members, :created_at, false",
    "change_table(:members) { |t| t.timestamps }",
  );
  expect(findings.some(({ ruleId }) => ruleId === "set-not-null")).toBe(canBeNull);
});

test.each([
  ["create_table(:plans_tags, :id => false) { |t| t.references :plan; t.references :tag }", "4.0.13"],
  ["create_join_table(:plans, :tags)", "5.2.8"],
])("a key that SQL adds to a table is left out on the SQLite of development: %s", async (call, release) => {
  const adviceFor = async (development: string): Promise<string | undefined> => {
    const { findings } = await lintProject({
      fs: memoryFileSystem({
        "Gemfile.lock": `GEM\n  specs:\n    activerecord (${release})\n`,
        "config/application.rb": "module Shop\nend\n",
        "config/database.yml": `development:\n  adapter: ${development}\nproduction:\n  adapter: mysql2\n`,
        "db/migrate/20140101000001_make.rb": `class Make < ActiveRecord::Migration${release.startsWith("5") ? "[5.2]" : ""}\n  def change\n    ${call}\n  end\nend\n`,
      }),
    });
    return findings.find(({ ruleId }) => ruleId === "table-without-primary-key")?.instead;
  };
  const sent = 'execute "ALTER TABLE plans_tags ADD PRIMARY KEY (plan_id, tag_id)"';
  expect(await adviceFor("mysql2")).toContain(`dir.up { ${sent} }`);
  expect(await adviceFor("sqlite3")).toContain(
    `dir.up { ${sent} unless connection.adapter_name == "SQLite" } }`,
  );
});

test("a table without a key of its own gets one of its columns as the call writes its options", async () => {
  const call = "create_table(:members_tags, :id => false) { |t| t.references :member; t.references :tag }";
  const findings = await lint("5.0.7", "mysql2", call);
  expect(findings.find(({ ruleId }) => ruleId === "table-without-primary-key")?.instead).toContain(
    "`primary_key: %i[member_id tag_id]` in place of `:id => false`",
  );
});

test.each([
  ["4.2.8", "postgresql", "Add `t.primary_key :id` in the block: the installed version takes the first"],
  ["4.2.8", "mysql2", "ADD PRIMARY KEY (member_id, tag_id)"],
  ["5.0.7", "postgresql", "`primary_key: %i[member_id tag_id]`"],
])("before Rails 5.0, PostgreSQL's adapter knows no key of several columns: %s, %s", async (...given) => {
  const [release, adapter, advice] = given;
  const call = "create_table(:members_tags, :id => false) { |t| t.references :member; t.references :tag }";
  const findings = await lint(release, adapter, call);
  expect(findings.find(({ ruleId }) => ruleId === "table-without-primary-key")?.instead).toContain(advice);
});

test("a default keeps its form where the type's name begins like that of a number", async () => {
  const files = (call: string) => ({
    "Gemfile.lock": "GEM\n  specs:\n    activerecord (7.1.0)\n",
    "config/application.rb": "module Shop\nend\n",
    "config/database.yml": "production:\n  adapter: postgresql\n",
    "db/migrate/20240101000001_make.rb": `class Make < ActiveRecord::Migration[7.1]\n  def change\n    create_table(:courses) { |t| ${call} }\n  end\nend\n`,
  });
  for (const call of [
    't.interval :length, default: "0 seconds"',
    't.column :length, :interval, default: "1 day"',
    't.int4range :seats, default: "[1,5)"',
  ]) {
    const { findings } = await lintProject({ fs: memoryFileSystem(files(call)) });
    expect(findings.filter(({ severity }) => severity === "error")).toEqual([]);
  }
});

test.each([
  [
    "3.2.22",
    "remove_column can't be reversed before Rails 4",
    "rename `change` to `up`, and write `def down; add_column :members, :role, :integer; end`",
  ],
  ["4.0.13", "remove_column without a type can't be reversed", "remove_column :members, :role, :integer"],
])("how remove_column of Rails %s gets a way back", async (release, message, instead) => {
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "Gemfile.lock": `GEM\n  specs:\n    activerecord (${release})\n`,
      "config/application.rb": "module Shop\nend\n",
      "config/database.yml": "production:\n  adapter: postgresql\n",
      "db/migrate/20120101000001_make.rb":
        "class Make < ActiveRecord::Migration\n  def change\n    create_table(:members) { |t| t.integer :role }\n  end\nend\n",
      "db/migrate/20120101000002_change.rb":
        "class Change < ActiveRecord::Migration\n  def change\n    remove_column :members, :role\n  end\nend\n",
    }),
  });
  const found = findings.find(({ ruleId }) => ruleId === "missing-rollback");
  expect(found?.message).toContain(message);
  expect(found?.instead?.toLowerCase()).toContain(instead);
});

test.each([
  ["3.2.3", false, false, false],
  ["3.2.22", true, false, false],
  ["4.1.8", true, false, true],
  ["4.0.13", true, true, true],
  ["4.1.9", true, true, true],
  ["5.2.8", true, true, true],
])("what Rails %s renames with a table: sequence %s, key %s, indexes %s", async (release, ...renamed) => {
  const names = ["members_id_seq", "members_pkey", "index_members_on_role"];
  const before = "add_index :members, :role";
  for (const [at, name] of names.entries()) {
    const kind = at === 0 ? "SEQUENCE" : "INDEX";
    const call = `rename_table :members, :people\n    execute "ALTER ${kind} ${name} RENAME TO other"`;
    const found = await lint(release, "postgresql", call, before);
    const isGone = found.some(({ ruleId }) => ruleId === "unknown-object" || ruleId === "unknown-table");
    expect([name, isGone]).toEqual([name, renamed[at]]);
  }
});

test("the version of Rails 2 stands in config/environment.rb, and its Ruby reads no `id: false`", async () => {
  const up = (name: string, call: string): string =>
    `class ${name} < ActiveRecord::Migration\n  def self.up\n    ${call}\n  end\n\n  def self.down\n  end\nend\n`;
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "config/environment.rb":
        "RAILS_GEM_VERSION = '2.3.2' unless defined? RAILS_GEM_VERSION\nrequire File.join(File.dirname(__FILE__), 'boot')\n",
      "config/database.yml": "production:\n  adapter: postgresql\n",
      "db/migrate/20080101000001_make.rb": up("Make", "create_table(:visits) { |t| t.integer :role }"),
      "db/migrate/20090101000002_index.rb": up("Index", "add_index :visits, :role, :name => 'by_role'"),
      "db/migrate/20090301000003_change.rb": up(
        "Change",
        "add_column :visits, :kind, :string, :null => false",
      ),
    }),
  });
  const advice = (rule: string): string => findings.find(({ ruleId }) => ruleId === rule)?.instead ?? "";
  expect(advice("integer-primary-key")).toContain(
    'Use `:id => false` and, in its block, `t.column :id, "bigserial PRIMARY KEY"`, and `:limit => 8` for',
  );
  const all = findings.map(({ instead = "" }) => instead).join("\n");
  expect(all).toContain("add_column :visits, :kind, :string");
  expect(all).not.toMatch(/, \w+: \S/);
});
