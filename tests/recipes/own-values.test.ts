/** Advice for a key that fails as soon as the table has two rows: a safe way to it would fail at its end, too. */
import { expect, test } from "vitest";
import { lintProject } from "../../src/index.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";

const inDjango = (operation: string) => ({
  "manage.py": "import django\n",
  "requirements.txt": "Django==4.2\n",
  "settings.py": 'DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql"}}\n',
  "shop/__init__.py": "",
  "shop/migrations/__init__.py": "",
  "shop/migrations/0001_initial.py": `from django.db import migrations, models

class Migration(migrations.Migration):
    initial = True
    operations = [migrations.CreateModel("User", [("id", models.BigAutoField(primary_key=True))])]
`,
  "shop/migrations/0002_code.py": `from django.db import migrations, models

class Migration(migrations.Migration):
    dependencies = [("shop", "0001_initial")]
    operations = [${operation}]
`,
});

const altered = (before: string, after: string, engine = "postgresql") => ({
  ...inDjango(`migrations.AlterField("user", "code", models.CharField(max_length=20, ${after}))`),
  "settings.py": `DATABASES = {"default": {"ENGINE": "django.db.backends.${engine}"}}\n`,
  "shop/migrations/0001_initial.py": `from django.db import migrations, models

class Migration(migrations.Migration):
    initial = True
    operations = [
        migrations.CreateModel(
            "User",
            [
                ("id", models.BigAutoField(primary_key=True)),
                ("code", models.CharField(max_length=20, null=True${before})),
            ],
        ),
    ]
`,
});

const inSql = (text: string) => ({
  "migrations/001_a.sql": "CREATE TABLE users (id bigint PRIMARY KEY);\n",
  "migrations/002_b.sql": text,
});

async function ways(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const { findings } = await lintProject({ fs: memoryFileSystem(files), everyFinding: true });
  const aboutKey = /^(?:add-column-with-constraint|index-without-concurrently|unique-)/;
  return findings.filter(({ ruleId }) => aboutKey.test(ruleId)).map(({ instead = "" }) => instead);
}

test.each([
  ["ADD COLUMN", inSql("ALTER TABLE users ADD COLUMN code text NOT NULL DEFAULT '' UNIQUE;")],
  [
    "an index of its own",
    inSql("ALTER TABLE users ADD COLUMN code text DEFAULT '';\nCREATE UNIQUE INDEX by_code ON users (code);"),
  ],
  [
    "a call of Django, which sends an index for LIKE as well",
    inDjango('migrations.AddField("user", "code", models.CharField(max_length=20, default="", unique=True))'),
  ],
])("each finding says what has to come before the key: %s", async (_, files) => {
  const found = await ways(files);
  expect(found.length).toBeGreaterThan(1);
  for (const way of found) expect(way).toContain("Give each row its own value");
});

test("a column without values gets its key by the safe way", async () => {
  const found = await ways(
    inDjango('migrations.AddField("user", "code", models.CharField(max_length=20, null=True, unique=True))'),
  );
  expect(found.join("\n")).toContain("UNIQUE USING INDEX");
});

const unique = ", unique=True";

test.each([
  ["under a key", altered(unique, 'default="x", unique=True')],
  ["under a key on MySQL", altered(unique, 'default="x", unique=True', "mysql")],
  ["under a key that the call adds", altered("", 'default="x", unique=True')],
])("old rows don't all get the default of a field: %s", async (_, files) => {
  const { findings } = await lintProject({ fs: memoryFileSystem(files), everyFinding: true });
  const texts = findings.map(({ instead = "" }) => instead).join("\n");
  expect(texts).not.toMatch(/UPDATE .*'x'/);
  expect(texts).toContain("until this finds no rows (give each its own code, in batches)");
});

test("what follows the values stays in the advice", async () => {
  const { findings } = await lintProject({
    fs: memoryFileSystem(altered(unique, 'default="x", unique=True')),
  });
  const { instead } = findings.find(({ ruleId }) => ruleId === "set-not-null") ?? {};
  expect(instead).toMatch(/CHECK \(code IS NOT NULL\) NOT VALID[^]*SET NOT NULL/);
});

test("old rows get the default of a field that isn't unique in batches", async () => {
  const { findings } = await lintProject({ fs: memoryFileSystem(altered("", 'default="x"')) });
  expect(findings.map(({ instead = "" }) => instead).join("\n")).toMatch(/UPDATE .*'x'/);
});

test.each([
  ["before it", "CREATE UNIQUE INDEX by_code ON users (code);", ""],
  ["behind it", "", "\nCREATE UNIQUE INDEX by_code ON users (code);"],
])("an UPDATE of a column with a key %s", async (_, before, behind) => {
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "migrations/001_a.sql": `CREATE TABLE users (id bigint PRIMARY KEY, code text);\n${before}`,
      "migrations/002_b.sql": `UPDATE users SET code = 'x' WHERE code IS NULL;${behind}`,
    }),
    everyFinding: true,
  });
  const found = findings.find(({ ruleId, also = [] }) =>
    [ruleId, ...also.map((one) => one.ruleId)].includes("backfill-without-batches"),
  );
  expect(found?.instead).toContain("give each its own code");
});

test("NULLs of a key that nothing fills don't all get one value", async () => {
  const { findings } = await lintProject({
    fs: memoryFileSystem({
      "migrations/001_a.sql": "CREATE TABLE users (id bigint PRIMARY KEY, code text UNIQUE);",
      "migrations/002_b.sql": "ALTER TABLE users ALTER COLUMN code SET NOT NULL;",
    }),
    everyFinding: true,
  });
  const { instead } = findings.find(({ ruleId }) => ruleId === "not-null-without-backfill") ?? {};
  expect(instead).toContain("give each its own code");
  expect(instead).not.toContain("<value>");
});
