/** What only other databases have: the real server's grammar refuses each of the forms, and takes what looks like them. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mariadb, mysql } from "../../src/sql/mysql/parse.ts";
import { findMariaDb } from "./binaries.ts";
import { startMariaDb, type MariaDb } from "./server.ts";

const file = join(import.meta.dirname, "../../fixtures/elsewhere.sql");
const [refused = "", taken = ""] = readFileSync(file, "utf8").split("-- Taken by both.\n");
const statements = (text: string): readonly string[] =>
  text.split("\n").filter((line) => line !== "" && !line.startsWith("--"));
const isThere = findMariaDb() !== undefined;

describe("forms of other databases", () => {
  it.each(statements(refused))("%s", (sql) => {
    expect(mysql.read(sql).problems).toHaveLength(1);
    expect(mariadb.read(sql).problems).toHaveLength(sql.endsWith("-- but not by MariaDB") ? 0 : 1);
  });

  it.each(statements(taken))("%s", (sql) => {
    expect(mysql.read(sql).problems).toEqual([]);
    expect(mariadb.read(sql).problems).toEqual([]);
  });
});

describe.runIf(isThere)("on a server", () => {
  let server: MariaDb;
  beforeAll(async () => {
    server = await startMariaDb();
    server.run(`CREATE DATABASE d; USE d; CREATE TABLE t (a int, b text, owner int); CREATE TABLE type (a int);
      CREATE TABLE owner (a int); CREATE TABLE conflict (a int);`);
  }, 60_000);
  afterAll(() => server.stop());

  it.each([...statements(refused), ...statements(taken)])("%s", (sql) => {
    const isRefused = mariadb.read(sql).problems.length > 0;
    const answer = server.run(`USE d; ${sql}`);
    expect(/ERROR (?:1064|1193|1336|4161)/.test(answer)).toBe(isRefused);
  });
});
