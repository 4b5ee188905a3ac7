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
};
