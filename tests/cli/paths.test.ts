/** What becomes of paths that hold no migrations, or can't be read: which exit code, and what is said. */
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Outcome } from "../../src/cli/check.ts";
import { run } from "../../src/cli/main.ts";
import { formats } from "../../src/index.ts";

const folder = mkdtempSync(join(tmpdir(), "ddlint-paths-"));
const at = (path: string): string => join(folder, path);

function write(path: string, text = ""): void {
  mkdirSync(dirname(at(path)), { recursive: true });
  writeFileSync(at(path), text);
}

const table = "CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, note text);\n";
const drop = "SET lock_timeout = '2s';\nALTER TABLE orders DROP COLUMN note;\n";

beforeAll(() => {
  // For the tests that give up the rights of root.
  chmodSync(folder, 0o755);
  write("shop/migrations/001_orders.sql", table);
  write("shop/migrations/002_drop.sql", drop);
  write("shop/migrations/helper.js", "export const one = 1;");
  write("shop/migrations/README.md", "# Orders");
  write("shop/clean/001_orders.sql", table);
  mkdirSync(at("shop/empty"));
  write("shop/src/index.ts", "export {};");
  write("shop/dump.sql");
  truncateSync(at("shop/dump.sql"), 64 * 1024 * 1024 + 1);
  write("shop/app/migrations/2024_01_01_000000_orders.php", "<?php");
  write("shop/app/helpers.py", "import os");
  write("shop/changelog/a.xml", '<databaseChangeLog><changeSet id="1" author="a"/></databaseChangeLog>');
  write("shop/pom.xml", "<project/>");
  write(
    "shop/sqlite/001_notes.sql",
    "CREATE TABLE notes (id INTEGER PRIMARY KEY AUTOINCREMENT);\nPRAGMA user_version = 1;\n",
  );
  write(
    "shop/odd/001_orders.sql",
    "CREATE TABLE orders (id bigint PRIMARY KEY);\nFLARGH orders;\nFLARGH x;\n",
  );
  symlinkSync("/proc/self/environ", at("shop/environ.sql"));
  write("other/migrations/001_x.sql", drop);
  write("other/baseline.json", '{ "version": 1, "findings": [] }');
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

afterEach(() => {
  for (const path of ["project", "outside"]) rmSync(at(path), { recursive: true, force: true });
});

const ddlint = (line: string, cwd = "shop"): Promise<Outcome> =>
  run(line.split(" ").filter(Boolean), at(cwd));

const artisan = "php artisan migrate --pretend";

describe("paths that are given", () => {
  it.each([
    ["clean", 0, ""],
    ["migrations", 1, ""],
    ["migrations/002_drop.sql", 1, ""],
    ["nowhere", 2, 'ddlint: there is no file or folder "nowhere"\n'],
    ["nowhere.sql migrations", 2, 'ddlint: there is no file or folder "nowhere.sql"\n'],
    ["clean empty", 2, "ddlint: found no migrations in empty (--allow-empty if that is right)\n"],
    ["src", 2, "ddlint: found no migrations in src (--allow-empty if that is right)\n"],
    ["empty --allow-empty", 0, "ddlint: found no migrations in empty (--allow-empty if that is right)\n"],
    ["empty --allow-empty --require-understood", 2, "found no migrations"],
    ["dump.sql", 2, 'ddlint: "dump.sql" can\'t be read: it is larger than 64 MB\n'],
    ["environ.sql", 2, 'ddlint: "environ.sql" can\'t be read: it is outside the project\n'],
    [
      "migrations/helper.js",
      0,
      "ddlint: migrations/helper.js isn't a migration that ddlint knows: it was not checked\n",
    ],
    [
      "migrations/README.md",
      0,
      "ddlint: migrations/README.md isn't a migration that ddlint knows: it was not checked\n",
    ],
    ["migrations/helper.js --require-understood", 2, "a migration that ddlint knows"],
    ["migrations/helper.js migrations/002_drop.sql", 1, "a migration that ddlint knows"],
    ["app/helpers.py", 0, "a migration that ddlint knows"],
    ["pom.xml", 0, "a migration that ddlint knows"],
    [
      "app/migrations/2024_01_01_000000_orders.php",
      2,
      `ddlint: app/migrations/2024_01_01_000000_orders.php is a migration in PHP for Laravel, which ddlint doesn't read; lint their SQL: ${artisan} | ddlint --stdin\n`,
    ],
    [
      "changelog/a.xml",
      2,
      "is a migration in XML, YAML or JSON for Liquibase without a root changelog that includes them, which ddlint doesn't read",
    ],
    ["app", 2, "ddlint: app/migrations: 1 migration in PHP for Laravel, which ddlint doesn't read"],
    [
      "odd --dialect mysql",
      1,
      "ddlint: 2 statements were not understood, and not checked: FLARGH (2); the first is at odd/001_orders.sql:2\n",
    ],
    ["odd --dialect mysql --require-understood", 2, "2 statements were not understood, and not checked"],
    ["dump.sql migrations/002_drop.sql", 2, '"dump.sql" can\'t be read'],
    ["dump.sql --fail-on never", 2, '"dump.sql" can\'t be read'],
    ["sqlite", 2, "ddlint: sqlite is left out: ddlint doesn't lint sqlite yet"],
    ["sqlite --allow-empty", 0, "ddlint: sqlite is left out: ddlint doesn't lint sqlite yet"],
    ["sqlite/001_notes.sql", 2, "ddlint: sqlite/001_notes.sql was not checked\n"],
    ["sqlite migrations", 2, "ddlint: found no migrations in sqlite (--allow-empty if that is right)\n"],
    ["../other/migrations", 1, ""],
    ["clean --baseline ../other/baseline.json", 0, ""],
  ])("%s: %i", async (line, exitCode, said) => {
    const outcome = await ddlint(line);
    expect(outcome.exitCode, outcome.stderr).toBe(exitCode);
    if (said === "") expect(outcome.stderr).toBe("");
    else expect(outcome.stderr).toContain(said);
    if (said.startsWith("ddlint:") && !line.includes("sqlite")) expect(outcome.stderr).toMatch(/^[^\n]+\n$/);
  });

  it("that can't be read leave the others linted", async () => {
    const { stdout } = await ddlint("nowhere dump.sql migrations --format unix");
    expect(stdout).toContain("[drop-column]");
  });

  it("are each said when none can be read, and nothing is reported", async () => {
    expect(await ddlint("dump.sql environ.sql --format json")).toEqual({
      exitCode: 2,
      stdout: "",
      stderr:
        'ddlint: "dump.sql" can\'t be read: it is larger than 64 MB\n' +
        'ddlint: "environ.sql" can\'t be read: it is outside the project\n',
    });
  });
});

describe("a migration of Flyway with another ending", () => {
  it("is said to be in no history", async () => {
    write("project/flyway.conf", "flyway.sqlMigrationSuffixes=.sql,.ddl\n");
    write("project/db/migration/V1__orders.sql", table);
    write("project/db/migration/V2__drop.ddl", drop);
    write("project/db/migration/V1__orders.sql.conf", "executeInTransaction=true\n");
    const { stderr } = await ddlint("", "project");
    expect(stderr).toBe("ddlint: db/migration/V2__drop.ddl is in no history, and was not checked\n");
    expect((await ddlint("--require-understood", "project")).exitCode).toBe(2);
  });
});

describe("a history that the project has turned off", () => {
  const resources = "src/main/resources";
  beforeEach(() => {
    write(`project/${resources}/db/migration/V1__orders.sql`, table);
    write(`project/${resources}/db/migration/V2__drop.sql`, drop);
    write(`project/${resources}/application.properties`, "spring.flyway.enabled=false\n");
  });
  const line = `${resources}/db/migration is left out: nothing here runs its 2 migrations, as ${resources}/application.properties turns flyway off (ddlint ${resources}/db/migration lints them)`;

  it("is named, and nobody's mistake", async () => {
    const { stdout, stderr, exitCode } = await ddlint("", "project");
    expect(stdout.replace(/\s+/g, " ")).toBe(
      "nothing was checked in 0 migrations (0 files); 1 history not read (nothing runs it) ",
    );
    expect(stderr).toBe(`ddlint: ${line}\nddlint: found no migrations here but those that are left out\n`);
    expect(exitCode).toBe(0);
    expect((await ddlint("--require-understood", "project")).exitCode).toBe(2);
  });

  it("is linted where it is named, and written of in any case", async () => {
    expect((await ddlint(`${resources}/db/migration`, "project")).exitCode).toBe(1);
    expect((await ddlint(`${resources}/db/migration/V2__drop.sql`, "project")).exitCode).toBe(1);
    expect((await ddlint("schema", "project")).stdout).toContain("Schema after V2__drop");
  });
});

describe("what isn't read beside migrations that are", () => {
  const formatNames = Object.keys(formats).sort();

  it("is counted in the last line, and named", async () => {
    write("project/db/migrations/001_orders.sql", table);
    write(
      "project/lite/migrations/001_notes.sql",
      "CREATE TABLE notes (id INTEGER PRIMARY KEY AUTOINCREMENT);\n",
    );
    write("project/app/migrations/2024_01_01_000000_orders.php", "<?php\n");
    const { stdout, stderr, exitCode } = await ddlint("", "project");
    expect(stdout.replace(/\s+/g, " ")).toContain("; 2 histories not read (sqlite, PHP for Laravel) ");
    expect(stderr).toBe(
      "ddlint: lite/migrations is left out: ddlint doesn't lint sqlite yet (the files use AUTOINCREMENT; --dialect postgres if it is wrong)\n" +
        "ddlint: app/migrations: 1 migration in PHP for Laravel, which ddlint doesn't read\n",
    );
    expect(exitCode).toBe(0);
    expect((await ddlint("--require-understood", "project")).exitCode).toBe(2);
  });

  it.each(formatNames)("%s says so", async (format) => {
    write("project/db/migrations/001_orders.sql", table);
    write("project/app/migrations/2024_01_01_000000_orders.php", "<?php\n");
    const { stdout } = await ddlint(`--format ${format}`, "project");
    expect(stdout.replace(/\s+/g, " ")).toMatch(/PHP for Laravel/);
    rmSync(at("project/app"), { recursive: true });
    expect((await ddlint(`--format ${format}`, "project")).stdout).not.toMatch(/not-checked|PHP/);
  });

  it("no findings is never said of nothing", async () => {
    write(
      "project/lite/migrations/001_notes.sql",
      "CREATE TABLE notes (id INTEGER PRIMARY KEY AUTOINCREMENT);\n",
    );
    const { stdout, exitCode } = await ddlint("", "project");
    expect(stdout).toMatch(/^nothing was checked in 0 migrations/);
    expect(exitCode).toBe(2);
  });
});

describe("the name of a file that is an option", () => {
  it.each(["--output=report_migrations/1.sql", "--after=001", "--exit-zero", "-x"])("%s: 2", async (name) => {
    write("project/migrations/001_x.sql", drop);
    write(`project/${name}`);
    const outcome = await ddlint(`${name} migrations/001_x.sql`, "project");
    expect(outcome).toEqual({
      exitCode: 2,
      stdout: "",
      stderr: `ddlint: "${name}" is an option and the name of a file; write -- before the names of files, or ./ before this one\n`,
    });
    expect((await ddlint(`-- ${name} migrations/001_x.sql`, "project")).exitCode).toBe(1);
  });
});

describe("nothing to run", () => {
  it.each(["--only ,", "--only=", "--skip ,"])("%s: 2", async (line) => {
    const outcome = await ddlint(`${line} migrations`);
    expect(outcome.exitCode).toBe(2);
    expect(outcome.stderr).toContain("isn't the name of a rule; is a shell variable empty?");
  });
});

// Other systems have no such names.
describe.skipIf(process.platform !== "linux")("a name that is no UTF-8", () => {
  const bytes = (path: string): Buffer => Buffer.from(at(path).replace("?", "\xFF"), "latin1");

  it("is reported as a migration that can't be read, also beside one of the same look", async () => {
    write("project/migrations/001_orders.sql", table);
    writeFileSync(bytes("project/migrations/002_?.sql"), drop);
    const look = "migrations/002_\uFFFD.sql";
    for (const twin of [undefined, "SELECT 1;\n"]) {
      if (twin !== undefined) write(`project/${look}`, twin);
      const { exitCode, stdout } = await ddlint("--format unix", "project");
      expect(exitCode).toBe(1);
      expect(stdout).toContain(`${look}:1:1: error: can't be read: its name isn't UTF-8`);
    }
  });

  it("is reported of a folder", async () => {
    write("project/migrations/001_orders.sql", table);
    for (const name of ["?migrations", "db?"]) {
      mkdirSync(bytes(`project/${name}`));
      writeFileSync(Buffer.concat([bytes(`project/${name}`), Buffer.from("/001_x.sql")]), drop);
    }
    const { exitCode, stdout, stderr } = await ddlint("--format unix", "project");
    expect(exitCode).toBe(1);
    expect(stdout).toContain("\uFFFDmigrations:1:1: ");
    expect(stderr).toContain("ddlint: db\uFFFD can't be read, and was left out: its name isn't UTF-8\n");
  });
});

describe("what the tool runs", () => {
  it("is read of flyway's location, whatever the folders are called", async () => {
    write("project/flyway.conf", "flyway.locations=filesystem:sql\n");
    const deep = ["a/b/c/d", "vendor", "dist", "test", "examples", "seeds"];
    write("project/sql/V1__all.sql", deep.map((_, i) => `CREATE TABLE t${i} (id bigint);\n`).join(""));
    for (const [i, name] of deep.entries())
      write(`project/sql/${name}/V${i + 2}__drop.sql`, `DROP TABLE t${i};`);
    const { stdout } = await ddlint("--format unix --only drop-table", "project");
    for (const [i, name] of deep.entries()) expect(stdout).toContain(`sql/${name}/V${i + 2}__drop.sql:1:`);
  });

  it("is read of prisma's folders, whatever they are called", async () => {
    write("project/prisma/schema.prisma", 'datasource db {\n  provider = "postgresql"\n}\n');
    const both = "CREATE TABLE tests (id bigint);\nCREATE TABLE vendor (id bigint);\n";
    write("project/prisma/migrations/20240101000000_both/migration.sql", both);
    for (const name of ["tests", "vendor"])
      write(`project/prisma/migrations/${name}/migration.sql`, `DROP TABLE ${name};`);
    const { stdout } = await ddlint("--format unix --only drop-table", "project");
    for (const name of ["tests", "vendor"]) expect(stdout).toContain(`${name}/migration.sql:1:`);
  });

  it("is said where it is in no history", async () => {
    write("project/flyway.conf", "flyway.url=jdbc:postgresql://db/shop\nflyway.locations=filesystem:sql\n");
    write("project/sql/V1__orders.sql", table);
    write("project/sql/schema.sql", table);
    write("project/sql/afterMigrate.sql", drop);
    const one = "ddlint: sql/afterMigrate.sql is in no history, and was not checked\n";
    expect(await ddlint("", "project")).toMatchObject({ exitCode: 0, stderr: one });
    expect(await ddlint("--require-understood", "project")).toMatchObject({ exitCode: 2, stderr: one });
    write("project/sql/mysql/V2__drop.sql", drop);
    expect((await ddlint("--dialect postgres", "project")).stderr).toBe(
      "ddlint: 2 files below sql are in no history, and were not checked: sql/afterMigrate.sql and 1 more\n",
    );
    write("project/Makefile", "up:\n\tmigrate -path db -database $(URL) up\n");
    write("project/db/1_orders.up.sql", table);
    write("project/db/1_orders.down.sql", "DROP TABLE orders;\n");
    write("project/db/2_drop.up.txt", drop);
    expect((await ddlint("db", "project")).stderr).toBe(
      "ddlint: db/2_drop.up.txt is in no history, and was not checked\n",
    );
  });

  it("is said of what changes tables among migrations in code, and of SQL without an order", async () => {
    const code = (text: string): string => `export async function up(db) {\n  await db.schema.${text}\n}\n`;
    write("project/package.json", '{ "dependencies": { "kysely": "0.27.0", "pg": "8.0.0" } }');
    for (const name of ["001_a", "002_b"])
      write(
        `project/migrations/${name}.ts`,
        `import { Kysely } from "kysely";\n${code('dropTable("a").execute();')}`,
      );
    write("project/migrations/001_a.js", code('dropTable("a").execute();'));
    write(
      "project/migrations/run.ts",
      'import { readdirSync } from "fs";\nawait pool.query("CREATE TABLE ran (name text)");\n',
    );
    write("project/migrations/names.ts", "export const orders = 'orders';\n");
    expect((await ddlint("", "project")).stderr).toBe("");
    write("project/migrations/add-index.ts", 'await pool.query("CREATE INDEX ON orders (day)");\n');
    write("project/database/migrations/orders_schema.sql", table);
    expect((await ddlint("", "project")).stderr).toBe(
      "ddlint: migrations/add-index.ts is in no history, and was not checked\n" +
        "ddlint: database/migrations/orders_schema.sql is in no history, and was not checked\n",
    );
    expect((await ddlint("--require-understood", "project")).exitCode).toBe(2);
    expect((await ddlint("migrations", "project")).stderr).not.toContain("orders_schema");
  });
});

describe("no path", () => {
  it("is 2 where there are no migrations", async () => {
    const outcome = await ddlint("", "shop/src");
    expect(outcome.exitCode).toBe(2);
    expect(outcome.stderr).toBe("ddlint: found no migrations here; name their folder: ddlint <folder>\n");
    expect((await ddlint("--allow-empty", "shop/src")).exitCode).toBe(0);
  });

  it("names a folder in .gitignore, whose files git may follow", async () => {
    write("ignoring/.gitignore", "migrations/versions\n");
    write("ignoring/migrations/versions/001_a.sql", table);
    const outcome = await ddlint("", "ignoring");
    expect(outcome.exitCode).toBe(2);
    expect(outcome.stderr).toBe(
      "ddlint: found no migrations here but in migrations/versions, which is in .gitignore: ddlint migrations/versions lints them\n",
    );
  });

  it("is 0 where nothing is new since a commit", async () => {
    write("bare/README.md");
    const git = (...args: readonly string[]): Buffer =>
      execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@example.com", ...args], {
        cwd: at("bare"),
        stdio: "pipe",
      });
    git("init", "--quiet");
    git("add", ".");
    git("commit", "--quiet", "--no-verify", "-m", "Begin");
    expect(await ddlint("--staged", "bare")).toMatchObject({ exitCode: 0 });
    expect(await ddlint("--since HEAD", "bare")).toMatchObject({ exitCode: 0 });
    expect(await ddlint("--staged .", "bare")).toMatchObject({ exitCode: 2 });
  });
});

