/** Projects of Rails from their folder to findings. */
import { expect, it } from "vitest";
import { lintProject } from "../../src/index.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";

const lock = "GEM\n  specs:\n    activerecord (7.1.3)\n    pg (1.5.4)\n    rails (7.1.3)\n";
const project = {
  "Gemfile.lock": lock,
  "config/database.yml": "production:\n  adapter: postgresql\n",
  "db/migrate/20240101101010_create_orders.rb": `class CreateOrders < ActiveRecord::Migration[7.1]
  def change
    create_table :orders do |t|
      t.string :note
      t.check_constraint "note <> ''", name: "noted", validate: false
      t.timestamps
    end
  end
end
`,
};
const found = async (body: string): Promise<readonly string[]> => {
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      ...project,
      "db/migrate/20250101101010_step.rb": `class Step < ActiveRecord::Migration[7.1]\n${body}end\n`,
    }),
  });
  return findings
    .filter(({ file, severity }) => file.endsWith("_step.rb") && severity !== "note")
    .map(({ ruleId, message }) => `${ruleId}: ${message}`);
};

it.each([
  ["return if", "    return if Rails.env.production?\n\n    rename_column :orders, :note, :remark\n"],
  ["unless", "    unless Rails.env.production?\n      rename_column :orders, :note, :remark\n    end\n"],
])("leaves out what is done in another way in production: %s", async (_, statements) => {
  expect(await found(`  def change\n${statements}  end\n`)).toEqual([]);
});

it("knows the schema after what was done in another way", async () => {
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      ...project,
      "db/migrate/20250101101010_add.rb": `class Add < ActiveRecord::Migration[7.1]\n  def change\n    return if Rails.env.production?\n    add_column :orders, :code, :string\n  end\nend\n`,
      "db/migrate/20250201101010_note.rb": `class Note < ActiveRecord::Migration[7.1]\n  def change\n    change_column_default :orders, :code, from: nil, to: ""\n  end\nend\n`,
    }),
  });
  expect(findings.filter(({ message }) => message.startsWith("fails"))).toEqual([]);
});

it("reports what production alone does", async () => {
  const statements = "    return unless Rails.env.production?\n    rename_column :orders, :note, :remark\n";
  expect(await found(`  def change\n${statements}  end\n`)).toEqual([
    expect.stringMatching(/^rename-column: /),
  ]);
});

it("answers what generators ask of the adapter", async () => {
  const body = `  def change
    create_table :events do |t|
      if t.respond_to?(:jsonb)
        t.jsonb :params
      else
        t.json :params
      end
      if connection.supports_datetime_with_precision?
        t.datetime :created_at, precision: 6, null: false
      else
        t.datetime :created_at, null: false
      end
    end
  end
`;
  expect(await found(body)).toEqual([]);
});

it("reads SQL that Arel takes as it is", async () => {
  const body = `  def up\n    execute Arel.sql("ALTER TABLE orders VALIDATE CONSTRAINT noted")\n  end\n\n  def down\n  end\n`;
  expect(await found(body)).toEqual([]);
});

it("takes the error of Rails for the reason why there is no way back", async () => {
  const body = `  def up\n    execute "UPDATE orders SET note = '' WHERE id = 1"\n  end\n\n  def down\n    raise ActiveRecord::IrreversibleMigration\n  end\n`;
  expect((await found(body)).filter((one) => one.startsWith("missing-rollback"))).toEqual([]);
});
