/** ts-migrate-mongoose, and other runners that hand over a connection of Mongoose. */
import { upAndDown } from "../advice/code-file.ts";
import { driverIn } from "../server/mongo-driver.ts";
import type { Tool } from "../tool.ts";

export const tsMigrateMongoose: Tool = {
  name: "ts-migrate-mongoose",
  rank: 6,
  signs: [{ dependencies: { npm: ["ts-migrate-mongoose", "migrate-mongoose"] } }],
  code: {
    // The comments of its templates stand where the file uses helpers alone.
    words:
      /\bts-migrate-mongoose\b|\bMake any changes that UNDO the up function side effects here\b|\/\/ Import your (?:models|schemas) here\b|\/\/ Write migration here\b|["']mongoose["']|\bconnection\s*\.\s*(?:collection|model|db)\b/,
    has: /\bexports?\b/,
    rank: 5,
    amongJobs: true,
  },
  only: "mongodb",
  driverIn,
  shapes: ["code"],
  order: "text",
  codeFile: upAndDown({
    parameter: "connection",
    type: "Connection",
    head: ({ language }) =>
      language === "typescript" ? ['import type { Connection } from "mongoose";', ""] : [],
  }),
  wraps: "none",
  sends: "statement",
  duplicates: "fine",
  commands: {
    server: "what `migrate.json` or `MIGRATE_MONGO_URI` says",
    apply: () => "npx migrate up",
    status: () => "npx migrate list",
  },
  trackingTables: ["migrations"],
};
