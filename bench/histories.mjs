/** Histories that are written to be timed. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** One migration of a believable history of 300 tables. */
export function migration(i) {
  const table = `t${i % 300}`;
  if (i < 300) {
    return `CREATE TABLE ${table} (id bigint PRIMARY KEY, name text NOT NULL, parent_id bigint${i === 0 ? "" : " REFERENCES t0 (id)"});
CREATE INDEX ${table}_parent_idx ON ${table} (parent_id);
COMMENT ON TABLE ${table} IS 'table ${i}';
ALTER TABLE ${table} ADD COLUMN created_at timestamptz NOT NULL DEFAULT now();
INSERT INTO ${table} (id, name) VALUES (0, 'none');
`;
  }
  return `ALTER TABLE ${table} ADD COLUMN c${i} integer;
UPDATE ${table} SET c${i} = 0 WHERE c${i} IS NULL;
ALTER TABLE ${table} ADD CONSTRAINT ${table}_c${i}_check CHECK (c${i} >= 0) NOT VALID;
CREATE INDEX CONCURRENTLY ${table}_c${i}_idx ON ${table} (c${i}, name);
ALTER TABLE ${table} ALTER COLUMN name SET DEFAULT 'n${i}';
`;
}

const time = (i) => 20200101000000 + i;

function put(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** Writes `cwd/migrations`; returns it. */
export function writeHistory(cwd, files, textOf) {
  const root = join(cwd, "migrations");
  for (let i = 0; i < files; i++) put(join(root, `${time(i)}_step_${i}.sql`), textOf(i));
  return root;
}

const inMysql = (i) =>
  i < 100
    ? `CREATE TABLE t${i} (id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, name VARCHAR(60) NOT NULL) ENGINE=InnoDB;\n`
    : `ALTER TABLE t${i % 100} ADD COLUMN c${i} INT NULL;\nUPDATE t${i % 100} SET c${i} = 0;\nCREATE INDEX i${i} ON t${i % 100} (c${i});\n`;

/** By language: how a history of it is written, and how long it is. */
export const kinds = {
  MySQL: { files: 1000, write: (cwd, files) => writeHistory(cwd, files, inMysql) },
  JavaScript: {
    files: 1000,
    write(cwd, files) {
      put(join(cwd, "package.json"), '{"dependencies":{"knex":"3"}}\n');
      put(join(cwd, "knexfile.js"), 'module.exports = { client: "pg" };\n');
      for (let i = 0; i < files; i++)
        put(
          join(cwd, `migrations/${time(i)}_t${i}.js`),
          `exports.up = (knex) => knex.schema.createTable("t${i}", (t) => { t.bigIncrements("id"); t.text("name").notNullable(); });
exports.down = (knex) => knex.schema.dropTable("t${i}");\n`,
        );
    },
  },
  Python: {
    files: 1000,
    write(cwd, files) {
      put(join(cwd, "requirements.txt"), "alembic==1.14\npsycopg==3.2\n");
      put(
        join(cwd, "alembic.ini"),
        "[alembic]\nscript_location = alembic\nsqlalchemy.url = postgresql://x/y\n",
      );
      put(join(cwd, "alembic/env.py"), "from alembic import context\n");
      for (let i = 0; i < files; i++)
        put(
          join(cwd, `alembic/versions/r${i}_t.py`),
          `from alembic import op
import sqlalchemy as sa

revision = "r${i}"
down_revision = ${i === 0 ? "None" : `"r${i - 1}"`}


def upgrade():
    op.create_table("t${i}", sa.Column("id", sa.BigInteger(), primary_key=True), sa.Column("name", sa.Text(), nullable=False))


def downgrade():
    op.drop_table("t${i}")
`,
        );
    },
  },
  Ruby: {
    files: 1000,
    write(cwd, files) {
      put(join(cwd, "Gemfile"), 'gem "rails", "~> 8.0"\ngem "pg"\n');
      put(join(cwd, "config/database.yml"), "production:\n  adapter: postgresql\n");
      for (let i = 0; i < files; i++)
        put(
          join(cwd, `db/migrate/${time(i)}_create_t${i}.rb`),
          `class CreateT${i} < ActiveRecord::Migration[8.0]
  def change
    create_table :t${i} do |t|
      t.text :name, null: false
    end
  end
end\n`,
        );
    },
  },
  XML: {
    files: 1000,
    write(cwd, files) {
      put(
        join(cwd, "db/changelog/db.changelog-master.xml"),
        `<databaseChangeLog>\n<includeAll path="changes/" relativeToChangelogFile="true"/>\n</databaseChangeLog>\n`,
      );
      for (let i = 0; i < files; i++)
        put(
          join(cwd, `db/changelog/changes/${time(i)}_t.xml`),
          `<databaseChangeLog><changeSet id="${i}" author="a"><createTable tableName="t${i}"><column name="id" type="bigint"><constraints primaryKey="true"/></column><column name="name" type="text"/></createTable></changeSet></databaseChangeLog>\n`,
        );
    },
  },
};
