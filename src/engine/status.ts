/** `ddlint status` for those who call it. */
import type { DialectName } from "../model/dialect.ts";
import type { FileOptions } from "./files.ts";

/** A row of a tool's table, as the query of `statusQuery` gives it. */
export interface TrackingRow {
  readonly migration: string;
  /** `applied`, `failed`, `undone` or `baseline`; the last row of a migration counts. */
  readonly state: string;
  readonly checksum: string | null;
}

export interface StatusOptions extends FileOptions {
  /** The tool's table, if it isn't the usual one. */
  readonly table?: string | undefined;
}

export interface StatusQuery {
  readonly tool: string;
  readonly dialect: DialectName;
  readonly sql: string;
}

export interface MigrationStatus {
  readonly name: string;
  readonly file: string;
  readonly state: "applied" | "edited" | "failed" | "pending" | "late";
  /** Of `edited`, `failed` and `late`: what the tool does about it, as far as it is known. */
  readonly note?: string | undefined;
}

export interface Status {
  readonly tool: string;
  readonly dialect: DialectName;
  readonly root: string;
  readonly migrations: readonly MigrationStatus[];
  /** What the table has, and no file. */
  readonly unknown: readonly string[];
  /** Texts of applied migrations are compared with the table. */
  readonly comparesTexts: boolean;
}

/** @throws UserError if there is no single history, or what its tool writes down isn't known */
export async function statusQuery(options: StatusOptions = {}): Promise<StatusQuery> {
  const { queryOf } = await import("./write-status.ts");
  return queryOf(options);
}

/**
 * Compares the files with the rows of the tool's table.
 *
 * @throws UserError if there is no single history, or what its tool writes down isn't known
 */
export async function planStatus(rows: readonly TrackingRow[], options: StatusOptions = {}): Promise<Status> {
  const { writeStatus } = await import("./write-status.ts");
  return writeStatus(rows, options);
}

/**
 * Rows as psql, mysql or mariadb print them: CSV, tabs or bars, with a head or without.
 *
 * @throws UserError if the text is something else
 */
export async function trackingRows(text: string): Promise<readonly TrackingRow[]> {
  const { readRows } = await import("./tracking-rows.ts");
  return readRows(text);
}
