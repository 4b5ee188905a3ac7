/** `--fix`, `--diff`, `--dry-run`: what the fixes come to. */
import { resolve } from "node:path";
import { UserError, reasonOf, writeFile, type DiskOptions } from "../index.ts";
import type { FixOutcome } from "../index.ts";
import type { Outcome } from "./check.ts";
import type { FixMode } from "./options.ts";
import { printedPatch } from "./patch.ts";
import { printedLines } from "./printed-lines.ts";

export interface FixContext {
  readonly cwd: string;
  readonly within: DiskOptions;
  /** What came in, where that is to be fixed. */
  readonly stdin: string;
  /** The user has said that this file isn't applied yet, or has named it. */
  readonly isNew: (file: string, root: string) => boolean;
  /** Git's last commit has it, so that it may have run on some server. */
  readonly committed: () => Promise<ReadonlySet<string>>;
}

/** A check's outcome with what became of the fixes. */
export async function withFixes(
  outcome: Outcome,
  fixes: FixOutcome,
  mode: FixMode,
  { cwd, within, stdin, isNew, committed }: FixContext,
): Promise<Outcome> {
  if (mode === "write") await refuseApplied(fixes, isNew, committed);
  const { written, failed } = mode === "write" ? writeFixed(fixes, cwd, within) : { written: [], failed: [] };
  const wrote = printedLines(written.map((file) => `ddlint: wrote ${file}`));
  // The report is of all fixes: it would tell of findings as gone that are still there.
  if (failed.length > 0) {
    const mistake = new UserError(`can't write ${failed.join("; ")}`);
    return {
      exitCode: 2,
      stdout: "",
      stderr: outcome.stderr + wrote + printedLines([`ddlint: ${mistake.line()}`]),
    };
  }
  const stderr =
    outcome.stderr + wrote + printedLines(fixMessages(fixes, mode === "write" || mode === "print"));
  if (mode === "diff") {
    const hasBugs = fixes.result.errors.length > 0;
    const exitCode = hasBugs ? outcome.exitCode : fixes.files.length > 0 ? 1 : 0;
    return { exitCode, stdout: printedPatch(fixes), stderr };
  }
  if (mode !== "print") return { ...outcome, stderr };
  // The fixed text takes the report's place, as for a formatter: the user's own, byte for byte.
  return { ...outcome, stdout: fixes.files[0]?.after ?? stdin, stderr: outcome.stdout + stderr };
}

/**
 * What has run isn't run again, so that a fix of it changes no database, and new ones differ from the old ones.
 *
 * @throws UserError if one of the files may have been applied: it is committed, or the tool keeps checksums
 */
async function refuseApplied(
  { files, result }: FixOutcome,
  isNew: FixContext["isNew"],
  committed: FixContext["committed"],
): Promise<void> {
  const hint = "say which are new (--changed, --since, --after, startAfter), or name the files to fix";
  for (const { root, edited, migrations } of result.histories) {
    const own = new Set(migrations.flatMap(({ up, down }) => [up.path, down?.path]));
    const doubtful = files.filter((one) => own.has(one.file) && !isNew(one.file, root));
    const [first] = doubtful;
    if (first === undefined) continue;
    if (edited !== undefined)
      throw new UserError(`${first.file} may be applied already, and if it is edited then, ${edited}`, {
        hint,
      });
    const inCommit = await committed();
    const old = doubtful.find(({ file }) => inCommit.has(file));
    if (old !== undefined)
      throw new UserError(
        `${old.file} is committed and may be applied already: a fix doesn't reach databases on which it has run`,
        { hint },
      );
  }
}

/** One that can't be written leaves the others to be; `failed` are the files with the reason. */
function writeFixed(
  { files }: FixOutcome,
  cwd: string,
  within: DiskOptions,
): { readonly written: readonly string[]; readonly failed: readonly string[] } {
  const written: string[] = [];
  const failed: string[] = [];
  for (const { file, before, after } of files) {
    try {
      writeFile(resolve(cwd, file), after, { before, within });
      written.push(file);
    } catch (error) {
      failed.push(`${file}: ${reasonOf(error)}`);
    }
  }
  return { written, failed };
}

/** For people: what was done, and what could be. */
function fixMessages(outcome: FixOutcome, done: boolean): string[] {
  const { files, fixed } = outcome;
  const lines: string[] = [];
  const what = fixed === 1 ? "1 finding" : `${fixed} findings`;
  const where = files.length === 1 ? "1 file" : `${files.length} files`;
  if (fixed > 0) lines.push(`ddlint: ${done ? "fixed" : "would fix"} ${what} in ${where}`);
  else lines.push("ddlint: nothing to fix");
  return lines;
}
