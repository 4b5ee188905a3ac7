import { join } from "node:path";
import { go } from "../install.ts";
import { script, type Tool } from "../tool.ts";

const version = "1.8.1";

const sqlMigrate: Tool = {
  name: "sql-migrate",
  versions: { "sql-migrate": version },
  install: (home) => {
    go(home, "github.com/rubenv/sql-migrate/sql-migrate", version);
  },
  files: ({ version, name, sql }, optOut = "-- +migrate Up") => ({
    [`migrations/${version}_${name}.sql`]: `${optOut}\n${script(sql)}`,
  }),
  optOuts: {
    marker: "-- +migrate Up notransaction",
    "marker in upper case": "-- +migrate Up NOTRANSACTION",
    "marker on a line of its own": "-- +migrate Up\n-- notransaction",
  },
  settings: ({ host, port, database }) => ({
    "dbconfig.yml": `development:\n  dialect: postgres\n  datasource: host=${host} port=${port} user=postgres dbname=${database} sslmode=disable\n  dir: migrations\n`,
  }),
  apply: ({ home }) => ({ program: join(home, "sql-migrate"), args: ["up"] }),
  history: "SELECT id FROM gorp_migrations ORDER BY applied_at, id",
};

export const tools: readonly Tool[] = [
  sqlMigrate,
  {
    ...sqlMigrate,
    name: "sql-migrate.statement-begin",
    files: ({ version, name, sql }, optOut = "-- +migrate Up") => ({
      [`migrations/${version}_${name}.sql`]: `${optOut}\n-- +migrate StatementBegin\n${script(sql)}-- +migrate StatementEnd\n`,
    }),
  },
];
