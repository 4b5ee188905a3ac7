/** `ddlint new` where migrations are code: a file as the tool's generator writes it, with the calls that send the statements. */
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { run } from "../../src/cli/main.ts";
import { lintProject } from "../../src/index.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ddlint-new-code-"));
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
const ddlint = (...words: readonly string[]) => run(["new", ...words], folder);

const npm = (name: string, version: string): string =>
  JSON.stringify({ dependencies: { [name]: version, pg: "8.11.0" } });
const revision = (name: string, follows: string): string => `"""${name}"""
from alembic import op
import sqlalchemy as sa
revision = "${name}"
down_revision = ${follows}
def upgrade():
    op.create_table("${name}", sa.Column("id", sa.BigInteger(), primary_key=True), sa.Column("note", sa.Text()))
def downgrade():
    op.drop_table("${name}")
`;
const app = (table: string, follows = ""): string => `from django.db import migrations, models
class Migration(migrations.Migration):
    initial = True
    dependencies = [${follows}]
    operations = [migrations.CreateModel(name="User", fields=[("id", models.BigAutoField(primary_key=True)), ("note", models.TextField(null=True))], options={"db_table": "${table}"})]
`;
const alembic: Files = {
  "alembic.ini": "[alembic]\nscript_location = alembic\nsqlalchemy.url = postgresql://localhost/x\n",
  "alembic/versions/users_create_users.py": revision("users", "None"),
};
const django: Files = {
  "manage.py": "",
  "requirements.txt": "Django==5.2\n",
  "site/settings.py":
    'INSTALLED_APPS = ["shop"]\nDATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "x"}}\n',
  "shop/__init__.py": "",
  "shop/migrations/__init__.py": "",
  "shop/migrations/0001_initial.py": app("users"),
};

const projects: Readonly<Record<string, Files>> = {
  Knex: {
    "package.json": npm("knex", "3.1.0"),
    "knexfile.js": "module.exports = { client: 'pg' };",
    "migrations/20260101000000_users.js":
      "exports.up = (knex) => knex.schema.createTable('users', (t) => { t.bigIncrements('id'); t.text('note'); });\nexports.down = (knex) => knex.schema.dropTable('users');\n",
  },
  Sequelize: {
    "package.json": npm("sequelize", "6.37.0"),
    "migrations/20260101000000-create-users.js":
      "module.exports = { up: async (queryInterface, Sequelize) => { await queryInterface.createTable('users', { id: { type: Sequelize.BIGINT, primaryKey: true }, note: Sequelize.TEXT }); }, down: async (queryInterface) => { await queryInterface.dropTable('users'); } };\n",
  },
  TypeORM: {
    "package.json": npm("typeorm", "0.3.20"),
    "data-source.ts":
      'export default new DataSource({ type: "postgres", migrations: ["src/migration/*.ts"], migrationsTransactionMode: "each" });\n',
    "src/migration/1767225600000-CreateUsers.ts":
      'import { MigrationInterface, QueryRunner } from "typeorm";\nexport class CreateUsers1767225600000 implements MigrationInterface {\n  async up(queryRunner: QueryRunner): Promise<void> { await queryRunner.query(`CREATE TABLE users (id bigint PRIMARY KEY, note text)`); }\n  async down(queryRunner: QueryRunner): Promise<void> { await queryRunner.query(`DROP TABLE users`); }\n}\n',
  },
  "node-pg-migrate": {
    "package.json": npm("node-pg-migrate", "7.0.0"),
    "migrations/1767225600000_create-users.js":
      "exports.up = (pgm) => { pgm.createTable('users', { id: { type: 'bigint', primaryKey: true }, note: 'text' }); };\nexports.down = (pgm) => { pgm.dropTable('users'); };\n",
  },
  Kysely: {
    "package.json": npm("kysely", "0.28.0"),
    "migrations/2026-01-01T00-00-00_users.ts":
      'import { type Kysely, sql } from "kysely";\nexport async function up(db: Kysely<any>): Promise<void> { await sql`CREATE TABLE users (id bigint PRIMARY KEY, note text)`.execute(db); }\nexport async function down(db: Kysely<any>): Promise<void> { await sql`DROP TABLE users`.execute(db); }\n',
  },
  Alembic: alembic,
  Django: django,
  Rails: {
    Gemfile: 'gem "rails", "7.1.0"\ngem "pg"\n',
    "config/database.yml": "default:\n  adapter: postgresql\n",
    "db/migrate/20260101000000_create_users.rb":
      "class CreateUsers < ActiveRecord::Migration[7.1]\n  def change\n    create_table :users do |t|\n      t.text :note\n    end\n  end\nend\n",
  },
};

