import { number } from "../tracking.ts";
/** And its descendant pg-node-migrations. */
import type { Tool } from "../tool.ts";

export const postgresMigrations: Tool = {
  name: "postgres-migrations",
  rank: 5,
  signs: [
    {
      dependencies: { npm: ["postgres-migrations", "pg-node-migrations"] },
      line: /^-- postgres-migrations disable-transaction/,
    },
  ],
  shapes: ["numbered"],
  contiguous: true,
  rollbacks: "none",
  wraps: "each",
  sends: "text",
  optOut: "-- postgres-migrations disable-transaction in the file, and the statement alone in it",
  optOutText: "-- postgres-migrations disable-transaction",
  optedOut: ({ text }) => text.includes("-- postgres-migrations disable-transaction"),
  duplicates: "postgres-migrations fails on it",
  badName: "postgres-migrations fails on it",
  edited: "postgres-migrations refuses to run",
  late: { what: "postgres-migrations refuses to run", runs: false },
  trackingTables: ["migrations"],
  tracking: { table: "migrations", key: "id", keyOf: number, where: "id > 0", order: "id" },
};
