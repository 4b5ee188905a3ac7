/** A database on a PostgreSQL server, and the session of the tool in it. */
import type { Script } from "../../src/project/migration.ts";
import type { ParsedText, Statement } from "../../src/sql/front-end.ts";
import { connect } from "../../src/verify/connect.ts";
import type { Connection, Row, ServerError } from "../../src/verify/connection.ts";
import { PostgresRunner } from "../../src/verify/postgres/runner.ts";
import { failureOf, type Run } from "../../src/verify/run.ts";
import { isControl, sent } from "../../src/verify/send.ts";
import { serverAddress } from "../../src/verify/server-address.ts";
import type { Server } from "../measure/servers.ts";

export const errorOf = (error: unknown): ServerError => {
  const { code, message } = error as { readonly code?: string; readonly message?: string };
  return { code: code ?? "", message: message ?? String(error) };
};

/** What reads a catalogue: a client of `pg`, or a connection of ours. */
export interface Queries {
  query(sql: string): Promise<{ readonly rows: readonly Readonly<Record<string, unknown>>[] }>;
}

export class Player {
  readonly #connect: () => Promise<Connection>;
  #runner: PostgresRunner;

  private constructor(connect: () => Promise<Connection>, runner: PostgresRunner) {
    this.#connect = connect;
    this.#runner = runner;
  }

  static async open(server: Server, database: string): Promise<Player> {
    const address = serverAddress(server.url(database), "postgres");
    const open = (): Promise<Connection> => connect(address);
    return new Player(open, await runnerOf(open));
  }

  close(): Promise<void> {
    return this.#runner.session.close();
  }

  /** Leaves the database, and comes back with a new session. */
  async away(meanwhile: () => Promise<void>): Promise<void> {
    await this.close();
    await meanwhile();
    this.#runner = await runnerOf(this.#connect);
  }

  play(script: Script, parsed: ParsedText, wrapped: boolean, continues: boolean): Promise<readonly Run[]> {
    return this.#runner.play(script, parsed, { wrapped, continues, observes: true });
  }

  /** The same, unobserved: a failure, where there is one. */
  async run(script: Script, parsed: ParsedText, wrapped: boolean): Promise<Run | undefined> {
    return failureOf(await this.#runner.play(script, parsed, { wrapped, observes: false }));
  }

  async send(sql: string): Promise<ServerError | undefined> {
    return (await this.#runner.session.send(sql)).error;
  }

  /** Runs a script in a transaction of its own, looks at what is there then, and undoes it. */
  async tryOut<T>(
    script: Script,
    parsed: ParsedText,
    look: (client: Queries) => Promise<readonly T[]>,
  ): Promise<{
    readonly failed?: { readonly statement: Statement; readonly error: ServerError };
    readonly after: readonly T[];
  }> {
    const { session } = this.#runner;
    await session.exec("BEGIN");
    try {
      for (const statement of parsed.statements) {
        if (isControl(statement)) continue;
        const text = sent(statement, script, parsed).replace(/\bconcurrently\b/i, "");
        const { error } = await session.send(text);
        if (error !== undefined) return { failed: { statement, error }, after: [] };
      }
      await session.exec("SET LOCAL search_path = ''");
      const query = async (sql: string): Promise<{ readonly rows: readonly Row[] }> => ({
        rows: await session.query(sql),
      });
      return { after: await look({ query }) };
    } finally {
      await session.exec("ROLLBACK");
    }
  }
}

async function runnerOf(open: () => Promise<Connection>): Promise<PostgresRunner> {
  return new PostgresRunner(await open(), async (session) => {
    await session.close();
    return open();
  });
}
