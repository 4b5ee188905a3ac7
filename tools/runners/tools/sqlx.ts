import { join } from "node:path";
import { cargo } from "../install.ts";
import { script, type Tool } from "../tool.ts";

const version = "0.9.0";

export const tools: readonly Tool[] = [
  {
    name: "sqlx",
    versions: { "sqlx-cli": version },
    install: (home) => {
      cargo(home, "sqlx-cli", version, "postgres,native-tls");
    },
    files: ({ version, name, sql }, optOut = "") => ({
      [`migrations/${version}_${name}.sql`]: `${optOut}${script(sql)}`,
    }),
    optOuts: {
      marker: "-- no-transaction\n",
      "marker under a comment": "-- licence\n-- no-transaction\n",
      "marker under an empty line": "\n-- no-transaction\n",
      "marker after a byte order mark": "\uFEFF-- no-transaction\n",
      "marker that goes on": "-- no-transactions-here\n",
      "marker without a blank": "--no-transaction\n",
      "marker in upper case": "-- NO-TRANSACTION\n",
    },
    apply: ({ home, url }) => ({
      program: join(home, "bin/sqlx"),
      args: ["migrate", "run", "--source", "migrations", "--database-url", url],
    }),
    history: "SELECT version FROM _sqlx_migrations ORDER BY installed_on, version",
  },
];
