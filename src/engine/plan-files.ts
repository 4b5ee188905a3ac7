/** The migrations of a plan as this project's files, read again as its tool reads them. */
import { UserError } from "../config/user-error.ts";
import { below, headerLike, upText, type OptOut } from "../plan/new-text.ts";
import { nextName } from "../plan/next-name.ts";
import { overlay } from "../project/files/file-system.ts";
import { toolNamed } from "../project/known-tools.ts";
import type { FileSystem, History, Migration, Script } from "../project/migration.ts";
import { join } from "../project/files/paths.ts";
import { compareDigits } from "../project/version.ts";
import { isChangeset } from "./new-changesets.ts";
import { codeFilesOf } from "./plan-code-files.ts";
import { waitsFor } from "./plan-step-text.ts";
import type { Plan, PlanFile, PlanStep } from "./plan.ts";
import { isInChangelog, targetOf } from "./write-rollback.ts";

export interface FileSource {
  readonly fs: FileSystem;
  readonly history: History;
  readonly migration: Migration;
  /** The histories of these files, as their tools read them. */
  readonly reopen: (fs: FileSystem) => readonly History[];
  readonly now: Date;
}

/** @throws UserError if the steps can't be files of this project */
function refuseFiles({ migration, history }: FileSource, steps: readonly PlanStep[]): void {
  const hint = "leave out --write, and copy what is printed";
  if (history.migrations[migration.index] !== migration)
    throw new UserError("the statements aren't a migration yet", {
      hint: 'write it with "ddlint new … --sql", then plan it',
    });
  if (
    migration.up.code === undefined &&
    isInChangelog(history, migration) &&
    !isChangeset(history, migration)
  )
    throw new UserError(`a changelog loads ${migration.up.path}: its changesets aren't written`, { hint });
  const byHand = steps.findIndex(
    ({ kind, statements }) => (kind === "command" || kind === "by-hand") && statements.length > 0,
  );
  if (byHand >= 0) throw new UserError(`step ${byHand + 1} runs outside of the migrations`, { hint });
}

/**
 * A file for each migration of the plan, with its rollback; the first one takes the place of the migration.
 *
 * @throws UserError if the tool wouldn't run them in this order
 */
export function filesOf(
  source: FileSource,
  plan: Pick<Plan, "steps">,
  downs: readonly (string | undefined)[],
): readonly PlanFile[] {
  const { history, migration } = source;
  refuseFiles(source, plan.steps);
  if (migration.up.code !== undefined || isChangeset(history, migration))
    return codeFilesOf(source, plan.steps);
  const own = plan.steps.flatMap((step, at) => (step.kind === "migration" ? [{ step, at }] : []));
  const names = namesOf(source, own.length);
  const ups = own.map(({ step, at }, part) => {
    const { file, header } = names[part] ?? { file: migration.up.path, header: "" };
    const optOut = step.transaction === "none" ? optOutOf(history, step) : undefined;
    const notes = waitsFor(plan.steps, at)
      .map((line) => `-- before this migration: ${line}\n`)
      .join("");
    const text = upText(migration.up, `${header}${notes}`, step.statements.join("\n"), optOut?.own);
    const beside = optOut?.beside?.(file);
    return { at, part, file, text, optOut, beside };
  });
  const texts: Record<string, string> = {};
  for (const { file, text, beside } of ups) {
    texts[file] = text;
    if (beside !== undefined) texts[beside.file] = beside.text;
  }
  const read = inOrder(
    source,
    texts,
    ups.map(({ file }) => file),
  );
  return ups.flatMap(({ at, part, file, text, optOut, beside }): readonly PlanFile[] => {
    const others = beside === undefined ? [] : [{ ...beside, step: at }];
    const down = downs[part];
    const one = read[part];
    if (down === undefined || one === undefined || history.rollbacks === "none")
      return [{ file, text, step: at }, ...others];
    const target = targetOf(overlay(source.fs, texts), history, one, one.up.text, down);
    if (target === undefined) return [{ file, text, step: at }, ...others];
    const { mark, text: top } = optOut?.own ?? {};
    const marker = history.rollbackName(one);
    const after =
      target.file === file
        ? mark === undefined
          ? target.after
          : target.after.replace(`\n${marker}\n`, `\n${marker}${mark}\n`)
        : top === undefined
          ? target.after
          : `${top}\n${target.after}`;
    return target.file === file
      ? [{ file, text: after, step: at }, ...others]
      : [{ file, text, step: at }, { file: target.file, text: after, step: at }, ...others];
  });
}

interface OptOuts {
  readonly own: OptOut;
  readonly beside?: ((file: string) => { readonly file: string; readonly text: string }) | undefined;
}

function optOutOf(history: History, { header }: PlanStep): OptOuts {
  const tool = toolNamed(history.tool);
  return { own: { text: header ?? tool.optOutText, mark: tool.optOutMark }, beside: tool.optOutBeside };
}

interface Named {
  readonly file: string;
  /** The comments at its top. */
  readonly header: string;
}

/** @throws UserError if there is no room for as many */
function namesOf({ history, migration, now }: FileSource, count: number): readonly Named[] {
  const path = migration.up.path;
  const names: Named[] = [{ file: path, header: commentsOf(migration.up) }];
  const later = history.migrations.slice(migration.index + 1).find(({ kind }) => kind === "versioned");
  let last: Pick<Migration, "version" | "description" | "name"> = migration;
  let lastFile = below(history, path);
  for (let part = 2; part <= count; part++) {
    const title = `${migration.description} ${part}`.trim();
    const time = later === undefined ? now : new Date(0);
    const next = nextName(last, lastFile, title, time);
    if (next === undefined) throw new UserError(`can't name a migration after ${lastFile}`);
    if (later?.version !== undefined && compareDigits(next.version, later.version) >= 0)
      throw new UserError(`there is no room for ${count} migrations before ${later.up.path}`, {
        hint: "copy what is printed, or plan the newest migration first",
      });
    names.push({ file: join(history.root, next.file), header: headerLike(history, next, title, now) });
    last = next;
    lastFile = next.file;
  }
  return names;
}

/** The comments that the migration begins with, without what tells its tool something. */
function commentsOf({ text, part }: Script): string {
  const own = /^(?:[ \t]*--[^\n]*\n|[ \t]*\n)*/.exec(text.slice(part.start, part.end))?.[0] ?? "";
  return own
    .split("\n")
    .filter((line) => line.startsWith("--") && !/transaction|txmode|-tx\b|^--(?:!|\s*\+)/i.test(line))
    .map((line) => `${line}\n`)
    .join("");
}

/** @throws UserError if the tool reads them otherwise */
function inOrder(
  { fs, history, migration, reopen }: FileSource,
  texts: Readonly<Record<string, string>>,
  files: readonly string[],
): readonly Migration[] {
  const after = reopen(overlay(fs, texts)).find(
    ({ root, dialect }) => root === history.root && dialect === history.dialect,
  );
  const read = after?.migrations.slice(migration.index, migration.index + files.length) ?? [];
  const wrong = files.find((file, at) => read[at]?.up.path !== file);
  const problem = after?.problems.find(({ path }) => files.includes(path));
  if (wrong === undefined && problem === undefined) return read;
  throw new UserError(
    `can't add ${problem?.path ?? wrong ?? ""}: ${problem?.message ?? `${history.tool} wouldn't run it there`}`,
    {
      hint: "make it with the tool's own generator, and copy what is printed",
    },
  );
}
