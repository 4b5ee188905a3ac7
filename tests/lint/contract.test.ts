/** What a rule is called for. */
import { describe, expect, it } from "vitest";
import { rules } from "../../src/index.ts";
import { kinds as traits } from "../../src/model/kinds.ts";
import type { OperationKind } from "../../src/model/operation.ts";
import { defineRule, type Rule } from "../../src/lint/rule.ts";
import { lintFixture } from "../../src/testing/lint-fixture.ts";
import { testRule } from "../support/rules.ts";

const found = (text: string, rule: Rule): readonly string[] => {
  const { findings, errors } = lintFixture("a.sql", text, [rule]);
  expect(errors).toEqual([]);
  return findings.map(({ line, message }) => `${line} ${message}`);
};

const onTable = (more: Partial<Rule> = {}): Rule =>
  testRule("some-rule", {
    ...more,
    on: {
      createTable({ operation }, { report }) {
        report({ at: operation.head, message: "plain", data: undefined });
      },
    },
  });

describe("steps that a server doesn't run", () => {
  const refused = "CREATE TABLE t (id int);\nCREATE TABLE t (id int);\n";
  const skipped = "CREATE TABLE t (id int);\nCREATE TABLE IF NOT EXISTS t (id int);\n";

  it("are not passed to a rule", () => {
    expect(found(refused, onTable())).toEqual(["1 found it"]);
    expect(found(skipped, onTable())).toEqual(["1 found it"]);
  });

  it("are passed to one that gives a reason", () => {
    expect(found(refused, onTable({ alsoRefused: { objects: "a test" } }))).toEqual([
      "1 found it",
      "2 found it",
    ]);
    expect(found(skipped, onTable({ alsoSkipped: "a test" }))).toEqual(["1 found it", "2 found it"]);
  });

  it("are not among those that a migration applies", () => {
    const rule = testRule("some-rule", {
      on: {
        migration({ applied }, { report }) {
          for (const { operation } of applied())
            report({ at: operation.head, message: "plain", data: undefined });
        },
      },
    });
    expect(found(refused, rule)).toEqual(["1 found it"]);
  });
});

describe("a statement", () => {
  const rule = (more: Partial<Rule> = {}): Rule =>
    testRule("some-rule", {
      ...more,
      on: {
        statement({ first, steps }, { report }) {
          report({ at: first.operation.head, message: "found", data: { what: steps.length } });
        },
      },
    });

  it("is passed once, with its steps", () => {
    const text = "CREATE TABLE t (id int, b int UNIQUE);\nALTER TABLE t ADD c int, ADD d int;\n";
    expect(found(text, rule())).toEqual(["1 found 2", "2 found 2"]);
  });

  it("is refused as a whole", () => {
    const text = "CREATE TABLE t (id int);\nALTER TABLE t ADD c int, ADD id int;\n";
    expect(found(text, rule())).toEqual(["1 found 1"]);
    expect(found(text, rule({ alsoRefused: { objects: "a test" } }))).toEqual(["1 found 1", "2 found 2"]);
  });
});

describe("kinds", () => {
  const messages = { found: "{{columns}} of {{table}}" };
  const base = {
    id: "some-rule",
    category: "locks",
    severity: "error",
    presets: ["recommended"],
    dialects: ["postgres"],
    docs: { summary: "", why: "", instead: "" },
    messages,
  } as const;

  it("share a function under a name, with what they have in common", () => {
    const rule = defineRule({
      ...base,
      kinds: { key: ["addUnique", "addPrimaryKey"] },
      on: {
        key({ operation, table, show }, { report }) {
          const columns = operation.columns.map(({ text }) => text).join();
          report({ at: operation.head, message: "found", data: { columns, table: show(table) } });
        },
      },
    });
    expect(Object.keys(rule.on)).toEqual(["addUnique", "addPrimaryKey"]);
    expect(found("CREATE TABLE t (id int PRIMARY KEY, b int, UNIQUE (b, id));", rule)).toEqual([
      "1 id of t",
      "1 b,id of t",
    ]);
  });

  it("have one function each", () => {
    const twice = () =>
      defineRule({
        ...base,
        kinds: { key: ["addUnique", "addPrimaryKey"] },
        on: { key: () => undefined, addUnique: () => undefined },
      });
    expect(twice).toThrow('the rule "some-rule": on: two functions for addUnique');
  });
});

it("no rule waits for what its databases don't have", () => {
  const isKind = (name: string): name is OperationKind => Object.hasOwn(traits, name);
  const wrong = rules.flatMap(({ id, on, dialects }) =>
    Object.keys(on)
      .filter(isKind)
      .filter((kind) => !traits[kind].databases.some((name) => dialects.includes(name)))
      .map((kind) => `${id}: ${kind}`),
  );
  expect(wrong).toEqual([]);
});

describe("a table that the migration later drops", () => {
  const dropped = "CREATE TABLE t (id int);\nDROP TABLE t;\n";

  it("is kept from a rule whose findings end with the table", () => {
    const rule = onTable({ endsWithTable: true });
    expect(found(dropped, onTable())).toEqual(["1 found it"]);
    expect(found(dropped, rule)).toEqual([]);
    expect(found("CREATE TABLE t (id int);\nDROP TABLE u;\n", rule)).toEqual(["1 found it"]);
  });
});
