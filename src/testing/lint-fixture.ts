/** Lints a fixture, as its first line asks, through the engine that every other caller goes through. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { loadWholeFlow } from "../engine/flow.ts";
import { lintProject } from "../engine/lint.ts";
import type { World } from "../engine/open.ts";
import type { Opinions } from "../lint/opinions.ts";
import type { LintResult } from "../lint/result.ts";
import type { Rule } from "../lint/rule.ts";
import { rulesByDialect } from "../lint/rules-for.ts";
import { dialectNames } from "../model/dialect.ts";
import { changesOf, noSideChanges, upstreamOf, type Changes } from "../project/git/changes.ts";
import { memoryFileSystem } from "../project/files/file-system.ts";
import type { FileSystem, History } from "../project/migration.ts";
import type { ReplayedMigration } from "../replay/replayed-migration.ts";
import { snapshotSchema } from "../replay/snapshot.ts";
import { readFixture, readGiven, type Given } from "./fixture.ts";

// Loaded here, so that all that follows is synchronous.
export const flow = await loadWholeFlow(dialectNames, undefined);

/** Lints a fixture's text as its first line asks; `ruleId`: the rule that runs alone unless it asks for more. */
export function lintFixture(
  path: string,
  text: string,
  rules: readonly Rule[],
  ruleId?: string,
  opinions?: Opinions,
  { freeze = false } = {},
): LintResult {
  const { given, history } = readFixture(path, text);
  return lintHistory(history, given, rules, opinions ?? opinionsFor(given, ruleId, rules), freeze);
}

export function opinionsFor(given: Given, ruleId: string | undefined, rules: readonly Rule[]): Opinions {
  const level = rules.find(({ id }) => id === ruleId)?.severity ?? "error";
  const settings = ruleId && given.options ? { rules: { [ruleId]: [level, given.options] as const } } : {};
  if (given.rules === "all") return { presets: ["strict"], ...settings };
  if (given.rules === "recommended" || ruleId === undefined) return settings;
  return { only: [ruleId], ...settings };
}

export function lintHistory(
  history: History,
  given: Given,
  rules: readonly Rule[],
  opinions: Opinions,
  freeze = false,
): LintResult {
  if (freeze) deepFreeze(history);
  const replayed = flow.replay(history, worldOf(history, given));
  return flow.lint({
    runs: [{ history, migrations: freeze ? frozen(replayed) : replayed }],
    rules: rulesByDialect(rules, opinions),
    merge: false,
  });
}

/** What is given of the server and of what is there before. */
export function worldOf(history: History, given: Given): World {
  const facts = {
    serverVersion: given.serverVersion,
    versionStated: given.versionStated,
    serverMinor: given.serverMinor,
    release: given.release,
    startAfter: given.startAfter,
    lockTimeout: given.lockTimeout,
    sqlMode: given.sqlMode,
    tables: given.tables,
    now: given.now,
    stats: given.stats,
  };
  const snapshot =
    given.schema === undefined
      ? undefined
      : snapshotSchema("schema.sql", given.schema, flow.read, flow.dialects.of(given.dialect), history);
  return { facts, snapshot };
}

/** What was read and found can't be changed by a rule. */
function* frozen(migrations: Iterable<ReplayedMigration>): Generator<ReplayedMigration> {
  for (const migration of migrations) {
    deepFreeze(migration.parsed);
    yield migration;
  }
}

/** The files of a folder, by path. */
export const textsBelow = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path.slice(folder.length + 1), readFileSync(path, "utf8")]),
  );

/**
 * Lints a folder as the project that it is; `given` stands in one of its files. A file that begins with
 * `-- unreadable: reason` can't be read. Texts are also those that are gone.
 */
export const lintFolder = (
  folder: string,
  ruleId: string,
  rules?: readonly Rule[],
  opinionsOf?: (given: Given) => Opinions,
): Promise<LintedTexts> => lintTexts(textsBelow(folder), ruleId, rules, opinionsOf);

export type LintedTexts = LintResult & { readonly texts: Readonly<Record<string, string>> };

/** The same of texts by their paths. */
export async function lintTexts(
  all: Readonly<Record<string, string>>,
  ruleId: string,
  rules?: readonly Rule[],
  opinionsOf = (given: Given): Opinions => opinionsFor(given, ruleId, rules ?? []),
): Promise<LintedTexts> {
  const below = (top: string): ReadonlyMap<string, string> =>
    new Map(
      Object.entries(all).flatMap(([path, text]) =>
        path.startsWith(top) ? [[path.slice(top.length), text]] : [],
      ),
    );
  const before = below(base);
  const meanwhile = below(upstream);
  const texts = Object.fromEntries(
    Object.entries(all).filter(([path]) => !path.startsWith(base) && !path.startsWith(upstream)),
  );
  const given = readGiven(Object.values(texts).find((text) => /^(?:--|\/\/) given:/.test(text)) ?? "");
  const refused = Object.entries(texts).flatMap(([path, text]) => {
    const because = /^-- unreadable: (.*?)(?: -- want|$)/m.exec(text)?.[1];
    return because === undefined ? [] : [[path, because] as const];
  });
  const isRefused = new Set(refused.map(([path]) => path));
  const readable = Object.entries(texts).filter(([path]) => !isRefused.has(path));
  const fs = memoryFileSystem(Object.fromEntries(readable), Object.fromEntries(refused));
  const result = await lintProject({
    cwd: "/",
    fs,
    changes: before.size === 0 ? undefined : changesFrom(before, meanwhile, texts, fs),
    facts: {
      serverVersion: String(given.serverVersion),
      tool: given.tool,
      startAfter: given.startAfter,
      lockTimeout: given.lockTimeout,
      sqlMode: given.sqlMode,
      tables: given.tables,
      now: given.now,
    },
    opinions: opinionsOf(given),
    rules,
    merge: false,
  });
  const moved = new Set(Object.values(texts));
  const gone = [...before].filter(([path, text]) => texts[path] === undefined && !moved.has(text));
  return { ...result, texts: { ...texts, ...Object.fromEntries(gone) } };
}

/** Below it lies a project as it was at the commit that is compared with. */
const base = "base/";
/** Below it lie the files that the branch which is compared with has added or changed since that commit. */
const upstream = "upstream/";

function changesFrom(
  before: ReadonlyMap<string, string>,
  meanwhile: ReadonlyMap<string, string>,
  texts: Readonly<Record<string, string>>,
  now: FileSystem,
): Changes {
  const present = Object.keys(texts);
  const files = {
    since: "main",
    added: new Set(present.filter((path) => !before.has(path))),
    modified: new Set(present.filter((path) => before.has(path) && before.get(path) !== texts[path])),
    deleted: new Set([...before.keys()].filter((path) => texts[path] === undefined)),
    renamed: new Map<string, string>(),
    before: (path: string) => before.get(path),
  };
  const changes = changesOf(files, now);
  if (meanwhile.size === 0) return changes;
  const later = {
    ...noSideChanges,
    added: new Set([...meanwhile.keys()].filter((path) => !before.has(path))),
    modified: new Set([...meanwhile.keys()].filter((path) => before.has(path))),
    before: (path: string) => before.get(path),
    after: (path: string) => meanwhile.get(path),
  };
  return { ...changes, upstream: () => upstreamOf(changes, now, later) };
}

function deepFreeze(value: unknown): void {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const one of Object.values(value)) deepFreeze(one);
}
