/** Branches that don't go together, from real git histories; of PostgreSQL the server says what either order does. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { run } from "../../src/cli/main.ts";
import { ownEnvironment, removeSites } from "../support/git-site.ts";
import { catalogue } from "../../src/verify/postgres/catalogue.ts";

const folder = mkdtempSync(join(tmpdir(), "ddlint-merge-"));
for (const name of Object.keys(process.env)) if (name.startsWith("GIT_")) vi.stubEnv(name, undefined);
const env = { ...process.env, ...ownEnvironment };
const hasGit = spawnSync("git", ["--version"]).status === 0;
if (!hasGit) console.warn("git is not installed: its tests are skipped");

type Files = Readonly<Record<string, string>>;

class Repository {
  static #count = 0;
  readonly folder = join(folder, String(Repository.#count++));

  constructor() {
    mkdirSync(this.folder);
    this.git("init", "--quiet", "--initial-branch", "main");
  }

  git(...args: readonly string[]): string {
    const { status, stdout, stderr } = spawnSync("git", args, { cwd: this.folder, env, encoding: "utf8" });
    if (status !== 0) throw new Error(`git ${args.join(" ")}: ${stderr}`);
    return stdout.trim();
  }

  commit(files: Files): void {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.folder, path)), { recursive: true });
      writeFileSync(join(this.folder, path), text);
    }
    this.git("add", "--all");
    this.git("commit", "--quiet", "--allow-empty", "--message", "Change");
  }
}

/** `main` has got `theirs` since `feature`, which is checked out with `ours`, left it. */
function branches(common: Files, theirs: Files, ours: Files): Repository {
  const repository = new Repository();
  repository.commit(common);
  repository.git("branch", "feature");
  repository.commit(theirs);
  repository.git("switch", "--quiet", "feature");
  repository.commit(ours);
  return repository;
}

interface Found {
  readonly file: string;
  readonly line: number;
  readonly ruleId: string;
  readonly severity: string;
  readonly message: string;
}

const about = ["conflicts-with-base", "version-out-of-order", "duplicate-version"].join();

async function lint(
  { folder: cwd }: Repository,
  line = "--since main",
  only = about,
): Promise<readonly Found[]> {
  const { stdout, stderr, exitCode } = await run(
    [...line.split(" "), "--only", only, "--format", "json"],
    cwd,
  );
  if (stdout === "") throw new Error(stderr);
  expect(exitCode).toBeLessThan(2);
  return (JSON.parse(stdout) as { findings: readonly Found[] }).findings;
}

/** `file:line severity message` */
const shown = ({ file, line, severity, message }: Found): string =>
  `${file.slice(file.lastIndexOf("/") + 1)}:${line} ${severity} ${message}`;

const begin = `CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL, phone text);
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint NOT NULL REFERENCES users, code text, total integer DEFAULT 0, note text);
CREATE INDEX orders_code_idx ON orders (code);
CREATE TYPE status AS ENUM ('new', 'paid');
CREATE SEQUENCE numbers;
CREATE VIEW recent AS SELECT id, code FROM orders;
CREATE FUNCTION one() RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE TABLE old_codes (code text);
`;

/**
 * What the server does: `after`: the branch's migration fails after that of main; `before`: that of main fails after the
 * branch's; `differs`: both orders run and leave other schemas; `commutes`: the same one.
 */
type Outcome = "after" | "before" | "differs" | "commutes";

interface Case {
  readonly name: string;
  readonly theirs: string;
  readonly ours: string;
  readonly outcome: Outcome;
  /** Of the branch's migration. */
  readonly line?: number;
  /** Why. */
  readonly says?: string;
}

