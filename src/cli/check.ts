import {
  compareWithGit,
  countFindings,
  createReport,
  fixProject,
  lintProject,
  lintText,
  loadConfig,
  memoryFileSystem,
  nodeFileSystem,
  rules as builtIn,
} from "../index.ts";
import type { LintResult, LoadedConfig } from "../index.ts";
import { emptyProject, messages, takenAsApplied } from "./messages.ts";
import { comparisonFrom, failureFrom, factsFrom, fixModeFrom, opinionsFrom } from "./options.ts";
import type { CheckOptions, FailLevel } from "./options.ts";
import { outputsFrom, writeReports } from "./outputs.ts";
import { startProgress } from "./progress.ts";
import { readStdin, requestFor } from "./request.ts";
import { said } from "./said.ts";

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

export async function check(paths: readonly string[], options: CheckOptions, cwd: string): Promise<Outcome> {
  const outputs = outputsFrom(options);
  const failure = failureFrom(options);
  const comparison = comparisonFrom(options);
  const stdin = options.stdin === true || paths.includes("-");
  const mode = fixModeFrom(options, stdin);
  const config = await configFor(options, cwd);
  const opinions = opinionsFrom(options, config, cwd);
  const text = stdin ? readStdin() : undefined;
  const request = requestFor(text, options.stdinFilename, paths, cwd);
  const compared = comparison && (await compareWithGit(cwd, comparison));
  const facts = factsFrom(options, config.facts);
  const progress = startProgress();
  const common = { facts, opinions, rules: config.rules };
  const whole = { cwd, ...request, ...compared, ...common, onProgress: progress.show };
  const alone = {
    ...common,
    path: unnamed,
    fs: nodeFileSystem(cwd),
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
    (await (request === undefined ? lintText(text ?? "", alone) : lintProject(whole)).finally(
      progress.clear,
    ));
  const { quiet, showSuppressed } = options;
  const time = new Date().toISOString().slice(0, "2026-01-31T12:00:00".length);
  // What is staged can't be fixed there.
  const fixAdvice = mode === undefined && options.staged !== true;
  const report = createReport(result, { rules: config.rules, quiet, showSuppressed, time, fixAdvice });
  const outcome = {
    exitCode: exitCode(result, failure),
    stdout: await writeReports(report, outputs, options, cwd),
    stderr: said([
      ...messages(result, config, options),
      ...emptyProject(result, options, paths, cwd),
      ...(compared === undefined ? takenAsApplied(result, facts) : []),
    ]),
  };
  if (mode === undefined || fixes === undefined) return outcome;
  const { withFixes } = await import("./fix.ts");
  const isNew = (file: string, root: string): boolean =>
    compared !== undefined ||
    (facts.folders?.[root]?.startAfter ?? facts.startAfter) !== undefined ||
    request?.paths.includes(file) === true;
  return withFixes(outcome, fixes, mode, { cwd, stdin: text ?? "", isNew });
}

export const configFor = (options: CheckOptions, cwd: string): Promise<LoadedConfig> =>
  loadConfig({ cwd, file: options.config, rules: builtIn, allowCode: options.allowConfigCode });

/** 3: a bug of ours; 1: findings that count; else 0. */
export function exitCode(
  result: Pick<LintResult, "findings" | "errors">,
  failure: { readonly failOn: FailLevel; readonly maxWarnings: number },
): number {
  if (result.errors.length > 0) return 3;
  const { failOn, maxWarnings } = failure;
  if (failOn === "never") return 0;
  const { errors, warnings, notes } = countFindings(result.findings);
  const counted = { error: errors, warning: errors + warnings, note: errors + warnings + notes }[failOn];
  return counted > 0 || warnings > maxWarnings ? 1 : 0;
}
