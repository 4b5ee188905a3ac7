/** How each database writes names: the one place that says when a name needs quotes, and which. */
import { typesOfOthers } from "./types-of-others.ts";
import type { NameRules } from "./dialect.ts";
import { mariadbWords, mysqlWords } from "./mysql-words.ts";
import { isReserved, quoteIdentifier } from "./names.ts";

/** What has a name: folded, and in its author's letters where these differ. */
export interface Named {
  readonly name: string;
  readonly written?: string | undefined;
}

/**
 * Where extensions of PostgreSQL keep what is theirs, in schemas that nobody can choose: dumps hold it, and nobody but
 * the extension decides how it looks. Words that a project may well use itself are listed with the tables.
 */
const ofExtensions: readonly RegExp[] = [
  // TimescaleDB
  /^_timescaledb_\w+\./,
  // pg_cron
  /^cron\.(?:job|job_run_details)$/,
  // PostGIS
  /^topology\.(?:topology|layer)$/,
  /^tiger(?:_data)?\./,
  // pg_repack, pgAgent, pglogical, Apache AGE, pgsodium, pgmq
  /^(?:repack|pgagent|pglogical|ag_catalog|pgsodium|pgmq)\./,
  // Every name that begins so is the server's: those that dumps hold are of extensions.
  /^pg_(?!temp)\w*\./,
];

export const postgresNames: NameRules = {
  spell: quoteIdentifier,
  isReserved,
  plain: (text) => text.replaceAll('"', ""),
  indexesInSchema: true,
  // The manual, section 5.6.
  systemColumns: new Set(["tableoid", "xmin", "cmin", "xmax", "cmax", "ctid", "oid"]),
  catalogOf: (relation) => (relation.startsWith("pg_") ? "pg_catalog" : undefined),
  isBuiltIn: () => false,
  ownType: (type) => typesOfOthers.get(type),
  isOfExtension: (table) => ofExtensions.some((pattern) => pattern.test(table)),
};

const ofMysqlFamily = (reserved: ReadonlySet<string>): NameRules => {
  const isReserved = (name: string): boolean => reserved.has(name.toLowerCase());
  return {
    spell(name) {
      // The manual, "Schema Object Names": digits alone are a number, and `1e5` may be one.
      const isPlain = /^[a-z_\u0080-\uffff][\w$\u0080-\uffff]*$/i.test(name) && !isReserved(name);
      return isPlain ? name : `\`${name.replaceAll("`", "``")}\``;
    },
    isReserved,
    plain: (text) => text.replaceAll("`", "").toLowerCase(),
    indexesInSchema: false,
    systemColumns: new Set(),
    catalogOf: () => undefined,
    ownType: () => undefined,
    isOfExtension: () => false,
    // MariaDB's sequence engine: `SELECT seq FROM seq_1_to_10`.
    isBuiltIn: (relation) => /^seq_\d{1,20}_to_\d{1,20}/.test(relation),
  };
};

/** A collection is named by a text: nothing is quoted, folded or reserved. */
export const mongodbNames: NameRules = {
  spell: (name) => name,
  isReserved: () => false,
  plain: (text) => text,
  indexesInSchema: false,
  systemColumns: new Set(["_id"]),
  catalogOf: () => undefined,
  isBuiltIn: (relation) => relation.startsWith("system."),
  ownType: () => undefined,
  isOfExtension: () => false,
};

export const mysqlNames: NameRules = ofMysqlFamily(mysqlWords);
export const mariadbNames: NameRules = ofMysqlFamily(mariadbWords);
