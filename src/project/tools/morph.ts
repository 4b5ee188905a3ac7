/** A library of Go for `database/sql`. */
import { usesLibPq } from "../manifests.ts";
import { number } from "../tracking.ts";
import { first, type Tool } from "../tool.ts";

const optOut = "-- morph:nontransactional";

export const morph: Tool = {
  name: "morph",
  rank: 3,
  signs: [{ dependencies: { go: ["github.com/mattermost/morph"] } }],
  shapes: ["pairs"],
  // It sorts whole names.
  order: "text",
  duplicates: "morph fails on it",
  badName: "morph fails on it",
  runs: (file) => /^\d+_[^/]*\.(?:up|down)\.[^/]*$/.test(file),
  wraps: "each",
  wrapsOn: { mysql: "none", mariadb: "none" },
  sends: "text",
  sendsMark: true,
  optOut: `${optOut} as the first line of the file`,
  optOutText: optOut,
  optedOut: first(/^-- morph:nontransactional/),
  // Its own driver is lib/pq; the project may give it another one.
  adapted: (fs, view) => (usesLibPq(fs, view.root) ? { checksCommit: true } : {}),
  late: { what: "morph runs it after the newer ones", runs: true },
  trackingTables: ["db_migrations"],
  tracking: { table: "db_migrations", key: "version", keyOf: number },
};
