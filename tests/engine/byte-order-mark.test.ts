/** Files of migrations that begin with a BOM, as editors on Windows write them: every tool skips it. */
import { expect, it } from "vitest";
import { lintProject } from "../../src/index.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";

const mark = "\uFEFF";

const alembic = (id: string, down: string, call: string): string =>
  `from alembic import op\nimport sqlalchemy as sa\nrevision = "${id}"\ndown_revision = ${down}\n\ndef upgrade():\n    ${call}\n\ndef downgrade():\n    pass\n`;
const rails = (name: string, call: string): string =>
  `class ${name} < ActiveRecord::Migration[7.1]\n  def change\n    ${call}\n  end\nend\n`;
const django = (name: string, needs: string, operation: string): string =>
  `from django.db import migrations, models\nclass Migration(migrations.Migration):\n    ${name}dependencies = [${needs}]\n    operations = [${operation}]\n`;
const knex = (call: string): string =>
  `exports.up = (knex) => knex.schema.${call};\nexports.down = () => {};\n`;

const projects: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  SQL: {
    "migrations/001_a.sql": "CREATE TABLE orders (id bigint PRIMARY KEY);\n",
    "migrations/002_b.sql": "CREATE INDEX i ON orders (id);\n",
  },
  Alembic: {
    "alembic.ini": "[alembic]\nscript_location = migrations\n",
    "migrations/env.py":
      "from alembic import context\ncontext.configure(url='postgresql://localhost/shop')\n",
    "migrations/versions/1_a.py": alembic(
      "1",
      "None",
      'op.create_table("orders", sa.Column("id", sa.BigInteger, primary_key=True))',
    ),
    "migrations/versions/2_b.py": alembic("2", '"1"', 'op.create_index("i", "orders", ["id"])'),
  },
  Django: {
    "manage.py": "",
    "settings.py": "DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql'}}\n",
    "shop/migrations/__init__.py": "",
    "shop/migrations/0001_initial.py": django(
      "initial = True; ",
      "",
      "migrations.RunSQL('CREATE TABLE orders (id bigint PRIMARY KEY)')",
    ),
    "shop/migrations/0002_b.py": django(
      "",
      '("shop", "0001_initial")',
      "migrations.RunSQL('CREATE INDEX i ON orders (id)')",
    ),
  },
  Rails: {
    Gemfile: 'gem "rails", "7.1.0"\ngem "pg"\n',
    "db/migrate/20240101000000_a.rb": rails("A", "create_table :orders"),
    "db/migrate/20240102000000_b.rb": rails("B", "add_index :orders, :id"),
  },
  Knex: {
    "package.json": '{"dependencies":{"knex":"3.0.0","pg":"8.0.0"}}',
    "knexfile.js": 'module.exports = { client: "pg" };\n',
    "migrations/20240101000000_a.js": knex('createTable("orders", (t) => { t.bigIncrements("id"); })'),
    "migrations/20240102000000_b.js": knex('alterTable("orders", (t) => { t.index("id", "i"); })'),
  },
  Liquibase: {
    "liquibase.properties": "url: jdbc:postgresql://localhost/x\nchangeLogFile: changelog.yaml\n",
    "changelog.yaml": "databaseChangeLog:\n- include: {file: a.yaml}\n- include: {file: b.yaml}\n",
    "a.yaml":
      "databaseChangeLog:\n- changeSet: {id: 1, author: a, changes: [{sql: {sql: CREATE TABLE orders (id bigint PRIMARY KEY)}}]}\n",
    "b.yaml":
      "databaseChangeLog:\n- changeSet: {id: 2, author: a, changes: [{sql: {sql: CREATE INDEX i ON orders (id)}}]}\n",
  },
};

it.each(Object.entries(projects))("%s", async (_name, files) => {
  const isMigration = (path: string): boolean => /\d_\w+\.\w+$|^[ab]\.yaml$/.test(path);
  const marked = Object.entries(files).map(([path, text]) => [path, isMigration(path) ? mark + text : text]);
  const found = await Promise.all(
    [files, Object.fromEntries(marked) as typeof files].map(async (own) => {
      const { findings } = await lintProject({ fs: memoryFileSystem(own) });
      return findings.map(({ ruleId, file, line }) => [ruleId, file, line]);
    }),
  );
  expect(found[1]).toEqual(found[0]);
  expect(JSON.stringify(found[0])).toContain("index-without-concurrently");
});