const conflicts: readonly Case[] = [
  {
    name: "a table that main renames gets a column",
    theirs: "ALTER TABLE orders RENAME TO purchases;",
    ours: "-- a note\nALTER TABLE orders ADD COLUMN paid boolean;",
    outcome: "after",
    line: 2,
    says: "there is no table orders",
  },
  {
    name: "a table that main drops gets an index",
    theirs: "DROP TABLE old_codes;",
    ours: "CREATE INDEX old_codes_idx ON old_codes (code);",
    outcome: "after",
    says: "there is no table old_codes",
  },
  {
    name: "a table that main drops is filled",
    theirs: "DROP TABLE old_codes;",
    ours: "INSERT INTO old_codes (code) VALUES ('a');",
    outcome: "after",
    says: "there is no table old_codes",
  },
  {
    name: "a table that main moves to another schema is changed",
    theirs: "CREATE SCHEMA archive;\nALTER TABLE old_codes SET SCHEMA archive;",
    ours: "ALTER TABLE public.old_codes ADD COLUMN note text;",
    outcome: "after",
    says: "there is no table old_codes",
  },
  {
    name: "both create a table",
    theirs: "CREATE TABLE invoices (id bigint PRIMARY KEY);",
    ours: "CREATE TABLE invoices (id bigint PRIMARY KEY, total integer);",
    outcome: "after",
    says: "table invoices exists already",
  },
  {
    name: "both add a column",
    theirs: "ALTER TABLE orders ADD COLUMN paid boolean;",
    ours: "ALTER TABLE orders ADD COLUMN paid timestamptz;",
    outcome: "after",
    says: "column orders.paid exists already",
  },
  {
    name: "both create an index of one name",
    theirs: "CREATE INDEX orders_total_idx ON orders (total);",
    ours: "CREATE INDEX orders_total_idx ON orders (total, code);",
    outcome: "after",
    says: "index orders_total_idx exists already",
  },
  {
    name: "both add a constraint of one name",
    theirs: "ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0);",
    ours: "ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total > 0);",
    outcome: "after",
    says: "constraint orders_total_check exists already",
  },
  {
    name: "both create a type",
    theirs: "CREATE TYPE color AS ENUM ('red');",
    ours: "CREATE TYPE color AS ENUM ('red', 'blue');",
    outcome: "after",
    says: "type color exists already",
  },
  {
    name: "both create a view",
    theirs: "CREATE VIEW codes AS SELECT code FROM orders;",
    ours: "CREATE VIEW codes AS SELECT code FROM old_codes;",
    outcome: "after",
    says: "view codes exists already",
  },
  {
    name: "both create a sequence",
    theirs: "CREATE SEQUENCE invoice_numbers;",
    ours: "CREATE SEQUENCE invoice_numbers START 100;",
    outcome: "after",
    says: "sequence invoice_numbers exists already",
  },
  {
    name: "both create a schema",
    theirs: "CREATE SCHEMA audit;",
    ours: "CREATE SCHEMA audit;",
    outcome: "after",
    says: "schema audit exists already",
  },
  {
    name: "both create a trigger",
    theirs:
      "CREATE TRIGGER stamp BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();",
    ours: "CREATE TRIGGER stamp BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();",
    outcome: "after",
    says: "trigger stamp on orders exists already",
  },
  {
    name: "both create a policy",
    theirs: "CREATE POLICY own ON orders USING (true);",
    ours: "CREATE POLICY own ON orders USING (user_id = 1);",
    outcome: "after",
    says: "policy own on orders exists already",
  },
  {
    name: "both drop a column",
    theirs: "ALTER TABLE orders DROP COLUMN note;",
    ours: "ALTER TABLE orders DROP COLUMN note;",
    outcome: "after",
    says: "there is no column orders.note",
  },
  {
    name: "both rename a column",
    theirs: "ALTER TABLE orders RENAME COLUMN note TO remark;",
    ours: "ALTER TABLE orders RENAME COLUMN note TO comment;",
    outcome: "after",
    says: "there is no column orders.note",
  },
  {
    name: "both drop a table",
    theirs: "DROP TABLE old_codes;",
    ours: "DROP TABLE old_codes;",
    outcome: "after",
    says: "there is no table old_codes",
  },
  {
    name: "both drop an index",
    theirs: "DROP INDEX orders_code_idx;",
    ours: "DROP INDEX orders_code_idx;",
    outcome: "after",
    says: "there is no index orders_code_idx",
  },
  {
    name: "a column that main renames is written",
    theirs: "ALTER TABLE orders RENAME COLUMN note TO remark;",
    ours: "UPDATE orders SET note = '' WHERE note IS NULL;",
    outcome: "after",
    says: "there is no column orders.note",
  },
  {
    name: "a column that main drops is indexed",
    theirs: "ALTER TABLE orders DROP COLUMN note;",
    ours: "CREATE INDEX orders_note_idx ON orders (note);",
    outcome: "after",
    says: "there is no column orders.note",
  },
  {
    name: "a column that main drops is read by a new view",
    theirs: "ALTER TABLE orders DROP COLUMN note;",
    ours: "CREATE VIEW notes AS SELECT id, note FROM orders;",
    outcome: "after",
    says: "there is no column orders.note",
  },
  {
    name: "a column that main drops gets NOT NULL",
    theirs: "ALTER TABLE orders DROP COLUMN note;",
    ours: "ALTER TABLE orders ALTER COLUMN note SET NOT NULL;",
    outcome: "after",
    says: "there is no column orders.note",
  },
  {
    name: "a table that main drops is referred to",
    theirs: "DROP TABLE old_codes;",
    ours: "ALTER TABLE old_codes ADD PRIMARY KEY (code);\nALTER TABLE orders ADD FOREIGN KEY (code) REFERENCES old_codes;",
    outcome: "after",
    says: "there is no table old_codes",
  },
  {
    name: "a type that main renames is used",
    theirs: "ALTER TYPE status RENAME TO order_status;",
    ours: "ALTER TABLE orders ADD COLUMN status status;",
    outcome: "after",
    says: "there is no type status",
  },
  {
    name: "a sequence that main drops is altered",
    theirs: "DROP SEQUENCE numbers;",
    ours: "ALTER SEQUENCE numbers INCREMENT 10;",
    outcome: "after",
    says: "there is no sequence numbers",
  },
  {
    name: "a function that main drops is dropped",
    theirs: "DROP FUNCTION one();",
    ours: "DROP FUNCTION one();",
    outcome: "after",
    says: "there is no function one",
  },
  {
    name: "a column is dropped that a view of main reads",
    theirs: "CREATE VIEW notes AS SELECT id, note FROM orders;",
    ours: "ALTER TABLE orders DROP COLUMN note;",
    outcome: "after",
    says: "column orders.note is used by view notes",
  },
  {
    name: "a column is retyped that a view of main reads",
    theirs: "CREATE VIEW totals AS SELECT id, total FROM orders;",
    ours: "ALTER TABLE orders ALTER COLUMN total TYPE bigint;",
    outcome: "after",
    says: "column orders.total is used by view totals",
  },
  {
    name: "a table is dropped that a foreign key of main refers to",
    theirs:
      "ALTER TABLE old_codes ADD PRIMARY KEY (code);\nCREATE TABLE labels (code text REFERENCES old_codes);",
    ours: "DROP TABLE old_codes;",
    outcome: "after",
    says: "table old_codes is used by foreign key labels_code_fkey of labels",
  },
  {
    name: "a type is dropped that a column of main has",
    theirs: "ALTER TABLE orders ADD COLUMN status status;",
    ours: "DROP TYPE status;",
    outcome: "after",
    says: "type status is used by column orders.status",
  },
  {
    name: "rows are written without a column that main adds",
    theirs: "ALTER TABLE old_codes ADD COLUMN kind text NOT NULL;",
    ours: "INSERT INTO old_codes (code) VALUES ('a');",
    outcome: "after",
    says: 'null value in column "kind"',
  },
  {
    name: "both add a primary key",
    theirs: "ALTER TABLE old_codes ADD PRIMARY KEY (code);",
    ours: "ALTER TABLE old_codes ADD COLUMN id bigint PRIMARY KEY;",
    outcome: "after",
    says: "primary key old_codes_pkey exists already",
  },
  {
    name: "a table that main uses is dropped if it is there",
    theirs: "ALTER TABLE old_codes ADD COLUMN note text;",
    ours: "\n\nDROP TABLE IF EXISTS old_codes;",
    outcome: "before",
    line: 3,
    says: "there is no table old_codes",
  },
  {
    name: "a table that main creates is created if it isn't there",
    theirs: "CREATE TABLE invoices (id bigint PRIMARY KEY);",
    ours: "CREATE TABLE IF NOT EXISTS invoices (id bigint PRIMARY KEY);",
    outcome: "before",
    says: "table invoices exists already",
  },
  {
    name: "a column that main uses is dropped if it is there",
    theirs: "ALTER TABLE orders RENAME COLUMN note TO remark;",
    ours: "ALTER TABLE orders DROP COLUMN IF EXISTS note;",
    outcome: "before",
    says: "there is no column orders.note",
  },
  {
    name: "both set a default",
    theirs: "ALTER TABLE orders ALTER COLUMN total SET DEFAULT 1;",
    ours: "ALTER TABLE orders ALTER COLUMN total SET DEFAULT 2;",
    outcome: "differs",
    says: "column orders.total (default: 2 instead of 1)",
  },
  {
    name: "main drops a default that the branch sets",
    theirs: "ALTER TABLE orders ALTER COLUMN total DROP DEFAULT;",
    ours: "ALTER TABLE orders ALTER COLUMN total SET DEFAULT 2;",
    outcome: "differs",
    says: "column orders.total",
  },
  {
    name: "both retype a column",
    theirs: "ALTER TABLE orders ALTER COLUMN total TYPE bigint;",
    ours: "ALTER TABLE orders ALTER COLUMN total TYPE numeric;",
    outcome: "differs",
    says: "column orders.total (type: numeric instead of bigint)",
  },
  {
    name: "both replace a function",
    theirs: "CREATE OR REPLACE FUNCTION one() RETURNS integer LANGUAGE sql AS 'SELECT 2';",
    ours: "CREATE OR REPLACE FUNCTION one() RETURNS integer LANGUAGE sql AS 'SELECT 3';",
    outcome: "differs",
    says: "function one",
  },
  {
    name: "both replace a view",
    theirs: "CREATE OR REPLACE VIEW recent AS SELECT id, code FROM orders WHERE total > 0;",
    ours: "CREATE OR REPLACE VIEW recent AS SELECT id, code FROM orders WHERE user_id > 0;",
    outcome: "differs",
    says: "view recent",
  },
  {
    name: "both create a table if it isn't there",
    theirs: "CREATE TABLE IF NOT EXISTS invoices (id bigint PRIMARY KEY);",
    ours: "CREATE TABLE IF NOT EXISTS invoices (id bigint PRIMARY KEY, total integer);",
    outcome: "differs",
    says: "column invoices.total",
  },
  {
    name: "both add a column if it isn't there",
    theirs: "ALTER TABLE orders ADD COLUMN IF NOT EXISTS paid boolean;",
    ours: "ALTER TABLE orders ADD COLUMN IF NOT EXISTS paid timestamptz;",
    outcome: "differs",
    says: "column orders.paid (type: boolean instead of timestamptz)",
  },
  {
    name: "both add a label to an enum",
    theirs: "ALTER TYPE status ADD VALUE 'sent';",
    ours: "ALTER TYPE status ADD VALUE 'lost';",
    outcome: "differs",
    says: "type status",
  },
  {
    name: "both switch row security",
    theirs: "ALTER TABLE orders ENABLE ROW LEVEL SECURITY;",
    ours: "ALTER TABLE orders DISABLE ROW LEVEL SECURITY;",
    outcome: "differs",
    says: "table orders (row level security is off)",
  },
  {
    name: "main renames a table that the branch creates anew if it isn't there",
    theirs: "ALTER TABLE old_codes RENAME TO codes;",
    ours: "CREATE TABLE IF NOT EXISTS old_codes (code text);",
    outcome: "differs",
    says: "table old_codes",
  },
];

