/** What reports say of the operations of migrations in code. */
import { beforeAll, describe, expect, it } from "vitest";
import {
  createReport,
  formats,
  lintProject,
  rules,
  type FormatName,
  type LintResult,
} from "../../src/index.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";
import { plainColors } from "../../src/report/report.ts";
import { operationsInWords } from "../../src/report/words.ts";

const django = {
  "manage.py": 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")\n',
  "settings.py": 'DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql"}}\n',
  "shop/migrations/__init__.py": "",
  "shop/migrations/0001_initial.py": `
from django.db import migrations, models

class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel("Order", [("id", models.BigAutoField(primary_key=True)), ("name", models.TextField())]),
    ]
`,
  "shop/migrations/0002_more.py": `
from django.db import migrations, models
from plugin import CreateTrigger
from shop.backfill import fill

class Migration(migrations.Migration):
    dependencies = [("shop", "0001_initial")]
    operations = [
        migrations.AlterModelOptions(name="order", options={"verbose_name": "an order"}),
        migrations.AddField("order", "state", models.TextField(db_index=True, default="new")),
        CreateTrigger("order", "log"),
        CreateTrigger("order", "notify"),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
`,
  "shop/backfill.py":
    "def fill(apps, editor):\n    apps.get_model('shop', 'Order').objects.filter(name='x').update(**unknown())\n",
};

let result: LintResult;
beforeAll(async () => {
  result = await lintProject({ fs: memoryFileSystem(django) });
});

const write = async (format: FormatName): Promise<string> => {
  const report = createReport(result, { rules });
  return (await formats[format]())(report, { colors: plainColors, width: 400 });
};

describe("operations in code", () => {
  it("are counted as the migrations write them, also those that send nothing", () => {
    expect(result.coverage.operations).toEqual({
      read: 6,
      notUnderstood: 3,
      kinds: { CreateTrigger: 2, RunPython: 1 },
    });
    expect(operationsInWords(result.coverage)).toBe(
      "3 of 6 operations in code understood; not understood: CreateTrigger 2, RunPython 1",
    );
  });

  it.each(["text", "markdown", "github", "gitlab", "junit", "sarif", "rdjson"] as const)(
    "are named by %s",
    async (format) => {
      expect(await write(format)).toContain("not understood (CreateTrigger 2, RunPython 1)");
    },
  );

  it("are data in JSON and SARIF", async () => {
    const { operations } = result.coverage;
    expect(JSON.parse(await write("json"))).toMatchObject({ coverage: { operations } });
    const sarif: unknown = JSON.parse(await write("sarif"));
    expect(sarif).toMatchObject({ runs: [{ properties: { coverage: { operations } } }] });
  });

  it("aren't there where no migration is code", async () => {
    const files = { "migrations/001_a.sql": "CREATE TABLE a (id bigint PRIMARY KEY);\n" };
    const { coverage } = await lintProject({ fs: memoryFileSystem(files) });
    expect(coverage.operations).toBeUndefined();
    expect(operationsInWords(coverage)).toBeUndefined();
  });
});

it.each([
  [
    "Rails",
    "db/migrate/20240101000000_add.rb",
    "class Add < ActiveRecord::Migration[7.1]\n  def change\n    add_column :a, :b, :string\n    create_view :c\n  end\nend\n",
    { create_view: 1 },
  ],
  [
    "Knex",
    "migrations/20240101000000_add.js",
    "exports.up = (knex) => knex.schema.raw(sql());\nexports.down = () => {};\n",
    { raw: 1 },
  ],
  [
    "Alembic",
    "alembic/versions/aa.py",
    "from alembic import op\nfrom plugin import view\nrevision = 'aa'\ndown_revision = None\ndef upgrade():\n    op.drop_table('a')\n    op.create_entity(view)\ndef downgrade():\n    pass\n",
    { "op.create_entity": 1 },
  ],
])("%s names what isn't understood", async (_, path, text, kinds) => {
  const { coverage } = await lintProject({ fs: memoryFileSystem({ [path]: text }) });
  expect(coverage.operations?.kinds).toEqual(kinds);
});
