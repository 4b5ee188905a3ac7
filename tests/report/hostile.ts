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

/** Names of files, folders and tables that would act on a terminal, or on the runner that reads a log. */
export const hostileNames = [
  "db\n::error::x",
  "::error::x",
  "##[error]x",
  "\u001b[31mred\u009b0m",
  "\u202e\u2066\u200f\u2028x\u{e0041}\ufeff",
  "\r::stop-commands::x\t",
] as const;

/** Each name as a folder, a file, a table, an index, a column and a cast; and as what would be wrapped to a line's start. */
export const hostileFiles: Readonly<Record<string, string>> = Object.fromEntries(
  hostileNames.flatMap((name, i) => [
    [
      `${name}/00${i + 1}_init.sql`,
      `CREATE TABLE "${name}" (id int, "${name}" text);\nDROP TABLE "no${name}";\n`,
    ],
    [
      `${name}/00${i + 2}_${name}.sql`,
      [
        `CREATE INDEX "${name} i" ON "${name}" ("${name}")`,
        `  WHERE id::text`,
        `::name::text <> '${name}';`,
        `ALTER TABLE "${name}" DROP COLUMN "${name}";`,
        `UPDATE "${"long ".repeat(5)} ::error::${name}" SET x = 1;`,
        `SELECT '${name}' FRM "${name}";`,
        `-- ddlint-disable-next-line no-such-${name.replace(/[\r\n]/g, "")} -- ${name.replace(/[\r\n]/g, "")}`,
        `DROP TABLE "${name}" CASCADE;`,
      ].join("\n"),
    ],
  ]),
);

/** What all rules say of them. */
export async function namesReport(): Promise<Report> {
  const result = await lintProject({
    fs: memoryFileSystem(hostileFiles),
    paths: hostileNames,
    facts: { serverVersion: "15", now: "2026-01-01" },
    opinions: { presets: ["strict"] },
  });
  const errors = hostileNames.map((name) => ({ ruleId: name, file: name, message: name, stack: name }));
  const leftOut = result.histories.map((history) => ({ ...history, dialect: history.root as "other" }));
  return createReport(
    { ...result, errors, leftOut },
    { rules, showSuppressed: true, time: "2026-01-31T12:00:00" },
  );
}
