import { hashOf, number } from "../tracking.ts";
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
  tracking: {
    table: "schemaversion",
    key: "version",
    keyOf: number,
    where: "version > 0",
    order: "version",
    checksum: { column: "md5", of: hashOf("md5") },
  },
  commands: {
    server: "what `.postgratorrc` says",
    apply: () => "npx postgrator",
    applyTo: ({ migration }) => `npx postgrator ${number(migration) ?? ""}`,
    undo: ({ previous }) => `npx postgrator ${previous === undefined ? "0" : (number(previous) ?? "")}`,
  },
};
