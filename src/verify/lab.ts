/** A database of its own on some server, in which migrations are run. */
import type { DialectName } from "../model/dialect.ts";
import type { Script } from "../project/migration.ts";
import type { Schema } from "../schema/schema.ts";
import type { ParsedText } from "../sql/front-end.ts";
import type { ServerError } from "./connection.ts";
import type { SchemaDifference } from "./differences.ts";
import type { PlayOptions, Run } from "./run.ts";

/** What there is, by name: `column public.users.email`, with its definition in the server's words. */
export type Definitions = ReadonlyMap<string, string>;

/** Rows of each table as objects of JSON. */
export type Rows = ReadonlyMap<string, readonly Readonly<Record<string, unknown>>[]>;

/**
 * `plain`: rows in empty tables; `adverse`: also with NULLs, duplicates and long values, wherever the table takes them;
 * `later`: such rows in every table, as the application writes them behind the migration.
 */
export type Seeding = "none" | "plain" | "adverse" | "later";

export interface Lab {
  play(script: Script, parsed: ParsedText, options: PlayOptions): Promise<readonly Run[]>;
  /** Begins another session of the tool, as the next deployment does. */
  renew(): Promise<void>;
  definitions(): Promise<Definitions>;
  /** What ddlint's schema and the server's differ in, as far as ddlint knows it. */
  schemaDifferences(schema: Schema): Promise<readonly SchemaDifference[]>;
  /** Puts rows into tables. Returns those that refuse them, with the reason. */
  seed(seeding: Seeding): Promise<ReadonlyMap<string, string>>;
  rows(): Promise<Rows>;
  /** Makes what others make before a deployment (a role, a schema), where that is missing; what it made, in words. */
  supply(error: ServerError): Promise<string | undefined>;
  close(): Promise<void>;
}

/** A server that gives a database of its own to each run. */
export interface Labs {
  /** `PostgreSQL 18.6 (PGlite)`. */
  readonly title: string;
  readonly dialect: DialectName;
  /** As a project states it: `15.18`, `10.11.6`. */
  readonly version: string;
  /** The rows decide whether it fails, which no schema has. */
  isOfRows(error: ServerError): boolean;
  open(): Promise<Lab>;
  stop(): Promise<void>;
}
