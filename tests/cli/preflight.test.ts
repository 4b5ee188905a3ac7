/** `ddlint preflight`: what it would send, and what it finds on real servers, if they are here. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { run } from "../../src/cli/main.ts";
import { connect } from "../../src/verify/connect.ts";
import type { Connection } from "../../src/verify/connection.ts";
import { serverAddress, withDatabase } from "../../src/verify/server-address.ts";
import { findPostgres, startPostgres, type PostgresServer } from "../plan/postgres-server.ts";
import { mysqlServers } from "../verify/mysql-servers.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ddlint-preflight-"));
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
const ddlint = (...words: readonly string[]) => run(["preflight", ...words], folder);

const project = (before: string, migration: string) => ({
  "db/migrations/1_shop.sql": `-- migrate:up\n${before}\n-- migrate:down\nSELECT 1;\n`,
  "db/migrations/2_change.sql": `-- migrate:up\n${migration}\n-- migrate:down\nSELECT 1;\n`,
});

describe("--dry-run", () => {
  it("prints all that it would send, and connects to nothing", async () => {
    write(
      project(
        "CREATE TABLE users (id int PRIMARY KEY, email text);",
        "ALTER TABLE users ALTER COLUMN email SET NOT NULL;",
      ),
    );
    const { stdout, exitCode } = await ddlint(
      "--dry-run",
      "--server",
      "postgres://nobody@localhost:1/none",
      "--timeout",
      "7",
    );
    expect(exitCode).toBe(0);
    const sent = stdout.split(";\n").filter((one) => one.trim() !== "");
    expect(sent.slice(0, 3)).toEqual([
      "START TRANSACTION READ ONLY",
      "SET LOCAL statement_timeout = '7s'",
      "SET LOCAL lock_timeout = '2s'",
    ]);
    expect(stdout).toContain("SELECT id, email FROM users\nWHERE email IS NULL LIMIT 10;\nROLLBACK;\n");
    expect(new Set(sent.map((one) => one.split(/\s/)[0]))).toEqual(
      new Set(["START", "SET", "SELECT", "ROLLBACK"]),
    );
  });

  it("limits each query on MySQL and MariaDB", async () => {
    write(
      project(
        "CREATE TABLE users (id int PRIMARY KEY) ENGINE=InnoDB;",
        "ALTER TABLE users ADD COLUMN a int;",
      ),
    );
    expect((await ddlint("--dry-run", "--dialect", "mysql")).stdout).toContain(
      "SET SESSION max_execution_time = 30000;\nSET SESSION lock_wait_timeout = 2, SESSION innodb_lock_wait_timeout = 2;\nSTART TRANSACTION READ ONLY;\nSELECT ",
    );
    expect((await ddlint("--dry-run", "--dialect", "mariadb")).stdout).toContain(
      "SET SESSION max_statement_time = 30;",
    );
  });

  it("takes seconds", async () => {
    write(project("CREATE TABLE a (id int);", "CREATE TABLE b (id int);"));
    expect((await ddlint("--dry-run", "--timeout", "soon")).stderr).toBe(
      'ddlint: --timeout: "soon" isn\'t a number of seconds; expected for example 60\n',
    );
  });
});

const bin = findPostgres();
if (bin === undefined) console.warn("No PostgreSQL here: preflight isn't tried on one");

describe.runIf(bin !== undefined)("on PostgreSQL", () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres(bin ?? "");
  });
  afterAll(() => {
    server.stop();
  });

  it("finds what is wrong, and long transactions", async () => {
    const schema = "CREATE TABLE users (id int PRIMARY KEY, email text);";
    write(project(schema, "ALTER TABLE users ALTER COLUMN email SET NOT NULL;"));
    server.psql("postgres", schema);
    const ok = await ddlint("--server", server.url);
    expect(ok).toMatchObject({ exitCode: 0, stdout: "2_change: nothing wrong in 9 checks\n", stderr: "" });
    server.psql("postgres", "INSERT INTO users VALUES (1, NULL), (2, 'x');");
    const { exitCode, stdout } = await ddlint("--server", server.url);
    expect(exitCode).toBe(1);
    expect(stdout).toBe(
      "wrong: users.email holds NULL\n  id: 1, email: NULL\n2_change: 1 found in 9 checks\n",
    );
    const status = await run(["status", "--server", server.url], folder);
    expect(status.stdout).toBe(
      "pending       1_shop\npending       2_change\ndbmate, db/migrations: 0 applied, 2 to apply\n",
    );
  });

  it("doesn't wait for a lock, and says so", async () => {
    const schema = "CREATE TABLE locked (id int PRIMARY KEY, email text);";
    write(project(schema, "ALTER TABLE locked ALTER COLUMN email SET NOT NULL;"));
    server.psql("postgres", schema);
    const other = await connect(serverAddress(server.url, "postgres", {}));
    await other.exec("BEGIN; LOCK TABLE locked");
    const { exitCode, stdout } = await ddlint("--server", server.url);
    await other.close();
    expect(exitCode).toBe(1);
    expect(stdout).toContain(
      "not answered: locked.email holds NULL: canceling statement due to lock timeout\n",
    );
  }, 30_000);

  it("says where the server is another one", async () => {
    write(project("CREATE TABLE a (id int) ENGINE=InnoDB;", "CREATE TABLE b (id int) ENGINE=InnoDB;"));
    expect((await ddlint("--dialect", "mysql", "--server", server.url)).stderr).toMatch(
      /^ddlint: the migrations are for MySQL, and the server is PostgreSQL \d/,
    );
  });
});

/** One violation each, as in tests/plan/checks-cases.ts. */
const mysqlCases: Readonly<
  Record<string, readonly [before: string, migration: string, rows: string, violation: string, wrong: string]>
