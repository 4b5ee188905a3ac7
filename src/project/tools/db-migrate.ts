import { stem } from "../tracking.ts";
import { upAndDown } from "../advice/code-file.ts";
import type { Tool } from "../tool.ts";

export const dbMigrate: Tool = {
  name: "db-migrate",
  rank: 6,
  signs: [{ files: ["database.json"], dependencies: { npm: ["db-migrate"] } }],
  code: {
    words: /\bdb\.(?:runSql|createTable|dropTable|addColumn|removeColumn)\b/,
    anyones: true,
    calls:
      /\.\s*(?:runSql|(?:create|drop|rename)Table|(?:add|change|remove|rename)Column|(?:add|remove)(?:Index|ForeignKey)|insert)\b/,
    // Written by the tool around SQL in files of its own, which are read instead.
    without: /\breadFile\(/,
    loadsSql: /\b__dirname,\s{0,9}["']sqls["']/,
    rank: 4,
  },
  database: {
    codeSettings: [
      {
        files: ["database.json", "config/database.json"],
        pattern: /"driver"[ \t]*:[ \t]*"([\w-]{2,20})"/,
      },
    ],
  },
  shapes: ["code", "pairs"],
  wraps: "each",
  sends: "text",
  keyCall: ({ columns }) =>
    columns === undefined
      ? '`id: { type: "bigint", primaryKey: true, autoIncrement: true }`'
      : `\`primaryKey: true\` for ${columns.join(" and ")}`,
  rawCall: (sql, _language, handle = "db") => `await ${handle}.runSql(${sql});`,
  codeFile: upAndDown({ parameter: "db", type: "any", head: () => [] }),
  withoutAutocommit: true,
  sendsDelimiter: {},
  duplicates: "fine",
  late: { what: "db-migrate runs it after the newer ones", runs: true },
  trackingTables: ["migrations"],
  tracking: {
    table: "migrations",
    key: "name",
    keyOf: (migration) =>
      `/${/^\d+/.test(stem(migration)) ? stem(migration).replace(/-up$/, "") : migration.name}`,
    order: "id",
  },
  commands: {
    server: "what `database.json` says",
    apply: () => "npx db-migrate up",
    applyTo: ({ migration }) => `npx db-migrate up ${stem(migration).replace(/-up$/, "")}`,
    undo: () => "npx db-migrate down",
    status: () => "npx db-migrate check",
  },
};