describe("paths of the configuration", () => {
  it.each([
    [{ migrations: "../../other/migrations" }, '"migrations" names "../../other/migrations"'],
    [{ migrations: { "../../other/migrations": {} } }, '"migrations" names "../../other/migrations"'],
    [{ schema: "../../other/x.sql" }, '"schema" names "../../other/x.sql"'],
    [{ stats: "/etc/passwd" }, '"stats" names "/etc/passwd"'],
    [{ baseline: "../../other/baseline.json" }, '"baseline" names "../../other/baseline.json"'],
    [{ baseline: ".git/hooks/pre-commit" }, '"baseline" names ".git/hooks/pre-commit"'],
  ])("%j: 2", async (config, said) => {
    write("project/c/ddlint.jsonc", JSON.stringify(config));
    write("project/c/migrations/001_x.sql", drop);
    mkdirSync(at("project/.git"), { recursive: true });
    for (const command of ["", "baseline", "--fix", "config print"]) {
      const outcome = await ddlint(command, "project/c");
      expect(outcome).toMatchObject({ exitCode: 2, stdout: "" });
      expect(outcome.stderr).toContain(`ddlint: ddlint.jsonc: ${said}, which can't be used: it`);
      expect(outcome.stderr).toMatch(/^[^\n]+\n$/);
    }
  });

  it("that name no snapshot as one are 2, and nothing of the file is shown", async () => {
    write("project/.env", "SECRET=1");
    write("project/migrations/001_x.sql", drop);
    write("project/ddlint.jsonc", '{ "schema": ".env" }');
    expect(await ddlint("", "project")).toEqual({
      exitCode: 2,
      stdout: "",
      stderr:
        "ddlint: .env: this isn't a schema snapshot; expected a dump, as pg_dump --schema-only makes it\n",
    });
  });

  it("may be named by the command line too", async () => {
    write("project/ddlint.jsonc", '{ "migrations": "../other/migrations" }');
    expect((await ddlint("../other/migrations", "project")).exitCode).toBe(1);
  });
});

