/** The queries of the pre-flight on PGlite: a sound database passes, one violation fails, and nothing is locked. */
import { PGlite } from "@electric-sql/pglite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { memoryFileSystem, planPreflight } from "../../src/index.ts";
import type { RunbookCheck } from "../../src/index.ts";
import { checkKinds } from "../../src/plan/checks/check.ts";
import { cases, type Case } from "./checks-cases.ts";

let db: PGlite;
beforeAll(async () => {
  db = await PGlite.create();
});
afterAll(() => db.close());

const checksOf = async ({ before, migration, serverVersion }: Case): Promise<readonly RunbookCheck[]> => {
  const up = "-- migrate:up\n";
  const isAlone = migration.includes("CONCURRENTLY");
  const plan = await planPreflight({
    facts: { ...(serverVersion === undefined ? {} : { serverVersion }) },
    fs: memoryFileSystem({
      "db/migrations/001_shop.sql": `${up}${before}\n-- migrate:down\n`,
      "db/migrations/002_change.sql": `${isAlone ? "-- migrate:up transaction:false\n" : up}${migration}\n-- migrate:down\n`,
    }),
  });
  return plan.checks;
};

async function begin(...scripts: readonly string[]): Promise<void> {
  await db.exec(
    "RESET ROLE; DROP SCHEMA public CASCADE; CREATE SCHEMA public; GRANT ALL ON SCHEMA public TO public",
  );
  for (const script of scripts) await db.exec(script);
}

const mostLocks = new Set(["AccessShareLock", "ExclusiveLock"]);

/** Kinds of the checks that return a row, each query in a transaction that can't write. */
async function found(checks: readonly RunbookCheck[]): Promise<readonly string[]> {
  const kinds: string[] = [];
  for (const { kind, level, sql, mayLack } of checks) {
    if (level === "figure") continue;
    await db.exec("BEGIN TRANSACTION READ ONLY");
    try {
      const { rows } = await db.query(sql);
      if (rows.length > 0) kinds.push(kind);
      const locks = await db.query<{ mode: string; locktype: string }>(
        "SELECT mode, locktype FROM pg_locks WHERE pid = pg_backend_pid()",
      );
      // Each transaction locks its own number.
      const strong = locks.rows.filter(
        ({ mode, locktype }) =>
          !mostLocks.has(mode) || (mode === "ExclusiveLock" && locktype !== "virtualxid"),
      );
      expect(strong, sql).toEqual([]);
    } catch (error) {
      if (mayLack !== true || (error as { code?: string }).code !== "42P01") throw error;
    } finally {
      await db.exec("ROLLBACK");
    }
  }
  return kinds;
}

const applies = async ({ migration }: Case): Promise<boolean> => {
  try {
    for (const sql of migration.includes("CONCURRENTLY") ? [migration] : [`BEGIN; ${migration} COMMIT;`])
      await db.exec(sql);
    return true;
  } catch {
    await db.exec("ROLLBACK");
    return false;
  }
};

describe("the pre-flight on PostgreSQL", () => {
  it.each(Object.entries(cases))("finds %s", async (_, one) => {
    const checks = await checksOf(one);
    await begin(one.before, one.rows);
    const { serverVersion, ...here } = one;
    expect(await found(serverVersion === undefined ? checks : await checksOf(here))).toEqual([]);
    expect(await applies(one)).toBe(true);
    await begin(one.before, one.rows, one.violation);
    expect(await found(checks)).toEqual([one.kind]);
    if (one.harmless !== true) expect(await applies(one)).toBe(false);
  });
});

it("each kind is found, but those that need other sessions", () => {
  const elsewhere = ["long transaction", "replication", "space"];
  expect(new Set([...Object.values(cases).map(({ kind }) => kind), ...elsewhere])).toEqual(
    new Set(checkKinds),
  );
});

describe("what can't be asked before", () => {
  const unchecked = async (migration: string): Promise<readonly string[]> => {
    const plan = await planPreflight({
      fs: memoryFileSystem({
        "migrations/001_shop.sql": "CREATE TABLE users (id int PRIMARY KEY, email text);",
        "migrations/002_change.sql": migration,
      }),
    });
    return plan.unchecked.map(({ what, why }) => `${what}: ${why}`);
  };

  it("rows that the migration itself fills", async () => {
    expect(
      await unchecked(
        "UPDATE users SET email = '' WHERE email IS NULL;\nALTER TABLE users ALTER COLUMN email SET NOT NULL;",
      ),
    ).toEqual(["whether users.email holds NULL: an earlier statement changes rows of users"]);
  });

  it("nothing, where the migration adds the column", async () => {
    expect(
      await unchecked(
        "ALTER TABLE users ADD COLUMN a text DEFAULT '';\nALTER TABLE users ALTER COLUMN a SET NOT NULL;",
      ),
    ).toEqual([]);
  });

  it("what is computed anew", async () => {
    expect(
      await unchecked("ALTER TABLE users ALTER COLUMN id TYPE smallint USING (id / 2)::smallint;"),
    ).toEqual([]);
  });
});
