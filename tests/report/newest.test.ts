/** The text report shows the newest migrations in full, and sums up older ones. */
import { describe, expect, it } from "vitest";
import { createReport, formats, lintProject, memoryFileSystem, plainColors, rules } from "../../src/index.ts";
import type { LintOptions } from "../../src/index.ts";

const numbered = (n: number): string => String(20260000 + n);

/** A history of `n` migrations behind the first, each with an error and a warning; `big` has a hundred errors. */
function history(n: number, big = 0): Record<string, string> {
  const files: Record<string, string> = {};
  files["migrations/20250101_tables.sql"] =
    "CREATE TABLE t (id bigint PRIMARY KEY, a int);\nCREATE INDEX i ON t (a);\n";
  for (let i = 1; i <= n; i++)
    files[`migrations/${numbered(i)}_x.sql`] = "DROP INDEX i;\nCREATE INDEX i ON t (a);\n";
  if (big > 0)
    files[`migrations/${numbered(n + 1)}_big.sql`] = Array.from(
      { length: big },
      (_, i) => `CREAT${i} x;\n`,
    ).join("");
  return files;
}

async function text(files: Record<string, string>, all?: boolean, more: LintOptions = {}): Promise<string> {
  const facts = { dialect: "postgres", tool: "raw", lockTimeout: "2s", ...more.facts } as const;
  const opinions = {
    only: ["index-without-concurrently", "drop-index-without-concurrently", "syntax-error"],
  };
  const result = await lintProject({ fs: memoryFileSystem(files), facts, opinions });
  const format = await formats.text();
  return format(createReport(result, { rules, all }), { colors: plainColors });
}

const shownFiles = (report: string): readonly string[] => report.match(/^migrations\/\d+_\w+\.sql$/gm) ?? [];

describe("the text report", () => {
  it("shows a young history in full", async () => {
    const report = await text(history(25));
    expect(shownFiles(report)).toHaveLength(25);
    expect(report).not.toContain("older");
  });

  it("sums up what is older than fifty findings by rule, and counts it", async () => {
    const report = await text(history(60));
    expect(shownFiles(report)).toEqual(
      Array.from({ length: 25 }, (_, i) => `migrations/${numbered(36 + i)}_x.sql`),
    );
    expect(report).toContain(`70 findings in 35 older migrations, up to ${numbered(35)}_x:`);
    expect(report).toMatch(
      /35 warning drop-index-without-concurrently\n +35 warning index-without-concurrently/,
    );
    expect(report).toContain("120 warnings in 61 migrations");
  });

  it("shows the newest migration in full, whatever it holds", async () => {
    const report = await text(history(2, 100));
    expect(report.match(/error syntax-error/g)).toHaveLength(100);
    expect(report).toContain("4 findings in 2 older migrations");
  });

  it("shows everything if asked to, or if it is known what is new", async () => {
    expect(shownFiles(await text(history(60), true))).toHaveLength(60);
    const facts = { startAfter: numbered(5) };
    expect(shownFiles(await text(history(60), undefined, { facts }))).toHaveLength(55);
  });
});
