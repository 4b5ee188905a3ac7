/** `ddlint plan --write` where migrations are code: files with calls, the first in place of the migration. */
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { run } from "../../src/cli/main.ts";
import { lintProject } from "../../src/index.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ddlint-plan-code-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

type Files = Readonly<Record<string, string>>;

function write(files: Files): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}
const read = (): Files =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => statSync(join(folder, name)).isFile())
      // Names of later steps are longer.
      .sort((a, b) => a.length - b.length || (a < b ? -1 : 1))
      .map((name) => [name, readFileSync(join(folder, name), "utf8")]),
  );
const plan = (...words: readonly string[]) => run(["plan", "--write", ...words], folder);

const npm = (name: string, version: string): string =>
  JSON.stringify({ dependencies: { [name]: version, pg: "8.11.0" } });
const knex = (up: string): Files => ({
  "package.json": npm("knex", "3.1.0"),
  "knexfile.js": "module.exports = { client: 'pg' };",
  "migrations/20260101000000_users.js":
    "exports.up = (knex) => knex.schema.createTable('users', (t) => { t.bigIncrements('id'); t.text('note'); });\nexports.down = (knex) => knex.schema.dropTable('users');\n",
  "migrations/20260201000000_more.js": up,
});

const projects: Readonly<Record<string, Files>> = {
  Knex: knex(`'use strict';

// What the shop asked for.
exports.up = async (knex) => {
  await knex.schema.alterTable('users', (t) => { t.index(['note']); t.integer('age'); });
};
exports.down = (knex) =>
  knex.schema.alterTable('users', (t) => { t.dropIndex(['note']); t.dropColumn('age'); });
`),
  TypeORM: {
    "package.json": npm("typeorm", "0.3.20"),
    "data-source.ts":
      'export default new DataSource({ type: "postgres", migrations: ["src/migration/*.ts"], migrationsTransactionMode: "each" });\n',
    "src/migration/1767225600000-CreateUsers.ts":
      'import { MigrationInterface, QueryRunner } from "typeorm";\nexport class CreateUsers1767225600000 implements MigrationInterface {\n  async up(queryRunner: QueryRunner): Promise<void> { await queryRunner.query(`CREATE TABLE users (id bigint PRIMARY KEY, note text)`); }\n  async down(queryRunner: QueryRunner): Promise<void> { await queryRunner.query(`DROP TABLE users`); }\n}\n',
    "src/migration/1767225700000-AddAge.ts": `import { MigrationInterface, QueryRunner } from "typeorm";

export class AddAge1767225700000 implements MigrationInterface {
    name = 'AddAge1767225700000'

    public async up(queryRunner: QueryRunner): Promise<void> {
        await queryRunner.query(\`ALTER TABLE "users" ADD "age" integer\`);
        await queryRunner.query(\`CREATE INDEX "users_note_idx" ON "users" ("note")\`);
    }

    public async down(queryRunner: QueryRunner): Promise<void> {
        await queryRunner.query(\`DROP INDEX "users_note_idx"\`);
        await queryRunner.query(\`ALTER TABLE "users" DROP COLUMN "age"\`);
    }
}
`,
  },
  Alembic: {
    "alembic.ini": "[alembic]\nscript_location = alembic\nsqlalchemy.url = postgresql://localhost/x\n",
    "alembic/versions/aaaaaaaaaaaa_users.py": `"""users"""
from alembic import op
import sqlalchemy as sa
revision = "aaaaaaaaaaaa"
down_revision = None
def upgrade():
    op.create_table("users", sa.Column("id", sa.BigInteger(), primary_key=True), sa.Column("note", sa.Text()))
def downgrade():
    op.drop_table("users")
`,
    "alembic/versions/bbbbbbbbbbbb_age.py": `"""Add the age

Revision ID: bbbbbbbbbbbb
"""
from alembic import op
import sqlalchemy as sa

# revision identifiers
revision = "bbbbbbbbbbbb"
down_revision = "aaaaaaaaaaaa"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # ### commands ###
    op.add_column("users", sa.Column("age", sa.Integer(), nullable=True))
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.create_index("users_age_idx", ["age"])


def downgrade() -> None:
    op.drop_index("users_age_idx")
    op.drop_column("users", "age")
`,
  },
  Django: {
    "manage.py": "",
    "requirements.txt": "Django==5.2\n",
    "site/settings.py":
      'INSTALLED_APPS = ["shop"]\nDATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "x"}}\n',
    "shop/__init__.py": "",
    "shop/migrations/__init__.py": "",
    "shop/migrations/0001_initial.py": `from django.db import migrations, models
class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [migrations.CreateModel(name="User", fields=[("id", models.BigAutoField(primary_key=True)), ("note", models.TextField(null=True))], options={"db_table": "users"})]
`,
    "shop/migrations/0002_age.py": `from django.db import migrations, models

class Migration(migrations.Migration):
    dependencies = [("shop", "0001_initial")]
    operations = [
        migrations.AddField("user", "age", models.IntegerField(null=True, help_text="years")),
        migrations.AddIndex("user", models.Index(fields=["age"], name="users_age_idx")),
    ]
`,
  },
  Rails: {
    Gemfile: 'gem "rails", "7.1.0"\ngem "pg"\n',
    "config/database.yml": "default:\n  adapter: postgresql\n",
    "db/migrate/20260101000000_create_users.rb":
      "class CreateUsers < ActiveRecord::Migration[7.1]\n  def change\n    create_table :users do |t|\n      t.text :note\n    end\n  end\nend\n",
    "db/migrate/20260201000000_add_age.rb": `# frozen_string_literal: true

class AddAge < ActiveRecord::Migration[7.1]
  def change
    change_table :users do |t|
      t.index :note
    end
    rename_column :users, :note, :remark
  end
end
`,
  },
};

