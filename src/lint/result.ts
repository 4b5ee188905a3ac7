import type { AnyHistory, History } from "../project/migration.ts";
import type { Parser } from "../project/facts.ts";
import type { MigrationPhase, PhaseReason } from "../replay/phase.ts";
import type { UncheckedFile } from "../project/left-out/unchecked.ts";
import type { Coverage } from "./coverage.ts";
import type { Finding, SuppressedFinding } from "./finding.ts";

/** A bug: what threw, and where. All else was linted. */
export interface InternalError {
  /** The package whose rule it is; undefined: ddlint itself. */
  readonly pack?: string | undefined;
  /** Undefined: not in a rule. */
  readonly ruleId?: string | undefined;
  /** As shown to the user. */
  readonly file?: string | undefined;
  readonly message: string;
  readonly stack?: string | undefined;
}

/** `bug in ddlint in the rule drop-column at a.sql: …`. */
export function bugText({ pack, ruleId, file, message }: InternalError): string {
  const rule = ruleId === undefined ? "" : ` in the rule ${ruleId}`;
  return `bug in ${pack ?? "ddlint"}${rule}${file === undefined ? "" : ` at ${file}`}: ${message}`;
}

export interface LintCounts {
  readonly files: number;
  readonly migrations: number;
  /** Those that were reported on: after `startAfter`, or new or changed in git. */
  readonly pending: number;
  readonly statements: number;
  /** Findings that comments silenced. */
  readonly suppressed: number;
  /** Findings that the baseline accepts. */
  readonly accepted: number;
  /** Findings that `--fix` fixes, also those that one finding of a run stands for. */
  readonly fixable: number;
  /** Further ones that `--fix --unsafe-fixes` fixes. */
  readonly fixableUnsafely: number;
  /** Statements that nothing is known of. */
  readonly notUnderstood: number;
  /** Migrations that are new in git and come before `startAfter`, which is new there too: not reported on. */
  readonly skipped: number;
  /** Migrations in files that can't be read, or in a language that isn't. */
  readonly unread: number;
}

/** When a migration may run, of those that are reported on. */
export interface ReleasePart extends Pick<MigrationPhase, "phase" | "run"> {
  /** The folder of its history. */
  readonly root: string;
  readonly migration: string;
  /** As shown to the user. */
  readonly file: string;
  readonly reasons: readonly (Pick<PhaseReason, "phase" | "why"> &
    Pick<Finding, "file" | "line" | "column" | "endLine" | "endColumn">)[];
}

/** Pending migrations that their tool runs in one transaction. */
export interface BatchTotal {
  /** The folder of the history. */
  readonly root: string;
  readonly migrations: readonly string[];
  /** What is held when the last of them ends, strongest first. */
  readonly locks: Finding["locks"];
}

/** Everything a run says. */
export interface LintResult {
  readonly findings: readonly Finding[];
  /** What comments silence and the baseline accepts, in the same order. */
  readonly suppressed: readonly SuppressedFinding[];
  /** Of rules that report once a run: the further findings, which the one among `findings` stands for. */
  readonly further: readonly Finding[];
  readonly errors: readonly InternalError[];
  readonly histories: readonly History[];
  /** Histories of databases that are not linted so far, and those that nothing of the project runs. */
  readonly leftOut?: readonly AnyHistory[] | undefined;
  readonly counts: LintCounts;
  /** How much of what was found was read and understood. */
  readonly coverage: Coverage;
  /** In the order in which they run, history by history. */
  readonly release: readonly ReleasePart[];
  /** Of more than one migration each. */
  readonly batches: readonly BatchTotal[];
  /** Files that the tool may run, and that are in no history. */
  readonly unchecked: readonly UncheckedFile[];
  /** Texts by path as shown to the user. */
  readonly sources: ReadonlyMap<string, string>;
  /** What read the SQL, and why; undefined before anything was chosen. */
  readonly parser?: { readonly name: Parser; readonly because: string } | undefined;
  /** Kinds of statements that nothing is known of, with how often each was met. */
  readonly unknownStatements: Readonly<Record<string, number>>;
  /** Where the first of them stands: `migrations/001_a.sql:3`. */
  readonly firstUnknown?: string | undefined;
}
