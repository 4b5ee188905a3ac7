import { version } from "../tracking.ts";
/** A library of Go for `database/sql`. */
import { usesLibPq } from "../manifests.ts";
import type { Tool } from "../tool.ts";

export const maragudkMigrate: Tool = {
  name: "maragudk-migrate",
  rank: 3,
  signs: [{ dependencies: { go: ["github.com/maragudk/migrate", "maragu.dev/migrate"] } }],
  shapes: ["pairs"],
  // It sorts whole names, and the whole name is the version.
  order: "text",
  duplicates: "fine",
  badName: "maragudk-migrate sorts it by its name",
  runs: (file) => /^\d[\w-]*\.(?:up|down)\.sql$/.test(file),
  wraps: "each",
  sends: "text",
  sendsMark: true,
  // lib/pq refuses to commit a transaction that the file has ended; pgx doesn't look.
  adapted: (fs, view) => (usesLibPq(fs, view.root) ? { checksCommit: true } : {}),
  late: { what: "maragudk-migrate never runs it if a newer one has run", runs: false },
  trackingTables: ["migrations"],
  tracking: { table: "migrations", key: "version", keyOf: version, newestOnly: true },
};
