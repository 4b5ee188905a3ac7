import { first, type Tool } from "../tool.ts";

/** The last part of the folder is the database's name. */
const databaseName = (folder: string): string => folder.replace(/^.*\//, "");

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
  commands: {
    server: "what `config.yaml` says",
    apply: ({ folder }) => `hasura migrate apply --database-name ${databaseName(folder)}`,
    applyTo: ({ folder, migration }) =>
      `hasura migrate apply --goto ${migration.version ?? ""} --database-name ${databaseName(folder)}`,
    undo: ({ folder }) => `hasura migrate apply --down 1 --database-name ${databaseName(folder)}`,
    status: ({ folder }) => `hasura migrate status --database-name ${databaseName(folder)}`,
    mark: ({ folder, migration }) =>
      `hasura migrate apply --skip-execution --version ${migration.version ?? ""} --database-name ${databaseName(folder)}`,
  },
};
