/** The sql_mode that a project's settings give the sessions of its migrations. */
import { expect, test } from "vitest";
import { lintProject, memoryFileSystem } from "../../src/index.ts";

const algorithm = async (settings: string): Promise<readonly string[]> => {
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "config/application.rb": "module Shop\nend\n",
      "config/database.yml": `production:\n  adapter: mysql2\n${settings}`,
      "db/migrate/20240101000001_make_agents.rb":
        "class MakeAgents < ActiveRecord::Migration[7.1]\n  def change\n    create_table(:agents) { |t| t.string :guid }\n  end\nend\n",
      "db/migrate/20240201000001_require_guid.rb":
        "class RequireGuid < ActiveRecord::Migration[7.1]\n  def change\n    change_column_null :agents, :guid, false\n  end\nend\n",
    }),
    facts: { dialect: "mysql", serverVersion: "9.0" },
  });
  return findings
    .filter(({ ruleId }) => ruleId === "algorithm-copy" || ruleId === "table-rebuild")
    .map(({ ruleId }) => ruleId);
};

// Run on MySQL 9: ALGORITHM=INPLACE is refused, "cannot silently convert NULL values, as required in this SQL_MODE".
test("strict: false makes NOT NULL a copy of the table", async () => {
  expect(await algorithm("")).toEqual(["table-rebuild"]);
  expect(await algorithm("  strict: true\n")).toEqual(["table-rebuild"]);
  expect(await algorithm("  strict: false\n")).toEqual(["algorithm-copy"]);
  expect(await algorithm("  strict: false # as in 2014\n")).toEqual(["algorithm-copy"]);
  expect(await algorithm("  # strict: false\n")).toEqual(["table-rebuild"]);
});

test("an environment that says otherwise leaves it open", async () => {
  expect(await algorithm("  strict: false\ntest:\n  adapter: mysql2\n  strict: true\n")).toEqual([
    "table-rebuild",
  ]);
});

test("sql_mode among the variables", async () => {
  expect(await algorithm("  variables:\n    sql_mode: NO_ENGINE_SUBSTITUTION\n")).toEqual(["algorithm-copy"]);
  expect(await algorithm('  variables:\n    sql_mode: "STRICT_ALL_TABLES,ANSI_QUOTES"\n')).toEqual([
    "table-rebuild",
  ]);
});
