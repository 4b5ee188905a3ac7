/** Projects of Rails from their folder to findings. */
import { expect, it } from "vitest";
import { lintProject } from "../../src/index.ts";
import { memoryFileSystem } from "../../src/project/file-system.ts";

const lock = "GEM\n  specs:\n    activerecord (7.1.3)\n    pg (1.5.4)\n    rails (7.1.3)\n";
const plain = (name: string): string =>
  `class ${name} < ActiveRecord::Migration\n  def change\n    create_table :${name.toLowerCase()} do |t|\n      t.string :note\n    end\n  end\nend\n`;

it("refuses a class without a version, but not of a time when there was none", async () => {
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "Gemfile.lock": lock,
      "config/database.yml": "production:\n  adapter: postgresql\n",
      "db/migrate/20160101101010_orders.rb": plain("Orders"),
      "db/migrate/20240101101010_notes.rb": plain("Notes"),
    }),
  });
  expect(
    findings.filter(({ ruleId }) => ruleId === "refused-statement").map(({ file, line }) => [file, line]),
  ).toEqual([["db/migrate/20240101101010_notes.rb", 1]]);
});
