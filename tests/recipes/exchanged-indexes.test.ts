/** A migration that drops an index and makes one that takes its place: one piece of advice for both. */
import { expect, test } from "vitest";
import { lintProject, memoryFileSystem } from "../../src/index.ts";

async function adviceFor(files: Readonly<Record<string, string>>) {
  const { findings } = await lintProject({
    fs: memoryFileSystem(files),
    facts: { dialect: "postgres", lockTimeout: "2s" },
  });
  return (rule: string): string =>
    findings.find(({ ruleId, also = [] }) => [ruleId, ...also.map((one) => one.ruleId)].includes(rule))
      ?.instead ?? "";
}

const made = `CREATE TABLE orders (id bigint PRIMARY KEY, code text, state text);
CREATE INDEX orders_code ON orders (code);
`;

test.each([
  "DROP INDEX orders_code;\nCREATE INDEX orders_code_state ON orders (code, state);",
  "CREATE INDEX orders_code_state ON orders (code, state);\nDROP INDEX orders_code;",
])("SQL: the new one is built before the old one goes, whichever comes first: %s", async (sql) => {
  const advice = await adviceFor({ "migrations/1_a.sql": made, "migrations/2_b.sql": sql });
  const text = advice("index-without-concurrently");
  expect(text).toMatch(
    /CREATE INDEX CONCURRENTLY orders_code_state [^]*DROP INDEX CONCURRENTLY IF EXISTS orders_code;/,
  );
  expect(advice("drop-index-without-concurrently")).toBe(text);
});

test("Rails: one finding has both calls, the other one refers to it", async () => {
  const migration = (name: string, body: string): string =>
    `class ${name} < ActiveRecord::Migration[7.1]\n  def change\n${body}\n  end\nend\n`;
  const advice = await adviceFor({
    "Gemfile.lock": "GEM\n  specs:\n    activerecord (7.1.2)\n    rails (7.1.2)\n",
    "db/migrate/20240101000000_a.rb": migration(
      "A",
      "create_table(:posts) { |t| t.string :title; t.bigint :user_id }\nadd_index :posts, :title",
    ),
    "db/migrate/20240201000000_b.rb": migration(
      "B",
      "remove_index :posts, :title\nadd_index :posts, [:title, :user_id]",
    ),
  });
  expect(advice("index-without-concurrently")).toMatch(
    /add_index :posts, \[:title, :user_id\], algorithm: :concurrently\n[^]*remove_index :posts, :title, algorithm: :concurrently\n/,
  );
  expect(advice("drop-index-without-concurrently")).toMatch(
    /^Drop it behind the migration that builds index_posts_on_title_and_user_id/,
  );
});

test("Alembic: the revision that drops follows the one that builds", async () => {
  const revision = (name: string, down: string, body: string): string =>
    `from alembic import op\nimport sqlalchemy as sa\nrevision = "${name}"\ndown_revision = ${down}\n\n\ndef upgrade():\n    ${body}\n`;
  const advice = await adviceFor({
    "alembic.ini": "[alembic]\nscript_location = alembic\n",
    "alembic/env.py": "from alembic import context\n",
    "alembic/versions/1_a.py": revision(
      "1",
      "None",
      'op.create_table("users", sa.Column("id", sa.BigInteger(), primary_key=True), sa.Column("email", sa.Text()))\n    op.create_index("ix_email", "users", ["email"])',
    ),
    "alembic/versions/2_b.py": revision(
      "2",
      '"1"',
      'op.drop_index("ix_email", table_name="users")\n    op.create_index("ix_email_id", "users", ["email", "id"])',
    ),
  });
  const text = advice("index-without-concurrently");
  const [, first = "none"] = /^revision = ("\w+")$/m.exec(text) ?? [];
  const [, second = ""] = text.split(/^(?=down_revision = )/m).slice(1);
  expect(second).toContain(`down_revision = ${first}`);
  expect(second).toContain('op.drop_index("ix_email", table_name="users", ');
});

test("Django: each operation is to the models what it was", async () => {
  const migration = (follows: string, body: string): string =>
    `from django.db import migrations, models\n\n\nclass Migration(migrations.Migration):\n    dependencies = [${follows}]\n    operations = [${body}]\n`;
  const advice = await adviceFor({
    "manage.py": 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "s")\n',
    "app/migrations/__init__.py": "",
    "app/migrations/0001_initial.py": migration(
      "",
      'migrations.CreateModel(name="Order", fields=[("id", models.BigAutoField(primary_key=True)), ("code", models.TextField())], options={"indexes": [models.Index(fields=["code"], name="order_code")]})',
    ),
    "app/migrations/0002_b.py": migration(
      '("app", "0001_initial")',
      'migrations.RemoveIndex(model_name="order", name="order_code"), migrations.AddIndex(model_name="order", index=models.Index(fields=["code", "id"], name="order_code_id"))',
    ),
  });
  const text = advice("index-without-concurrently");
  expect(text).toMatch(
    / AddIndexConcurrently\(model_name="order", index[^]* RemoveIndexConcurrently\(model_name="order", name="order_code"\)/,
  );
  expect(text).not.toContain("SeparateDatabaseAndState");
});

test("an index is dropped behind the key that takes its place, and a key behind the index", async () => {
  const advice = await adviceFor({
    "migrations/1_a.sql": made,
    "migrations/2_b.sql":
      "DROP INDEX orders_code;\nALTER TABLE orders ADD CONSTRAINT orders_code_key UNIQUE (code);",
    "migrations/3_c.sql":
      "ALTER TABLE orders DROP CONSTRAINT orders_code_key;\nCREATE INDEX orders_code_state ON orders (code, state);",
  });
  expect(advice("unique-constraint-without-index")).toMatch(
    / ADD CONSTRAINT orders_code_key UNIQUE USING INDEX [^]*DROP INDEX CONCURRENTLY IF EXISTS orders_code;/,
  );
  expect(advice("index-without-concurrently")).toMatch(
    /CREATE INDEX CONCURRENTLY orders_code_state [^]* DROP CONSTRAINT orders_code_key;/,
  );
});