> = {
  "NULL before NOT NULL": [
    "CREATE TABLE users (id int PRIMARY KEY, email varchar(40));",
    "ALTER TABLE users MODIFY email varchar(40) NOT NULL;",
    "INSERT INTO users VALUES (1, 'a')",
    "INSERT INTO users VALUES (2, NULL)",
    "users.email holds NULL",
  ],
  "duplicates before a unique key": [
    "CREATE TABLE users (id int PRIMARY KEY, email varchar(40));",
    "ALTER TABLE users ADD UNIQUE KEY users_email (email(3));",
    "INSERT INTO users VALUES (1, 'abc'), (2, NULL), (3, NULL)",
    "INSERT INTO users VALUES (4, 'ABCd')",
    "users has duplicates in (LEFT(email, 3))",
  ],
  "orphans before a foreign key": [
    "CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE orders (id int PRIMARY KEY, user_id int);",
    "ALTER TABLE orders ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users (id);",
    "INSERT INTO users VALUES (1); INSERT INTO orders VALUES (1, 1), (2, NULL)",
    "INSERT INTO orders VALUES (3, 9)",
    "orders (user_id) refers to rows that aren't in users",
  ],
  "rows that violate a check": [
    "CREATE TABLE users (id int PRIMARY KEY, age int);",
    "ALTER TABLE users ADD CONSTRAINT adult CHECK (age > 17);",
    "INSERT INTO users VALUES (1, 18), (2, NULL)",
    "INSERT INTO users VALUES (3, 3)",
    "users has rows that violate CHECK (age > 17)",
  ],
  "texts that are too long": [
    "CREATE TABLE users (id int PRIMARY KEY, email varchar(40));",
    "ALTER TABLE users MODIFY email varchar(5);",
    "INSERT INTO users VALUES (1, 'abcde')",
    "INSERT INTO users VALUES (2, 'abcdef')",
    "users.email holds values that don't fit varchar(5)",
  ],
  "numbers that are too large": [
    "CREATE TABLE users (id int PRIMARY KEY, age bigint);",
    "ALTER TABLE users MODIFY age tinyint unsigned;",
    "INSERT INTO users VALUES (1, 255)",
    "INSERT INTO users VALUES (2, -1)",
    "users.age holds values that don't fit tinyint unsigned",
  ],
  "values that are no members": [
    "CREATE TABLE users (id int PRIMARY KEY, mood varchar(10));",
    "ALTER TABLE users MODIFY mood enum('good','bad');",
    "INSERT INTO users VALUES (1, 'good'), (2, NULL)",
    "INSERT INTO users VALUES (3, 'so-so')",
    "users.mood holds values that don't fit enum('good','bad')",
  ],
  "a table that isn't there": [
    "CREATE TABLE users (id int PRIMARY KEY);",
    "ALTER TABLE users ADD COLUMN a int;",
    "SELECT 1",
    "DROP TABLE users",
    "a table isn't there",
  ],
  "a column that isn't there": [
    "CREATE TABLE users (id int PRIMARY KEY, `Old Name` int);",
    "ALTER TABLE users DROP COLUMN `Old Name`;",
    "SELECT 1",
    "ALTER TABLE users DROP COLUMN `Old Name`",
    "a column isn't there",
  ],
  "a column that is there already": [
    "CREATE TABLE users (id int PRIMARY KEY);",
    "ALTER TABLE users ADD COLUMN a int;",
    "SELECT 1",
    "ALTER TABLE users ADD COLUMN a text",
    "column users.a is there already",
  ],
  "a table that is there already": [
    "CREATE TABLE users (id int PRIMARY KEY);",
    "CREATE TABLE orders (id int PRIMARY KEY);",
    "SELECT 1",
    "CREATE TABLE orders (id int)",
    "table orders is there already",
  ],
  "NULL before a primary key": [
    "CREATE TABLE tags (name varchar(20));",
    "ALTER TABLE tags ADD PRIMARY KEY (name);",
    "INSERT INTO tags VALUES ('a')",
    "INSERT INTO tags VALUES (NULL)",
    "tags.name holds NULL",
  ],
  "an index that is there already": [
    "CREATE TABLE users (id int PRIMARY KEY, a int);",
    "CREATE INDEX users_a ON users (a);",
    "SELECT 1",
    "CREATE INDEX users_a ON users (id)",
    "index users_a is there already",
  ],
  "a migration that is applied already": [
    "CREATE TABLE users (id int PRIMARY KEY);",
    "ALTER TABLE users ADD COLUMN a int;",
    "SELECT 1",
    "CREATE TABLE schema_migrations (version varchar(128) PRIMARY KEY); INSERT INTO schema_migrations VALUES ('2')",
    "a migration is applied already, or another one has its version",
  ],
};

