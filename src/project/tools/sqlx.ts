import { fromUrl, withoutRow } from "../commands.ts";
import type { FileSystem } from "../migration.ts";
import { ancestors, join } from "../files/paths.ts";
import { hashOf, number } from "../tracking.ts";
import { first, type Tool } from "../tool.ts";

/** Of the library, as the nearest Cargo.lock or Cargo.toml states it; a `0.7` there is never a 0.8. */
function minorRelease(fs: FileSystem, root: string): number | undefined {
  for (const folder of ancestors(root))
    for (const [file, pattern] of statements) {
      const minor = pattern.exec(fs.read(join(folder, file)) ?? "")?.[1];
      if (minor !== undefined) return Number(minor);
    }
  return undefined;
}

const statements = [
  ["Cargo.lock", /^name = "sqlx"\r?\nversion = "0\.(\d+)\./m],
  ["Cargo.toml", /^sqlx[ \t]*=[ \t]*(?:\{[^}\n]{0,300}?\bversion[ \t]*=[ \t]*)?"[\^=~]?0\.(\d+)/m],
] as const;

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
  // 0.8.0 brought the marker; before it, each file runs in a transaction.
  adapted: (fs, { root }) =>
    (minorRelease(fs, root) ?? 8) < 8
      ? { optOut: undefined, optOutText: undefined, optedOut: undefined }
      : {},
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
