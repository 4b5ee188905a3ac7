/** How much of what was found a run has read and understood. */
import { holdsFile, type AnyHistory, type History } from "../project/migration.ts";
import type { UncheckedFile } from "../project/left-out/unchecked.ts";
import type { LintCounts } from "./result.ts";

/** A folder of migrations that isn't linted. */
export interface UnreadHistory {
  readonly root: string;
  /** `sqlite`, `Python for Django`, `nothing runs it`. */
  readonly what: string;
  /** How many of them lie there. */
  readonly migrations: number;
}

/** Operations of migrations in code: calls as the migrations write them, whatever each sends. */
export interface CodeCoverage {
  readonly read: number;
  readonly notUnderstood: number;
  /** Those that weren't understood by what they are called, most frequent first: `{ RunPython: 12 }`. */
  readonly kinds: Readonly<Record<string, number>>;
}

export interface Coverage {
  /** True: everything was read and understood. */
  readonly complete: boolean;
  readonly histories: { readonly read: number; readonly notRead: readonly UnreadHistory[] };
  /** `skipped`: see `LintCounts`. */
  readonly migrations: { readonly read: number; readonly notRead: number; readonly skipped: number };
  /** Files that the tool may run, and that are in no history. */
  readonly files: { readonly read: number; readonly notRead: number };
  /** Sentences: what a list of the tool names, and no migration holds. Left out if there are none. */
  readonly named?: readonly string[] | undefined;
  readonly statements: {
    readonly read: number;
    readonly notUnderstood: number;
    /** The place of the first of these: `migrations/001_a.sql:3`. */
    readonly first?: string | undefined;
  };
  /** Undefined: no migration is code. */
  readonly operations?: CodeCoverage | undefined;
}

/** What lies beside the histories that are linted. */
export interface Beside {
  readonly leftOut?: readonly AnyHistory[] | undefined;
  /** Folders in languages that aren't read. */
  readonly folders?: readonly UnreadHistory[] | undefined;
  readonly files?: readonly UncheckedFile[] | undefined;
}

/** Puts together what a run counted. */
export function coverageOf(
  { files, migrations, statements, notUnderstood, skipped, unread }: LintCounts,
  histories: readonly History[],
  {
    first,
    operations,
  }: { readonly first: string | undefined; readonly operations: CodeCoverage | undefined },
  { leftOut = [], folders = [], files: others = [] }: Beside = {},
): Coverage {
  const notRead = [
    ...leftOut.map((history) => ({
      root: history.root,
      what: history.idle === undefined ? databaseOf(history) : "nothing runs it",
      migrations: history.migrations.length,
    })),
    ...folders,
  ];
  const named = histories.flatMap((history) => history.notRead ?? []);
  const outside = others.length + histories.flatMap(misnamed).length;
  const gaps = notRead.length + outside + named.length + notUnderstood + skipped + unread;
  return {
    complete: gaps === 0,
    histories: { read: histories.length, notRead },
    migrations: { read: migrations - unread, notRead: unread, skipped },
    files: { read: files, notRead: outside },
    ...(named.length > 0 && { named }),
    statements: { read: statements, notUnderstood, ...(first === undefined ? {} : { first }) },
    ...(operations !== undefined && { operations }),
  };
}

/** Files whose names, or missing marks, leave them out of the history, which a finding reports. */
const leavingOut: ReadonlySet<string> = new Set(["bad-file-name", "syntax-error"]);
const misnamed = (history: History): readonly string[] => [
  ...new Set(
    history.problems.flatMap(({ rule, path }) =>
      leavingOut.has(rule) && !holdsFile({ ...history, problems: [] }, path) ? [path] : [],
    ),
  ),
];

/** The database of a history that isn't linted, as far as it has a name. */
export const databaseOf = ({ dialect }: AnyHistory): string =>
  dialect === "other" ? "another database" : dialect;

/** Why a history isn't linted, as a clause. */
export const whyLeftOut = (history: AnyHistory): string =>
  history.idle === undefined
    ? `ddlint doesn't lint ${databaseOf(history)} yet`
    : `nothing here runs it (${history.idle})`;
