/** A server that runs cases: copies of a database, connections to it, and what it holds. */
import type { DialectName } from "../../../src/model/dialect.ts";
import type { Case } from "../case.ts";

export interface Rows {
  readonly rows: readonly Readonly<Record<string, string | null>>[];
  /** How many rows a change has hit. */
  readonly count: number;
}

export interface Connection {
  /** @throws ServerError */
  query(sql: string): Promise<Rows>;
  end(): Promise<void>;
}

export class ServerError extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** What a database holds: its definitions, a line each, and a number that stands for the rows of each table. */
export interface Picture {
  readonly lines: readonly string[];
  readonly rows: ReadonlyMap<string, string>;
}

export interface Database {
  connect(): Promise<Connection>;
  /** What a program finds the database by. */
  readonly env: NodeJS.ProcessEnv;
  drop(): Promise<void>;
}

export interface Server {
  /** `PostgreSQL 15`. */
  readonly title: string;
  readonly dialect: DialectName;
  /** As a project states it: `15`, `10.11`. */
  readonly version: string;
  /** The tables that all cases have. */
  readonly schema: string;
  /** Copies of one case's database, each as it is before the migration. */
  open(one: Case, rows: number): Promise<{ copy(): Promise<Database>; close(): Promise<void> }>;
  definitions(connection: Connection): Promise<readonly string[]>;
  /** @param leftOut columns that aren't compared: `orders.touched`; @param own a condition that finds the application's rows */
  rows(
    connection: Connection,
    leftOut: ReadonlySet<string>,
    key: string,
  ): Promise<ReadonlyMap<string, string>>;
  /** An expression as text. */
  asText(expression: string): string;
  /** Sends what belongs in one transaction, waiting briefly for locks. */
  readonly inTransaction: {
    readonly begin: readonly string[];
    /** Before a statement by itself. */
    readonly alone: readonly string[];
    /** Codes of a lock that couldn't be had: the whole is repeated. */
    readonly again: ReadonlySet<string>;
  };
  /** Waits for so many milliseconds. */
  sleep(ms: number): string;
  stop(): Promise<void>;
}
