import type { Tool } from "../tool.ts";

export const alembic: Tool = {
  name: "alembic",
  aliases: ["flask-migrate"],
  rank: 1,
  signs: [{ files: ["alembic.ini"], dependencies: { pypi: ["alembic", "Flask-Migrate", "flask-migrate"] } }],
  ownShape: "alembic",
  database: {
    codeSettings: [
      {
        files: ["alembic.ini", "migrations/alembic.ini", "alembic/env.py", "migrations/env.py"],
        pattern: /^[ \t]*sqlalchemy\.url[ \t]*=[ \t]*(postgres(?:ql)?|mysql|mariadb|sqlite|mssql)(?=[+:])/m,
      },
    ],
  },
  shapes: ["alembic"],
  wraps: "all",
  sends: "statement",
  duplicates: "alembic runs only one of them",
  optOut: "with op.get_context().autocommit_block():",
  wrapsSetting: {
    files: ["env.py"],
    pattern: /\btransaction_per_migration[ \t]*=[ \t]*(True)\b/,
    wraps: () => "each",
  },
  declared: {
    where: "the model",
    compares: "migrations",
    index: (name, fields) => `Index("${name}", ${fields.map((field) => `"${field}"`).join(", ")})`,
    key: () => "mapped_column(BigInteger, primary_key=True)",
    reference: "BigInteger",
    renamed: (column) => `mapped_column("${column}")`,
  },
  trackingTables: ["alembic_version"],
};
