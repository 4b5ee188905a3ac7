/** `ddlint runbook` and the checks of `ddlint preflight` for those who call them. */
import type { DialectName } from "../model/dialect.ts";
import type { Runbook, RunbookCheck, RunbookSection } from "../report/runbook.ts";
import type { BatchOptions } from "./open-batch.ts";

export type RunbookOptions = BatchOptions;

/**
 * What the people on duty need around some migrations. Nothing is written to the disk, and nothing connects.
 *
 * @throws UserError if there are no such migrations, or one isn't read
 */
export async function planRunbook(options: RunbookOptions = {}): Promise<Runbook> {
  // No check of migrations pays for it.
  const { writeRunbook } = await import("./write-runbook.ts");
  return writeRunbook(options);
}

/** A runbook as Markdown. */
export async function runbookMarkdown(
  runbook: Runbook,
  sections: readonly RunbookSection[],
): Promise<string> {
  const { writeMarkdown } = await import("../report/runbook-markdown.ts");
  return writeMarkdown(runbook, sections);
}

/** A changelog of the database with the entries that it lacks; the same text where it has them. */
export async function withChangelogEntries(changelog: string, runbook: Runbook): Promise<string> {
  const { withEntries } = await import("../report/runbook-changelog.ts");
  return withEntries(changelog, runbook);
}

/** What a database is asked before migrations run. */
export interface Preflight {
  readonly dialect: DialectName;
  readonly migrations: readonly string[];
  readonly checks: readonly RunbookCheck[];
  /** What can't be asked before they run. */
  readonly unchecked: readonly { readonly what: string; readonly why: string }[];
}

/** @throws UserError if there are no such migrations, or one isn't read */
export async function planPreflight(options: BatchOptions = {}): Promise<Preflight> {
  const { openBatch } = await import("./open-batch.ts");
  const { checksOfBatch } = await import("./checks-of-batch.ts");
  const { chosenOfAll } = await import("./chosen-migration.ts");
  const batch = await openBatch(options, chosenOfAll);
  return {
    dialect: batch.history.dialect,
    migrations: batch.migrations.map(({ name }) => name),
    ...checksOfBatch(batch),
  };
}
