/** What each tool does around a script: transactions, order, names it can't read, its own tables. */
import type { Runner } from "./facts.ts";
import type { Order, ScriptSource } from "./layouts/layout.ts";
import type { LateMigration, RollbackStyle, RunnerTransaction, SendUnit } from "./migration.ts";

export interface Tool {
  readonly name: string;
  /** Layouts that its SQL files may have, best first. */
  readonly shapes: readonly string[];
  readonly wraps: RunnerTransaction["wraps"];
  readonly sends: SendUnit;
  /** What travels when the opt-out is there, if that differs. */
  readonly sendsOptedOut?: SendUnit | undefined;
  /** The driver gets a script like this one whole, and makes a pipeline of it. */
  sendsAsOne?(source: ScriptSource): boolean;
  readonly optOut?: string | undefined;
  optedOut?(source: ScriptSource): boolean;
  readonly autoDetect?: boolean | undefined;
  /** See `RunnerTransaction.resets`. */
  readonly resets?: RunnerTransaction["resets"];
  readonly order?: Order | undefined;
  /** Overrides what the layout says: a tool that has no way back. */
  readonly rollbacks?: RollbackStyle | undefined;
  /** The same for one of its shapes: sqlx has a way back in pairs only. */
  readonly rollbacksOf?: Readonly<Record<string, RollbackStyle>> | undefined;
  /** What it does with two files of one version; `fine` where the whole name counts. */
  readonly duplicates?: string | undefined;
  /** What it does when the text of a migration that it has applied is another one: it keeps checksums. */
  readonly edited?: string | undefined;
  /** What it does with a new migration that comes before one that it has applied. */
  readonly late?: LateMigration | undefined;
  /** What it does with a name it can't read: `skips it`. */
  readonly badName?: string | undefined;
  readonly trackingTables: readonly string[];
}

const first = (pattern: RegExp) => (source: ScriptSource) => pattern.test(source.text.slice(0, 400));
const line = (pattern: RegExp) => (source: ScriptSource) =>
  pattern.test(source.text.slice(source.part.start, source.part.end));
const marker = (pattern: RegExp) => (source: ScriptSource) => pattern.test(source.marker ?? "");

const codeTools: readonly (readonly [
  name: string,
  wraps: RunnerTransaction["wraps"],
  trackingTables: readonly string[],
])[] = [
  ["knex", "all", ["knex_migrations", "knex_migrations_lock"]],
  ["typeorm", "all", ["migrations"]],
  ["kysely", "all", ["kysely_migration", "kysely_migration_lock"]],
  ["sequelize", "none", ["SequelizeMeta"]],
];

/** `exports.config = { transaction: false }`, `transaction = false` in the step of this file's name. */
function optsOut(source: ScriptSource): boolean {
  const stem = source.file
    .slice(source.file.lastIndexOf("/") + 1)
    .replace(/[._-](?:up|down)\.sql$|\.sql$/i, "");
  return ["js", "ts", "mjs", "cjs"].some((ending) =>
    ["", "../"].some((way) =>
      /\btransaction\s{0,9}[:=]\s{0,9}false\b/.test(source.beside(`${way}${stem}.${ending}`) ?? ""),
    ),
  );
}

