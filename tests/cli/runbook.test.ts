/** `ddlint runbook`: what is printed of the demo and of tools, and what is added to a changelog. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { run } from "../../src/cli/main.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ddlint-runbook-"));
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
const ddlint = (...words: readonly string[]) => run(["runbook", ...words], folder);
const section = async (name: string, ...words: readonly string[]): Promise<string> => {
  const { stdout, stderr } = await ddlint(...words, "--section", name);
  return stdout.split("\n\n").slice(3).join("\n\n") + stderr;
};

const goose = {
  "go.mod": "module x\nrequire github.com/pressly/goose/v3 v3.20.0\n",
  "migrations/001_shop.sql":
    "-- +goose Up\nCREATE TABLE users (id int PRIMARY KEY, email text);\n-- +goose Down\nDROP TABLE users;\n",
  "migrations/002_phone.sql":
    "-- +goose Up\nALTER TABLE users ADD COLUMN phone text;\nALTER TABLE users ADD COLUMN fax text;\n-- +goose Down\nALTER TABLE users DROP COLUMN phone, DROP COLUMN fax;\n",
  "migrations/003_index.sql":
    "-- +goose NO TRANSACTION\n-- +goose Up\nUPDATE users SET email = lower(email);\nCREATE INDEX CONCURRENTLY users_email_idx ON users (email);\n",
};

it("prints the demo's runbook", async () => {
  const demo = join(import.meta.dirname, "../../fixtures/demo");
  const { stdout, stderr } = await run(
    ["runbook", "20260126140000", "20260203083000", "20260210120000", "20260217093000"],
    demo,
  );
  expect(stderr).toBe("");
  await expect(stdout).toMatchFileSnapshot("../../fixtures/runbook/demo.md");
});

it("prints a runbook for MariaDB", async () => {
  const shop = join(import.meta.dirname, "../../fixtures/mysql-shop");
  const { stdout, stderr } = await run(["runbook"], shop);
  expect(stderr).toBe("");
  await expect(stdout).toMatchFileSnapshot("../../fixtures/runbook/mariadb.md");
});

describe("the command lines of the tool", () => {
  it("apply up to the last of the migrations", async () => {
    write(goose);
    expect(await section("apply", "002")).toContain(
      '```sh\ngoose -dir migrations postgres "$DATABASE_URL" status\n' +
        'goose -dir migrations postgres "$DATABASE_URL" up-to 2\n' +
        'goose -dir migrations postgres "$DATABASE_URL" status\n```',
    );
    expect(await section("apply", "--after", "001")).toContain(' "$DATABASE_URL" up\n');
  });

  it("say that later migrations are applied, too, where the tool can't stop before them", async () => {
    write({
      "db/migrations/1_a.sql": "-- migrate:up\nCREATE TABLE a (id int);\n-- migrate:down\nDROP TABLE a;\n",
      "db/migrations/2_b.sql": "-- migrate:up\nCREATE TABLE b (id int);\n-- migrate:down\nDROP TABLE b;\n",
    });
    expect((await ddlint("1", "--section", "apply")).stdout).toContain("This also applies later migrations");
    expect((await ddlint("2", "--section", "apply")).stdout).not.toContain("later");
  });

  it("take it back by the project's own rollback, else by hand", async () => {
    write(goose);
    expect((await ddlint("002", "--section", "rollback")).stdout).toContain(
      'goose -dir migrations postgres "$DATABASE_URL" down\n',
    );
    const { stdout } = await ddlint("003", "--section", "rollback");
    expect(stdout).toContain("DROP INDEX CONCURRENTLY IF EXISTS users_email_idx;");
    expect(stdout).toContain("DELETE FROM goose_db_version WHERE version_id = '\\''3'\\''");
    expect(stdout).toContain("Not restored: the old values of users.email");
  });
});

describe("if it fails", () => {
  it("nothing of a transaction stays", async () => {
    write(goose);
    expect((await ddlint("002", "--section", "failure")).stdout).toContain(
      "Statements 1 to 2: nothing stays; the transaction is rolled back.",
    );
  });

  it("statements outside of one stay, and an index may be invalid", async () => {
    write(goose);
    const { stdout } = await ddlint("002", "003", "--section", "failure");
    expect(stdout).toContain(
      "Statement 3 (`UPDATE users SET email = lower(email)`): nothing stays; earlier migrations stay; each statement commits by itself.",
    );
    expect(stdout).toContain("DROP INDEX CONCURRENTLY IF EXISTS users_email_idx;");
  });

  it("the tool's own mark is taken away first", async () => {
    write({
      "go.mod": "module x\nrequire github.com/golang-migrate/migrate/v4 v4.17.0\n",
      "migrations/1_a.up.sql": "CREATE TABLE a (id int);\n",
      "migrations/2_b.up.sql": "CREATE TABLE b (id int);\n",
    });
    expect((await ddlint("2", "--section", "failure")).stdout).toContain(
      'Before that, the tool wants:\n\n```sh\nmigrate -path migrations -database "$DATABASE_URL" force 1\n```',
    );
  });

  it("MySQL commits with each change of a table", async () => {
    write({
      "db/migrations/1_a.sql":
        "-- migrate:up\nCREATE TABLE a (id int PRIMARY KEY) ENGINE=InnoDB;\n-- migrate:down\nDROP TABLE a;\n",
      "db/migrations/2_b.sql":
        "-- migrate:up\nINSERT INTO a VALUES (1);\nINSERT INTO a VALUES (2);\nALTER TABLE a ADD COLUMN b int;\nINSERT INTO a VALUES (3, 3);\n-- migrate:down\n",
    });
    const { stdout } = await ddlint("2", "--section", "failure", "--dialect", "mysql");
    expect(stdout).toContain("Statements 1 to 2: nothing stays");
    expect(stdout).toMatch(/Statement 3 \(.*\): statements 1 and 2 stay/);
    expect(stdout).toMatch(/Statement 4 \(.*\): statements 1 to 3 stay/);
  });
});

describe("a changelog", () => {
  it("gets an entry once, above the older ones", async () => {
    write(goose);
    const append = (name: string) =>
      ddlint(name, "--section", "changelog", "--append", "docs/CHANGELOG-db.md");
    expect((await append("002")).stderr).toBe("ddlint: wrote docs/CHANGELOG-db.md\n");
    expect((await append("003")).stderr).toBe("ddlint: wrote docs/CHANGELOG-db.md\n");
    expect((await append("002")).stderr).toBe("ddlint: docs/CHANGELOG-db.md has it already\n");
    const text = readFileSync(join(folder, "docs/CHANGELOG-db.md"), "utf8");
    expect(text.match(/^#.*$/gm)).toEqual(["# Database changelog", "## 003_index", "## 002_phone"]);
  });

  it("takes nothing else", async () => {
    write(goose);
    expect((await ddlint("002", "--append", "x.md")).stderr).toBe(
      "ddlint: --append takes the entry of a changelog; add --section changelog\n",
    );
  });
});

describe("says what it can't do", () => {
  it.each([
    [["004"], 'there is no migration "004"; give its file'],
    [["001", "003"], "002_phone is between these migrations; name it, too"],
    [["--after", "003"], "no migrations are pending; name one"],
    [["002", "--section", "impct"], 'did you mean "impact"?'],
  ])("%s", async (words, message) => {
    write(goose);
    const { exitCode, stderr } = await ddlint(...words);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(message);
  });
});
