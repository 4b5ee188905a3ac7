/** The command line: what may be written, and what it means as facts and opinions. */
import { Command, Option } from "commander";
import {
  UserError,
  dialects,
  formatNames,
  levels,
  oneOf,
  presetNamed,
  presetNames,
  readBaselineFile,
  ruleIds,
  ruleLevel,
  runners,
  statedServer,
  tools,
} from "../index.ts";
import type { Comparison, Facts, LoadedConfig, Opinions } from "../index.ts";

export interface CheckOptions {
  readonly format?: string[];
  readonly output?: string;
  readonly config?: string;
  readonly dialect?: string;
  readonly serverVersion?: string;
  readonly tool?: string;
  readonly preset?: string[];
  readonly runner?: string;
  readonly rule?: string[];
  readonly only?: string;
  readonly skip?: string;
  readonly stats?: string;
  readonly after?: string;
  readonly since?: string;
  readonly changed?: boolean;
  readonly staged?: boolean;
  readonly baseline?: string | undefined;
  readonly fix?: boolean;
  readonly unsafeFixes?: boolean;
  readonly diff?: boolean;
  readonly dryRun?: boolean;
  readonly maxWarnings?: string;
  readonly failOn: string;
  readonly brief?: boolean;
  readonly quiet?: boolean;
  readonly all?: boolean;
  readonly showSuppressed?: boolean;
  readonly stdin?: boolean;
  readonly stdinFilename?: string;
  readonly exitZero?: boolean;
  readonly allowConfigCode?: boolean;
  /** False: what the configuration has in code is left out on purpose. */
  readonly configCode?: boolean;
  readonly allowEmpty?: boolean;
  readonly requireUnderstood?: boolean;
  readonly color?: boolean;
  readonly verbose?: boolean;
  /** False: nothing is kept, and nothing that was kept is used. */
  readonly cache?: boolean;
  readonly cacheLocation?: string;
}

export const failLevels = ["error", "warning", "note", "never"] as const;
export type FailLevel = (typeof failLevels)[number];

const collect = (value: string, previous: string[] | undefined): string[] => [...(previous ?? []), value];

/** Of a command that lints and reports. What stands in `<>` says which values there are: see `completions/values.ts`. */
export function addCheckOptions(command: Command): Command {
  command
    .optionsGroup("What to lint:")
    .option("--since <ref>", "only migrations that are new or changed since this branch left <ref>")
    .option("--changed", "the same, for the repository's default branch")
    .option("--staged", "only migrations that are staged in git, as staged");
  addAfter(command)
    .option("--stdin", "one migration from standard input")
    .option("--stdin-filename <file>", "the file that standard input stands for");
  addFacts(command);
  addRules(command);
  addBaseline(command, "don't report the findings that this file accepts");
  return command
    .optionsGroup("Fixes:")
    .option("--fix", "apply the fixes that don't change the meaning")
    .option("--unsafe-fixes", "with --fix or --diff: also the fixes that need a review")
    .option("--diff", "show what --fix would change, and change nothing")
    .option("--dry-run", "with --fix: report what would remain, and change nothing")
    .optionsGroup("Output:")
    .option(
      "--format <format[=file]>",
      `kind of report: ${formatNames.join(", ")}; to a file with =file (repeatable; default: text)`,
      collect,
    )
    .option("--output <file>", "write the report that names no file to this one")
    .option("--brief", "the same as --format brief: one line per finding")
    .option("-q, --quiet", "report errors only")
    .option("--all", "show the findings of old migrations in the text report, instead of their number")
    .option("--show-suppressed", "also report suppressed findings, marked as such (sarif, json, jsonl)")
    .option("--color", "use colours")
    .option("--no-color", "use no colours")
    .option("--verbose", "show how the project was read")
    .optionsGroup("Exit code:")
    .addOption(
      new Option(
        "--fail-on <level>",
        `exit 1 for findings of at least this severity: ${failLevels.join(", ")}`,
      ).default("error", "error"),
    )
    .option("--max-warnings <n>", "also exit 1 if there are more warnings")
    .option("--exit-zero", "the same as --fail-on never")
    .option("--no-config-code", "don't exit 2 where configuration and rule packs are code that isn't run")
    .option("--allow-empty", "don't exit 2 where there are no migrations")
    .option("--require-understood", "exit 2 if a statement or file was not understood or not read")
    .optionsGroup("Other:")
    .option("--no-cache", "don't use what earlier runs have found out, and keep nothing")
    .option("--cache-location <folder>", "keep it in this folder (default: in the user's cache folder)")
    .helpOption("-h, --help", "print this help");
}

