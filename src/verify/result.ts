/** What verifying migrations came to. */
import type { DialectName } from "../model/dialect.ts";
import type { Severity } from "../lint/rule.ts";

export type VerifyProblemKind =
  | "history-fails"
  | "up-fails"
  | "up-fails-on-rows"
  | "down-fails"
  | "down-fails-on-rows"
  | "up-again-fails"
  | "batch-fails"
  | "down-differs"
  | "up-again-differs"
  | "rows-not-restored"
  | "prediction-differs"
  | "not-run"
  | "other-release";

/** Something that went wrong, or that has to be known. */
export interface VerifyProblem {
  readonly kind: VerifyProblemKind;
  /** `error`: it doesn't work; `warning`: it depends on the rows, or loses some; `note`: worth knowing. */
  readonly severity: Severity;
  /** The object, then the consequence. */
  readonly message: string;
  readonly file: string;
  readonly line?: number | undefined;
  /** More on it, a line each. */
  readonly details: readonly string[];
}

/** What a statement did to relations that were there before its migration. */
export interface VerifiedStatement {
  readonly direction: "up" | "down";
  readonly file: string;
  readonly line?: number | undefined;
  /** As the parser names it: `AlterTableStmt`. */
  readonly statement: string;
  readonly locks: readonly { readonly relation: string; readonly mode: string }[];
  readonly rewritten: readonly string[];
}

/** `none`: the migration has no rollback; `not run`: something in it can't be sent, or what is before it failed. */
export type VerifiedRun = "ran" | "failed" | "not run" | "none";

export interface VerifiedMigration {
  readonly migration: string;
  readonly file: string;
  readonly up: VerifiedRun;
  readonly down: VerifiedRun;
  readonly upAgain: VerifiedRun;
  /** Rows were in the tables. */
  readonly seeded: boolean;
  readonly problems: readonly VerifyProblem[];
  readonly statements: readonly VerifiedStatement[];
}

export interface VerifyResult {
  /** `PostgreSQL 18.6 (PGlite)`. */
  readonly server: string;
  readonly dialect: DialectName;
  /** How many migrations were applied before the first one. */
  readonly before: number;
  readonly migrations: readonly VerifiedMigration[];
  /** On the run as a whole, in sentences. */
  readonly notes: readonly string[];
}
