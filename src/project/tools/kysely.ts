import type { PerFamily } from "../../model/dialect.ts";
import { isInPrograms } from "../own-runner.ts";
import { ancestors, join } from "../paths.ts";
import { stem } from "../tracking.ts";
import { inList, upAndDown } from "../code-file.ts";
import { endings, type Tool } from "../tool.ts";

const files = endings("kysely.config", "ts", "js", "mjs", "cjs");
const unordered = /\ballowUnorderedMigrations["']?\s{0,20}:\s{0,20}true\b/;

const counting: PerFamily<string> = {
  // It has no schema for it.
  mongodb: "",
  mysql: "autoIncrement",
  postgres: "generatedAlwaysAsIdentity",
};

const dependencies = { npm: ["kysely"] };

export const kysely: Tool = {
  name: "kysely",
  rank: 7,
  signs: [
    { dependencies, needsProof: true },
    { dependencies, needsCode: true },
  ],
  code: {
    words: /["']kysely["']/,
    calls: /\.\s*(?:schema\b|(?:insertInto|updateTable|deleteFrom|selectFrom|executeQuery|transaction)\()/,
    rank: 4,
  },
  shapes: ["code", "pairs", "timestamps", "numbered"],
  order: "text",
  anyName: true,
  // Its CamelCasePlugin, which no migration names.
  mapsNames: true,
  wraps: "all",
  sends: "text",
  rawCall: (sql, _language, handle = "db") => `await sql${sql}.execute(${handle});`,
  rawImport: { name: "sql", from: "kysely" },
  keyCall: ({ columns, table, family }) =>
    columns === undefined
      ? `\`.addColumn("id", "bigint", (col) => col.primaryKey().${counting[family]}())\``
      : `\`.addPrimaryKeyConstraint("${table}_pkey", ${inList(columns)})\``,
  callWords: {
    foreignKey:
      'Write `.addForeignKeyConstraint("<name>", ["<column>"], "<other table>", ["id"])` in place of `.references(…)`.',
    dropIndex: 'Name its table: `.dropIndex("<name>").on("<table>")`.',
  },
  pools: true,
  codeFile: upAndDown({
    parameter: "db",
    type: "Kysely<any>",
    head: ({ language }) => [
      language === "commonjs"
        ? `const { sql } = require("kysely");`
        : `import { ${language === "typescript" ? "type Kysely, " : ""}sql } from "kysely";`,
    ],
  }),
  wrapsSetting: {
    files,
    pattern: /\bdisableTransactions["']?[ \t]*:[ \t]*true\b/,
    wraps: () => "none",
  },
  sendsDelimiter: {},
  duplicates: "fine",
  late: { what: "kysely refuses to migrate", runs: false },
  lateIn: (fs, root) =>
    ancestors(root).some((folder) =>
      files.some((file) => unordered.test(fs.read(join(folder, file)) ?? "")),
    ) || isInPrograms(fs, root, unordered)
      ? { what: "kysely runs it after the newer ones", runs: true }
      : undefined,
  trackingTables: ["kysely_migration", "kysely_migration_lock"],
  tracking: { table: "kysely_migration", key: "name", keyOf: stem, order: "timestamp" },
  commands: {
    server: "what `kysely.config.ts` says",
    apply: () => "npx kysely migrate:latest",
    applyTo: ({ migration }) => `npx kysely migrate:up ${stem(migration)}`,
    undo: () => "npx kysely migrate:down",
    status: () => "npx kysely migrate:list",
  },
};