describe("what is written", () => {
  it.each([
    ["--format json=report.json migrations", "report.json"],
    ["--output report.json --format json migrations", "report.json"],
    ["baseline migrations", "ddlint-baseline.json"],
    ["baseline --baseline report.json migrations", "report.json"],
    ["init --yes --force migrations", "ddlint.jsonc"],
    ["init --yes --force --workflow migrations", ".github/workflows/ddlint.yml"],
  ])("%s doesn't follow a link out of the project", async (line, file) => {
    write("project/migrations/001_x.sql", drop);
    write("outside/target", "kept");
    const isWorkflow = file.startsWith(".github");
    symlinkSync(
      isWorkflow ? "../outside" : "../outside/target",
      at(`project/${isWorkflow ? ".github" : file}`),
    );
    // A link that leads nowhere yet, too.
    for (const target of ["kept", undefined]) {
      if (target === undefined) rmSync(at("outside/target"));
      const { exitCode, stderr } = await ddlint(line, "project");
      expect(exitCode).toBe(2);
      expect(stderr).toMatch(/it is outside the project|it is a broken link/);
      expect(readdirSync(at("outside"))).toEqual(target === undefined ? [] : ["target"]);
      if (target !== undefined) expect(readFileSync(at("outside/target"), "utf8")).toBe(target);
    }
  });

  it.each([
    ["src/index.ts", "export const kept = 1;"],
    ["migrations/001_x.sql", drop],
    [".env", "SECRET=1"],
    ["other.json", "{}"],
  ])("is no baseline over %s, which the configuration calls one", async (file, text) => {
    write("project/migrations/001_x.sql", drop);
    write(`project/${file}`, text);
    write("project/ddlint.jsonc", JSON.stringify({ baseline: file }));
    expect(await ddlint("baseline", "project")).toEqual({
      exitCode: 2,
      stdout: "",
      stderr: `ddlint: "${file}" was not replaced: it isn't a baseline file; remove it, or name another file: --baseline <file>\n`,
    });
    expect(readFileSync(at(`project/${file}`), "utf8")).toBe(text);
  });

  it("is no report through a link to a file of another kind", async () => {
    write("project/migrations/001_x.sql", drop);
    write("project/.env", "SECRET=1");
    symlinkSync(".env", at("project/ddlint.sarif"));
    const { stderr } = await ddlint("--format sarif=ddlint.sarif", "project");
    expect(stderr).toContain("it is a link to another kind of file");
    expect(readFileSync(at("project/.env"), "utf8")).toBe("SECRET=1");
  });

  it("may lie outside where the command line names it", async () => {
    mkdirSync(at("reports"));
    const { exitCode } = await ddlint("clean --format json=../reports/x.json");
    expect(exitCode).toBe(0);
    expect(readdirSync(at("reports"))).toEqual(["x.json"]);
  });
});

