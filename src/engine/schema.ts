/** `ddlint schema` for those who call it. */
import type { DialectName } from "../model/dialect.ts";
import type { FileOptions } from "./files.ts";

export interface SchemaOptions extends FileOptions {
  /** Up to which migration: its file, version or name. Default: the newest of the only history. */
  readonly at?: string | undefined;
}

/** What isn't known of the schema, or isn't in it. */
export interface SchemaNote {
  readonly what: string;
  /** The statement that it comes from. */
  readonly file?: string | undefined;
  readonly line?: number | undefined;
}

export interface SchemaPlan {
  /** Name and file of the last migration. */
  readonly migration: string;
  readonly file: string;
  readonly dialect: DialectName;
  /** In an order in which a server takes them, with semicolons. */
  readonly statements: readonly string[];
  /** The same as a file for the database's client, with comments on what isn't known. */
  readonly text: string;
  /**
   * Its tables and keys as an entity relationship diagram of Mermaid, and as SVG. Where `startAfter` is stated, with marks at
   * what the migrations behind it add, drop and change.
   */
  readonly mermaid: string;
  readonly svg: string;
  /** Why it isn't the whole schema. Empty: it is. */
  readonly gaps: readonly SchemaNote[];
  /** What a schema doesn't hold: rows that migrations write. */
  readonly leftOut: readonly string[];
}

/**
 * The schema that a history leads to, as statements for an empty database.
 *
 * @throws UserError if there is no such migration
 */
export async function planSchema(options: SchemaOptions = {}): Promise<SchemaPlan> {
  // No check of migrations pays for it.
  const { writeSchema } = await import("./write-schema.ts");
  return writeSchema(options);
}

export interface DriftOptions extends SchemaOptions {
  /** What `pg_dump --schema-only` or `mysqldump --no-data` has written, and its name for messages. */
  readonly dump: { readonly path: string; readonly text: string };
  /** Statements that bring the history to the database, as a new migration. Default: the database to the history. */
  readonly adopt?: boolean | undefined;
}

export interface DriftPlan {
  /** Name and file of the last migration. */
  readonly migration: string;
  readonly file: string;
  readonly dialect: DialectName;
  /** Nothing differs, as far as it is known. */
  readonly isSame: boolean;
  /** For people, one for each object: `column users.phone: the history doesn't make it`. */
  readonly differences: readonly string[];
  /** What reconciles them, with semicolons. */
  readonly statements: readonly string[];
  /** Both as a file, the differences in comments. */
  readonly text: string;
  /** Columns that the statements make without NOT NULL, as old rows have no value there. */
  readonly nullable: readonly string[];
  /** What isn't known, or isn't reconciled. */
  readonly gaps: readonly string[];
}

/**
 * The drift between a history and a database, by its dump.
 *
 * @throws UserError if there is no such migration, or the text isn't a dump
 */
export async function planDrift(options: DriftOptions): Promise<DriftPlan> {
  const { writeDrift } = await import("./write-drift.ts");
  return writeDrift(options);
}
