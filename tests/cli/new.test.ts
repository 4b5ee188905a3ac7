/** `ddlint new`: files as the project's tool reads them. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { run } from "../../src/cli/main.ts";
import { findHistories, lintProject } from "../../src/index.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ddlint-new-"));
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
const ddlint = (...words: readonly string[]) => run(["new", ...words], folder);

const users = "CREATE TABLE users (id bigint PRIMARY KEY, note text);\n";
const sql = "ALTER TABLE users ADD COLUMN phone text";
const [up, down] = [`${sql};\n`, "ALTER TABLE users DROP COLUMN phone;\n"];

interface Project {
  readonly has: Files;
  /** Names as patterns, with their texts. */
  readonly gets: readonly (readonly [name: RegExp, text: string])[];
}

const projects: Readonly<Record<string, Project>> = {
  "golang-migrate": {
    has: {
      "db/migrations/000001_users.up.sql": users,
      "db/migrations/000001_users.down.sql": "DROP TABLE users;\n",
    },
    gets: [
      [/^db\/migrations\/000002_add_phone\.up\.sql$/, up],
      [/^db\/migrations\/000002_add_phone\.down\.sql$/, down],
    ],
  },
  goose: {
    has: {
      "go.mod": "module x\nrequire github.com/pressly/goose/v3 v3.20.0\n",
      "migrations/20260101000000_users.sql": `-- +goose Up\n${users}\n-- +goose Down\nDROP TABLE users;\n`,
    },
    gets: [[/^migrations\/20\d{12}_add_phone\.sql$/, `-- +goose Up\n${up}\n-- +goose Down\n${down}`]],
  },
  dbmate: {
    has: {
      "db/migrations/20260101000000_users.sql": `-- migrate:up\n${users}\n-- migrate:down\nDROP TABLE users;\n`,
      "db/migrations/20260102000000_index.sql":
        "-- migrate:up transaction:false\nCREATE INDEX CONCURRENTLY i ON users (note);\n\n-- migrate:down transaction:false\nDROP INDEX CONCURRENTLY i;\n",
    },
    gets: [[/^db\/migrations\/20\d{12}_add_phone\.sql$/, `-- migrate:up\n${up}\n-- migrate:down\n${down}`]],
  },
  "Flyway, which has no rollbacks": {
    has: {
      "flyway.conf": "flyway.url=jdbc:postgresql://localhost/x\n",
      "sql/V1__users.sql": users,
      "sql/V2__x.sql": "CREATE TABLE x (id int);\n",
    },
    gets: [[/^sql\/V3__add_phone\.sql$/, up]],
  },
  diesel: {
    has: {
      "diesel.toml": "[migrations_directory]\ndir = 'migrations'\n",
      "migrations/2026-01-01-000000_users/up.sql": users,
      "migrations/2026-01-01-000000_users/down.sql": "DROP TABLE users;\n",
    },
    gets: [
      [/^migrations\/20\d\d-\d\d-\d\d-\d{6}_add_phone\/up\.sql$/, up],
      [/^migrations\/20\d\d-\d\d-\d\d-\d{6}_add_phone\/down\.sql$/, down],
    ],
  },
  "files with their own transaction": {
    has: {
      "migrations/001_users.sql": `BEGIN;\n${users}COMMIT;\n`,
      "migrations/001_users_rollback.sql": "BEGIN;\nDROP TABLE users;\nCOMMIT;\n",
    },
    gets: [
      [/^migrations\/002_add_phone\.sql$/, `BEGIN;\n\n${up}\nCOMMIT;\n`],
      [/^migrations\/002_add_phone_rollback\.sql$/, `BEGIN;\n${down}COMMIT;\n`],
    ],
  },
};

describe("writes what the tool runs next", () => {
  it.each(Object.entries(projects))("%s", async (_, { has, gets }) => {
    write(has);
    const { exitCode, stdout, stderr } = await ddlint("Add phone", "--as-written", "--sql", sql);
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "" });
    const wrote = [...stderr.matchAll(/wrote (\S+)/g)].map(([, name = ""]) => name);
    expect(wrote).toHaveLength(gets.length);
    for (const [at, [name, text]] of gets.entries()) {
      expect(wrote[at]).toMatch(name);
      expect(read(wrote[at] ?? "")).toBe(text);
    }
    const [history] = findHistories({ cwd: folder, root: folder });
    expect(history?.migrations.at(-1)?.up.path).toBe(wrote[0]);
    expect(history?.problems).toEqual([]);
    const { findings } = await lintProject({ cwd: folder, root: folder, paths: wrote });
    expect(findings.filter(({ ruleId }) => ruleId !== "lock-without-timeout")).toEqual([]);
  });
});

const pairs = projects["golang-migrate"]?.has ?? {};

describe("tells", () => {
  it("what a check reports on it", async () => {
    write(pairs);
    const { stderr } = await ddlint(
      "drop note",
      "--as-written",
      "--sql",
      "ALTER TABLE users DROP COLUMN note",
    );
    expect(stderr).toContain("not restored: the values of users.note (line 1)");
    expect(stderr).toMatch(/\d findings? on it: .*drop-column/);
  });

  it("why there is no rollback", async () => {
    write(pairs);
    const { stderr, exitCode } = await ddlint("x", "--sql", "ALTER TABLE elsewhere DROP COLUMN note");
    expect(exitCode).toBe(0);
    expect(stderr).toContain("no rollback is written: the server refuses this statement (line 1)");
    expect(existsSync(join(folder, "db/migrations/000002_x.down.sql"))).toBe(false);
  });
});