describe("a configuration that can't be read", () => {
  it.each([
    ["/dev/zero", "it is outside the project"],
    ["nowhere.jsonc", "it is a broken link"],
    [".env", "it is a link to another kind of file"],
  ])("a link to %s: 2", async (target, because) => {
    write("project/.env", "SECRET=1");
    write("project/migrations/001_x.sql", drop);
    symlinkSync(target, at("project/ddlint.jsonc"));
    expect(await ddlint("", "project")).toEqual({
      exitCode: 2,
      stdout: "",
      stderr: `ddlint: ddlint.jsonc: the configuration can't be read: ${because}\n`,
    });
  });

  it("a pipe: 2, and nothing waits for it", async () => {
    write("project/migrations/001_x.sql", drop);
    execFileSync("mkfifo", [at("project/ddlint.jsonc")]);
    const outcome = await ddlint("", "project");
    expect(outcome.stderr).toBe(
      "ddlint: ddlint.jsonc: the configuration can't be read: it isn't a regular file\n",
    );
  });

  it("20,000 brackets: 2", async () => {
    write("project/migrations/001_x.sql", drop);
    for (const text of ["[".repeat(20_000), `{"rules":${'{"x":'.repeat(20_000)}`]) {
      write("project/ddlint.jsonc", text);
      const outcome = await ddlint("", "project");
      expect(outcome.exitCode, outcome.stderr.slice(0, 300)).toBe(2);
      expect(outcome.stderr).toMatch(/^ddlint: ddlint\.jsonc:[^\n]+\n$/);
    }
  });
});

