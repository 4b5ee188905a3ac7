/** Random statements that a PostgreSQL accepts one after the other. */
import type { Schema } from "../../src/schema/schema.ts";
import { postgres } from "../../src/sql/postgres/parse.ts";
import { follow } from "../schema/follow.ts";

export interface Accepted {
  /** The server's error; undefined: it has run. */
  readonly attempt: (sql: string) => Promise<string | undefined>;
  /** In the transaction that is open. */
  readonly accepted: (
    makers: readonly ((schema: Schema) => string)[],
    start: Schema,
  ) => Promise<{ readonly texts: readonly string[]; readonly schema: Schema }>;
}

interface Database {
  /** Rejects with the server's error. */
  exec(sql: string): Promise<unknown>;
}

/** @param skipped statements that the test isn't about */
export function acceptedBy(database: () => Database, skipped?: RegExp): Accepted {
  async function attempt(sql: string): Promise<string | undefined> {
    const db = database();
    await db.exec("SAVEPOINT one");
    try {
      await db.exec(`${sql}; RELEASE one`);
      return undefined;
    } catch (error) {
      await db.exec("ROLLBACK TO one");
      return String(error);
    }
  }

  async function accepted(
    makers: readonly ((schema: Schema) => string)[],
    start: Schema,
  ): Promise<{ readonly texts: readonly string[]; readonly schema: Schema }> {
    const texts: string[] = [];
    let schema = start;
    for (const make of makers) {
      const sql = make(schema).replace(/\bconcurrently\b/i, "");
      const statement = postgres.read(sql).statements[0];
      if (statement === undefined || skipped?.test(sql) === true) continue;
      if (statement.operations.some((op) => /^(?:begin|commit|rollback|savepoint)$/.test(op.kind))) continue;
      const next = follow(schema, statement);
      if ((await attempt(sql)) !== undefined) continue;
      schema = next.schema;
      texts.push(sql);
    }
    return { texts, schema };
  }

  return { attempt, accepted };
}
