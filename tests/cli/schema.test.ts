/** `ddlint schema`: what is printed, and what is said not to be known. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { run } from "../../src/cli/main.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ddlint-schema-"));
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
const ddlint = (...words: readonly string[]) => run(["schema", ...words], folder);

const shop = {
  "migrations/001_init.sql": "CREATE TABLE users (id bigint PRIMARY KEY, note text);\n",
  "migrations/002_phone.sql": "ALTER TABLE users ADD COLUMN phone text, DROP COLUMN note;\n",
};

describe("prints", () => {
  it("the schema after the newest migration", async () => {
    write(shop);
    expect(await ddlint()).toEqual({
      exitCode: 0,
      stdout:
        "-- Schema after 002_phone, by ddlint. Don't edit: migrations change it.\n\n" +
        "CREATE TABLE users (\n  id bigint NOT NULL,\n  phone text,\n  CONSTRAINT users_pkey PRIMARY KEY (id)\n);\n",
      stderr: "",
    });
  });

  it("that after another one", async () => {
    write(shop);
    const { stdout } = await ddlint("--at", "001");
    expect(stdout).toContain("Schema after 001_init");
    expect(stdout).toContain("  note text,\n");
    expect(stdout).not.toContain("phone");
  });

  it("a diagram of its tables and keys", async () => {
    write({
      "migrations/001_init.sql":
        "CREATE TABLE users (id bigint PRIMARY KEY, email varchar(20) UNIQUE);\n" +
        "CREATE TABLE orders (id bigint, user_id bigint NOT NULL REFERENCES users);\n",
    });
    expect((await ddlint("--format", "mermaid")).stdout).toBe(
      'erDiagram\n  orders {\n    bigint id\n    bigint user_id FK "NOT NULL"\n  }\n' +
        '  users {\n    bigint id PK "NOT NULL"\n    varchar_20 email UK\n  }\n  users ||--o{ orders : "user_id"\n',
    );
  });

  it("a diagram with what the migrations after one change", async () => {
    write({
      ...shop,
      "migrations/003_orders.sql":
        "ALTER TABLE users RENAME COLUMN phone TO mobile;\nALTER TABLE users ALTER COLUMN mobile TYPE varchar(20);\n" +
        "CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint REFERENCES users);\n",
      "migrations/004_gone.sql": "CREATE TABLE gone (id int);\n",
      "migrations/005_gone.sql": "DROP TABLE gone;\n",
    });
    const { stdout } = await ddlint("--format", "mermaid", "--after", "001");
    expect(stdout.split("  classDef")[0]).toBe(
      'erDiagram\n  orders:::added {\n    bigint id PK "NOT NULL"\n    bigint user_id FK\n  }\n' +
        '  users:::changed {\n    bigint id PK "NOT NULL"\n    varchar_20 mobile "added"\n    text note "dropped"\n  }\n' +
        '  users |o--o{ orders : "user_id (added)"\n',
    );
    const later = (await ddlint("--format", "mermaid", "--after", "002")).stdout;
    expect(later).toContain('varchar_20 mobile "was phone text"');
    expect((await ddlint("--format", "mermaid", "--after", "004")).stdout).toContain("gone:::dropped {");
    expect((await ddlint("--format", "mermaid", "--after", "005")).stdout).not.toContain(":::");
  });

  it("a picture", async () => {
    write({
      "migrations/001_init.sql":
        'CREATE TABLE "a<b" (id bigint PRIMARY KEY);\nCREATE TABLE alone (id int);\n' +
        'CREATE TABLE child (id int, a bigint NOT NULL REFERENCES "a<b", next bigint REFERENCES "a<b");\n' +
        "CREATE TABLE self (id int PRIMARY KEY, up int REFERENCES self);\n" +
        "CREATE TABLE egg (id int PRIMARY KEY);\nCREATE TABLE hen (id int PRIMARY KEY, egg int REFERENCES egg);\n" +
        "ALTER TABLE egg ADD COLUMN hen int REFERENCES hen;\n",
      "migrations/002_more.sql": "ALTER TABLE alone ADD COLUMN more int;\n",
    });
    const { stdout } = await ddlint("--format", "svg", "--after", "001");
    expect(stdout).toMatch(/^<svg [^>]*>\n<title>Schema after 002_more<\/title>/);
    expect(stdout).toContain(">a&lt;b<");
    expect(stdout.match(/<path class="link/g)).toHaveLength(5);
    expect(stdout.match(/<path class="link optional/g)).toHaveLength(4);
    expect(stdout).toContain('<rect class="row added"');
    // No box covers another.
    const boxes = [
      ...stdout.matchAll(/<rect class="box" x="(\S+)" y="(\S+)" width="(\S+)" height="(\S+)"/g),
    ].map(([, ...numbers]) => numbers.map(Number));
    expect(boxes).toHaveLength(6);
    for (const [at, [x = 0, y = 0, width = 0, height = 0]] of boxes.entries())
      for (const [left = 0, top = 0, w = 0, h = 0] of boxes.slice(at + 1))
        expect(x + width <= left || left + w <= x || y + height <= top || top + h <= y).toBe(true);
  });

  it("the sequence of an identity column under the name that the statement gives it", async () => {
    write({
      "migrations/001_init.sql":
        "CREATE TABLE a (id int GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME public.one START 5), more int NOT NULL);\n" +
        "ALTER TABLE a ALTER COLUMN more ADD GENERATED BY DEFAULT AS IDENTITY (SEQUENCE NAME two);\n" +
        "ALTER TABLE a ADD COLUMN last int GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME three);\n",
    });
    const { stdout } = await ddlint();
    for (const name of ["one", "two", "three"]) expect(stdout).toContain(`(SEQUENCE NAME ${name})`);
  });

  it("JSON", async () => {
    write(shop);
    expect(JSON.parse((await ddlint("--json")).stdout)).toMatchObject({
      migration: "002_phone",
      dialect: "postgres",
      gaps: [],
      leftOut: [],
    });
  });

  it("objects behind what they need, whatever the order of the history", async () => {
    write({
      "migrations/001_init.sql":
        "CREATE TABLE a_orders (id bigint PRIMARY KEY);\nCREATE TYPE z_state AS ENUM ('new');\n" +
        "CREATE FUNCTION z_number() RETURNS bigint LANGUAGE sql AS 'SELECT 1';\n" +
        "ALTER TABLE a_orders ADD COLUMN state z_state, ADD COLUMN number bigint DEFAULT z_number();\n" +
        "CREATE VIEW z_open AS SELECT id FROM a_orders;\nCREATE VIEW a_open AS SELECT id FROM z_open;\n",
    });
    const { stdout } = await ddlint();
    const order = ["TYPE z_state", "FUNCTION z_number", "TABLE a_orders", "VIEW z_open", "VIEW a_open"];
    const places = order.map((one) => stdout.indexOf(`CREATE ${one}`));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places[0]).toBeGreaterThan(0);
  });

  it("what the schema doesn't hold by its statements, while what it is about is there", async () => {
    write({
      "migrations/001_init.sql":
        "CREATE EXTENSION IF NOT EXISTS citext;\nCREATE TABLE users (id bigint PRIMARY KEY);\nCREATE TABLE old (id int);\n" +
        "GRANT SELECT ON users TO reader;\nGRANT SELECT ON old TO reader;\nALTER TABLE users SET (fillfactor = 70);\n" +
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';\nCOMMENT ON FUNCTION f() IS 'one';\nDROP TABLE old;\n",
    });
    const { stdout, stderr } = await ddlint();
    expect(stderr).toBe("");
    for (const sql of [
      "CREATE EXTENSION IF NOT EXISTS citext;",
      "GRANT SELECT ON users TO reader;",
      "ALTER TABLE users SET (fillfactor = 70);",
      "COMMENT ON FUNCTION f() IS 'one';",
    ])
      expect(stdout).toContain(`${sql}\n`);
    expect(stdout).not.toContain("old");
  });
});

describe("says what isn't known", () => {
  it("statements that aren't understood, conditions, and rows, in comments and on standard error", async () => {
    write({
      "migrations/001_init.sql":
        "CREATE TABLE users (id bigint PRIMARY KEY);\nINSERT INTO users VALUES (1);\n" +
        "DO $$ BEGIN EXECUTE 'CREATE TABLE ' || current_setting('x') || ' (id int)'; END $$;\n",
    });
    const { exitCode, stdout, stderr } = await ddlint();
    expect(exitCode).toBe(0);
    expect(stderr).toBe(
      "ddlint: not in the schema: the rows that migrations write into users\n" +
        "ddlint: not known: it isn't known what this statement does (migrations/001_init.sql:3)\n",
    );
    expect(stdout).toContain("-- Not in here: the rows that migrations write into users\n");
    expect(stdout).toContain(
      "-- Not known: it isn't known what this statement does (migrations/001_init.sql:3)\n",
    );
  });

  it("a view whose table has another name, and one with * over newer columns", async () => {
    write({
      "migrations/001_init.sql":
        "CREATE TABLE users (id bigint PRIMARY KEY);\nCREATE VIEW a AS SELECT id FROM users;\n" +
        "CREATE TABLE orders (id int);\nCREATE VIEW b AS SELECT * FROM orders;\n" +
        "ALTER TABLE users RENAME TO people;\nALTER TABLE orders ADD COLUMN total int;\n",
    });
    expect((await ddlint()).stderr).toBe(
      "ddlint: not known: the definition of view a\nddlint: not known: the definition of view b\n",
    );
  });
});

describe("--diff", () => {
  const dump = (columns: string, more = ""): void => {
    write({
      ...shop,
      "dump.sql": `CREATE TABLE public.users (\n${columns}\n);\nALTER TABLE ONLY public.users\n    ADD CONSTRAINT users_pkey PRIMARY KEY (id);\n${more}`,
    });
  };

  it("finds nothing in a dump of the same schema", async () => {
    dump("    id bigint NOT NULL,\n    phone text");
    expect(await ddlint("--diff", "dump.sql")).toEqual({
      exitCode: 0,
      stdout: "-- No drift: dump.sql has the schema after 002_phone\n",
      stderr: "",
    });
  });

  it("prints the differences and what brings the database to the history", async () => {
    dump(
      "    id bigint NOT NULL,\n    phone character varying(20),\n    old integer",
      "CREATE TABLE public.t (a integer);\n",
    );
    const { exitCode, stdout } = await ddlint("--diff", "dump.sql");
    expect(exitCode).toBe(1);
    expect(stdout).toBe(
      "-- dump.sql against the schema after 002_phone:\n" +
        "-- column users.old: the history doesn't make it\n" +
        "-- column users.phone: type: character varying(20) instead of text\n" +
        "-- table t: the history doesn't make it\n\n" +
        "ALTER TABLE users DROP COLUMN old;\n\nDROP TABLE t;\n\nALTER TABLE users ALTER COLUMN phone TYPE text;\n",
    );
  });

  it("--adopt: what brings the history to the database", async () => {
    dump("    id bigint NOT NULL,\n    phone text,\n    old integer", "CREATE TABLE public.t (a integer);\n");
    const { stdout } = await ddlint("--diff", "dump.sql", "--adopt", "--json");
    expect((JSON.parse(stdout) as { readonly statements: unknown }).statements).toEqual([
      "CREATE TABLE t (\n  a integer\n);",
      "ALTER TABLE users ADD COLUMN old integer;",
    ]);
  });

  it("doesn't count the table of the tool", async () => {
    dump(
      "    id bigint NOT NULL,\n    phone text",
      "CREATE TABLE public.goose_db_version (id integer NOT NULL);\n",
    );
    write({
      "go.mod": "require github.com/pressly/goose/v3 v3.1.0\n",
      "migrations/001_init.sql": `-- +goose Up\n${shop["migrations/001_init.sql"]}`,
      "migrations/002_phone.sql": `-- +goose Up\n${shop["migrations/002_phone.sql"]}`,
    });
    expect((await ddlint("--diff", "dump.sql")).exitCode).toBe(0);
  });

  it("refuses what is no dump", async () => {
    write({ ...shop, "dump.sql": "hello;" });
    expect(await ddlint("--diff", "dump.sql")).toMatchObject({ exitCode: 2, stdout: "" });
    expect(await ddlint("--diff", "none.sql")).toMatchObject({ exitCode: 2, stdout: "" });
    expect(await ddlint("--adopt")).toMatchObject({ exitCode: 2, stdout: "" });
  });
});

it("refuses a migration that isn't there", async () => {
  write(shop);
  expect(await ddlint("--at", "003")).toMatchObject({ exitCode: 2, stdout: "" });
});
