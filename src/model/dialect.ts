/** The databases whose SQL is read. */

export type DialectName = "postgres" | "mysql" | "mariadb";

/** MariaDB is MySQL's family: it has most of its grammar and its rules for names. */
export type DialectFamily = "postgres" | "mysql";

/** MySQL, and what goes by its name. */
export type MysqlDialect = Exclude<DialectName, "postgres">;

/** What a folder of migrations may be for; only some are read. */
export type Database = DialectName | "sqlite" | "mssql" | "clickhouse" | "other";
