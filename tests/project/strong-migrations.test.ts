/** Settings of strong_migrations in a project of Rails. */
import { expect, test } from "vitest";
import { lintProject, type LintResult } from "../../src/index.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";

const migration = (name: string, column: string): string =>
  `class ${name} < ActiveRecord::Migration[7.1]\n  def change\n    remove_column :users, :${column}, :text\n  end\nend\n`;

const linted = (settings: string): Promise<LintResult> =>
  lintProject({
    fs: memoryFileSystem({
      "config/application.rb": "module Shop\nend\n",
      "config/database.yml": "production:\n  adapter: postgresql\n",
      "config/initializers/strong_migrations.rb": settings,
      "db/migrate/20240101000001_first.rb": migration("First", "a"),
      "db/migrate/20240201000001_second.rb": migration("Second", "b"),
    }),
  });

const reported = ({ findings }: LintResult): readonly string[] =>
  findings.filter(({ ruleId }) => ruleId === "drop-column").map(({ file }) => file);

test("migrations up to start_after are replayed, and not reported", async () => {
  const all = ["db/migrate/20240101000001_first.rb", "db/migrate/20240201000001_second.rb"];
  expect(reported(await linted(""))).toEqual(all);
  expect(reported(await linted("StrongMigrations.start_after = 2024_01_15_000000\n"))).toEqual(all.slice(1));
  expect(reported(await linted("StrongMigrations.start_after = 20240301000000\n"))).toEqual([]);
  expect(reported(await linted("StrongMigrations.start_after = 20230101000000\n"))).toEqual(all);
  expect(reported(await linted("# StrongMigrations.start_after = 20240301000000\n"))).toEqual(all);
});

test("target_version is the version of the server", async () => {
  const version = async (settings: string): Promise<string | undefined> =>
    (await linted(settings)).histories[0]?.serverVersion;
  expect(await version("StrongMigrations.target_version = 14\n")).toBe("14");
  expect(await version('StrongMigrations.target_postgresql_version = "15"\n')).toBe("15");
  expect(await version('StrongMigrations.target_mysql_version = "8.0.12"\n')).toBeUndefined();
});

const waitsFor = async (yaml: string, settings = "", change = ""): Promise<boolean> => {
  const isMysql = yaml.includes("mysql2");
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "config/application.rb": "module Shop\nend\n",
      "config/database.yml": yaml,
      "config/initializers/strong_migrations.rb": settings,
      Gemfile: `gem "${isMysql ? "mysql2" : "pg"}"\n`,
      "db/migrate/20240101000001_first.rb": migration("First", "a").replace(
        "remove_column",
        `${change}\n    remove_column`,
      ),
    }),
  });
  return findings.some(({ ruleId }) => ruleId === "lock-without-timeout");
};

test("the variables of the production's connection bound the wait for a lock", async () => {
  const given = (line: string, adapter = "postgresql"): string =>
    `default: &default\n  adapter: ${adapter}\n  variables:\n    # of all sessions\n    ${line}\n\nproduction:\n  <<: *default\n  database: shop\n`;
  for (const line of [
    "lock_timeout: 5s",
    'lock_timeout: <%= ENV["LOCK_TIMEOUT"] || 4000 %>',
    "statement_timeout: 5000",
    'statement_timeout: <%= ENV.fetch("STATEMENT_TIMEOUT") { "30s" } %> # ms',
    "statement_timeout: <%= Settings.timeout %>",
  ])
    expect([line, await waitsFor(given(line))]).toEqual([line, false]);
  expect(await waitsFor(given("statement_timeout: 0"))).toBe(true);
  expect(await waitsFor(given('statement_timeout: <%= ENV["X"] || 0 %>'))).toBe(true);
  expect(await waitsFor(given("statement_timeout: 5000"), "", 'execute "SET statement_timeout = 0"')).toBe(
    true,
  );
  expect(await waitsFor(given("lock_wait_timeout: 5", "mysql2"))).toBe(false);
  // It is for locks of rows.
  expect(await waitsFor(given("innodb_lock_wait_timeout: 5", "mysql2"))).toBe(true);
  // The server never hears of it.
  expect(
    await waitsFor("production:\n  adapter: postgresql\n  statement_timeout: 5000\n  variables:\n    a: 1\n"),
  ).toBe(true);
  const elsewhere = "test:\n  adapter: postgresql\n  variables:\n    statement_timeout: 5000\n";
  expect(await waitsFor(`${elsewhere}\nproduction:\n  adapter: postgresql\n`)).toBe(true);
  expect(
    await waitsFor("production:\n  adapter: postgresql\n  variables: { statement_timeout: 5000, a: 1 }\n"),
  ).toBe(false);
  expect(await waitsFor('production:\n  adapter: postgresql\n  options: "-c lock_timeout=5s"\n')).toBe(false);
  expect(
    await waitsFor('production:\n  adapter: mysql2\n  init_command: "SET SESSION lock_wait_timeout=5"\n'),
  ).toBe(false);
});

