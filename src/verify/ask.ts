/** Queries that only read, each in a transaction that can't write and doesn't wait long. */
import type { DialectName } from "../model/dialect.ts";
import { StatementError, type Connection, type Row } from "./connection.ts";

/** What a query came to. */
export type Asked =
  | { readonly is: "rows"; readonly rows: readonly Row[] }
  | { readonly is: "no table" }
  | { readonly is: "refused"; readonly code: string; readonly message: string };

export interface Limits {
  /** Seconds that a query may take. */
  readonly query: number;
  /** Seconds that it waits for a lock. */
  readonly lock: number;
}

/** What is sent before the query, and after it. */
interface Frame {
  readonly before: (limits: Limits) => readonly string[];
  readonly after: string;
  /** The server's code for a table that doesn't exist. */
  readonly noTable: string;
}

const mysqlFrame = (timeout: (seconds: number) => string): Frame => ({
  before: ({ query, lock }) => [
    timeout(query),
    `SET SESSION lock_wait_timeout = ${lock}, SESSION innodb_lock_wait_timeout = ${lock}`,
    "START TRANSACTION READ ONLY",
  ],
  after: "ROLLBACK",
  noTable: "1146",
});

const frames: Readonly<Record<DialectName, Frame>> = {
  // Nothing connects to it.
  mongodb: { before: () => [], after: "", noTable: "" },
  postgres: {
    before: ({ query, lock }) => [
      "START TRANSACTION READ ONLY",
      `SET LOCAL statement_timeout = '${query}s'`,
      `SET LOCAL lock_timeout = '${lock}s'`,
    ],
    after: "ROLLBACK",
    noTable: "42P01",
  },
  mysql: mysqlFrame((seconds) => `SET SESSION max_execution_time = ${seconds * 1000}`),
  mariadb: mysqlFrame((seconds) => `SET SESSION max_statement_time = ${seconds}`),
};

/** All that is sent for a query, in order. */
export const sentFor = (dialect: DialectName, sql: string, limits: Limits): readonly string[] => [
  ...frames[dialect].before(limits),
  sql,
  frames[dialect].after,
];

/** @throws UserError if the connection is lost */
export async function ask(connection: Connection, sql: string, limits: Limits): Promise<Asked> {
  const { before, after, noTable } = frames[connection.dialect];
  try {
    for (const one of before(limits)) await connection.exec(one);
    return { is: "rows", rows: await connection.query(sql) };
  } catch (error) {
    if (!(error instanceof StatementError)) throw error;
    const { code, message } = error;
    return code === noTable ? { is: "no table" } : { is: "refused", code, message };
  } finally {
    await connection.exec(after).catch(() => undefined);
  }
}
