import { expect, it } from "vitest";
import { newRule } from "../scripts/new-rule.ts";
import { stale } from "../scripts/generate.ts";

it("is fresh", async () => {
  expect(await stale(), 'run "npm run generate"').toEqual([]);
});

it("makes new rules with fixtures", () => {
  expect([...newRule("index-on-monday").keys()]).toEqual([
    "rules/index-on-monday.ts",
    "fixtures/rules/index-on-monday/bad.sql",
    "fixtures/rules/index-on-monday/good.sql",
    "fixtures/rules/index-on-monday/good-new-table.sql",
    "fixtures/rules/index-on-monday/good-other-statement.sql",
  ]);
});

it.each(["Index", "no-index", "index", "a-b-c-d-e-f", "../x-y"])("refuses the id %s", (id) => {
  expect(() => newRule(id)).toThrow(id);
});
