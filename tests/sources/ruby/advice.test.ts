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
  const reference = "add_reference :orders, :seller, foreign_key: { to_table: :users }";
  expect(await advised(`add_column :orders, :note, :text\n    ${reference}`)).toEqual([
    "db/migrate/20240201001101_change_2_2.rb Change22",
    "db/migrate/20240201001201_change_2_3.rb Change23",
  ]);
  expect(await advised(reference)).toEqual([
    "db/migrate/20240201000001_change.rb Change",
    "db/migrate/20240201000101_change_2.rb Change2",
    "db/migrate/20240201000201_change_3.rb Change3",
  ]);
});

test("a migration that becomes another one as a whole keeps its name", async () => {
  expect(await advised("add_index :orders, :status")).toEqual(["db/migrate/20240201000001_change.rb Change"]);
});
