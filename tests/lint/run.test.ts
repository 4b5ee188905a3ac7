import { describe, expect, it } from "vitest";
import { lintText, rules } from "../../src/index.ts";
import type { Facts, Rule } from "../../src/index.ts";
import { lintFixture } from "../../src/testing/lint-fixture.ts";
import { testRule } from "../support/rules.ts";

const lint = async (text: string, rule: Rule, facts: Facts = {}) => {
  const result = await lintText(text, { rules: [rule], facts, path: "a.sql", merge: false });
  expect(result.errors).toEqual([]);
  return result.findings;
};

const onDrop = (report: Record<string, unknown>, more: Partial<Rule> = {}): Rule =>
  testRule("some-rule", {
    // Some texts drop a table twice.
    alsoRefused: { objects: "a test" },
    ...more,
    on: {
      dropTable({ operation }, context) {
        context.report({ at: operation.head, message: "plain", ...report });
      },
    },
  });

describe("a finding", () => {
  it("fills placeholders and points at lines and columns", async () => {
    const [finding] = await lint(
      "SELECT 1;\n  DROP TABLE t;",
      onDrop({ message: "found", data: { what: 7 } }),
    );
    expect(finding).toMatchObject({
      message: "found 7",
      file: "a.sql",
      line: 2,
      column: 3,
      endLine: 2,
      direction: "up",
      operation: "dropTable",
      locks: [{ relation: "t", mode: "ACCESS EXCLUSIVE" }],
    });
  });

  it("takes the weaker severity of the rule and the report", async () => {
    expect((await lint("DROP TABLE t;", onDrop({ severity: "note" })))[0]?.severity).toBe("note");
    const strong = onDrop({ severity: "error" }, { severity: "warning" });
    expect((await lint("DROP TABLE t;", strong))[0]?.severity).toBe("warning");
  });

  it("takes `instead` from the report, else the recipe, else the docs", async () => {
    const recipe = { recipe: () => "the recipe" };
    const instead = async (rule: Rule) => (await lint("DROP TABLE t;", rule))[0]?.instead;
    expect(await instead(onDrop({ instead: "the report" }, recipe))).toBe("the report");
    expect(await instead(onDrop({}, recipe))).toBe("the recipe");
    expect(await instead(onDrop({}, { recipe: () => undefined }))).toBe("write something else");
  });

  it("about locks of small tables alone is a note", async () => {
    const facts: Facts = { tables: { t: "small" } };
    expect((await lint("DROP TABLE t;", onDrop({}), facts))[0]?.severity).toBe("note");
    expect((await lint("DROP TABLE u;", onDrop({}), facts))[0]?.severity).toBe("error");
    const loss = onDrop({}, { category: "data-loss" });
    expect((await lint("DROP TABLE t;", loss, facts))[0]?.severity).toBe("error");
  });

  it("is said once", async () => {
    const twice = testRule("some-rule", {
      on: {
        dropTable({ operation }, context) {
          const one = { at: operation.head, message: "plain", data: undefined };
          context.report(one);
          context.report(one);
        },
      },
    });
    expect(await lint("DROP TABLE t;", twice)).toHaveLength(1);
  });

  it("is offered a fix or a suggestion, as the rule declares", async () => {
    const fix = { title: "x", edits: [] };
    expect((await lint("DROP TABLE t;", onDrop({ fix }, { fix: "safe" })))[0]).toMatchObject({
      fix,
      suggestions: [],
    });
    expect((await lint("DROP TABLE t;", onDrop({ fix }, { fix: "suggestion" })))[0]).toMatchObject({
      fix: undefined,
      suggestions: [fix],
    });
  });
});

describe("fingerprints", () => {
  const prints = async (text: string) => (await lint(text, onDrop({}))).map((one) => one.fingerprint);
  it("survive moved lines and white space", async () => {
    expect(await prints("-- a\n\nDROP   TABLE\n t;")).toEqual(await prints("DROP TABLE t;"));
  });
  it("tell repetitions and other statements apart", async () => {
    const all = await prints("DROP TABLE t;DROP TABLE t;DROP TABLE u;");
    expect(new Set(all).size).toBe(3);
    expect(all.every((print) => /^[0-9a-f]{16}$/.test(print))).toBe(true);
  });
  it("don't change when a neighbour is silenced", async () => {
    const [, second] = await prints("DROP TABLE t;\nDROP TABLE t;");
    expect(await prints("DROP TABLE t; -- ddlint-disable-line\nDROP TABLE t;")).toEqual([second]);
  });
});

