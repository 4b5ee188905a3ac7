/** What each tool does around a script: transactions, order, names it can't read, its own tables. */
import type { Order, ScriptSource } from "./layouts/layout.ts";
import { isSql } from "./layouts/names.ts";
import { atlasHead } from "./opt-outs.ts";
import type {
  BesideTransaction,
  LateMigration,
  RollbackStyle,
  RunnerTransaction,
  SendUnit,
} from "./migration.ts";

export interface Tool {
  readonly name: string;
  /** Layouts that its SQL files may have, best first. */
  readonly shapes: readonly string[];
  readonly wraps: RunnerTransaction["wraps"];
  readonly sends: SendUnit;
  /** What travels when the opt-out is there, if that differs. */
  readonly sendsOptedOut?: SendUnit | undefined;
  /** What travels of a script like this one, if that differs. */
  sendsDivided?(source: ScriptSource): SendUnit | undefined;
  /** The driver gets a script like this one whole, and makes a pipeline of it. */
  sendsAsOne?(source: ScriptSource): boolean;
  readonly optOut?: string | undefined;
  /** The same for its migrations in code, where that differs. */
  readonly codeOptOut?: string | undefined;
  optedOut?(source: ScriptSource): boolean;
  autoDetect?(source: ScriptSource): boolean;
  /** See `RunnerTransaction.resets`. */
  readonly resets?: RunnerTransaction["resets"];
  readonly order?: Order | undefined;
  /** Overrides what the layout says: a tool that has no way back. */
  readonly rollbacks?: RollbackStyle | undefined;
  /** The same for one of its shapes: sqlx has a way back in pairs only. */
  readonly rollbacksOf?: Readonly<Record<string, RollbackStyle>> | undefined;
  /** What it does with two files of one version; `fine` where the whole name counts. */
  readonly duplicates?: string | undefined;
  readonly besideTransaction?: BesideTransaction | undefined;
  /** What it does when the text of a migration that it has applied is another one: it keeps checksums. */
  readonly edited?: string | undefined;
  /** What it does with a new migration that comes before one that it has applied. */
  readonly late?: LateMigration | undefined;
  /** Its numbers go from 1 on without a hole: it refuses to run otherwise. */
  readonly contiguous?: true | undefined;
  /** What it does with a name it can't read: `skips it`. */
  readonly badName?: string | undefined;
  readonly trackingTables: readonly string[];
}

const first = (pattern: RegExp) => (source: ScriptSource) => pattern.test(source.text.slice(0, 400));
const line = (pattern: RegExp) => (source: ScriptSource) =>
  pattern.test(source.text.slice(source.part.start, source.part.end));
const marker = (pattern: RegExp) => (source: ScriptSource) => pattern.test(source.marker ?? "");

/** What flyway's script configuration says. */
function executeInTransaction(source: ScriptSource): boolean | undefined {
  const name = source.file.slice(source.file.lastIndexOf("/") + 1);
  const said = /^[ \t]*executeInTransaction[ \t]*=[ \t]*(true|false)[ \t]*\r?$/im.exec(
    source.beside(`${name}.conf`) ?? "",
  );
  return said === null ? undefined : said[1]?.toLowerCase() === "true";
}

/** The comments and empty lines before the first statement. */
const commentsAbove = (text: string): string => /^(?:\s*--[^\n]*(?:\n|$))*/.exec(text)?.[0] ?? "";

/** How popx, a descendant of pop, is told not to open a transaction. */
export const popxName = /\.autocommit\./;
export const popxOptOut = ".autocommit in the file name, as in 001_x.autocommit.up.sql";

/** A file of SQL that a step in code loads goes out as one text. */
const loadedText = (source: ScriptSource): SendUnit | undefined => (isSql(source.file) ? "text" : undefined);

