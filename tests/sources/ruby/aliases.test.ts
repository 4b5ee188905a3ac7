/** Names that a model has for columns of its table. */
import { expect, test } from "vitest";
import { lintProject } from "../../../src/index.ts";
import { memoryFileSystem } from "../../../src/project/files/file-system.ts";

const lint = async (model: Readonly<Record<string, string>>) => {
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      ...model,
      "config/application.rb": "module Shop\nend\n",
      "config/database.yml": "production:\n  adapter: mysql2\n",
      "db/migrate/20240101000001_make.rb":
        "class Make < ActiveRecord::Migration[7.1]\n  def change\n    create_table(:parcels) { |t| t.datetime :sent_on }\n  end\nend\n",
      "db/migrate/20240301000002_reset.rb":
        "class Reset < ActiveRecord::Migration[7.1]\n  def change\n    Parcel.where(shipped_at: nil).update_all(shipped_at: '2024-01-01')\n  end\nend\n",
    }),
  });
  return findings.map(({ ruleId, instead = "" }) => `${ruleId} ${instead}`).join("\n");
};

test("update_all and where take them, and SQL gets the column", async () => {
  const found = await lint({
    "app/models/parcel.rb":
      "class Parcel < ApplicationRecord\n  alias_attribute :shipped_at, :sent_on\nend\n",
  });
  expect(found).toContain("SET `sent_on` = '2024-01-01'");
  expect(found).not.toMatch(/unknown-column|`shipped_at`/);
});

test("of a model that isn't read, a name that isn't a column may be one", async () => {
  expect(await lint({})).not.toMatch(/unknown-column|`shipped_at`/);
});

test("of a model that is read, it isn't", async () => {
  const model = { "app/models/parcel.rb": "class Parcel < ApplicationRecord\nend\n" };
  expect(await lint(model)).toContain("unknown-column");
});
