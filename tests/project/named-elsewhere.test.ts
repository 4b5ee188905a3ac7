/** What a tool runs although it lies elsewhere, or is called otherwise, than most migrations. */
import { describe, expect, test } from "vitest";
import { discover } from "../../src/project/discover.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";
import { isBlank } from "../../src/project/scan.ts";

type Files = Readonly<Record<string, string>>;

const histories = (files: Files) => discover(memoryFileSystem(files), [], { dialect: "postgres" });
const paths = (files: Files): readonly string[] =>
  histories(files).flatMap(({ migrations }) => migrations.map(({ up }) => up.path));
const notRead = (files: Files): readonly string[] =>
  histories(files).flatMap((history) => history.notRead ?? []);

const ignored = (files: Files): readonly string[] =>
  histories(files).flatMap((history) => history.ignored ?? []);

describe("a journal of Drizzle names", () => {
  const journal = (...tags: readonly string[]): Files => ({
    "drizzle/meta/_journal.json": JSON.stringify({
      entries: ["0000_a", "0001_b", ...tags].map((tag, when) => ({ idx: when, tag, when })),
    }),
    "drizzle/0000_a.sql": "SELECT 1;",
    "drizzle/0001_b.sql": "SELECT 1;",
  });
  test.each([
    ["../extra/x", "extra/x.sql"],
    ["sub/x", "drizzle/sub/x.sql"],
    ["seed", "drizzle/seed.sql"],
  ])("%s", (tag, path) => {
    const files = { ...journal(tag), [path]: "DROP TABLE users;" };
    const said = notRead(files).some((line) => line.includes(` ${tag}.sql, which is in no migration`));
    expect(said || paths(files).includes(path)).toBe(true);
  });

  test("what isn't there", () => {
    const files = {
      "drizzle/meta/_journal.json": JSON.stringify({ entries: [{ tag: "0001_gone" }, { tag: "0000_a" }] }),
      "drizzle/0000_a.sql": "SELECT 1;",
    };
    expect(notRead(files)).toEqual([
      "drizzle/meta/_journal.json names 0001_gone.sql, which doesn't exist: it was not checked",
    ]);
  });
});

describe("files that a journal of Drizzle doesn't name", () => {
  const files: Files = {
    "drizzle.config.ts": "",
    "drizzle/meta/_journal.json": JSON.stringify({ entries: [{ tag: "0001_b" }, { tag: "0000_a" }] }),
    "drizzle/0000_a.sql": "SELECT 1;",
    "drizzle/0001_b.sql": "SELECT 1;",
    "drizzle/0002_by_hand.sql": "DROP TABLE users;",
  };
  test("one of three is a fault of its name", () => {
    expect(paths(files)).toEqual(["drizzle/0001_b.sql", "drizzle/0000_a.sql"]);
    expect(histories(files).flatMap(({ problems }) => problems.map(({ path }) => path))).toEqual([
      "drizzle/0002_by_hand.sql",
    ]);
    expect(notRead(files)).toEqual([]);
  });

  test("most of them are named together", () => {
    const most: Files = {
      ...files,
      "drizzle/meta/_journal.json": JSON.stringify({ entries: [{ tag: "0000_a" }] }),
    };
    expect(paths(most)).toEqual(["drizzle/0000_a.sql"]);
    expect(notRead(most)).toEqual([
      "drizzle/meta/_journal.json names 1 of 3 files: drizzle never runs 0001_b.sql and 1 more, which were not checked",
    ]);
  });
});

describe("markers of sections", () => {
  const long = "x".repeat(1000);
  const ups = (file: string, text: string): readonly string[] =>
    histories({ [file]: text }).flatMap(({ migrations }) =>
      migrations.map(({ up }) => up.text.slice(up.part.start, up.part.end).trim()),
    );
  test.each([
    ["# comment !Ups of it", "SELECT 1;", "-- and so on !Downs", "SELECT 2;"],
    [`# --- !Ups ${long}`, "SELECT 1;", `# --- !Downs ${long}`, "SELECT 2;"],
  ])("of Play: %s", (...lines) => {
    expect(ups("conf/evolutions/default/1.sql", `${lines.join("\n")}\n`)).toEqual(["SELECT 1;"]);
  });
  test.each([
    [`-- +migrate Up ${long}`, "SELECT 1;", `-- +migrate Down ${long}`, "SELECT 2;"],
    [`-- migrate:up ${long}`, "SELECT 1;", `-- migrate:down ${long}`, "SELECT 2;"],
    [
      `--${" ".repeat(500)}+goose${" ".repeat(500)}Up`,
      "SELECT 1;",
      `-- +goose Down${" ".repeat(500)}`,
      "SELECT 2;",
    ],
  ])("longer than most: %.20s", (...lines) => {
    expect(ups("migrations/001_a.sql", `${lines.join("\n")}\n`)).toEqual(["SELECT 1;"]);
  });
});

