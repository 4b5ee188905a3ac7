/** db-migrate with its driver for MongoDB. */
import type { Tool } from "../tool.ts";

export const dbMigrateMongodb: Tool = {
  name: "db-migrate-mongodb",
  rank: 5,
  signs: [{ dependencies: { npm: ["db-migrate-mongodb"] } }],
  code: {
    words:
      /\bdb\s*\.\s*(?:addIndex|removeIndex|_run|_find|getDbInstance|connection\s*\.\s*connect)\s*\(|\bexports\.(?:_meta|setup)\b[^]{0,4000}\bdb\s*\.\s*(?:createCollection|dropCollection|renameCollection|insert)\s*\(|\bdb\s*\.\s*(?:createCollection|dropCollection|renameCollection|insert)\s*\([^]{0,4000}\bexports\._meta\b/,
    without: /\bdb\.(?:runSql|addColumn|removeColumn|changeColumn)\b/,
    rank: 4,
  },
  only: "mongodb",
  shapes: ["code"],
  order: "text",
  wraps: "none",
  sends: "statement",
  duplicates: "fine",
  late: { what: "db-migrate runs it after the newer ones", runs: true },
  commands: {
    server: "what `database.json` says",
    apply: () => "npx db-migrate up",
    undo: () => "npx db-migrate down",
    status: () => "npx db-migrate check",
  },
  trackingTables: ["migrations"],
};
