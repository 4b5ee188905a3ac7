import { npm } from "../install.ts";
import { node, type Tool } from "../tool.ts";

const versions = { typeorm: "1.1.1", pg: "8.23.1" };

const withMode = (mode: "all" | "each" | "none"): Tool => ({
  name: mode === "all" ? "typeorm" : `typeorm.${mode}`,
  versions: { typeorm: versions.typeorm },
  install: (home) => {
    npm(home, versions);
  },
  files: ({ version, name, sql }, optOut = "") => {
    const stamp = 1_700_000_000_000 + version;
    return {
      [`migrations/${stamp}-${name}.cjs`]: [
        `exports.${name}${stamp} = class ${name}${stamp} {`,
        optOut,
        "  async up(queryRunner) {",
        ...sql.map((statement) => `    await queryRunner.query(${JSON.stringify(statement)});`),
        "  }",
        "  async down() {}",
        "};\n",
      ].join("\n"),
    };
  },
  optOuts: { field: "  transaction = false;" },
  settings: ({ url }) => ({
    "run.cjs": `const { DataSource } = require("typeorm");
const source = new DataSource({ type: "postgres", url: ${JSON.stringify(url)}, migrations: ["migrations/*.cjs"] });
source
  .initialize()
  .then(() => source.runMigrations({ transaction: "${mode}" }))
  .finally(() => source.destroy());
`,
  }),
  apply: () => node("run.cjs"),
  history: "SELECT name FROM migrations ORDER BY id",
});

export const tools: readonly Tool[] = [withMode("all"), withMode("each"), withMode("none")];
