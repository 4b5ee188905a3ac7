/** Tables that get another name. */
import { expect, test } from "vitest";
import { lintProject, rules } from "../../../src/index.ts";
import { memoryFileSystem } from "../../../src/project/files/file-system.ts";
import { lintFixture } from "../../../src/testing/lint-fixture.ts";

test("a view in the place of a table that Rails renames with its indexes is dropped on the way back", async () => {
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "config/application.rb": "module Shop\nend\n",
      "config/database.yml": "production:\n  adapter: mysql2\n",
      "db/migrate/20240101000001_make.rb":
        "class Make < ActiveRecord::Migration[7.1]\n  def change\n    create_table(:fees) { |t| t.string :code, index: true }\n  end\nend\n",
      "db/migrate/20240301000002_rename.rb":
        "class Rename < ActiveRecord::Migration[7.1]\n  def change\n    rename_table :fees, :dues\n  end\nend\n",
    }),
  });
  const text = findings.find(({ ruleId }) => ruleId === "rename-table")?.instead ?? "";
  const [, down = ""] = /\n {2}def down\n([^]*?)\n {2}end\n/.exec(text) ?? [];
  expect(down.split("\n").map((line) => line.trim())).toEqual([
    'execute "ALTER TABLE `dues` RENAME INDEX `index_dues_on_code` TO `index_fees_on_code`;"',
    'execute "RENAME TABLE fees TO fees_view, dues TO fees;"',
    'execute "DROP VIEW fees_view;"',
  ]);
});

test("an index that moves behind comes back as it was, not as the call alone says", async () => {
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "config/application.rb": "module Shop\nend\n",
      "config/database.yml": "production:\n  adapter: postgresql\n",
      "db/migrate/20240101000001_make.rb":
        "class Make < ActiveRecord::Migration[7.1]\n  def change\n    create_table(:fees) { |t| t.string :code }\n    add_index :fees, :code, unique: true\n  end\nend\n",
      "db/migrate/20240301000002_drop.rb":
        "class Drop < ActiveRecord::Migration[7.1]\n  def change\n    remove_index :fees, :code\n  end\nend\n",
    }),
  });
  const text = findings.find(({ ruleId }) => ruleId === "drop-index-without-concurrently")?.instead ?? "";
  expect(text).toContain("def down\n    add_index :fees, :code, unique: true, algorithm: :concurrently");
});

test("on MySQL, a view that waits for renames of columns leaves a time without the old name", () => {
  const text = `-- given: server mysql 8.0.36
CREATE TABLE fees (id BIGINT AUTO_INCREMENT PRIMARY KEY, code VARCHAR(40));
-- next migration
ALTER TABLE fees RENAME TO dues;
ALTER TABLE dues RENAME COLUMN code TO label;
`;
  const { findings } = lintFixture("migrations/x.sql", text, rules, undefined, { only: ["rename-table"] });
  expect(findings[0]?.instead).toContain("-- until the view exists, statements that use the old name fail\n");
});

test("on MySQL, a name that nobody is known to have is free for the view", () => {
  const text = "-- given: server mysql 8.0.36\nALTER TABLE fees RENAME TO dues;\n";
  const { findings } = lintFixture("migrations/x.sql", text, rules, undefined, { only: ["rename-table"] });
  expect(findings[0]?.instead).toContain("RENAME TABLE fees TO dues, fees_view TO fees;");
});
