import { expect, it } from "vitest";
import { byDialect, rulesByDialect, rulesOf } from "../../src/lint/rules-for.ts";
import type { History } from "../../src/project/migration.ts";
import { testRule } from "../support/rules.ts";

const history = (root: string, dialect: History["dialect"]): History =>
  ({
    root,
    dialect,
    migrations: [{ up: { path: `${root}/1.sql` }, down: { path: `${root}/1.down.sql` } }],
    problems: [{ path: `${root}/README.sql` }],
  }) as unknown as History;
const shared = { ...history("b", "postgres"), problems: [] };
const both = [history("a", "postgres"), history("b", "mysql"), history("c", "postgres")];
const rulesFor = rulesByDialect(
  [
    { ...testRule("for-postgres", {}), dialects: ["postgres"] },
    { ...testRule("for-mysql", {}), dialects: ["mysql"] },
    { ...testRule("for-both", {}), dialects: ["postgres", "mysql", "mariadb"] },
  ],
  { presets: ["strict"] },
);

it("groups histories by their database", () => {
  const groups = [...byDialect(both)].map(([dialect, own]) => [dialect, own.map(({ root }) => root)]);
  expect(groups).toEqual([
    ["postgres", ["a", "c"]],
    ["mysql", ["b"]],
  ]);
});

it.each([
  ["a/1.sql", ["for-postgres", "for-both"]],
  ["b/1.sql", ["for-mysql", "for-both"]],
  ["b/1.down.sql", ["for-mysql", "for-both"]],
  ["b/README.sql", ["for-mysql", "for-both"]],
  ["elsewhere.sql", ["for-postgres", "for-both"]],
])("%s has the rules of its history's database", (path, expected) => {
  const active = rulesOf(rulesFor, both).activeIn(path);
  expect(active.map(({ rule }) => rule.id)).toEqual(expected);
});

it("a file that two databases run has the rules of both", () => {
  const active = rulesOf(rulesFor, [...both, shared]).activeIn("b/1.sql");
  expect(active.map(({ rule }) => rule.id)).toEqual(["for-mysql", "for-both", "for-postgres"]);
});

it("a run of one database resolves nothing else", () => {
  const rules = rulesOf(rulesFor, both.slice(0, 1));
  expect(rules.active).toBe(rulesFor("postgres").active);
  expect(rules.activeIn("a/1.sql")).toBe(rulesFor("postgres").forFile("a/1.sql").active);
});
