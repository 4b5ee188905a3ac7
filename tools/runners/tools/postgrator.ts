import { npm } from "../install.ts";
import { node, script, type Tool } from "../tool.ts";

const versions = { postgrator: "8.0.0", pg: "8.23.1" };

export const tools: readonly Tool[] = [
  {
    name: "postgrator",
    versions: { postgrator: versions.postgrator },
    install: (home) => {
      npm(home, versions);
    },
    files: ({ version, name, sql }) => ({ [`migrations/${version}.do.${name}.sql`]: script(sql) }),
    settings: ({ url, database }) => ({
      "run.mjs": `import pg from "pg";
import Postgrator from "postgrator";
const client = new pg.Client(${JSON.stringify(url)});
await client.connect();
try {
  await new Postgrator({
    migrationPattern: "migrations/*",
    driver: "pg",
    database: ${JSON.stringify(database)},
    execQuery: (query) => client.query(query),
    execSqlScript: (text) => client.query(text),
  }).migrate();
} finally {
  await client.end();
}
`,
    }),
    apply: () => node("run.mjs"),
    history: "SELECT version FROM schemaversion WHERE version > 0 ORDER BY run_at, version",
  },
];
