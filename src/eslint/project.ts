/**
 * Findings of single files, as ESLint asks for them: each configuration's folder has a session that knows the whole
 * history; what isn't part of one is linted by its own path, as `ddlint <file>` does.
 */
import type {
  DialectName,
  Engine,
  Finding,
  LintResult,
  LoadedConfig,
  Opinions,
  Rule,
  Session,
} from "../index.ts";
import {
  UserError,
  bugText,
  configFolder,
  harmlessLine,
  isDialectName,
  readBaselineFile,
  rules as builtInRules,
  rulesByName,
  shownPath,
} from "../index.ts";

export interface Question {
  /** Absolute, as is `cwd`. */
  readonly file: string;
  readonly cwd: string;
  /** With its BOM. */
  readonly text: string;
  /** Rules that run, with the options that ESLint's configuration gives them. */
  readonly rules: ReadonlyMap<string, unknown>;
}

export interface Answer {
  readonly findings: readonly Finding[];
  /** Why the file could not be linted, or not wholly. */
  readonly failures: readonly Failure[];
}

/** A mistake in the configuration, or a bug. */
export interface Failure {
  readonly message: string;
  /** The rule that has the bug; undefined: none. */
  readonly ruleId?: string | undefined;
}

export interface Ask {
  (question: Question): Answer;
  /** From now on there are the rules of this pack as well. */
  know(prefix: string, rules: readonly Rule[]): void;
  /** What a file below `cwd` is written in, as far as its history or configuration tells. */
  dialectOf(question: Omit<Question, "rules">): DialectName | undefined;
}

/** Between two files of one run less time passes; after it, other files may have been saved, too. */
const idle = 300;

interface Project {
  readonly folder: string;
  readonly config: LoadedConfig;
  readonly rules: readonly Rule[];
  readonly baseline: ReadonlySet<string> | undefined;
  readonly session: Session;
  /** For files that no history knows, by their folders. */
  readonly others: Map<string, Session>;
  /** Files whose texts the session was given. */
  readonly given: Set<string>;
  readonly opinions: Map<string, Opinions>;
}

export function createAsk(engine: Engine, now: () => number = () => performance.now()): Ask {
  const packs = new Map<string, readonly Rule[]>();
  let rules: readonly Rule[] = builtInRules;
  let names = rulesByName(rules);
  const folders = new Map<string, string>();
  /** Or why there is none. */
  const projects = new Map<string, Project | UserError>();
  /** Those that may answer from before. */
  const fresh = new Set<string>();
  let last = now();

  const folderOf = ({ file, cwd }: Pick<Question, "file" | "cwd">): string => {
    const own = file.slice(0, Math.max(file.lastIndexOf("/"), file.lastIndexOf("\\")) + 1);
    const key = `${cwd}\n${own}`;
    const known = folders.get(key) ?? configFolder(own, cwd);
    folders.set(key, known);
    return known;
  };

  const projectIn = (folder: string): Project => {
    const known = projects.get(folder);
    const before = known instanceof UserError ? undefined : known;
    if (known !== undefined && fresh.has(folder)) {
      if (before === undefined) throw known as UserError;
      return before;
    }
    fresh.add(folder);
    const project = opened(engine, folder, before, rules);
    projects.set(folder, project);
    return project;
  };

  const forgetAfterPause = (): void => {
    if (now() - last <= idle) return;
    folders.clear();
    fresh.clear();
  };

  const warned = new Set<string>();
  /** Rules find nothing in what isn't understood, so it is said beside them: once for each file. */
  const warnOfGaps = ({ file, cwd }: Question, count: number): void => {
    if (count === 0 || warned.has(file)) return;
    warned.add(file);
    const what = count === 1 ? "1 statement was" : `${count} statements were`;
    process.emitWarning(
      harmlessLine(`${shownPath(file, cwd)}: ${what} not understood, and not checked`),
      "ddlint",
    );
  };

  const ask = (question: Question): Answer => {
    forgetAfterPause();
    const folder = folderOf(question);
    try {
      const { findings, errors, counts } = lintIn(engine, projectIn(folder), question, names);
      warnOfGaps(question, counts.notUnderstood);
      return { findings, failures: errors.map((error) => ({ message: bug(error), ruleId: error.ruleId })) };
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      // The same for every file, until somebody has mended it.
      projects.set(folder, error);
      return { findings: [], failures: [{ message: lineFrom(error, shownPath(folder, question.cwd)) }] };
    } finally {
      last = now();
    }
  };
  const dialectOf: Ask["dialectOf"] = (question) => {
    if (/^(?:\.\.|\/|[A-Za-z]:)/.test(shownPath(question.file, question.cwd))) return undefined;
    forgetAfterPause();
    try {
      const project = projectIn(folderOf(question));
      const history = project.session.historyOf(given(project, question));
      if (history !== undefined) return history.dialect;
      const { dialect } = project.config.facts;
      return isDialectName(dialect) ? dialect : undefined;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      // The rules will tell.
      return undefined;
    } finally {
      last = now();
    }
  };
  const know: Ask["know"] = (prefix, own) => {
    packs.set(prefix, own);
    rules = [...builtInRules, ...[...packs.values()].flat()];
    names = rulesByName(rules);
    // Their sessions know other rules.
    projects.clear();
    fresh.clear();
  };
  return Object.assign(ask, { dialectOf, know });
}