test.each(["tests", "fixtures", "vendor", "seeds"])("diesel's migration called %s", (name) => {
  const files = {
    "diesel.toml": "",
    "migrations/2024-01-01-000000_a/up.sql": "SELECT 1;",
    "migrations/2024-01-01-000000_a/down.sql": "",
    [`migrations/${name}/up.sql`]: "DROP TABLE users;",
  };
  const held = histories(files).some(({ problems }) => problems.some(({ path }) => path.includes(name)));
  expect(held || paths(files).includes(`migrations/${name}/up.sql`)).toBe(true);
});

describe("sqitch", () => {
  const plan = "%project=x\na 2024-01-01T00:00:00Z A <a@b>\nb [a] 2024-01-01T00:00:00Z A <a@b>\n";
  test.each([
    ["deploy_dir", "[core]\n\tdeploy_dir = up\n", "sqitch.plan", "up/"],
    ["top_dir", '[core]\n  top_dir = "db"\n', "db/sqitch.plan", "db/deploy/"],
    ["top_dir and deploy_dir", "[core]\ntop_dir=db\ndeploy_dir=db/up\n", "db/sqitch.plan", "db/up/"],
    ["plan_file", "[core]\nplan_file = my.plan\n", "my.plan", "deploy/"],
    ["a container's plan_file", '[target "x"]\nplan_file = /repo/sqitch.plan\n', "sqitch.plan", "deploy/"],
    ["a container's folders", "[core]\ntop_dir = /repo\ndeploy_dir = /repo/up\n", "sqitch.plan", "up/"],
  ])("with %s", (_, conf, planFile, folder) => {
    const files = {
      "sqitch.conf": conf,
      [planFile]: plan,
      [`${folder}a.sql`]: "SELECT 1;",
      [`${folder}b.sql`]: "DROP TABLE users;",
    };
    expect(paths(files)).toEqual([`${folder}a.sql`, `${folder}b.sql`]);
  });

  test("with another ending", () => {
    const files = {
      "sqitch.conf": "[core]\nextension = ddl\n",
      "sqitch.plan": plan,
      "deploy/a.ddl": "SELECT 1;",
      "deploy/b.ddl": "DROP TABLE users;",
      "verify/a.sql": "SELECT 1;",
    };
    expect(paths(files)).toEqual(["deploy/a.ddl", "deploy/b.ddl"]);
  });

  test("a second plan names what the first one doesn't", () => {
    const files = {
      "db/sqitch.plan": plan,
      "db/access.plan": "%project=access\n\nroles/app 2024-01-02T00:00:00Z A <a@b.c> # roles\n",
      "db/deploy/a.sql": "SELECT 1;",
      "db/deploy/b.sql": "SELECT 1;",
      "db/deploy/roles/app.sql": "CREATE ROLE app;",
    };
    const problems = (more: Files): readonly string[] =>
      histories({ ...files, ...more }).flatMap(({ problems: all }) => all.map(({ path }) => path));
    expect(problems({})).toEqual([]);
    expect(notRead(files)).toEqual([
      "db/access.plan alone names a change of a second plan: it was not checked",
    ]);
    expect(problems({ "db/deploy/roles/web.sql": "CREATE ROLE web;" })).toEqual(["db/deploy/roles/web.sql"]);
  });

  test("a planned change without a script", () => {
    const files = { "sqitch.plan": plan, "deploy/a.sql": "SELECT 1;", "revert/b.sql": "DROP TABLE b;" };
    expect(notRead(files)).toEqual([
      "sqitch.plan names b, which has no script in deploy: it was not checked",
    ]);
    expect(histories(files).flatMap(({ problems }) => problems)).toEqual([]);
  });

  test("a project of its own lies below the folder of another one", () => {
    const one = (folder: string): Files => ({
      [`${folder}deploy/a.sql`]: "SELECT 1;",
      [`${folder}deploy/b.sql`]: "DROP TABLE users;",
      [`${folder}revert/a.sql`]: "SELECT 1;",
    });
    const files = {
      "sqitch.conf": "[core]\ntop_dir = db\n",
      "db/sqitch.plan": plan,
      ...one("db/"),
      "packages/fx/db/sqitch.conf": "[core]\ntop_dir = .\n",
      "packages/fx/db/sqitch.plan": plan.replace("x", "fx"),
      ...one("packages/fx/db/"),
      "packages/sym/sqitch.conf": "[core]\ntop_dir = sql\n",
      "packages/sym/sql/sqitch.plan": plan.replace("x", "sym"),
      ...one("packages/sym/sql/"),
    };
    const found = histories(files).map(({ root, migrations }) => [root, migrations.length]);
    expect(found).toEqual([
      [".", 2],
      ["packages/fx/db", 2],
      ["packages/sym", 2],
    ]);
    expect(
      discover(memoryFileSystem(files), ["packages/fx/db/deploy/a.sql"]).map(({ root }) => root),
    ).toEqual(["packages/fx/db"]);
  });

  test("the plan says when a change was written", () => {
    const [history] = histories({
      "sqitch.plan": plan.replace("b [a] 2024-01-01T00:00:00Z", "b [a] 2024-02-03T10:20:30Z"),
      "deploy/a.sql": "SELECT 1;",
      "deploy/b.sql": "SELECT 1;",
    });
    expect(history?.migrations.map(({ writtenAt }) => writtenAt)).toEqual([
      "20240101000000",
      "20240203102030",
    ]);
  });
});