const harmless: readonly Omit<Case, "outcome">[] = [
  {
    name: "two tables",
    theirs: "CREATE TABLE invoices (id bigint PRIMARY KEY);",
    ours: "CREATE TABLE labels (id bigint PRIMARY KEY);",
  },
  {
    name: "columns of two tables",
    theirs: "ALTER TABLE orders ADD COLUMN paid boolean;",
    ours: "ALTER TABLE users ADD COLUMN age integer;",
  },
  {
    name: "two columns of one table",
    theirs: "ALTER TABLE orders ADD COLUMN paid boolean;",
    ours: "ALTER TABLE orders ADD COLUMN sent boolean;",
  },
  {
    name: "two indexes of one table",
    theirs: "CREATE INDEX orders_total_idx ON orders (total);",
    ours: "CREATE INDEX orders_note_idx ON orders (note);",
  },
  {
    name: "two constraints of one table",
    theirs: "ALTER TABLE orders ADD CONSTRAINT total_positive CHECK (total >= 0);",
    ours: "ALTER TABLE orders ADD CONSTRAINT code_unique UNIQUE (code);",
  },
  {
    name: "two columns are dropped",
    theirs: "ALTER TABLE orders DROP COLUMN note;",
    ours: "ALTER TABLE orders DROP COLUMN total;",
  },
  {
    name: "a column is dropped, another one gets a default",
    theirs: "ALTER TABLE orders DROP COLUMN note;",
    ours: "ALTER TABLE orders ALTER COLUMN total SET DEFAULT 5;",
  },
  {
    name: "a table is dropped on both sides if it is there",
    theirs: "DROP TABLE IF EXISTS old_codes;",
    ours: "DROP TABLE IF EXISTS old_codes;",
  },
  {
    name: "a schema is created on both sides if it isn't there",
    theirs: "CREATE SCHEMA IF NOT EXISTS audit;",
    ours: "CREATE SCHEMA IF NOT EXISTS audit;\nCREATE TABLE audit.log (id bigint PRIMARY KEY);",
  },
  {
    name: "a table that refers to one which gets a column",
    theirs: "ALTER TABLE users ADD COLUMN age integer;",
    ours: "CREATE TABLE carts (id bigint PRIMARY KEY, user_id bigint REFERENCES users);",
  },
  {
    name: "a view over a table that gets a column",
    theirs: "ALTER TABLE orders ADD COLUMN paid boolean;",
    ours: "CREATE VIEW totals AS SELECT id, total FROM orders;",
  },
  {
    name: "the same default on both sides",
    theirs: "ALTER TABLE orders ALTER COLUMN total SET DEFAULT 5;",
    ours: "ALTER TABLE orders ALTER COLUMN total SET DEFAULT 5;",
  },
  {
    name: "a function on each side",
    theirs: "CREATE OR REPLACE FUNCTION two() RETURNS integer LANGUAGE sql AS 'SELECT 2';",
    ours: "CREATE OR REPLACE FUNCTION three() RETURNS integer LANGUAGE sql AS 'SELECT 3';",
  },
  {
    name: "rows of a table that gets a column with a default",
    theirs: "ALTER TABLE old_codes ADD COLUMN kind text NOT NULL DEFAULT 'a';",
    ours: "INSERT INTO old_codes (code) VALUES ('a');",
  },
  {
    name: "a label of an enum and a column of its type",
    theirs: "ALTER TYPE status ADD VALUE 'sent';",
    ours: "ALTER TABLE orders ADD COLUMN status status;",
  },
  {
    name: "privileges and comments",
    theirs: "COMMENT ON TABLE orders IS 'What was sold';",
    ours: "GRANT SELECT ON orders TO PUBLIC;",
  },
];

