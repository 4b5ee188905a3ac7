/**
 * The public API, and the one place where the rules meet the engine.
 *
 *   files ─discover─▶ History[] ─read─▶ statements ─replay─▶ steps ─rules─▶ findings ─suppress─▶ LintResult
 *
 * Everything after `await` of the first call is synchronous. Nothing connects anywhere or runs a project's code.
 */
import { UserError } from "./config/user-error.ts";
import { fixedPoint, type FixOutcome } from "./fix.ts";
import { rulesByDialect } from "./lint/dialects.ts";
import { lintHistories, type LintInput } from "./lint/histories.ts";
import type { Opinions } from "./lint/opinions.ts";
import type { InternalError, LintResult } from "./lint/result.ts";
import type { Rule } from "./lint/rule.ts";
import { internalError } from "./lint/run.ts";
import { judgeMoves, openBase, openHistories, openWorlds, type Opened } from "./open.ts";
import type { Changes } from "./project/changes.ts";
import { lintedDialect, type Facts } from "./project/facts.ts";
import type { Compared, Comparison } from "./project/git.ts";
import { nodeFileSystem, UnreadableError, type Reach } from "./project/file-system.ts";
import type { FileSystem, History, Script } from "./project/migration.ts";
import { isWithin, join } from "./project/paths.ts";
import { hasCode, loadCodeReader, withoutCode } from "./code-migrations.ts";
import { loadFrontEnds } from "./parser.ts";
import { mostSqlFiles, unreadFile, unreadFolders, type UnreadFolder } from "./project/unread.ts";
import { remembered } from "./project/remembered.ts";
import { replay, type Read } from "./replay/replay.ts";
import type { MigrationScope } from "./replay/step.ts";
import type { ParsedText } from "./sql/front-end.ts";
import { withUnreadable } from "./project/unreadable.ts";
import { openText } from "./text-history.ts";
import { rules as builtInRules } from "../rules/index.ts";

export { configFolder, findConfig, shownPath } from "./config/find.ts";
export {
  configParts,
  loadConfig,
  loadOptionsSchemas,
  baselineRefusal,
  readBaselineFile,
} from "./config/load.ts";
export type {
  BaselineReach,
  Config,
  ConfigReader,
  LoadedConfig,
  LoadOptions,
  OptionsSchemas,
} from "./config/load.ts";
export type { FoundConfig } from "./config/find.ts";
export { UserError } from "./config/user-error.ts";
export { dialects, oneOf, presetNamed, ruleIds, ruleLevel, runners, tools } from "./config/values.ts";
export { effectsOf } from "./effects-of.ts";
export type { EffectsOptions, StatementEffects } from "./effects-of.ts";
export type { OnlineEffectsOptions, OnlineStatementEffects } from "./online-effects-of.ts";
export type * from "./effects/effects.ts";
export type { FixedFile, FixOutcome } from "./fix.ts";
export { baselineText } from "./lint/baseline.ts";
export { resolveRules, rulesByName } from "./lint/active.ts";
export type { Finding, RelatedPlace, SuppressedFinding } from "./lint/finding.ts";
export { levels, presetNames } from "./lint/opinions.ts";
export type { Opinions, RuleSetting } from "./lint/opinions.ts";
export type { InternalError, LintResult } from "./lint/result.ts";
export { applyFixes, fixOf } from "./lint/fix.ts";
export { defineRule } from "./lint/rule.ts";
export type { Category, Fix, PresetName, Rule, Severity } from "./lint/rule.ts";
export type { Changes } from "./project/changes.ts";
export { findProgram } from "./project/find-program.ts";
export type { Compared, Comparison } from "./project/git.ts";
export type { Facts, Parser, Runner } from "./project/facts.ts";
export {
  UnreadableError,
  memoryFileSystem,
  nodeFileSystem,
  overlay,
  type Reach,
} from "./project/file-system.ts";
export { holdsFile } from "./project/migration.ts";
export type { FileSystem, History, Migration, Script } from "./project/migration.ts";
export { isWithin } from "./project/paths.ts";
export type { DiskOptions } from "./project/disk.ts";
export { reasonOf } from "./project/system-error.ts";
export { uncheckedChanges, uncheckedFiles } from "./project/unchecked.ts";
export type { UnreadFolder } from "./project/unread.ts";
export { lintedDialect, type LintedDialect } from "./project/facts.ts";
export { statedServer } from "./project/stated-server.ts";
export { mysqlStatsQuery, statsQuery } from "./project/stats.ts";
export { makeFolder, writeFile } from "./project/write-file.ts";
export { knownReleases, knownServers, knownVersions } from "./replay/facts.ts";
export { formatNames, formats } from "./report/formats.ts";
export type { FormatName } from "./report/formats.ts";
export { helpMarkdown, helpText, ruleUrl } from "./report/help.ts";
export { countFindings, createReport, plainColors } from "./report/report.ts";
export type { Colors, Format, Report, ReportOptions, Style } from "./report/report.ts";
export { createSession, loadEngine } from "./session.ts";
export type { Engine, Outline, Session, SessionOptions } from "./session.ts";
export type { StatementInfo } from "./statements.ts";
export { indexLines } from "./text/lines.ts";
export type { LineIndex, Position } from "./text/lines.ts";
export { harmlessLine, noCommand } from "./text/commands.ts";
export { jsonText } from "./text/json-text.ts";
export { nearest } from "./text/nearest.ts";
export { printable, printableLine } from "./text/printable.ts";
export type { Edit, Span } from "./text/span.ts";
export { version } from "./version.ts";

