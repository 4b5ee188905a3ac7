/** Laws that look at all fixtures at once, or at none. */
import { readdirSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { lintProject, lintText, memoryFileSystem, rules } from "../../src/index.ts";
import type { FileSystem } from "../../src/index.ts";
import { resolveRules } from "../../src/lint/active.ts";
import { testRule } from "../support/rules.ts";
import { lintedCases, strict, type Case } from "./cases.ts";
import { shards } from "./each-case.ts";
import { except, exceptions } from "./exceptions.ts";

let cases: readonly Case[] = [];
beforeAll(() => {
  cases = lintedCases();
});

it("each shard of the cases has its file", () => {
  const files = readdirSync(import.meta.dirname).filter((name) => /^each-case-\d+\.test\.ts$/.test(name));
  expect(files.sort()).toEqual(Array.from({ length: shards }, (_, i) => `each-case-${i + 1}.test.ts`));
});

describe("3: nothing to read, nothing to say", () => {
  const quiet = ["empty-migration", "syntax-error", "missing-rollback", "bad-file-name", "missing-header"];
  it.each([
    "",
    "\n\n",
    "-- only this\n",
    "/* a */ ;",
    "\uFEFF",
    "\0",
    "SELEC 1;",
    "'",
    "$$",
    "/*",
    "(((((((((",
    "\\",
  ])("%j", async (text) => {
    const { findings, errors } = await lintText(text, { opinions: strict });
    expect(errors).toEqual([]);
    expect(findings.filter((finding) => !quiet.includes(finding.ruleId))).toEqual([]);
  });

  it("and what can't be read leaves its neighbours linted", async () => {
    const { findings } = await lintText("SELEC 1;\nDROP TABLE t;\nALTER TABL x;");
    expect(findings.map((finding) => `${finding.line} ${finding.ruleId}`)).toEqual(
      expect.arrayContaining(["1 syntax-error", "2 drop-table", "3 syntax-error"]),
    );
  });
});

it("8: the order in which files are found doesn't matter", async () => {
  const files: Record<string, string> = {};
  for (const { text } of cases.slice(0, 30)) {
    const number = String(Object.keys(files).length + 1).padStart(3, "0");
    files[`migrations/${number}_step.sql`] = text;
  }
  const disk = memoryFileSystem(files);
  const reversed: FileSystem = {
    read: (path) => disk.read(path),
    list: (folder) => [...disk.list(folder)].reverse(),
  };
  const [a, b] = await Promise.all(
    [disk, reversed].map((fs) => lintProject({ cwd: "/", fs, opinions: strict })),
  );
  expect(JSON.stringify(b?.findings)).toBe(JSON.stringify(a?.findings));
  expect(a?.errors).toEqual([]);
});

it("11: fix metadata is honest", () => {
  const offers = new Set(
    cases.flatMap(({ findings }) =>
      findings.flatMap((one) => (one.fix || one.suggestions.length > 0 ? [one.ruleId] : [])),
    ),
  );
  const dishonest = rules.filter(
    (rule) => !except("fix metadata", rule.id) && (rule.fix !== "none") !== offers.has(rule.id),
  );
  expect(dishonest.map((rule) => `${rule.id}: ${rule.fix}`)).toEqual([]);
});

it("14: rules are silent outside of their dialects", () => {
  const active = resolveRules(rules, strict, "mysql").active;
  expect(active.filter((one) => !one.rule.dialects.includes("mysql"))).toEqual([]);
});

it("15: a rule that throws is named, and the others run", async () => {
  const bad = testRule("bad-rule", {
    on: {
      dropTable() {
        throw new Error("oh no");
      },
      migration(_, context) {
        context.report({ at: { start: 0, end: 1 }, message: "found", data: undefined });
      },
    },
  });
  const { findings, errors } = await lintText("DROP TABLE t;", { rules: [bad, ...rules], path: "a.sql" });
  expect(errors).toMatchObject([
    { ruleId: "bad-rule", file: "a.sql", message: "oh no" },
    { ruleId: "bad-rule", file: "a.sql", message: 'no value for {{what}} in "found {{what}}"' },
  ]);
  expect(findings.map((finding) => finding.ruleId)).toContain("drop-table");
});

it("lists no exception for rules that don't exist", () => {
  const known = new Set(rules.map((rule) => rule.id));
  const listed = Object.values(exceptions).flatMap((law) => Object.keys(law));
  expect(listed.filter((id) => !known.has(id))).toEqual([]);
});
