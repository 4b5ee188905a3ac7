/** Columns of Rails that get another type. */
import { expect, test } from "vitest";
import { lintProject } from "../../../src/index.ts";
import { memoryFileSystem } from "../../../src/project/files/file-system.ts";

const advice = async (change: string): Promise<string> => {
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "config/application.rb": "module Shop\nend\n",
      "config/database.yml": "production:\n  adapter: postgresql\n",
      "db/migrate/20240101000001_make.rb":
        "class Make < ActiveRecord::Migration[7.1]\n  def change\n    create_table :flaws do |t|\n      t.integer :qid\n      t.string :kind\n      t.index :qid, unique: true\n      t.index [:qid, :kind], name: 'flaws_by_kind'\n    end\n  end\nend\n",
      "db/migrate/20240301000002_change.rb": `class Change < ActiveRecord::Migration[7.1]\n  def up\n    change_column :flaws, :qid, :string\n    ${change}\n  end\nend\n`,
    }),
  });
  return findings.find(({ ruleId }) => ruleId === "change-column-type")?.instead ?? "";
};

test("an index that the migration drops further down stays on the old column until then", async () => {
  const all = await advice("add_column :flaws, :note, :text");
  expect(all).toContain('execute "ALTER INDEX index_flaws_on_qid RENAME TO index_flaws_on_qid_old;"');
  expect(all).toContain('execute "ALTER INDEX flaws_by_kind RENAME TO flaws_by_kind_old;"');
  const one = await advice(
    "remove_index :flaws, :qid\n    add_index :flaws, [:kind, :qid], unique: true, name: 'flaws_qid'",
  );
  expect(one).not.toContain("index_flaws_on_qid_");
  expect(one).toContain('execute "ALTER INDEX flaws_by_kind RENAME TO flaws_by_kind_old;"');
  expect(one).toMatch(
    /what needs it moves behind it, too:\n# remove_index :flaws, :qid\n# add_index :flaws,/,
  );
});

const rulesOf = async (release: string, more: string, call: string): Promise<string> => {
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "Gemfile.lock": `GEM\n  specs:\n    activerecord (${release})\n${more}`,
      "config/application.rb": "module Shop\nend\n",
      "config/database.yml": "production:\n  adapter: postgis\n",
      "db/migrate/20120101000001_make.rb":
        "class Make < ActiveRecord::Migration\n  def change\n    create_table(:spots) { |t| t.float :height }\n    add_column :spots, :place, :point, :geographic => true\n    add_column :spots, :old, :numeric\n  end\nend\n",
      "db/migrate/20120301000002_change.rb": `class Change < ActiveRecord::Migration\n  def up\n    ${call}\n  end\nend\n`,
    }),
  });
  return findings.map(({ ruleId, message }) => `${ruleId}: ${message}`).join("\n");
};

test("`numeric` is sent without a precision: no adapter knows the type", async () => {
  const call = "change_column :spots, :height, :numeric, :precision => 5, :scale => 4";
  expect(await rulesOf("4.1.16", "", call)).toContain("double precision to numeric\n");
  expect(await rulesOf("4.1.16", "", call.replace("numeric", "decimal"))).toContain(
    "double precision to numeric(5,4)",
  );
});

test("a point of PostGIS's adapter, before Rails 4.2, can be indexed", async () => {
  const gem = "    activerecord-postgis-adapter (1.0.0)\n";
  for (const option of ["", ", :spatial => true"])
    expect(await rulesOf("4.1.16", gem, `add_index :spots, :place${option}`)).not.toContain("refused");
  expect(await rulesOf("4.1.16", "", "add_index :spots, :place")).toContain(
    "refused-statement: fails: data type point has no default operator class",
  );
});
