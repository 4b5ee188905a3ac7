/** `ddlint plan`: what it prints, and the files that it writes as the project's tool reads them. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { run } from "../../src/cli/main.ts";
import { lintProject } from "../../src/index.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ddlint-plan-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

type Files = Readonly<Record<string, string>>;

function write(files: Files): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}
const read = (name: string): string => readFileSync(join(folder, name), "utf8");
const ddlint = (...words: readonly string[]) => run(["plan", ...words], folder);

const users = "CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text);\n";
const index = "CREATE INDEX users_email_idx ON users (email);\n";
const unsafe = `ALTER TABLE users ADD COLUMN plan text;\n${index}`;

interface Project {
  readonly has: Files;
  /** Files with what stands in them. */
  readonly gets: Readonly<Record<string, RegExp>>;
}

const projects: Readonly<Record<string, Project>> = {
  "numbered files": {
    has: { "migrations/001_users.sql": users, "migrations/002_index.sql": unsafe },
    gets: {
      "migrations/002_index.sql": /ADD COLUMN plan/,
      "migrations/003_index_2.sql": /CREATE INDEX CONCURRENTLY users_email_idx/,
    },
  },
  goose: {
    has: {
      "go.mod": "module x\nrequire github.com/pressly/goose/v3 v3.20.0\n",
      "migrations/00001_users.sql": `-- +goose Up\n${users}\n-- +goose Down\nDROP TABLE users;\n`,
      "migrations/00002_index.sql": `-- +goose Up\n${unsafe}\n-- +goose Down\nDROP INDEX users_email_idx;\n`,
    },
    gets: {
      "migrations/00002_index.sql":
        /^-- \+goose Up\n[^]*ADD COLUMN plan text;\n\n-- \+goose Down\nALTER TABLE users DROP COLUMN plan;\n$/,
      "migrations/00003_index_2.sql":
        /^-- \+goose NO TRANSACTION\n-- \+goose Up\n[^]*CONCURRENTLY[^]*\n-- \+goose Down\nDROP INDEX CONCURRENTLY/,
    },
  },
  dbmate: {
    has: {
      "db/migrations/20260101000000_users.sql": `-- migrate:up\n${users}\n-- migrate:down\nDROP TABLE users;\n`,
      "db/migrations/20260102000000_index.sql": `-- migrate:up\n${index}\n-- migrate:down\nDROP INDEX users_email_idx;\n`,
    },
    gets: {
      "db/migrations/20260102000000_index.sql":
        /^-- migrate:up transaction:false\nCREATE INDEX CONCURRENTLY[^]*\n-- migrate:down transaction:false\nDROP INDEX CONCURRENTLY/,
    },
  },
  Flyway: {
    has: {
      "flyway.conf": "flyway.url=jdbc:postgresql://localhost/x\nflyway.postgresql.transactional.lock=false\n",
      "sql/V1__users.sql": users,
      "sql/V2__index.sql": unsafe,
    },
    gets: {
      "sql/V2__index.sql": /ADD COLUMN plan/,
      "sql/V3__index_2.sql": /CONCURRENTLY/,
      "sql/V3__index_2.sql.conf": /^executeInTransaction=false\n$/,
    },
  },
  "golang-migrate": {
    has: {
      "db/migrations/000001_users.up.sql": users,
      "db/migrations/000001_users.down.sql": "DROP TABLE users;\n",
      "db/migrations/000002_index.up.sql": index,
      "db/migrations/000002_index.down.sql": "DROP INDEX users_email_idx;\n",
    },
    gets: {
      "db/migrations/000002_index.up.sql": /CREATE INDEX CONCURRENTLY/,
      "db/migrations/000002_index.down.sql": /^DROP INDEX CONCURRENTLY/,
    },
  },
  sqlx: {
    has: {
      "Cargo.toml": '[dependencies]\nsqlx = "0.8"\n',
      "migrations/20260101000000_users.sql": users,
      "migrations/20260102000000_index.sql": index,
    },
    gets: { "migrations/20260102000000_index.sql": /^-- no-transaction\nCREATE INDEX CONCURRENTLY/ },
  },
};

describe("writes steps that the tool runs", () => {
  it.each(Object.entries(projects))("%s", async (_, { has, gets }) => {
    write(has);
    const { exitCode, stderr } = await ddlint("--write");
    expect({ exitCode, stderr: stderr.replaceAll(/ddlint: wrote \S+\n/g, "") }).toEqual({
      exitCode: 0,
      stderr: "",
    });
    for (const [name, text] of Object.entries(gets)) expect(read(name)).toMatch(text);
    const { findings } = await lintProject({ cwd: folder, root: folder });
    expect(findings.filter(({ file }) => Object.keys(gets).includes(file))).toEqual([]);
  });
});

it("turns the errors of the demo into migrations that have none", async () => {
  cpSync(join(import.meta.dirname, "../../fixtures/demo"), folder, { recursive: true });
  const values = ["--value", "customers.phone=''"];
  for (const version of [
    "20260119101500",
    "20260126140000",
    "20260203083000",
    "20260210120000",
    "20260217093000",
    "20260224160000",
  ])
    expect(await ddlint(version, ...values, "--write")).toMatchObject({ exitCode: 0 });
  const { findings } = await lintProject({ cwd: folder, root: folder });
  expect(findings.filter(({ severity }) => severity === "error")).toEqual([]);
});

describe("refuses", () => {
  const has = { "migrations/001_users.sql": users, "migrations/002_index.sql": unsafe };
  const mistakes: Readonly<Record<string, readonly [words: readonly string[], message: RegExp]>> = {
    "a migration that isn't there": [["007"], /there is no migration "007"/],
    "a migration and statements": [["002", "--sql", "SELECT 1"], /give a migration or --sql, not both/],
    "a value without a column": [["002", "--value", "x"], /--value: "x" isn't a value/],
    "statements that the server refuses": [["--sql", "DROP TABLE nothing"], /the server refuses/],
    "to change what is applied": [["002", "--after", "002", "--write"], /is applied already/],
    "to write what isn't a migration": [
      ["--sql", "ALTER TABLE users ADD COLUMN x int", "--write"],
      /aren't a migration yet/,
    ],
    "what only people know": [
      ["--sql", "ALTER TABLE users ALTER COLUMN email SET NOT NULL"],
      /--value "users.email=…"/,
    ],
  };
  it.each(Object.entries(mistakes))("%s", async (_, [words, message]) => {
    write(has);
    await expect(ddlint(...words)).resolves.toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(message) as string,
    });
    expect(read("migrations/002_index.sql")).toBe(unsafe);
  });

  it("to write over a file of something else", async () => {
    write({ ...has, "migrations/003_other.sql": "ALTER TABLE users ADD COLUMN x int;\n" });
    const { exitCode, stderr } = await ddlint("002", "--write");
    expect(exitCode).toBe(2);
    expect(stderr).toContain("there is no room for 2 migrations before migrations/003_other.sql");
    expect(existsSync(join(folder, "migrations/003_index_2.sql"))).toBe(false);
  });
});

it("prints all that is known as JSON", async () => {
  write({ "migrations/001_users.sql": users, "migrations/002_index.sql": index });
  const { stdout } = await ddlint("--json");
  expect(JSON.parse(stdout)).toMatchObject({
    migration: "002_index",
    steps: [
      { kind: "migration", phase: "expand", transaction: "none", rules: ["index-without-concurrently"] },
    ],
    gaps: [],
    differences: [],
  });
});