/** All built-in rules. */
export const rules: readonly Rule[] = builtInRules;

/** Types a configuration; returns it as it is. */
export const defineConfig = (config: import("./config/load.ts").Config): import("./config/load.ts").Config =>
  config;

export interface LintOptions {
  /** Paths are shown relative to it. Default: the process's working directory. */
  readonly cwd?: string | undefined;
  /**
   * The project's folder: of the disk nothing else is read but `paths`, and the files that `facts` name. Default: the top
   * of the git work tree around `cwd`, else `cwd`.
   */
  readonly root?: string | undefined;
  /** A folder is searched for histories; a file restricts what is reported. Default: all of `cwd`. */
  readonly paths?: readonly string[] | undefined;
  readonly facts?: Facts | undefined;
  /** Default: the preset `recommended`. */
  readonly opinions?: Opinions | undefined;
  /** Default: the built-in ones. */
  readonly rules?: readonly Rule[] | undefined;
  /** Default: the disk. */
  readonly fs?: FileSystem | undefined;
  /** Report only what is new or changed since a commit; see `compareWithGit`. */
  readonly changes?: Changes | undefined;
  /** Also show findings of rules that else speak once a run: for a baseline. */
  readonly everyFinding?: boolean | undefined;
  readonly onProgress?: ((done: number, total: number, path: string) => void) | undefined;
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
  const opened = openHistories(fs, paths, facts);
  const changes = options.changes && judgeMoves(options.changes, opened.histories, facts);
  const compared = changes && { changes, then: () => openBase(changes, paths, facts) };
  return lint(fs, opened, { ...options, facts, changes }, reported(fs, paths), compared);
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
  return fixedPoint(fs, unsafe, (now) => lintProject({ ...options, fs: now }));
}

type FileOptions = Pick<LintOptions, "cwd" | "root" | "paths" | "facts" | "fs">;

/** The files that a run may see, each read once. */
function openFiles({ cwd = process.cwd(), root, paths, facts = {}, fs }: FileOptions): FileSystem {
  const named = [facts, ...Object.values(facts.folders ?? {})].flatMap(({ schema, stats }) => [
    schema,
    stats,
  ]);
  const files = named.filter((path) => path !== undefined);
  return remembered(fs ?? nodeFileSystem(cwd, { root, paths, files }));
}

/** The histories below the paths, read but not linted. */
export function findHistories(options: FileOptions = {}): readonly History[] {
  const { paths = [], facts = {} } = options;
  const files = openFiles(options);
  return openHistories(
    files,
    paths.map((path) => join(path)),
    facts,
  ).histories;
}

/** Folders of migrations that can't be read, whatever `findHistories` finds: what is missing where it finds none. */
export const findUnread = (options: FileOptions = {}): readonly UnreadFolder[] =>
  unreadFolders(openFiles(options));

/** What a single file is, if it is a migration in a language or of a tool that isn't read. */
export const unreadKind = (path: string, options: FileOptions = {}): UnreadFolder | undefined =>
  unreadFile(openFiles(options), join(path));

