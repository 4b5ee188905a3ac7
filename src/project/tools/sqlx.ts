import { first, type Tool } from "../tool.ts";

export const sqlx: Tool = {
  name: "sqlx",
  rank: 2,
  signs: [{ files: ["sqlx.toml", "sqlx-data.json", ".sqlx/"], dependencies: { cargo: ["sqlx"] } }],
  shapes: ["pairs", "timestamps", "numbered"],
  singles: "up",
  rollbacksOf: { timestamps: "none", numbered: "none" },
  wraps: "each",
  sends: "text",
  sendsMark: true,
  optOut: "-- no-transaction as the first characters of the file, and the statement alone in it",
  optOutText: "-- no-transaction",
  optedOut: first(/^-- no-transaction/),
  sendsDelimiter: {},
  duplicates: "sqlx fails on it",
  badName: "sqlx skips it or fails on it",
  edited: "sqlx refuses to run",
  late: { what: "sqlx runs it after the newer ones", runs: true },
  waitsInLock: "pg_advisory_lock",
  trackingTables: ["_sqlx_migrations"],
};
