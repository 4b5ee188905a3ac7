/** One folder with one configuration: its session, fed with what the editor has open. */
import { resolve } from "node:path";
import {
  UserError,
  findConfig,
  loadConfig,
  nodeFileSystem,
  overlay,
  readBaselineFile,
  rules as builtInRules,
} from "../index.ts";
import type { Engine, LintResult, PlanOptions, Rule, Session, Store } from "../index.ts";

/** What is wrong in a configuration. */
export interface ConfigProblem {
  /** Absolute. */
  readonly path: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export interface Project {
  /** Absolute. */
  readonly root: string;
  readonly rules: readonly Rule[];
  /** Sentences for the user. */
  readonly warnings: readonly string[];
  readonly problem: () => ConfigProblem | undefined;
  /** Files of this project as the editor holds them, by path from the root. */
  readonly sync: (buffers: ReadonlyMap<string, string>) => void;
  /** The disk may have changed. */
  readonly refresh: () => void;
  /** It isn't asked any more: what is wrong in its configuration is forgotten. */
  readonly close: () => void;
  /** The configuration on the disk is no longer the one that was read. */
  readonly isStale: () => boolean;
  /** Answers may be other ones, or the configuration, after this change of a file. */
  readonly dependsOn: (file: string, change: "changed" | "created or deleted") => boolean;
  /** It is a migration, or could be one. */
  readonly knows: (file: string) => boolean;
  /** Changes with every answer that may. */
  readonly generation: () => number;
  /** Undefined: the configuration is wrong. */
  readonly lint: (file?: string) => LintResult | undefined;
  readonly ask: <T>(question: (session: Session) => T) => T | undefined;
  /** What a command begins with that writes files, over what the editor holds; undefined: the configuration is wrong. */
  readonly request: () => ProjectRequest | undefined;
}

export type ProjectRequest = Required<
  Pick<PlanOptions, "cwd" | "root" | "fs" | "facts" | "opinions" | "rules">
>;

export interface ProjectOptions {
  /** A bug of ours, which cost only a part of an answer. */
  readonly onBug: (text: string) => void;
  readonly engine: Engine;
  /** What earlier sessions have replayed; undefined: nothing is kept. */
  readonly store: Store | undefined;
  readonly root: string;
  readonly allowCode: boolean;
  readonly onProblem: (problem: ConfigProblem | undefined, before: ConfigProblem | undefined) => void;
}

export async function openProject(options: ProjectOptions): Promise<Project> {
  const { engine, store, root, onProblem } = options;
  const config = configOn(root);
  let problem: ConfigProblem | undefined;
  let session: Session | undefined;
  let rules: readonly Rule[] = builtInRules;
  let warnings: readonly string[] = [];
  let generation = 0;
  let known = new Map<string | undefined, LintResult>();
  let buffers: ReadonlyMap<string, string> = new Map();
  let roots: readonly string[] | undefined;
  const disk = nodeFileSystem(root);
  let loaded: Awaited<ReturnType<typeof loadConfig>> | undefined;
  let baseline: string | undefined;
  let baselineRead: string | undefined;
  const baselineNow = (): string | undefined => (baseline === undefined ? undefined : disk.stamp?.(baseline));

  const setProblem = (next: ConfigProblem | undefined): void => {
    const before = problem;
    problem = next;
    if (before?.message !== next?.message || before?.path !== next?.path) onProblem(next, before);
  };
  /** A mistake of the user is told and leaves no answer; anything else is a bug, and thrown. */
  const attempt = <T>(action: () => T): T | undefined => {
    try {
      return action();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      setProblem(problemOf(error, root, config.path));
      return undefined;
    }
  };
  const changed = (): void => {
    generation++;
    known = new Map();
    roots = undefined;
  };
  const rootsNow = (): readonly string[] =>
    (roots ??= attempt(() => session?.histories().map((history) => history.root)) ?? []);

  try {
    loaded = await loadConfig({ cwd: root, rules: builtInRules, allowCode: options.allowCode });
    ({ rules, warnings } = loaded);
    ({ baseline } = loaded);
    baselineRead = baselineNow();
    const accepted = baseline === undefined ? {} : { baseline: readBaselineFile(baseline, root) };
    session = engine.createSession({
      cwd: root,
      facts: loaded.facts,
      opinions: { ...loaded.opinions, ...accepted },
      rules,
      cache: store && { store },
    });
    // A configuration that names what isn't there is reported before the first file is opened.
    if (config.path !== undefined) session.histories();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    setProblem(problemOf(error, root, config.path));
  }

  return {
    root,
    rules,
    warnings,
    problem: () => problem,
    generation: () => generation,
    sync(next) {
      for (const [file, text] of next) {
        if (buffers.get(file) === text) continue;
        session?.update(file, text);
        changed();
      }
      for (const file of buffers.keys()) {
        if (next.has(file)) continue;
        session?.update(file, undefined);
        changed();
      }
      buffers = next;
    },
    refresh() {
      attempt(() => session?.refresh());
      changed();
    },
    close() {
      setProblem(undefined);
    },
    isStale: () => {
      const now = configOn(root);
      return now.path !== config.path || now.text !== config.text || baselineRead !== baselineNow();
    },
    dependsOn: (file, change) =>
      session === undefined ||
      /(?:^|\/)(?:ddlint\.[^/]+|package\.json)$/.test(file) ||
      (baseline !== undefined && resolve(root, baseline) === resolve(root, file)) ||
      session.dependsOn(file, change),
    knows: (file) =>
      file.endsWith(".sql") ||
      rootsNow().some((folder) => folder === "." || file === folder || file.startsWith(`${folder}/`)),
    lint(file) {
      const before = known.get(file);
      if (before !== undefined) return before;
      const result = attempt(() => session?.lint(file));
      if (result !== undefined) {
        known.set(file, result);
        for (const { ruleId, file: at, message, stack } of result.errors)
          options.onBug(`${ruleId ?? "a bug"} at ${at ?? root}: ${stack ?? message}`);
        setProblem(undefined);
      }
      return result;
    },
    ask: (question) => attempt(() => session && question(session)),
    request() {
      if (loaded === undefined || session === undefined) return undefined;
      const fs = overlay(nodeFileSystem(root), Object.fromEntries(buffers));
      return { cwd: root, root, fs, facts: loaded.facts, opinions: loaded.opinions, rules };
    },
  };
}

function configOn(root: string): { readonly path: string | undefined; readonly text: string | undefined } {
  const found = findConfig(root);
  return { path: found?.path, text: found?.text };
}

/** A mistake that names no file stands in the configuration, or in the one that is missing. */
const problemOf = (error: UserError, root: string, config: string | undefined): ConfigProblem => ({
  path:
    error.place.file === undefined
      ? (config ?? resolve(root, "ddlint.jsonc"))
      : resolve(root, error.place.file),
  line: error.place.line ?? 1,
  column: error.place.column ?? 1,
  message: new UserError(error.message, { ...error.place, file: undefined }).line(),
});