let db: PGlite;
beforeAll(async () => {
  db = await PGlite.create();
});
afterAll(async () => {
  await db.close();
  rmSync(folder, { recursive: true });
  removeSites();
});

/** What the catalogue above leaves out: texts. */
const texts = `
  SELECT 'view ' || viewname || ' ' || definition AS line FROM pg_views WHERE schemaname = 'public'
  UNION ALL SELECT 'function ' || proname || ' ' || prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace
  UNION ALL SELECT 'default ' || adrelid::regclass || ' ' || attname || ' ' || pg_get_expr(adbin, adrelid)
    FROM pg_attrdef JOIN pg_attribute ON attrelid = adrelid AND attnum = adnum
  UNION ALL SELECT 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
  UNION ALL SELECT 'row security ' || relname FROM pg_class WHERE relrowsecurity`;

/** The schema that these leave; undefined: the last one fails. */
async function schemaAfter(...scripts: readonly string[]): Promise<string | undefined> {
  await db.exec("BEGIN");
  try {
    for (const [i, script] of scripts.entries()) {
      try {
        await db.exec(script);
      } catch (error) {
        if (i === scripts.length - 1) return undefined;
        throw error;
      }
    }
    const lines = await db.query<{ line: string }>(`${catalogue} UNION ALL ${texts}`);
    return lines.rows
      .map(({ line }) => line)
      .sort()
      .join("\n");
  } finally {
    await db.exec("ROLLBACK");
  }
}

async function serversOutcome({ theirs, ours }: Pick<Case, "theirs" | "ours">): Promise<Outcome> {
  // Each runs without the other.
  expect(await schemaAfter(begin, theirs)).toBeDefined();
  expect(await schemaAfter(begin, ours)).toBeDefined();
  const after = await schemaAfter(begin, theirs, ours);
  const before = await schemaAfter(begin, ours, theirs);
  if (after === undefined) return "after";
  if (before === undefined) return "before";
  return after === before ? "commutes" : "differs";
}