/** Without what differs from day to day. */
const steady = (text: string): string =>
  text
    .replaceAll(/20\d\d-\d\d-\d\d[T ]\d\d[-:]\d\d[-:]\d\d(?:\.\d+)?/g, "<time>")
    .replaceAll(/20\d{12}|1[78]\d{11}/g, "<time>")
    .replaceAll(/\b[0-9a-f]{12}(?=\b|_)/g, "<revision>");

describe.each(Object.entries(projects))("%s", (title, has) => {
  it("gets an empty migration, which its tool runs last", async () => {
    write(has);
    const { exitCode, stdout } = await ddlint("Add phone", "--dry-run");
    expect(exitCode).toBe(0);
    expect(steady(stdout)).toMatchSnapshot();
  });

  it("gets the safe steps in place of its statements", async () => {
    write(has);
    const sql = "CREATE INDEX users_note_idx ON users (note); ALTER TABLE users ADD COLUMN phone text";
    const { exitCode, stderr } = await ddlint("Add phone", "--sql", sql);
    expect({ exitCode, stderr: steady(stderr) }).toMatchSnapshot();
    const written = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
      /add.?phone/i.test(name),
    );
    // Names of later steps are longer.
    const inOrder = written.sort((a, b) => a.length - b.length);
    expect(inOrder.map((name) => steady(readFileSync(join(folder, name), "utf8")))).toMatchSnapshot();
    const { findings, coverage } = await lintProject({ cwd: folder });
    expect(coverage.complete).toBe(true);
    // Kysely runs all that waits in one transaction.
    const left = findings.filter(({ severity }) => severity === "error").map(({ ruleId }) => ruleId);
    expect(left).toEqual(title === "Kysely" ? ["index-without-concurrently"] : []);
  });
});

it("follows the migration before it in a chain of steps", async () => {
  write(alembic);
  const { stderr } = await ddlint("Rename note", "--sql", "ALTER TABLE users RENAME COLUMN note TO remark");
  expect(stderr).toContain("4 steps take its place");
  const files = readdirSync(join(folder, "alembic/versions")).map((name) =>
    readFileSync(join(folder, "alembic/versions", name), "utf8"),
  );
  const follows = new Map(
    files.map((text) => [
      /^revision = "(\w+)"/m.exec(text)?.[1],
      /^down_revision = "?(\w+)"?/m.exec(text)?.[1],
    ]),
  );
  const chain: string[] = [];
  for (let at: string | undefined = "users"; at !== undefined;) {
    chain.push(at);
    at = [...follows].find(([, before]) => before === at)?.[0];
  }
  expect(chain).toHaveLength(5);
});

it("keeps the statements with --as-written", async () => {
  write(projects["Knex"] ?? {});
  const { stdout } = await ddlint(
    "Add index",
    "--as-written",
    "--sql",
    "CREATE INDEX users_note_idx ON users (note)",
    "--dry-run",
  );
  expect(steady(stdout)).toMatchSnapshot();
});

describe("refuses", () => {
  it.each<readonly [string, Files, readonly string[], string]>([
    [
      "several heads",
      {
        ...alembic,
        "alembic/versions/b_b.py": revision("b", '"users"'),
        "alembic/versions/c_c.py": revision("c", '"users"'),
      },
      ["x"],
      "there are several heads",
    ],
    [
      "a choice between apps",
      {
        // Apps that no program is found for have a history each.
        ...Object.fromEntries(Object.entries(django).filter(([path]) => path !== "manage.py")),
        "blog/__init__.py": "",
        "blog/migrations/__init__.py": "",
        "blog/migrations/0001_initial.py": app("posts", '("shop", "0001_initial")'),
      },
      ["x"],
      "there are several histories of migrations here: blog/migrations, shop/migrations; name its folder: --in",
    ],
    [
      "statements that the server refuses",
      projects["Knex"] ?? {},
      ["x", "--sql", "ALTER TABLE users ADD COLUMN note text"],
      "the server refuses addColumn",
    ],
  ])("%s", async (_, has, words, message) => {
    write(has);
    const { exitCode, stderr } = await ddlint(...words);
    expect(stderr).toContain(message);
    expect(exitCode).toBe(2);
  });
});

it("continues the app whose folder is named", async () => {
  write({
    ...django,
    "blog/__init__.py": "",
    "blog/migrations/__init__.py": "",
    "blog/migrations/0001_initial.py": app("posts", '("shop", "0001_initial")'),
  });
  const { stdout } = await ddlint("Add phone", "--in", "shop/migrations", "--dry-run");
  expect(stdout).toContain("-- shop/migrations/0002_add_phone.py");
  expect(stdout).toContain('dependencies = [("shop", "0001_initial")]');
});
