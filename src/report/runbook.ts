/** What the people on duty need around some migrations, as plain data; `runbook-markdown.ts` writes it. */
import type { Blocks } from "../effects/effects.ts";
import type { DialectName } from "../model/dialect.ts";

export const runbookSections = [
  "impact",
  "pre-flight",
  "apply",
  "verify",
  "rollback",
  "failure",
  "restore-point",
  "changelog",
] as const;
export type RunbookSection = (typeof runbookSections)[number];

export interface RunbookStatement {
  /** From 1, through all migrations. */
  readonly number: number;
  /** In one line, cut where it is long. */
  readonly text: string;
  readonly file: string;
  readonly line: number;
  /** `takes ACCESS EXCLUSIVE on orders, rewrites orders`. */
  readonly effects: string;
  /** What of the application waits. */
  readonly blocks: Blocks;
  /** `orders: 48 M rows, 31 GB, minutes`; undefined: the sizes aren't known, or it takes no time to speak of. */
  readonly size: string | undefined;
  readonly failure: RunbookFailure;
}

/** The state where a statement fails. */
export interface RunbookFailure {
  /** Numbers of the statements that stay applied. */
  readonly kept: readonly number[];
  /** `rolled back`: those of its transaction; `unknown`: what runs the files isn't known. */
  readonly transaction: "rolled back" | "none" | "unknown";
  /** What takes the kept statements of its own migration back, in order. */
  readonly undo: readonly string[];
  /** What the failed statement itself leaves, and what removes it: an invalid index. */
  readonly leaves: readonly string[];
  /** Collections some of whose documents it may have changed already. */
  readonly partly?: readonly string[];
}

export interface RunbookMigration {
  readonly name: string;
  readonly version: string | undefined;
  readonly description: string;
  readonly file: string;
  readonly statements: readonly RunbookStatement[];
  /** Existing relations that it uses, and those that it makes. */
  readonly tables: readonly string[];
  readonly nature: "additive" | "breaking" | "destructive" | "changes data" | "no change" | "unknown";
  /** `the running version may use what is dropped`. */
  readonly reasons: readonly string[];
  /** Relative to the release of the application. */
  readonly run: "either" | "before" | "after" | "neither" | "unknown";
  /** What is deployed before it: `the version that no longer uses what is dropped`. */
  readonly releases: readonly string[];
  /** Why the application waits or fails; empty: it doesn't. */
  readonly downtime: readonly string[];
  /** Data that no rollback brings back. */
  readonly lost: readonly string[];
  readonly rollback: RunbookRollback;
}

export interface RunbookRollback {
  /** Whose statements they are: those of the project's own rollback, or made from the migration. */
  readonly by: "project" | "ddlint";
  readonly statements: readonly string[];
  /** The tool's command that runs it; undefined: it has none, so that the statements are run by hand. */
  readonly command: string | undefined;
  /** What writes down that the migration isn't applied, after a rollback by hand. */
  readonly forget: string | undefined;
  readonly lost: readonly string[];
  /** What was written since the migration into what the rollback takes away. */
  readonly writtenSince: readonly string[];
  readonly stays: readonly string[];
  /** What is wrong with the project's own rollback; one that the server refuses isn't used. */
  readonly faults: readonly string[];
  readonly gaps: readonly string[];
}

export interface RunbookCheck {
  readonly kind: string;
  readonly wrong: string;
  readonly level: "fails" | "waits" | "figure";
  readonly sql: string;
  readonly mayLack?: true | undefined;
}

export interface Runbook {
  /** Undefined: no tool is known. */
  readonly tool: string | undefined;
  readonly dialect: DialectName;
  /** As the project states it. */
  readonly serverVersion: string | undefined;
  readonly migrations: readonly RunbookMigration[];
  readonly checks: readonly RunbookCheck[];
  readonly unchecked: readonly { readonly what: string; readonly why: string }[];
  readonly commands: {
    /** Where the tool finds the server; undefined: its commands aren't known. */
    readonly server: string | undefined;
    readonly status: string | undefined;
    /** Up to the last of the migrations, where the tool can. */
    readonly apply: readonly string[];
    /** It applies all pending migrations, also later ones. */
    readonly appliesAll: boolean;
    readonly afterFailure: { readonly when: "always" | "kept"; readonly line: string } | undefined;
    readonly mark: readonly string[];
  };
  readonly verify: {
    readonly sql: string | undefined;
    readonly facts: readonly string[];
    readonly unproved: readonly string[];
  };
  readonly restore: {
    readonly lost: readonly string[];
    /** Before the migrations; empty: nothing is lost. */
    readonly save: readonly string[];
    readonly restore: readonly string[];
  };
}
