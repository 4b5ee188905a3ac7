/** A project's own program that applies a folder, against the signs of the tool that wrote its files. */
import { describe, expect, test } from "vitest";
import { discover } from "../../src/project/discover.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";
import type { AnyHistory } from "../../src/project/migration.ts";

type Files = Readonly<Record<string, string>>;

const sql = "CREATE TABLE t (id bigint PRIMARY KEY);\n";
const journal = (...tags: readonly string[]): string =>
  JSON.stringify({ dialect: "postgresql", entries: tags.map((tag, idx) => ({ idx, when: idx + 1, tag })) });
const manifest = (scripts: Files = {}): string =>
  JSON.stringify({ scripts, devDependencies: { "drizzle-kit": "^0.31.0" } });

/** A program in TypeScript that reads every file of `folder` and sends it with `send`. */
const program = (folder: string, send: string): string => `
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
const folder = join(import.meta.dirname, "${folder}");
for (const name of readdirSync(folder).filter((file) => file.endsWith(".sql")).sort()) {
  const text = readFileSync(join(folder, name), "utf8");
  ${send}
}
`;
const whole = "await client.query(text);";
const sentAtOnce = `await client.query(readFileSync(join(folder, name), "utf8"));`;
const split = `for (const statement of text.split("--> statement-breakpoint")) await client.query(statement);`;
const inTransaction = `await client.query("BEGIN"); ${whole} await client.query("COMMIT");`;

const generated: Files = {
  "drizzle.config.ts": `export default { out: "./drizzle", dialect: "postgresql" };`,
  "package.json": manifest(),
  "drizzle/0000_a.sql": sql,
  "drizzle/0001_b.sql": "ALTER TABLE t ADD COLUMN b int;\n",
  "drizzle/meta/_journal.json": journal("0000_a", "0001_b"),
};
const byHand: Files = { "db/migrations/001_a.sql": sql };

const first = (files: Files): AnyHistory | undefined => discover(memoryFileSystem(files), [])[0];
const runs = (files: Files): string => {
  const history = first(files);
  const { wraps, sends } = history?.migrations[0]?.up.transaction ?? {};
  return `${history?.tool ?? ""} ${wraps ?? ""} ${sends ?? ""}`;
};

test("a program in the folder of the migrations that calls their steps is none of them", () => {
  const step = "module.exports = { up: (queryInterface) => queryInterface.dropTable('a'), down: () => {} };";
  const history = first({
    "package.json": JSON.stringify({ dependencies: { sequelize: "^6.0.0" } }),
    "migrations/20240101000000-a.js": step,
    "migrations/remove-b.js": step,
    "migrations/runAll.js": `const { sequelize } = require("../db");
for (const file of files) require(file).up(sequelize.getQueryInterface());
sequelize.query("CREATE TABLE done (id int)");`,
  });
  expect(history?.migrations.map(({ name }) => name)).toEqual(["20240101000000-a", "remove-b"]);
});

