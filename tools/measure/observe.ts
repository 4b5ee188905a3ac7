/** What one statement does on a server: method in README.md. */
import type { Client } from "pg";
import type { LockMode } from "../../src/effects/effects.ts";
import { lockModes } from "../../src/effects/effects.ts";
import { modeOf, named } from "../../src/verify/postgres/locks.ts";
import type { Case, Measured } from "../../tests/effects/measured.ts";
import { blockedLocks } from "./blocked.ts";
import type { Server } from "./servers.ts";

export const template = "measured_template";

export async function makeTemplate(server: Server, schema: string): Promise<void> {
  const admin = await server.connect("postgres");
  await admin.query(`CREATE DATABASE ${template}`);
  await admin.end();
  const client = await server.connect(template);
  await client.query("CREATE ACCESS METHOD heap2 TYPE TABLE HANDLER heap_tableam_handler");
  await client.query(schema);
  await client.end();
}

export interface Relation {
  readonly oid: string;
  readonly name: string;
  readonly kind: string;
  readonly filenode: string;
  readonly tablespace: string;
  readonly size: number;
  /** Of an index: its table. */
  readonly table: string | undefined;
}

export async function relations(client: Client): Promise<readonly Relation[]> {
  const { rows } = await client.query(
    `SELECT c.oid::text, n.nspname || '.' || c.relname AS name, c.relkind::text AS kind,
       pg_relation_filenode(c.oid)::text AS filenode, c.reltablespace::text AS tablespace,
       CASE WHEN c.relkind IN ('r','m') THEN pg_relation_size(c.oid) ELSE 0 END::int AS size, i.indrelid::text AS table
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_index i ON i.indexrelid = c.oid
     WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'`,
  );
  return rows as unknown as readonly Relation[];
}

const sorted = (names: readonly string[]): readonly string[] => [...new Set(names)].sort();

/** The strongest mode of each relation, as the data has it. */
function byMode(held: readonly (readonly [name: string, mode: LockMode])[]): Measured["locks"] {
  const strongest = new Map<string, LockMode>();
  for (const [name, mode] of held) {
    const known = strongest.get(name);
    if (known === undefined || lockModes.indexOf(mode) > lockModes.indexOf(known)) strongest.set(name, mode);
  }
  return Object.fromEntries(
    lockModes.flatMap((mode) => {
      const names = [...strongest].filter(([, one]) => one === mode).map(([name]) => name);
      return names.length === 0 ? [] : [[mode, names.sort()]];
    }),
  );
}

export async function locksOf(
  observer: Client,
  process: number,
  before: readonly Relation[],
): Promise<readonly (readonly [string, LockMode])[]> {
  const { rows } = await observer.query(
    "SELECT relation::text AS oid, mode FROM pg_locks WHERE pid = $1 AND locktype = 'relation'",
    [process],
  );
  return rows.flatMap(({ oid, mode }) => {
    const relation = before.find((one) => one.oid === oid);
    if (relation === undefined || !named.includes(`'${relation.kind}'`)) return [];
    return [[relation.name, modeOf(String(mode))] as const];
  });
}

/** Storage that changed, and indexes that are new on old tables. */
function storage(before: readonly Relation[], after: readonly Relation[], sql: string): Measured {
  const then = new Map(before.map((one) => [one.oid, one]));
  const byName = new Map(before.map((one) => [one.name, one]));
  const tables = after.filter((one) => "rm".includes(one.kind));
  const changed = tables.filter((one) => then.has(one.oid) && then.get(one.oid)?.filenode !== one.filenode);
  // TRUNCATE puts an empty file in its place; nothing is written anew.
  const emptied = (one: Relation): boolean => /\btruncate\b/i.test(sql) && one.size === 0;
  const rewritten = changed.filter((one) => !emptied(one));
  const indexes = after.filter((one) => one.kind === "i" && then.has(one.table ?? ""));
  const byItsName = (index: Relation): Relation | undefined =>
    /\bcreate\b.*\bindex\b/i.test(sql) ? undefined : byName.get(index.name);
  const old = (index: Relation): Relation | undefined => then.get(index.oid) ?? byItsName(index);
  const emptyTables = new Set(changed.filter(emptied).map((one) => one.oid));
  // ALTER TYPE makes an index anew and may keep its file.
  const isKept = (index: Relation): boolean => before.some((one) => one.filenode === index.filenode);
  return {
    rewrites: sorted(rewritten.map((one) => then.get(one.oid)?.name ?? one.name)),
    scans: sorted(
      rewritten
        .filter((one) => one.kind === "r" && then.get(one.oid)?.tablespace === one.tablespace)
        .map((one) => then.get(one.oid)?.name ?? one.name),
    ),
    rebuilds: sorted(
      indexes.flatMap((index) => {
        const known = old(index);
        if (known === undefined || known.filenode === index.filenode || emptyTables.has(index.table ?? ""))
          return [];
        return known.tablespace === index.tablespace ? [known.name] : [];
      }),
    ),
    builds: sorted(
      indexes.filter((index) => old(index) === undefined && !isKept(index)).map((one) => one.name),
    ),
  };
}

const compact = (measured: Measured): Measured =>
  Object.fromEntries(
    Object.entries(measured).filter(
      ([, value]) =>
        value !== undefined && (typeof value !== "object" || Object.keys(value as object).length > 0),
    ),
  );

