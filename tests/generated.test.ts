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

it("makes new rules for kinds and databases", () => {
  const files = newRule("index-on-monday", {
    on: ["createIndex", "addUnique"],
    dialects: ["mysql", "mariadb"],
  });
  const rule = files.get("rules/index-on-monday.ts");
  expect(rule).toContain('dialects: ["mysql", "mariadb"]');
  expect(rule).toContain('kinds: { either: ["createIndex", "addUnique"] }');
  expect(files.get("fixtures/rules/index-on-monday/bad.sql")).toContain("-- given: server mysql");
});

it("makes new rules for objects that share a kind", () => {
  const files = newRule("extension-dropped", { on: ["dropExtension"] });
  const rule = files.get("rules/extension-dropped.ts");
  expect(rule).toContain("dropObject({ operation, names }, { report }) {");
  expect(rule).toContain('if (operation.object !== "extension") return;');
  expect(files.get("fixtures/rules/extension-dropped/bad.sql")).toContain("DROP EXTENSION example; -- want");
  expect(files.get("fixtures/rules/extension-dropped/good-other-object.sql")).toContain("DROP ROLE example;");
});

it.each([
  [{ on: ["createIndx"] }, '"createIndx" isn\'t a kind of operation; did you mean "createIndex"?'],
  [{ on: ["addIdentity"], dialects: ["mysql"] }, "mysql has no addIdentity: it is of postgres"],
  [
    { on: ["dropExtenson"] },
    '"dropExtenson" isn\'t a kind of operation; did you mean "dropObject" with operation.object "extension"?',
  ],
  [{ dialects: ["sqlite"] }, '"sqlite" is no dialect: postgres, mysql, mariadb'],
])("refuses %j", (options, message) => {
  expect(() => newRule("index-on-monday", options)).toThrow(message);
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
