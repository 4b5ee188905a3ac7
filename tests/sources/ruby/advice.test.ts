/** Advice for a migration of Rails, as files that stand beside it. */
import { expect, test } from "vitest";
import { lintProject } from "../../../src/index.ts";
import { memoryFileSystem } from "../../../src/project/file-system.ts";

const advised = async (call: string): Promise<readonly string[]> => {
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "config/application.rb": "module Shop\nend\n",
      "config/database.yml": "production:\n  adapter: postgresql\n",
      "db/migrate/20240201000001_change.rb": `class Change < ActiveRecord::Migration[7.2]\n  def change\n    ${call}\n  end\nend\n`,
    }),
  });
  const instead = findings.find(({ severity }) => severity === "error")?.instead ?? "";
  return [...instead.matchAll(/^# (db\/migrate\/\S+\.rb)\nclass (\w+)/gm)].map(
    ([, path = "", name = ""]) => `${path} ${name}`,
  );
};

test("what stays in the migration keeps its file: the others have names of their own", async () => {
  expect(await advised("add_reference :orders, :seller, foreign_key: { to_table: :users }")).toEqual([
    "db/migrate/20240201000201_change_2.rb Change2",
    "db/migrate/20240201000301_change_3.rb Change3",
  ]);
});

test("a migration that becomes another one as a whole keeps its name", async () => {
  expect(await advised("add_index :orders, :status")).toEqual(["db/migrate/20240201000001_change.rb Change"]);
});
