/** Finds and reads the configuration, and sorts it into facts and opinions. */
import { dirname, relative, resolve, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { readBaseline } from "../findings/baseline.ts";
import type { Opinions, Override, RuleSetting } from "../lint/opinions.ts";
import type { PresetName, Rule, RulePack } from "../lint/rule.ts";
import { openDisk, type Answer, type Disk } from "../project/files/disk.ts";
import type { Facts } from "../project/facts.ts";
import { rootAround, workTreeTop } from "../project/files/root.ts";
import { statedServer } from "../project/server/stated-server.ts";
import { configAt, findConfig } from "./find.ts";
import type { FoundConfig } from "./find.ts";
import type { ParsedConfig } from "./read.ts";
import { UserError } from "./user-error.ts";

/** A configuration as written in a file. */
export interface Config extends Omit<Facts, "serverVersion" | "migrations"> {
  readonly $schema?: string | undefined;
  readonly serverVersion?: string | number | undefined;
  /** Folders; with facts of their own, `{ folder: { … } }`. */
  readonly migrations?: string | readonly string[] | Readonly<Record<string, FolderConfig>> | undefined;
  readonly presets?: readonly PresetName[] | undefined;
  readonly rules?: Readonly<Record<string, RuleSetting>> | undefined;
  readonly overrides?: readonly ConfigOverride[] | undefined;
  /** A file with accepted findings, as `ddlint baseline` writes it. */
  readonly baseline?: string | undefined;
  readonly noInlineConfig?: boolean | undefined;
  /** Rule packs by the prefix of their rules: a package's name, or, where the configuration is code, the pack itself. */
  readonly plugins?: Readonly<Record<string, string | RulePack>> | undefined;
}

/** What holds for one folder of migrations. */
export type FolderConfig = Pick<
  Config,
  | "dialect"
  | "serverVersion"
  | "tool"
  | "runner"
  | "startAfter"
  | "schema"
  | "tables"
  | "stats"
  | "lockTimeout"
  | "sqlMode"
  | "skipMarker"
  | "commitTimes"
>;

export interface ConfigOverride {
  readonly files: string | readonly string[];
  readonly rules: Readonly<Record<string, RuleSetting>>;
}

export interface LoadOptions {
  readonly cwd: string;
  /** A file to read instead of searching. */
  readonly file?: string | undefined;
  /** Built-in rules: their names and options are checked. */
  readonly rules: readonly Rule[];
  /** Run `ddlint.config.js` and load rule packs: never for folders of people you don't trust. */
  readonly allowCode?: boolean | undefined;
  /** Files and folders that the user names, and that the configuration may name though they lie elsewhere. */
  readonly paths?: readonly string[] | undefined;
}

export interface LoadedConfig {
  /** Absolute: the folder that the project's files lie in. Nothing outside of it is read unless the user names it. */
  readonly root: string;
  /** As shown to the user; undefined: none was found. */
  readonly file?: string | undefined;
  readonly facts: Facts;
  readonly opinions: Opinions;
  /** Absolute path of the baseline; it may be still to be written. */
  readonly baseline?: string | undefined;
  /** Built-in rules and those of rule packs. */
  readonly rules: readonly Rule[];
  /** Sentences for the user. */
  readonly warnings: readonly string[];
  /** It is code, or names rule packs, which weren't run: something of it is missing. */
  readonly codeLeftOut: boolean;
}

/** Throws UserError for what is wrong in it. Without a file, everything is left to detection and defaults. */
export async function loadConfig(options: LoadOptions): Promise<LoadedConfig> {
  const found = findOne(options);
  if (found === undefined) return noConfig(options);
  const known = await withPacks(found, options);
  if (known === undefined) return notRun(found, options);
  const { parsed, rules, warnings } = known;
  parsed.check(rules);
  return loaded(parsed.data as Config, found, { ...options, rules }, warnings);
}

/**
 * All rules that a configuration's folder knows, whatever else the configuration says.
 *
 * @throws UserError if it can't be read, or a rule pack can't be loaded
 */
export async function loadRules(options: LoadOptions): Promise<Pick<LoadedConfig, "rules" | "warnings">> {
  const found = findOne(options);
  const known = found && (await withPacks(found, options));
  if (known !== undefined) return known;
  return found === undefined ? { rules: options.rules, warnings: [] } : notRun(found, options);
}

interface KnownConfig {
  readonly parsed: ParsedConfig;
  readonly rules: readonly Rule[];
  readonly warnings: readonly string[];
}

/** The configuration and its rule packs; undefined: it is code that may not run. */
async function withPacks(
  found: FoundConfig,
  { rules, allowCode = false }: LoadOptions,
): Promise<KnownConfig | undefined> {
  if (found.kind === "code" && !allowCode) return undefined;
  // Loaded here, so that a run without a configuration pays nothing for it.
  const { madeConfig, parseConfigText, unloadedPacks } = await import("./read.ts");
  const parsed =
    found.kind === "code"
      ? madeConfig(await runConfig(found), found.shown)
      : parseConfigText(found.text, found.shown, found.key);
  const { plugins } = parsed.data as { readonly plugins?: unknown };
  if (plugins === undefined) return { parsed, rules, warnings: [] };
  if (allowCode) {
    const { loadPacks } = await import("./packs.ts");
    return { parsed, rules: [...rules, ...(await loadPacks(plugins, found))], warnings: [] };
  }
  const names = unloadedPacks(parsed.data, rules).join(", ");
  const warnings = [
    `${found.shown} names rule packs (${names}), which are code and were not loaded; pass --allow-config-code if you trust this folder`,
  ];
  return { parsed, rules, warnings: names === "" ? [] : warnings };
}

/** Reads configurations that are data, without waiting; code is never run. */
export type ConfigReader = (options: Omit<LoadOptions, "allowCode">) => LoadedConfig;

/** The reader for those who can't wait later, such as ESLint. */
export async function loadConfigReader(): Promise<ConfigReader> {
  const { parseConfigText } = await import("./read.ts");
  return (options) => {
    const found = findOne(options);
    if (found === undefined) return noConfig(options);
    if (found.kind === "code") return notRun(found, options);
    const parsed = parseConfigText(found.text, found.shown, found.key);
    parsed.check(options.rules);
    return loaded(parsed.data as Config, found, options, []);
  };
}

/** A rule's options as a JSON schema that older validators read, too; undefined: it has none. */
export type OptionsSchemas = (rule: Rule) => Readonly<Record<string, unknown>> | undefined;

export async function loadOptionsSchemas(): Promise<OptionsSchemas> {
  const { optionsJsonSchema } = await import("./read.ts");
  return optionsJsonSchema;
}

function findOne({ cwd, file }: LoadOptions): FoundConfig | undefined {
  const found = file === undefined ? findConfig(cwd) : namedConfig(file, cwd);
  if (found?.refused !== undefined)
    throw new UserError(`the configuration can't be read: ${found.refused}`, { file: found.shown });
  return found;
}

function namedConfig(file: string, cwd: string): FoundConfig {
  const disk = openDisk({ root: rootAround(cwd), files: [resolve(cwd, file)] });
  const found = configAt(file, cwd, disk);
  if (found) return found;
  throw new UserError(`can't read the configuration "${file}"`, { hint: "check --config" });
}

/** The top of the work tree, else the folder of the configuration, else the one that it was searched from. */
function rootOf(cwd: string, found: FoundConfig | undefined): string {
  const top = workTreeTop(cwd);
  const folder = found && dirname(found.path);
  const isAround = folder !== undefined && !relative(folder, resolve(cwd)).startsWith("..");
  return top ?? (isAround ? folder : cwd);
}

const noConfig = ({ cwd, rules }: LoadOptions, found?: FoundConfig): LoadedConfig => ({
  root: rootOf(cwd, found),
  facts: {},
  opinions: {},
  rules,
  warnings: [],
  codeLeftOut: false,
});

const notRun = (found: FoundConfig, options: LoadOptions): LoadedConfig => ({
  ...noConfig(options, found),
  codeLeftOut: true,
  warnings: [`${found.shown} is code and was not run; pass --allow-config-code if you trust this folder`],
});

function loaded(
  config: Config,
  found: FoundConfig,
  { cwd, rules, paths = [] }: LoadOptions,
  warnings: readonly string[],
): LoadedConfig {
  const root = rootOf(cwd, found);
  const disk = openDisk({ root, paths: paths.map((path) => resolve(cwd, path)) });
  const place: ConfigPlace = { path: found.path, shown: found.shown, cwd, disk };
  return {
    root,
    file: found.shown,
    facts: factsOf(config, place),
    opinions: opinionsOf(config, found.path, cwd),
    baseline:
      config.baseline === undefined ? undefined : resolve(cwd, localPath(config.baseline, "baseline", place)),
    rules,
    warnings,
    codeLeftOut: warnings.length > 0,
  };
}

/** Where a configuration stands, for the paths in it. */
interface ConfigPlace {
  readonly path: string;
  readonly shown: string;
  readonly cwd: string;
  readonly disk: Disk;
}

/** Facts and opinions of a configuration that the caller holds; its paths count from `cwd`. */
export function configParts(config: Config, cwd: string): { facts: Facts; opinions: Opinions } {
  const path = resolve(cwd, "ddlint.jsonc");
  const disk = openDisk({ root: rootAround(cwd) });
  return {
    facts: factsOf(config, { path, shown: "ddlint.jsonc", cwd, disk }),
    opinions: opinionsOf(config, path, cwd),
  };
}

async function runConfig(found: FoundConfig): Promise<object> {
  let exported: unknown;
  try {
    const module = (await import(pathToFileURL(found.path).href)) as { readonly default?: unknown };
    exported = module.default;
  } catch (error) {
    throw new UserError(`running it failed: ${error instanceof Error ? error.message : String(error)}`, {
      file: found.shown,
      hint: found.path.endsWith("ts")
        ? "this Node may not run TypeScript: write ddlint.config.js"
        : undefined,
    });
  }
  if (typeof exported !== "object" || exported === null) {
    throw new UserError("the default export isn't a configuration", {
      file: found.shown,
      expected: "export default { … }",
    });
  }
  return exported;
}

/**
 * A path of the configuration as it is shown, relative to the working directory.
 *
 * @throws UserError if it is outside the project
 */
function localPath(name: string, key: string, { path, shown, cwd, disk }: ConfigPlace): string {
  const absolute = resolve(dirname(path), name);
  const refusal = disk.refusal(absolute);
  if (refusal !== undefined)
    throw new UserError(`"${key}" names "${name}", which can't be used: ${refusal}`, {
      file: shown,
      hint: "only the command line may name files outside the project",
    });
  return slashes(relative(resolve(cwd), absolute)) || ".";
}

function factsOf(config: Config, place: ConfigPlace): Facts {
  const { migrations, schema, serverVersion, stats } = config;
  const inFolders = (folder: string): string => localPath(folder, "migrations", place);
  const folders = isByFolder(migrations)
    ? Object.entries(migrations).map(([folder, own]) => [inFolders(folder), factsOf(own, place)] as const)
    : [migrations ?? []].flat().map((folder) => [inFolders(folder), {}] as const);
  const server = serverVersion === undefined ? undefined : statedServer(String(serverVersion));
  if (server?.dialect !== undefined && config.dialect !== undefined && server.dialect !== config.dialect)
    throw new UserError(`"serverVersion" names ${server.dialect}, but "dialect" is ${config.dialect}`, {
      file: place.shown,
    });
  return defined({
    dialect: config.dialect ?? server?.dialect,
    serverVersion: server?.version,
    tool: config.tool,
    runner: config.runner,
    parser: config.parser,
    migrations: migrations === undefined ? undefined : folders.map(([folder]) => folder),
    folders: isByFolder(migrations) ? Object.fromEntries(folders) : undefined,
    startAfter: config.startAfter,
    schema: schema === undefined ? undefined : localPath(schema, "schema", place),
    tables: config.tables,
    stats: stats === undefined ? undefined : localPath(stats, "stats", place),
    lockTimeout: config.lockTimeout,
    sqlMode: config.sqlMode,
    skipMarker: config.skipMarker,
    commitTimes: config.commitTimes,
    now: config.now,
  });
}

const isByFolder = (migrations: Config["migrations"]): migrations is Readonly<Record<string, FolderConfig>> =>
  typeof migrations === "object" && !Array.isArray(migrations);

function opinionsOf(config: Config, path: string, cwd: string): Opinions {
  const base = slashes(relative(dirname(path), resolve(cwd)));
  return defined({
    presets: config.presets,
    rules: config.rules,
    overrides: config.overrides?.map(({ files, rules }): Override => ({
      files: [files].flat(),
      rules,
      base: base === "" ? undefined : base,
    })),
    noInlineConfig: config.noInlineConfig,
  });
}

/**
 * The fingerprints of a baseline.
 *
 * @throws UserError if it is none
 */
export function readBaselineFile(path: string, cwd: string, reach: BaselineReach = {}): ReadonlySet<string> {
  const answer = baselineAt(path, cwd, reach);
  const baseline = answer.is === "there" ? readBaseline(answer.value) : undefined;
  if (baseline !== undefined) return baseline;
  const wrong = {
    there: "this isn't a baseline file",
    refused: `the baseline can't be read: ${answer.is === "refused" ? answer.because : ""}`,
    absent: "can't read the baseline",
  }[answer.is];
  throw new UserError(wrong, {
    file: slashes(relative(cwd, resolve(cwd, path))),
    hint: 'write it with "ddlint baseline"',
  });
}

/** Why a file may not be replaced by a baseline; undefined: there is none, or it is empty or a baseline. */
export function baselineRefusal(path: string, cwd: string, reach: BaselineReach = {}): string | undefined {
  const answer = baselineAt(path, cwd, reach);
  if (answer.is !== "there") return answer.is === "refused" ? answer.because : undefined;
  const isOurs = answer.value.trim() === "" || readBaseline(answer.value) !== undefined;
  return isOurs ? undefined : "it isn't a baseline file";
}

function baselineAt(path: string, cwd: string, { root, named }: BaselineReach): Answer<string> {
  const absolute = resolve(cwd, path);
  const disk = openDisk({ root: root ?? rootAround(cwd), files: named === true ? [absolute] : [] });
  return disk.text(absolute);
}

export interface BaselineReach {
  /** The project's folder; default: the top of the work tree, else the working directory. */
  readonly root?: string | undefined;
  /** The command line names the file, so it may lie elsewhere. */
  readonly named?: boolean | undefined;
}

const slashes = (path: string): string => path.replaceAll(sep, "/");

/** Without the keys that are undefined, so that spreading it overwrites nothing. */
export function defined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as T;
}
