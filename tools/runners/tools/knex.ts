import { npm } from "../install.ts";
import { node, type Tool } from "../tool.ts";

const versions = { knex: "3.3.0", pg: "8.23.1" };

export const tools: readonly Tool[] = [
  {
    name: "knex",
    versions: { knex: versions.knex },
    install: (home) => {
      npm(home, versions);
    },
    files: ({ version, name, sql }, optOut = "") => ({
      [`migrations/${version}_${name}.js`]: [
        "exports.up = async (knex) => {",
        ...sql.map((statement) => `  await knex.raw(${JSON.stringify(statement)});`),
        "};",
        "exports.down = async () => {};",
        optOut,
      ].join("\n"),
    }),
    optOuts: {
      config: "exports.config = { transaction: false };\n",
      "config that says true": "exports.config = { transaction: true };\n",
    },
    settings: ({ url }) => ({
      "knexfile.js": `module.exports = { client: "pg", connection: ${JSON.stringify(url)}, migrations: { directory: "./migrations" } };\n`,
    }),
    apply: () => node("node_modules/knex/bin/cli.js", "migrate:latest"),
    history: "SELECT name FROM knex_migrations ORDER BY id",
  },
];
