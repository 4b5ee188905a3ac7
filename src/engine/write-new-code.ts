/** A new migration in code: its statements as the calls that send them, in a file as its tool writes them. */
import { UserError } from "../config/user-error.ts";
import { codeWriter } from "../plan/new-code.ts";
import { below } from "../plan/new-text.ts";
import { nextName } from "../plan/next-name.ts";
import { overlay } from "../project/file-system.ts";
import { toolNamed } from "../project/known-tools.ts";
import type { History, Migration } from "../project/migration.ts";
import { join } from "../project/paths.ts";
import type { Tool } from "../project/tool.ts";
import type { NewMigration, NewMigrationOptions } from "./new-migration.ts";
import { openProject } from "./open-project.ts";
import { waitingFiles, type Plan } from "./plan.ts";
import { waitsFor } from "./plan-files.ts";
import { writePlan } from "./write-plan.ts";

/** @throws UserError if the tool's files aren't known, or it wouldn't run such a file */
export async function writeNewCode(options: NewMigrationOptions, root: string): Promise<NewMigration> {
  const { paths = [], title, sql, now = new Date() } = options;
  const { fs, histories, reopen } = await openProject(options);
  const history = histories.find((one) => one.root === root);
  if (history === undefined)
    throw new UserError("no migrations found", { hint: "give the folder with --in" });
  const newest = newestOf(
    history,
    paths.map((path) => join(path)),
  );
  const tool = toolNamed(history.tool);
  const writer = codeWriter(newest.up, tool);
  if (writer === undefined)
    throw new UserError(`${newest.up.path} is code: ddlint doesn't know how its tool writes a file`, {
      hint: `make it with the generator of ${history.tool}, then let "ddlint rollback" write its way back`,
    });
  const line = title.replaceAll(/\s+/g, " ").trim();
  const plan = sql === undefined ? undefined : await planOf(options, sql);
  const steps = plan?.steps.filter(({ kind }) => kind === "migration") ?? [undefined];

  let last = newest;
  const files: { file: string; text: string }[] = [];
  for (const [at, step] of steps.entries()) {
    const next = namedAfter(last, history, tool, at === 0 ? line : `${line} ${at + 1}`, now);
    const file = join(history.root, next.file);
    if (fs.read(file) !== undefined) throw new UserError(`${file} exists already`);
    const text = writer(
      { ...next, title: line, after: last.up.code?.unit, place: at + 1, now },
      step && { ...step, down: step.rollback?.statements },
      plan === undefined || step === undefined ? [] : waitsFor(plan.steps, plan.steps.indexOf(step)),
    );
    files.push({ file, text });
    const texts = Object.fromEntries(files.map((one) => [one.file, one.text]));
    last = readBack(
      reopen(overlay(fs, texts)).find((one) => one.root === root),
      file,
      history,
    );
  }
  const wait = plan === undefined ? [] : waitingFiles({ ...plan, files: planFiles(plan, files) });
  return { files, notes: [...(plan === undefined ? [] : notesOf(plan, files.length)), ...wait] };
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
  if (newest.up.code === undefined || newest.unread === true)
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

interface Named {
  /** Below the root. */
  readonly file: string;
  /** Without folder and ending. */
  readonly name: string;
  readonly version: string;
}

function namedAfter(last: Migration, history: History, tool: Tool, words: string, now: Date): Named {
  const path = below(history, last.up.path);
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  const given = tool.newName?.(path.slice(folder.length), last.up.code?.unit, words, now);
  const next = given === undefined ? nextName(last, path, words, now) : { file: folder + given, version: "" };
  if (next === undefined)
    throw new UserError(`can't name a migration after ${last.up.path}`, {
      hint: /[a-z0-9]/i.test(words)
        ? "its name has no number or time that could be continued"
        : "give words of letters and digits",
    });
  const name = next.file.slice(next.file.lastIndexOf("/") + 1).replace(/(?:\.\w+){1,2}$/, "");
  return { file: next.file, name, version: next.version };
}

/** @throws UserError if the tool doesn't take the file for its last migration */
function readBack(after: History | undefined, file: string, { tool, inGraph }: History): Migration {
  const problem = after?.problems.find(({ path }) => path === file);
  const read = after?.migrations.find(({ up }) => up.path === file);
  const isLast = inGraph === true || after?.migrations.findLast(({ kind }) => kind === "versioned") === read;
  if (read !== undefined && isLast && problem === undefined) return read;
  throw new UserError(`can't add ${file}: ${problem?.message ?? `${tool} wouldn't run it last`}`, {
    hint: "make it with the tool's own generator",
  });
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

const planFiles = (
  plan: Plan,
  files: readonly { readonly file: string; readonly text: string }[],
): NonNullable<Plan["files"]> => {
  const places = plan.steps.flatMap(({ kind }, at) => (kind === "migration" ? [at] : []));
  return files.map(({ file, text }, at) => ({ file, text, step: places[at] ?? 0 }));
};
