import type { Migration } from "../migration.ts";
import { fromUrl, withoutRow } from "../commands.ts";
import { number } from "../tracking.ts";
import type { Tool } from "../tool.ts";

/** Also where all names begin with U. */
const versionOf = (migration: Migration): string | undefined =>
  number(migration) ?? /^[UV]0*(\d+)__/.exec(migration.name)?.[1];

export const refinery: Tool = {
  name: "refinery",
  rank: 1,
  signs: [{ files: ["refinery.toml"], dependencies: { cargo: ["refinery"] } }],
  shapes: ["flyway"],
  forwardU: true,
  rollbacks: "none",
  wraps: "each",
  sends: "text",
  sendsDelimiter: {},
  duplicates: "refinery fails on it or treats it as applied",
  badName: "refinery skips it",
  edited: "refinery refuses to run, or never runs it again",
  late: { what: "refinery refuses to run, or never runs it", runs: false },
  trackingTables: ["refinery_schema_history"],
  tracking: { table: "refinery_schema_history", key: "version", keyOf: versionOf, order: "version" },
  commands: {
    server: fromUrl,
    apply: ({ folder }) => `refinery migrate -e DATABASE_URL -p ${folder}`,
    forget: withoutRow("refinery_schema_history", "version", versionOf),
  },
};
