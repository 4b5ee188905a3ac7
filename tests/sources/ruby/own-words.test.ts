/** Advice for Rails in the names and for the releases of the project. */
import { expect, test } from "vitest";
import { lintProject } from "../../../src/index.ts";
import { memoryFileSystem } from "../../../src/project/files/file-system.ts";

test("an engine's copy, and what a generator writes again, is nothing that the project has to write in another way", async () => {
  const severities = async (path: string, head = ""): Promise<ReadonlySet<string>> => {
    const { findings } = await lintProject({
      fs: memoryFileSystem({
        "config/application.rb": "module Shop\nend\n",
        "config/database.yml": "production:\n  adapter: postgresql\n",
        [path]: `${head}class Change < ActiveRecord::Migration[7.1]\n  def change\n    add_index :orders, :status\n  end\nend\n`,
      }),
    });
    return new Set(findings.map(({ severity }) => severity));
  };
  expect(await severities("db/migrate/20240201000001_change.rb")).toContain("error");
  const copies = [
    await severities("db/migrate/20240201000001_change.orders_engine.rb"),
    await severities(
      "db/migrate/20240201000001_change.rb",
      "# This migration comes from orders_engine (originally 1)\n",
    ),
  ];
  expect(copies).toEqual([new Set(["note"]), new Set(["note"])]);
});

test("a class keeps the acronyms that the project's classes have", async () => {
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "config/application.rb": "module Shop\nend\n",
      "config/database.yml": "production:\n  adapter: postgresql\n",
      "db/migrate/20240201000001_add_api_key.rb":
        "class AddAPIKey < ActiveRecord::Migration[7.1]\n  def change\n    add_reference :orders, :key, foreign_key: true\n  end\nend\n",
    }),
  });
  const text = findings.find(({ ruleId }) => ruleId === "index-without-concurrently")?.instead ?? "";
  expect([...text.matchAll(/^class (\w+)/gm)].map(([, name]) => name)).toEqual([
    "AddAPIKey",
    "AddAPIKey2",
    "AddAPIKey3",
  ]);
});

test("a Rails that old Rubies run gets heredocs that they know", async () => {
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "Gemfile.lock": "GEM\n  specs:\n    rails (4.0.13)\n    activerecord (4.0.13)\n    pg (0.21.0)\n",
      "config/application.rb": "module Shop\nend\n",
      "config/database.yml": "production:\n  adapter: postgresql\n",
      "db/migrate/20130201000001_create.rb":
        "class Create < ActiveRecord::Migration\n  def change\n    create_table(:orders) { |t| t.integer :placed }\n  end\nend\n",
      "db/migrate/20130501000002_change.rb":
        "class Change < ActiveRecord::Migration\n  def change\n    rename_column :orders, :placed, :placed_in\n  end\nend\n",
    }),
  });
  const text = findings.find(({ ruleId }) => ruleId === "rename-column")?.instead ?? "";
  expect(text).toContain("add_column :orders, :placed_in, :integer\n");
  expect(text).toContain("execute <<-'SQL'\n");
  expect(text).toContain("remove_column :orders, :placed\n");
  expect(text).not.toContain("<<~");
});

test("what a call in a loop does has one cause", async () => {
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "config/application.rb": "module Shop\nend\n",
      "config/database.yml": "production:\n  adapter: postgresql\n",
      "db/migrate/20240201000001_change.rb":
        "class Change < ActiveRecord::Migration[7.1]\n  def change\n    %i[orders fees].each { |one| add_foreign_key one, :shops, validate: false }\n  end\nend\n",
      "db/migrate/20240201000002_later.rb":
        "class Later < ActiveRecord::Migration[7.1]\n  def change\n    add_column :shops, :note, :text\n  end\nend\n",
    }),
    opinions: { rules: { "left-undone": ["warning", { migrations: 1 }] } },
  });
  expect(
    findings.filter(({ ruleId }) => ruleId === "left-undone").map(({ repeats }) => repeats?.length),
  ).toEqual([1]);
});
