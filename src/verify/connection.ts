/** A session on a server, or in an embedded one, in one form for all drivers. */
import { dialectTitles, type SqlFamily, type DialectName } from "../model/dialect.ts";

/** Values are texts as the server writes them; null is NULL. */
export type Row = Readonly<Record<string, string | null>>;

export interface ServerError {
  /** SQLSTATE of PostgreSQL (`42P01`), number of MySQL's error (`1146`). */
  readonly code: string;
  readonly message: string;
}

/** `idle`: outside of a transaction block. `failed`: PostgreSQL ignores commands until it ends. */
export type TransactionStatus = "idle" | "open" | "failed";

/** What the server answered to one message. */
export interface Answer {
  /** Rows of each statement, as far as the driver has them where a later statement failed. */
  readonly sets: readonly (readonly Row[])[];
  /** How many statements ended, not counting the one that failed. */
  readonly ended: number;
  /** Undefined: all ran. */
  readonly error?: ServerError | undefined;
}

/** The server refused a statement. */
export class StatementError extends Error {
  override readonly name = "StatementError";
  readonly code: string;

  constructor({ code, message }: ServerError) {
    super(message);
    this.code = code;
  }
}

export interface Connection {
  readonly family: SqlFamily;
  readonly dialect: DialectName;
  /** As a project states it: `15.18`, `10.11.6`. */
  readonly version: string;
  /** `PostgreSQL 15.18`. */
  readonly title: string;
  /**
   * One message, on PostgreSQL of one or several statements.
   *
   * @throws UserError if the connection is lost
   */
  send(sql: string): Promise<Answer>;
  /** After the last message. MySQL doesn't say it: always `idle`. */
  status(): TransactionStatus;
  /** Rows of the last statement. @throws StatementError where the server refuses it */
  query(sql: string): Promise<readonly Row[]>;
  /** @throws StatementError where the server refuses it */
  exec(sql: string): Promise<void>;
  /** Commits; rolls back where `work` throws. */
  transaction<T>(work: () => Promise<T>, mode?: "read only" | "read write"): Promise<T>;
  close(): Promise<void>;
}

/** What a driver has to offer; the rest is the same for all. */
export type Driver = Pick<Connection, "family" | "send" | "status" | "close">;

/** A connection by its driver, which has connected. */
export async function connectionOf(driver: Driver): Promise<Connection> {
  const query = async (sql: string): Promise<readonly Row[]> => {
    const { error, sets } = await driver.send(sql);
    if (error !== undefined) throw new StatementError(error);
    return sets.at(-1) ?? [];
  };
  const exec = async (sql: string): Promise<void> => {
    await query(sql);
  };
  const named = (await query("SELECT version() AS named"))[0]?.["named"] ?? "";
  const dialect = /mariadb/i.test(named) ? "mariadb" : driver.family;
  const version = /\d+(?:\.\d+)*/.exec(named.replace(/^5\.5\.5-(?=\d)/, ""))?.[0] ?? "";
  return {
    family: driver.family,
    dialect,
    version,
    title: `${dialectTitles[dialect]} ${version}${named.includes("PGlite") ? " (PGlite)" : ""}`,
    send: (sql) => driver.send(sql),
    status: () => driver.status(),
    close: () => driver.close(),
    query,
    exec,
    async transaction(work, mode = "read write") {
      await exec(`START TRANSACTION ${mode.toUpperCase()}`);
      try {
        const result = await work();
        await exec("COMMIT");
        return result;
      } catch (error) {
        // A lost connection has rolled back by itself.
        await exec("ROLLBACK").catch(() => undefined);
        throw error;
      }
    },
  };
}
