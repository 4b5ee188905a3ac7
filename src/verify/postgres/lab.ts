/** A database of PostgreSQL for migrations: on a server, or the embedded one. */
import type { Script } from "../../project/migration.ts";
import type { Schema } from "../../schema/schema.ts";
import type { ParsedText } from "../../sql/front-end.ts";
import type { Connection, ServerError } from "../connection.ts";
import type { SchemaDifference } from "../differences.ts";
import type { Definitions, Lab, Rows, Seeding } from "../lab.ts";
import type { PlayOptions, Run } from "../run.ts";
import { catalogue, describe, forget } from "./catalogue.ts";
import { definitionsQuery } from "./definitions.ts";
import { PostgresRunner } from "./runner.ts";
import { schemaDifferences } from "./schema-differences.ts";
import { seed } from "./seeds.ts";

export interface PostgresLabOptions {
  /** Another session in the place of one. */
  readonly renew: (session: Connection) => Promise<Connection>;
  /** Roles may be made: the whole server is ours. */
  readonly isOwnServer: boolean;
  readonly close: (session: Connection) => Promise<void>;
}

/** Integrity constraints, values that don't fit, and subqueries with several rows. */
export const isOfRows = ({ code }: ServerError): boolean => /^2[23]|^21000$/.test(code);

export class PostgresLab implements Lab {
  readonly #runner: PostgresRunner;
  readonly #options: PostgresLabOptions;
  readonly #made = new Set<string>();

  constructor(session: Connection, options: PostgresLabOptions) {
    this.#runner = new PostgresRunner(session, options.renew);
    this.#options = options;
  }

  play(script: Script, parsed: ParsedText, options: PlayOptions): Promise<readonly Run[]> {
    return this.#runner.play(script, parsed, options);
  }

  renew(): Promise<void> {
    return this.#runner.renew();
  }

  /** In the session of the tool, whose settings stay as they are. */
  async #beside<T>(
    work: (session: Connection) => Promise<T>,
    end: "COMMIT" | "ROLLBACK" = "ROLLBACK",
  ): Promise<T> {
    const { session } = this.#runner;
    await session.exec("BEGIN");
    try {
      // Names are printed in full, and read by who made the database.
      await session.exec("SET LOCAL ROLE NONE; SET LOCAL search_path = ''; SET LOCAL statement_timeout = 0");
      const result = await work(session);
      await session.exec(end);
      return result;
    } finally {
      if (session.status() !== "idle") await session.exec("ROLLBACK");
    }
  }

  definitions(): Promise<Definitions> {
    return this.#beside(async (session) => {
      const rows = await session.query(definitionsQuery);
      return new Map(rows.map(({ object, definition }) => [object ?? "", definition ?? ""]));
    });
  }

  schemaDifferences(schema: Schema): Promise<readonly SchemaDifference[]> {
    return this.#beside(async (session) => {
      const isTemporary = (line: string): boolean => /(?:^| )pg_temp\./.test(line);
      const ours = describe(schema).filter((line) => !isTemporary(line));
      const lines = (await session.query(catalogue)).map(({ line }) => line ?? "");
      const servers = forget(
        lines.filter((line) => !isTemporary(line)),
        schema,
        ours,
      );
      return schemaDifferences(schema, ours, servers);
    });
  }

  seed(seeding: Seeding): Promise<ReadonlyMap<string, string>> {
    return this.#beside(async (session) => {
      // Triggers would change what is put in; only some may leave them out.
      await session.exec("SAVEPOINT quiet");
      const { error } = await session.send("SET LOCAL session_replication_role = replica");
      if (error !== undefined) await session.exec("ROLLBACK TO SAVEPOINT quiet");
      return seed(session, seeding);
    }, "COMMIT");
  }

  rows(): Promise<Rows> {
    return this.#beside(async (session) => {
      const tables = await session.query(tablesWithRows);
      const found = new Map<string, readonly Readonly<Record<string, unknown>>[]>();
      for (const { name } of tables) {
        if (name === null || name === undefined) continue;
        const lines = await session.query(
          `SELECT to_jsonb(t)::text AS line FROM ${name} t LIMIT ${mostRows}`,
        );
        const rows = lines.map(({ line }) => JSON.parse(line ?? "{}") as Readonly<Record<string, unknown>>);
        if (rows.length > 0 && rows.length < mostRows) found.set(name, rows);
      }
      return found;
    });
  }

  /** Roles and schemas that an administrator or the application makes before. */
  async supply({ code, message }: ServerError): Promise<string | undefined> {
    if (!this.#options.isOwnServer) return undefined;
    const role = code === "42704" ? /^role "(.*)" does not exist$/.exec(message)?.[1] : undefined;
    const schema = code === "3F000" ? /^schema "(.*)" does not exist$/.exec(message)?.[1] : undefined;
    const [what, name] = role === undefined ? (["schema", schema] as const) : (["role", role] as const);
    if (name === undefined || this.#made.has(`${what} ${name}`)) return undefined;
    this.#made.add(`${what} ${name}`);
    const made = await this.#beside(
      (session) => session.send(`CREATE ${what.toUpperCase()} "${name.replaceAll('"', '""')}"`),
      "COMMIT",
    );
    return made.error === undefined ? `${what} ${name}` : undefined;
  }

  close(): Promise<void> {
    return this.#options.close(this.#runner.session);
  }
}

/** Rows of larger tables aren't compared. */
const mostRows = 1000;

const tablesWithRows = `
  SELECT c.oid::regclass::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't'
    AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_'
    AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.objid = c.oid AND e.deptype = 'e') ORDER BY 1`;
