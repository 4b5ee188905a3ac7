/** A new migration: named after the newest one, read by the tool as the last one, with the rollback of its statements. */
import { UserError } from "../config/user-error.ts";
import { dialectTitles, isCodeOnly } from "../model/dialect.ts";
import { emptyCode } from "../plan/new-code.ts";
import { below, headerLike, upText } from "../plan/new-text.ts";
import { nextName, type NextName } from "../plan/next-name.ts";
import type { Facts } from "../project/facts.ts";
import { overlay } from "../project/files/file-system.ts";
import type { FileSystem, History } from "../project/migration.ts";
import { join } from "../project/files/paths.ts";
import { toolNamed } from "../project/known-tools.ts";
import { openFiles } from "./files.ts";
import { isChangeset } from "./new-changesets.ts";
import type { NewMigration, NewMigrationOptions } from "./new-migration.ts";
import { openHistories, writable } from "./open.ts";
import { waitingFiles } from "./plan.ts";
import { writeNewCode } from "./write-new-code.ts";
import { writePlan } from "./write-plan.ts";
import { isMarker, writeRollback } from "./write-rollback.ts";

export async function writeNewMigration(options: NewMigrationOptions): Promise<NewMigration> {
  const { facts = {}, paths = [], title, sql, now = new Date() } = options;
  const fs = openFiles(options);
  const folders = paths.map((path) => join(path));
  const history = onlyHistory(writable(openHistories(fs, folders, facts)));
  const newest = history.migrations.findLast(({ kind }) => kind === "versioned");
  const isOfCode =
    newest !== undefined &&
    (newest.up.code !== undefined || newest.unread === true || isChangeset(history, newest));
  if (isOfCode && !isCodeOnly[history.dialect]) return writeNewCode(options, history.root);
  if (newest === undefined)
    throw new UserError("the history has no migration with a version yet", {
      hint: "write the first one by hand",
    });
  const isOfCalls = isCodeOnly[history.dialect];
  if (isOfCalls && sql !== undefined)
    throw new UserError(`${dialectTitles[history.dialect]} has no SQL`, { hint: "leave out --sql" });
  const next = nextName(newest, below(history, newest.up.path), title, now);
  if (next === undefined)
    throw new UserError(`can't name a migration after ${newest.up.path}`, {
      hint: /[a-z0-9]/i.test(title)
        ? "its name has no number or time that could be continued"
        : "give words of letters and digits",
    });
  const file = join(history.root, next.file);
  if (fs.read(file) !== undefined) throw new UserError(`${file} exists already`);
  const line = title.replaceAll(/\s+/g, " ").trim();
  if (isOfCalls) {
    const text = emptyCode(toolNamed(history.tool), newest.up.path, line, fs.read(newest.up.path) ?? "");
    if (text === undefined)
      throw new UserError(`${newest.up.path} is code: ddlint doesn't know how its tool writes a file`, {
        hint: "make it with the tool's own generator",
      });
    return {
      files: [{ file, text }],
      notes: ['"ddlint rollback" prints the calls of its way back once it has calls'],
    };
  }
  const header = headerLike(history, next, line, now);
  const statements = sql === undefined ? (header === "" ? `-- ${line}` : "") : withEnd(sql);
  const up = upText(newest.up, header, statements);
  checkPlace(fs, facts, folders, history, file, up);
  if (sql === undefined) return empty(history, next, file, up);
  const planned =
    options.asWritten === true ? "" : await safeSteps(options, overlay(fs, { [file]: up }), file, now);
  if (typeof planned !== "string") return planned;
  const written = await asWritten(options, history, fs, file, up);
  return planned === "" ? written : { ...written, notes: [planned, ...written.notes] };
}

