import { fromUrl } from "../commands.ts";
import { version } from "../tracking.ts";
import { ascii, marks, slip } from "../layouts/section-markers.ts";
import { marker, type Tool } from "../tool.ts";

export const dbmate: Tool = {
  name: "dbmate",
  rank: 1,
  signs: [{ dependencies: { npm: ["dbmate"], go: ["github.com/amacneil/dbmate"] }, needsProof: true }],
  shapes: ["sections"],
  marks: marks({
    opens: new RegExp(`^--${ascii}*migrate:up(?:${ascii}|$)`),
    closes: new RegExp(`^--${ascii}*migrate:down(?:${ascii}|$)`),
    up: "-- migrate:up",
    down: "-- migrate:down",
    fault: (line) => slip(line, { tool: "dbmate", before: "-- migrate:", words: ["up", "down"] }),
  }),
  order: "text",
  wraps: "each",
  sends: "text",
  optOut: "transaction:false as in -- migrate:up transaction:false, and the statement alone in its section",
  optOutMark: " transaction:false",
  optedOut: marker(/\stransaction:false(?:\s|$)/),
  checksCommit: true,
  sendsDelimiter: {},
  duplicates: "dbmate fails on it or treats it as applied",
  badName: "dbmate skips it",
  late: { what: "dbmate runs it after the newer ones", runs: true },
  trackingTables: ["schema_migrations"],
  tracking: { table: "schema_migrations", key: "version", keyOf: version, order: "version" },
  commands: {
    server: fromUrl,
    apply: ({ folder }) => `dbmate --migrations-dir ${folder} --no-dump-schema migrate`,
    undo: ({ folder }) => `dbmate --migrations-dir ${folder} --no-dump-schema rollback`,
    status: ({ folder }) => `dbmate --migrations-dir ${folder} status`,
  },
};
