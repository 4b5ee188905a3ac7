import { applyFixes, fixOf } from "../../src/findings/apply-fixes.ts";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { lintProject, memoryFileSystem } from "../../src/index.ts";
import { rulesByDialect } from "../../src/lint/rules-for.ts";
import { loadWholeFlow } from "../../src/engine/flow.ts";
import type { Finding } from "../../src/lint/finding.ts";
import type { Opinions } from "../../src/lint/opinions.ts";
import type { LintResult } from "../../src/lint/result.ts";
import type { Rule } from "../../src/lint/rule.ts";
import type { History, FileSystem } from "../../src/project/migration.ts";
import type { ReplayedMigration } from "../../src/replay/replayed-migration.ts";
import { snapshotSchema } from "../../src/replay/snapshot.ts";
import { changesOf, type Changes } from "../../src/project/changes.ts";
import type { Given, Want } from "./pieces.ts";
import { readFixture, readGiven } from "./pieces.ts";

const flow = await loadWholeFlow(["postgres", "mysql", "mariadb"], undefined);
export const load = (): Promise<void> => Promise.resolve();

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
  return lintHistory(history, given, rules, opinions ?? opinionsFor(given, ruleId), freeze);
}

export function opinionsFor(given: Given, ruleId: string | undefined): Opinions {
  const settings = ruleId && given.options ? { rules: { [ruleId]: ["error", given.options] as const } } : {};
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
  const replayed = flow.replay(history, { facts, snapshot });
  return flow.lint({
    runs: [{ history, migrations: freeze ? frozen(replayed) : replayed }],
    rules: rulesByDialect(rules, opinions),
  });
}

/** What was read and found can't be changed by a rule. */
function* frozen(migrations: Iterable<ReplayedMigration>): Generator<ReplayedMigration> {
  for (const migration of migrations) {
    deepFreeze(migration.parsed);
    yield migration;
  }
}

const textsBelow = (folder: string): Record<string, string> =>
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
export async function lintFolder(
  folder: string,
  ruleId: string,
): Promise<LintResult & { readonly texts: Readonly<Record<string, string>> }> {
  const all = textsBelow(folder);
  const isBase = (path: string): boolean => path.startsWith(base);
  const texts = Object.fromEntries(Object.entries(all).filter(([path]) => !isBase(path)));
  const before = new Map(
    Object.entries(all).flatMap(([path, text]) => (isBase(path) ? [[path.slice(base.length), text]] : [])),
  );
  const given = readGiven(Object.values(texts).find((text) => text.startsWith("-- given:")) ?? "");
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
    changes: before.size === 0 ? undefined : changesFrom(before, texts, fs),
    facts: {
      serverVersion: String(given.serverVersion),
      tool: given.tool,
      startAfter: given.startAfter,
      lockTimeout: given.lockTimeout,
      sqlMode: given.sqlMode,
      tables: given.tables,
      now: given.now,
    },
    opinions: opinionsFor(given, ruleId),
  });
  const moved = new Set(Object.values(texts));
  const gone = [...before].filter(([path, text]) => texts[path] === undefined && !moved.has(text));
  return { ...result, texts: { ...texts, ...Object.fromEntries(gone) } };
}

/** Below it lies a project as it was at the commit that is compared with. */
const base = "base/";

function changesFrom(
  before: ReadonlyMap<string, string>,
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
  return changesOf(files, now);
}

/** Where findings and wants differ, in words; empty: they agree. */
export function mismatches(findings: readonly Finding[], wants: readonly Want[]): string[] {
  const left = [...findings];
  const out: string[] = [];
  for (const want of wants) {
    const pattern = new RegExp(want.pattern, "u");
    const i = left.findIndex(
      (finding) => finding.line === want.line && pattern.test(`${finding.ruleId}: ${finding.message}`),
    );
    if (i >= 0) left.splice(i, 1);
    else out.push(`line ${want.line}: no finding matches "${want.pattern}"`);
  }
  for (const finding of left)
    out.push(`line ${finding.line}: unwanted ${finding.ruleId}: ${finding.message}`);
  return out;
}

/** The text with each finding drawn below its line. */
export function drawn(text: string, findings: readonly Finding[]): string {
  return text
    .split(/\r\n|\r|\n/)
    .flatMap((line, i) => [
      line,
      ...findings
        .filter((finding) => finding.line === i + 1)
        .map((finding) => {
          const width = finding.endLine === finding.line ? finding.endColumn - finding.column : 1;
          const marks = "^".repeat(Math.max(1, width));
          return `${" ".repeat(finding.column - 1)}${marks} ${finding.ruleId}: ${finding.message}`;
        }),
    ])
    .join("\n");
}

function deepFreeze(value: unknown): void {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const one of Object.values(value)) deepFreeze(one);
}

/** The text with the fixes and suggestions of all findings made, as far as they don't touch each other. */
export const mended = (text: string, findings: readonly Finding[]): string =>
  applyFixes(
    text,
    findings.flatMap((finding) => fixOf(finding, true) ?? []),
  ).text;
