/** What `--backup` writes keeps the rows of a real server: they are the same before the migration and after its rollback. */
import { PGlite } from "@electric-sql/pglite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { planRollback } from "../../src/engine/rollback.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";
import { definitions } from "./definitions.ts";

const start = `
CREATE TABLE users (id bigserial PRIMARY KEY, email text NOT NULL, note text, "Age" integer, price numeric(10,2) NOT NULL);
CREATE INDEX users_note_idx ON users (note);
CREATE TABLE parts (a int, b text, amount int NOT NULL, PRIMARY KEY (a, b));
CREATE TABLE plain (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, twice int GENERATED ALWAYS AS (amount * 2) STORED, amount int);
CREATE TABLE orders (id int PRIMARY KEY, user_id bigint REFERENCES users (id));
`;
const rows = `
INSERT INTO users (email, note, "Age", price) SELECT 'u' || n, CASE WHEN n % 3 > 0 THEN 'note ' || n END, n, n + 0.25 FROM generate_series(1, 50) n;
INSERT INTO parts SELECT n % 5, 'p' || n, n FROM generate_series(1, 40) n;
INSERT INTO plain (amount) SELECT n FROM generate_series(1, 20) n;
INSERT INTO orders SELECT n, n FROM generate_series(1, 20) n;
`;

/** Up scripts whose rollback loses rows or values without a backup. */
const migrations: Readonly<Record<string, string>> = {
  "a column": "ALTER TABLE users DROP COLUMN note;",
  "a column that takes no NULL": "ALTER TABLE users DROP COLUMN email;",
  "several columns, one with a quoted name": 'ALTER TABLE users DROP COLUMN "Age", DROP COLUMN note;',
  "a table that another one refers to":
    "ALTER TABLE orders DROP CONSTRAINT orders_user_id_fkey; DROP TABLE users;",
  "a table with an identity and a generated column": "DROP TABLE plain;",
  "a table with a key of two columns": "DROP TABLE parts;",
  "a column of a table with such a key": "ALTER TABLE parts DROP COLUMN amount;",
  values: "UPDATE users SET email = upper(email), price = price * 2 WHERE id % 2 = 0;",
  "values, twice": "UPDATE parts SET amount = 0 WHERE a = 1; UPDATE parts SET amount = amount + 1;",
  rows: "DELETE FROM parts WHERE amount > 20;",
  "all rows": "TRUNCATE parts;",
  "a type that is converted": "ALTER TABLE users ALTER COLUMN price TYPE bigint USING (price * 100)::bigint;",
  "a type that rounds": "ALTER TABLE users ALTER COLUMN price TYPE integer;",
  "a column that another one replaces":
    "ALTER TABLE users ADD COLUMN email2 text; UPDATE users SET email2 = lower(email); ALTER TABLE users DROP COLUMN email; ALTER TABLE users RENAME COLUMN email2 TO email;",
  "rows that are new": "INSERT INTO parts VALUES (9, 'x', 1), (9, 'y', 2);",
  "a table that is filled from another":
    "CREATE TABLE copies (id bigint PRIMARY KEY, email text); INSERT INTO copies SELECT id, email FROM users; ALTER TABLE users DROP COLUMN email;",
};

let db: PGlite;
beforeAll(async () => {
  db = await PGlite.create();
});
afterAll(() => db.close());

/** Catalogue and rows, the order of columns aside. */
async function held(): Promise<readonly string[]> {
  const { rows: lines } = await db.query<{ line: string }>(definitions);
  const found = lines.map(({ line }) => line);
  for (const table of ["users", "parts", "plain", "orders"]) {
    const { rows: own } = await db.query<{ row: string }>(`SELECT to_jsonb(t)::text AS row FROM ${table} t`);
    found.push(...own.map(({ row }) => `${table} ${row}`));
  }
  return found.sort();
}

describe("a backup restores", () => {
  it.each(Object.entries(migrations))("%s", async (_, up) => {
    const plan = await planRollback({
      fs: memoryFileSystem({
        "migrations/001_old.up.sql": start,
        "migrations/001_old.down.sql": "SELECT 1;",
        "migrations/002_new.up.sql": up,
      }),
      migration: "002",
      backup: true,
    });
    expect(plan).toMatchObject({ gaps: [], lost: [], differences: [] });
    await db.exec("BEGIN");
    try {
      await db.exec(start + rows);
      const before = await held();
      await db.exec(plan.migrationText ?? up);
      await db.exec(plan.text);
      expect(await held(), plan.text).toEqual(before);
    } finally {
      await db.exec("ROLLBACK");
    }
  });

  it("new rows get numbers behind the old ones", async () => {
    const fs = memoryFileSystem({
      "migrations/001_old.up.sql": start,
      "migrations/001_old.down.sql": "SELECT 1;",
      "migrations/002_new.up.sql": "DROP TABLE plain;",
    });
    const plan = await planRollback({ fs, migration: "002", backup: true });
    await db.exec("BEGIN");
    await db.exec(
      `${start}${rows}${plan.migrationText ?? ""}${plan.text}INSERT INTO plain (amount) VALUES (1)`,
    );
    const { rows: last } = await db.query("SELECT max(id) AS id FROM plain");
    await db.exec("ROLLBACK");
    expect(last).toEqual([{ id: 21 }]);
  });
});
