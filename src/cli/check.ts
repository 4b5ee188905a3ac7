import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import {
  UserError,
  compareWithGit,
  countFindings,
  fixProject,
  formats,
  lintProject,
  loadConfig,
  memoryFileSystem,
  nearest,
  nodeFileSystem,
  overlay,
  rules as builtIn,
  shownPath,
  version,
} from "../index.ts";
import type { FileSystem, LintResult, LoadedConfig, Report, Rule } from "../index.ts";
import { colorsFor } from "./colors.ts";
import { comparisonFrom, failureFrom, factsFrom, fixModeFrom, formatFrom, opinionsFrom } from "./options.ts";
import type { CheckOptions, FailLevel } from "./options.ts";
import { startProgress } from "./progress.ts";

/** What a command came to; `main` writes it and exits. */
export interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export async function check(paths: readonly string[], options: CheckOptions, cwd: string): Promise<Outcome> {
  const format = formatFrom(options);
  const failure = failureFrom(options);
  const comparison = comparisonFrom(options);
  const stdin = options.stdin === true || paths.includes("-");
  const mode = fixModeFrom(options, stdin);
  const config = await configFor(options, cwd);
  const opinions = opinionsFrom(options, config, cwd);
  const request = stdin
    ? stdinRequest(options, cwd)
    : { paths: existing(paths, cwd), fs: undefined as FileSystem | undefined };
  const compared = comparison && (await compareWithGit(cwd, comparison));
  const progress = startProgress();
  const lintOptions = {
    cwd,
    ...request,
    ...compared,
    facts: factsFrom(options, config.facts),
    opinions,
    rules: config.rules,
    onProgress: progress.show,
  };
  const unsafe = options.unsafeFixes === true;
  const fixes = mode && (await fixProject({ ...lintOptions, unsafe }).finally(progress.clear));
  const result = fixes?.result ?? (await lintProject(lintOptions).finally(progress.clear));
  const report = reportOf(result, config.rules, options.quiet === true);
  const style = { colors: colorsFor(options.color, options.output === undefined), width: columns() };
  const text = (await formats[format]())(report, style);
  if (options.output !== undefined) writeFile(options.output, text, cwd, "--output");
  const outcome = {
    exitCode: exitCode(result, failure),
    stdout: options.output === undefined ? text : "",
    stderr: [...messages(result, config, options), ...emptyProject(result, options)]
      .map((line) => `${line}\n`)
      .join(""),
  };
  if (mode === undefined || fixes === undefined) return outcome;
  const { withFixes } = await import("./fix.ts");
  const [path = ""] = request.paths;
  return withFixes(outcome, fixes, mode, { cwd, stdin: request.fs?.read(path) ?? "" });
}

export const configFor = (options: CheckOptions, cwd: string): Promise<LoadedConfig> =>
  loadConfig({ cwd, file: options.config, rules: builtIn, allowCode: options.allowConfigCode });

export function existing(paths: readonly string[], cwd: string): readonly string[] {
  for (const path of paths) {
    const full = resolve(cwd, path);
    if (existsSync(full)) continue;
    const near = existsSync(dirname(full)) ? nearest(basename(full), readdirSync(dirname(full))) : undefined;
    const folder = dirname(path) === "." ? "" : `${dirname(path)}/`;
    throw new UserError(`there is no file or folder "${path}"`, { nearest: near && `${folder}${near}` });
  }
  return paths.map((path) => shownPath(path, cwd) || ".");
}

/** Standard input takes the place of one file, whose history is read from the disk all the same. */
function stdinRequest(options: CheckOptions, cwd: string): { paths: readonly string[]; fs: FileSystem } {
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(readFileSync(0));
  const { stdinFilename } = options;
  if (stdinFilename === undefined) {
    return { paths: ["stdin.sql"], fs: memoryFileSystem({ "stdin.sql": text }) };
  }
  const shown = shownPath(stdinFilename, cwd);
  return { paths: [shown], fs: overlay(nodeFileSystem(cwd), { [shown]: text }) };
}

function reportOf(result: LintResult, rules: readonly Rule[], quiet: boolean): Report {
  const findings = quiet ? result.findings.filter(({ severity }) => severity === "error") : result.findings;
  const summary = { ...result.counts, ...countFindings(findings) };
  return { version, summary, findings, sources: result.sources, rules };
}

export function writeFile(file: string, text: string, cwd: string, option: string): void {
  try {
    writeFileSync(resolve(cwd, file), text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(`${option}: can't write "${file}": ${reason}`);
  }
}

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

function messages(result: LintResult, config: LoadedConfig, options: CheckOptions): string[] {
  const verbose = options.verbose === true;
  const lines = config.warnings.map((warning) => `ddlint: ${warning}`);
  for (const { root, dialect = "other" } of result.leftOut ?? []) {
    lines.push(
      `ddlint: ${root} is left out: ${dialect} is not linted yet (--dialect postgres if it is wrong)`,
    );
  }
  lines.push(...parserMessages(result, config, verbose));
  if (verbose) {
    lines.push(`configuration: ${config.file ?? "none"}`);
    for (const history of result.histories) {
      const { root, tool, layout, evidence, migrations } = history;
      lines.push(`${root}: ${tool} (${layout}), ${migrations.length} migrations; ${evidence.join("; ")}`);
    }
    for (const [kind, count] of Object.entries(result.unknownStatements)) {
      lines.push(`not understood: ${kind}, ${count} times`);
    }
  }
  for (const error of result.errors) {
    const what = error.ruleId === undefined ? "" : ` in the rule ${error.ruleId}`;
    const where = error.file === undefined ? "" : ` at ${error.file}`;
    lines.push(
      `ddlint: bug${what}${where}: ${error.message}. Everything else was checked. Please report this.`,
    );
    if (verbose && error.stack !== undefined) lines.push(error.stack);
  }
  return lines;
}

/** What a second parser can't read is no finding: it must be said. */
function parserMessages(
  { parser, unknownStatements }: LintResult,
  config: LoadedConfig,
  verbose: boolean,
): string[] {
  if (parser === undefined) return [];
  if (parser.name === "libpg-query") return verbose ? [`parser: ${parser.name}, ${parser.because}`] : [];
  const unread = Object.entries(unknownStatements).sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  const total = unread.reduce((sum, [, count]) => sum + count, 0);
  const lines = [`ddlint: the second parser, ${parser.name}, was used: ${parser.because}`];
  if (verbose && config.facts.parser === parser.name)
    lines.splice(0, 1, `parser: ${parser.name}, ${parser.because}`);
  else if (config.facts.parser === parser.name) lines.length = 0;
  if (total > 0) {
    const shown = unread.slice(0, 5).map(([kind, count]) => `${kind.replace(/ \(not read\)$/, "")} ${count}`);
    const more = unread.length > shown.length ? ", …" : "";
    lines.push(
      `ddlint: it left ${total} statements unread, which were not checked: ${shown.join(", ")}${more}`,
    );
  }
  return lines;
}

function emptyProject(result: LintResult, options: CheckOptions): string[] {
  if (result.counts.migrations > 0 || options.stdin === true || result.leftOut?.length) return [];
  return ["ddlint: found no migrations here; name their folder: ddlint <folder>"];
}

const columns = (): number => Math.min(process.stdout.columns || 80, 120);
