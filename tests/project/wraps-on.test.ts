/** Tools that ask whether the database can undo changes of a schema before they open a transaction. */
import { expect, it } from "vitest";
import { loadFlow } from "../../src/engine/flow.ts";
import { openHistories } from "../../src/engine/open.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";

const rails = (adapter: string) => ({
  "Gemfile.lock": `    rails (7.1.0)\n    ${adapter} (1.0)\n`,
  "config/database.yml": `production:\n  adapter: ${adapter}\n`,
  "db/migrate/20260101000000_create_a.rb":
    "class CreateA < ActiveRecord::Migration[7.1]\n  def change\n    create_table :a\n  end\nend\n",
});
const alembic = (url: string) => ({
  "alembic.ini": `[alembic]\nscript_location = migrations\nsqlalchemy.url = ${url}\n`,
  "migrations/env.py": "from alembic import context\ncontext.run_migrations()\n",
  "migrations/versions/a1_one.py":
    'from alembic import op\nrevision = "a1"\ndown_revision = None\n\n\ndef upgrade():\n    op.execute("SELECT 1")\n\n\ndef downgrade():\n    pass\n',
});

it.each([
  ["Rails on PostgreSQL", rails("postgresql"), "postgres", "each"],
  ["Rails on MySQL", rails("mysql2"), "mysql", "none"],
  ["Alembic on PostgreSQL", alembic("postgresql://localhost/x"), "postgres", "all"],
  ["Alembic on MySQL", alembic("mysql+pymysql://localhost/x"), "mysql", "each"],
])("%s", async (_, files, dialect, wraps) => {
  const fs = memoryFileSystem(files);
  const opened = openHistories(fs, [], {}).histories;
  const [history] = (await loadFlow(opened, undefined)).complete(fs, opened);
  expect(history?.dialect).toBe(dialect);
  expect(history?.migrations[0]?.up.transaction.wraps).toBe(wraps);
});
