import { resolve } from "node:path";
import {
  committedFiles,
  compareWithGit,
  countFindings,
  createReport,
  findHistories,
  fixProject,
  lintProject,
  lintText,
  loadConfig,
  loadRules,
  memoryFileSystem,
  nodeFileSystem,
  rules as builtIn,
  UserError,
} from "../index.ts";
import type { LintResult, LoadedConfig, Reach, Rule } from "../index.ts";
import { cacheFor } from "./cache.ts";
import { gapsIn } from "./gaps.ts";
import { messages, takenAsApplied } from "./messages.ts";
import { comparisonFrom, failureFrom, factsFrom, fixModeFrom, opinionsFrom } from "./options.ts";
import type { CheckOptions, FailLevel } from "./options.ts";
import { outputsFrom, writeReports } from "./outputs.ts";
import { startProgress } from "./progress.ts";
import { readStdin, requestFor } from "./request.ts";
import { printedLines } from "./printed-lines.ts";

/** What a command came to; `main` writes it and exits. */
export interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** For a pager, where someone looks at it. */
  readonly long?: boolean | undefined;
}

/** Of a text that has no name. */
const unnamed = "stdin.sql";

/** `cache`: the user's own folder for what is kept. */
export async function check(
  paths: readonly string[],
  options: CheckOptions,
  cwd: string,
  cache?: string,
): Promise<Outcome> {
  const outputs = outputsFrom(options);
  const failure = failureFrom(options);
  const comparison = comparisonFrom(options);
  const stdin = options.stdin === true || paths.includes("-");
  const mode = fixModeFrom(options, stdin);
  const config = await configFor(options, cwd, paths);
  const opinions = opinionsFrom(options, config, cwd);
  const text = stdin ? readStdin() : undefined;
  // An editor's buffer has a name, and may be empty; else a program before us in the pipe has failed.
  if (text?.trim() === "" && options.stdinFilename === undefined && options.allowEmpty !== true)
    throw new UserError("standard input is empty", { hint: "--allow-empty if that is right" });
  const facts = factsFrom(options, config.facts);
  const reach = reachOf(paths, options, config);
  const disk = nodeFileSystem(cwd, reach);
  const request = requestFor(text, options.stdinFilename, paths, cwd, disk);
  const unusable = request?.unusable ?? [];
  if (unusable.length > 0 && request?.paths.length === 0) throw new AggregateError(unusable);
  const compared = comparison && (await compareWithGit(cwd, comparison, reach));
  const progress = startProgress();
  const common = { facts, opinions, rules: config.rules };
  const whole = { cwd, ...request, ...compared, ...common, onProgress: progress.show };
  const alone = {
    ...common,
    path: unnamed,
    fs: disk,
    facts: { tool: undefined, ...facts },
  };
  const fixes =
    mode &&
    (await fixProject({
      ...whole,
      ...(request === undefined ? { paths: [unnamed], fs: memoryFileSystem({ [unnamed]: text ?? "" }) } : {}),
      unsafe: options.unsafeFixes === true,
    }).finally(progress.clear));
  const result =
    fixes?.result ??
    (await (
      request === undefined
        ? lintText(text ?? "", alone)
        : lintProject({ ...whole, cache: stdin ? undefined : cacheFor(options, cwd, cache, config.root) })
    ).finally(progress.clear));
  const { quiet, showSuppressed, all } = options;
  const time = new Date().toISOString().slice(0, "2026-01-31T12:00:00".length);
  // What is staged can't be fixed there.
  const fixAdvice = mode === undefined && options.staged !== true;
  const report = createReport(result, { rules: config.rules, quiet, showSuppressed, time, fixAdvice, all });
  const gaps = gapsIn(result, {
    cwd,
    paths: request?.paths ?? [],
    folders: request?.folders ?? [],
    stated: facts.migrations,
    fs: compared?.fs ?? request?.fs,
    stdin,
    before:
      compared && (() => findHistories({ cwd, fs: compared.changes.base, paths: request?.paths, facts })),
    changes: compared?.changes,
    allowEmpty: options.allowEmpty === true,
  });
  const isIncomplete =
    unusable.length + gaps.wrong.length > 0 ||
    (config.codeLeftOut && options.configCode !== false) ||
    (options.requireUnderstood === true && gaps.notUnderstood.length > 0);
  const outcome = {
    exitCode: exitCode(result, failure, isIncomplete),
    stdout: await writeReports(report, outputs, options, { cwd, root: config.root }),
    stderr: printedLines([
      ...messages(result, config, options, !stdin && request?.paths.length === 0),
      ...[
        ...gaps.notUnderstood,
        ...gaps.unused,
        ...(compared === undefined ? takenAsApplied(result, facts) : []),
        ...unusable.map((error) => error.line()),
        ...gaps.wrong,
      ].map((sentence) => `ddlint: ${sentence}`),
    ]),
  };
  if (mode === undefined || fixes === undefined) return outcome;
  const { withFixes } = await import("./fix.ts");
  const isNew = (file: string, root: string): boolean =>
    compared !== undefined ||
    (facts.folders?.[root]?.startAfter ?? facts.startAfter) !== undefined ||
    request?.paths.includes(file) === true;
  const within = { root: config.root, paths: reach.paths?.map((path) => resolve(cwd, path)) };
  const committed = () => committedFiles(cwd);
  return withFixes(outcome, fixes, mode, { cwd, within, stdin: text ?? "", isNew, committed });
}

