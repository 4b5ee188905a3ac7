/** Advice names what else of its migration has to wait. */
import { expect, test } from "vitest";
import { lintProject } from "../../src/index.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";

const advice = async (text: string, rule: string): Promise<string> => {
  const first =
    "CREATE TABLE backends (id bigint PRIMARY KEY, name text);\n" +
    "CREATE TABLE ecosystems (id bigint PRIMARY KEY, name text, backend_id bigint REFERENCES backends);\n";
  const { findings } = await lintProject({
    fs: memoryFileSystem({ "migrations/001_a.sql": first, "migrations/002_b.sql": text }),
  });
  return findings.find(({ ruleId }) => ruleId === rule)?.instead ?? "";
};

test("a table that the kept one refers to", async () => {
  const both = await advice("DROP TABLE ecosystems;\nDROP TABLE backends;\n", "drop-table");
  expect(both).toContain("it refers to backends: drop that behind it, too");
  const one = await advice("DROP TABLE ecosystems;\n", "drop-table");
  expect(one).not.toContain("behind it, too");
});

const along = "-- what needs it moves behind it, too:";

test.each([
  // [the migration, the rule, what moves along]
  [
    "ALTER TABLE ecosystems ADD COLUMN open boolean;\nUPDATE ecosystems SET open = id > 0;\nALTER TABLE ecosystems ALTER COLUMN open SET NOT NULL;\n",
    "update-without-where",
    "ALTER TABLE ecosystems ALTER COLUMN open SET NOT NULL",
  ],
  [
    "UPDATE ecosystems SET name = id WHERE name = '';\nCREATE UNIQUE INDEX by_name ON ecosystems (name);\n",
    "backfill-without-batches",
    "CREATE UNIQUE INDEX by_name ON ecosystems (name)",
  ],
  [
    "DELETE FROM ecosystems WHERE backend_id IN (SELECT id FROM backends WHERE id < 9);\nDELETE FROM backends WHERE id < 9;\n",
    "backfill-without-batches",
    "DELETE FROM backends WHERE id < 9",
  ],
  [
    "DELETE FROM ecosystems WHERE backend_id IN (SELECT id FROM backends WHERE id < 9);\nINSERT INTO ecosystems (id, backend_id) VALUES (1, 2);\n",
    "backfill-without-batches",
    "INSERT INTO ecosystems (id, backend_id) VALUES (1, 2)",
  ],
  [
    "ALTER TABLE ecosystems ADD CONSTRAINT by_name UNIQUE (name);\nALTER TABLE backends ADD FOREIGN KEY (name) REFERENCES ecosystems (name) NOT VALID;\n",
    "unique-constraint-without-index",
    "ALTER TABLE backends ADD FOREIGN KEY (name) REFERENCES ecosystems (name) NOT VALID",
  ],
  [
    "CREATE UNIQUE INDEX by_name ON ecosystems (name);\nDO $$ BEGIN IF true THEN ALTER TABLE ecosystems ADD UNIQUE USING INDEX by_name; END IF; END $$;\n",
    "index-without-concurrently",
    "the block that holds ADD UNIQUE USING INDEX by_name",
  ],
  [
    "CREATE UNIQUE INDEX by_name ON ecosystems (name);\nALTER TABLE ecosystems REPLICA IDENTITY USING INDEX by_name;\n",
    "index-without-concurrently",
    "ALTER TABLE ecosystems REPLICA IDENTITY USING INDEX by_name",
  ],
])("what needs the moved statement: %s", async (text, rule, moved) => {
  expect((await advice(text, rule)).split("\n").slice(-2)).toEqual([along, `-- ${moved}`]);
});

test.each([
  "UPDATE ecosystems SET name = 'a' WHERE name = 'b';\nUPDATE ecosystems SET name = 'c' WHERE name = 'd';\n",
  "UPDATE ecosystems SET name = 'a' WHERE name = 'b';\nALTER TABLE ecosystems ADD UNIQUE (backend_id);\n",
  "DELETE FROM ecosystems WHERE name = 'b';\nDELETE FROM other WHERE name = 'd';\n",
])("not what needs nothing of it: %s", async (text) => {
  const found = await advice(text, "backfill-without-batches");
  expect(found).toContain("DO $$");
  expect(found).not.toContain(along);
});

test("a body that asks for the column: the later migration asks, too", async () => {
  const found = await advice(
    "DO $$ BEGIN IF EXISTS (SELECT FROM information_schema.columns WHERE column_name = 'note') THEN\nALTER TABLE other DROP COLUMN note;\nEND IF; END $$;\n",
    "drop-column",
  );
  expect(found).toContain("\nCOMMENT ON COLUMN other.note IS 'deprecated: no longer read';\n");
  expect(found).toContain("ALTER TABLE other DROP COLUMN IF EXISTS note;");
});

test("a rollback that drops what a later migration makes", async () => {
  const files = {
    "migrations/001_a.up.sql": "CREATE TABLE backends (id bigint PRIMARY KEY, name text);\n",
    "migrations/001_a.down.sql": "DROP TABLE backends;\n",
    "migrations/002_b.up.sql":
      "ALTER TABLE backends ADD COLUMN path text;\nALTER TABLE backends ADD CONSTRAINT by_path UNIQUE (path, name);\n",
    "migrations/002_b.down.sql":
      "ALTER TABLE backends DROP CONSTRAINT by_path;\nALTER TABLE backends DROP COLUMN path;\n",
  };
  const { findings } = await lintProject({ fs: memoryFileSystem(files) });
  const found = findings.find(({ ruleId }) => ruleId === "unique-constraint-without-index");
  expect(found?.instead).toContain(
    "in the rollback, this belongs to that of the later migration: ALTER TABLE backends DROP CONSTRAINT by_path;",
  );
});

test("a key on the new name waits until the names are swapped", async () => {
  const model = (name: string, fields: string): string =>
    `migrations.CreateModel("${name}", [("id", models.AutoField(primary_key=True)), ${fields}])`;
  const migration = (dependencies: string, operations: string): string =>
    `from django.db import migrations, models\n\n\nclass Migration(migrations.Migration):\n    dependencies = [${dependencies}]\n    operations = [${operations}]\n`;
  const fs = memoryFileSystem({
    "manage.py": "",
    "requirements.txt": "django==5.2\npsycopg\n",
    "shop/migrations/__init__.py": "",
    "shop/migrations/0001_initial.py": migration(
      "",
      `${model("Unit", '("name", models.TextField())')}, ${model("User", '("unit", models.IntegerField())')}`,
    ),
    "shop/migrations/0002_unit.py": migration(
      '("shop", "0001_initial")',
      'migrations.AlterField("user", "unit", models.ForeignKey("shop.Unit", models.PROTECT))',
    ),
  });
  const { findings } = await lintProject({ fs });
  const instead = findings.find(({ ruleId }) => ruleId === "rename-column")?.instead ?? "";
  const places = ["RENAME COLUMN unit_swap TO unit_id", "NOT VALID", "VALIDATE", "DROP COLUMN unit;"].map(
    (text) => instead.indexOf(text),
  );
  expect(places).not.toContain(-1);
  expect(places).toEqual(places.toSorted((a, b) => a - b));
});