const cases: readonly Case[] = [
  ...conflicts,
  ...harmless.map((one) => ({ ...one, outcome: "commutes" as const })),
];

/**
 * All of them in one repository, a folder for each, so that git and ddlint run once. Whatever a tool does with an order
 * doesn't matter here: main's file comes first.
 */
async function inFolders(): Promise<ReadonlyMap<Case, readonly string[]>> {
  const file = (i: number, name: string): string => `case-${i}/migrations/${name}.sql`;
  const files = (name: string, text: (one: Case) => string): Files =>
    Object.fromEntries(cases.map((one, i) => [file(i, name.replace("?", String(i))), `${text(one)}\n`]));
  const repository = branches(
    files("001_begin", () => begin),
    files("002_theirs", ({ theirs }) => theirs),
    // Folders with the same files would be linted once.
    files("003_ours_?", ({ ours }) => ours),
  );
  const found = await lint(repository);
  return new Map(
    cases.map((one, i) => [one, found.filter(({ file: path }) => path.startsWith(`case-${i}/`)).map(shown)]),
  );
}

const expected = ({ outcome, line = 1, says = "" }: Case): string => {
  const words = {
    after: "error fails after 002_theirs of main: ",
    before: "warning 002_theirs of main fails if this has run before it: ",
    differs: "warning the schema depends on whether this or 002_theirs of main runs first: ",
    commutes: "",
  };
  return `:${line} ${words[outcome]}${says}`;
};

describe.skipIf(!hasGit)("before the merge", () => {
  let found: ReadonlyMap<Case, readonly string[]>;
  beforeAll(async () => {
    found = await inFolders();
  }, 60_000);

  it.each(conflicts)("is reported: $name", async (one) => {
    expect(await serversOutcome(one)).toBe(one.outcome);
    expect(found.get(one)).toEqual([expect.stringContaining(expected(one))]);
  });

  it.each(cases.slice(conflicts.length))("is silent: $name", async (one) => {
    expect(await serversOutcome(one)).toBe("commutes");
    expect(found.get(one)).toEqual([]);
  });
});

const table = (name: string): string => `CREATE TABLE ${name} (id bigint PRIMARY KEY);\n`;
const addColumn = (name: string, column = "note"): string =>
  `ALTER TABLE ${name} ADD COLUMN ${column} text;\n`;
const dropTable = (name: string): string => `DROP TABLE ${name};\n`;
const rules = async (repository: Repository, line?: string): Promise<readonly string[]> =>
  (await lint(repository, line)).map((found) => `${found.ruleId} ${shown(found)}`);

/** A tool is recognised by one of its files, and by the names of migrations. */
interface Tool {
  readonly files: Files;
  readonly file: (version: number, name: string) => string;
  readonly text?: (sql: string) => string;
}

const day = (number: number): string => `202601${String(number).padStart(2, "0")}000000`;
const goose: Tool = {
  files: { "go.mod": "module example.com/shop\n\nrequire github.com/pressly/goose/v3 v3.24.0\n" },
  file: (version, name) => `migrations/${day(version)}_${name}.sql`,
  text: (sql) => `-- +goose Up\n${sql}`,
};
const dbmate: Tool = {
  files: {},
  file: (version, name) => `db/migrations/${day(version)}_${name}.sql`,
  text: (sql) => `-- migrate:up\n${sql}\n-- migrate:down\n`,
};
const flyway: Tool = {
  files: { "flyway.toml": "" },
  file: (version, name) => `db/migration/V${version}__${name}.sql`,
};
const golangMigrate: Tool = {
  files: { "go.mod": "module example.com/shop\n\nrequire github.com/golang-migrate/migrate/v4 v4.18.0\n" },
  file: (version, name) => `migrations/00000${version}_${name}.up.sql`,
};
const knex: Tool = {
  files: { "package.json": '{"dependencies": {"knex": "3.1.0", "pg": "8.0.0"}}' },
  file: (version, name) => `migrations/${day(version)}_${name}.ts`,
  text: (sql) =>
    `import type { Knex } from "knex";\nexport async function up(knex: Knex) {\n  await knex.raw(\`${sql.trim()}\`);\n}\nexport async function down() {}\n`,
};
const prisma: Tool = {
  files: { "migrations/migration_lock.toml": 'provider = "postgresql"\n' },
  file: (version, name) => `migrations/${day(version)}_${name}/migration.sql`,
};

type Migrations = Readonly<Record<number, readonly [name: string, sql: string]>>;

const migrated = ({ file, text = (sql) => sql }: Tool, migrations: Migrations): Files =>
  Object.fromEntries(
    Object.entries(migrations).map(([version, [name, sql]]) => [file(Number(version), name), text(sql)]),
  );

const withTool = (tool: Tool, common: Migrations, theirs: Migrations, ours: Migrations): Repository =>
  branches({ ...tool.files, ...migrated(tool, common) }, migrated(tool, theirs), migrated(tool, ours));

const first: Migrations = { 1: ["orders", table("orders") + table("old_codes")] };

