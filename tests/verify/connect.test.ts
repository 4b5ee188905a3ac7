import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connect, startPglite } from "../../src/verify/connect.ts";
import type { Connection } from "../../src/verify/connection.ts";
import { serverAddress, withDatabase } from "../../src/verify/server-address.ts";
import { findMariaDb } from "../mariadb/binaries.ts";
import { startMariaDb, type MariaDb } from "../mariadb/server.ts";
import { findPostgres, startPostgres, type PostgresServer } from "../plan/postgres-server.ts";

const bin = findPostgres();
if (bin === undefined) console.warn("No PostgreSQL here: 3 tests of connections are skipped");
const isMariaDb = findMariaDb() !== undefined;
if (!isMariaDb) console.warn("No MariaDB here: 3 tests of connections are skipped");

const addressOf = (url: string) => serverAddress(url, "postgres", {});

/** What holds for every driver of PostgreSQL. */
async function behaves(session: Connection): Promise<void> {
  expect(await session.query("SELECT 1 AS one, NULL AS none, 'x' AS text")).toEqual([
    { one: "1", none: null, text: "x" },
  ]);
  const { ended, error } = await session.send("SELECT 1; SELECT 2; SELECT 1/0; SELECT 3");
  expect([ended, error?.code, session.status()]).toEqual([2, "22012", "idle"]);
  await session.exec("BEGIN");
  expect(session.status()).toBe("open");
  expect((await session.send("SELECT 1/0")).error?.message).toBe("division by zero");
  expect(session.status()).toBe("failed");
  await session.exec("ROLLBACK");
  expect(session.status()).toBe("idle");
  expect((await session.send("SELECT 1; SELECT 'b' AS b")).sets.at(1)).toEqual([{ b: "b" }]);
  await expect(session.transaction(() => session.exec("CREATE TABLE t ()"), "read only")).rejects.toThrow(
    "cannot execute CREATE TABLE in a read-only transaction",
  );
  expect(session.status()).toBe("idle");
  await session.transaction(() => session.exec("CREATE TABLE kept ()"));
  expect(await session.query("SELECT to_regclass('kept')::text AS name")).toEqual([{ name: "kept" }]);
}

it("starts an embedded PostgreSQL", async () => {
  const session = await startPglite();
  expect(session.title).toMatch(/^PostgreSQL \d+\.\d+ \(PGlite\)$/);
  await behaves(session);
  await session.close();
});

describe.runIf(bin !== undefined)("PostgreSQL", () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres(bin ?? "");
  });
  afterAll(() => {
    server.stop();
  });

  it("answers", async () => {
    const session = await connect(addressOf(server.url));
    expect(session.title).toMatch(/^PostgreSQL \d+\.\d+$/);
    await behaves(session);
    await session.close();
  });

  it("says that a database isn't there", async () => {
    const address = withDatabase(addressOf(server.url), "nowhere");
    await expect(connect(address)).rejects.toThrow(
      /^can't connect to postgres:.*\/nowhere.*: database "nowhere" does not exist$/,
    );
  });

  it("says that the connection is lost", async () => {
    const session = await connect(addressOf(server.url));
    await expect(session.exec("SELECT pg_terminate_backend(pg_backend_pid())")).rejects.toThrow(
      /^the connection to .* was lost: terminating connection due to administrator command$/,
    );
    await expect(session.exec("SELECT 1")).rejects.toThrow(/was lost/);
  });
});

describe.runIf(isMariaDb)("MariaDB", () => {
  let server: MariaDb;
  beforeAll(async () => {
    server = await startMariaDb();
  });
  afterAll(() => server.stop());

  it("answers", async () => {
    const session = await connect(addressOf(server.url));
    expect([session.dialect, session.title]).toEqual(["mariadb", `MariaDB ${session.version}`]);
    expect(
      await session.query("SELECT 12345678901234567890 AS n, NULL AS none, DATE '2026-01-02' AS day"),
    ).toEqual([{ n: "12345678901234567890", none: null, day: "2026-01-02" }]);
    expect((await session.send("SELECT * FROM nowhere.nothing")).error?.code).toBe("1146");
    await session.exec("CREATE DATABASE kept");
    await session.exec("CREATE TABLE kept.t (a int)");
    await expect(
      session.transaction(() => session.exec("INSERT INTO kept.t VALUES (1)"), "read only"),
    ).rejects.toThrow("Cannot execute statement in a READ ONLY transaction");
    await session.close();
  });

  it("reads no file of this machine", async () => {
    const session = await connect(addressOf(server.url));
    await session.exec("CREATE DATABASE files");
    await session.exec("CREATE TABLE files.lines (line text)");
    await expect(
      session.exec("LOAD DATA LOCAL INFILE '/etc/hostname' INTO TABLE files.lines"),
    ).rejects.toThrow();
    expect(await session.query("SELECT * FROM files.lines")).toEqual([]);
    await session.close();
  });

  it("says that the connection is lost", async () => {
    const session = await connect(addressOf(server.url));
    await session.send("KILL CONNECTION_ID()");
    await expect(session.exec("SELECT 1")).rejects.toThrow(/^the connection to mysql:.* was lost/);
  });
});
