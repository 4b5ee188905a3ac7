/** Facts about the world: detected, or stated in the configuration; never opinions. */
import type { Database } from "../model/dialect.ts";

/** How hand-made (`raw`) migrations reach the server. */
export type Runner =
  "psql" | "psql-single-transaction" | "single-query" | "pipeline" | "statement-by-statement" | "transaction";

/** What reads PostgreSQL's SQL: the server's own grammar, or the second one that needs no WebAssembly. */
export type Parser = "libpg-query" | "pgsql-ast-parser";

/** What a file of the project gives each session of its migrations. */
export interface SessionSetting {
  readonly value: string;
  readonly file: string;
  /** By a statement, on a connection that the program uses afterwards: RESET takes it away. */
  readonly sent?: true | undefined;
}

/** Everything is optional: what is not stated is detected, or stays unknown. */
export interface Facts {
  readonly dialect?: Database | undefined;
  /** Major version of the server, as in `17`; MySQL as `8.4`. */
  readonly serverVersion?: string | undefined;
  /** A tool's name: `raw`, `flyway`, `golang-migrate`, … */
  readonly tool?: string | undefined;
  readonly runner?: Runner | undefined;
  readonly parser?: Parser | undefined;
  /** Folders of migrations; each is a history of its own. */
  readonly migrations?: readonly string[] | undefined;
  /** Facts of single folders of migrations, which win over those of all. */
  readonly folders?: Readonly<Record<string, Facts>> | undefined;
  /** Name or version of the last migration that is already applied: it and older ones are replayed, not reported. */
  readonly startAfter?: string | undefined;
  /** Path of a schema snapshot (`pg_dump --schema-only`). */
  readonly schema?: string | undefined;
  /** Rows per table, as far as known; `small` and `large` where nobody counts. */
  readonly tables?: Readonly<Record<string, number | "small" | "large">> | undefined;
  /** Path of a file with the sizes of production's tables, as `ddlint stats-query` gives them. */
  readonly stats?: string | undefined;
  /** Set outside of the files, for the role or the session: `5s`. */
  readonly lockTimeout?: string | undefined;
  /** MySQL and MariaDB: of the sessions, if it isn't the server's own: `ANSI_QUOTES,STRICT_TRANS_TABLES`. */
  readonly sqlMode?: string | undefined;
  /** A text in a migration that makes the project's own runner pass it over. */
  readonly skipMarker?: string | undefined;
  /** False: git isn't asked when migrations were committed whose names don't say when they were written. */
  readonly commitTimes?: boolean | undefined;
  /** The clock, as an ISO 8601 time. */
  readonly now?: string | undefined;
}

/** What holds for the history in one folder. */
export function factsIn(folder: string, { folders, ...facts }: Facts): Facts {
  return { ...facts, ...folders?.[folder] };
}

/** What holds for a history, with what the project's own settings say of it. */
export function factsOf(
  {
    root,
    startAfter,
    lockTimeout,
    sqlMode,
  }: Pick<Facts, "startAfter" | "lockTimeout" | "sqlMode"> & { readonly root: string },
  facts: Facts,
): Facts {
  const own = factsIn(root, facts);
  if (startAfter === undefined && lockTimeout === undefined && sqlMode === undefined) return own;
  return {
    ...own,
    startAfter: own.startAfter ?? startAfter,
    lockTimeout: own.lockTimeout ?? lockTimeout,
    sqlMode: own.sqlMode ?? sqlMode,
  };
}
