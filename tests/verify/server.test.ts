/** On servers of the user's: nothing outside of ddlint's own database changes, and what a killed run leaves is dropped. */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { verifyMigrations } from "../../src/engine/verify.ts";
import type { MysqlDialect } from "../../src/model/dialect.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";
import { connect } from "../../src/verify/connect.ts";
import type { Connection } from "../../src/verify/connection.ts";
import { serverAddress } from "../../src/verify/server-address.ts";
import { findPostgres, startPostgres } from "../plan/postgres-server.ts";
import { harmless, hostile } from "./hostile.ts";
import { mysqlServers } from "./mysql-servers.ts";

interface Server {
  readonly url: string;
  /** All that is on it; undefined where the program for it isn't here. */
  readonly dumpAll?: () => string | undefined;
  readonly stop: () => void | Promise<void>;
}

interface Kind {
  readonly title: string;
  readonly family: "postgres" | "mysql";
  readonly dialect: "postgres" | MysqlDialect;
  readonly start: () => Promise<Server>;
  /** What is there beside the database of a run. */
  readonly setup: readonly string[];
  readonly state: readonly string[];
  readonly databases: string;
  readonly slow: string;
}

const bin = findPostgres();
const skipped = "3 tests of ddlint verify --server";
const inOther = `
CREATE SCHEMA books;
CREATE TABLE books.kept (a int PRIMARY KEY, b text DEFAULT 'x');
INSERT INTO books.kept VALUES (1), (2);
CREATE VIEW books.seen AS SELECT a FROM books.kept;
CREATE FUNCTION books.one() RETURNS int LANGUAGE sql AS 'SELECT 1';
SELECT lo_from_bytea(0, 'kept');`;

const kinds: readonly Kind[] =
  bin === undefined
    ? []
    : [
        {
          title: "PostgreSQL",
          family: "postgres",
          dialect: "postgres",
          start: async () => {
            const server = await startPostgres(bin);
            server.psql("postgres", "CREATE DATABASE other;");
            server.psql("other", inOther);
            return server;
          },
          setup: [
            "CREATE ROLE bystander",
            "CREATE ROLE member",
            "GRANT member TO bystander",
            "CREATE DATABASE shop OWNER bystander",
            "ALTER DATABASE shop SET work_mem = '2MB'",
            "COMMENT ON DATABASE shop IS 'kept'",
          ],
          state: [
            "SELECT rolname, rolsuper::text, rolpassword FROM pg_authid ORDER BY 1",
            "SELECT datname, datconnlimit::text, datallowconn::text, datdba::text, datacl::text, shobj_description(oid, 'pg_database') AS c FROM pg_database ORDER BY 1",
            "SELECT setdatabase::text, setconfig::text FROM pg_db_role_setting ORDER BY 1",
            "SELECT roleid::text, member::text FROM pg_auth_members ORDER BY 1, 2",
            "SELECT spcname FROM pg_tablespace ORDER BY 1",
            "SELECT name, setting FROM pg_file_settings ORDER BY 1, 2",
            "SELECT slot_name FROM pg_replication_slots UNION ALL SELECT roname FROM pg_replication_origin",
            "SELECT relname FROM pg_class WHERE oid >= 16384",
            "SELECT description FROM pg_shdescription ORDER BY 1",
          ],
          databases: "SELECT datname FROM pg_database WHERE datname LIKE 'ddlint%'",
          slow: "SELECT pg_sleep(60);",
        },
      ];

const ofMysql = {
  family: "mysql",
  setup: [
    "DROP DATABASE IF EXISTS other",
    "DROP DATABASE IF EXISTS ddlint_verify_1_mine",
    "CREATE DATABASE other",
    "CREATE TABLE other.kept (a int PRIMARY KEY)",
    "INSERT INTO other.kept VALUES (1)",
    "CREATE TABLE other.log (a int, b varchar(20))",
    "CREATE VIEW other.seen AS SELECT a FROM other.kept",
    "CREATE TRIGGER other.noted AFTER INSERT ON other.kept FOR EACH ROW INSERT INTO other.log VALUES (NEW.a, 'x')",
    "CREATE FUNCTION other.one() RETURNS int DETERMINISTIC RETURN 1",
    "CREATE PROCEDURE other.clear() DELETE FROM other.kept",
  ],
  state: [
    "SELECT * FROM other.kept",
    "SELECT * FROM other.log",
    "SHOW CREATE TABLE other.kept",
    "SHOW DATABASES",
    "SELECT User, Host FROM mysql.user ORDER BY 1, 2",
    "SELECT @@global.max_connections, @@global.event_scheduler, @@global.read_only, @@global.general_log",
    "SELECT SCHEMA_NAME, DEFAULT_CHARACTER_SET_NAME FROM information_schema.SCHEMATA ORDER BY 1",
    "SELECT EVENT_NAME FROM information_schema.EVENTS WHERE EVENT_SCHEMA <> 'sys'",
    "SELECT ROUTINE_SCHEMA, ROUTINE_NAME FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA <> 'sys' ORDER BY 1, 2",
    "SELECT TRIGGER_SCHEMA, TRIGGER_NAME FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA <> 'sys' ORDER BY 1, 2",
  ],
  databases: "SHOW DATABASES LIKE 'ddlint%'",
  slow: "DO SLEEP(60);",
} as const;