const list: readonly Tool[] = [
  {
    name: "flyway",
    shapes: ["flyway"],
    wraps: "each",
    sends: "statement",
    // Unless the file beside it says otherwise.
    autoDetect: (source) => executeInTransaction(source) !== true,
    optOut: "executeInTransaction=false in a file of the script's name plus .conf",
    optedOut: (source) => executeInTransaction(source) === false,
    duplicates: "flyway fails on it",
    badName: "flyway skips it",
    resets: ["search_path", "role"],
    besideTransaction: {
      of: "flyway's lock",
      instead: "set flyway.postgresql.transactional.lock=false (before version 9.1 there is no need to)",
    },
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
    sends: "line",
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
    optedOut: marker(/\stransaction:false(?:\s|$)/),
    order: "text",
    duplicates: "dbmate fails on it or takes it for applied",
    badName: "dbmate skips it",
    late: { what: "dbmate runs it after the newer ones", runs: true },
    trackingTables: ["schema_migrations"],
  },
  {
    name: "sql-migrate",
    shapes: ["sections"],
    wraps: "each",
    sends: "line",
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
    duplicates: "diesel takes the second for applied",
    trackingTables: ["__diesel_schema_migrations"],
  },
  {
    name: "refinery",
    shapes: ["flyway"],
    wraps: "each",
    sends: "text",
    rollbacks: "none",
    duplicates: "refinery fails on it or takes it for applied",
    badName: "refinery skips it",
    edited: "refinery refuses to go on, or never runs it again",
    late: { what: "refinery refuses to go on, or never runs it", runs: false },
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
    sendsDivided: ({ text }) => (/-->[ \t]*statement-breakpoint/.test(text) ? "statement" : undefined),
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
    duplicates: "supabase fails on it",
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
    shapes: ["code", "sections", "pairs", "numbered", "timestamps"],
    wraps: "all",
    sends: "text",
    optOut: "in JavaScript, with pgm.noTransaction()",
    codeOptOut: "pgm.noTransaction() in the migration",
    badName: "node-pg-migrate fails on it",
    rollbacksOf: { timestamps: "section", numbered: "section" },
    duplicates: "fine",
    late: { what: "node-pg-migrate refuses to go on", runs: false },
    trackingTables: ["pgmigrations"],
  },
  {
    name: "knex",
    shapes: ["code", "pairs", "timestamps", "numbered"],
    wraps: "all",
    sends: "statement",
    sendsDivided: loadedText,
    optOut: "exports.config = { transaction: false } in the migration",
    order: "text",
    duplicates: "fine",
    late: { what: "knex runs it after the newer ones", runs: true },
    trackingTables: ["knex_migrations", "knex_migrations_lock"],
  },
  {
    name: "typeorm",
    shapes: ["code", "pairs", "timestamps", "numbered"],
    wraps: "all",
    sends: "statement",
    sendsDivided: loadedText,
    optOut: 'transaction = false in the class, with migrationsTransactionMode: "each"',
    duplicates: "fine",
    late: { what: "typeorm runs it after the newer ones", runs: true },
    trackingTables: ["migrations", "typeorm_metadata"],
  },
  {
    name: "sequelize",
    shapes: ["code", "pairs", "timestamps", "numbered"],
    wraps: "none",
    sends: "statement",
    sendsDivided: loadedText,
    order: "text",
    duplicates: "fine",
    late: { what: "sequelize runs it after the newer ones", runs: true },
    trackingTables: ["SequelizeMeta"],
  },
  {
    name: "mikro-orm",
    shapes: ["code"],
    wraps: "all",
    sends: "statement",
    optOut: "isTransactional() { return false; } in the class",
    order: "text",
    duplicates: "fine",
    late: { what: "mikro-orm runs it after the newer ones", runs: true },
    trackingTables: ["mikro_orm_migrations"],
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
    // And its descendant pg-node-migrations.
    name: "postgres-migrations",
    shapes: ["numbered"],
    wraps: "each",
    sends: "text",
    optOut: "-- postgres-migrations disable-transaction in the file, and the statement alone in it",
    optedOut: ({ text }) => text.includes("-- postgres-migrations disable-transaction"),
    rollbacks: "none",
    duplicates: "postgres-migrations fails on it",
    badName: "postgres-migrations fails on it",
    contiguous: true,
    edited: "postgres-migrations refuses to go on",
    late: { what: "postgres-migrations refuses to go on", runs: false },
    trackingTables: ["migrations"],
  },
  {
    name: "graphile-migrate",
    shapes: ["committed"],
    wraps: "each",
    sends: "text",
    optOut: "--! no-transaction as the first line of the body, and the statement alone in it",
    optedOut: first(/^(?:--! [A-Z]\w*(?::.*)?\n)*\s*--![ \t]*no-transaction\b/),
    rollbacks: "none",
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
    contiguous: true,
    resets: "all",
    late: { what: "tern never runs it where a newer one has run", runs: false },
    trackingTables: ["schema_version", "public.schema_version"],
  },
  {
    name: "yoyo",
    shapes: ["timestamps", "numbered", "plain"],
    wraps: "each",
    sends: "statement",
    optOut: "-- transactional: false in the comments at the top of the file",
    optedOut: ({ text }) =>
      /^\s*--\s*transactional\s*:\s*(?:false|False|FALSE)\s*$/m.test(commentsAbove(text)),
    order: "text",
    duplicates: "fine",
    late: { what: "yoyo runs it after the newer ones", runs: true },
    resets: "all",
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
    shapes: ["code", "pairs"],
    wraps: "each",
    sends: "text",
    duplicates: "fine",
    late: { what: "db-migrate runs it after the newer ones", runs: true },
    trackingTables: ["migrations"],
  },
  // The SQL files that its steps in code load: each goes out as the code sends it, most often as one text.
  {
    name: "kysely",
    shapes: ["pairs", "timestamps", "numbered"],
    wraps: "all",
    sends: "text",
    duplicates: "fine",
    trackingTables: ["kysely_migration", "kysely_migration_lock"],
  },
  {
    name: "pop",
    shapes: ["pairs"],
    wraps: "each",
    sends: "text",
    // Of popx alone, which `withVersion` tells by such names.
    optedOut: (source) => popxName.test(source.file),
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
    optedOut: marker(/\brunInTransaction:false\b/i),
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

/** Prisma sends statement by statement from 7.4.0 on and the whole file before; unknown without a version. */
export function prismaSends(version: string | undefined): SendUnit {
  const match = /(\d+)(?:\.(\d+))?/.exec(version ?? "");
  if (match === null) return "unknown";
  const major = Number(match[1]);
  const minor = Number(match[2] ?? "0");
  return major > 7 || (major === 7 && minor >= 4) ? "statement" : "text";
}
