/** Linting for those who call it once: a project, its fixes, a text. */
import type { Store } from "../cache/store.ts";
import { rulesByDialect } from "../lint/rules-for.ts";
import type { Opinions } from "../lint/opinions.ts";
import type { InternalError, LintResult } from "../lint/result.ts";
import type { Rule } from "../lint/rule.ts";
import { internalError } from "../lint/run.ts";
import type { Changes } from "../project/git/changes.ts";
import type { Facts } from "../project/facts.ts";
import { handMade } from "../project/known-tools.ts";
import { filesOf, type FileSystem, type History } from "../project/migration.ts";
import { isWithin, join } from "../project/files/paths.ts";
import { sqlOfRailsLog } from "../project/rails-log.ts";
import { replayMigration } from "../replay/replay.ts";
import { rules as builtInRules } from "../../rules/index.ts";
import { besideThem } from "./coverage.ts";
import { openedWithCommits } from "./commit-times.ts";
import { openFiles, type FileOptions } from "./files.ts";
import { fixedPoint, type FixOutcome } from "./fixed-point.ts";
import { completed, loadCode, loadFlow, type Flow, type OpenedBase } from "./flow.ts";
import { isRepeatable, keepResult, keptResult, nameOfRun } from "./kept-run.ts";
import { openChanges, openHistories, openUpstream, openWorlds, type Opened, type World } from "./open.ts";
import { openLintedPast, type OpenedLintedPast } from "./linted-past.ts";
import { openPast, readBy, type Past } from "./past.ts";
import { openText } from "./text-history.ts";

export interface LintOptions extends FileOptions {
  /** Default: the preset `recommended`. */
  readonly opinions?: Opinions | undefined;
  /** Default: the built-in ones. */
  readonly rules?: readonly Rule[] | undefined;
  /** Report only what is new or changed since a commit; see `compareWithGit`. */
  readonly changes?: Changes | undefined;
  /** Also show findings of rules that else speak once a run, each for itself: for a baseline. */
  readonly everyFinding?: boolean | undefined;
  /** False: each finding for itself, also those with one cause. Default: true, unless every finding is asked for. */
  readonly merge?: boolean | undefined;
  readonly onProgress?: ((done: number, total: number, path: string) => void) | undefined;
  /** What earlier runs have found out is used, and what this one does is kept. Default: none. */
  readonly cache?: CacheOptions | undefined;
}

export interface CacheOptions {
  readonly store: Store;
  /** How many migrations must come before those that are reported on, or their replay isn't kept. Default: 20. */
  readonly least?: number | undefined;
}

/**
 * Lints all histories below the paths.
 *
 * @throws UserError if `facts` name a migration or a snapshot that isn't there
 */
export async function lintProject(options: LintOptions = {}): Promise<LintResult> {
  const facts = options.facts ?? {};
  const fs = openFiles(options);
  const paths = (options.paths ?? []).map((path) => join(path));
  const opened = await openedWithCommits(fs, openHistories(fs, paths, facts), facts, {
    store: options.cache?.store,
    changes: options.changes,
  });
  const since = options.changes && openChanges(options.changes, fs, opened.histories, paths, facts);
  const compared: Compared | undefined = since && {
    ...since,
    upstream: (now, read) => openUpstream(since.changes, now, facts, read),
  };
  return lint(
    fs,
    opened,
    { ...options, facts, changes: since?.changes },
    reported(fs, paths),
    compared,
    paths,
  );
}

export interface FixOptions extends LintOptions {
  /** Make also those changes that need a look. */
  readonly unsafe?: boolean | undefined;
}

/**
 * Lints, and makes the fixes of what is reported, until nothing changes: in memory, so that the caller may write.
 *
 * @throws UserError as `lintProject` does
 */
export function fixProject({ unsafe = false, ...options }: FixOptions = {}): Promise<FixOutcome> {
  const fs = openFiles(options);
  return fixedPoint(fs, unsafe, options.rules ?? builtInRules, (now) => lintProject({ ...options, fs: now }));
}

export interface LintTextOptions extends Omit<LintOptions, "paths" | "onProgress" | "cwd"> {
  /** Name of the file in findings; one in code (`x.ts`) is read as such. Default: `migration.sql`. */
  readonly path?: string | undefined;
  /** Where the files are that `facts` name (`schema`, `stats`). Default: nowhere. */
  readonly fs?: FileSystem | undefined;
}

/** Lints one text as the only migration that is known: every table that it doesn't create exists and is busy. */
export async function lintText(text: string, options: LintTextOptions = {}): Promise<LintResult> {
  const path = join(options.path ?? "migration.sql");
  // A single text has no history that could have a last migration, or folders.
  const alone = { startAfter: undefined, migrations: undefined, folders: undefined };
  const facts: Facts = { tool: handMade.name, ...options.facts, ...alone };
  const { fs: own, ...opened } = openText(path, sqlOfRailsLog(text) ?? text, facts);
  const named = new Set([facts.schema, facts.stats]);
  const fs: FileSystem = {
    list: (folder) => own.list(folder),
    read: (file) => own.read(file) ?? (named.has(file) ? options.fs?.read(file) : undefined),
  };
  return lint(fs, opened, { ...options, facts });
}

type Compared = Omit<OpenedBase, "worldOf">;

