import { number } from "../tracking.ts";
import { marks } from "../layouts/section-markers.ts";
import { line, type Tool } from "../tool.ts";

export const tern: Tool = {
  name: "tern",
  rank: 1,
  signs: [
    {
      files: ["tern.conf"],
      beside: ["tern.conf"],
      dependencies: { go: ["github.com/jackc/tern"] },
    },
  ],
  shapes: ["sections", "numbered"],
  marks: marks({
    closes: /^---- create above \/ drop below ----$/,
    down: "---- create above / drop below ----",
  }),
  contiguous: true,
  holesAreFaults: true,
  wraps: "each",
  sends: "text",
  sendsMark: true,
  sendsOptedOut: "statement",
  optOut: "---- tern: disable-tx ---- on a line of each part",
  optOutText: "---- tern: disable-tx ----",
  optedOut: line(/^---- tern: disable-tx ----\r?$/m),
  resets: "all",
  duplicates: "tern fails on it",
  late: { what: "tern never runs it if a newer one has run", runs: false },
  waitsInLock: "pg_advisory_lock",
  trackingTables: ["schema_version", "public.schema_version"],
  tracking: {
    table: "public.schema_version",
    key: "version",
    keyOf: number,
    where: "version > 0",
    newestOnly: true,
  },
  commands: {
    server: "what `tern.conf` says, or the variables of libpq",
    apply: ({ folder }) => `tern migrate --migrations ${folder}`,
    applyTo: ({ folder, migration }) =>
      `tern migrate --migrations ${folder} --destination ${number(migration) ?? ""}`,
    undo: ({ folder }) => `tern migrate --migrations ${folder} --destination -1`,
    status: ({ folder }) => `tern status --migrations ${folder}`,
  },
};
