/** Advice that takes the place of RunSQL keeps what its SQL asks for, and each step takes back what it does. */
import { expect, test } from "vitest";
import { lintProject } from "../../src/index.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";

async function adviceFor(rule: string, up: string, down: string, first = ""): Promise<string> {
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
                ("note", models.CharField(max_length=20, null=True)),
            ],
        ),
        ${first}
    ]
`,
      "shop/migrations/0002_sql.py": `from django.db import migrations

class Migration(migrations.Migration):
    dependencies = [("shop", "0001_initial")]
    operations = [migrations.RunSQL("""${up}""", """${down}""")]
`,
    }),
    everyFinding: true,
  });
  return findings.find(({ ruleId }) => ruleId === rule)?.instead ?? "none";
}

const asked = "The SQL does this only where it finds what it changes";
const inBlock = (statement: string) =>
  `DO $$ BEGIN IF EXISTS (SELECT FROM information_schema.columns WHERE table_name = 'shop_sale' AND column_name = 'note') THEN ${statement} END IF; END $$;`;

test.each([
  ["rename-column", inBlock("ALTER TABLE shop_sale RENAME COLUMN note TO remark;")],
  ["drop-column", inBlock("ALTER TABLE shop_sale DROP COLUMN note;")],
  ["rename-column", "ALTER TABLE IF EXISTS shop_sale RENAME COLUMN note TO remark;"],
  ["rename-table", "ALTER TABLE IF EXISTS shop_sale RENAME TO shop_order;"],
  ["set-not-null", "ALTER TABLE IF EXISTS shop_sale ALTER COLUMN note SET NOT NULL;"],
  ["check-without-not-valid", "ALTER TABLE IF EXISTS shop_sale ADD CONSTRAINT ok CHECK (id > 0);"],
])("steps without the question would fail elsewhere: %s, %s", async (rule, up) => {
  // It may have dropped the table.
  const dynamic = "DO $$ BEGIN EXECUTE current_setting('shop.sql'); END $$;";
  const found = await adviceFor(rule, up, "SELECT 1;", `migrations.RunSQL("${dynamic}"),`);
  expect(found).toContain(asked);
  expect(found).not.toContain("class Migration");
});

test.each([
  ["rename-column", "ALTER TABLE shop_sale RENAME COLUMN note TO remark;"],
  ["drop-column", "ALTER TABLE IF EXISTS shop_sale DROP COLUMN IF EXISTS note;"],
  ["set-not-null", "ALTER TABLE IF EXISTS shop_sale ALTER COLUMN note SET NOT NULL;"],
  ["check-without-not-valid", "ALTER TABLE IF EXISTS shop_sale ADD CONSTRAINT ok CHECK (id > 0);"],
])("advice that asks itself, or needs no question, is code: %s, %s", async (rule, up) => {
  const found = await adviceFor(rule, up, "SELECT 1;");
  expect(found).not.toContain(asked);
  expect(found).toContain("class Migration");
});

const reverses = (advice: string): readonly string[] =>
  [...advice.matchAll(/reverse_sql=(\[[^]*?\]|"[^"]*"|migrations\S+),\n/g)].map(([, text = ""]) => text);

test("the first step takes back what it adds to a statement without a known inverse", async () => {
  const [first = ""] = reverses(
    await adviceFor(
      "change-column-type",
      "CREATE TYPE mood AS ENUM ('a'); ALTER TABLE shop_sale ALTER COLUMN note TYPE mood USING note::mood;",
      "ALTER TABLE shop_sale ALTER COLUMN note TYPE varchar(20); DROP TYPE mood;",
    ),
  );
  expect(first).toMatch(/DROP TRIGGER [^]*DROP FUNCTION [^]*DROP COLUMN note_new[^]*DROP TYPE mood/);
});

test("changes of rows stay in the way back", async () => {
  const alone = await adviceFor(
    "backfill-without-batches",
    "UPDATE shop_sale SET note = 'x' WHERE note = '';",
    "UPDATE shop_sale SET note = '' WHERE note = 'x';",
  );
  expect(reverses(alone)).toEqual([`"UPDATE shop_sale SET note = '' WHERE note = 'x';"`]);
  const [first = ""] = reverses(
    await adviceFor(
      "index-without-concurrently",
      "ALTER TABLE shop_sale ADD COLUMN b integer; UPDATE shop_sale SET note = 'x' WHERE id = 5; CREATE INDEX b_i ON shop_sale (b);",
      "UPDATE shop_sale SET note = NULL WHERE id = 5; DROP INDEX b_i; ALTER TABLE shop_sale DROP COLUMN b;",
    ),
  );
  expect(first).toMatch(/UPDATE shop_sale SET note = NULL[^]*DROP COLUMN b/);
});