describe.each(mysqlServers("preflight isn't tried on one"))("on $title", ({ dialect, start }) => {
  let server: Awaited<ReturnType<typeof start>>;
  let admin: Connection;
  beforeAll(async () => {
    server = await start();
    admin = await connect(serverAddress(server.url, "mysql", {}));
  });
  afterAll(async () => {
    await admin.close();
    await server.stop();
  });

  it.each(Object.entries(mysqlCases))("finds %s", async (_, [before, migration, rows, violation, wrong]) => {
    write(project(before, migration));
    const exec = async (text: string): Promise<void> => {
      for (const sql of text.split(";")) if (sql.trim() !== "") await admin.exec(sql);
    };
    await exec("DROP DATABASE IF EXISTS preflight; CREATE DATABASE preflight; USE preflight");
    await exec(before);
    await exec(rows);
    const { url } = withDatabase(serverAddress(server.url, "mysql", {}), "preflight");
    const asked = () => ddlint("--dialect", dialect, "--server", url);
    const found = (text: string) => text.match(/^(?:wrong|look|not answered): .*$/gm) ?? [];
    const ok = await asked();
    expect(found(ok.stdout)).toEqual([]);
    expect(ok.exitCode).toBe(0);
    await exec(violation);
    const bad = await asked();
    expect(found(bad.stdout)).toEqual([`wrong: ${wrong}`]);
    expect(bad.exitCode).toBe(1);
  });

  it("sees what the account lacks", async () => {
    const schema = "CREATE TABLE users (id int PRIMARY KEY);";
    write(project(schema, "ALTER TABLE users ADD COLUMN a int;"));
    for (const sql of [
      "DROP DATABASE IF EXISTS preflight",
      "CREATE DATABASE preflight",
      `USE preflight`,
      schema,
      "DROP USER IF EXISTS reader@localhost",
      "CREATE USER reader@localhost IDENTIFIED BY 'x'",
      "GRANT SELECT ON preflight.* TO reader@localhost",
      "GRANT PROCESS ON *.* TO reader@localhost",
    ])
      await admin.exec(sql);
    const address = new URL(withDatabase(serverAddress(server.url, "mysql", {}), "preflight").url);
    address.username = "reader";
    address.password = "x";
    const { stdout } = await ddlint("--dialect", dialect, "--server", address.href);
    expect(stdout).toContain(
      "look: the account's own grants lack a privilege\n  object: users, missing: ALTER\n",
    );
    await admin.exec("GRANT ALTER ON preflight.* TO reader@localhost");
    expect((await ddlint("--dialect", dialect, "--server", address.href)).exitCode).toBe(0);
  });
});