interface ServerError {
  readonly code?: string;
  readonly message: string;
}
const asError = (error: unknown): ServerError => error as ServerError;
const failure = (error: unknown, inTransaction: boolean): Measured =>
  compact({
    fails: asError(error).code ?? "",
    // Where the server lies says nothing.
    message: asError(error).message.replace(/"\/[^"]*\/(?=[^"/]+")/g, '"'),
    ...(inTransaction ? {} : { inTransaction: false }),
  });

let copies = 0;

/** Runs `work` in a copy of the fixture after the case's setup; `undefined`: the setup fails. */
export async function inCopy<T>(
  server: Server,
  measured: Case,
  work: (database: string) => Promise<T>,
): Promise<T | undefined> {
  const admin = await server.connect("postgres");
  const database = `copy_${++copies}`;
  try {
    await admin.query(`CREATE DATABASE ${database} TEMPLATE ${template}`);
    if (measured.setup !== undefined) {
      const client = await server.connect(database);
      try {
        // One by one, so that CONCURRENTLY may stand among them.
        for (const statement of splitSetup(measured.setup)) await client.query(statement);
      } catch {
        return undefined;
      } finally {
        await client.end();
      }
    }
    return await work(database);
  } finally {
    await admin.query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
    await admin.end();
  }
}

/** At semicolons outside of dollar quotes and literals. */
function splitSetup(text: string): readonly string[] {
  const parts = text.match(/(?:\$\$[\s\S]*?\$\$|'[^']*'|[^;$']|\$)+/g) ?? [];
  // BEGIN ATOMIC holds semicolons of its own.
  return /\bATOMIC\b/i.test(text) ? [text] : parts.filter((part) => part.trim() !== "");
}

export interface Observation {
  readonly measured: Measured;
  /** DEBUG1 lines and notices. */
  readonly messages: readonly string[];
}

export async function observe(server: Server, one: Case): Promise<Observation> {
  const messages: string[] = [];
  const measured = await inCopy(server, one, (database) => inTransaction(server, one, database, messages));
  if (measured === undefined) return { measured: { impossible: "setup" }, messages };
  if (measured !== "refused") return { measured, messages };
  const alone = await outside(server, one);
  await server.restore();
  return { measured: alone, messages };
}

async function inTransaction(
  server: Server,
  { sql, session }: Case,
  database: string,
  messages: string[],
): Promise<Measured | "refused"> {
  const [client, observer] = [await server.connect(database), await server.connect(database)];
  try {
    const before = await relations(observer);
    if (session !== undefined) await client.query(session);
    await client.query("SET client_min_messages = debug1; SET statement_timeout = '30s'");
    await client.query("BEGIN");
    client.on("notice", ({ message }) => messages.push(message));
    try {
      await client.query(sql);
    } catch (error) {
      return asError(error).code === "25001" ? "refused" : failure(error, true);
    }
    const locks = byMode(await locksOf(observer, client.processID, before));
    const { rows } = await client.query(
      // By number: the table may be dropped by now.
      "SELECT oid FROM unnest($1::text[]) AS oid WHERE pg_stat_get_xact_tuples_returned(oid::oid) > 0",
      [before.filter(({ kind }) => "rm".includes(kind)).map(({ oid }) => oid)],
    );
    const read = new Set(rows.map((row) => row["oid"]));
    const stored = storage(before, await relations(client), sql);
    const scans = before.filter((relation) => read.has(relation.oid)).map((relation) => relation.name);
    return compact({ locks, ...stored, scans: sorted([...scans, ...(stored.scans ?? [])]) });
  } finally {
    await client.end();
    await observer.end();
  }
}

const wait = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Tables whose rows were read or that were vacuumed, as the statistics have it after the session's end. */
async function counters(client: Client): Promise<ReadonlyMap<string, string>> {
  await client.query("SELECT pg_stat_clear_snapshot()");
  const { rows } = await client.query(
    `SELECT oid::text, pg_stat_get_tuples_returned(oid) + pg_stat_get_vacuum_count(oid) AS count
     FROM pg_class WHERE relkind IN ('r','m')`,
  );
  return new Map(rows.map((row) => [String(row["oid"]), String(row["count"])]));
}

/** Refused in a transaction block: run alone, with its locks read while it waits for others. */
async function outside(server: Server, one: Case): Promise<Measured> {
  const run = await inCopy(server, one, async (database): Promise<Measured> => {
    const [client, observer] = [await server.connect(database), await server.connect(database)];
    let open = true;
    try {
      const before = await relations(observer);
      // Before 15 a collector of its own gathers the counts.
      if (server.version < 15) await wait(600);
      const counted = await counters(observer);
      if (one.session !== undefined) await client.query(one.session);
      try {
        await client.query(one.sql);
      } catch (error) {
        return failure(error, false);
      }
      await client.end();
      open = false;
      await wait(server.version < 15 ? 800 : 30);
      const stored = storage(before, await relations(observer), one.sql);
      const now = await counters(observer);
      const scans = before.filter(
        ({ oid }) => counted.has(oid) && now.has(oid) && counted.get(oid) !== now.get(oid),
      );
      return {
        ...stored,
        scans: sorted([...scans.map((relation) => relation.name), ...(stored.scans ?? [])]),
        inTransaction: false,
      };
    } finally {
      if (open) await client.end();
      await observer.end();
    }
  });
  if (run === undefined) return { impossible: "setup" };
  if (run.fails !== undefined) return run;
  return compact({ locks: byMode(await blockedLocks(server, one)), ...run });
}