describe.skipIf(!hasGit)("an order that the tool", () => {
  it("refuses is reported once, and fits where it doesn't matter", async () => {
    const theirs: Migrations = { 5: ["carts", table("carts")] };
    expect(await rules(withTool(goose, first, theirs, { 3: ["labels", table("labels")] }))).toEqual([
      "version-out-of-order 20260103000000_labels.sql:2 error 20260103000000_labels comes before 20260105000000_carts of main: goose refuses to run",
    ]);
    expect(await rules(withTool(goose, first, theirs, { 6: ["labels", table("labels")] }))).toEqual([]);
  });

  it("skips is reported beside what fails whatever the version", async () => {
    const theirs: Migrations = { 3: ["drop", dropTable("old_codes")] };
    expect(
      await rules(withTool(golangMigrate, first, theirs, { 2: ["note", addColumn("old_codes")] })),
    ).toEqual([
      "version-out-of-order 000002_note.up.sql:1 error 000002_note comes before 000003_drop of main: golang-migrate never runs it if a newer one has run",
      "conflicts-with-base 000002_note.up.sql:1 error fails after 000003_drop of main: there is no table old_codes",
    ]);
  });

  it("runs all the same is fine if the branches go together", async () => {
    const theirs: Migrations = { 5: ["carts", table("carts")] };
    expect(await rules(withTool(dbmate, first, theirs, { 3: ["labels", table("labels")] }))).toEqual([]);
    expect(await rules(withTool(knex, first, theirs, { 3: ["labels", table("labels")] }))).toEqual([]);
  });

  it("sorts fails on a new database: the branch's migration", async () => {
    // On servers, all of main's have run before it.
    const theirs: Migrations = {
      3: ["drop", dropTable("old_codes")],
      5: ["again", table("old_codes")],
    };
    const ours: Migrations = { 4: ["note", addColumn("old_codes")] };
    expect(await rules(withTool(dbmate, first, theirs, ours))).toEqual([
      "conflicts-with-base 20260104000000_note.sql:2 error fails on a new database, after 20260103000000_drop of main: there is no table old_codes",
    ]);
  });

  it("sorts fails on a new database: that of main", async () => {
    const theirs: Migrations = { 5: ["note", addColumn("old_codes")] };
    const ours: Migrations = { 3: ["drop", `SELECT 1;\n${dropTable("old_codes")}`] };
    expect(await rules(withTool(dbmate, first, theirs, ours))).toEqual([
      "conflicts-with-base 20260103000000_drop.sql:3 error on a new database, 20260105000000_note of main fails after this: there is no table old_codes",
    ]);
  });
});

describe.skipIf(!hasGit)("a version", () => {
  it("that both branches have is reported once", async () => {
    const ours: Migrations = { 2: ["labels", table("labels")] };
    const theirs: Migrations = { 2: ["carts", table("carts")] };
    expect(await rules(withTool(flyway, first, theirs, ours))).toEqual([
      "conflicts-with-base V2__labels.sql:1 error version 2 is taken by V2__carts of main",
    ]);
    expect(await rules(withTool(golangMigrate, first, theirs, ours))).toEqual([
      "conflicts-with-base 000002_labels.up.sql:1 error version 000002 is taken by 000002_carts of main",
    ]);
    expect(
      await rules(
        branches(
          { "migrations/001_orders.sql": table("orders") },
          { "migrations/002_z.sql": table("carts") },
          { "migrations/002_a.sql": table("labels") },
        ),
      ),
    ).toEqual(["conflicts-with-base 002_a.sql:1 error version 002 is taken by 002_z of main"]);
  });

  it("may be the same where the tool orders by the whole name", async () => {
    const ours: Migrations = { 2: ["labels", table("labels")] };
    const theirs: Migrations = { 2: ["carts", table("carts")] };
    expect(await rules(withTool(prisma, first, theirs, ours))).toEqual([]);
  });

  it("of the same file with another text", async () => {
    const theirs: Migrations = { 2: ["labels", table("carts")] };
    expect(await rules(withTool(flyway, first, theirs, { 2: ["labels", table("labels")] }))).toEqual([
      "conflicts-with-base V2__labels.sql:1 error main has another migration V2__labels: only one of the two is kept",
    ]);
  });

  it("of the same file with the same text is main's", async () => {
    const theirs: Migrations = { 2: ["labels", table("labels")] };
    expect(await rules(withTool(flyway, first, theirs, theirs))).toEqual([]);
    const ours: Migrations = { ...theirs, 3: ["note", addColumn("labels")] };
    expect(await rules(withTool(flyway, first, theirs, ours))).toEqual([]);
  });
});