const list: readonly Tool[] = [
  {
    name: "flyway",
    shapes: ["flyway"],
    wraps: "each",
    sends: "statement",
    autoDetect: true,
    optOut: "executeInTransaction=false in a file of the script's name plus .conf",
    optedOut: (source) => {
      const name = source.file.slice(source.file.lastIndexOf("/") + 1);
      return /^[ \t]*executeInTransaction[ \t]*=[ \t]*false[ \t]*\r?$/m.test(
        source.beside(`${name}.conf`) ?? "",
      );
    },
    duplicates: "flyway fails on it",
    badName: "flyway skips it",
    resets: ["search_path", "role"],
    edited: "flyway refuses to go on until it is repaired",
    late: { what: "flyway leaves it out, and its validation fails", runs: false },
    trackingTables: ["flyway_schema_history", "schema_version"],
  },
  {
    name: "golang-migrate",
    shapes: ["pairs"],
    wraps: "none",
    sends: "text",
    duplicates: "golang-migrate fails on it",
    badName: "golang-migrate skips it",
    late: { what: "golang-migrate never runs it where a newer one has run", runs: false },
    trackingTables: ["schema_migrations"],
  },
  {
    name: "goose",
    shapes: ["sections"],
    wraps: "each",
    sends: "statement",
    optOut: "-- +goose NO TRANSACTION on a line of the file",
    // Anywhere in the file, and for both directions.
    optedOut: (source) => /^--[ \t]*\+goose[ \t]+NO TRANSACTION[ \t]*\r?$/im.test(source.text),
    duplicates: "goose fails on it",
    late: { what: "goose refuses to go on", runs: false },
    trackingTables: ["goose_db_version"],
  },
  {
    name: "dbmate",
    shapes: ["sections"],
    wraps: "each",
    sends: "text",
    optOut:
      "transaction:false on the -- migrate:up or -- migrate:down line, and the statement alone in its section",
    optedOut: marker(/\stransaction:\s?false\b/),
    order: "text",
    duplicates: "dbmate takes the second for applied",
    badName: "dbmate skips it",
    late: { what: "dbmate runs it after the newer ones", runs: true },
    trackingTables: ["schema_migrations"],
  },
  {
    name: "sql-migrate",
    shapes: ["sections"],
    wraps: "each",
    sends: "statement",
    optOut: "notransaction on the -- +migrate Up or -- +migrate Down line",
    optedOut: marker(/\snotransaction\b/),
    duplicates: "fine",
    late: { what: "sql-migrate runs it after the newer ones", runs: true },
    trackingTables: ["gorp_migrations"],
  },
  {
    name: "sqlx",
    shapes: ["pairs", "timestamps", "numbered"],
    wraps: "each",
    sends: "text",
    optOut: "-- no-transaction as the very first characters of the file, and the statement alone in it",
    optedOut: first(/^-- no-transaction/),
    rollbacksOf: { timestamps: "none", numbered: "none" },
    duplicates: "sqlx fails on it",
    badName: "sqlx skips it or fails on it",
    edited: "sqlx refuses to go on",
    late: { what: "sqlx runs it after the newer ones", runs: true },
    trackingTables: ["_sqlx_migrations"],
  },
  {
    name: "diesel",
    shapes: ["folders"],
    wraps: "each",
    sends: "text",
    optOut: "run_in_transaction = false in a metadata.toml beside up.sql, and the statement alone in it",
    // A metadata.toml without the key means false as well.
    optedOut: (source) => {
      const metadata = source.beside("metadata.toml");
      return metadata !== undefined && !/^[ \t]*run_in_transaction[ \t]*=[ \t]*true\b/m.test(metadata);
    },
    order: "text",
    late: { what: "diesel runs it after the newer ones", runs: true },
    trackingTables: ["__diesel_schema_migrations"],
  },
  {
    name: "refinery",
    shapes: ["flyway"],
    wraps: "each",
    sends: "text",
    rollbacks: "none",
    duplicates: "refinery fails on it",
    badName: "refinery skips it",
    edited: "refinery refuses to go on",
    late: { what: "refinery refuses to go on", runs: false },
    trackingTables: ["refinery_schema_history"],
  },
  {
    name: "evolve",
    shapes: ["flyway"],
    wraps: "each",
    sends: "text",
    optOut: "evolve-tx-off in the first line, and the statement alone in the file",
    optedOut: first(/^[^\n]*evolve-tx-off/i),
    rollbacks: "none",
    edited: "evolve refuses to go on",
    trackingTables: ["changelog"],
  },
  {
    name: "prisma",
    shapes: ["folders"],
    wraps: "none",
    // One statement at a time from 7.4.0 on, the whole file before: see `prismaSends`.
    sends: "unknown",
    order: "text",
    rollbacks: "none",
    duplicates: "fine",
    edited: "prisma migrate dev wants to reset the database, and deploy doesn't run it again",
    late: { what: "prisma runs it after the newer ones", runs: true },
    trackingTables: ["_prisma_migrations"],
  },
  {
    name: "drizzle",
    shapes: ["numbered", "timestamps", "folders"],
    wraps: "all",
    sends: "text",
    rollbacks: "none",
    duplicates: "fine",
    late: { what: "drizzle never runs it where a newer one has run", runs: false },
    trackingTables: ["__drizzle_migrations", "drizzle.__drizzle_migrations"],
  },
  {
    name: "supabase",
    shapes: ["timestamps", "numbered"],
    wraps: "none",
    sends: "pipeline",
    order: "text",
    rollbacks: "none",
    badName: "supabase skips it",
    resets: "all",
    late: { what: "supabase refuses to go on", runs: false },
    trackingTables: ["supabase_migrations.schema_migrations"],
  },
  {
    name: "hasura",
    shapes: ["folders", "pairs"],
    wraps: "each",
    sends: "text",
    optOut: "-- hasura:no-transaction as the whole first line, and the statement alone in the file",
    optedOut: first(/^[ \t]*-- hasura:no-transaction[ \t]*\r?(?:\n|$)/),
    duplicates: "hasura fails on it",
    late: { what: "hasura runs it after the newer ones", runs: true },
    trackingTables: ["schema_migrations"],
  },
  {
    name: "node-pg-migrate",
    shapes: ["sections", "pairs", "numbered", "timestamps"],
    wraps: "all",
    sends: "text",
    badName: "node-pg-migrate fails on it",
    rollbacksOf: { timestamps: "section", numbered: "section" },
    duplicates: "fine",
    late: { what: "node-pg-migrate refuses to go on", runs: false },
    trackingTables: ["pgmigrations"],
  },
  {
    name: "postgrator",
    shapes: ["pairs"],
    wraps: "none",
    sends: "text",
    duplicates: "postgrator fails on it",
    badName: "postgrator skips it",
    edited: "postgrator refuses to go on",
    late: { what: "postgrator never runs it where a newer one has run", runs: false },
    trackingTables: ["schemaversion"],
  },
  {
    name: "graphile-migrate",
    shapes: ["committed"],
    wraps: "each",
    sends: "text",
    optOut: "--! no-transaction as the first line of the body, and the statement alone in it",
    optedOut: line(/^--![ \t]*no-transaction\b/m),
    rollbacks: "none",
    edited: "graphile-migrate refuses to go on",
    late: { what: "graphile-migrate refuses to go on", runs: false },
    trackingTables: ["graphile_migrate.migrations", "graphile_migrate.current"],
  },
  {
    name: "atlas",
    shapes: ["timestamps", "numbered"],
    wraps: "each",
    sends: "statement",
    optOut: "-- atlas:txmode none in the head of the file, with an empty line after it",
    optedOut: (source) => atlasHead(source.text),
    order: "text",
    rollbacks: "none",
    edited: "atlas refuses to go on",
    late: { what: "atlas refuses to go on", runs: false },
    trackingTables: ["atlas_schema_revisions"],
  },
  {
    name: "sqitch",
    shapes: ["sqitch"],
    wraps: "none",
    sends: "statement",
    duplicates: "fine",
    resets: "all",
    late: { what: "sqitch refuses to go on where the later changes are deployed", runs: false },
    trackingTables: ["sqitch.changes", "sqitch.tags", "sqitch.events", "sqitch.dependencies"],
  },
  {
    name: "tern",
    shapes: ["sections", "numbered"],
    wraps: "each",
    sends: "text",
    sendsOptedOut: "statement",
    optOut: "---- tern: disable-tx ---- on a line of each part",
    optedOut: line(/^---- tern: disable-tx ----\r?$/m),
    duplicates: "tern fails on it",
    resets: "all",
    late: { what: "tern never runs it where a newer one has run", runs: false },
    trackingTables: ["schema_version", "public.schema_version"],
  },
  {
    name: "yoyo",
    shapes: ["timestamps", "numbered", "plain"],
    wraps: "each",
    sends: "statement",
    optOut: "-- transactional: false on a line of the file",
    optedOut: line(/^[ \t]*--[ \t]*transactional[ \t]*:[ \t]*false[ \t]*\r?$/m),
    duplicates: "fine",
    late: { what: "yoyo runs it after the newer ones", runs: true },
    trackingTables: ["_yoyo_migration", "_yoyo_log", "_yoyo_version", "yoyo_lock"],
  },
  {
    name: "mybatis-migrations",
    shapes: ["sections"],
    wraps: "each",
    sends: "statement",
    optOut: "auto_commit=true in environments/development.properties, for all files",
    optedOut: (source) =>
      /^[ \t]*auto_commit[ \t]*=[ \t]*true\b/m.test(
        source.beside("../environments/development.properties") ?? "",
      ),
    trackingTables: ["changelog"],
  },
  {
    name: "play-evolutions",
    shapes: ["sections"],
    wraps: "none",
    sends: "statement",
    edited: "play runs the old down and the new up",
    late: { what: "play undoes the newer ones first", runs: false },
    trackingTables: ["play_evolutions"],
  },
  {
    name: "db-migrate",
    shapes: ["pairs"],
    wraps: "each",
    sends: "text",
    late: { what: "db-migrate runs it after the newer ones", runs: true },
    trackingTables: ["migrations"],
  },
  // The SQL files that steps in code load: each goes out as the code sends it, most often as one text.
  ...codeTools.map(([name, wraps, trackingTables]): Tool => ({
    name,
    shapes: ["pairs", "timestamps", "numbered"],
    wraps,
    sends: "text",
    sendsOptedOut: "unknown",
    optOut: wraps === "none" ? undefined : "the step in code that loads the file, in that tool's own way",
    optedOut: (source) => wraps !== "none" && optsOut(source),
    duplicates: "fine",
    late: name === "kysely" ? undefined : { what: `${name} runs it after the newer ones`, runs: true },
    trackingTables,
  })),
  {
    name: "pop",
    shapes: ["pairs"],
    wraps: "each",
    sends: "text",
    optOut: ".autocommit in the file name, as in 001_x.autocommit.up.sql",
    optedOut: (source) => /\.autocommit\./.test(source.file),
    late: { what: "pop runs it after the newer ones", runs: true },
    trackingTables: ["schema_migration", "schema_migrations"],
  },
  {
    name: "liquibase",
    shapes: ["liquibase"],
    wraps: "each",
    sends: "statement",
    // The driver gets the whole text at once.
    sendsAsOne: marker(/\bsplitStatements:\s?"?false|\bendDelimiter:/i),
    optOut: "runInTransaction:false on the --changeset line",
    optedOut: marker(/\brunInTransaction:\s?"?false\b/i),
    duplicates: "fine",
    edited: "liquibase refuses to go on",
    late: { what: "liquibase runs it after the newer ones", runs: true },
    trackingTables: ["databasechangelog", "databasechangeloglock"],
  },
];

const byName = new Map(list.map((tool) => [tool.name, tool]));

/** The tool of that name; names of tools without an entry are read by shape, with transactions unknown. */
export function toolNamed(name: string): Tool {
  const known = byName.get(
    name === "drizzle-kit" ? "drizzle" : name === "sequelize/umzug" ? "sequelize" : name,
  );
  return known ?? { name, shapes: [], wraps: "none", sends: "unknown", trackingTables: [] };
}

/** All tools with facts of their own, in the order in which they win over each other. */
export const knownTools: readonly Tool[] = list;

const runners: Readonly<Record<Runner, Pick<RunnerTransaction, "wraps" | "sends" | "resets">>> = {
  psql: { wraps: "none", sends: "statement", resets: "all" },
  "psql-single-transaction": { wraps: "each", sends: "statement", resets: "all" },
  "single-query": { wraps: "none", sends: "text" },
  pipeline: { wraps: "none", sends: "pipeline" },
  "statement-by-statement": { wraps: "none", sends: "statement" },
};

/** What a tool, or for `raw` the stated runner, does around one script. */
export function transactionOf(
  tool: Tool,
  runner: Runner | undefined,
  source: ScriptSource,
): RunnerTransaction {
  // A runner is how files without a tool are run; what a known tool does is known.
  if (tool.sends === "unknown" && runner !== undefined && Object.hasOwn(runners, runner)) {
    return { ...runners[runner], optedOut: false };
  }
  const optedOut = tool.optedOut?.(source) ?? false;
  return {
    wraps: tool.wraps,
    sends:
      tool.sendsAsOne?.(source) === true
        ? "pipeline"
        : optedOut
          ? (tool.sendsOptedOut ?? tool.sends)
          : tool.sends,
    optOut: tool.optOut,
    optedOut,
    ...(tool.autoDetect === true ? { autoDetect: true } : {}),
    ...(tool.resets === undefined ? {} : { resets: tool.resets }),
  };
}

/** Prisma sends statement by statement from 7.4.0 on and the whole file before; unknown without a version. */
export function prismaSends(version: string | undefined): SendUnit {
  const match = /(\d+)(?:\.(\d+))?/.exec(version ?? "");
  if (match === null) return "unknown";
  const major = Number(match[1]);
  const minor = Number(match[2] ?? "0");
  return major > 7 || (major === 7 && minor >= 4) ? "statement" : "text";
}

/** The directive counts only in the comment block at the top, and only if an empty line ends that block. */
function atlasHead(text: string): boolean {
  let seen = false;
  for (const raw of text.slice(0, 4000).split("\n")) {
    const shown = raw.trim();
    if (shown === "" && seen) return true;
    if (shown !== "" && !shown.startsWith("--")) return false;
    if (/^-- atlas:txmode none$/.test(shown)) seen = true;
  }
  return seen;
}