/** Of a command that reads the project as a check does, and reports otherwise; `baseline`: what it does with one. */
export function addReadOptions(command: Command, baseline?: string): Command {
  addAfter(command.optionsGroup("What to lint:"));
  addFacts(command);
  addRules(command);
  if (baseline !== undefined) addBaseline(command, baseline);
  return command.optionsGroup("Other:").helpOption("-h, --help", "print this help");
}

/** Of a command that reads the project, and reports nothing. */
export const addFactOptions = (command: Command): Command =>
  addFacts(command).optionsGroup("Other:").helpOption("-h, --help", "print this help");

/** The same of one that asks which migrations are applied. */
export const addAfterAndFacts = (command: Command): Command => addFactOptions(addAfter(command));

const addAfter = (command: Command): Command =>
  command.option("--after <migration>", "only migrations after this one, the last already applied");

const addFacts = (command: Command): Command =>
  command
    .optionsGroup("Facts about the project (detected where possible):")
    .option("--dialect <dialect>", `of the server: ${dialects.join(", ")}`)
    .option("--server-version <version>", "version of the oldest server that the migrations run on")
    .option("--tool <tool>", "the tool that runs the migrations: flyway, goose, prisma, raw, …")
    .option("--runner <runner>", `how migrations without a known tool are run: ${runners.join(", ")}`)
    .option("--stats <file>", 'table sizes of production, collected with the query of "ddlint stats-query"')
    .option("--config <file>", configText)
    .option("--allow-config-code", codeText);

const configText = "read this configuration instead of searching for one";
const codeText = "run ddlint.config.js and load the rule packs that the configuration names";

/** Of a command that only has to know the rules. */
export const addPackOptions = (command: Command): Command =>
  command
    .option("--config <file>", configText)
    .option("--allow-config-code", codeText)
    .helpOption("-h, --help", "print this help");

const addRules = (command: Command): Command =>
  command
    .optionsGroup("Rules:")
    .option(
      "--preset <preset>",
      `named sets of rules: ${presetNames.join(", ")} (repeatable; default: recommended)`,
      collect,
    )
    .option("--rule <rule=severity>", `severity of one rule: ${levels.join(", ")} (repeatable)`, collect)
    .option("--only <rules>", "run these rules alone (comma-separated)")
    .option("--skip <rules>", "don't run these rules (comma-separated)");

const addBaseline = (command: Command, description: string): Command =>
  command.option("--baseline <file>", description);

/** The facts of the configuration with those of the command line, which win. */
export function factsFrom(options: CheckOptions, base: Facts): Facts {
  const given = givenFacts(options);
  if (base.folders === undefined) return { ...base, ...given };
  const folders = Object.entries(base.folders).map(([folder, own]) => [folder, { ...own, ...given }]);
  return { ...base, ...given, folders: Object.fromEntries(folders) as Facts["folders"] };
}

