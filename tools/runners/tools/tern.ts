import { join } from "node:path";
import { go } from "../install.ts";
import { script, type Tool } from "../tool.ts";

const version = "2.3.4";

export const tools: readonly Tool[] = [
  {
    name: "tern",
    versions: { tern: version },
    install: (home) => {
      go(home, "github.com/jackc/tern/v2", version);
    },
    files: ({ version, name, sql }, optOut = "") => ({
      [`migrations/${version}_${name}.sql`]: optOut.startsWith("!")
        ? `${script(sql)}${optOut.slice(1)}`
        : `${optOut}${script(sql)}`,
    }),
    optOuts: {
      marker: "---- tern: disable-tx ----\n",
      "marker under a comment": "-- licence\n\n---- tern: disable-tx ----\n",
      "marker with two dashes": "-- tern: disable-tx --\n",
      "marker at the end": "!---- tern: disable-tx ----\n",
    },
    apply: ({ home, host, port, database }) => ({
      program: join(home, "tern"),
      args: [
        "migrate",
        ...["--migrations", "migrations", "--host", host, "--port", `${port}`],
        ...["--user", "postgres", "--database", database, "--sslmode", "disable"],
      ],
    }),
    says: /Error loading migrations:\s+(.*)/,
    history: "SELECT version FROM schema_version WHERE version > 0",
  },
];
