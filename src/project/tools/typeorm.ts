import { classWith } from "../code-file.ts";
import { endings, sendsLoaded, type Tool } from "../tool.ts";

const dependencies = { npm: ["typeorm"] };

export const typeorm: Tool = {
  name: "typeorm",
  rank: 6,
  signs: [
    {
      files: [
        ...endings("ormconfig", "json", "js", "ts", "yml", "xml"),
        "data-source.ts",
        "src/data-source.ts",
      ],
      dependencies,
      needsProof: true,
    },
    { dependencies, needsCode: true },
  ],
  code: { words: /\bMigrationInterface\b|\bQueryRunner\b|\bqueryRunner\b/, rank: 1 },
  database: {
    codeSettings: [
      {
        files: [
          ...endings("ormconfig", "json", "js", "ts"),
          "typeorm.config.ts",
          "data-source.ts",
          "src/data-source.ts",
          "src/database/data-source.ts",
        ],
        pattern: /\btype["']?[ \t]*:[ \t]*["'`]([\w-]{2,20})["'`]/,
      },
    ],
  },
  shapes: ["code", "pairs", "timestamps", "numbered"],
  classes: true,
  wraps: "all",
  sends: "statement",
  rawCall: (sql) => `await queryRunner.query(${sql});`,
  codeFile(file) {
    const isTyped = file.language === "typescript";
    // TypeORM sorts by the time at the end of the name.
    const name = `NextStep${file.time}`;
    const head = isTyped
      ? `import type { MigrationInterface, QueryRunner } from "typeorm";\nexport class ${name} implements MigrationInterface`
      : file.language === "module"
        ? `export class ${name}`
        : `module.exports = class ${name}`;
    const fields = file.outside ? ["transaction = false;"] : [];
    return classWith(file, head, fields, { name: "queryRunner", type: "QueryRunner" });
  },
  sendsDivided: sendsLoaded,
  optOut: 'transaction = false in the class, with migrationsTransactionMode: "each"',
  wrapsSetting: {
    files: ["data-source.ts", "src/data-source.ts", ...endings("ormconfig", "json", "js", "ts")],
    pattern: /\bmigrationsTransactionMode["']?[ \t]*:[ \t]*["'`](all|each|none)["'`]/,
    wraps: (word) => (word === "each" || word === "none" ? word : "all"),
  },
  declared: {
    where: "the entity",
    index: (name, columns) => `@Index("${name}", [${columns.map((column) => `"${column}"`).join(", ")}])`,
    key: `@PrimaryGeneratedColumn({ type: "bigint" })`,
    reference: `"bigint"`,
    renamed: (column) => `@Column({ name: "${column}" })`,
  },
  sendsDelimiter: {},
  duplicates: "fine",
  late: { what: "typeorm runs it after the newer ones", runs: true },
  trackingTables: ["migrations", "typeorm_metadata"],
};