describe("the safe steps in place of its statements", () => {
  it("are files of the project, with their rollbacks, of which nothing is reported", async () => {
    write(pairs);
    const { stderr, exitCode } = await ddlint(
      "index note",
      "--sql",
      "CREATE INDEX users_note_idx ON users (note)",
    );
    expect(exitCode).toBe(0);
    expect(read("db/migrations/000002_index_note.up.sql")).toContain(
      "CREATE INDEX CONCURRENTLY users_note_idx",
    );
    expect(read("db/migrations/000002_index_note.down.sql")).toContain("DROP INDEX CONCURRENTLY");
    expect(stderr).not.toContain("finding");
  });

  it("wait for releases, as it says", async () => {
    write(pairs);
    const { stderr } = await ddlint("drop note", "--sql", "ALTER TABLE users DROP COLUMN note");
    expect(stderr).toContain("2 steps take its place");
    expect(stderr).toContain(
      "deploy the version that no longer uses users.note, then merge db/migrations/000003_drop_note_2.up.sql",
    );
    expect(read("db/migrations/000003_drop_note_2.up.sql")).toContain("ALTER TABLE users DROP COLUMN note;");
  });

  it("aren't written where a fact is missing, which it names", async () => {
    write(pairs);
    const { stderr } = await ddlint(
      "require note",
      "--sql",
      "ALTER TABLE users ALTER COLUMN note SET NOT NULL",
    );
    expect(stderr).toContain("it isn't planned: ");
    expect(stderr).toContain("the value of existing rows isn't known");
    expect(read("db/migrations/000002_require_note.up.sql")).toBe(
      "ALTER TABLE users ALTER COLUMN note SET NOT NULL;\n",
    );
  });
});

it("continues the header", async () => {
  write({
    "migrations/001_users.sql": `-- Migration 001: Add users\n-- Author: Ann\n-- Date: 2026-01-01\n${users}`,
    "migrations/001_users_rollback.sql": "DROP TABLE users;\n",
  });
  await ddlint("Add phone", "--as-written", "--sql", sql);
  expect(read("migrations/002_add_phone.sql")).toBe(
    `-- Migration 002: Add phone\n-- Author: <author>\n-- Date: ${new Date().toISOString().slice(0, 10)}\n${up}`,
  );
});

it("without statements writes files that wait for them", async () => {
  write(pairs);
  const { stderr } = await ddlint("Add a phone");
  expect(read("db/migrations/000002_add_a_phone.up.sql")).toBe("-- Add a phone\n");
  expect(read("db/migrations/000002_add_a_phone.down.sql")).toBe("");
  expect(stderr).toContain("wrote db/migrations/000002_add_a_phone.up.sql");
});

it("--dry-run and --json write nothing", async () => {
  write(pairs);
  const { stdout } = await ddlint("Add phone", "--as-written", "--sql", sql, "--dry-run");
  expect(stdout).toBe(
    `-- db/migrations/000002_add_phone.up.sql\n${up}\n-- db/migrations/000002_add_phone.down.sql\n${down}`,
  );
  const json = await ddlint("Add phone", "--as-written", "--sql", sql, "--dry-run", "--json");
  expect(JSON.parse(json.stdout)).toMatchObject({
    files: [{ file: "db/migrations/000002_add_phone.up.sql", text: up }, { text: down }],
  });
  expect(existsSync(join(folder, "db/migrations/000002_add_phone.up.sql"))).toBe(false);
});

describe("refuses", () => {
  it.each<readonly [string, Files, readonly string[], string]>([
    ["no migrations", {}, ["x"], "no migrations found"],
    ["a title without letters", pairs, ["…"], "can't name a migration after"],
    [
      "a choice between histories",
      { ...pairs, "b/migrations/001_a.up.sql": users, "b/migrations/001_a.down.sql": "DROP TABLE users;" },
      ["x"],
      "there are several histories of migrations here: b/migrations, db/migrations; name its folder: --in",
    ],
    [
      "what the tool's own list has to name",
      {
        "drizzle.config.ts": "export default { dialect: 'postgresql', out: './drizzle' };",
        "drizzle/meta/_journal.json":
          '{"version":"7","dialect":"postgresql","entries":[{"idx":0,"version":"7","when":1767225600000,"tag":"0000_users","breakpoints":true}]}',
        "drizzle/0000_users.sql": users,
      },
      ["x"],
      "make it with the tool's own generator",
    ],
  ])("%s", async (_, has, words, message) => {
    write(has);
    const { exitCode, stderr } = await ddlint(...words);
    expect(stderr).toContain(message);
    expect(exitCode).toBe(2);
  });

  it("to replace a file", async () => {
    write(pairs);
    const later = { "db/migrations/000002_add_phone.down.sql": "SELECT 1;\n" };
    write(later);
    const { exitCode, stderr } = await ddlint("add phone", "--sql", sql);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr: "ddlint: db/migrations/000002_add_phone.down.sql exists already; --force replaces it\n",
    });
    expect(existsSync(join(folder, "db/migrations/000002_add_phone.up.sql"))).toBe(false);
  });
});
