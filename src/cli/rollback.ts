/** `ddlint rollback`: writes what takes a migration back. */
import {
  UserError,
  committedFiles,
  jsonText,
  planRollback,
  rollbackFiles,
  rollbackMistakes,
  rollbackNotes,
} from "../index.ts";
import type { RollbackPlan } from "../index.ts";
import { configFor, type Outcome } from "./check.ts";
import { factsFrom, type CheckOptions } from "./options.ts";
import { printedLines } from "./printed-lines.ts";
import { writeFiles } from "./write-files.ts";

export interface RollbackCommandOptions extends CheckOptions {
  readonly backup?: boolean;
  readonly write?: boolean;
  readonly force?: boolean;
  readonly json?: boolean;
}

export async function rollback(
  migration: string | undefined,
  options: RollbackCommandOptions,
  cwd: string,
): Promise<Outcome> {
  const config = await configFor(options, cwd);
  const facts = factsFrom(options, config.facts);
  const plan = await planRollback({
    cwd,
    root: config.root,
    facts,
    migration,
    backup: options.backup,
  });
  const mistakes = rollbackMistakes(plan);
  if (mistakes.length > 0) throw new AggregateError(mistakes);
  const isForced = options.force === true;
  if (options.write === true && !isForced) await refuseApplied(plan, cwd);
  const wrote = options.write === true ? written(plan, isForced, cwd, config.root) : [];
  const stderr = printedLines([...notes(plan), ...wrote].map((line) => `ddlint: ${line}`));
  const stdout =
    options.json === true ? `${jsonText(inForm(plan))}\n` : options.write === true ? "" : `${shown(plan)}\n`;
  return { exitCode: 0, stdout, stderr };
}

/**
 * What has run isn't run again: what keeps its data would never be run, and its tool may refuse the new text.
 *
 * @throws UserError if the migration's own file would change, and may be applied
 */
async function refuseApplied(plan: RollbackPlan, cwd: string): Promise<void> {
  const { file, migrationText, target, isApplied, edited } = plan;
  const changesUp = migrationText !== undefined;
  if (!changesUp && (target?.file !== file || edited === undefined)) return;
  if (!isApplied && !(await committedFiles(cwd)).has(file)) return;
  const state = isApplied ? "is applied already" : "is committed, and may be applied already";
  throw changesUp
    ? new UserError(`${file} ${state}: what keeps its data can't be added any more`, {
        hint: isApplied ? "leave out --backup" : "leave out --backup; --force if it isn't applied",
      })
    : new UserError(`${file} ${state}, and if it is edited, ${edited ?? ""}`, {
        hint: "--force if it isn't applied",
      });
}

function notes(plan: RollbackPlan): readonly string[] {
  const { lost, exists, place, isCode, migration, migrationText, file } = plan;
  return [
    ...rollbackNotes(plan),
    ...(lost.length > 0 && migrationText === undefined && !isCode
      ? ["--backup writes what keeps the data, into the migration, and what restores it"]
      : []),
    ...(exists ? [`${migration} has a rollback already`] : []),
    ...(place === undefined
      ? ["the tool has no rollbacks: run it by hand"]
      : isCode
        ? [`it belongs into ${place} of ${file}`]
        : []),
  ];
}

/** What is printed where nothing is written. */
function shown({ text, migrationText, file, target }: RollbackPlan): string {
  if (migrationText === undefined) return text;
  const [first, second] =
    target?.file === file
      ? [target.after, undefined]
      : [migrationText, `-- ${target?.file ?? "rollback"}\n${text}`];
  return [`-- ${file}\n${first.trimEnd()}`, ...(second === undefined ? [] : [second])].join("\n\n");
}

/** @throws UserError if a rollback would be replaced, or there is no file for it */
function written(plan: RollbackPlan, force: boolean, cwd: string, root: string): readonly string[] {
  const { exists, migration, isCode, file } = plan;
  const files = rollbackFiles(plan);
  if (files === undefined)
    throw new UserError(
      isCode ? `${file} is code: it isn't written` : "the tool has no rollbacks: there is no file to write",
      {
        hint: "leave out --write, and copy what is printed",
      },
    );
  if (exists && !force)
    throw new UserError(`${migration} has a rollback already`, { hint: "--force replaces it" });
  return writeFiles(files, cwd, root);
}

/** What machines read: texts of files are left out where `text` says the same. */
const inForm = ({ target, migrationText, ...plan }: RollbackPlan): unknown => ({
  ...plan,
  ...(target === undefined ? {} : { rollbackFile: target.file }),
  ...(migrationText === undefined ? {} : { migrationText }),
});
