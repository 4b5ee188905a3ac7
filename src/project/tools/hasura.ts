import { first, type Tool } from "../tool.ts";

export const hasura: Tool = {
  name: "hasura",
  rank: 1,
  signs: [
    {
      files: ["metadata/version.yaml", "metadata/databases/"],
      dependencies: { npm: ["hasura-cli"] },
      mentions: { files: ["config.yaml", "../config.yaml"], pattern: /^metadata_directory[ \t]*:/m },
      line: /^-- hasura:no-transaction\s*$/,
    },
  ],
  shapes: ["folders", "pairs"],
  wraps: "each",
  sends: "text",
  optOut: "-- hasura:no-transaction as the whole first line, and the statement alone in the file",
  optOutText: "-- hasura:no-transaction",
  optedOut: first(/^[ \t]*-- hasura:no-transaction[ \t]*\r?(?:\n|$)/),
  duplicates: "hasura fails on it",
  late: { what: "hasura runs it after the newer ones", runs: true },
  trackingTables: ["schema_migrations"],
};
