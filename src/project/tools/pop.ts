/** Pop (github.com/gobuffalo/pop), and its descendant popx, which knows a way out of the transaction. */
import type { Tool } from "../tool.ts";

const popxName = /\.autocommit\./;

export const pop: Tool = {
  name: "pop",
  rank: 7,
  signs: [
    {
      files: ["database.yml"],
      dependencies: { go: ["github.com/gobuffalo/pop", "github.com/ory/pop", "github.com/ory/x"] },
    },
  ],
  infixes: true,
  sideFile: {
    shape: "pairs",
    pattern: /\.autocommit\.(?:up|down)\.sql$/,
    what: "names with .autocommit",
  },
  unread: { what: "fizz for pop", folder: /(?:migrat|alteration)[^/]*$/i, file: /\.up\.fizz$/ },
  shapes: ["pairs"],
  wraps: "each",
  sends: "text",
  optedOut: (source) => popxName.test(source.file),
  adapted: (_fs, view) =>
    view.files.some((file) => popxName.test(file))
      ? { optOut: ".autocommit in the file name, as in 001_x.autocommit.up.sql" }
      : {},
  late: { what: "pop runs it after the newer ones", runs: true },
  trackingTables: ["schema_migration", "schema_migrations"],
  tracking: { table: "schema_migration", key: "version", keyOf: ({ version }) => version, order: "version" },
  commands: {
    server: "what `database.yml` says",
    apply: ({ folder }) => `soda migrate up --path ${folder}`,
    undo: ({ folder }) => `soda migrate down --path ${folder}`,
    status: ({ folder }) => `soda migrate status --path ${folder}`,
  },
};
