import { driverIn } from "../server/mongo-driver.ts";
import type { Tool } from "../tool.ts";

export const mongoMigrateTs: Tool = {
  name: "mongo-migrate-ts",
  rank: 6,
  signs: [{ dependencies: { npm: ["mongo-migrate-ts"] } }],
  code: { words: /["']mongo-migrate-ts["']/, rank: 1 },
  only: "mongodb",
  driverIn,
  shapes: ["code"],
  order: "text",
  classes: true,
  wraps: "none",
  sends: "statement",
  duplicates: "fine",
  late: { what: "mongo-migrate-ts runs it after the newer ones", runs: true },
  trackingTables: ["migrations_changelog"],
};
