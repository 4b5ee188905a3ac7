/** `ddlint rollback`: what is printed, what is written, and what is refused. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { run } from "../../src/cli/main.ts";
import { lintProject } from "../../src/index.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ddlint-rollback-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}
const read = (name: string): string => readFileSync(join(folder, name), "utf8");
const ddlint = (line: string) => run(["rollback", ...line.split(" ").filter((word) => word !== "")], folder);

const init = {
  "migrations/001_init.up.sql":
    "CREATE TABLE users (id bigint PRIMARY KEY, note text);\nCREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint REFERENCES users);\n",
  "migrations/001_init.down.sql": "DROP TABLE orders;\nDROP TABLE users;\n",
};
const down = "migrations/002_phone.down.sql";
const added = { ...init, "migrations/002_phone.up.sql": "ALTER TABLE users ADD COLUMN phone text;\n" };
const dropped = { ...init, "migrations/002_note.up.sql": "ALTER TABLE users DROP COLUMN note;\n" };

describe("prints", () => {
  it("the rollback of the newest migration", async () => {
    write(added);
    expect(await ddlint("")).toEqual({
      exitCode: 0,
      stdout: "ALTER TABLE users DROP COLUMN phone;\n",
      stderr: "",
    });
    expect(existsSync(join(folder, down))).toBe(false);
  });

  it.each(["001", "001_init", "migrations/001_init.up.sql", "./migrations/001_init.up.sql"])(
    "that of %s",
    async (name) => {
      write(added);
      const { exitCode, stdout, stderr } = await ddlint(name);
      expect({ exitCode, stdout }).toEqual({
        exitCode: 0,
        stdout: "DROP TABLE orders;\nDROP TABLE users;\n",
      });
      expect(stderr).toBe("ddlint: 001_init has a rollback already\n");
    },
  );

  it("nothing about a column or table that goes as a whole", async () => {
    write({
      ...init,
      "migrations/002_more.up.sql":
        "ALTER TABLE users ADD COLUMN phone text;\nUPDATE users SET phone = '';\nALTER TABLE users ALTER COLUMN phone SET NOT NULL;\n" +
        "CREATE TABLE plans (id int);\nCREATE INDEX ON plans (id);\nALTER TABLE plans ADD COLUMN name text;\nINSERT INTO plans VALUES (1);\n",
    });
    expect((await ddlint("")).stdout).toBe("DROP TABLE plans;\nALTER TABLE users DROP COLUMN phone;\n");
  });

  it("what tunes a table, as not undone", async () => {
    write({ ...init, "migrations/002_tune.up.sql": "ALTER TABLE users SET (fillfactor = 70);\n" });
    expect(await ddlint("")).toMatchObject({
      exitCode: 0,
      stdout: "-- not undone: ALTER TABLE users SET (fillfactor = 70)\n",
    });
  });

  it("that there is nothing to undo", async () => {
    write({ ...init, "migrations/002_rows.up.sql": "ANALYZE users;\n" });
    expect((await ddlint("")).stdout).toBe("-- nothing to undo\n");
  });

  it("what isn't restored", async () => {
    write(dropped);
    expect(await ddlint("")).toEqual({
      exitCode: 0,
      stdout:
        "-- ddlint-irreversible: it doesn't restore the values of users.note\nALTER TABLE users ADD COLUMN note text;\n",
      stderr:
        "ddlint: migrations/002_note.up.sql:1: not restored: the values of users.note\n" +
        "ddlint: --backup writes what keeps the data, into the migration, and what restores it\n",
    });
  });

  it("a template's placeholders as the migration writes them", async () => {
    const table = '{{ index .Options "Namespace" }}.users';
    write({
      "migrations/001_init.up.sql": `CREATE TABLE ${table} (id bigint PRIMARY KEY);\n`,
      "migrations/001_init.down.sql": `DROP TABLE ${table};\n`,
      "migrations/002_phone.up.sql": `ALTER TABLE ${table} ADD COLUMN phone text;\n`,
    });
    expect(await ddlint("002")).toMatchObject({ stdout: `ALTER TABLE ${table} DROP COLUMN phone;\n` });
  });

  it("JSON", async () => {
    write(dropped);
    const { stdout } = await ddlint("--json");
    expect(JSON.parse(stdout)).toMatchObject({
      migration: "002_note",
      file: "migrations/002_note.up.sql",
      statements: ["ALTER TABLE users ADD COLUMN note text;"],
      rollbackFile: "migrations/002_note.down.sql",
      lost: [{ what: "the values of users.note", file: "migrations/002_note.up.sql", line: 1 }],
      gaps: [],
    });
  });

  it("calls, for a migration in code", async () => {
    write({
      "package.json": '{"dependencies": {"knex": "3.1.0", "pg": "8"}}',
      "knexfile.js": "module.exports = { client: 'pg' };",
      "migrations/20260101000000_users.js":
        "exports.up = (knex) => knex.schema.createTable('users', (t) => { t.increments('id'); });\nexports.down = () => {};\n",
    });
    const { stdout, stderr, exitCode } = await ddlint("");
    expect({ stdout, exitCode }).toEqual({
      stdout: 'await knex.raw(`drop table "users";`);\n'
        .replace("drop table", "DROP TABLE")
        .replaceAll('"', ""),
      exitCode: 0,
    });
    expect(stderr).toContain("it belongs into the export down of migrations/20260101000000_users.js");
  });
});

describe("--write", () => {
  it("makes the file that the tool looks for, on which ddlint reports nothing", async () => {
    write(added);
    expect(await ddlint("--write")).toEqual({ exitCode: 0, stdout: "", stderr: `ddlint: wrote ${down}\n` });
    expect(read(down)).toBe("ALTER TABLE users DROP COLUMN phone;\n");
    const { findings } = await lintProject({ cwd: folder, root: folder, paths: [down] });
    expect(findings).toEqual([]);
  });

  it("replaces a rollback only with --force", async () => {
    write({ ...added, [down]: "SELECT 1;\n" });
    expect(await ddlint("--write")).toEqual({
      exitCode: 2,
      stdout: "",
      stderr: "ddlint: 002_phone has a rollback already; --force replaces it\n",
    });
    expect(read(down)).toBe("SELECT 1;\n");
    expect((await ddlint("--write --force")).exitCode).toBe(0);
    expect(read(down)).toBe("ALTER TABLE users DROP COLUMN phone;\n");
  });

  it("adds the section of a file that holds both", async () => {
    write({
      "go.mod": "module x\nrequire github.com/pressly/goose/v3 v3.20.0\n",
      "migrations/00001_a.sql": "-- +goose Up\nCREATE TABLE a (id int);\n\n-- +goose Down\nDROP TABLE a;\n",
      "migrations/00002_b.sql": "-- +goose Up\nALTER TABLE a ADD COLUMN b int;\n",
    });
    await ddlint("--write");
    expect(read("migrations/00002_b.sql")).toBe(
      "-- +goose Up\nALTER TABLE a ADD COLUMN b int;\n\n-- +goose Down\nALTER TABLE a DROP COLUMN b;\n",
    );
  });

  it("fills a section that is empty", async () => {
    write({
      "migrations/20260101000000_a.sql":
        "-- migrate:up\nCREATE TABLE a (id int);\n\n-- migrate:down\nDROP TABLE a;\n",
      "migrations/20260102000000_b.sql":
        "-- migrate:up\nALTER TABLE a ADD COLUMN b int;\n\n-- migrate:down\n\n",
    });
    await ddlint("--write");
    expect(read("migrations/20260102000000_b.sql")).toBe(
      "-- migrate:up\nALTER TABLE a ADD COLUMN b int;\n\n-- migrate:down\nALTER TABLE a DROP COLUMN b;\n",
    );
  });

  it("with --backup changes the migration, too", async () => {
    write(dropped);
    expect((await ddlint("--write --backup")).stderr).toBe(
      "ddlint: wrote migrations/002_note.up.sql\nddlint: wrote migrations/002_note.down.sql\n",
    );
    expect(read("migrations/002_note.up.sql")).toBe(
      "CREATE TABLE backup_users_note AS SELECT id, note FROM users;\n" +
        "ALTER TABLE backup_users_note ADD PRIMARY KEY (id);\n" +
        "ALTER TABLE users DROP COLUMN note;\n",
    );
    expect(read("migrations/002_note.down.sql")).toContain("DROP TABLE backup_users_note;\n");
  });

  it("never changes a migration that is applied", async () => {
    write({ ...dropped, "ddlint.jsonc": '{ "startAfter": "002" }' });
    const { exitCode, stderr } = await ddlint("--write --backup");
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr:
        "ddlint: migrations/002_note.up.sql is applied already: what keeps its data can't be added any more; leave out --backup\n",
    });
  });

  it("needs a tool that has rollbacks", async () => {
    write({
      "prisma/schema.prisma": 'datasource db { provider = "postgresql" }',
      "prisma/migrations/20260101000000_a/migration.sql": "CREATE TABLE a (id int);",
      "prisma/migrations/migration_lock.toml": 'provider = "postgresql"',
    });
    expect(await ddlint("--write")).toEqual({
      exitCode: 2,
      stdout: "",
      stderr:
        "ddlint: the tool has no rollbacks: there is no file to write; leave out --write, and copy what is printed\n",
    });
  });
});

describe("refuses", () => {
  it("what isn't known, with its place", async () => {
    write({
      "migrations/001_init.up.sql": "ALTER TABLE users ADD COLUMN phone text;\n",
      "migrations/001_init.down.sql": "SELECT 1;\n",
      "migrations/002_drop.up.sql": "SELECT 1;\nALTER TABLE users DROP COLUMN name;\n",
    });
    const { exitCode, stdout, stderr } = await ddlint("");
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toContain(
      "can't write the rollback: it isn't known what was there before this statement (migrations/002_drop.up.sql:2)",
    );
  });

  it.each([
    "CREATE INDEX IF NOT EXISTS users_name ON users (name)",
    "CREATE TABLE IF NOT EXISTS plans (id int)",
    "CREATE OR REPLACE VIEW names AS SELECT 1 AS one",
    "CREATE OR REPLACE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1'",
  ])("to drop what may be older: %s", async (sql) => {
    write({
      "migrations/001_init.up.sql": "ALTER TABLE users ADD COLUMN phone text;\n",
      "migrations/001_init.down.sql": "ALTER TABLE users DROP COLUMN phone;\n",
      "migrations/002_new.up.sql": `${sql};\n`,
    });
    const { exitCode, stderr } = await ddlint("");
    expect(stderr).toMatch(/it isn't known whether (?:index |function |)\w+ is older than the migration/);
    expect(exitCode).toBe(2);
  });

  it.each([
    "ALTER TABLE orders ALTER CONSTRAINT orders_user_id_fkey DEFERRABLE",
    "ALTER SEQUENCE numbers RESTART WITH 5",
    "REVOKE SELECT ON users FROM PUBLIC",
  ])("what the schema doesn't hold: %s", async (sql) => {
    write({
      ...init,
      "migrations/002_numbers.up.sql": "CREATE SEQUENCE numbers;\n",
      "migrations/002_numbers.down.sql": "DROP SEQUENCE numbers;\n",
      "migrations/003_new.up.sql": `${sql};\n`,
    });
    const { exitCode, stderr, stdout } = await ddlint("");
    expect(stderr).toContain("(migrations/003_new.up.sql:1)");
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
  });

  it("what the server refuses", async () => {
    write({ ...init, "migrations/002_twice.up.sql": "CREATE TABLE users (id int);\n" });
    expect(await ddlint("")).toEqual({
      exitCode: 2,
      stdout: "",
      stderr:
        "ddlint: can't write the rollback: the server refuses this statement (migrations/002_twice.up.sql:1); correct the migration first\n",
    });
  });

  it.each([
    ["003", 'there is no migration "003"'],
    ["", "no migrations found"],
  ])("%s", async (name, message) => {
    if (name !== "") write(added);
    const { exitCode, stderr } = await ddlint(name);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(message);
  });

  it("to choose between histories", async () => {
    write({
      ...added,
      "other/migrations/001_a.up.sql": "CREATE TABLE a (id int);",
      "other/migrations/001_a.down.sql": "DROP TABLE a;",
    });
    expect((await ddlint("")).stderr).toContain(
      "there are several histories of migrations here; name the migration: its file",
    );
    expect((await ddlint("001")).stderr).toContain('"001" names several migrations');
    expect((await ddlint("other/migrations/001_a.up.sql")).stdout).toBe("DROP TABLE a;\n");
  });

  it("one of several changesets in a file, whose ids another file has, too", async () => {
    const sets = (...all: readonly string[]): string =>
      ["-- liquibase formatted sql", ...all.map((sql, at) => `\n--changeset ann:${at + 1}\n${sql}`)].join(
        "\n",
      );
    write({
      "db/changelog/1.0.sql": sets("CREATE TABLE a (id int, b int);", "CREATE INDEX a_id ON a (id);"),
      "db/changelog/2.0.sql": sets("CREATE INDEX a_b ON a (b);", "CREATE INDEX a_both ON a (id, b);"),
    });
    const several =
      '"ann:1" names several migrations: db/changelog/1.0.sql::1::ann, db/changelog/2.0.sql::1::ann';
    expect((await ddlint("ann:1")).stderr).toContain(several);
    expect((await ddlint("db/changelog/2.0.sql")).stderr).toContain("db/changelog/2.0.sql::2::ann");
    for (const name of ["2.0.sql::1::ann", "db/changelog/2.0.sql::1", "./db/changelog/2.0.sql::ann:1"])
      expect((await ddlint(name)).stdout).toBe("DROP INDEX a_b;\n");
  });
});