function givenFacts(options: CheckOptions): Facts {
  const { dialect, serverVersion, tool, runner, after } = options;
  const server = serverVersion === undefined ? undefined : statedServer(serverVersion);
  if (serverVersion !== undefined && server === undefined)
    throw new UserError(`--server-version: "${serverVersion}" isn't a version`, {
      expected: 'for example 16, 8.0.36 or "mariadb 10.11"',
    });
  const named = dialect === undefined ? server?.dialect : oneOf(dialect, dialects, "--dialect");
  if (server?.dialect !== undefined && server.dialect !== named)
    throw new UserError(`--server-version names ${server.dialect}, but --dialect is ${named ?? ""}`);
  return {
    ...(named !== undefined && { dialect: named }),
    ...(server !== undefined && { serverVersion: server.version }),
    ...(tool !== undefined && { tool: oneOf(tool, tools, "--tool") }),
    ...(runner !== undefined && { runner: oneOf(runner, runners, "--runner") }),
    ...(after !== undefined && { startAfter: after }),
    ...(options.stats !== undefined && { stats: options.stats }),
  };
}

/** The command line's opinions over those of the configuration; a `--rule` also wins over its overrides. */
export function opinionsFrom(options: CheckOptions, config: LoadedConfig, cwd: string): Opinions {
  const { opinions: base, rules } = config;
  const { preset, rule, only, skip } = options;
  const baseline = options.baseline ?? config.baseline;
  const withPacks = options.allowConfigCode === true;
  const levels = (rule ?? []).map((text) => ruleLevel(text, rules, "--rule", withPacks));
  const override = { files: ["**"], rules: Object.fromEntries(levels) };
  return {
    ...base,
    ...(preset && { presets: preset.map((name) => presetNamed(name, "--preset")) }),
    ...(levels.length > 0 && { overrides: [...(base.overrides ?? []), override] }),
    ...(baseline !== undefined && {
      baseline: readBaselineFile(baseline, cwd, { root: config.root, named: options.baseline !== undefined }),
    }),
    ...(only !== undefined && { only: ruleIds(only, rules, "--only", withPacks) }),
    ...(skip !== undefined && { skip: ruleIds(skip, rules, "--skip", withPacks) }),
  };
}

export type FixMode = "write" | "print" | "diff" | "dry-run";

/** What is to be done with fixes; undefined: nothing. */
export function fixModeFrom(options: CheckOptions, stdin: boolean): FixMode | undefined {
  const { fix, unsafeFixes, diff, dryRun, staged } = options;
  if (fix !== true && diff !== true) {
    const alone = unsafeFixes === true ? "--unsafe-fixes" : dryRun === true ? "--dry-run" : undefined;
    if (alone !== undefined) throw new UserError(`${alone} does nothing without --fix`);
    return undefined;
  }
  if (diff === true) return "diff";
  if (dryRun === true) return "dry-run";
  // What is staged isn't what lies in the folder.
  if (staged === true)
    throw new UserError("--fix and --staged exclude each other", { hint: "fix with --changed, then stage" });
  return stdin ? "print" : "write";
}

/** What the command line compares with; undefined: nothing. */
export function comparisonFrom({ since, changed, staged, stdin }: CheckOptions): Comparison | undefined {
  const given = [
    ...(since === undefined ? [] : ["--since"]),
    ...(changed === true ? ["--changed"] : []),
    ...(staged === true ? ["--staged"] : []),
  ];
  if (given.length > 1) throw new UserError(`${given.join(" and ")} exclude each other`);
  if (given.length > 0 && stdin === true)
    throw new UserError(`${given.join("")} and --stdin exclude each other`);
  if (since !== undefined) return { kind: "since", ref: since };
  return given.length === 0 ? undefined : { kind: changed === true ? "changed" : "staged" };
}

export function failureFrom(options: CheckOptions): { failOn: FailLevel; maxWarnings: number } {
  const { failOn, maxWarnings, exitZero } = options;
  if (maxWarnings !== undefined && !/^\d{1,9}$/.test(maxWarnings)) {
    throw new UserError(`--max-warnings: "${maxWarnings}" isn't a number`, { expected: "for example 0" });
  }
  return {
    failOn: exitZero === true ? "never" : oneOf(failOn, failLevels, "--fail-on"),
    maxWarnings: maxWarnings === undefined ? Infinity : Number(maxWarnings),
  };
}
