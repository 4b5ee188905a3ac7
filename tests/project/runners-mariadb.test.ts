/**
 * What ddlint says of each tool on MySQL and MariaDB against what the tool did there: fixtures/runners-mariadb holds the
 * files that real tools applied to a real server, and what was there afterwards (tools/runners).
 */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { loadWholeFlow } from "../../src/engine/flow.ts";
import { lintProject, memoryFileSystem } from "../../src/index.ts";
import { openHistories } from "../../src/engine/open.ts";
import { replayFacts } from "../../src/replay/replay-facts.ts";
import type { Step } from "../../src/replay/step.ts";

interface Run {
  readonly files: Readonly<Record<string, string>>;
  readonly exit: "ok" | "fails" | "hangs";
  readonly refused?: "syntax" | "missing table";
  readonly kept: readonly string[];
}

interface Result {
  /** A suffix is a way to run the tool that isn't its default. */
  readonly tool: string;
  readonly probes: Readonly<Record<string, readonly Run[]>>;
}

const folder = new URL("../../fixtures/runners-mariadb/", import.meta.url);
const settings: Readonly<Record<string, Run["files"]>> = {
  "typeorm.each": { "data-source.ts": 'migrationsTransactionMode: "each",\n' },
};
const results = readdirSync(folder).map((name) => {
  const result = JSON.parse(readFileSync(new URL(name, folder), "utf8")) as Result;
  return { ...result, shown: result.tool, tool: result.tool.replace(/\..*/, "") };
});

/** Where ddlint says otherwise, on purpose. */
const notYet: Readonly<Record<string, readonly string[]>> = {
  // One transaction for all files, which the table of the first ends for good: each file is followed alone.
  knex: ["failure in the second after a table"],
  drizzle: ["failure in the second after a table"],
  // By default it refuses to run at all where a migration opts out.
  typeorm: ["failure in the second after a table", "opted out, failure", "opted out, failure after a table"],
};

const flow = await loadWholeFlow(["mariadb"], undefined);

const labelOf = ({ script, statement }: Step): string | undefined =>
  /VALUES \('(\w+)'\)/.exec(script.text.slice(statement.span.start, statement.span.end))?.[1];
const fails = ({ script, statement }: Step): boolean =>
  script.text.slice(statement.span.start, statement.span.end).includes("INTO missing");

/** The rows that stay when the failing statement has failed, as the facts have it. */
function expected(tool: string, files: Run["files"]): readonly string[] {
  const fs = memoryFileSystem(files);
  const { histories } = openHistories(fs, [], { tool, dialect: "mariadb" });
  const [history] = flow.complete(fs, histories);
  if (history === undefined) throw new Error(`${tool} has no history`);
  const scopes = [...flow.replay(history, { facts: replayFacts({}), snapshot: undefined })];
  const all = scopes.map(({ migration, steps }) => ({ wraps: migration.up.transaction.wraps, steps }));
  const last = all.findIndex(({ steps }) => steps.some(fails));
  return all.slice(0, last + 1).flatMap(({ wraps, steps }, i) => {
    const failing = all[last]?.steps.find(fails);
    const isUndone = (step: Step): boolean =>
      failing?.transaction.kind === "block" &&
      (i === last ? step.transaction.id === failing.transaction.id : wraps === "all");
    return steps.filter((step) => !isUndone(step)).flatMap((step) => labelOf(step) ?? []);
  });
}

describe.each(results)("$shown", ({ shown, tool, probes }) => {
  it.each(Object.keys(probes).filter((probe) => probe.includes("failure")))("undoes: %s", (probe) => {
    const run = probes[probe]?.[0];
    if (run?.refused !== "missing table" || notYet[shown]?.includes(probe) === true) return;
    if (shown !== tool && settings[shown] === undefined && notYet[tool]?.includes(probe) === true) return;
    expect(expected(tool, { ...settings[shown], ...run.files })).toEqual(run.kept);
  });

  it("knows DELIMITER, or not", async () => {
    const run = probes["delimiter"]?.[0];
    if (run === undefined) return;
    const { findings, errors } = await lintProject({
      fs: memoryFileSystem(run.files),
      facts: { tool, dialect: "mariadb" },
      opinions: { only: ["syntax-error"] },
    });
    expect(errors).toEqual([]);
    expect(findings).toHaveLength(run.refused === "syntax" ? 1 : 0);
  });
});
