/** The locks of a statement that refuses a transaction block: seen while it waits for sessions that hold every table. */
import type { Client } from "pg";
import type { LockMode } from "../../src/effects/effects.ts";
import type { Case } from "../../tests/effects/measured.ts";
import { inCopy, locksOf, relations } from "./observe.ts";
import type { Server } from "./servers.ts";

/** A holder of each mode lets pass what doesn't conflict with it, so that stronger requests show as well. */
const holders = ["ACCESS EXCLUSIVE", "SHARE UPDATE EXCLUSIVE", "ROW EXCLUSIVE", "ACCESS SHARE"] as const;

/** LOCK refuses materialized views: what takes the mode on them. */
const onView: Readonly<Record<string, (name: string) => string>> = {
  "ACCESS EXCLUSIVE": (name) => `ALTER MATERIALIZED VIEW ${name} OWNER TO CURRENT_USER`,
  "SHARE UPDATE EXCLUSIVE": (name) => `COMMENT ON MATERIALIZED VIEW ${name} IS NULL`,
  "ACCESS SHARE": (name) => `SELECT FROM ${name} LIMIT 0`,
};

export async function blockedLocks(
  server: Server,
  one: Case,
): Promise<readonly (readonly [string, LockMode])[]> {
  const seen: (readonly [string, LockMode])[] = [];
  for (const mode of holders)
    await inCopy(server, one, async (database) => {
      seen.push(...(await behind(server, database, one, mode)));
    });
  return /^\s*REINDEX\b.*\b(?:SCHEMA|DATABASE|SYSTEM)\b/i.test(one.sql)
    ? await withIndexes(server, one, seen)
    : seen;
}

/** REINDEX of a schema leaves a table without indexes at once. */
async function withIndexes(
  server: Server,
  one: Case,
  seen: readonly (readonly [string, LockMode])[],
): Promise<readonly (readonly [string, LockMode])[]> {
  const indexed = await inCopy(server, one, async (database) => {
    const client = await server.connect(database);
    const found = await relations(client);
    await client.end();
    const tables = new Set(found.map(({ table }) => table));
    return new Set(found.filter(({ oid }) => tables.has(oid)).map(({ name }) => name));
  });
  return seen.filter(([name]) => indexed?.has(name));
}

async function behind(
  server: Server,
  database: string,
  { sql, session }: Case,
  mode: string,
): Promise<readonly (readonly [string, LockMode])[]> {
  const [client, observer] = [await server.connect(database), await server.connect(database)];
  const holding = new Map<number, Client>();
  const seen: (readonly [string, LockMode])[] = [];
  try {
    const before = await relations(observer);
    for (const { name, kind } of before.filter((relation) => "rpm".includes(relation.kind))) {
      const lock = kind === "m" ? onView[mode]?.(name) : `LOCK TABLE ONLY ${name} IN ${mode} MODE`;
      if (lock === undefined) continue;
      const holder = await server.connect(database);
      holding.set(holder.processID, holder);
      await holder.query(`BEGIN; ${lock}`);
    }
    if (session !== undefined) await client.query(session);
    const state = { running: true };
    // What skips locked tables never waits for them.
    const waiting = sql.replace(/\bSKIP_LOCKED\b/i, "SKIP_LOCKED false");
    const run = client.query(waiting).then(
      () => (state.running = false),
      () => (state.running = false),
    );
    for (let turn = 0; turn < 2000; turn++) {
      await Promise.race([run, new Promise((resolve) => setTimeout(resolve, 15))]);
      const locks = await locksOf(observer, client.processID, before);
      seen.push(...locks);
      if (!state.running) break;
      const { rows } = await observer.query("SELECT unnest(pg_blocking_pids($1)) AS pid", [client.processID]);
      for (const { pid } of rows) {
        const holder = holding.get(Number(pid));
        if (holder === undefined) continue;
        holding.delete(Number(pid));
        await holder.end();
      }
    }
    await run;
  } finally {
    for (const holder of holding.values()) await holder.end();
    await client.end();
    await observer.end();
  }
  return seen;
}
