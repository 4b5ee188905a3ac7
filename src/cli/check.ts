import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { basename, dirname, relative, resolve, sep } from "node:path";
import {
  UserError,
  compareWithGit,
  countFindings,
  formats,
  knownVersions,
  lintProject,
  lintText,
  loadConfig,
  nearest,
  nodeFileSystem,
  overlay,
  rules as builtIn,
  version,
} from "../index.ts";
import type { Facts, FileSystem, LintResult, LoadedConfig, Report, Rule } from "../index.ts";
import { colorsFor } from "./colors.ts";
import { comparisonFrom, failureFrom, factsFrom, formatFrom, opinionsFrom } from "./options.ts";
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
  const config = await configFor(options, cwd);
  const opinions = opinionsFrom(options, config, cwd);
  const text = stdin ? readStdin() : undefined;
  const request = requestFor(text, options.stdinFilename, paths, cwd);
  const compared = comparison && (await compareWithGit(cwd, comparison));
  const facts = factsFrom(options, config.facts);
  const progress = startProgress();
  const common = { facts, opinions, rules: config.rules };
  const result = await (
    request === undefined
      ? lintText(text ?? "", {
          ...common,
          path: "stdin.sql",
          fs: nodeFileSystem(cwd),
          facts: { tool: undefined, ...facts },
        })
      : lintProject({ cwd, ...request, ...compared, ...common, onProgress: progress.show })
  ).finally(progress.clear);
  const report = reportOf(result, config.rules, options.quiet === true);
  const style = { colors: colorsFor(options.color, options.output === undefined), width: columns() };
  const shown = (await formats[format]())(report, style);
  if (options.output !== undefined) writeFile(options.output, shown, cwd, "--output");
  return {
    exitCode: exitCode(result, failure),
    stdout: options.output === undefined ? shown : "",
    stderr: [
      ...messages(result, config, options),
      ...emptyProject(result, options),
      ...(compared === undefined ? takenAsApplied(result, facts) : []),
    ]
      .map((line) => `${line}\n`)
      .join(""),
  };
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

/** A path as findings show it: relative, with `/`. */
export const shownPath = (path: string, cwd: string): string =>
  relative(cwd, resolve(cwd, path)).replaceAll(sep, "/");

const readStdin = (): string => new TextDecoder("utf-8", { ignoreBOM: true }).decode(readFileSync(0));

/**
 * Standard input takes the place of one file, whose history is read from the disk all the same; undefined where it
 * has no name: it is no part of any history.
 */
function requestFor(
  text: string | undefined,
  filename: string | undefined,
  paths: readonly string[],
  cwd: string,
): { readonly paths: readonly string[]; readonly fs?: FileSystem } | undefined {
  if (text === undefined) return { paths: existing(paths, cwd) };
  if (filename === undefined) return undefined;
  const shown = shownPath(filename, cwd);
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
  lines.push(...strangeVersions(result));
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

/** Servers that nothing was measured on. */
function strangeVersions({ histories }: LintResult): string[] {
  const { oldest, newest } = knownVersions;
  const versions = new Set(histories.flatMap(({ serverVersion }) => serverVersion ?? []));
  return [...versions].flatMap((version) => {
    const major = Number.parseInt(version, 10);
    const taken = major < oldest ? oldest : major > newest ? newest : major;
    if (taken === major) return [];
    return [
      `ddlint: PostgreSQL ${version} isn't known (${oldest} to ${newest} are): what it locks is taken from ${taken}`,
    ];
  });
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
  return [
    "ddlint: found no migrations in SQL, JavaScript or TypeScript here; name their folder: ddlint <folder>",
  ];
}

/** Only git knows which repeatable migrations have changed since they ran: that none is reported must be said. */
function takenAsApplied({ histories }: LintResult, facts: Facts): string[] {
  const left = histories.flatMap(({ root, migrations }) =>
    (facts.folders?.[root]?.startAfter ?? facts.startAfter) === undefined
      ? []
      : migrations.filter(({ kind, inWork }) => kind === "repeatable" && inWork !== true),
  );
  const [first] = left;
  if (first === undefined) return [];
  const what = left.length === 1 ? `${first.name} is` : `${left.length} repeatable migrations are`;
  const edited = left.length === 1 ? "it once it is edited" : "those that were edited";
  return [`ddlint: ${what} taken as applied (startAfter): --changed reports ${edited}`];
}

const columns = (): number => Math.min(process.stdout.columns || 80, 120);
