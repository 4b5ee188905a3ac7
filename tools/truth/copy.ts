/** Copies of a PostgreSQL database as it was before a migration, to run migrations in, forward and back. */
import type { Client } from "pg";
import type { Script } from "../../src/project/migration.ts";
import type { ParsedText, Statement } from "../../src/sql/front-end.ts";
import type { ServerError } from "../../src/verify/connection.ts";
import type { Server } from "../measure/servers.ts";
import { Player } from "./play.ts";
import { stateOf } from "./rollback.ts";
import { seed } from "./seeds.ts";

/** A script as its tool runs it. */
export interface Runnable {
  readonly script: Script;
  readonly parsed: ParsedText;
  /** The tool opens a transaction around it. */
  readonly wrapped: boolean;
}

export interface Failed {
  readonly script: Script;
  readonly statement: Statement;
  readonly error: ServerError;
}

/** Where copies of a database are made. */
export interface Copies {
  readonly server: Server;
  readonly admin: Client;
  /** Name of the database as it is before the migration; nobody is connected to it. */
  readonly database: string;
}

let copies = 0;

/** A database of its own for some work. */
export async function inDatabase<T>(
  { server, admin, database }: Copies,
  work: (client: Client, name: string) => Promise<T>,
): Promise<T> {
  const name = `copy_${++copies}`;
  await admin.query(`CREATE DATABASE ${name} TEMPLATE ${database}`);
  await admin.query(`ALTER DATABASE ${name} SET timezone = 'Asia/Kolkata'`);
  const client = await server.connect(name);
  try {
    return await work(client, name);
  } finally {
    await client.end();
    await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
  }
}

/** The same, with a session of the tool in it. */
export const inCopy = <T>(from: Copies, work: (copy: Copy) => Promise<T>): Promise<T> =>
  inDatabase(from, async (client, name) => {
    const player = await Player.open(from.server, name);
    try {
      return await work(new Copy(client, player));
    } finally {
      await player.close().catch(() => undefined);
    }
  });

export class Copy {
  readonly #client: Client;
  readonly #player: Player;

  constructor(client: Client, player: Player) {
    this.#client = client;
    this.#player = player;
  }

  /** Puts rows into the tables; false: none takes any. */
  async seed(tables: readonly string[]): Promise<boolean> {
    return (await seed(this.#client, tables)).length > 0;
  }

  /** A failure, where there is one. */
  async run({ script, parsed, wrapped }: Runnable): Promise<Failed | undefined> {
    const failed = await this.#player.run(script, parsed, wrapped);
    return failed?.error && { script, statement: failed.statement, error: failed.error };
  }

  /** Everything that a way back has to bring back. */
  async state(): Promise<readonly string[]> {
    await this.#client.query("SET search_path = ''");
    const lines = await stateOf(this.#client);
    await this.#client.query("RESET search_path");
    return lines;
  }

  /** The values of each column of the tables: `orders.note` → its values in their order. */
  async values(tables: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const values = new Map<string, string>();
    for (const table of tables) {
      const { rows: found } = await this.#client.query(
        // A rename of a sequence is written as one of a table.
        "SELECT FROM pg_class WHERE oid = to_regclass($1) AND relkind <> 'S'",
        [table],
      );
      if (found.length === 0) continue;
      const { rows } = await this.#client.query(
        `SELECT e.key, json_agg(e.value ORDER BY e.value::text)::text AS all FROM ${table} t, jsonb_each(to_jsonb(t)) e GROUP BY e.key`,
      );
      for (const { key, all } of rows) values.set(`${table}.${String(key)}`, String(all));
    }
    return values;
  }
}