describe.skipIf(!hasGit)("migrations of other kinds", () => {
  it("in code", async () => {
    const theirs: Migrations = { 2: ["drop", dropTable("old_codes")] };
    expect(await rules(withTool(knex, first, theirs, { 3: ["note", addColumn("old_codes")] }))).toEqual([
      "conflicts-with-base 20260103000000_note.ts:3 error fails after 20260102000000_drop of main: there is no table old_codes",
    ]);
  });

  it("that run again: a view of the branch", async () => {
    const view = "CREATE OR REPLACE VIEW notes AS SELECT id FROM old_codes;\n";
    const repository = branches(
      { ...flyway.files, ...migrated(flyway, first) },
      migrated(flyway, { 2: ["drop", dropTable("old_codes")] }),
      { "db/migration/R__notes.sql": view },
    );
    expect(await rules(repository)).toEqual([
      "conflicts-with-base R__notes.sql:1 error fails after V2__drop of main: there is no table old_codes",
    ]);
  });

  it("that run again: a view that both have edited is git's", async () => {
    const view = (column: string): string =>
      `CREATE OR REPLACE VIEW notes AS SELECT ${column} FROM old_codes;\n`;
    const repository = branches(
      { ...flyway.files, ...migrated(flyway, first), "db/migration/R__notes.sql": view("id") },
      {
        ...migrated(flyway, { 2: ["note", addColumn("old_codes")] }),
        "db/migration/R__notes.sql": view("id, note"),
      },
      { "db/migration/R__notes.sql": view("id + 1 AS next") },
    );
    expect(await rules(repository)).toEqual([]);
  });

  it("that run again: a view of main", async () => {
    const view = "CREATE OR REPLACE VIEW notes AS SELECT id FROM old_codes;\n";
    const repository = branches(
      { ...flyway.files, ...migrated(flyway, first) },
      { "db/migration/R__notes.sql": view },
      migrated(flyway, { 2: ["drop", dropTable("old_codes")] }),
    );
    expect(await rules(repository)).toEqual([
      "conflicts-with-base V2__drop.sql:1 error fails after R__notes of main: table old_codes is used by view notes",
    ]);
  });

  it("of MySQL", async () => {
    const mysql = { "compose.yml": "services:\n  db:\n    image: mysql:8.4\n" };
    const codes = "CREATE TABLE codes (id INT PRIMARY KEY, code VARCHAR(9)) ENGINE=InnoDB;\n";
    const repository = (theirs: string, ours: string): Repository =>
      branches(
        { ...mysql, "migrations/001_codes.sql": codes },
        { "migrations/002_theirs.sql": theirs },
        { "migrations/003_ours.sql": ours },
      );
    const renamed = "ALTER TABLE codes CHANGE code label VARCHAR(9);\n";
    expect(await rules(repository(renamed, "ALTER TABLE codes MODIFY code VARCHAR(20);\n"))).toEqual([
      "conflicts-with-base 003_ours.sql:1 error fails after 002_theirs of main: there is no column codes.code",
    ]);
    expect(
      await rules(
        repository(
          "ALTER TABLE codes MODIFY code VARCHAR(30);\n",
          "ALTER TABLE codes MODIFY code VARCHAR(20);\n",
        ),
      ),
    ).toEqual([
      "conflicts-with-base 003_ours.sql:1 warning the schema depends on whether this or 002_theirs of main runs first: column codes.code (type: VARCHAR(20) instead of VARCHAR(30))",
    ]);
    expect(
      await rules(
        repository(
          "ALTER TABLE codes ADD INDEX codes_code_idx (code);\n",
          "ALTER TABLE codes ADD COLUMN note TEXT;\n",
        ),
      ),
    ).toEqual([]);
  });
});

describe.skipIf(!hasGit)("which migration of many", () => {
  it("is named on both sides", async () => {
    const theirs: Migrations = {
      2: ["carts", table("carts")],
      3: ["drop", dropTable("old_codes")],
      4: ["tills", table("tills")],
    };
    const ours: Migrations = {
      5: ["labels", table("labels")],
      6: ["note", addColumn("old_codes")],
    };
    expect(await rules(withTool(flyway, first, theirs, ours))).toEqual([
      "conflicts-with-base V6__note.sql:1 error fails after V3__drop of main: there is no table old_codes",
    ]);
  });
});

describe.skipIf(!hasGit)("a branch that already has main's migrations", () => {
  const conflicting = (): Repository =>
    withTool(
      dbmate,
      first,
      { 5: ["note", addColumn("old_codes")] },
      { 3: ["drop", `SELECT 1;\n${dropTable("old_codes")}`] },
    );
  const reported = [
    "conflicts-with-base 20260103000000_drop.sql:3 error on a new database, 20260105000000_note of main fails after this: there is no table old_codes",
  ];

  it("as main was merged into it", async () => {
    const repository = conflicting();
    repository.git("merge", "--quiet", "--no-edit", "main");
    const found = await lint(repository, "--since main", "conflicts-with-base");
    expect(found.map((one) => `${one.ruleId} ${shown(one)}`)).toEqual(reported);
  });

  it("as a pull request is checked out merged", async () => {
    const repository = conflicting();
    repository.git("switch", "--quiet", "--detach", "main");
    repository.git("merge", "--quiet", "--no-edit", "feature");
    for (const line of ["--since main", "--changed", "--since HEAD^1"]) {
      const found = await lint(repository, line, "conflicts-with-base");
      const since = line.includes("HEAD") ? "HEAD^1" : "main";
      expect(found.map((one) => `${one.ruleId} ${shown(one)}`)).toEqual(
        reported.map((one) => one.replace("of main", `of ${since}`)),
      );
    }
  });

  it("and needs them", async () => {
    const repository = withTool(flyway, first, { 2: ["carts", table("carts")] }, {});
    repository.git("merge", "--quiet", "--no-edit", "main");
    repository.commit(migrated(flyway, { 3: ["note", addColumn("carts")] }));
    expect(await rules(repository)).toEqual([]);
  });
});

