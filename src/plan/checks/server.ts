/** The server itself: its version and role, sessions that are in the way, space, replicas. */
import { dialectTitles, type DialectName, type PerFamily } from "../../model/dialect.ts";
import { splitKey } from "../../schema/dependents.ts";
import type { OldTable } from "./batch.ts";
import { literal, most, type Check } from "./check.ts";

interface ServerQueries {
  /** Rows if the server is of another release than the project states, or can't be written to. */
  readonly version: (dialect: DialectName, stated: string | undefined) => string;
  readonly transactions: string;
  readonly replication: string | undefined;
  readonly sizes: (tables: readonly OldTable[]) => string;
}

const text = (value: string): string => literal(value, "\\");

const postgres: ServerQueries = {
  version: (_, stated) => {
    const major = Number.parseInt(stated ?? "", 10);
    const other = Number.isNaN(major)
      ? ""
      : ` OR current_setting('server_version_num')::int / 10000 <> ${major}`;
    return `SELECT current_setting('server_version') AS server, pg_is_in_recovery() AS is_replica WHERE pg_is_in_recovery()${other}`;
  },
  transactions:
    "SELECT pid, usename::text AS role, state, date_trunc('second', now() - xact_start)::text AS open_for, left(query, 60) AS query\nFROM pg_stat_activity" +
    "\nWHERE xact_start < now() - interval '1 minute' AND pid <> pg_backend_pid() AND (datname = current_database() OR datname IS NULL) " +
    "AND (backend_type <> 'autovacuum worker' OR query LIKE '%to prevent wraparound%')" +
    `\nUNION ALL SELECT NULL, owner::text, 'prepared', date_trunc('second', now() - prepared)::text, left(gid, 60)\nFROM pg_prepared_xacts WHERE database = current_database() LIMIT ${most}`,
  replication:
    "SELECT application_name AS standby, date_trunc('second', replay_lag)::text AS behind\nFROM pg_stat_replication WHERE replay_lag > interval '10 seconds'" +
    "\nUNION ALL SELECT slot_name::text, 'its slot has no reader and keeps the log'\nFROM pg_replication_slots WHERE NOT active",
  sizes: (tables) =>
    `SELECT name AS relation, pg_size_pretty(pg_total_relation_size(to_regclass(name))) AS with_indexes\nFROM (VALUES ${tables.map(({ name }) => `(${text(name)})`).join(", ")}) AS rewritten (name)`,
};

const mysql: ServerQueries = {
  version: (dialect, stated) => {
    const release = /^\d+(?:\.\d+)?/.exec(stated ?? "")?.[0];
    const isOther = release === undefined ? "" : ` OR VERSION() NOT LIKE '${release}.%'`;
    const not = dialectTitles[dialect] === "MariaDB" ? "NOT " : "";
    return `SELECT VERSION() AS server, @@read_only AS is_read_only\nFROM DUAL WHERE @@read_only <> 0 OR VERSION() ${not}LIKE '%MariaDB%'${isOther}`;
  },
  transactions:
    "SELECT trx_mysql_thread_id AS thread, trx_state AS state, TIMESTAMPDIFF(SECOND, trx_started, NOW()) AS open_for, LEFT(trx_query, 60) AS query\nFROM information_schema.INNODB_TRX" +
    `\nWHERE trx_started < NOW() - INTERVAL 1 MINUTE AND trx_mysql_thread_id <> CONNECTION_ID() LIMIT ${most}`,
  // A primary doesn't know it.
  replication: undefined,
  sizes: (tables) => {
    const named = tables.map(({ key, relation }) => {
      const [schema, name] = splitKey(key);
      const at = schema === "public" ? "DATABASE()" : literal(schema, "\\\\");
      return `(TABLE_SCHEMA = ${at} AND TABLE_NAME = ${literal(relation?.name ?? name, "\\\\")})`;
    });
    return `SELECT TABLE_NAME AS relation, CONCAT(ROUND((DATA_LENGTH + INDEX_LENGTH) / 1048576), ' MB') AS with_indexes\nFROM information_schema.TABLES WHERE ${named.join(" OR ")}`;
  },
};

const families: PerFamily<ServerQueries> = {
  postgres,
  mysql,
  // Refused before: it has no SQL.
  mongodb: mysql,
};

export interface ServerFacts {
  readonly dialect: DialectName;
  readonly family: keyof typeof families;
  /** As the project states it. */
  readonly version: string | undefined;
  /** Those that are written anew, or get an index. */
  readonly rewritten: readonly OldTable[];
}

export function serverChecks({ dialect, family, version, rewritten }: ServerFacts): readonly Check[] {
  const queries = families[family];
  const title = dialectTitles[dialect];
  return [
    {
      kind: "server",
      level: "fails",
      wrong: `the server can't be written to, or isn't ${title}${version === undefined ? "" : ` ${version}`}`,
      sql: queries.version(dialect, version),
    },
    {
      kind: "long transaction",
      level: "waits",
      wrong: "a transaction is open for more than a minute: locks wait for it",
      sql: queries.transactions,
    },
    ...(queries.replication === undefined
      ? []
      : [
          {
            kind: "replication",
            level: "waits",
            wrong: "a replica is behind, or keeps the log of a rewrite",
            sql: queries.replication,
          } as const,
        ]),
    ...(rewritten.length === 0
      ? []
      : [
          {
            kind: "space",
            level: "figure",
            wrong: "what is written anew needs this free space at most",
            sql: queries.sizes(rewritten),
          } as const,
        ]),
  ];
}
