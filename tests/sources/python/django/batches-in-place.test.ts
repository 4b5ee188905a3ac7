/** A function of RunPython that changes all rows, in batches: the file is whole, and can be taken back as before. */
import { expect, test } from "vitest";
import { lintProject, memoryFileSystem } from "../../../../src/index.ts";

async function advised(call: string, value = '"approved"'): Promise<string> {
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "manage.py": "from django.core.management import execute_from_command_line\n",
      "site/settings.py": `import os
DATABASES = {"default": {"ENGINE": "django_prometheus.db.backends.postgresql"}}
if "CI" in os.environ:
    DATABASES = {"default": {"ENGINE": "django_prometheus.db.backends.sqlite3"}}
`,
      "shop/migrations/0001_initial.py": `from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = []
    operations = [
        migrations.CreateModel(name="Order", fields=[("id", models.BigAutoField(primary_key=True)), ("state", models.TextField(null=True))]),
    ]
`,
      "shop/migrations/0002_state.py": `from django.db import migrations
from django.db.models import F

OLD = "new"


def approve(apps, schema_editor):
    Order = apps.get_model("shop", "Order")
    Order.objects.all().update(state=${value})


def restore(apps, schema_editor):
    apps.get_model("shop", "Order").objects.all().update(state=OLD)


class Migration(migrations.Migration):
    dependencies = [("shop", "0001_initial")]
    operations = [
        migrations.RunPython(${call}),
    ]
`,
    }),
  });
  return findings.find(({ ruleId }) => ruleId === "update-without-where")?.instead ?? "";
}

test.each(["approve, restore", "approve, reverse_code=restore"])("RunPython(%s)", async (call) => {
  const text = await advised(call);
  expect(text).toContain("migrations.RunPython(in_batches, restore),");
  expect(text).toContain(`OLD = "new"


def restore(apps, schema_editor):
    apps.get_model("shop", "Order").objects.all().update(state=OLD)


def in_batches(apps, schema_editor):
`);
  expect(text).not.toContain("def approve");
});

test("one that nothing takes back", async () => {
  expect(await advised("approve, migrations.RunPython.noop")).toContain(
    "migrations.RunPython(in_batches, migrations.RunPython.noop),",
  );
});

test("a block of SQL in its place", async () => {
  const text = await advised("approve, restore", 'F("id")');
  expect(text).toMatch(/RunSQL\([^]*\n +migrations\.RunPython\(migrations\.RunPython\.noop, restore\),/);
  expect(text).toContain("def restore(");
});

test("a way back that is written out there has no name to give", async () => {
  expect(await advised("approve, reverse_code=lambda apps, editor: None")).not.toMatch(/RunPython\(.*lambda/);
});
