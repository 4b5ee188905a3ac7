import type { DialectName } from "../../model/dialect.ts";
import { fromUrl, url } from "../commands.ts";
import { first, type Tool } from "../tool.ts";

/** What it calls the databases. */
const drivers: Readonly<Record<DialectName, string>> = {
  postgres: "postgresql",
  mysql: "mysql",
  mariadb: "mysql",
  // It has none for it.
  mongodb: "",
};

export const evolve: Tool = {
  name: "evolve",
  rank: 1,
  signs: [
    {
      dependencies: { dotnet: ["Evolve"] },
      line: /^[^\n]{0,200}\bevolve-(?:tx-off|repeat-always)\b/i,
    },
  ],
  shapes: ["flyway"],
  rollbacks: "none",
  wraps: "each",
  sends: "text",
  optOut: "evolve-tx-off in the first line, and the statement alone in the file",
  optOutText: "-- evolve-tx-off",
  optedOut: first(/^[^\n]*evolve-tx-off/i),
  edited: "evolve refuses to run",
  trackingTables: ["changelog"],
  tracking: {
    table: "changelog",
    key: "version",
    keyOf: ({ version }) => version?.replaceAll("_", "."),
    where: "version IS NOT NULL",
    state: "CASE WHEN success THEN 'applied' ELSE 'failed' END",
    order: "id",
  },
  commands: {
    server: fromUrl,
    apply: ({ folder, dialect }) => `evolve migrate ${drivers[dialect]} -c ${url} -l ${folder}`,
    status: ({ folder, dialect }) => `evolve info ${drivers[dialect]} -c ${url} -l ${folder}`,
    afterFailure: {
      when: "kept",
      line: ({ folder, dialect }) => `evolve repair ${drivers[dialect]} -c ${url} -l ${folder}`,
    },
  },
};