describe("what a program does around each file", () => {
  test.each([
    ["one message", program("../db/migrations", whole), "raw none text"],
    ["one message, read where it is sent", program("../db/migrations", sentAtOnce), "raw none text"],
    [
      "a transaction around what is read where it is sent",
      program("../db/migrations", `await client.query("BEGIN"); ${sentAtOnce} await client.query("COMMIT");`),
      "raw each text",
    ],
    ["one message of postgres.js", program("../db/migrations", "await sql.unsafe(text);"), "raw none text"],
    [
      "one message of Drizzle on node-postgres",
      `import { drizzle } from "drizzle-orm/node-postgres";\n${program("../db/migrations", "await db.execute(sql.raw(text));")}`,
      "raw none text",
    ],
    [
      "one message, beside a block of PL/pgSQL",
      `${program("../db/migrations", whole)}\nconst grants = \`DO $$ DECLARE r record; BEGIN PERFORM 1; END $$\`;`,
      "raw none text",
    ],
    ["each statement", program("../db/migrations", split), "raw none statement"],
    ["a transaction around each file", program("../db/migrations", inTransaction), "raw each text"],
    [
      "a transaction that a file can do without",
      program("../db/migrations", `if (!text.startsWith("-- no-transaction")) ${inTransaction}`),
      "raw none unknown",
    ],
    [
      "a transaction, opened in a way that isn't read",
      program("../db/migrations", "await sql.begin((tx) => tx.unsafe(text));"),
      "raw none unknown",
    ],
    ["a folder named in parts", program(`../db", "migrations`, whole), "raw none text"],
    ["another folder", program("../db/views", whole), "raw none unknown"],
    ["a folder below", program("../db/migrations/old", whole), "raw none unknown"],
    ["a list of names alone", program("../db/migrations", "console.log(name);"), "raw none unknown"],
    [
      "a database of tests",
      `import { PGlite } from "pglite";${program("../db/migrations", whole)}`,
      "raw none unknown",
    ],
  ])("%s", (_name, text, expected) => {
    expect(runs({ ...byHand, "scripts/migrate.ts": text })).toBe(expected);
  });

  test("in Python, read where it is sent", () => {
    const python = `import glob, psycopg2
conn = psycopg2.connect(url)
conn.autocommit = True
for path in sorted(glob.glob("db/migrations/*.sql")):
    with open(path) as f:
        conn.cursor().execute(f.read())
`;
    expect(runs({ ...byHand, "scripts/migrate.py": python })).toBe("raw none text");
  });

  test.each([
    ["one transaction for each file", `"-1", `, "raw each statement"],
    ["statement by statement", "", "raw none statement"],
  ])("in Python, by calls of psql: %s", (_name, option, expected) => {
    const python = `import subprocess
from pathlib import Path
for path in sorted(Path("/app/db/migrations").glob("*.sql")):
    subprocess.run(["psql", url, "-v", "ON_ERROR_STOP=1", ${option}"-f", str(path)], check=True)
`;
    expect(runs({ ...byHand, "backend/scripts/run_migrations.py": python })).toBe(expected);
  });

  test("in Python, of a package with any name", () => {
    const python = `import asyncpg, glob, os
FOLDER = os.path.join(os.path.dirname(__file__), "..", "db", "migrations")
conn = await asyncpg.connect(url)
for path in sorted(glob.glob(os.path.join(FOLDER, "*.sql"))):
    sql = open(path).read().strip()
    await conn.execute(sql)
`;
    expect(runs({ ...byHand, "bot/migrate.py": python })).toBe("raw none text");
    expect(runs({ ...byHand, "bot/report.py": python })).toBe("raw none unknown");
  });

  test("beside a script that runs one file, which a variable names", () => {
    const files = { ...byHand, "scripts/migrate.ts": program("../db/migrations", whole) };
    const script = (name: string): string =>
      `SQL="\${HERE}/../db/migrations/${name}"\npsql -d shop -v ON_ERROR_STOP=1 \\\n  < "\${SQL}"\n`;
    expect(runs({ ...files, "db/scripts/seed-again.sh": script("088_demo.sql") })).toBe("raw none text");
    expect(runs({ ...files, "db/scripts/all.sh": script("$1") })).toBe("raw none statement");
  });

  test("in Rust, in a crate of its own, which reads the marks of another tool", () => {
    const rust = (apply: string): string => `use std::path::Path;
impl Migration {
    pub fn parse(content: &str) -> Self { for line in content.lines() { if line.trim() == "-- +migrate Up" {} } }
}
impl Runner {
    pub async fn run(&self, all: &[Migration]) -> Result<(), Error> {
        for one in all { ${apply.replaceAll("SQL", "&one.up")} }
    }
    pub async fn undo(&self, one: &Migration) -> Result<(), Error> { ${apply.replaceAll("SQL", "&one.down")} }
    pub fn load_from_dir(dir: &Path) -> Result<Vec<Migration>, Error> {
        let mut entries = std::fs::read_dir(dir)?.collect::<Vec<_>>();
        entries.sort_by_key(|e| e.path());
        for entry in entries { // 001_users.sql
            let content = std::fs::read_to_string(&entry.path())?;
        }
    }
}
`;
    const marked = `-- +migrate Up\n${sql}-- +migrate Down\nDROP TABLE t;\n`;
    const files: Files = {
      "Cargo.toml": `[workspace]\nmembers = ["crates/shop-migrate"]\n`,
      "migrations/001_users.sql": marked,
    };
    const own = "crates/shop-migrate/src/lib.rs";
    const each =
      "let mut tx = self.pool.begin().await?; sqlx::raw_sql(SQL).execute(&mut *tx).await?; tx.commit().await?;";
    expect(runs(files)).toBe("sql-migrate each line");
    expect(runs({ ...files, [own]: rust(each) })).toBe("raw each text");
    expect(runs({ ...files, [own]: rust("sqlx::raw_sql(SQL).execute(&self.pool).await?;") })).toBe(
      "raw none text",
    );
    expect(runs({ ...files, [own]: rust("client.batch_execute(SQL).await?;") })).toBe("raw none text");
    // It only writes such files.
    expect(runs({ ...files, [own]: `std::fs::write(path, "-- +migrate Up");` })).toBe(
      "sql-migrate each line",
    );
    const called = { Makefile: "migrate:\n\tsql-migrate up\n" };
    expect(runs({ ...files, ...called, [own]: rust(each) })).toBe("sql-migrate each line");
  });

  test("in Go, with names that golang-migrate has, and comments about transactions", () => {
    const go = `package db
//go:embed migrations/*.sql
var files embed.FS
func RunMigrations(ctx context.Context, pool *pgxpool.Pool) error {
	conn, _ := pool.Acquire(ctx)
	// a lock: two instances must not run one file concurrently, and BEGIN each of them
	entries, _ := files.ReadDir("migrations")
	for _, entry := range entries {
		content, _ := files.ReadFile("migrations/" + entry.Name())
		tx, _ := conn.Begin(ctx)
		_, err = tx.Exec(ctx, string(content))
		_, err = tx.Exec(ctx, "INSERT INTO schema_migrations (version) VALUES ($1)", entry.Name())
		err = tx.Commit(ctx)
	}
	return nil
}
`;
    const files = {
      "go.mod": "module app\n\nrequire github.com/jackc/pgx/v5 v5.5.5\n",
      "internal/db/migrations/000001_a.up.sql": sql,
      "internal/db/migrations/000001_a.down.sql": "DROP TABLE t;\n",
    };
    expect(first(files)?.tool).toBe("golang-migrate");
    expect(runs({ ...files, "internal/db/migrations.go": go })).toBe("raw each text");
    const called = { Makefile: "up:\n\tmigrate -path internal/db/migrations -database $(URL) up\n" };
    expect(first({ ...files, ...called, "internal/db/migrations.go": go })?.tool).toBe("golang-migrate");
  });

  test("in Go, of names that look like Flyway's, in the order of their texts", () => {
    const go = `package migrations
//go:embed *.sql
var files embed.FS
func Run(db *gorm.DB) error {
	entries, _ := fs.ReadDir(files, ".")
	sort.Strings(names)
	content, _ := files.ReadFile(name)
	return db.Exec(string(content)).Error
}
`;
    const names = ["001_first", "V1_10__c", "V1_31A__d", "V1_6__b"];
    const files = Object.fromEntries(names.map((name) => [`db/migrations/${name}.sql`, sql]));
    const some = { "scripts/sync.sh": 'psql "$URL" -f db/migrations/V1_6__b.sql\n' };
    const found = first({ ...files, ...some, "db/migrations/run.go": go });
    expect(found).toMatchObject({ tool: "raw", layout: "plain", runner: "single-query", problems: [] });
    expect(found?.migrations.map(({ name }) => name)).toEqual(names);
    // One that reads the numbers has an order of its own.
    const byNumber = go.replace(
      "sort.Strings(names)",
      "sort.Slice(names, func(i, j int) bool { return less })",
    );
    expect(first({ ...files, "db/migrations/run.go": byNumber })?.layout).toBe("flyway");
    expect(first({ ...files, ...some })).toMatchObject({ layout: "flyway", runner: "psql" });
  });

  test("in Go, for the folder that its caller names", () => {
    const go = `package dbx
func Migrate(ctx context.Context, path string) error {
	files, _ := dir.Readdir(0)
	sort.Ints(versions)
	content, _ := os.ReadFile(path + "/" + name)
	trx, _ := db.BeginTx(ctx, nil)
	_, err = trx.Exec(string(content))
	return trx.Commit()
}
`;
    const files = { "migrations/201801010000_a.sql": sql };
    expect(runs({ ...files, "app/pkg/dbx/migrate.go": go })).toBe("raw each text");
    expect(first({ ...files, "app/pkg/dbx/migrate.go": go })?.migrations[0]?.up.transaction.always).toBe(
      true,
    );
    expect(runs({ ...files, "app/pkg/dbx/export.go": go })).toBe("raw none unknown");
    const ofSql = go.replace("path +", 'strings.TrimSuffix(path, ".sql") +');
    expect(runs({ ...files, "internal/db/db.go": ofSql })).toBe("raw each text");
    const other = ofSql.replace("func Migrate(", "func Export(");
    expect(runs({ ...files, "internal/db/db.go": other })).toBe("raw none unknown");
  });

  test.each([
    ["autocommit", "conn.autocommit = True", "", "raw none text"],
    [
      "the isolation level",
      "conn.set_isolation_level(psycopg2.extensions.ISOLATION_LEVEL_AUTOCOMMIT)",
      "",
      "raw none text",
    ],
    ["its own transaction", "", "    conn.commit()", "raw each text"],
    [
      "a transaction that a file can do without",
      "conn.autocommit = opts.auto",
      "    conn.commit()",
      "raw none unknown",
    ],
    ["a transaction that nothing is seen to end", "", "", "raw none unknown"],
  ])("in Python, psycopg with %s", (_name, before, after, expected) => {
    const text = `import psycopg2, glob
conn = psycopg2.connect(url)
${before}
for path in sorted(glob.glob("migrations/*.sql")):
    script = open(path).read()
    cur = conn.cursor()
    cur.execute(script)
${after}
`;
    expect(runs({ ...byHand, "db/migrate.py": text })).toBe(expected);
  });

  test("in PHP, with errors that it ignores", () => {
    const php = (caught: string): string => `<?php
$files = glob(__DIR__ . '/migrations/*.sql');
foreach ($files as $file) {
  foreach (explode(';', file_get_contents($file)) as $statement) {
    try { $pdo->exec($statement); } catch (PDOException $e) { if (${caught}) throw $e; }
  }
}
`;
    const ignoring = { ...byHand, "db/migrate.php": php("!in_array($e->errorInfo[1], [1060, 1061])") };
    expect(runs(ignoring)).toBe("raw none statement");
    expect(first(ignoring)?.ignoresDuplicates).toBe(true);
    const strict = { ...byHand, "db/migrate.php": php("$e->errorInfo[1] !== 1406") };
    expect(runs(strict)).toBe("raw none statement");
    expect(first(strict)?.ignoresDuplicates).toBeUndefined();
  });

  test.each([
    ["one message of PDO", "$pdo->exec($sql);", "raw none text"],
    ["a transaction of PDO", "$pdo->beginTransaction(); $pdo->exec($sql); $pdo->commit();", "raw each text"],
    ["one message of the functions for PostgreSQL", "pg_query($db, $sql);", "raw none text"],
  ])("in PHP: %s", (_name, send, expected) => {
    const php = `<?php
$files = glob(__DIR__ . '/migrations/*.sql');
sort($files);
foreach ($files as $file) { $sql = file_get_contents($file); ${send} }
`;
    expect(runs({ ...byHand, "db/migrate.php": php })).toBe(expected);
  });

  test("in the class that asks the database, beside a script that tries the files out", () => {
    const files = { ...byHand, "src/repository.js": program("../db/migrations", inTransaction) };
    const check = `import assert from "node:assert/strict";\n${program("../db/migrations", whole)}`;
    expect(runs(files)).toBe("raw each text");
    expect(runs({ ...files, "tools/validate_migrations.mjs": check })).toBe("raw each text");
  });

  test("a test of the program is no program", () => {
    expect(runs({ ...byHand, "scripts/migrate.test.ts": program("../db/migrations", whole) })).toBe(
      "raw none unknown",
    );
  });

  test("Go", () => {
    const text = `package db
//go:embed migrations/*.sql
var files embed.FS
func Run(ctx context.Context, conn *pgx.Conn) error {
	names, _ := files.ReadDir("migrations")
	for _, entry := range names {
		text, _ := files.ReadFile("migrations/" + entry.Name())
		if _, err := conn.Exec(ctx, string(text)); err != nil { return err }
	}
	return nil
}
`;
    expect(runs({ ...byHand, "db/migrate.go": text })).toBe("raw none text");
  });

  test("Go that gives a library each file by its name, and a transaction to send it in", () => {
    const text = `package migrations
//go:embed *.sql
var files embed.FS
func run(name string) func(*sql.Tx) error {
	text, err := files.ReadFile(name)
	return func(tx *sql.Tx) error {
		_, err = tx.Exec(string(text))
		return err
	}
}
var All = []migrate.Migration{{ID: 1, Up: run("1_a.sql")}, {ID: 2, Up: run("2_b.sql")}}
`;
    expect(runs({ ...byHand, "db/migrations/migrations.go": text })).toBe("raw each text");
    const plain = text.replaceAll("*sql.Tx", "*sql.DB");
    expect(runs({ ...byHand, "db/migrations/migrations.go": plain })).toBe("raw none text");
  });

  test("Python whose driver opens a transaction", () => {
    const text = `import psycopg2
from pathlib import Path
folder = Path(__file__).parent / "migrations"
for path in sorted(folder.glob("*.sql")):
    text = path.read_text()
    cursor.execute(text)
connection.commit()
`;
    expect(runs({ ...byHand, "db/migrate.py": text })).toBe("raw each text");
    expect(first({ ...byHand, "db/migrate.py": text })?.evidence.join("; ")).toContain(
      "db/migrate.py reads these files and sends them",
    );
  });

  test("two programs that differ: what they don't do alike isn't known", () => {
    expect(
      runs({
        ...byHand,
        "scripts/migrate.ts": program("../db/migrations", whole),
        "scripts/deploy.ts": program("../db/migrations", split),
      }),
    ).toBe("raw none unknown");
  });

  test("who sorts names needs no numbers that differ", () => {
    const twice = { ...byHand, "db/migrations/001_b.sql": "SELECT 1;\n" };
    const rules = (files: Files): readonly string[] => first(files)?.problems.map(({ rule }) => rule) ?? [];
    expect(rules(twice)).toEqual(["duplicate-version"]);
    expect(rules({ ...twice, "scripts/migrate.ts": program("../db/migrations", whole) })).toEqual([]);
  });
});

