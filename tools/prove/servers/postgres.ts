/** PostgreSQL: a database for each copy, from a template. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Client } from "pg";
import { startServer } from "../../measure/servers.ts";
import type { Case } from "../case.ts";
import { definitions } from "./postgres-definitions.ts";
import { ServerError, type Connection, type Database, type Rows, type Server } from "./server.ts";

const catalogue = join(import.meta.dirname, "../catalogue");

/** What `pg` gives for one statement. */
interface Given {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly rowCount: number | null;
}

/** Queries here ask for texts and numbers. */
const textOf = (value: unknown): string | null =>
  value === null || typeof value === "string" ? value : JSON.stringify(value);

class PostgresConnection implements Connection {
  readonly #client: Client;
  constructor(client: Client) {
    this.#client = client;
  }

  async query(sql: string): Promise<Rows> {
    try {
      const given = await this.#client.query<Given | readonly Given[]>(sql);
      const last = Array.isArray(given) ? (given as readonly Given[]).at(-1) : (given as Given);
      const rows = (last?.rows ?? []).map((row) =>
        Object.fromEntries(Object.entries(row).map(([name, value]) => [name, textOf(value)])),
      );
      return { rows, count: last?.rowCount ?? 0 };
    } catch (error) {
      const { code = "?", message = "" } = error as { code?: string; message?: string };
      throw new ServerError(code, message);
    }
  }

  end(): Promise<void> {
    return this.#client.end();
  }
}

export async function startPostgres(version: number, bin: string | undefined): Promise<Server> {
  const server = await startServer(version, bin);
  const admin = await server.connect("postgres");
  const schema = readFileSync(join(catalogue, "postgres.sql"), "utf8");
  const seed = readFileSync(join(catalogue, "postgres-seed.sql"), "utf8");
  const strategy = version >= 15 ? " STRATEGY file_copy" : "";
  const bases = new Map<number, string>();
  let made = 0;
  const run = async (database: string, ...texts: readonly string[]): Promise<void> => {
    const client = await server.connect(database);
    try {
      for (const text of texts) if (text.trim() !== "") await client.query(text);
    } finally {
      await client.end();
    }
  };
  const drop = async (name: string): Promise<void> => {
    await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  };
  const create = (name: string, template: string): Promise<unknown> =>
    admin.query(`CREATE DATABASE ${name} TEMPLATE ${template}${strategy}`);
  const baseOf = async (rows: number): Promise<string> => {
    const known = bases.get(rows);
    if (known !== undefined) return known;
    const name = `base_${rows}`;
    await create(name, "template1");
    await run(name, schema, seed.replaceAll("{rows}", String(rows)), "VACUUM ANALYZE", "CHECKPOINT");
    bases.set(rows, name);
    return name;
  };
  return {
    title: `PostgreSQL ${version}`,
    dialect: "postgres",
    version: String(version),
    schema,
    async open(one: Case, rows: number) {
      const base = await baseOf(rows);
      const template = `case_${++made}`;
      await create(template, base);
      await run(template, one.setup ?? "", (one.seed ?? "").replaceAll("{rows}", String(rows)), "ANALYZE");
      return {
        async copy(): Promise<Database> {
          const name = `copy_${++made}`;
          await create(name, template);
          return {
            env: {},
            connect: async () => new PostgresConnection(await server.connect(name)),
            drop: () => drop(name),
          };
        },
        close: () => drop(template),
      };
    },
    definitions,
    async rows(connection, leftOut, key) {
      const { rows: columns } = await connection.query(`
        SELECT c.oid::regclass::text AS relation, quote_ident(a.attname) AS name, a.attname AS plain
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace::regnamespace::text !~ '^(pg_|information_schema)'
        ORDER BY 1, 3`);
      const tables = new Map<string, string[]>();
      const withKey = new Set<string>();
      for (const { relation, name, plain } of columns) {
        if (relation === null || relation === undefined || name === null || name === undefined) continue;
        const own = tables.get(relation) ?? [];
        tables.set(relation, own);
        if (plain === key || name === key) withKey.add(relation);
        else if (!leftOut.has(`${relation}.${plain}`)) own.push(name);
      }
      const sums = new Map<string, string>();
      for (const [relation, names] of tables) {
        const whole = names.map((name) => `coalesce(${name}::text, '<null>')`).join(" || '|' || ");
        const { rows } = await connection.query(
          `SELECT count(*) || ' rows, ' || coalesce(sum(hashtextextended(${whole === "" ? "''" : whole}, 0)), 0) AS sum
           FROM ${relation}${withKey.has(relation) ? ` WHERE ${key} IS NULL` : ""}`,
        );
        sums.set(relation, rows[0]?.["sum"] ?? "");
      }
      return sums;
    },
    asText: (expression) => `(${expression})::text`,
    inTransaction: {
      begin: ["BEGIN", "SET LOCAL lock_timeout = '500ms'"],
      alone: [],
      again: new Set(["55P03", "40P01"]),
    },
    sleep: (ms) => `SELECT pg_sleep(${ms / 1000})`,
    async stop() {
      await admin.end();
      await server.stop();
    },
  };
}
