/** A new migration in code: its statements as the calls that send them, in a file as its tool writes them. */
import { UserError } from "../config/user-error.ts";
import { overlay } from "../project/files/file-system.ts";
import type { History, Migration } from "../project/migration.ts";
import { join } from "../project/files/paths.ts";
import { readBack, writtenMigration } from "./code-files.ts";
import { isChangeset } from "./new-changesets.ts";
import type { NewFile, NewMigration, NewMigrationOptions } from "./new-migration.ts";
import { openProject } from "./open-project.ts";
import { waitingFiles, type Plan } from "./plan.ts";
import { givenBy, waitsFor } from "./plan-step-text.ts";
import { writePlan } from "./write-plan.ts";

/** @throws UserError if the tool's files aren't known, or it wouldn't run such a file */
export async function writeNewCode(options: NewMigrationOptions, root: string): Promise<NewMigration> {
  const { paths = [], title: words, sql, now = new Date() } = options;
  const { fs, histories, reopen } = await openProject(options);
  let history = histories.find((one) => one.root === root);
  if (history === undefined)
    throw new UserError("no migrations found", { hint: "give the folder with --in" });
  const newest = newestOf(
    history,
    paths.map((path) => join(path)),
  );
  const title = words.replaceAll(/\s+/g, " ").trim();
  const plan = sql === undefined ? undefined : await planOf(options, sql);
  const steps = plan?.steps.filter(({ kind }) => kind === "migration") ?? [undefined];

  let last = newest;
  const texts: Record<string, string> = {};
  const files: NewFile[] = [];
  const labels: string[] = [];
  for (const [at, step] of steps.entries()) {
    const written = writtenMigration(
      {
        fs: overlay(fs, texts),
        history,
        last,
        words: at === 0 ? title : `${title} ${at + 1}`,
        title,
        now,
      },
      step && givenBy(step),
      plan === undefined || step === undefined ? [] : waitsFor(plan.steps, plan.steps.indexOf(step)),
      at + 1,
    );
    Object.assign(texts, written.texts);
    labels.push(written.label);
    for (const [file, text] of Object.entries(written.texts)) {
      const old = files.findIndex((one) => one.file === file);
      files.splice(old < 0 ? files.length : old, 1, { file, text, isGrown: fs.read(file) !== undefined });
    }
    const after = reopen(overlay(fs, texts)).find((one) => one.root === root);
    last = readBack(after, written, history);
    history = after ?? history;
  }
  const wait = plan === undefined ? [] : waitingFiles({ ...plan, files: planFiles(plan, labels) });
  return { files, notes: [...(plan === undefined ? [] : notesOf(plan, labels.length)), ...wait] };
}

/** The last migration, among those of the folders that are named. */
function newestOf(history: History, folders: readonly string[]): Migration {
  const isBelow = ({ up }: Migration): boolean =>
    folders.length === 0 || folders.some((folder) => up.path.startsWith(`${folder}/`));
  const own = history.migrations.filter((one) => one.kind === "versioned" && isBelow(one));
  const newest = own.at(-1);
  if (newest === undefined)
    throw new UserError("the history has no migration with a version yet", {
      hint: "write the first one by hand",
    });
  if ((newest.up.code === undefined && !isChangeset(history, newest)) || newest.unread === true)
    throw new UserError(`${newest.up.path} isn't read: a new one can't be written like it`, {
      hint: `make it with the generator of ${history.tool}`,
    });
  if (history.inGraph !== true) return newest;
  const followed = history.migrations.map(({ up }) => up.code?.unit?.follows ?? "").join("\n");
  const isHead = ({ up }: Migration): boolean => {
    const name = up.code?.unit?.name;
    return name !== undefined && !followed.includes(`"${name}"`) && !followed.includes(`'${name}'`);
  };
  const [head, other] = own.filter(isHead);
  if (head !== undefined && other !== undefined)
    throw new UserError(`there are several heads: ${head.up.path}, ${other.up.path}`, {
      hint: "merge them first",
    });
  return head ?? newest;
}

/**
 * The statements as steps: the safe ones, or as they are.
 *
 * @throws UserError if they aren't read, or the server refuses them
 */
async function planOf(options: NewMigrationOptions, sql: string): Promise<Plan> {
  const asWritten = (): Promise<Plan> => writePlan({ ...options, sql, rules: [] });
  if (options.asWritten === true) return asWritten();
  const plan = await writePlan({ ...options, sql });
  const isWhole =
    plan.gaps.length + plan.differences.length === 0 &&
    !plan.steps.some(({ kind, statements }) => /^(?:command|by-hand)$/.test(kind) && statements.length > 0);
  return isWhole ? plan : { ...(await asWritten()), gaps: plan.gaps, solved: plan.solved };
}

function notesOf(plan: Plan, files: number): readonly string[] {
  const [gap] = plan.gaps;
  return [
    ...(gap === undefined ? [] : [`it isn't planned: ${gap.what}`]),
    ...(gap === undefined && files > 1 ? [`${files} steps take its place; "ddlint plan" explains them`] : []),
    ...plan.steps.flatMap(({ rollback }) => [
      ...(rollback?.lost ?? []).map((what) => `not restored: ${what}`),
      ...(rollback?.gaps ?? []).map((what) => `not taken back: ${what}`),
    ]),
  ];
}

const planFiles = (plan: Plan, labels: readonly string[]): NonNullable<Plan["files"]> => {
  const places = plan.steps.flatMap(({ kind }, at) => (kind === "migration" ? [at] : []));
  return labels.map((file, at) => ({ file, text: "", step: places[at] ?? 0 }));
};