describe("a tool that only writes the files", () => {
  const own = { "src/db/migrate.ts": program("../../drizzle", whole) };

  test("without a program of the project it is the one that applies them", () => {
    expect(runs(generated)).toBe("drizzle all text");
  });

  test("a program applies them, and nothing calls the tool", () => {
    expect(runs({ ...generated, ...own })).toBe("raw none text");
  });

  test.each([
    ["a script calls the tool", { "package.json": manifest({ migrate: "drizzle-kit migrate" }) }],
    ["a container calls the tool", { Dockerfile: 'CMD ["npx", "drizzle-kit", "migrate"]\n' }],
    [
      "another program calls the tool's library",
      { "src/db/index.ts": `import { migrate } from "drizzle-orm/node-postgres/migrator";` },
    ],
  ])("%s", (_name, files: Files) => {
    expect(runs({ ...generated, ...own, ...files })).toBe("drizzle all text");
  });

  test("its list leaves files out that a program applies, whatever calls it", () => {
    const files = {
      ...generated,
      ...own,
      "package.json": manifest({ migrate: "drizzle-kit migrate" }),
      "drizzle/0002_c.sql": "ALTER TABLE t ADD COLUMN c int;\n",
    };
    expect(runs(files)).toBe("raw none text");
    expect(first(files)?.problems).toEqual([]);
    expect(first(files)?.migrations).toHaveLength(3);
  });
});

