import type { Tool } from "../tool.ts";

export const postgrator: Tool = {
  name: "postgrator",
  rank: 5,
  signs: [
    {
      files: ["postgrator.json", ".postgratorrc", ".postgratorrc.json"],
      dependencies: { npm: ["postgrator", "postgrator-cli"] },
    },
  ],
  shapes: ["pairs"],
  wraps: "none",
  sends: "text",
  sendsMark: true,
  sendsDelimiter: {},
  duplicates: "postgrator fails on it",
  badName: "postgrator skips it",
  edited: "postgrator refuses to run",
  late: { what: "postgrator never runs it if a newer one has run", runs: false },
  trackingTables: ["schemaversion"],
};
