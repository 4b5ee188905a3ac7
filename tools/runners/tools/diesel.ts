import { join } from "node:path";
import { cargo } from "../install.ts";
import { script, type Tool } from "../tool.ts";

const version = "2.3.14";

export const tools: readonly Tool[] = [
  {
    name: "diesel",
    versions: { diesel_cli: version },
    install: (home) => {
      cargo(home, "diesel_cli", version, "postgres");
    },
    files: ({ version, name, sql }, optOut) => ({
      [`migrations/${version}_${name}/up.sql`]: script(sql),
      [`migrations/${version}_${name}/down.sql`]: "SELECT 1;\n",
      ...(optOut === undefined ? {} : { [`migrations/${version}_${name}/metadata.toml`]: optOut }),
    }),
    optOuts: {
      "metadata.toml": "run_in_transaction = false\n",
      "metadata.toml without the key": "# nothing\n",
      "metadata.toml with true": "run_in_transaction = true\n",
    },
    settings: () => ({ "diesel.toml": '[migrations_directory]\ndir = "migrations"\n' }),
    apply: ({ home, url }) => ({
      program: join(home, "bin/diesel"),
      args: ["migration", "run", "--database-url", url],
    }),
    history: "SELECT version FROM __diesel_schema_migrations ORDER BY ctid",
  },
];