describe("a schema that is pushed", () => {
  const pushed = { ...generated, "package.json": manifest({ push: "drizzle-kit push" }) };
  const late = { ...pushed, "drizzle/meta/_journal.json": journal("0001_b", "0000_a", "0002_c") };

  test("nothing applies the files: their list and their order don't matter", () => {
    expect(first(pushed)).toMatchObject({ tool: "drizzle", unrun: { isSure: true } });
    expect(first(late)).toMatchObject({ problems: [] });
    expect(first(late)?.late).toBeUndefined();
  });

  test.each([
    ["^0.20.10", undefined, true],
    ["^0.21.0", undefined, false],
    ["0.20", undefined, true],
    ["^0.20.10", "0.21.4", false],
    ["latest", undefined, false],
    ["^1.0.0", undefined, false],
  ])("drizzle-kit has no `migrate` before 0.21: %s, locked %s", (kit, locked, isUnrun) => {
    const scripts = { push: "drizzle-kit push:pg", up: "npx drizzle-kit migrate" };
    const lock: Readonly<Record<string, string>> =
      locked === undefined
        ? {}
        : { "package-lock.json": `{"packages":{"node_modules/drizzle-kit": {"version":"${locked}"}}}` };
    const stated = { scripts, dependencies: { "drizzle-kit": kit, "drizzle-orm": "0.29.3" } };
    const files = { ...pushed, "package.json": JSON.stringify(stated), ...lock };
    expect(first(files)?.unrun !== undefined).toBe(isUnrun);
  });

  test.each([
    [
      "a script applies them, too",
      { "package.json": manifest({ push: "drizzle-kit push", up: "drizzle-kit migrate" }) },
    ],
    [
      "a program applies them",
      { "src/db/migrate.ts": `import { migrate } from "drizzle-orm/mysql2/migrator";` },
    ],
    [
      "a program in a package of the workspace applies them",
      {
        "packages/backbone/src/db/runner.ts": `import { migrate } from "drizzle-orm/node-postgres/migrator";`,
      },
    ],
    ["nothing is pushed", { "package.json": manifest() }],
  ])("%s", (_name, files: Files) => {
    expect(first({ ...pushed, ...files })?.unrun).toBeUndefined();
  });

  const ofPrisma = {
    "prisma/schema.prisma": 'datasource db {\n  provider = "postgresql"\n}\n',
    "prisma/migrations/20240101000000_a/migration.sql": "CREATE TABLE t (id int PRIMARY KEY);\n",
    "package.json": manifest({ sync: "prisma db push" }),
  };

  test.each<[string, Files, true | undefined]>([
    ["nothing applies Prisma's migrations", {}, true],
    ["a host applies them", { "start.sh": "npx prisma migrate deploy && node .\n" }, undefined],
    ["people apply them", { "README.md": "Then `pnpm prisma migrate dev`.\n" }, undefined],
    [
      "another package applies them",
      { "apps/api/package.json": manifest({ up: "prisma --config ../x.ts migrate deploy" }) },
      undefined,
    ],
    ["a container applies them", { Dockerfile: 'CMD ["prisma", "migrate", "deploy"]\n' }, undefined],
  ])("%s", (_name, files, isSure) => {
    expect(first({ ...ofPrisma, ...files })?.unrun?.isSure).toBe(isSure);
  });

  test("the tool is stated", () => {
    expect(discover(memoryFileSystem(pushed), [], { tool: "drizzle" })[0]?.unrun).toBeUndefined();
  });
});