it("a rule that speaks once a run tells how many more there are", () => {
  const drop = "DROP TABLE t;\n";
  const rule = testRule("some-rule", {
    alsoRefused: { objects: "drops a table three times" },
    once: () => true,
    messages: { waits: "waits{{more}}" },
    on: {
      dropTable({ operation }, context) {
        context.report({ at: operation.head, message: "waits", data: { more: "" } });
      },
    },
  });
  const run = (text: string) => lintFixture("a.sql", text, [rule]).findings.map((one) => one.message);
  expect(run(drop)).toEqual(["waits"]);
  expect(run([drop, drop, drop].join("-- next migration\n"))).toEqual(["waits (and 2 more migrations)"]);
});

it("rules that want it look at rollbacks, the others don't", () => {
  const text = "CREATE TABLE t (a int);\n-- rollback\nDROP TABLE t;\n";
  const lines = (more: Partial<Rule>) =>
    lintFixture("a.sql", text, [onDrop({}, more)]).findings.map(
      (one) => `${one.line} ${one.direction ?? ""}`,
    );
  expect(lines({})).toEqual([]);
  expect(lines({ directions: ["up", "down"] })).toEqual(["3 down"]);
});

it("a rule may report of rollbacks only what fails", () => {
  const text = "CREATE TABLE t (a int);\n-- rollback\nDROP TABLE t;\n";
  const lines = (template: string) =>
    lintFixture("a.sql", text, [
      onDrop({}, { failuresOfRollback: true, messages: { plain: template } }),
    ]).findings.map(({ line, message }) => `${line} ${message}`);
  expect(lines("fails: it is used")).toEqual(["3 the rollback fails: it is used"]);
  expect(lines("waits")).toEqual([]);
});

it("only pending migrations are reported", () => {
  const text = "-- given: start after 0001\nDROP TABLE t;\n-- next migration\nDROP TABLE u;\n";
  expect(lintFixture("a.sql", text, [onDrop({})]).findings.map((one) => one.line)).toEqual([4]);
});

it("says what it read", async () => {
  const { counts } = await lintText("SELECT 1; SELECT 2;", { rules });
  expect(counts).toEqual({
    files: 1,
    migrations: 1,
    pending: 1,
    statements: 2,
    suppressed: 0,
    accepted: 0,
    notUnderstood: 0,
    skipped: 0,
    unread: 0,
    fixable: 0,
    fixableUnsafely: 0,
  });
});

describe("a single text", () => {
  const rule = (): Rule => onDrop({ message: "plain" });
  it.each(["x.ts", "src/migrations/any.name.js", "20260130191544_x.mts"])("is code in %s", async (path) => {
    const text = "export const up = (knex) =>\n  knex.raw('DROP TABLE t');\n";
    const { findings, errors } = await lintText(text, { rules: [rule()], path });
    expect(errors).toEqual([]);
    expect(findings).toMatchObject([{ file: path, line: 2, column: 13, operation: "dropTable" }]);
  });

  it("is run by the tool that it speaks of", async () => {
    const sql = "CREATE INDEX CONCURRENTLY i ON t (a)";
    const text = `import { QueryRunner } from "typeorm";\nexport class A1 { async up(queryRunner: QueryRunner) { await queryRunner.query("${sql}"); } }\n`;
    const { findings } = await lintText(text, { rules, path: "a.ts" });
    expect(findings).toMatchObject([{ ruleId: "concurrently-in-transaction" }]);
  });

  it("needs no name that a tool would take", async () => {
    const text = "-- +goose Up\nDROP TABLE t;\n-- +goose Down\n-- + goose Down\n";
    const { findings } = await lintText(text, {
      rules: [rule(), ...rules],
      path: "db/x.sql",
      merge: false,
    });
    expect(findings.map(({ file, ruleId }) => `${file} ${ruleId}`)).toContain("db/x.sql some-rule");
    expect(findings.map(({ file, ruleId }) => `${file} ${ruleId}`)).toContain("db/x.sql syntax-error");
    const flyway = await lintText("DROP TABLE t;", { rules: [rule()], facts: { tool: "flyway" } });
    expect(flyway.findings).toMatchObject([{ file: "migration.sql" }]);
  });

  it("in code that can't be read is told", async () => {
    const { findings } = await lintText("export const up = (knex) => {", { rules, path: "a.ts" });
    expect(findings).toMatchObject([{ ruleId: "syntax-error" }]);
  });
});

it("a text in UTF-16 is told as such", async () => {
  const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from("DROP TABLE t;\n", "utf16le")]);
  const { findings } = await lintText(utf16.toString("utf8"), { rules });
  expect(findings).toMatchObject([
    { ruleId: "syntax-error", instead: "the file is UTF-16: save it as UTF-8" },
  ]);
});