if (bin === undefined) console.warn(`No PostgreSQL here: ${skipped}`);

/** How those begin that stay inside. */
const inside = {
  postgres: ["\\connect", "\\!", "\\c", "DO", "COMMIT;", "SET", "ALTER"],
  mariadb: ["SET"],
  // A comment there, and what isn't sent.
  mysql: ["/*M!", "CREATE", "SET"],
} as const;

describe.each([
  ...Object.values(kinds),
  ...mysqlServers(skipped).map((one): Kind => ({ ...ofMysql, ...one })),
])("$title", ({ family, dialect, start, setup, state, databases, slow }) => {
  let server: Server;
  let admin: Connection;
  beforeAll(async () => {
    server = await start();
    admin = await connect(serverAddress(server.url, family));
    for (const sql of setup) await admin.exec(sql);
  });
  afterAll(async () => {
    await admin.close();
    await server.stop();
  });

  const facts = { dialect, tool: "raw" } as const;
  const verify = (up: string): ReturnType<typeof verifyMigrations> =>
    verifyMigrations({
      fs: memoryFileSystem({ "migrations/001_one.sql": `${up};\n` }),
      facts,
      server: server.url,
    });
  const now = async (): Promise<string> => {
    const parts = [];
    for (const sql of state) parts.push(await admin.query(sql));
    return JSON.stringify(parts, null, 1);
  };

  it("changes nothing outside of its own database", async () => {
    const before = await now();
    const dumped = server.dumpAll?.();
    const ran: string[] = [];
    for (const sql of hostile[family]) {
      await verify(sql).then(
        () => ran.push(sql),
        (error: unknown) => {
          const lines = error instanceof AggregateError ? error.errors : [error];
          for (const line of lines) expect(String(line), sql).toMatch(/refused on a server|UserError/);
        },
      );
      expect(await now(), sql).toBe(before);
    }
    expect(server.dumpAll?.()).toBe(dumped);
    expect(existsSync("/tmp/ddlint-hostile")).toBe(false);
    // What stays inside runs.
    expect(ran.map((sql) => sql.split(/\s/)[0])).toEqual(inside[dialect]);
  });

  it("100 that try to, at least", () => {
    expect(new Set(hostile[family]).size).toBeGreaterThanOrEqual(100);
  });

  it("runs what only looks hostile", async () => {
    for (const sql of harmless[family]) {
      const { migrations } = await verify(sql);
      expect(
        migrations.map(({ up }) => up),
        sql,
      ).toEqual(["ran"]);
    }
  });

  it("verifies with a database of its own, which it drops", async () => {
    const { server: title, migrations } = await verify("CREATE TABLE t (a int PRIMARY KEY, b varchar(20))");
    expect(title).toMatch(/^(?:PostgreSQL|MariaDB|MySQL) \d/);
    expect(migrations.map(({ up, problems }) => [up, problems])).toEqual([["ran", []]]);
    expect(await admin.query(databases)).toEqual([]);
  });

  it("drops what a killed run has left, and no other database", async () => {
    const folder = mkdtempSync(join(tmpdir(), "ddlint-verify-"));
    try {
      mkdirSync(join(folder, "migrations"));
      writeFileSync(join(folder, "migrations/001_slow.sql"), `CREATE TABLE t (a int);\n${slow}\n`);
      const main = new URL("../../src/cli/main.ts", import.meta.url).href;
      const program = join(folder, "run.mjs");
      writeFileSync(program, `import { main } from ${JSON.stringify(main)};\nawait main();\n`);
      const args = ["--import", import.meta.resolve("tsx"), program, "verify", "--server", server.url];
      const run = spawn(process.execPath, [...args, "--dialect", facts.dialect, "--tool", "raw"], {
        cwd: folder,
        stdio: "ignore",
      });
      const gone = new Promise((resolve) => run.once("exit", resolve));
      const left = async (): Promise<number> => (await admin.query(databases)).length;
      for (let attempt = 0; attempt < 400 && (await left()) === 0; attempt++)
        await new Promise((resolve) => setTimeout(resolve, 50));
      await new Promise((resolve) => setTimeout(resolve, 500));
      run.kill("SIGKILL");
      await gone;
      expect(await left()).toBe(1);
      // Somebody else's, of a similar name.
      await admin.exec("CREATE DATABASE ddlint_verify_1_mine");
      // The server ends what the killed session was doing.
      for (const { id } of await admin.query(
        family === "postgres"
          ? "SELECT pg_terminate_backend(pid)::text AS done, NULL AS id FROM pg_stat_activity WHERE datname LIKE 'ddlint%'"
          : "SELECT ID AS id FROM information_schema.PROCESSLIST WHERE DB LIKE 'ddlint%'",
      ))
        if (id !== null && id !== undefined) await admin.send(`KILL ${id}`);
      await new Promise((resolve) => setTimeout(resolve, 500));
      await verify("CREATE TABLE u (a int)");
      expect((await admin.query(databases)).flatMap((row) => Object.values(row))).toEqual([
        "ddlint_verify_1_mine",
      ]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