describe.skipIf(!hasGit)("the comparison", () => {
  const ours = "ALTER TABLE old_codes ADD COLUMN note text;\n";
  const conflicting = (): Repository =>
    branches(
      { "db/migrations/001_begin.sql": table("old_codes"), "db/migrations/notes.md": "a\n" },
      { "db/migrations/002_drop.sql": dropTable("old_codes") },
      { "db/migrations/003_note.sql": ours },
    );
  const reported = "003_note.sql:1 error fails after 002_drop of main: there is no table old_codes";

  it("is the same below the repository's root, for a file, and for what isn't committed", async () => {
    const repository = conflicting();
    const here = async (line: string, cwd = repository.folder): Promise<readonly string[]> => {
      const { stdout } = await run([...line.split(" "), "--only", about, "--format", "json"], cwd);
      return (JSON.parse(stdout) as { findings: readonly Found[] }).findings.map(shown);
    };
    expect(await here("--since main")).toEqual([reported]);
    expect(await here("--changed")).toEqual([reported]);
    expect(await here("--since main", join(repository.folder, "db"))).toEqual([reported]);
    expect(await here("--since main db/migrations/003_note.sql")).toEqual([reported]);
    repository.git("reset", "--quiet", "HEAD~1");
    expect(await here("--since main")).toEqual([reported]);
  });

  it("takes a migration that main has only renamed for the same", async () => {
    const repository = branches(
      { "migrations/001_begin.sql": table("old_codes") },
      {},
      { "migrations/003_note.sql": ours },
    );
    repository.git("switch", "--quiet", "main");
    repository.git("mv", "migrations/001_begin.sql", "migrations/001_codes.sql");
    repository.commit({});
    repository.git("switch", "--quiet", "feature");
    expect(await lint(repository)).toEqual([]);
  });

  it("says nothing of an order where a branch writes the history anew", async () => {
    const all = table("old_codes") + table("codes");
    const squash = (repository: Repository, branch: string): void => {
      repository.git("switch", "--quiet", branch);
      repository.git("rm", "--quiet", "migrations/001_begin.sql");
      repository.commit({ "migrations/002_all.sql": all });
      repository.git("switch", "--quiet", "feature");
    };
    const begun = { "migrations/001_begin.sql": table("old_codes") };
    const theirs = branches(begun, {}, { "migrations/003_note.sql": ours });
    squash(theirs, "main");
    expect(await lint(theirs)).toEqual([]);
    const own = branches(begun, { "migrations/003_note.sql": ours }, {});
    squash(own, "feature");
    expect(await lint(own, "--since main", "conflicts-with-base")).toEqual([]);
  });

  it("finds nothing where main has got no migration", async () => {
    const repository = branches(
      { "migrations/001_begin.sql": table("old_codes") },
      { "src/main.ts": "export {};\n" },
      { "migrations/003_note.sql": ours },
    );
    expect(await lint(repository)).toEqual([]);
  });

  it("is left out where a partial clone lacks main's texts", async () => {
    const repository = conflicting();
    repository.git("config", "uploadpack.allowFilter", "true");
    const clone = new Repository();
    rmSync(clone.folder, { recursive: true });
    const url = `file://${repository.folder}`;
    const options = ["--quiet", "--filter=blob:none", "--branch", "feature", url, clone.folder];
    spawnSync("git", ["clone", ...options], { env });
    expect(await lint(clone, "--since origin/main")).toEqual([]);
    clone.git("cat-file", "blob", "origin/main:db/migrations/002_drop.sql");
    expect((await lint(clone, "--since origin/main")).map(shown)).toEqual([
      reported.replace("of main", "of origin/main"),
    ]);
  });
});

describe.skipIf(!hasGit)("a graph of migrations", () => {
  const revision = (id: string, down: string | undefined, call: string): string =>
    `import sqlalchemy as sa
from alembic import op

revision = "${id}"
down_revision = ${down === undefined ? "None" : `"${down}"`}


def upgrade():
    ${call}


def downgrade():
    pass
`;
  const column = (name: string): string => `op.add_column("users", sa.Column("${name}", sa.Text()))`;
  const alembic = {
    "alembic.ini": "[alembic]\nsqlalchemy.url = postgresql://localhost/shop\n",
    "versions/aa.py": revision("aa", undefined, `op.create_table("users", sa.Column("id", sa.Integer()))`),
  };

  it("has two heads after the merge, unless this branch continues the other", async () => {
    const theirs = { "versions/bb.py": revision("bb", "aa", column("code")) };
    const both = branches(alembic, theirs, { "versions/cc.py": revision("cc", "aa", column("note")) });
    expect((await lint(both)).map(shown)).toEqual([
      "cc.py:9 error bb of main continues the same history: `alembic upgrade head` refuses",
    ]);
    both.git("merge", "--quiet", "--no-edit", "main");
    both.commit({ "versions/cc.py": revision("cc", "bb", column("note")) });
    expect(await lint(both)).toEqual([]);
  });

  const django = (dependency: string, name: string): string =>
    `from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [${dependency}]
    operations = [migrations.CreateModel("${name}", [("id", models.BigAutoField(primary_key=True))])]
`;

  it("has two last migrations of an app after the merge; each app has its own", async () => {
    const apps = {
      "manage.py": "from django.core.management import execute_from_command_line\n",
      "people/migrations/0001_initial.py": django("", "Person"),
      "shop/migrations/0001_initial.py": django("", "Order"),
    };
    const theirs = { "shop/migrations/0002_code.py": django(`("shop", "0001_initial")`, "Code") };
    const same = { "shop/migrations/0002_note.py": django(`("shop", "0001_initial")`, "Note") };
    expect((await lint(branches(apps, theirs, same))).map(shown)).toEqual([
      "0002_note.py:6 error shop.0002_code of main continues the same history: Django refuses to migrate",
    ]);
    const other = { "people/migrations/0002_note.py": django(`("people", "0001_initial")`, "Note") };
    expect(await lint(branches(apps, theirs, other))).toEqual([]);
  });
});
