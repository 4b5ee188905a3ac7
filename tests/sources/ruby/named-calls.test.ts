/** Which call advice moves, where the migration has several of that name. */
import { expect, test } from "vitest";
import { lintProject } from "../../../src/index.ts";
import { memoryFileSystem } from "../../../src/project/files/file-system.ts";

const instead = async (body: string): Promise<string | undefined> => {
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "config/application.rb": "module Shop\nend\n",
      "config/database.yml": "production:\n  adapter: postgresql\n",
      "db/migrate/20240201000001_make.rb":
        "class Make < ActiveRecord::Migration[7.0]\n  def change\n    create_table(:orders) { |t| t.integer :code; t.integer :place }\n  end\nend\n",
      "db/migrate/20240301000002_change.rb": `class Change < ActiveRecord::Migration[7.0]\n  def up\n    ${body}\n  end\n\n  def down\n  end\nend\n`,
    }),
  });
  return findings.find(({ ruleId }) => ruleId === "index-without-concurrently")?.instead;
};

test.each([
  [
    "execute 'CREATE INDEX a ON orders (code)'\n    execute 'ALTER TABLE orders ADD note text'",
    "# take execute (line 3) out of 20240301000002_change:",
  ],
  [
    "add_column :orders, :note, :text\n    execute 'CREATE INDEX a ON orders (code)'",
    "# take execute out of 20240301000002_change:",
  ],
])("%s", async (body, wanted) => {
  expect(await instead(body)).toContain(wanted);
});
