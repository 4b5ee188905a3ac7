/** Projects that run their migrations on several databases: advice for one of them says so. */
import { expect, test } from "vitest";
import { lintProject } from "../../src/index.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";

async function advised(files: Readonly<Record<string, string>>): Promise<string> {
  const { findings } = await lintProject({ fs: memoryFileSystem(files) });
  return findings.find(({ ruleId }) => ruleId === "index-without-concurrently")?.instead ?? "";
}

const django = (settings: string): Promise<string> =>
  advised({
    "manage.py": "import django\n",
    "shop/settings.py": `DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql"}}\n${settings}`,
    "shop/migrations/0001_initial.py": `from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="Order",
            fields=[("id", models.AutoField(primary_key=True)), ("state", models.IntegerField())],
        ),
    ]
`,
    "shop/migrations/0002_index.py": `from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shop", "0001_initial")]
    operations = [
        migrations.AddIndex(model_name="order", index=models.Index(fields=["state"], name="order_state")),
    ]
`,
  });

test("Django: what the settings name as well", async () => {
  const text = await django(
    'if TESTING:\n    DATABASES["default"]["ENGINE"] = "django.db.backends.sqlite3"\n',
  );
  expect(text).toContain("AddIndexConcurrently");
  expect(text).toContain("the project names SQLite, too: there, its state_operations change the database");
});

test("Django: not what stands in a comment", async () => {
  const text = await django('#    DATABASES["default"]["ENGINE"] = "django.db.backends.sqlite3"\n');
  expect(text).toContain("AddIndexConcurrently");
  expect(text).not.toContain("alone");
});

test("Rails: what the Gemfile has drivers for", async () => {
  const text = await advised({
    Gemfile: 'gem "rails", "7.1"\ngem "pg"\ngem "mysql2"\n',
    "config/database.yml": 'default:\n  adapter: <%= ENV.fetch("ADAPTER", "postgresql") %>\n',
    "db/migrate/20240101000000_create_orders.rb":
      "class CreateOrders < ActiveRecord::Migration[7.1]\n  def change\n    create_table(:orders) { |t| t.integer :state }\n  end\nend\n",
    "db/migrate/20240102000000_index_orders.rb":
      "class IndexOrders < ActiveRecord::Migration[7.1]\n  def change\n    add_index :orders, :state\n  end\nend\n",
  });
  expect(text).toContain("algorithm: :concurrently");
  expect(text).toContain("for PostgreSQL alone: the project names MySQL, too");
});

test.each([
  ["development:\n  adapter: mysql2\nproduction:\n  adapter: postgresql\n", "MySQL"],
  [
    "base: &base\n  adapter: mysql2\ndevelopment:\n  <<: *base\n  database: dev\nproduction:\n  <<: *base\n  adapter: postgresql\n",
    "MySQL",
  ],
  [
    "default: &default\n  adapter: postgresql\ntest:\n  <<: *default\nproduction:\n  <<: *default\n",
    undefined,
  ],
  // A second database has migrations of its own.
  [
    "development:\n  primary:\n    adapter: postgresql\n  legacy:\n    adapter: mysql2\n    migrations_paths: db/legacy\nproduction:\n  adapter: postgresql\n",
    undefined,
  ],
])("Rails: what development and tests run on: %j", async (yaml, other) => {
  const text = await advised({
    Gemfile: 'gem "rails", "7.1"\n',
    "config/application.rb": "module Shop\nend\n",
    "config/database.yml": yaml,
    "db/migrate/20240101000000_create_orders.rb":
      "class CreateOrders < ActiveRecord::Migration[7.1]\n  def change\n    create_table(:orders) { |t| t.integer :state }\n  end\nend\n",
    "db/migrate/20240202000000_index_orders.rb":
      "class IndexOrders < ActiveRecord::Migration[7.1]\n  def change\n    add_index :orders, :state\n  end\nend\n",
  });
  expect(text).toContain("algorithm: :concurrently");
  // Run with ActiveRecord 6.1 on MySQL: "Algorithm must be one of the following: :default, :copy, :inplace".
  if (other === undefined) expect(text).not.toContain("alone");
  else expect(text).toContain(`for PostgreSQL alone: the project names ${other}, too`);
});
