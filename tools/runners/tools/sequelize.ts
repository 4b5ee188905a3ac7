import { npm } from "../install.ts";
import { node, type Tool } from "../tool.ts";

const versions = { sequelize: "6.37.8", "sequelize-cli": "6.6.5", pg: "8.23.1" };

export const tools: readonly Tool[] = [
  {
    name: "sequelize",
    versions: { sequelize: versions.sequelize, "sequelize-cli": versions["sequelize-cli"] },
    install: (home) => {
      npm(home, versions);
    },
    files: ({ version, name, sql }) => ({
      [`migrations/${version}-${name}.js`]: [
        "module.exports = {",
        "  async up(queryInterface) {",
        ...sql.map((statement) => `    await queryInterface.sequelize.query(${JSON.stringify(statement)});`),
        "  },",
        "  async down() {},",
        "};\n",
      ].join("\n"),
    }),
    apply: ({ url }) =>
      node("node_modules/sequelize-cli/lib/sequelize", "db:migrate", "--url", url.replace(/\?.*/, "")),
    history: 'SELECT name FROM "SequelizeMeta" ORDER BY ctid',
  },
];
