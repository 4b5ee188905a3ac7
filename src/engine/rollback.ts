/** `ddlint rollback` for those who call it. */
import { UserError } from "../config/user-error.ts";
import type { FileOptions } from "./files.ts";

export interface RollbackOptions extends FileOptions {
  /** Its file, version or name. Default: the newest of the only history. */
  readonly migration?: string | undefined;
  /** Also write what keeps data that would be lost: into the migration itself. */
  readonly backup?: boolean | undefined;
}

/** A line of the migration, and what is the matter with it. */
export interface RollbackNote {
  readonly what: string;
  readonly file: string;
  readonly line: number;
}

export interface RollbackPlan {
  /** Name and file of the migration. */
  readonly migration: string;
  readonly file: string;
  /** The migration is in a language that calls the database: `text` are lines of its function for the way back. */
  readonly isCode: boolean;
  /** Statements in their order, with semicolons. */
  readonly statements: readonly string[];
  /** As the file writes them, with comments on what isn't undone. */
  readonly text: string;
  /** Where the tool looks for it: a file and its whole new text. Undefined: the tool has no rollbacks, or it is code. */
  readonly target?:
    { readonly file: string; readonly before: string | undefined; readonly after: string } | undefined;
  /** How the tool calls that place: `-- +goose Down`, `the export down`; undefined: it has no rollbacks. */
  readonly place: string | undefined;
  /** The project says that the migration is applied (`startAfter`). */
  readonly isApplied: boolean;
  /** What the tool does when an applied migration's file changes; undefined: it doesn't look. */
  readonly edited: string | undefined;
  /** There is a rollback that does something. */
  readonly exists: boolean;
  /** The migration's new text, with what keeps the data; undefined: it stays as it is. */
  readonly migrationText?: string | undefined;
  /** Data that isn't restored. */
  readonly lost: readonly RollbackNote[];
  /** What stays as the migration leaves it. */
  readonly stays: readonly string[];
  /** Why the rollback isn't complete: facts that are missing, or `isRefused`: statements that the server refuses. */
  readonly gaps: readonly (RollbackNote & { readonly isRefused: boolean })[];
  /** What differs from the schema before the migration when it is replayed with this rollback. */
  readonly differences: readonly string[];
}

/**
 * Writes the rollback of one migration, and replays it. Nothing is written to the disk.
 *
 * @throws UserError if there is no such migration, or it isn't read
 */
export async function planRollback(options: RollbackOptions = {}): Promise<RollbackPlan> {
  // No check of migrations pays for it.
  const { writeRollback } = await import("./write-rollback.ts");
  return writeRollback(options);
}

/** Why a rollback isn't to be used, a line each: facts that are missing. Empty: it is whole. */
export function rollbackMistakes({ gaps, differences, file }: RollbackPlan): readonly UserError[] {
  const mistakes = gaps.map(
    ({ what, file: path, line, isRefused }) =>
      new UserError(`can't write the rollback: ${what} (${path}:${line})`, {
        hint: isRefused
          ? "correct the migration first"
          : 'write this part by hand; a dump of the schema ("schema" in the configuration) says what the history doesn\'t',
      }),
  );
  if (differences.length > 0)
    mistakes.push(
      new UserError(`can't write the rollback of ${file}: it would leave ${differences.join("; ")}`, {
        hint: "please report this, with the migration",
      }),
    );
  return mistakes;
}

/** The files to be written, with their whole new texts; undefined: there is none for the rollback. */
export function rollbackFiles({
  target,
  migrationText,
  file,
}: RollbackPlan): readonly { readonly file: string; readonly text: string }[] | undefined {
  if (target === undefined) return undefined;
  const kept = migrationText === undefined || target.file === file ? [] : [{ file, text: migrationText }];
  return [...kept, { file: target.file, text: target.after }];
}

/** What a rollback doesn't take back, a line each. */
export const rollbackNotes = ({ lost, stays }: RollbackPlan): readonly string[] => [
  ...lost.map(({ what, file, line }) => `${file}:${line}: not restored: ${what}`),
  ...stays.map((what) => `not undone: ${what}`),
];
