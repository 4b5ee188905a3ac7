import type { DialectName } from "../../model/dialect.ts";
import { fromUrl, url, withoutRow } from "../commands.ts";
import { number } from "../tracking.ts";
import { marks, slip, unicode, type MarkerFault } from "../layouts/section-markers.ts";
import type { Tool } from "../tool.ts";

/** It refuses a file with any other word behind its name. */
const words = ["Up", "Down", "StatementBegin", "StatementEnd", "NO TRANSACTION", "ENVSUB ON", "ENVSUB OFF"];

/** Goose wants each line with its name to be one of its own. */
function refused(line: string): MarkerFault | undefined {
  const said = line.replaceAll("--", "").replace("+goose", "").trim();
  const isKnown = words.some((word) => word.toLowerCase() === said.toLowerCase());
  if (isKnown && !/^\s/.test(line)) return undefined;
  return {
    message: isKnown
      ? "goose refuses the file: spaces precede its annotation"
      : "goose refuses the file: it has no such annotation",
    instead: isKnown ? `write it as -- +goose ${said}` : `one of: ${words.join(", ")}`,
  };
}

const [begin, end] = ["-- +goose StatementBegin", "-- +goose StatementEnd"];

/** What it calls the databases. */
const drivers: Readonly<Record<DialectName, string>> = {
  postgres: "postgres",
  mysql: "mysql",
  mariadb: "mysql",
  // It has none for it.
  mongodb: "",
};

export const goose: Tool = {
  name: "goose",
  rank: 1,
  signs: [{ dependencies: { go: ["github.com/pressly/goose"] }, needsProof: true }],
  database: {
    mentions: [
      { files: ["Makefile"], pattern: /\bgoose\b[^\n]{0,80}? (mysql|postgres|sqlite3|clickhouse)\b/ },
    ],
  },
  asksFolder: true,
  shapes: ["sections"],
  marks: marks({
    // The name as it is, the word in any case.
    opens: new RegExp(`^--${unicode}*\\+goose${unicode}*[uU][pP]${unicode}*$`),
    closes: new RegExp(`^--${unicode}*\\+goose${unicode}*[dD][oO][wW][nN]${unicode}*$`),
    up: "-- +goose Up",
    down: "-- +goose Down",
    fault: (line) =>
      line.trimStart().startsWith("--") && line.includes("+goose")
        ? refused(line)
        : slip(line, { tool: "goose", before: "-- +goose ", words }),
  }),
  wraps: "each",
  sends: "line",
  together: /^-- ?\+goose Statement(Begin|End)\b/gm,
  optOut: "-- +goose NO TRANSACTION on a line of its own",
  optOutText: "-- +goose NO TRANSACTION\n-- +goose Up",
  // Anywhere in the file, and for both directions.
  optedOut: (source) => /^--[ \t]*\+goose[ \t]+NO TRANSACTION[ \t]*\r?$/im.test(source.text),
  sendsDelimiter: {
    instead: `${begin} before the routine and ${end} after it`,
    cutsOutside: /^--\s*\+goose\s+(?:up|down|statementbegin|statementend)\b/i,
  },
  // A line that ends in a semicolon ends the statement.
  whole: (statement) => `${begin}\n${statement}\n${end}`,
  duplicates: "goose fails on it",
  late: { what: "goose refuses to run", runs: false },
  trackingTables: ["goose_db_version"],
  tracking: {
    table: "goose_db_version",
    key: "version_id",
    keyOf: number,
    where: "version_id > 0",
    state: "CASE WHEN is_applied THEN 'applied' ELSE 'undone' END",
    order: "id",
  },
  commands: {
    server: fromUrl,
    apply: ({ folder, dialect }) => `goose -dir ${folder} ${drivers[dialect]} ${url} up`,
    applyTo: ({ folder, dialect, migration }) =>
      `goose -dir ${folder} ${drivers[dialect]} ${url} up-to ${number(migration) ?? ""}`,
    undo: ({ folder, dialect }) => `goose -dir ${folder} ${drivers[dialect]} ${url} down`,
    status: ({ folder, dialect }) => `goose -dir ${folder} ${drivers[dialect]} ${url} status`,
    forget: withoutRow("goose_db_version", "version_id", number),
  },
};
