import { join } from "node:path";
import { pip } from "../install.ts";
import { script, type Tool } from "../tool.ts";

const versions = { "yoyo-migrations": "9.0.0", "psycopg2-binary": "2.9.13", setuptools: "65.5.0" };

export const tools: readonly Tool[] = [
  {
    name: "yoyo",
    versions: { "yoyo-migrations": versions["yoyo-migrations"] },
    install: (home) => {
      pip(home, versions);
    },
    files: ({ version, name, sql }, optOut = "") => ({
      [`migrations/${version}_${name}.sql`]: optOut.startsWith("!")
        ? `${script(sql)}${optOut.slice(1)}`
        : `${optOut}${script(sql)}`,
    }),
    optOuts: {
      directive: "-- transactional: false\n",
      "directive under a comment": "-- licence\n-- transactional: false\n",
      "directive under an empty line": "-- licence\n\n-- transactional: false\n",
      "directive without blanks": "--transactional:false\n",
      "directive in upper case": "-- TRANSACTIONAL: FALSE\n",
      "directive at the end": "!-- transactional: false\n",
    },
    apply: ({ home, host, port, database }) => ({
      program: join(home, "bin/yoyo"),
      args: [
        "apply",
        "--batch",
        "--no-config-file",
        ...["--database", `postgresql://postgres@${host}:${port}/${database}`, "migrations"],
      ],
    }),
    history: "SELECT migration_id FROM _yoyo_migration ORDER BY applied_at_utc, migration_id",
  },
];