/** The folder with the most SQL files: one to name where none was found by itself. */
export const likelyFolder = (options: FileOptions = {}): string | undefined =>
  mostSqlFiles(openFiles(options))?.root;

/**
 * Asks git what has changed; `changes` and `fs` go to `lintProject`.
 *
 * @throws UserError if git is missing or can't answer
 */
export async function compareWithGit(
  cwd: string,
  comparison: Comparison,
  reach: Reach = {},
): Promise<Compared> {
  // Loaded here, so that a run without it doesn't pay for child processes.
  const { compare, GitError } = await import("./project/git.ts");
  const asked = <T>(question: () => T, mistake: (error: UserError) => Error): T => {
    try {
      return question();
    } catch (error) {
      throw error instanceof GitError ? mistake(new UserError(error.message, { hint: error.hint })) : error;
    }
  };
  // A text is got when it is read, amid the linting: there only files that can't be read end a run.
  const asking = (files: FileSystem): FileSystem => ({
    ...files,
    read: (path) =>
      asked(
        () => files.read(path),
        (error) => new UnreadableError(error.line()),
      ),
  });
  const { fs, changes } = asked(
    () => compare(cwd, remembered(nodeFileSystem(cwd, reach)), comparison),
    (error) => error,
  );
  return { fs: asking(fs), changes: { ...changes, base: asking(changes.base) } };
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
  const facts: Facts = { tool: "raw", ...options.facts, ...alone };
  const { fs: own, ...opened } = openText(path, text, facts);
  const named = new Set([facts.schema, facts.stats]);
  const fs: FileSystem = {
    list: (folder) => own.list(folder),
    read: (file) => own.read(file) ?? (named.has(file) ? options.fs?.read(file) : undefined),
  };
  return lint(fs, opened, { ...options, facts }, () => true);
}

async function lint(
  fs: FileSystem,
  { histories: found, leftOut }: Opened,
  options: LintOptions & { readonly facts: Facts },
  report: (path: string) => boolean,
  compared?: LintInput["compared"],
): Promise<LintResult> {
  const frontEnds = await loadFrontEnds(found.map(lintedDialect), options.facts.parser);
  const code = hasCode(found) ? await loadCodeReader() : withoutCode;
  const errors: InternalError[] = [];
  const inCode = code.histories(fs, found, (error, path) =>
    errors.push(internalError(error, undefined, path)),
  );
  const histories = withUnreadable(fs, inCode);
  const read = readRecent(code.read(frontEnds.of));
  const worldOf = openWorlds(fs, options.facts, read, options.changes);
  const scopesOf = (history: History): Iterable<MigrationScope> => {
    const { facts, snapshot } = worldOf(history);
    return replay(history, read, facts, snapshot);
  };
  const result = lintHistories({
    runs: histories.map((history) => ({ history, scopes: scopesOf(history) })),
    read,
    rules: rulesByDialect(options.rules ?? rules, options.opinions ?? {}),
    report,
    compared: compared && {
      ...compared,
      then: () => code.histories(compared.changes.base, compared.then()),
    },
    baseline: options.opinions?.baseline,
    everyFinding: options.everyFinding,
    onProgress: options.onProgress,
  });
  return {
    ...result,
    errors: [...errors, ...result.errors],
    leftOut,
    parser: frontEnds.parser && { name: frontEnds.parser.name, because: frontEnds.parser.because },
  };
}

/** Reads scripts, and remembers the last few: comments are asked for right after the replay. */
function readRecent(read: Read): Read {
  const recent = new Map<Script, ParsedText>();
  return (script) => {
    const known = recent.get(script);
    if (known !== undefined) return known;
    const parsed = read(script);
    const [oldest] = recent.keys();
    if (recent.size >= 8 && oldest !== undefined) recent.delete(oldest);
    recent.set(script, parsed);
    return parsed;
  };
}

/** A file among the paths restricts the report to itself; folders report all that they hold. */
function reported(fs: FileSystem, paths: readonly string[]): (path: string) => boolean {
  const isFile = (path: string): boolean => fs.list(path).length === 0 && fs.read(path) !== undefined;
  const files = new Set(paths.filter(isFile));
  if (files.size === 0) return () => true;
  const folders = paths.filter((path) => !files.has(path));
  return (path) => files.has(path) || folders.some((folder) => isWithin(folder, path));
}
