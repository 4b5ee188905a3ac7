/** A column that a `create_table` defines twice. */
import { expect, test } from "vitest";
import { lintProject } from "../../../src/index.ts";
import { memoryFileSystem } from "../../../src/project/files/file-system.ts";

const rules = async (version: string): Promise<readonly string[]> => {
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "config/application.rb": "module Shop\nend\n",
      "config/database.yml": "production:\n  adapter: postgresql\n",
      "db/migrate/20240201000001_change.rb": `class Change < ActiveRecord::Migration[${version}]\n  def change\n    create_table :orders do |t|\n      t.string :code\n      t.text :code\n    end\n  end\nend\n`,
    }),
  });
  return findings.filter(({ severity }) => severity === "error").map(({ ruleId }) => ruleId);
};

test("Rails refuses it from Migration[6.0] on; before, the later definition takes the place of the first", async () => {
  expect(await rules("5.2")).toEqual([]);
  expect(await rules("6.0")).toEqual(["duplicate-object"]);
});
