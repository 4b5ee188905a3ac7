/** Planted faults, and what statements take, on MariaDB and MySQL, where DDL commits by itself. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { verifyMigrations } from "../../src/engine/verify.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";
import { mysqlServers } from "./mysql-servers.ts";

const base = `
CREATE TABLE users (id int AUTO_INCREMENT PRIMARY KEY, email varchar(200), name varchar(50) NOT NULL, age int);
CREATE TABLE orders (id int AUTO_INCREMENT PRIMARY KEY, user_id int NOT NULL, note text, state enum('new', 'paid') NOT NULL DEFAULT 'new',
  KEY orders_user (user_id), CONSTRAINT orders_user_fk FOREIGN KEY (user_id) REFERENCES users (id));
CREATE VIEW paid AS SELECT id FROM orders WHERE state = 'paid';`;

const faults: readonly (readonly [name: string, up: string, down: string, finds: RegExp])[] = [
  [
    "a column left",
    "ALTER TABLE users ADD a int, ADD b int;",
    "ALTER TABLE users DROP a;",
    /^down-differs: the rollback leaves column users\.b/,
  ],
  [
    "a column that isn't there",
    "ALTER TABLE users ADD a int;",
    "ALTER TABLE users DROP c;",
    /^down-fails: .*Can.t DROP (?:COLUMN `c`|.c.)/,
  ],
  [
    "an index left",
    "ALTER TABLE users ADD a int, ADD KEY users_name (name);",
    "ALTER TABLE users DROP a;",
    /^down-differs: the rollback leaves index users users_name/,
  ],
  [
    "another type",
    "ALTER TABLE users MODIFY age bigint;",
    "ALTER TABLE users MODIFY age tinyint;",
    /^down-(?:differs|fails-on-rows): /,
  ],
  [
    "a foreign key not restored",
    "ALTER TABLE orders DROP FOREIGN KEY orders_user_fk;",
    "SELECT 1;",
    /^down-differs: the rollback doesn't restore foreign key orders orders_user_fk/,
  ],
  [
    "a view with another condition",
    "CREATE OR REPLACE VIEW paid AS SELECT id FROM orders;",
    "CREATE OR REPLACE VIEW paid AS SELECT id FROM orders WHERE id > 0;",
    /^down-differs: the rollback restores another definition of view paid/,
  ],
  [
    "half of it stays",
    "CREATE TABLE first (a int); CREATE TABLE users (a int);",
    "DROP TABLE first;",
    /^up-fails: .*'users' already exists; what ran before stays: (?:column|table) first/,
  ],
  [
    "a length that values don't fit",
    "ALTER TABLE users MODIFY email varchar(10);",
    "ALTER TABLE users MODIFY email varchar(200);",
    /^up-fails-on-rows: .*Data too long|^up-fails-on-rows: .*(?:Data truncated|Invalid use of NULL value)/,
  ],
  [
    "NULLs in a column that takes none",
    "ALTER TABLE users MODIFY age int NOT NULL;",
    "ALTER TABLE users MODIFY age int;",
    /^up-fails-on-rows: .*(?:Data truncated|Invalid use of NULL value)/,
  ],
  [
    "a key over duplicates",
    "ALTER TABLE users ADD UNIQUE one_name (name);",
    "ALTER TABLE users DROP KEY one_name;",
    /^up-fails-on-rows: .*Duplicate entry/,
  ],
  [
    "a column's values lost",
    "ALTER TABLE orders DROP note;",
    "ALTER TABLE orders ADD note text;",
    /^rows-not-restored: the rollback doesn't restore values of orders\.note/,
  ],
  [
    "rows deleted",
    "DELETE FROM orders;",
    "SELECT 1;",
    /^rows-not-restored: the rollback doesn't restore rows of orders/,
  ],
];

/** What each server accepts, by `npm run measure`. */
const taken: readonly (readonly [sql: string, mariadb: string, mysql: string])[] = [
  ["ALTER TABLE users ADD phone varchar(20)", "ALGORITHM=INSTANT", "ALGORITHM=INSTANT"],
  [
    "ALTER TABLE users MODIFY age bigint",
    "ALGORITHM=COPY, LOCK=SHARED; rewrites users",
    "ALGORITHM=COPY, LOCK=SHARED; rewrites users",
  ],
  ["CREATE INDEX users_name ON users (name)", "ALGORITHM=NOCOPY, LOCK=NONE", "ALGORITHM=INPLACE, LOCK=NONE"],
  [
    "ALTER TABLE users FORCE -- anew",
    "ALGORITHM=INPLACE, LOCK=NONE; rewrites users",
    "ALGORITHM=INPLACE, LOCK=NONE; rewrites users",
  ],
  [
    "ALTER TABLE parts REORGANIZE PARTITION low INTO (PARTITION low VALUES LESS THAN (9))",
    "rewrites parts",
    "ALGORITHM=INPLACE, LOCK=SHARED; rewrites parts",
  ],
  ["ALTER TABLE users ADD KEY late (age), ALGORITHM=INPLACE", "", ""],
  ["TRUNCATE parts", "", ""],
  ["CREATE TABLE young (a int); ALTER TABLE young ADD b int", "", ""],
];

describe.each(mysqlServers(`${faults.length} planted faults aren't looked for`))("$title", (kind) => {
  const { dialect } = kind;
  let server: Awaited<ReturnType<typeof kind.start>>;
  beforeAll(async () => {
    server = await kind.start();
  });
  afterAll(() => server.stop());

  const verify = async (up: string, down: string, before = base) => {
    const fs = memoryFileSystem({
      "migrations/001_base.up.sql": before,
      "migrations/001_base.down.sql": "DROP VIEW paid; DROP TABLE orders; DROP TABLE users;",
      "migrations/002_fault.up.sql": up,
      "migrations/002_fault.down.sql": down,
    });
    return (await verifyMigrations({ fs, facts: { dialect }, server: server.url })).migrations;
  };
  const textsOf = async (up: string, down: string): Promise<readonly string[]> =>
    (await verify(up, down)).flatMap(({ problems }) =>
      problems.map(({ kind: what, message, details }) => [`${what}: ${message}`, ...details].join("; ")),
    );

  it.each(faults)("finds %s", async (_, up, down, finds) => {
    expect(await textsOf(up, down)).toEqual(expect.arrayContaining([expect.stringMatching(finds)]));
  });

  it("finds nothing in a sound migration", async () => {
    const up =
      "CREATE TABLE tags (order_id int, tag varchar(20), FOREIGN KEY (order_id) REFERENCES orders (id)); ALTER TABLE users ADD phone varchar(20);";
    expect(await textsOf(up, "ALTER TABLE users DROP phone; DROP TABLE tags;")).toEqual([]);
  });

  it.each(taken)("measures what is taken by %s", async (sql, mariadb, mysql) => {
    const parts =
      "CREATE TABLE parts (id int PRIMARY KEY) PARTITION BY RANGE (id) (PARTITION low VALUES LESS THAN (5));";
    const [verified] = await verify(`${sql};`, "", `${base}\n${parts}`);
    expect(verified?.up).toBe("ran");
    const words = (verified?.statements ?? []).flatMap(({ locks, rewritten }) => [
      ...locks.map(({ mode }) => mode),
      ...rewritten.map((name) => `rewrites ${name}`),
    ]);
    expect(words.join("; ")).toBe(dialect === "mariadb" ? mariadb : mysql);
  });
});