/** Its path in the project, whose session has its text from now on. */
function given(project: Project, { file, text }: Pick<Question, "file" | "text">): string {
  const path = shownPath(file, project.folder);
  project.session.update(path, text);
  project.given.add(path);
  return path;
}

/** A project as it is now; what an earlier look at it has learned is kept if its configuration says the same. */
function opened(
  engine: Engine,
  folder: string,
  before: Project | undefined,
  rules: readonly Rule[],
): Project {
  const config = engine.readConfig({ cwd: folder, rules });
  const baseline = config.baseline === undefined ? undefined : readBaselineFile(config.baseline, folder);
  const same = before !== undefined && JSON.stringify(before.config.facts) === JSON.stringify(config.facts);
  const session = same ? before.session : engine.createSession({ cwd: folder, facts: config.facts, rules });
  if (same) {
    for (const file of before.given) session.update(file, undefined);
    session.refresh();
  } else for (const warning of config.warnings) process.emitWarning(harmlessLine(warning), "ddlint");
  return {
    folder,
    config,
    rules,
    baseline,
    session,
    others: new Map(),
    given: new Set(),
    opinions: new Map(),
  };
}

function lintIn(
  engine: Engine,
  project: Project,
  question: Question,
  names: ReadonlyMap<string, Rule>,
): LintResult {
  const opinions = opinionsFor(project, question.rules, names);
  const { session } = project;
  const path = given(project, question);
  const result = session.lint(path, opinions);
  if (result.findings.length > 0 || session.historyOf(path) !== undefined) return result;
  return otherSession(engine, project, path, question.text).lint(path, opinions);
}

/** A session for files of a folder that aren't part of the project's histories: one, or each would read them all. */
function otherSession(
  engine: Engine,
  { folder, config, rules, others }: Project,
  path: string,
  text: string,
): Session {
  const beside = path.slice(0, path.lastIndexOf("/") + 1);
  // What is applied already is said of the histories that the configuration speaks of.
  const facts = { ...config.facts, startAfter: undefined };
  const session = others.get(beside) ?? engine.createSession({ cwd: folder, facts, rules, paths: [path] });
  others.set(beside, session);
  session.update(path, text);
  return session;
}

/**
 * ESLint's configuration says which rules run, and ESLint how severe they are; `ddlint.jsonc` gives options that
 * ESLint's doesn't, its overrides and its baseline.
 */
function opinionsFor(
  { config, baseline, opinions }: Project,
  asked: ReadonlyMap<string, unknown>,
  names: ReadonlyMap<string, Rule>,
): Opinions {
  const key = JSON.stringify([...asked]);
  const known = opinions.get(key);
  if (known !== undefined) return known;
  const own = new Map(
    Object.entries(config.opinions.rules ?? {}).map(([name, setting]) => [
      names.get(name)?.id ?? name,
      typeof setting === "string" ? {} : setting[1],
    ]),
  );
  const rules = Object.fromEntries(
    [...asked].map(([id, options]) => [
      id,
      ["error", { ...own.get(id), ...(options as object | undefined) }] as const,
    ]),
  );
  const made: Opinions = { ...config.opinions, presets: [], rules, baseline };
  opinions.set(key, made);
  return made;
}

/** The message of a user's mistake; its file is named as seen from where ESLint runs. */
function lineFrom(error: UserError, below: string): string {
  const { file } = error.place;
  if (below === "" || file === undefined || /^(?:\.\.|\/|[A-Za-z]:)/.test(file)) return error.line();
  return new UserError(error.message, { ...error.place, file: `${below}/${file}` }).line();
}

const bug = (error: LintResult["errors"][number]): string =>
  harmlessLine(
    `${bugText(error)}. Please report this${error.pack === undefined ? "" : ` to ${error.pack}`}.`,
  );
