import { expect, it } from "vitest";
import { newRule } from "../scripts/new-rule.ts";
import { newTool } from "../scripts/new-tool.ts";
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

it("makes new tools with a fixture", () => {
  expect([...newTool("sql-lift").keys()]).toEqual([
    "src/project/tools/sql-lift.ts",
    "fixtures/layouts/sql-lift/project/sql-lift.toml",
    "fixtures/layouts/sql-lift/project/migrations/20260101000000_create_users.sql",
    "fixtures/layouts/sql-lift/project/migrations/20260102000000_users_email.sql",
    "fixtures/layouts/sql-lift/expected.json",
  ]);
});

it.each(["Lift", "index", "../lift", "sql_lift"])("refuses the name of a tool %s", (name) => {
  expect(() => newTool(name)).toThrow(name);
});
