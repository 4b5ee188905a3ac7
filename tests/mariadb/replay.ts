/** Replays statements in ddlint and in a real MariaDB, and describes what both then hold. */
import type { Failure } from "../../src/schema/failure.ts";
import { inServersOrder } from "../../src/replay/passes.ts";
import { mariadb as dialect } from "../../src/dialects/mariadb.ts";
import { emptySchema, type Schema } from "../../src/schema/schema.ts";
import { mariadb } from "../../src/sql/mysql/parse.ts";
import { follow } from "../schema/follow.ts";
import { catalogue } from "../../src/verify/mysql/catalogue.ts";
import { describe } from "../../src/verify/mysql/describe.ts";
import { readBy } from "./session.ts";
import { startMariaDb, type MariaDb } from "./server.ts";
import type { Session } from "./session.ts";

export interface Step {
  readonly sql: string;
  /** What ddlint says must fail. */
  readonly failures: readonly Failure[];
  /** Code and words of the server; undefined: it ran. */
  readonly error?: string | undefined;
}

export interface Held {
  /** One line per object, sorted. */
  readonly ours: readonly string[];
  readonly servers: readonly string[];
}

/** One database, in both. */
export class World {
  schema: Schema = emptySchema(dialect).withClosed(true).withSearchPath(["lab"]);
  readonly steps: Step[] = [];
  private readonly session: Session;

  constructor(session: Session) {
    this.session = session;
  }

  async begin(): Promise<this> {
    await this.session.query("DROP DATABASE IF EXISTS lab");
    await this.session.query("CREATE DATABASE lab CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci");
    await this.session.query("USE lab");
    return this;
  }

  statements(text: string): readonly string[] {
    return mariadb.read(text).statements.map(({ span }) => text.slice(span.start, span.end));
  }

  /** Every statement of a text; what the server refuses is not replayed. */
  async run(text: string): Promise<readonly Step[]> {
    const made: Step[] = [];
    for (const statement of mariadb.read(text).statements) {
      const sql = text.slice(statement.span.start, statement.span.end);
      const next = follow(this.schema, {
        ...statement,
        operations: inServersOrder("mysql", statement.kind, statement.operations),
      });
      const { error } = await this.session.query(sql);
      if (error === undefined) this.schema = next.schema;
      made.push({ sql, failures: next.failures, error });
      // Refused, it has dropped the old one all the same.
      for (const op of error === undefined ? [] : statement.operations)
        if (op.kind === "createTable" && op.orReplace === true)
          await this.run(`DROP TABLE IF EXISTS ${dialect.names.spell(op.table.name)}`);
    }
    this.steps.push(...made);
    return made;
  }

  /** The lines that the server answers with, the first of them the names of columns. */
  async ask(query: string): Promise<readonly string[]> {
    const { lines, error } = await this.session.query(query);
    if (error !== undefined) throw new Error(error);
    return lines;
  }

  async held(): Promise<Held> {
    const [ours, servers] = [describe(this.schema), await catalogue(readBy(this.session))];
    // Types of a query's columns, which ddlint says that it doesn't know.
    const untyped = ours.flatMap((line) => /^(column .*) \?(?: not null\??)?$/.exec(line)?.[1] ?? []);
    const isKnown = (line: string): boolean => !untyped.some((start) => line.startsWith(`${start} `));
    return { ours: ours.filter(isKnown), servers: servers.filter(isKnown) };
  }
}

export class Lab {
  readonly server: MariaDb;
  private readonly session: Session;

  private constructor(server: MariaDb) {
    this.server = server;
    this.session = server.session();
  }

  static async start(): Promise<Lab> {
    return new Lab(await startMariaDb());
  }

  world(): Promise<World> {
    return new World(this.session).begin();
  }

  stop(): Promise<void> {
    this.session.close();
    return this.server.stop();
  }
}
