/** What a tool does with migrations that come too late or do nothing, and beside all of them, in words. */

/** What a tool does with a new migration that comes before one that it has applied. */
export interface LateMigration {
  /** For messages: `goose refuses to run`. */
  readonly what: string;
  /** It is run all the same. */
  readonly runs: boolean;
  /** How it is moved behind the newest, if not by another version in its name. */
  readonly instead?: string | undefined;
}

/** What to do with a migration that does nothing, as sentences: a whole file, or a section of one. */
export interface EmptyMigration {
  readonly file: string;
  readonly section: string;
  /** It fails on a file without a statement, also one that is to take back nothing. */
  readonly refused?: {
    /** As the end of a sentence: what it does. */
    readonly what: string;
    /** What such a file has to consist of, in Markdown. */
    readonly write: string;
  };
}

/** A transaction that a runner keeps open in a session of its own while migrations run. */
export interface BesideTransaction {
  /** For messages: `flyway's lock`. */
  readonly of: string;
  /** How the runner is told not to. */
  readonly instead: string;
}
