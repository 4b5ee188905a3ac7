/** A changed type in Django whose call also drops the index for LIKE, which stands on the old column. */
import { expect, test } from "vitest";
import { lintProject } from "../../src/index.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";

test("the way back makes the index once the old column has its name again", async () => {
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "manage.py": "import django\n",
      "requirements.txt": "Django==4.2\n",
      "settings.py": 'DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql"}}\n',
      "shop/__init__.py": "",
      "shop/migrations/__init__.py": "",
      "shop/migrations/0001_initial.py": `from django.db import migrations, models

class Migration(migrations.Migration):
    initial = True
    operations = [
        migrations.CreateModel(
            "Sale",
            [
                ("id", models.BigAutoField(primary_key=True)),
                ("code", models.CharField(max_length=20, unique=True)),
            ],
        ),
    ]
`,
      "shop/migrations/0002_code.py": `from django.db import migrations, models

class Migration(migrations.Migration):
    dependencies = [("shop", "0001_initial")]
    operations = [migrations.AlterField("sale", "code", models.CharField(max_length=10))]
`,
    }),
  });
  const { instead = "" } = findings.find(({ ruleId }) => ruleId === "change-column-type") ?? {};
  const [first = "", ...others] = instead.split("class Migration");
  const [, own = ""] = [first, ...others];
  expect(own).toMatch(/ sql=\[[^\]]*DROP INDEX IF EXISTS [^\]]*_like/);
  expect(own).toMatch(/reverse_sql=\[[^\]]*CREATE INDEX [^\]]*_like/);
  expect(others.slice(1).join("")).not.toContain("_like");
});

test("the way back of a field that becomes a foreign key names the index's column as it is called then", async () => {
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "manage.py": "import django\n",
      "requirements.txt": "Django==4.2\n",
      "settings.py": 'DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql"}}\n',
      "shop/__init__.py": "",
      "shop/migrations/__init__.py": "",
      "shop/migrations/0001_initial.py": `from django.db import migrations, models

class Migration(migrations.Migration):
    initial = True
    operations = [
        migrations.CreateModel("Kind", [("id", models.BigAutoField(primary_key=True))]),
        migrations.CreateModel(
            "Sale",
            [
                ("id", models.BigAutoField(primary_key=True)),
                ("kind", models.CharField(max_length=20, db_index=True)),
            ],
        ),
    ]
`,
      "shop/migrations/0002_kind.py": `from django.db import migrations, models

class Migration(migrations.Migration):
    dependencies = [("shop", "0001_initial")]
    operations = [migrations.AlterField("sale", "kind", models.ForeignKey("shop.Kind", models.CASCADE))]
`,
    }),
  });
  const texts = findings.flatMap(({ instead, also = [] }) => [instead, ...also.map((one) => one.instead)]);
  expect(texts.join("")).toMatch(
    /reverse_sql=[^]*CREATE INDEX \S+_like ON shop_sale \(kind_id varchar_pattern_ops\)[^]*RENAME COLUMN "kind_id" TO "kind"/,
  );
});