describe("a script that runs other files with these", () => {
  const script = (text: string): boolean | undefined =>
    first({ ...byHand, "scripts/deploy.sh": text })?.continues;

  test.each([
    ["other files first", "psql -f db/base.sql\npsql -f db/migrations/001_a.sql\n", true],
    ["only these", "psql -f db/migrations/001_a.sql\n", undefined],
    ["only others", "psql -f db/base.sql\n", undefined],
    ["names without a call", "echo base.sql 001_a.sql\n", undefined],
  ])("%s", (_name, text, expected) => {
    expect(script(text)).toBe(expected);
  });
});

describe("files that a program leaves out by their names", () => {
  const seeded: Files = {
    "db/migrations/001_a.sql": sql,
    "db/migrations/002_seed_a.sql": "INSERT INTO t VALUES (1);\n",
    "db/migrations/003_b.sql": "ALTER TABLE t ADD COLUMN b int;\n",
  };
  const filtered = (condition: string): Files => ({
    "db/migrate.ts": program("./migrations", whole).replace('file.endsWith(".sql")', condition),
  });
  const names = (files: Files): readonly string[] | undefined =>
    first(files)?.migrations.map((one) => one.name);

  test.each([
    ["a word", filtered('file.endsWith(".sql") && !file.includes("seed")')],
    ["a pattern", filtered(String.raw`/^\d+.*\.sql$/.test(file) && !/_seed_/.test(file)`)],
    ["one filter behind another", filtered(`file.endsWith(".sql")).filter((name) => !name.includes("seed")`)],
    [
      "a loop that continues",
      {
        "db/migrate.ts": program("./migrations", `if (name.includes("seed")) continue;\n${whole}`),
      },
    ],
    [
      "Python",
      {
        "db/migrate.py": `
import os, psycopg
for name in sorted(f for f in os.listdir("db/migrations") if f.endswith(".sql") and "seed" not in f):
    sql = open("db/migrations/" + name).read()
    cursor.execute(sql)
`,
      },
    ],
    [
      "Go",
      {
        "db/migrate.go": `package db
func Migrate(db *sql.DB) error {
	entries, _ := os.ReadDir("db/migrations")
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".sql") || strings.Contains(e.Name(), "seed") {
			continue
		}
		text, _ := os.ReadFile("db/migrations/" + e.Name())
		if _, err := db.Exec(string(text)); err != nil { return err }
	}
	return nil
}`,
      },
    ],
  ])("%s", (_, runner) => {
    expect(names({ ...seeded, ...runner })).toEqual(["001_a", "003_b"]);
    expect(first({ ...seeded, ...runner })?.loose?.join()).toMatch(
      /^db\/migrate\.\w+ leaves db\/migrations\/002_seed_a\.sql out by its name, so that it was not checked$/,
    );
  });

  test.each([
    [
      "what another command of the program takes",
      filtered('file.endsWith(".sql") && !file.includes("seed")'),
    ],
    ["either of two conditions", filtered('file.endsWith(".sql") || !file.includes("seed")')],
    ["a condition that nothing fits", filtered('file.endsWith(".sql") && file.startsWith("schema")')],
    ["lines", { "db/migrate.ts": program("./migrations", `if (line.includes("seed")) continue;\n${whole}`) }],
  ])("but not: %s", (name, runner) => {
    const more = name.startsWith("what another")
      ? {
          "db/migrate.ts": `${runner["db/migrate.ts"] ?? ""}\nfiles.filter((f) => f.endsWith(".sql") && f.includes("seed"));`,
        }
      : runner;
    expect(names({ ...seeded, ...more })).toHaveLength(3);
  });
});

