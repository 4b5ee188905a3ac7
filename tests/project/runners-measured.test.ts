/**
 * What ddlint says of each tool against what the tool did: fixtures/runners holds the files that real tools applied to a
 * real server, and what was there afterwards (tools/runners).
 */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { loadCodeReader } from "../../src/engine/code-migrations.ts";
import { lintProject, memoryFileSystem } from "../../src/index.ts";
import { openHistories } from "../../src/engine/open.ts";
import { span, type Span } from "../../src/text/span.ts";
import type { Facts } from "../../src/project/facts.ts";
import type { History, Script } from "../../src/project/migration.ts";
import { isKnownTool } from "../../src/project/known-tools.ts";
import { messagesOf } from "../../src/replay/messages.ts";

interface Run {
  readonly files: Readonly<Record<string, string>>;
  readonly exit: "ok" | "fails" | "hangs";
  readonly errors?: readonly string[];
  readonly says?: string;
  readonly transactions?: readonly (readonly string[])[];
  readonly lockTimeouts?: Readonly<Record<string, string>>;
  readonly recorded?: readonly string[];
}

interface Result {
  /** A suffix is a way to run the tool that isn't its default. */
  readonly tool: string;
  readonly probes: Readonly<Record<string, readonly Run[]>>;
}

const folder = new URL("../../fixtures/runners/", import.meta.url);
const results = readdirSync(folder).map(
  (name) => JSON.parse(readFileSync(new URL(name, folder), "utf8")) as Result,
);
/** Ways to write files, and settings, which ddlint sees. */
const inFiles = /\.(?:statement-begin|session-lock|group)$/;
const settings: Readonly<Record<string, Run["files"]>> = {
  "flyway.session-lock": { "flyway.conf": "flyway.postgresql.transactional.lock=false\n" },
  "flyway.group": { "flyway.conf": "flyway.group=true\nflyway.postgresql.transactional.lock=false\n" },
};
const known = results
  .map((result) => ({ ...result, shown: result.tool, tool: result.tool.replace(inFiles, "") }))
  .filter(({ tool }) => isKnownTool(tool));

/** Where ddlint says otherwise, on purpose. */
const notYet: Readonly<Record<string, readonly string[]>> = {
  // The order is that of a graph: one that follows an applied one is no late one, and a second last one is refused.
  alembic: ["late"],
  // The order is that of a graph: one that follows an applied one is no late one, and two last ones are reported as such.
  django: ["late"],
  // The order of `includeAll`; one that includes files by name has the order of the list. And JDBC begins anew.
  // It runs no file that has both such statements and others, however these are parted.
  flyway: ["concurrently after commit", "concurrently after begin and commit"],
  // It refuses such a group.
  "flyway.group": ["one opted out"],
  liquibase: ["order", "concurrently after commit"],
  // One that opts out runs beside the open transaction, which goes on after it.
  "mikro-orm": ["one opted out"],
  // As a library it refuses by default; measured is its command line.
  refinery: ["edited"],
  // Numbers without a gap leave no room for a late one.
  tern: ["late"],
  // By default it refuses to run at all where a migration opts out.
  typeorm: [
    "opted out, one line",
    "opted out",
    "one opted out",
    "opted out, failure",
    "opted out, concurrently after set on one line",
  ],
};

const code = await loadCodeReader();

const historyOf = (tool: string, files: Run["files"]): History => {
  const fs = memoryFileSystem(files);
  const [history] = code.histories(fs, openHistories(fs, [], { tool }).histories);
  if (history === undefined) throw new Error(`${tool} has no history`);
  return history;
};

/** What a probe's statements do: leave a row, as in `INSERT INTO seen VALUES ('label')`, or fail. */
const statements = ({ text, part }: Script): readonly { readonly text: string; readonly span: Span }[] =>
  [...text.slice(0, part.end).matchAll(/INSERT INTO seen VALUES \('\w+'\)|1 \/ 0/g)]
    .filter(({ index }) => index >= part.start)
    .map((match) => ({ text: match[0], span: span(match.index, match.index + match[0].length) }));
const labelOf = (statement: { readonly text: string }): string =>
  /'(\w+)'/.exec(statement.text)?.[1] ?? "failure";

/** Of a migration in code: the COMMIT or BEGIN of its tool that came last before the statement, and where. */
function lastEnd({ text, part, code: own }: Script, at: number): { word: string; index: number } | undefined {
  if (own === undefined) return undefined;
  const found = [...text.slice(0, at).matchAll(/^(COMMIT|BEGIN);$/gm)].at(-1);
  return found === undefined || found.index < part.start
    ? undefined
    : { word: found[1] ?? "", index: found.index };
}

/** Which statements share a transaction, as the facts have it, up to the first failure. */
function expected(history: History): readonly (readonly string[])[] {
  let groups: string[][] = [];
  let open: string[] | undefined;
  for (const { up } of history.migrations) {
    const { wraps, optedOut } = up.transaction;
    const shared = !optedOut && wraps === "all";
    if (!shared) open = undefined;
    if (!optedOut && wraps === "each") groups.push((open = []));
    const sent = statements(up);
    const messages = messagesOf(up, sent);
    for (const [i, statement] of sent.entries()) {
      const end = lastEnd(up, statement.span.start);
      const isCut = end !== undefined && end.index !== lastEnd(up, sent[i - 1]?.span.start ?? 0)?.index;
      const isNext =
        isCut ||
        ((wraps === "none" || optedOut || end?.word === "COMMIT") && messages[i] !== messages[i - 1]);
      if (open === undefined || isNext) groups.push((open = []));
      open.push(labelOf(statement));
    }
    const left = lastEnd(up, up.part.end)?.index ?? -1;
    if (!shared || left > (sent.at(-1)?.span.start ?? 0)) open = undefined;
    const failed = groups.findIndex((group) => group.includes("failure"));
    if (failed >= 0) {
      groups = groups.slice(0, failed);
      break;
    }
  }
  return groups.filter((group) => group.length > 0);
}