describe("a folder in .gitignore", () => {
  const files = { ".gitignore": "build/\nold/\n", "db/migrations/001_a.sql": "SELECT 1;" };
  test("whose migrations are nowhere else is named", () => {
    expect(ignored({ ...files, "old/migrations/002_b.sql": "DROP TABLE users;" })).toEqual([
      "old/migrations",
    ]);
  });
  test("with a copy is not", () => {
    expect(ignored({ ...files, "build/db/migrations/001_a.sql": "SELECT 1;" })).toEqual([]);
  });
});

test("a comment ends at a lone CR", () => {
  const text = "-- a\rDROP TABLE users;";
  expect(isBlank(text, { start: 0, end: text.length })).toBe(false);
});

describe("scripts beside a tool's history", () => {
  const tool: Files = {
    "supabase/config.toml": "",
    "supabase/migrations/20240101000000_a.sql": "CREATE TABLE a (id bigint);",
  };
  const scripts: Files = { "sql/01_b.sql": "DROP TABLE a;", "sql/02_c.sql": "DROP TABLE a;" };
  const roots = (files: Files): readonly string[] => histories(files).map(({ root }) => root);

  test("that nothing runs are named, and not read", () => {
    const files = { ...tool, ...scripts };
    expect(roots(files)).toEqual(["supabase/migrations"]);
    expect(histories(files).flatMap(({ loose = [] }) => loose)).toEqual([
      "sql: nothing runs its 2 files of SQL beside supabase/migrations, so that they were not checked",
    ]);
  });

  test.each([
    ["without numbers, whatever their folder is called", "scripts/migration/run_migration.sql", 1],
    ["with numbers, in a folder of migrations", "scripts/migration/01_run.sql", 2],
    ["in a folder of migrations elsewhere", "ops/migration/run_migration.sql", 2],
  ])("that are run once: %s", (_name, path, count) => {
    expect(roots({ ...tool, [path]: "CREATE TABLE b (id bigint);" })).toHaveLength(count);
  });

  test("of queries are none, in another package either", () => {
    const files = {
      ...tool,
      "reports/pyproject.toml": "",
      "reports/sql/70-Orders/12-Count.sql": "WITH o AS (SELECT id\n  FROM orders)\nSELECT count(*) FROM o;",
      "reports/sql/70-Orders/13-Open.sql": "-- all of them\nSELECT *\nFROM orders WHERE open;",
    };
    expect(roots(files)).toEqual(["supabase/migrations"]);
    expect(histories(files).flatMap(({ loose = [] }) => loose)).toEqual([
      "reports/sql/70-Orders: nothing but queries is in its 2 files of SQL, so that they were not checked",
    ]);
    const changing = { ...files, "reports/sql/70-Orders/14-Fix.sql": "UPDATE orders SET open = false;" };
    expect(roots(changing)).toEqual(["reports/sql/70-Orders", "supabase/migrations"]);
  });

  test("of lessons are none, though a script of the lesson runs them", () => {
    const home = "documentation/labs/operations";
    const lesson = {
      [`${home}/sql/001-expand.sql`]: "CREATE TABLE b (id bigint);",
      [`${home}/sql/002-index.sql`]: "CREATE INDEX ON b (id);",
      [`${home}/run-lab.ps1`]: "psql -f /lab/sql/001-expand.sql\npsql -f /lab/sql/002-index.sql\n",
    };
    const lab = { ...tool, ...lesson };
    expect(roots(lab)).toEqual(["supabase/migrations"]);
    expect(histories(lab).flatMap(({ loose = [] }) => loose)).toEqual([
      `${home}/sql: documents or lessons hold its 2 files of SQL, so that they were not checked`,
    ]);
    const isRead = (more: Files): boolean => roots({ ...lab, ...more }).includes(`${home}/sql`);
    expect(isRead({ Makefile: `up:\n\tcat ${home}/sql/001-expand.sql | ssh db psql\n` })).toBe(true);
    expect(isRead({ "compose.yml": `    - ./${home}/sql:/docker-entrypoint-initdb.d\n` })).toBe(true);
    expect(histories(lesson).map(({ root }) => root)).toEqual([`${home}/sql`]);
  });

  test("that migrations in code read by name are named, and not read", () => {
    const operation = "operations = [RunPython(lambda apps, editor: run_files([NAMES]))]";
    const migration = (...names: readonly string[]): string =>
      `class Migration(migrations.Migration):\n    ${operation.replace("NAMES", names.map((name) => `"${name}"`).join(", "))}\n`;
    const files = {
      "src/manage.py": "from django.core.management import execute_from_command_line\n",
      "src/shop/migrations/0001_initial.py": migration("01_orders.sql"),
      "src/shop/migrations/0002_totals.py": migration("02_totals.sql"),
      "src/sqls/01_orders.sql": "CREATE TABLE a (id bigint);",
      "src/sqls/02_totals.sql": "CREATE TABLE b (id bigint);",
      "src/sqls/03_unused.sql": "CREATE TABLE c (id bigint);",
    };
    expect(roots(files)).toEqual(["src"]);
    expect(histories(files).flatMap(({ loose = [] }) => loose)).toEqual([
      "src/sqls: migrations of src read 2 of its 3 files of SQL by name, so that they were not checked alone",
    ]);
    const few = histories({ ...files, "src/shop/migrations/0002_totals.py": migration() });
    expect(few.flatMap(({ loose = [] }) => loose)).toEqual([
      "src/sqls: nothing runs its 3 files of SQL beside src, so that they were not checked",
    ]);
  });

  test("in many folders of one are one line", () => {
    const files: Record<string, string> = { ...tool };
    for (const name of ["a", "b", "c", "d"]) {
      files[`app/tasks/${name}/01_b.sql`] = "SELECT 1;";
      files[`app/tasks/${name}/02_c.sql`] = "SELECT 2;";
    }
    expect(histories(files).flatMap(({ loose = [] }) => loose)).toEqual([
      "app/tasks: nothing runs its 8 files of SQL beside supabase/migrations, so that they were not checked",
    ]);
  });

  test.each([
    ["a script runs", { Makefile: 'up:\n\tfor f in sql/*.sql; do psql -f "$f"; done\n' }],
    ["a script names", { "scripts/up.sh": "cat sql/01_b.sql | ssh db psql\n" }],
    ["a container runs", { "compose.yml": "    - ./sql:/docker-entrypoint-initdb.d\n" }],
    ["have rollbacks", { "sql/02_c.down.sql": "SELECT 1;", "sql/02_c.up.sql": "SELECT 1;" }],
    ["are of another package", { "sql/package.json": "{}", "package.json": "{}" }],
  ])("that %s are read", (_name, files: Files) => {
    expect(roots({ ...tool, ...scripts, ...files })).toContain("sql");
  });

  test("that are called migrations are read", () => {
    expect(roots({ ...tool, "db/migrations/01_b.sql": "SELECT 1;" })).toContain("db/migrations");
  });

  test("that the user names are read", () => {
    const found = discover(memoryFileSystem({ ...tool, ...scripts }), ["sql"], { dialect: "postgres" });
    expect(found.map(({ root }) => root)).toEqual(["sql"]);
  });

  test("without a tool are all there is", () => {
    expect(roots(scripts)).toEqual(["sql"]);
  });
});
