import { npm } from "../install.ts";
import { node, script, type Tool } from "../tool.ts";

const versions = { "node-pg-migrate": "9.0.0", pg: "8.23.1" };
const apply = (url: string, ...flags: readonly string[]): ReturnType<Tool["apply"]> => ({
  ...node("node_modules/node-pg-migrate/bin/node-pg-migrate.js", "up", "-m", "migrations", ...flags),
  env: { DATABASE_URL: url },
});

const sqlFiles: Tool = {
  name: "node-pg-migrate",
  versions: { "node-pg-migrate": versions["node-pg-migrate"] },
  install: (home) => {
    npm(home, versions);
  },
  files: ({ version, name, sql }) => ({
    [`migrations/${version}_${name}.sql`]: `-- Up Migration\n${script(sql)}-- Down Migration\n`,
  }),
  apply: ({ url }) => apply(url),
  history: "SELECT name FROM pgmigrations ORDER BY id",
};

const codeFiles: Tool = {
  ...sqlFiles,
  name: "node-pg-migrate.js",
  files: ({ version, name, sql }, optOut = "") => ({
    [`migrations/${version}_${name}.cjs`]: [
      "exports.up = (pgm) => {",
      optOut,
      ...sql.map((statement) => `  pgm.sql(${JSON.stringify(statement)});`),
      "};",
      "exports.down = () => {};\n",
    ].join("\n"),
  }),
  optOuts: { call: "  pgm.noTransaction();" },
};

export const tools: readonly Tool[] = [
  sqlFiles,
  {
    ...sqlFiles,
    name: "node-pg-migrate.no-single-transaction",
    apply: ({ url }) => apply(url, "--no-single-transaction"),
  },
  codeFiles,
  {
    ...codeFiles,
    name: "node-pg-migrate.js.no-single-transaction",
    apply: ({ url }) => apply(url, "--no-single-transaction"),
  },
];
