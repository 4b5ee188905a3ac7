import { stem } from "../tracking.ts";
import { inList, upAndDown } from "../code-file.ts";
import type { Tool } from "../tool.ts";

const dependencies = { npm: ["kysely"] };

export const kysely: Tool = {
  name: "kysely",
  rank: 7,
  signs: [
    { dependencies, needsProof: true },
    { dependencies, needsCode: true },
  ],
  code: { words: /["']kysely["']/, rank: 4 },
  shapes: ["code", "pairs", "timestamps", "numbered"],
  order: "text",
  wraps: "all",
  sends: "text",
  rawCall: (sql, _language, handle = "db") => `await sql${sql}.execute(${handle});`,
  keyCall: ({ columns, table, family }) =>
    columns === undefined
      ? `\`.addColumn("id", "bigint", (col) => col.primaryKey().${family === "mysql" ? "autoIncrement" : "generatedAlwaysAsIdentity"}())\``
      : `\`.addPrimaryKeyConstraint("${table}_pkey", ${inList(columns)})\``,
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
  sendsDelimiter: {},
  duplicates: "fine",
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