const rulesOf = async (
  tool: string,
  rule: string,
  files: Run["files"],
  facts: Facts = {},
): Promise<number> => {
  const { findings, errors } = await lintProject({
    fs: memoryFileSystem(files),
    facts: { tool, ...facts },
    opinions: { only: [rule] },
  });
  expect(errors).toEqual([]);
  return findings.length;
};

const all = ({ transactions = [] }: Run): readonly string[] => transactions.flat();

describe.each(known)("$shown", ({ shown, tool, probes }) => {
  const isOtherwise = (probe: string): boolean =>
    [tool, shown].some((name) => notYet[name]?.includes(probe) === true);
  const first = (probe: string): Run | undefined => probes[probe]?.[0];

  it.each(
    [
      "transaction",
      "one line",
      "opted out, one line",
      "opted out",
      "one opted out",
      "failure",
      "opted out, failure",
      "failure in the second",
    ].filter((probe) => first(probe) !== undefined),
  )("shares transactions: %s", (probe) => {
    const run = first(probe);
    if (run === undefined || isOtherwise(probe)) return;
    expect(run.transactions ?? []).toEqual(expected(historyOf(tool, { ...settings[shown], ...run.files })));
  });

  it.each(
    Object.entries(probes).filter(
      ([probe]) => probe.includes("concurrently") || probe.startsWith("opted out, "),
    ),
  )("refuses CONCURRENTLY or not: %s", async (probe, [run]) => {
    if (run === undefined || !/CONCURRENTLY/.test(JSON.stringify(run.files))) return;
    if (isOtherwise(probe)) return;
    // Sqlx sends a byte order mark to the server, which can't read it.
    const refused =
      run.exit === "hangs" ||
      run.errors?.some((error) => /^25001|^42601|^55P03/.test(error)) === true ||
      run.says?.includes("non-transactional") === true;
    const files = { ...settings[shown], ...run.files };
    const found = await rulesOf(tool, "concurrently-in-transaction", files);
    expect(found > 0).toBe(refused);
  });

  it("refuses an enum's value that another pending migration adds, or not", async () => {
    const [before, run] = probes["enum value in the next"] ?? [];
    if (before === undefined || run === undefined) return;
    const [applied] = Object.keys(before.files);
    const isRefused = run.errors?.some((error) => error.startsWith("55P04")) === true;
    const files = { ...before.files, ...run.files };
    const found = await rulesOf(tool, "enum-value-used-in-transaction", files, { startAfter: applied });
    expect(found).toBe(isRefused ? 1 : 0);
  });

  it("runs in order", () => {
    const run = first("order");
    if (run?.exit !== "ok" || isOtherwise("order")) return;
    const names = historyOf(tool, run.files).migrations.map(({ up }) => statements(up).map(labelOf));
    expect(names.flat()).toEqual(all(run));
  });

  it("takes or refuses a version that is used twice", () => {
    for (const probe of ["duplicate", "late duplicate"]) {
      const runs = probes[probe] ?? [];
      const last = runs.at(-1);
      if (last === undefined) continue;
      const files = Object.assign({}, ...runs.map((run) => run.files)) as Run["files"];
      const problems = historyOf(tool, files).problems.filter(({ rule }) => rule === "duplicate-version");
      const runsBoth = last.exit === "ok" && all(last).length === 2;
      expect(problems).toHaveLength(runsBoth ? 0 : 1);
    }
  });

  it("runs a late version, or not", () => {
    const run = probes["late"]?.at(-1);
    if (run === undefined || isOtherwise("late")) return;
    expect(historyOf(tool, run.files).late?.runs).toBe(run.exit === "ok" && all(run).includes("2"));
  });

  it("refuses an edited migration, or not", () => {
    const run = probes["edited"]?.at(-1);
    if (run === undefined || isOtherwise("edited")) return;
    const said = historyOf(tool, run.files).edited?.includes("refuses") ?? false;
    expect(said).toBe(run.exit === "fails");
  });

  it("keeps a setting for the next migration, or not", async () => {
    const run = first("set");
    if (run === undefined) return;
    const leaks = run.lockTimeouts?.["b"] !== undefined;
    const { resets = [] } = historyOf(tool, run.files).migrations[0]?.up.transaction ?? {};
    expect(resets === "all" || resets.includes("lock_timeout")).toBe(!leaks);
    expect(await rulesOf(tool, "setting-outlives-migration", run.files)).toBe(leaks ? 1 : 0);
  });

  it("fails where a file commits its transaction, or not", () => {
    const run = first("begin and commit");
    if (run === undefined) return;
    const { checksCommit, migrations } = historyOf(tool, run.files);
    const said = checksCommit === true || checksCommit === migrations[0]?.up.transaction.wraps;
    expect(said).toBe(run.exit === "fails");
  });

  it("sends a byte order mark to the server, or not", async () => {
    const run = first("byte order mark");
    if (run === undefined) return;
    const isRefused = run.errors?.some((error) => error.startsWith("42601")) === true;
    expect(await rulesOf(tool, "syntax-error", run.files)).toBe(isRefused ? 1 : 0);
  });

  it("heeds SET LOCAL, or not", async () => {
    for (const probe of ["set local", "opted out, set local"]) {
      const run = first(probe);
      if (run === undefined) continue;
      const heeded = run.lockTimeouts?.["a"] !== undefined;
      expect(await rulesOf(tool, "set-local-outside-transaction", run.files)).toBe(heeded ? 0 : 1);
    }
  });
});
