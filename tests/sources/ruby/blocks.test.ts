/** Advice for what stands in a block of which Rails knows nothing: for each tenant, in another schema. */
import { expect, test } from "vitest";
import { lintProject } from "../../../src/index.ts";
import { memoryFileSystem } from "../../../src/project/files/file-system.ts";

const advice = async (rule: string, lines: readonly string[], rest = ""): Promise<string> => {
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "config/application.rb": "module Shop\nend\n",
      "config/database.yml": "production:\n  adapter: postgresql\n",
      "db/migrate/20240201000001_change.rb": `class Change < ActiveRecord::Migration[7.2]\n${rest}  def up\n    ${lines.join("\n    ")}\n  end\nend\n`,
    }),
  });
  return findings.find(({ ruleId }) => ruleId === rule)?.instead ?? "";
};

test("what moves to another migration stands in the same block there, in both directions", async () => {
  const text = await advice("index-without-concurrently", [
    'Schemas.each_of(%w[eu us], role: "admin") do |schema|',
    "  add_index :orders, :status",
    "end",
  ]);
  const block = (inner: string): string =>
    `    Schemas.each_of(%w[eu us], role: "admin") do |schema|\n${inner}    end\n`;
  expect(text).toContain("      add_index :orders, :status, algorithm: :concurrently\n");
  expect(text).toContain(`  def up\n${block("").split("\n")[0] ?? ""}\n      execute `);
  expect(text).toContain(
    `  def down\n${block('      execute "DROP INDEX CONCURRENTLY IF EXISTS index_orders_on_status;"\n')}  end\n`,
  );
});

test("blocks in blocks, in braces", async () => {
  const text = await advice("foreign-key-without-not-valid", [
    "Tenant.active.each {",
    '  on_shard("b") { add_foreign_key :orders, :users }',
    "}",
  ]);
  expect(text).toContain("add_foreign_key :orders, :users, ");
  expect(text).toContain(
    '  def up\n    Tenant.active.each {\n      on_shard("b") {\n        validate_foreign_key :orders, ',
  );
});

test("in a `change`, a block is written for both directions: Rails would take its calls back outside of it", async () => {
  const text = await advice("set-not-null", [
    "in_schema(:eu) do",
    "  change_column_null :users, :name, false",
    "end",
  ]);
  expect(text).toContain("  def up\n    in_schema(:eu) do\n      add_check_constraint :users, ");
  expect(text).toContain("  def down\n    in_schema(:eu) do\n      remove_check_constraint :users, ");
});

test("two pieces of advice for one migration have files of different names", async () => {
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "config/application.rb": "module Shop\nend\n",
      "config/database.yml": "production:\n  adapter: postgresql\n",
      "db/migrate/20240201000001_change.rb": `class Change < ActiveRecord::Migration[7.2]
  def up
    in_schema(:eu) do
      add_index :orders, :status
      change_column_null :users, :name, false
    end
  end
end
`,
    }),
  });
  const files = findings.flatMap(({ instead = "" }) => instead.match(/^# db\/migrate\/\S+/gm) ?? []);
  expect(files.length).toBeGreaterThan(1);
  expect(new Set(files).size).toBe(files.length);
});

test("blocks of Rails itself aren't repeated", async () => {
  const text = await advice("index-without-concurrently", [
    'say_with_time("…") { add_index :orders, :status }',
  ]);
  expect(text).toContain("add_index :orders, :status, algorithm: :concurrently\n");
  expect(text).not.toContain("say_with_time");
});

const index = "add_index :orders, :status";

test.each([
  ["a variable", ["tenants = Tenant.all", `tenants.each { ${index} }`], ""],
  ["a value of the block around it", [`Tenant.all.each { |tenant| tenant.switch { ${index} } }`], ""],
  ["a constant of the class", [`SCHEMAS.within { ${index} }`], "  SCHEMAS = Schemas.new\n"],
  ["a method of the class", [`each_tenant { ${index} }`], "  def each_tenant\n    yield\n  end\n"],
])("a block that only this file can open leaves words: %s", async (_, lines, rest) => {
  const text = await advice("index-without-concurrently", lines, rest);
  expect(text).not.toContain("algorithm: :concurrently");
  expect(text).toMatch(/It runs in the block `.*\{`: what runs later needs the same block around it\.$/);
});

test("a new migration has a version where Rails asks for one", async () => {
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "Gemfile.lock": "GEM\n  specs:\n    rails (6.1.7)\n    activerecord (6.1.7)\n    pg (1.5.0)\n",
      "config/application.rb": "module Shop\nend\n",
      "config/database.yml": "production:\n  adapter: postgresql\n",
      "db/migrate/20160201000001_change.rb":
        "class Change < ActiveRecord::Migration\n  def change\n    drop_table :orders\n  end\nend\n",
    }),
  });
  const text = findings.find(({ ruleId }) => ruleId === "drop-table")?.instead ?? "";
  expect(text.match(/< ActiveRecord::Migration.*/g)).toEqual([
    "< ActiveRecord::Migration[4.2]",
    "< ActiveRecord::Migration[4.2]",
  ]);
});
