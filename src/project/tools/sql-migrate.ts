import { fileName } from "../tracking.ts";
import { marks, slip, unicode } from "../layouts/section-markers.ts";
import { marker, type Tool } from "../tool.ts";

const words = ["Up", "Down", "StatementBegin", "StatementEnd"];

const [begin, end] = ["-- +migrate StatementBegin", "-- +migrate StatementEnd"];

export const sqlMigrate: Tool = {
  name: "sql-migrate",
  rank: 1,
  signs: [
    {
      files: ["dbconfig.yml"],
      dependencies: { go: ["github.com/rubenv/sql-migrate"] },
      needsProof: true,
    },
  ],
  shapes: ["sections"],
  marks: marks({
    opens: new RegExp(`^-- \\+migrate ${unicode}*Up(?:${unicode}|$)`),
    closes: new RegExp(`^-- \\+migrate ${unicode}*Down(?:${unicode}|$)`),
    up: "-- +migrate Up",
    down: "-- +migrate Down",
    fault: (line) => slip(line, { tool: "sql-migrate", before: "-- +migrate ", words }),
  }),
  joinsSections: true,
  anyName: true,
  wraps: "each",
  sends: "line",
  together: /^-- ?\+migrate Statement(Begin|End)\b/gm,
  optOut: "notransaction on the -- +migrate Up or -- +migrate Down line",
  optOutMark: " notransaction",
  optedOut: marker(/\snotransaction\b/),
  checksCommit: true,
  sendsDelimiter: {
    instead: `${begin} before the routine and ${end} after it`,
    cutsOutside: /^--\s*\+migrate\b/i,
  },
  // A line that ends in a semicolon ends the statement.
  whole: (statement) => `${begin}\n${statement}\n${end}`,
  duplicates: "fine",
  late: { what: "sql-migrate runs it after the newer ones", runs: true },
  trackingTables: ["gorp_migrations"],
  tracking: { table: "gorp_migrations", key: "id", keyOf: fileName, order: "applied_at" },
  commands: {
    server: "what `dbconfig.yml` says",
    apply: () => "sql-migrate up",
    undo: () => "sql-migrate down -limit=1",
    status: () => "sql-migrate status",
    mark: () => "sql-migrate skip",
  },
};
