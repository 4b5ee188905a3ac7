/** The databases whose migrations are read, and what modules below `dialects` may ask of one. */

export const dialectNames = ["postgres", "mysql", "mariadb", "mongodb"] as const;

export type DialectName = (typeof dialectNames)[number];

/** As their manuals call them. */
export const dialectTitles: Readonly<Record<DialectName, string>> = {
  postgres: "PostgreSQL",
  mysql: "MySQL",
  mariadb: "MariaDB",
  mongodb: "MongoDB",
};

/** MariaDB is MySQL's family: it has most of its grammar and its rules for names. MongoDB has no SQL. */
export const dialectFamilies = ["postgres", "mysql", "mongodb"] as const;
export type DialectFamily = (typeof dialectFamilies)[number];

/** One value for PostgreSQL, one for MySQL and MariaDB, one for MongoDB. */
export type PerFamily<T> = Readonly<Record<DialectFamily, T>>;

/** Those with SQL. */
export const sqlDialectNames = ["postgres", "mysql", "mariadb"] as const satisfies readonly DialectName[];
export type SqlFamily = Exclude<DialectFamily, "mongodb">;
export type PerSqlFamily<T> = Readonly<Record<SqlFamily, T>>;

/** Migrations for it are code, and never a text of its own. */
export const isCodeOnly: Readonly<Record<DialectName, boolean>> = {
  postgres: false,
  mysql: false,
  mariadb: false,
  mongodb: true,
};

/** Names without a schema are looked for in one that is called like the role first: `"$user"` in PostgreSQL's search_path. */
const hasSchemaOfRole: Readonly<Record<DialectName, boolean>> = {
  postgres: true,
  mysql: false,
  mariadb: false,
  mongodb: false,
};

/** The same of what may not be read. */
export const looksInSchemaOfRole = (database: Database): boolean =>
  isDialectName(database) && hasSchemaOfRole[database];

/** MySQL, and what goes by its name. */
export type MysqlDialect = "mysql" | "mariadb";

/** What a folder of migrations may be for; only some are read. */
export type Database = DialectName | "sqlite" | "mssql" | "clickhouse" | "other";

/** Is it read? */
export const isDialectName = (database: Database | undefined): database is DialectName =>
  (dialectNames as readonly (Database | undefined)[]).includes(database);

/** A database as plain data: names, and how its servers differ where no module has a part of its own for it. */
export interface DialectModel {
  readonly name: DialectName;
  readonly family: DialectFamily;
  /** One of `dialectTitles`. */
  readonly title: string;
  readonly names: NameRules;
  /** Of the MySQL family: it has MariaDB's words and plans. */
  readonly isMariaDb: boolean;
  /** Where a session's names are looked up until it says otherwise; undefined: in the database that it has chosen. */
  readonly searchPath: readonly string[] | undefined;
  /** Several statements of one message are one transaction. */
  readonly messageIsTransaction: boolean;
  /** Statements take the locks of tables; else changes of a table wait for its metadata lock, and rows are locked. */
  readonly locksTables: boolean;
  /** A view holds what it reads: it follows a rename, and keeps its tables from being dropped. */
  readonly viewsHold: boolean;
  /** A change of the schema can be one transaction with another. */
  readonly transactionalDdl: boolean;
  /** IF [NOT] EXISTS of columns and indexes. */
  readonly existsOfParts: boolean;
  /** A foreign key may refer to a column of another type whose values compare with its own. */
  readonly castsKeys: boolean;
  /** As its own settings are, it takes the first number of `11.25.1991` for the month, and refuses what is none. */
  readonly monthFirst?: true;
  /** Whatever the settings, a text that isn't a value of its column's type is refused, before rows are looked for. */
  readonly refusesText?: true;
  /** Texts that differ in case differ, unless a collation or the type of the column says otherwise. */
  readonly tellsCase?: true;
  /** `||` joins texts, whatever the settings. */
  readonly joinsByPipes?: true;
  /** Statements make types. */
  readonly ownTypes?: true;
  /** What it reads and does nothing about before these releases: CHECK, and REFERENCES behind a column. */
  readonly ignores?: { readonly checks: string; readonly inlineReferences: string } | undefined;
}

/** How names are written and kept. */
export interface NameRules {
  /** An identifier as SQL spells it: bare where it can be, in the database's quotes otherwise. */
  readonly spell: (name: string) => string;
  /** A key word, which has to be quoted everywhere. */
  readonly isReserved: (name: string) => boolean;
  /** As people write a name in a comment, to be compared: without quotes, folded where case doesn't matter. */
  readonly plain: (text: string) => string;
  /** An index's name is its schema's; else it is its table's own. */
  readonly indexesInSchema: boolean;
  /** Columns of every table that no definition lists. */
  readonly systemColumns: ReadonlySet<string>;
  /** The schema that is searched before all others for such a name, if it is one of the server's. */
  readonly catalogOf: (relation: string) => string | undefined;
  /** Relations that the server has without anybody making them. */
  readonly isBuiltIn: (relation: string) => boolean;
  /** What to write for a column type that another database has and this one surely not. */
  readonly ownType: (type: string) => string | undefined;
  /** A table, with its schema, that an extension made for itself. */
  readonly isOfExtension: (table: string) => boolean;
}
