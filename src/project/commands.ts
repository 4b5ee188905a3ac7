/** The command lines of a migration tool, as people type them in the project's folder. */
import type { DialectName } from "../model/dialect.ts";
import { shellWord } from "../text/shell-word.ts";
import type { Migration } from "./migration.ts";

/** What a command line names. */
export interface CommandPlace {
  /** The folder of the migrations, from the project's folder, quoted where a shell needs it. */
  readonly folder: string;
  readonly dialect: DialectName;
  readonly migration: Migration;
  /** The migration before it; undefined: it is the first. */
  readonly previous: Migration | undefined;
}

export type CommandLine = (place: CommandPlace) => string;

export interface Commands {
  /** Where the program finds the server; follows "the server: ". */
  readonly server: string;
  /** Applies all pending migrations. */
  readonly apply: CommandLine;
  /** Applies the pending ones up to this one. Undefined: it can't. */
  readonly applyTo?: CommandLine;
  /** Takes this one back, where it is the newest that is applied. Undefined: it can't. */
  readonly undo?: CommandLine;
  /** Lists what is applied and what is pending. */
  readonly status?: CommandLine;
  /** Writes down that this one isn't applied, and runs nothing: after its rollback was run by hand. */
  readonly forget?: CommandLine;
  /** Writes down that this one is applied, and runs nothing. */
  readonly mark?: CommandLine;
  /**
   * What it asks for before it runs again after a failure. `kept`: only where the failed migration leaves something, as it
   * ran outside of a transaction.
   */
  readonly afterFailure?: {
    readonly when: "always" | "kept";
    readonly line: CommandLine;
    /** With `always`: the command in words, for a message. */
    readonly words?: string;
  };
}

/** The address of the server in a variable, quoted. */
export const url = '"$DATABASE_URL"';
export const fromUrl = "`DATABASE_URL`";

/** SQL for the database's own client. */
export const clientLine = (dialect: DialectName, sql: string): string =>
  `${clients[dialect]} ${shellWord(sql)}`;

const clients: Readonly<Record<DialectName, string>> = {
  postgres: `psql -X ${url} -c`,
  mysql: "mysql -e",
  mariadb: "mariadb -e",
  mongodb: `mongosh ${url} --eval`,
};

/** Takes a row out of the tool's table. */
export const withoutRow =
  (table: string, column: string, keyOf: (migration: Migration) => string | undefined): CommandLine =>
  ({ dialect, migration }) =>
    clientLine(dialect, `DELETE FROM ${table} WHERE ${column} = '${keyOf(migration) ?? ""}'`);
