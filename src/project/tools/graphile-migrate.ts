import { fromUrl } from "../commands.ts";
import { fileText } from "../tracking.ts";
import { first, type Tool } from "../tool.ts";

export const graphileMigrate: Tool = {
  name: "graphile-migrate",
  rank: 3,
  signs: [
    {
      files: [".gmrc", ".gmrc.js", ".gmrc.cjs"],
      dependencies: { npm: ["graphile-migrate"] },
      line: /^--! (?:Previous|Hash):/,
      needsProof: true,
    },
  ],
  shapes: ["committed"],
  rollbacks: "none",
  wraps: "each",
  sends: "text",
  optOut: "--! no-transaction as the first line of the body, and the statement alone in it",
  optOutText: "--! no-transaction",
  optedOut: first(/^(?:--! [A-Z]\w*(?::.*)?\n)*\s*--![ \t]*no-transaction\b/),
  late: {
    what: "graphile-migrate refuses to run",
    runs: false,
    instead: "uncommit it, and commit it again",
  },
  trackingTables: ["graphile_migrate.migrations", "graphile_migrate.current"],
  tracking: {
    table: "graphile_migrate.migrations",
    key: "filename",
    // Without the words of the name.
    keyOf: ({ version }) => (version === undefined ? undefined : `${version}.sql`),
    order: "filename",
    checksum: {
      column: "hash",
      of: (migration) => /^--! Hash: (\S+)/m.exec(fileText(migration))?.[1],
    },
  },
  commands: {
    server: fromUrl,
    apply: () => "npx graphile-migrate migrate",
    status: () => "npx graphile-migrate status",
  },
};