/** The files of the plan. A sentence: why there is none; empty: nothing is unsafe. */
async function safeSteps(
  { opinions, rules, facts, paths }: NewMigrationOptions,
  fs: FileSystem,
  file: string,
  now: Date,
): Promise<NewMigration | string> {
  try {
    const plan = await writePlan({ fs, facts, paths, opinions, rules, migration: file, files: true, now });
    const [gap] = plan.gaps;
    if (gap !== undefined)
      return `it isn't planned: ${gap.what}; "ddlint plan ${file} --write --value …" takes what is missing`;
    if (plan.solved.length === 0) return "";
    if (plan.differences.length > 0 || plan.files === undefined)
      return `it isn't planned: the steps would leave ${plan.differences.join("; ")}`;
    const steps = plan.steps.filter(({ kind }) => kind === "migration").length;
    return {
      files: plan.files.map(({ file: path, text }) => ({ file: path, text })),
      notes: [
        ...(steps > 1 ? [`${steps} steps take its place; "ddlint plan" explains them`] : []),
        ...waitingFiles(plan),
        ...plan.steps.flatMap(({ rollback }) =>
          (rollback?.lost ?? []).map((what) => `not restored: ${what}`),
        ),
      ],
    };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return `it isn't planned: ${error.message}`;
  }
}

/** The statements as they are, with their rollback. */
async function asWritten(
  options: NewMigrationOptions,
  history: History,
  fs: FileSystem,
  file: string,
  up: string,
): Promise<NewMigration> {
  const { rollbacks } = history;
  if (rollbacks === "none") return { files: [{ file, text: up }], notes: [] };
  const back = await writeRollback({ ...options, fs: overlay(fs, { [file]: up }), migration: file });
  const problems = back.gaps.map(({ what, line }) => `no rollback is written: ${what} (line ${line})`);
  const differences =
    back.differences.length > 0
      ? [`no rollback is written: it would leave ${back.differences.join("; ")}`]
      : [];
  const notes = [
    ...problems,
    ...differences,
    ...back.lost.map(({ what, line }) => `not restored: ${what} (line ${line})`),
    ...back.stays.map((what) => `not undone: ${what}`),
  ];
  const target = problems.length + differences.length > 0 ? undefined : back.target;
  const files =
    target === undefined
      ? [{ file, text: up }]
      : target.file === file
        ? [{ file, text: target.after }]
        : [
            { file, text: up },
            { file: target.file, text: target.after },
          ];
  return { files, notes };
}

function onlyHistory(histories: readonly History[]): History {
  const [first, second] = histories.filter(({ migrations }) => migrations.length > 0);
  if (first === undefined)
    throw new UserError("no migrations found", {
      hint: "a new one is named like the newest: give the folder with --in",
    });
  if (second !== undefined)
    throw new UserError(`there are several histories of migrations here: ${first.root}, ${second.root}`, {
      hint: "name its folder: --in",
    });
  return first;
}

const withEnd = (sql: string): string => {
  const trimmed = sql.trim();
  return trimmed.endsWith(";") ? trimmed : `${trimmed};`;
};

/** @throws UserError if the tool doesn't take the file for its last migration */
function checkPlace(
  fs: FileSystem,
  facts: Facts,
  folders: readonly string[],
  { root, dialect }: History,
  file: string,
  text: string,
): void {
  const after = writable(openHistories(overlay(fs, { [file]: text }), folders, facts));
  const own = after.find((one) => one.root === root && one.dialect === dialect);
  const last = own?.migrations.findLast(({ kind }) => kind === "versioned");
  const problem = own?.problems.find(({ path }) => path === file);
  if (problem !== undefined)
    throw new UserError(`can't add ${file}: ${problem.message}`, {
      hint: "make it with the tool's own generator",
    });
  if (last?.up.path !== file)
    throw new UserError(`can't add ${file}: ${own?.tool ?? "the tool"} wouldn't run it last`, {
      hint: "make it with the tool's own generator",
    });
}

/** Files that wait for statements. */
function empty(history: History, next: NextName, file: string, up: string): NewMigration {
  const { rollbacks, rollbackName, migrations } = history;
  const [like] = migrations.slice(-1);
  if (rollbacks === "none" || like === undefined || !history.keepsRollbacks)
    return { files: [{ file, text: up }], notes: [] };
  const place = rollbackName({ ...like, ...next });
  if (rollbacks === "section" && !isMarker(place)) return { files: [{ file, text: up }], notes: [] };
  if (rollbacks === "section") return { files: [{ file, text: `${up}\n${place}\n` }], notes: [] };
  return {
    files: [
      { file, text: up },
      { file: join(history.root, place), text: "" },
    ],
    notes: ['"ddlint rollback --write --force" writes its rollback once it has statements'],
  };
}
