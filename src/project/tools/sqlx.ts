import { fromUrl, withoutRow } from "../commands.ts";
import { hashOf, number } from "../tracking.ts";
import { first, type Tool } from "../tool.ts";

export const sqlx: Tool = {
  name: "sqlx",
  rank: 2,
  signs: [{ files: ["sqlx.toml", "sqlx-data.json", ".sqlx/"], dependencies: { cargo: ["sqlx"] } }],
  shapes: ["pairs", "timestamps", "numbered"],
  singles: "up",
  rollbacksOf: { timestamps: "none", numbered: "none" },
  wraps: "each",
  sends: "text",
  sendsMark: true,
  optOut: "-- no-transaction as the first characters of the file, and the statement alone in it",
  optOutText: "-- no-transaction",
  optedOut: first(/^-- no-transaction/),
  sendsDelimiter: {},
  duplicates: "sqlx fails on it",
  badName: "sqlx skips it or fails on it",
  edited: "sqlx refuses to run",
  late: { what: "sqlx runs it after the newer ones", runs: true },
  waitsInLock: "pg_advisory_lock",
  trackingTables: ["_sqlx_migrations"],
  tracking: {
    table: "_sqlx_migrations",
    key: "version",
    keyOf: number,
    state: "CASE WHEN success THEN 'applied' ELSE 'failed' END",
    order: "version",
    checksum: {
      column: { postgres: "encode(checksum, 'hex')", mysql: "LOWER(HEX(checksum))" },
      of: hashOf("sha384"),
    },
  },
  commands: {
    server: fromUrl,
    apply: ({ folder }) => `sqlx migrate run --source ${folder}`,
    applyTo: ({ folder, migration }) =>
      `sqlx migrate run --source ${folder} --target-version ${number(migration) ?? ""}`,
    undo: ({ folder }) => `sqlx migrate revert --source ${folder}`,
    status: ({ folder }) => `sqlx migrate info --source ${folder}`,
    forget: withoutRow("_sqlx_migrations", "version", number),
    afterFailure: { when: "kept", line: withoutRow("_sqlx_migrations", "version", number) },
  },
};
