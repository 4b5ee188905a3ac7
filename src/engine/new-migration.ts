/** `ddlint new` for those who call it. */
import type { Opinions } from "../lint/opinions.ts";
import type { Rule } from "../lint/rule.ts";
import type { FileOptions } from "./files.ts";

export interface NewMigrationOptions extends FileOptions {
  /** What it does, in words: they become its name. */
  readonly title: string;
  /** Its statements; default: it begins empty. */
  readonly sql?: string | undefined;
  /** The statements stay as they are; default: the safe steps in place of them are written. */
  readonly asWritten?: boolean | undefined;
  /** Default: the preset `recommended`. */
  readonly opinions?: Opinions | undefined;
  /** Default: the built-in ones. */
  readonly rules?: readonly Rule[] | undefined;
  /** Default: the clock's. */
  readonly now?: Date | undefined;
}

export interface NewFile {
  readonly file: string;
  /** All of it. */
  readonly text: string;
  /** It is there already, and gets more: a changelog. */
  readonly isGrown?: boolean | undefined;
}

export interface NewMigration {
  /** Files to be written, the migration's own first. */
  readonly files: readonly NewFile[];
  /** Sentences: what isn't restored, or why there is no rollback. */
  readonly notes: readonly string[];
}

/**
 * A new migration with its rollback, named and written as this project writes its own. Nothing is written to the disk.
 *
 * @throws UserError if the tool wouldn't run such a file, or the project's migrations are code
 */
export async function planNewMigration(options: NewMigrationOptions): Promise<NewMigration> {
  // No check of migrations pays for it.
  const { writeNewMigration } = await import("./write-new-migration.ts");
  return writeNewMigration(options);
}
