import { join } from "node:path";
import { pip } from "../install.ts";
import type { Tool } from "../tool.ts";

const versions = { alembic: "1.20.1", SQLAlchemy: "2.1.9", "psycopg2-binary": "2.9.13" };

const withEnvironment = (name: string, configure: string): Tool => ({
  name,
  versions: { alembic: versions.alembic },
  install: (home) => {
    pip(home, versions);
  },
  files: ({ version, name, sql }, optOut = "", previous) => {
    const indent = optOut === "" ? "    " : "        ";
    return {
      [`migrations/versions/${version}_${name}.py`]: [
        "from alembic import op",
        `revision = "${version}"`,
        `down_revision = ${previous === undefined ? "None" : `"${previous.version}"`}`,
        "def upgrade():",
        ...(optOut === "" ? [] : [`    ${optOut}`]),
        ...sql.map((statement) => `${indent}op.execute(${JSON.stringify(statement)})`),
        "def downgrade():",
        "    pass\n",
      ].join("\n"),
    };
  },
  optOuts: { "autocommit block": "with op.get_context().autocommit_block():" },
  settings: ({ url }) => ({
    "alembic.ini": "[alembic]\nscript_location = migrations\n",
    "migrations/env.py": `from alembic import context
from sqlalchemy import create_engine
with create_engine(${JSON.stringify(url.replace("postgres:", "postgresql+psycopg2:"))}).connect() as connection:
    context.configure(connection=connection${configure})
    with context.begin_transaction():
        context.run_migrations()
`,
  }),
  apply: ({ home }) => ({ program: join(home, "bin/alembic"), args: ["upgrade", "head"] }),
  history: "SELECT version_num FROM alembic_version",
});

export const tools: readonly Tool[] = [
  withEnvironment("alembic", ""),
  withEnvironment("alembic.transaction-per-migration", ", transaction_per_migration=True"),
];