test("lock_timeout is in force for all migrations", async () => {
  const waits = async (settings: string): Promise<boolean> =>
    (await linted(settings)).findings.some(({ ruleId }) => ruleId === "lock-without-timeout");
  expect(await waits("StrongMigrations.lock_timeout = 10.seconds\n")).toBe(false);
  expect(await waits("StrongMigrations.lock_timeout = 10\n")).toBe(false);
  expect(await waits('StrongMigrations.lock_timeout = ENV.fetch("LOCK_TIMEOUT", 10)\n')).toBe(false);
  expect(await waits("StrongMigrations.statement_timeout = 1.hour\n")).toBe(false);
  expect(await waits("# StrongMigrations.lock_timeout = 10.seconds\n")).toBe(true);
});

// checks.rb and safe_methods.rb of 2.x: these calls commit, and then run concurrently or validate apart.
test("with safe_by_default, calls block nobody", async () => {
  const calls = [
    "add_index :users, :mail",
    "add_reference :users, :team, foreign_key: true",
    "add_foreign_key :users, :plans",
    'add_check_constraint :users, "age > 0", name: "users_age"',
    "change_column_null :users, :mail, false",
  ];
  const ids = async (settings: string, gem: string): Promise<readonly string[]> => {
    const { findings } = await lintProject({
      fs: memoryFileSystem({
        "config/application.rb": "module Shop\nend\n",
        "config/database.yml": "production:\n  adapter: postgresql\n",
        "config/initializers/strong_migrations.rb": settings,
        Gemfile: gem,
        "Gemfile.lock": "GEM\n  specs:\n    activerecord (7.2.1)\n    strong_migrations (2.0.0)\n",
        "db/migrate/20240101000001_users.rb":
          "class Users < ActiveRecord::Migration[7.1]\n  def change\n    create_table(:teams)\n    create_table(:plans)\n    create_table(:users) do |t|\n      t.string :mail\n      t.integer :age\n      t.bigint :plan_id\n    end\n    add_index :users, :age\n  end\nend\n",
        ...Object.fromEntries(
          calls.map((call, i) => [
            `db/migrate/2024010100000${String(i + 2)}_change${String(i)}.rb`,
            `class Change${String(i)} < ActiveRecord::Migration[7.1]\n  def change\n    ${call}\n  end\nend\n`,
          ]),
        ),
      }),
    });
    const blocking =
      /^(?:index-without-concurrently|foreign-key-without-not-valid|check-without-not-valid|set-not-null|concurrently-in-transaction)$/;
    return findings.map(({ ruleId }) => ruleId).filter((id) => blocking.test(id));
  };
  const safe = "StrongMigrations.safe_by_default = true\n";
  const always = 'gem "strong_migrations"\n';
  // The index and the foreign key of a reference have one advice, and so one finding.
  const all = calls.length;
  expect(await ids("", always)).toHaveLength(all);
  expect(await ids(`# ${safe}`, always)).toHaveLength(all);
  expect(await ids(safe, always)).toEqual([]);
  expect(await ids(safe, `group :development, :test do\n  ${always}end\n`)).toHaveLength(all);
  expect(await ids(safe, `group :test do\n  gem "rspec"\nend\n${always}`)).toEqual([]);
});

// In a block of change_table, the calls go to the connection: strong_migrations 2.8.0 hooks into those of the migration.
test("safe_by_default doesn't reach into change_table", async () => {
  const rules = async (call: string): Promise<readonly string[]> => {
    const { findings } = await lintProject({
      fs: memoryFileSystem({
        "config/application.rb": "module Shop\nend\n",
        "config/database.yml": "production:\n  adapter: postgresql\n",
        "config/initializers/strong_migrations.rb": "StrongMigrations.safe_by_default = true\n",
        Gemfile: 'gem "strong_migrations"\n',
        "Gemfile.lock": "GEM\n  specs:\n    activerecord (7.2.1)\n    strong_migrations (2.8.0)\n",
        "db/migrate/20240101000001_users.rb":
          "class Users < ActiveRecord::Migration[7.1]\n  def change\n    create_table(:users) { |t| t.string :mail }\n  end\nend\n",
        "db/migrate/20240301000002_change.rb": `class Change < ActiveRecord::Migration[7.1]\n  def change\n    ${call}\n  end\nend\n`,
      }),
    });
    return findings.map(({ ruleId }) => ruleId);
  };
  for (const call of ["t.string :state, index: true", "t.index :mail"]) {
    const found = await rules(`change_table(:users) { |t| ${call} }`);
    expect(found).toContain("index-without-concurrently");
    expect(found).not.toContain("concurrently-with-other-statements");
  }
  expect(await rules("add_index :users, :mail")).not.toContain("index-without-concurrently");
});
