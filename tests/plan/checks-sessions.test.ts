/**
 * Checks of the pre-flight that need a real server: other sessions, replicas, releases. Nothing is wrong on a good one, one violation is
 * found, and no query takes more than it needs to read.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { memoryFileSystem, planPreflight } from "../../src/index.ts";
import type { Facts, RunbookCheck } from "../../src/index.ts";
import { ask } from "../../src/verify/ask.ts";
import { connect } from "../../src/verify/connect.ts";
import type { Connection } from "../../src/verify/connection.ts";
import { serverAddress, withDatabase } from "../../src/verify/server-address.ts";
import { mysqlServers } from "../verify/mysql-servers.ts";
import { findPostgres, startPostgres } from "./postgres-server.ts";

const bin = findPostgres();
const skipped = "checks of sessions aren't tried";
if (bin === undefined) console.warn(`No PostgreSQL here: ${skipped}`);

interface Server {
  readonly url: string;
  readonly stop: () => void | Promise<void>;
}

interface Kind {
  readonly title: string;
  readonly dialect: "postgres" | "mysql" | "mariadb";
  readonly start: () => Promise<Server>;
  readonly engine: string;
  /** Another session is in the way. */
  readonly opens: readonly string[];
  /** What locks the session holds that its query doesn't need. */
  readonly locks?: string;
}

const kinds: readonly Kind[] = [
  ...(bin === undefined
    ? []
    : [
        {
          title: "PostgreSQL",
          dialect: "postgres",
          start: () => startPostgres(bin),
          engine: "",
          opens: ["BEGIN", "INSERT INTO users VALUES (9, 'x')"],
          locks:
            "SELECT mode FROM pg_locks WHERE pid = pg_backend_pid() AND mode <> 'AccessShareLock' AND locktype <> 'virtualxid'",
        } as const,
      ]),
  ...mysqlServers(skipped).map(({ title, dialect, start }): Kind => ({
    title,
    dialect,
    start,
    engine: " ENGINE=InnoDB",
    opens: ["START TRANSACTION", "INSERT INTO users VALUES (9, 'x')"],
  })),
];

/** Nearly all kinds of checks. */
const migration = `ALTER TABLE users ADD CONSTRAINT one_email UNIQUE (email);
CREATE TABLE orders (id int PRIMARY KEY, user_id int);
ALTER TABLE users ADD COLUMN parent int;
`;

describe.each(kinds)("on $title", ({ dialect, start, engine, opens, locks }) => {
  let server: Server;
  let admin: Connection;
  let own: Connection;
  let other: Connection;
  const family = dialect === "postgres" ? "postgres" : "mysql";
  const schema = `CREATE TABLE users (id int PRIMARY KEY, email varchar(40))${engine}`;
  beforeAll(async () => {
    server = await start();
    const address = serverAddress(server.url, family, {});
    admin = await connect(address);
    await admin.exec("DROP DATABASE IF EXISTS preflight_sessions");
    await admin.exec("CREATE DATABASE preflight_sessions");
    own = await connect(withDatabase(address, "preflight_sessions"));
    other = await connect(withDatabase(address, "preflight_sessions"));
    await own.exec(schema);
  });
  afterAll(async () => {
    await own.close();
    await other.close();
    await admin.exec("DROP DATABASE preflight_sessions");
    await admin.close();
    await server.stop();
  });

  const checksOf = async (facts: Facts = {}): Promise<readonly RunbookCheck[]> => {
    const fs = memoryFileSystem({
      "db/migrations/001_shop.sql": `-- migrate:up\n${schema};\n-- migrate:down\n`,
      "db/migrations/002_change.sql": `-- migrate:up\n${migration}-- migrate:down\n`,
    });
    return (await planPreflight({ fs, facts: { dialect, ...facts } })).checks;
  };
  const limits = { query: 10, lock: 2 };
  const found = async (checks: readonly RunbookCheck[]): Promise<readonly string[]> => {
    const wrong: string[] = [];
    for (const { kind, level, sql } of checks) {
      const asked = await ask(own, sql, limits);
      if (asked.is === "refused") throw new Error(`${sql}: ${asked.message}`);
      if (level !== "figure" && asked.is === "rows" && asked.rows.length > 0) wrong.push(kind);
    }
    return wrong;
  };

  it("finds nothing on a good server", async () => {
    expect(await found(await checksOf())).toEqual([]);
  });

  it("holds no lock that its query doesn't need", async () => {
    const checks = await checksOf();
    expect(checks.length).toBeGreaterThan(8);
    await own.exec("INSERT INTO users VALUES (1, 'a'), (2, 'b')");
    const impatient =
      family === "postgres"
        ? "SET lock_timeout = 500"
        : "SET innodb_lock_wait_timeout = 1, lock_wait_timeout = 1";
    await other.exec(impatient);
    for (const { sql, mayLack } of checks) {
      if (mayLack === true) continue;
      await own.exec("START TRANSACTION READ ONLY");
      await own.query(sql);
      if (locks !== undefined) expect(await own.query(locks), sql).toEqual([]);
      // Others write all rows meanwhile.
      await other.exec("UPDATE users SET email = CONCAT(email, 'x')");
      await own.exec("ROLLBACK");
    }
  });

  it("finds a transaction that is open", async () => {
    const checks = (await checksOf()).map((one) => ({
      ...one,
      sql: one.sql.replace(/'1 minute'/, "'1 second'").replace("INTERVAL 1 MINUTE", "INTERVAL 1 SECOND"),
    }));
    for (const sql of opens) await other.exec(sql);
    await new Promise((done) => setTimeout(done, 2500));
    expect(await found(checks)).toEqual(["long transaction"]);
    await other.exec("ROLLBACK");
    // InnoDB shows its transactions from a cache.
    await new Promise((done) => setTimeout(done, 300));
    expect(await found(checks)).toEqual([]);
  });

  it("finds another release", async () => {
    expect(await found(await checksOf({ serverVersion: dialect === "mariadb" ? "10.4" : "8.0" }))).toEqual([
      "server",
    ]);
  });

  it.runIf(dialect === "postgres")("finds a replica that doesn't read", async () => {
    await admin.query("SELECT pg_create_physical_replication_slot('gone')");
    expect(await found(await checksOf())).toEqual(["replication"]);
    await admin.query("SELECT pg_drop_replication_slot('gone')");
  });

  it.runIf(dialect !== "postgres")("finds a server that isn't written to", async () => {
    await admin.exec("SET GLOBAL read_only = 1");
    expect(await found(await checksOf())).toEqual(["server"]);
    await admin.exec("SET GLOBAL read_only = 0");
  });

  it("says how much space is needed", async () => {
    const [space] = (await checksOf()).filter(({ kind }) => kind === "space");
    const asked = await ask(own, space?.sql ?? "", limits);
    expect(asked.is === "rows" ? Object.keys(asked.rows[0] ?? {}) : []).toEqual(["relation", "with_indexes"]);
  });
});
