/** Columns that a model ignores may be dropped, once a release does. */
import { expect, test } from "vitest";
import { lintProject } from "../../../src/index.ts";
import type { Changes } from "../../../src/project/git/changes.ts";
import { memoryFileSystem } from "../../../src/project/files/file-system.ts";

const files = {
  "config/application.rb": "module Shop\nend\n",
  "config/database.yml": "production:\n  adapter: postgresql\n",
  "app/models/order.rb": 'class Order < ApplicationRecord\n  self.ignored_columns = ["note", "draft"]\nend\n',
  "db/migrate/20260101000001_remove_note.rb": `class RemoveNote < ActiveRecord::Migration[7.1]
  def change
    remove_column :orders, :note, :text
    change_table(:orders, bulk: true) { |t| t.remove :draft, :paid, type: :boolean }
  end
end
`,
};

const changesOf = (...added: readonly string[]): Changes => ({
  since: "main",
  status: (path) => (added.includes(path) ? "added" : "unchanged"),
  moved: new Map(),
  submodules: [],
  files: added,
  gone: new Map(),
  touchesOld: false,
  base: memoryFileSystem({}),
});

const drops = async (changes?: Changes): Promise<readonly string[]> => {
  const { findings } = await lintProject({ fs: memoryFileSystem(files), changes, merge: false });
  return findings.filter(({ ruleId }) => ruleId === "drop-column").map(({ message }) => message);
};

const migration = "db/migrate/20260101000001_remove_note.rb";
const paid = "the data of orders.paid is lost, and the running application that uses it fails";
const early = (column: string): string =>
  `the running application uses orders.${column}: app/models/order.rb ignores it only since this branch`;

test("nothing is reported of a column that the model has ignored", async () => {
  expect(await drops()).toEqual([paid]);
  expect(await drops(changesOf(migration))).toEqual([paid]);
});

test("a branch that ignores it and drops it at once breaks the running application", async () => {
  expect(await drops(changesOf(migration, "app/models/order.rb"))).toEqual([
    early("note"),
    early("draft"),
    paid,
  ]);
});