async function lint(
  fs: FileSystem,
  { histories: opened, leftOut }: Opened,
  options: LintOptions & { readonly facts: Facts },
  report?: (path: string) => boolean,
  compared?: Compared,
  asked?: readonly string[],
): Promise<LintResult> {
  const code = await loadCode(opened);
  const errors: InternalError[] = [];
  const histories = completed(code)(fs, opened, (error, path) =>
    errors.push(internalError(error, undefined, path)),
  );
  const { facts, changes } = options;
  const beside =
    asked === undefined
      ? { leftOut }
      : besideThem(fs, histories, leftOut, { paths: asked, stated: facts.migrations, changes });
  const cache = errors.length === 0 && isRepeatable(options) ? options.cache : undefined;
  // What git says isn't compared as a whole.
  const name =
    cache !== undefined && changes === undefined
      ? nameOfRun({ fs, histories, options, beside, asked })
      : undefined;
  const kept = name === undefined ? undefined : cache && keptResult(cache.store, name, histories, beside);
  if (kept !== undefined) return { ...kept, leftOut };
  const flow = await loadFlow(opened, facts.parser, code);
  let passes = false as boolean;
  const onAhead = (): void => {
    passes = true;
  };
  const open = openWorlds(fs, facts, flow, changes);
  const worldOf = (history: History): World => {
    const world = open(history);
    return { ...world, facts: { ...world.facts, onAhead } };
  };
  const pasts: Pick<Past, "keep">[] = [];
  const lintedPasts: OpenedLintedPast[] = [];
  const result = flow.lint({
    runs: histories.map((history) => {
      const world = worldOf(history);
      const past = cache && pastOf(cache, fs, history, facts, world, flow, report);
      // What isn't reported isn't linted, and so can't be kept.
      const isLinted = past === undefined && report === undefined;
      const linted = isLinted && cache && lintedPastOf(cache, fs, history, options, world, flow);
      if (linted) {
        lintedPasts.push(linted);
        return { history, linted, migrations: flow.replay(linted.history, world, linted.start) };
      }
      if (past === undefined) return { history, migrations: flow.replay(history, world) };
      pasts.push(past);
      const { state, notes, onState } = past;
      return {
        history,
        past,
        migrations: flow.replay(history, world, { after: notes.length, state, onState }),
      };
    }),
    rules: rulesByDialect(options.rules ?? builtInRules, options.opinions ?? {}),
    report,
    compared: compared && { ...compared, worldOf },
    baseline: options.opinions?.baseline,
    everyFinding: options.everyFinding,
    merge: options.merge,
    onProgress: options.onProgress,
    beside,
  });
  const { parser } = flow.dialects;
  const whole: LintResult = {
    ...result,
    errors: [...errors, ...result.errors],
    leftOut,
    parser: parser && { name: parser.name, because: parser.because },
  };
  if (cache !== undefined && whole.errors.length === 0) {
    for (const past of pasts) past.keep();
    if (!passes) for (const past of lintedPasts) past.keep();
    // What lies ahead of the clock won't for long, and another run may have the first parser again.
    const isUsual = parser === undefined || parser.name === (facts.parser ?? "libpg-query");
    if (name !== undefined && !passes && isUsual) keepResult(cache.store, name, whole);
  }
  return whole;
}

function pastOf(
  { store, least = 20 }: CacheOptions,
  fs: FileSystem,
  history: History,
  facts: Facts,
  world: World,
  flow: Flow,
  report: ((path: string) => boolean) | undefined,
): Past | undefined {
  const dialect = flow.dialects.of(history.dialect);
  const by = readBy(fs, history, facts, flow.dialects.parser);
  return openPast(store, history, dialect, world, by, least, report && ((one) => filesOf(one).some(report)));
}

/** Undefined: some migrations aren't reported on, or it depends on all of them. */
function lintedPastOf(
  { store, least = 20 }: CacheOptions,
  fs: FileSystem,
  history: History,
  { facts, opinions, changes }: LintOptions & { readonly facts: Facts },
  { facts: own, snapshot }: World,
  flow: Flow,
): OpenedLintedPast | undefined {
  const by = readBy(fs, history, facts, flow.dialects.parser);
  const isPartly = changes !== undefined || own.startAfter !== undefined || history.startAfter !== undefined;
  if (isPartly || (snapshot !== undefined && by[1] === undefined)) return undefined;
  const dialect = flow.dialects.of(history.dialect);
  const world = { ...own, now: undefined, onAhead: undefined };
  const reads = [world, by, { ...opinions, baseline: undefined }];
  return openLintedPast(store, history, dialect, reads, least, (watched, index, state) => {
    const migration = watched.migrations[index];
    if (migration === undefined) throw new Error(`there is no migration ${index}`);
    return replayMigration(watched, dialect, migration, state, flow.read, own).scope;
  });
}

/** A file among the paths restricts the report to itself; folders report all that they hold. Undefined: all is reported. */
function reported(fs: FileSystem, paths: readonly string[]): ((path: string) => boolean) | undefined {
  const isFile = (path: string): boolean => fs.list(path).length === 0 && fs.read(path) !== undefined;
  const files = new Set(paths.filter(isFile));
  if (files.size === 0) return undefined;
  const folders = paths.filter((path) => !files.has(path));
  return (path) => files.has(path) || folders.some((folder) => isWithin(folder, path));
}