/** Without what differs from day to day. */
const steady = (text: string): string =>
  text
    .replaceAll(/20\d\d-\d\d-\d\d[T ]\d\d[-:]\d\d[-:]\d\d(?:\.\d+)?/g, "<time>")
    .replaceAll(/20261\d{9}|202[7-9]\d{10}|17[7-9]\d{10}|18\d{11}/g, "<time>")
    .replaceAll(/\b(?!a{12}|b{12})[0-9a-f]{12}(?=\b|_)/g, "<revision>");

it.each(Object.entries(projects))("writes the steps as files of %s", async (_, has) => {
  write(has);
  const { exitCode, stderr } = await plan();
  expect({ exitCode, stderr: steady(stderr) }).toMatchSnapshot();
  const written = Object.entries(read()).filter(([name, text]) => has[name] !== text);
  expect(written.map(([name, text]) => steady(`${name}\n${text}`))).toMatchSnapshot();
  const { findings, coverage } = await lintProject({ cwd: folder });
  expect(coverage.complete).toBe(true);
  expect(findings.filter(({ severity }) => severity !== "note")).toEqual([]);
});

const index = "await knex.schema.alterTable('users', (t) => { t.index(['note']); });";
const updown = (body: string): string =>
  `exports.up = async (knex) => {\n  ${body}\n};\nexports.down = (knex) => knex.schema.alterTable('users', (t) => { t.dropIndex(['note']); });\n`;

describe("refuses to take the place of", () => {
  it.each<readonly [string, Files, string]>([
    [
      "SQL that code builds",
      knex(updown(`${index}\n  await knex.raw(sqlOf());`)),
      "isn't known before it runs",
    ],
    [
      "calls of something else",
      knex(updown(`${index}\n  await mail.send('done');`)),
      "isn't a call that sends SQL",
    ],
    ["a call that may not run", knex(updown(`if (process.env.X) { ${index} }`)), "this call may not run"],
    [
      "operations whose models change in a step of their own",
      {
        ...projects["Django"],
        "shop/migrations/0001_initial.py": `from django.db import migrations, models
class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [migrations.CreateModel(name="User", fields=[("id", models.BigAutoField(primary_key=True)), ("note", models.TextField(null=True))])]
`,
        "shop/migrations/0002_age.py": `from django.db import migrations

class Migration(migrations.Migration):
    dependencies = [("shop", "0001_initial")]
    operations = [migrations.RenameModel("User", "Client")]
`,
      },
      "the models change in a step of their own",
    ],
    [
      "a migration that others follow",
      {
        ...knex(updown(`${index}\n  await knex.schema.alterTable('users', (t) => { t.integer('age'); });`)),
        "migrations/20260301000000_last.js":
          "exports.up = (knex) => knex.schema.createTable('posts', (t) => { t.bigIncrements('id'); });\nexports.down = (knex) => knex.schema.dropTable('posts');\n",
      },
      "others follow it",
    ],
  ])("%s", async (_, has, message) => {
    write(has);
    const named = Object.keys(has).filter((name) => /_more\.js$/.test(name));
    const { exitCode, stderr } = await plan(...named);
    expect(stderr).toContain(message);
    expect(exitCode).toBe(2);
    expect(read()).toEqual(has);
  });
});
