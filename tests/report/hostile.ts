/** A report for all formats: a real run over a history whose names and texts try to break them. */
import { createReport, lintProject, memoryFileSystem, plainColors, rules, version } from "../../src/index.ts";
import { formats } from "../../src/report/formats.ts";
import type { Report } from "../../src/report/report.ts";

export const secret = "tr0ub4dor&3";

const files = {
  "db/001_init.sql": [
    "CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, note text);",
    'CREATE TABLE "a|b`c <i>@team</i> #1 & \u{1F600}" (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, x text);',
    "CREATE VIEW notes AS SELECT note FROM orders;",
    "CREATE INDEX orders_old ON orders (note);",
  ].join("\n"),
  "db/001_init_rollback.sql":
    'DROP VIEW notes;\nDROP TABLE "a|b`c <i>@team</i> #1 & \u{1F600}";\nDROP TABLE orders;\n',
  // A span of several lines, a fix, sizes, an index on the table with the name.
  "db/002_ä 100%, it's::error.sql": [
    "CREATE INDEX orders_note_idx",
    "  ON orders",
    "  (note);",
    'CREATE INDEX "x]]>" ON "a|b`c <i>@team</i> #1 & \u{1F600}" (x);',
    "SELECT '\u001b[31m', 'é\u{1F600}'; ALTER TABLE orders DROP COLUMN note;",
    "-- ddlint-disable-next-line drop-table -- nobody <b>reads</b> it",
    "DROP TABLE orders CASCADE;",
    "/* é\u{1F600} */ DROP INDEX orders_old;",
  ].join("\n"),
  "db/003_secrets.sql": [
    `CREATE ROLE shop_app SUPERUSER PASSWORD '${secret}';`,
    "DROP TABLE \u202E\u0007nothing;",
    "VACUUM FULL orders;",
  ].join("\r\n"),
};

/** What has places, locks, fixes, sizes and secrets; few, so that words of other rules change no golden file. */
const only = [
  "drop-breaks-dependent",
  "drop-cascade",
  "drop-column",
  "drop-index-without-concurrently",
  "drop-table",
  "index-without-concurrently",
  "lock-without-timeout",
  "missing-rollback",
  "secret-in-migration",
  "superuser-or-bypass",
  "syntax-error",
  "table-name",
  "table-rewrite",
];

const stats = JSON.stringify([{ table: "public.orders", rows: 48_000_000, bytes: 21_000_000_000 }]);

export async function hostileReport(): Promise<Report> {
  const result = await lintProject({
    fs: memoryFileSystem({ ...files, "stats.json": stats }),
    facts: { stats: "stats.json", serverVersion: "15", now: "2026-01-01" },
    opinions: { presets: ["strict"], only, rules: { "table-name": "note" } },
  });
  const report = createReport(result, { rules, showSuppressed: true, time: "2026-01-31T12:00:00" });
  const found = new Set([...report.findings, ...(report.suppressed ?? [])].map(({ ruleId }) => ruleId));
  return { ...report, rules: rules.filter(({ id }) => found.has(id)) };
}

/** What a format writes; without our version, so that a release changes no golden file. */
export const write = async (name: keyof typeof formats, report: Report): Promise<string> =>
  (await formats[name]())(report, { colors: plainColors, width: 100 }).replaceAll(version, "0.0.0");