test("a file without a number is run in its place among the names", () => {
  const files: Files = {
    "db/migrations/001_a.sql": sql,
    "db/migrations/002_b.sql": "ALTER TABLE t ADD COLUMN b int;\n",
    "db/migrations/add_c.sql": "ALTER TABLE t ADD COLUMN c int;\n",
  };
  const read = (text: string): readonly [readonly string[] | undefined, number | undefined] => {
    const history = first({ ...files, "scripts/migrate.ts": text });
    return [history?.migrations.map(({ name }) => name), history?.problems.length];
  };
  const all = program("../db/migrations", whole);
  expect(read(all)).toEqual([["001_a", "002_b", "add_c"], 0]);
  expect(read(all.replace(".sort()", ".sort((a, b) => parseInt(a) - parseInt(b))"))[1]).toBe(1);
  expect(read(all.replace('file.endsWith(".sql")', "file.match(/^\\d+_/)"))).toEqual([["001_a", "002_b"], 1]);
});

test("a sentence that has the folder's name names no folder", () => {
  const scripts = {
    "scripts/migrate.ts": `// Runs the database migrations.\n${program("../db/migrations", whole)}`,
  };
  const found = discover(
    memoryFileSystem({
      ...scripts,
      "db/migrations/001_a.sql": sql,
      "database/001_u.sql": "CREATE TABLE u (id int);\n",
      "database/002_v.sql": "CREATE TABLE v (id int);\n",
    }),
    [],
  );
  const told = found.map(({ root, runner }) => [root, runner]);
  expect(told).toEqual([
    ["database", undefined],
    ["db/migrations", "single-query"],
  ]);
});