export const configFor = (
  options: CheckOptions,
  cwd: string,
  paths: readonly string[] = [],
): Promise<LoadedConfig> =>
  loadConfig({ cwd, file: options.config, rules: builtIn, allowCode: options.allowConfigCode, paths });

export interface KnownRules {
  readonly rules: readonly Rule[];
  /** Those of the configuration's rule packs are among them. */
  readonly withPacks: boolean;
}

/**
 * Built-in rules, and where code may run those of the configuration's rule packs; whatever else is wrong there, rules
 * can be looked up.
 */
export async function knownRules(options: CheckOptions, cwd: string): Promise<KnownRules> {
  if (options.allowConfigCode !== true) return { rules: builtIn, withPacks: false };
  const { rules } = await loadRules({ cwd, file: options.config, rules: builtIn, allowCode: true });
  return { rules, withPacks: true };
}

/** Sentences on the rule packs of the configuration that weren't loaded; nothing of a configuration that is wrong. */
export async function packsLeftOut(options: CheckOptions, cwd: string): Promise<readonly string[]> {
  if (options.allowConfigCode === true) return [];
  try {
    return (await loadRules({ cwd, file: options.config, rules: builtIn })).warnings;
  } catch (error) {
    if (error instanceof UserError) return [];
    throw error;
  }
}

/** What the command line names beside the project. */
const reachOf = (paths: readonly string[], options: CheckOptions, { root }: LoadedConfig): Reach => ({
  root,
  paths: [...paths, ...(options.stdinFilename === undefined ? [] : [options.stdinFilename])],
  files: options.stats === undefined ? [] : [options.stats],
});

/** 3: a bug of ours; 2: a bug of a rule pack, or something wasn't read that was asked for; 1: findings that count; else 0. */
export function exitCode(
  result: Pick<LintResult, "findings" | "errors">,
  failure: { readonly failOn: FailLevel; readonly maxWarnings: number },
  isIncomplete = false,
): number {
  if (result.errors.some(({ pack }) => pack === undefined)) return 3;
  if (isIncomplete || result.errors.length > 0) return 2;
  const { failOn, maxWarnings } = failure;
  if (failOn === "never") return 0;
  const { errors, warnings, notes } = countFindings(result.findings);
  const counted = { error: errors, warning: errors + warnings, note: errors + warnings + notes }[failOn];
  return counted > 0 || warnings > maxWarnings ? 1 : 0;
}
