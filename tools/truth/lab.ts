/** A database of its own on a server, with the session of the tool in it. */
import type { DialectName } from "../../src/model/dialect.ts";
import type { Script } from "../../src/project/migration.ts";
import type { ReplayedMigration } from "../../src/replay/replayed-migration.ts";
import type { Schema } from "../../src/schema/schema.ts";
import type { ParsedText } from "../../src/sql/front-end.ts";
import type { SchemaDifference } from "../../src/verify/differences.ts";
import type { Difference } from "./compare.ts";
import type { RawFinding } from "../../src/lint/raw-finding.ts";
import type { Place, Trial } from "./advice.ts";
import type { WayBack } from "./way-back.ts";
import type { Replay } from "./histories.ts";
import type { ServerError } from "../../src/verify/connection.ts";
import type { Run } from "../../src/verify/run.ts";

export interface Lab {
  /**
   * @param wrapped the tool opens a transaction around it
   * @param continues it is one change with the migration before it: what that made is new here, too
   */
  play(script: Script, parsed: ParsedText, wrapped: boolean, continues: boolean): Promise<readonly Run[]>;
  /** Makes what a tool's platform has before the first migration. */
  prepare(tool: string): Promise<void>;
  makeSchema(name: string): Promise<void>;
  /** Makes what somebody else makes before a deployment (a role), where that is what is missing; false: it isn't. */
  supply(error: ServerError): Promise<boolean>;
  /** What this server or its surroundings lack, in words; undefined: the migration itself fails. */
  lacks(error: ServerError, tracking: readonly string[]): string | undefined;
  /** What locks and rewrites of a statement that ran disagree in; `counts`: it has some, or should. */
  costDifferences(
    scope: ReplayedMigration,
    run: Run,
  ): { readonly differences: readonly Omit<Difference, "place">[]; readonly counts: boolean };
  schemaDifferences(schema: Schema): Promise<readonly SchemaDifference[]>;
  /** Everything that a rollback has to bring back, as lines. */
  state(): Promise<readonly string[]>;
  /** Runs the down of an applied migration and undoes it again. Undefined: there is none, or this server can't. */
  rollback(scope: ReplayedMigration, before: readonly string[]): Promise<Rollback | undefined>;
  /** Executes the advice of a migration's findings, in copies of the database as it is before it. */
  advise(replay: Replay, place: Place, findings: readonly RawFinding[]): Promise<readonly Trial[]>;
  /** Follows the advice of a migration in code in such copies, forward and back. */
  waysBack(replay: Replay, place: Place, findings: readonly RawFinding[]): Promise<readonly WayBack[]>;
  /** Runs one statement by itself; undefined: it ran. */
  send(sql: string): Promise<ServerError | undefined>;
  /** Its objects as lines, definitions included. */
  objects(): Promise<readonly string[]>;
  /** What the server's dump program writes of its schema; undefined: there is none here. */
  dump(): string | undefined;
  close(): Promise<void>;
}

export type Rollback = { readonly notRun: string } | { readonly difference: Difference | undefined };

/** A server that gives a database to each history. */
export interface Labs {
  /** `PostgreSQL 15`. */
  readonly title: string;
  readonly database: DialectName;
  /** As a project states it: `15`, `10.11.6`. */
  readonly version: string;
  open(): Promise<Lab>;
  stop(): Promise<void>;
}
