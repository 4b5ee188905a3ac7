/** Replays a text in ddlint and in a real server, statement by statement, and describes what both then hold. */
import { postgres as dialect } from "../../src/dialects/postgres.ts";
import { PGlite } from "@electric-sql/pglite";
import type { Failure } from "../../src/schema/failure.ts";
import { emptySchema, type Schema } from "../../src/schema/schema.ts";
import { postgres } from "../../src/sql/postgres/parse.ts";
import type { Statement } from "../../src/sql/front-end.ts";
import { catalogue, describe, forget } from "../../src/verify/postgres/catalogue.ts";
import { follow } from "./follow.ts";

export interface Step {
  readonly sql: string;
  readonly statement: Statement;
  /** What ddlint says must fail. */
  readonly failures: readonly Failure[];
  /** SQLSTATE and message of the server; undefined: it ran. */
  readonly error?: { readonly code: string; readonly message: string } | undefined;
}
export interface Replayed {
  readonly steps: readonly Step[];
  readonly schema: Schema;
  /** One line per object, sorted. */
  readonly ours: readonly string[];
  readonly servers: readonly string[];
}

export class Server {
  private readonly db: PGlite;

  private constructor(db: PGlite) {
    this.db = db;
  }

  static async start(): Promise<Server> {
    await postgres.load();
    return new Server(await PGlite.create());
  }

  replay(text: string): Promise<Replayed> {
    const { statements } = postgres.read(text);
    return this.replayAll(statements.map(({ span }) => () => text.slice(span.start, span.end)));
  }

  /** Each statement is made for the schema that it finds. */
  async replayAll(statements: readonly ((schema: Schema) => string)[]): Promise<Replayed> {
    await this.db.exec("BEGIN");
    try {
      return await this.run(statements);
    } finally {
      await this.db.exec("ROLLBACK");
    }
  }

  close(): Promise<void> {
    return this.db.close();
  }

  private async run(statements: readonly ((schema: Schema) => string)[]): Promise<Replayed> {
    let schema = emptySchema(dialect).withClosed(true);
    const steps: Step[] = [];
    for (const make of statements) {
      const sql = make(schema);
      const statement = postgres.read(sql).statements[0];
      if (statement === undefined) continue;
      if (statement.operations.some((op) => /^(?:begin|commit|rollback|savepoint)$/.test(op.kind))) continue;
      const next = follow(schema, statement);
      const error = await this.attempt(sql.replace(/\bconcurrently\b/i, ""));
      steps.push({ sql, statement, failures: next.failures, error });
      if (error === undefined) schema = next.schema;
    }
    const ours = describe(schema);
    return { steps, schema, ours, servers: forget(await this.describe(), schema, ours) };
  }

  private async attempt(sql: string): Promise<Step["error"]> {
    // A text with a syntax error runs nothing, so the savepoint goes alone.
    await this.db.exec("SAVEPOINT one");
    try {
      await this.db.exec(`${sql}; RELEASE one`);
      return undefined;
    } catch (error) {
      await this.db.exec("ROLLBACK TO one");
      const { code, message } = error as { readonly code?: string; readonly message: string };
      return { code: code ?? "", message };
    }
  }

  private async describe(): Promise<readonly string[]> {
    await this.db.exec("SET LOCAL search_path = ''");
    const { rows } = await this.db.query<{ line: string }>(catalogue);
    return rows.map((row) => row.line).sort();
  }
}
