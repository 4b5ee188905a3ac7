/** What a migration tool writes down of a migration that it has applied, and how to read it again. */
import { isCodeOnly, type DialectName, type PerSqlFamily, type SqlFamily } from "../model/dialect.ts";
import type { Migration, Script } from "./migration.ts";
import { baseName } from "./files/paths.ts";

/** What a row says: the last one of a migration counts. `baseline`: all before it are taken for applied as well. */
export const rowStates = ["applied", "failed", "undone", "baseline"] as const;
export type RowState = (typeof rowStates)[number];

/** SQL: one text for all, or one for each family. */
type Sql = string | PerSqlFamily<string>;

export interface Tracking {
  /** The table, as SQL writes it. */
  readonly table: Sql;
  /** The expression that identifies a migration. */
  readonly key: Sql;
  /** Its value for a migration; undefined: it gets no row. */
  readonly keyOf: (migration: Migration) => string | undefined;
  /** The rows that count. */
  readonly where?: Sql;
  /** Expression for one of `rowStates`. Default: each row is of an applied one. */
  readonly state?: Sql;
  /** By which the rows are sorted: as they were written. */
  readonly order?: Sql;
  /** It holds the newest migration alone: those before it are applied. */
  readonly newestOnly?: true;
  /** The same, where migrations say what they follow: their keys. */
  readonly follows?: (migration: Migration) => readonly string[];
  readonly checksum?: {
    readonly column: Sql;
    /** Undefined: it can't be told from the file. */
    readonly of: (migration: Migration) => string | undefined;
  };
}

const inFamily = (sql: Sql, family: SqlFamily): string => (typeof sql === "string" ? sql : sql[family]);

const families: Readonly<Record<DialectName, SqlFamily>> = {
  postgres: "postgres",
  mysql: "mysql",
  mariadb: "mysql",
  // None of its tools is asked by SQL.
  mongodb: "mysql",
};

/** What a value of any type is cast to. */
const textTypes: PerSqlFamily<string> = { postgres: "text", mysql: "char" };

/** The table as the database's SQL writes it. */
export const trackingTable = ({ table }: Tracking, dialect: DialectName): string =>
  inFamily(table, families[dialect]);

/** The query whose rows are `migration`, `state` and `checksum`. */
export function trackingQuery(tracking: Tracking, dialect: DialectName): string {
  if (isCodeOnly[dialect]) return shellQuery(tracking, dialect);
  const family = families[dialect];
  const { key, where, state, order, checksum } = tracking;
  const columns = [
    `${inFamily(key, family)} AS migration`,
    `${state === undefined ? "'applied'" : inFamily(state, family)} AS state`,
    `${checksum === undefined ? "NULL" : inFamily(checksum.column, family)} AS checksum`,
  ];
  return [
    `SELECT ${columns.join(", ")} FROM ${trackingTable(tracking, dialect)}`,
    ...(where === undefined ? [] : [` WHERE ${inFamily(where, family)}`]),
    ...(order === undefined ? [] : [` ORDER BY ${inFamily(order, family)}`]),
  ].join("");
}

/** For mongosh, which prints each row in a line. */
function shellQuery(tracking: Tracking, dialect: DialectName): string {
  const { key, order, checksum } = tracking;
  const field = (sql: Sql): string => `one.${inFamily(sql, families[dialect])}`;
  const cells = [field(key), '"applied"', checksum === undefined ? '""' : `${field(checksum.column)} ?? ""`];
  const sort = order === undefined ? "" : `.sort({ ${inFamily(order, families[dialect])}: 1 })`;
  const collection = `db.getCollection(${JSON.stringify(trackingTable(tracking, dialect))})`;
  return `${collection}.find()${sort}.forEach((one) => print([${cells.join(", ")}].join("\\t")))`;
}

/** The query whose rows are those of the migrations among these. */
export function takenQuery(
  tracking: Tracking,
  dialect: DialectName,
  migrations: readonly Migration[],
): string | undefined {
  const keys = migrations.flatMap((migration) => tracking.keyOf(migration) ?? []);
  if (keys.length === 0 || tracking.newestOnly === true) return undefined;
  const key = inFamily(tracking.key, families[dialect]);
  const asText = `CAST(${key} AS ${textTypes[families[dialect]]})`;
  const list = keys.map((one) => `'${one.replaceAll("'", "''")}'`).join(", ");
  const where = tracking.where === undefined ? "" : ` AND (${inFamily(tracking.where, families[dialect])})`;
  const state = tracking.state === undefined ? "'applied'" : inFamily(tracking.state, families[dialect]);
  return `SELECT ${key} AS taken FROM ${trackingTable(tracking, dialect)} WHERE ${asText} IN (${list})${where} AND ${state} <> 'undone'`;
}

/** The file as it is. */
export const fileText = ({ up }: { readonly up: Script }): string => up.code?.source ?? up.written ?? up.text;

export const hashOf =
  (algorithm: "md5" | "sha1" | "sha256" | "sha384") =>
  (migration: Migration): string =>
    process.getBuiltinModule("node:crypto").createHash(algorithm).update(fileText(migration)).digest("hex");

/** A number without zeros in front. */
export const number = ({ version }: Migration): string | undefined =>
  version === undefined ? undefined : version.replace(/^0+(?=\d)/, "");

export const version = (migration: Migration): string | undefined => migration.version;

/** The name of its file; of a migration in a folder of its own: of that. */
export const fileName = ({ up }: Migration): string => baseName(up.path);

/** The same without its ending. */
export const stem = (migration: Migration): string => fileName(migration).replace(/\.\w+$/, "");
