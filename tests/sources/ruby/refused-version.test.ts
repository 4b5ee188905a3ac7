/** Classes of migrations without a version, which Rails refuses since 5.1. */
import { expect, test } from "vitest";
import { lintProject } from "../../../src/index.ts";
import { memoryFileSystem } from "../../../src/project/files/file-system.ts";

const migration = (name: string, version: string): string =>
  `class ${name} < ActiveRecord::Migration${version}\n  def change\n    add_column :users, :${name.toLowerCase()}, :text\n  end\nend\n`;

const refused = async (versions: readonly string[]): Promise<readonly string[]> => {
  const files = Object.fromEntries(
    versions.map((version, at): readonly [string, string] => [
      `db/migrate/2019010100000${at}_m${at}.rb`,
      migration(`M${at}`, version),
    ]),
  );
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "config/application.rb": "module Shop\nend\n",
      "config/database.yml": "production:\n  adapter: postgresql\n",
      "Gemfile.lock": "GEM\n  specs:\n    activerecord (7.2.1)\n",
      ...files,
    }),
  });
  return findings
    .filter(({ ruleId }) => ruleId === "refused-statement")
    .map(({ file }) => file.slice(-5, -3));
};

test("those before the first class for Rails 5.1 ran with an older one", async () => {
  expect(await refused(["", "", "[5.2]", "[7.2]"])).toEqual([]);
  expect(await refused(["", "[5.0]", ""])).toEqual([]);
  expect(await refused(["", "[5.2]", "", "[7.2]", ""])).toEqual(["m2", "m4"]);
});