const isRoot = process.getuid?.() === 0;
const nobody = 65_534;

/** Without the right of root to read everything; what is imported late must be loaded before. */
async function asNobody<T>(action: () => Promise<T>): Promise<T> {
  if (isRoot) process.seteuid?.(nobody);
  try {
    return await action();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}

describe.skipIf(process.platform === "win32")("what the user may not read", () => {
  it("is a finding where it was found, 2 where it was named, and said otherwise", async () => {
    write("denied/migrations/001_orders.sql", table);
    write("denied/migrations/002_secret.sql", drop);
    write("denied/migrations/003_drop.sql", drop);
    write("denied/code/001_a.js", "exports.up = (knex) => knex.raw('SELECT 1');");
    write("denied/code/002_b.js", "exports.up = (knex) => knex.raw('SELECT 1');");
    write("denied/docker/data/x", "");
    await ddlint("--format unix", "denied");
    for (const path of ["migrations/002_secret.sql", "code/002_b.js", "docker/data"])
      chmodSync(at(`denied/${path}`), 0);
    const found = await asNobody(() => ddlint("--format unix", "denied"));
    expect(found.exitCode).toBe(1);
    expect(found.stdout).toContain(
      "migrations/002_secret.sql:1:1: error: can't be read: permission denied [unreadable-migration]",
    );
    expect(found.stdout).toContain("migrations/003_drop.sql:2:20: error");
    expect(found.stdout).toContain("code/002_b.js:1:1: error: can't be read: permission denied");
    expect(found.stderr).toContain(
      "ddlint: docker/data can't be read, and was left out: permission denied\n",
    );
    const named = await asNobody(() => ddlint("migrations/002_secret.sql", "denied"));
    expect(named).toMatchObject({ exitCode: 2, stdout: "" });
  });

  it("is a finding where a whole folder of migrations can't be read", async () => {
    write("closed/migrations/001_orders.sql", table);
    await ddlint("--format unix", "closed");
    chmodSync(at("closed/migrations"), 0);
    const { exitCode, stdout } = await asNobody(() => ddlint("--format unix", "closed"));
    expect(stdout).toContain(
      "migrations:1:1: error: can't be read: permission denied [unreadable-migration]",
    );
    expect(exitCode).toBe(1);
    const named = await asNobody(() => ddlint("migrations", "closed"));
    expect(named.stderr).toBe('ddlint: "migrations" can\'t be read: permission denied\n');
    expect(named.exitCode).toBe(2);
    chmodSync(at("closed/migrations"), 0o755);
  });

  it("is a finding where a name has a line break, which no layout reads", async () => {
    write("project/migrations/001_orders.sql", table);
    write("project/migrations/002_drop\nnote.sql", drop);
    const { exitCode, stdout } = await ddlint("--format unix", "project");
    expect(stdout).toBe(
      "migrations/002_drop\\nnote.sql:1:1: error: can't be read: its name has a line break [unreadable-migration]\n",
    );
    expect(exitCode).toBe(1);
  });

  it("is 2 for a configuration", async () => {
    write("config/migrations/001_orders.sql", table);
    write("config/ddlint.jsonc", "{}");
    await ddlint("", "config");
    chmodSync(at("config/ddlint.jsonc"), 0);
    const { exitCode, stderr } = await asNobody(() => ddlint("", "config"));
    expect(stderr).toBe("ddlint: ddlint.jsonc: the configuration can't be read: permission denied\n");
    expect(exitCode).toBe(2);
  });
});

describe("a schema that is pushed, beside migrations that nothing applies", () => {
  it("is named, and doesn't fail", async () => {
    write("pushed/package.json", '{"scripts": {"push": "drizzle-kit push"}}');
    write("pushed/drizzle/0000_orders.sql", table);
    write(
      "pushed/drizzle/meta/_journal.json",
      '{"dialect": "postgresql", "entries": [{"tag": "0000_orders"}]}',
    );
    const { exitCode, stderr } = await ddlint("--require-understood", "pushed");
    expect(stderr).toBe(
      "ddlint: drizzle: package.json calls drizzle push, and nothing applies these files (--tool drizzle if that is wrong)\n",
    );
    expect(exitCode).toBe(0);
  });

  it("isn't said where the program applies them when it starts", async () => {
    write("started/package.json", '{"scripts": {"push": "drizzle-kit push"}}');
    write("started/drizzle/0000_orders.sql", table);
    write(
      "started/drizzle/meta/_journal.json",
      '{"dialect": "postgresql", "entries": [{"tag": "0000_orders"}]}',
    );
    write(
      "started/server/startup/prepare.ts",
      'import { migrate } from "drizzle-orm/node-postgres/migrator";\n',
    );
    const { stderr } = await ddlint("", "started");
    expect(stderr).toBe("");
  });
});
