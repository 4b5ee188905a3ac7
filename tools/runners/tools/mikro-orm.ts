import { npm } from "../install.ts";
import { node, type Tool } from "../tool.ts";

const version = "6.6.16";
const versions = {
  "@mikro-orm/migrations": version,
  "@mikro-orm/core": version,
  "@mikro-orm/postgresql": version,
};

const withSettings = (suffix: string, settings: string): Tool => ({
  name: `mikro-orm${suffix}`,
  versions: { "@mikro-orm/migrations": version },
  install: (home) => {
    npm(home, versions);
  },
  files: ({ version: number, name, sql }, optOut = "") => {
    const stamp = `Migration${20_230_101_000_000 + number}`;
    const own = number === 1 && name === "y" ? `${stamp}_y` : stamp;
    return {
      [`migrations/${own}.js`]: [
        `const { Migration } = require("@mikro-orm/migrations");`,
        `exports.${own} = class ${own} extends Migration {`,
        "  async up() {",
        ...sql.map((statement) => `    this.addSql(${JSON.stringify(statement)});`),
        "  }",
        "  async down() {}",
        optOut,
        "};\n",
      ].join("\n"),
    };
  },
  optOuts: { method: "  isTransactional() { return false; }" },
  settings: ({ url }) => ({
    "mikro-orm.config.js": `const { defineConfig } = require("@mikro-orm/postgresql");
const { Migrator } = require("@mikro-orm/migrations");
module.exports = defineConfig({
  clientUrl: ${JSON.stringify(url)},
  dbName: ${JSON.stringify(new URL(url).pathname.slice(1))},
  entities: [],
  discovery: { warnWhenNoEntities: false },
  extensions: [Migrator],
  migrations: { path: "migrations", snapshot: false${settings} },
});
`,
    "run.js": `const { MikroORM } = require("@mikro-orm/postgresql");
MikroORM.init(require("./mikro-orm.config.js"))
  .then((orm) => orm.getMigrator().up().finally(() => orm.close(true)));
`,
  }),
  apply: () => node("run.js"),
  history: "SELECT name FROM mikro_orm_migrations ORDER BY id",
});

export const tools: readonly Tool[] = [
  withSettings("", ""),
  withSettings(".each", ", allOrNothing: false"),
  withSettings(".none", ", transactional: false"),
];
