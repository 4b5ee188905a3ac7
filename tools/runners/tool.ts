/** What a file in `tools/` says about one migration tool. */
import type { Address } from "./server.ts";

/** One migration of a probe. */
export interface Step {
  readonly version: number;
  readonly name: string;
  /** Statements, without `;`. */
  readonly sql: readonly string[];
}

export interface Places extends Address {
  /** Where the tool is installed. */
  readonly home: string;
  /** The working directory: the tool's own settings lie here, the migrations below it. */
  readonly work: string;
  /** `postgres://…` */
  readonly url: string;
}

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export interface Tool {
  /** As in src/project/tools, or the tool's own; another way to run it has a suffix: `flyway.session-lock`. */
  readonly name: string;
  /** Of the packages that decide. */
  readonly versions: Readonly<Record<string, string>>;
  install(home: string): void;
  /**
   * The files of a migration, below the working directory. `optOut` is a value of `optOuts`; `previous` is the one
   * that was there when this one was written: with the next lower version.
   */
  files(step: Step, optOut: string | undefined, previous: Step | undefined): Readonly<Record<string, string>>;
  /** Ways to ask for no transaction, by a name; the first is the documented one. */
  readonly optOuts?: Readonly<Record<string, string>>;
  /** Settings and other files that are no migrations, from all migrations that are there. */
  settings?(places: Places, files: readonly string[]): Readonly<Record<string, string>>;
  /** Applies all pending migrations. */
  apply(places: Places): Command;
  /** The versions in the tool's own table, in the order in which they were applied. */
  readonly history: string;
  /** The part of its output that tells why it failed. */
  readonly says?: RegExp;
}

/** Statements as a script. */
export const script = (sql: readonly string[]): string => sql.map((statement) => `${statement};\n`).join("");

/** A program of an npm package, which the working directory has in its `node_modules`. */
export const node = (program: string, ...args: readonly string[]): Command => ({
  program: process.execPath,
  args: [program.startsWith("node_modules/") ? program : `./${program}`, ...args],
});
