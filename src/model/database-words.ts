/** What people call databases in the names of folders, files and variables. */
import { dictionary } from "../text/dictionary.ts";
import { isCodeOnly, isDialectName, type Database } from "./dialect.ts";

const dialects: Readonly<Record<string, Database>> = dictionary({
  postgres: "postgres",
  postgresql: "postgres",
  postgre: "postgres",
  postgre_sql: "postgres",
  // An extension of PostgreSQL.
  postgis: "postgres",
  timescale: "postgres",
  timescaledb: "postgres",
  pg: "postgres",
  pgsql: "postgres",
  psql: "postgres",
  pgx: "postgres",
  pgx5: "postgres",
  mysql: "mysql",
  mysql5: "mysql",
  mysql8: "mysql",
  my_sql: "mysql",
  mariadb: "mariadb",
  // MySQL sharded by Vitess: its SQL is MySQL's.
  planetscale: "mysql",
  vitess: "mysql",
  // A platform on MySQL, whose modules bring changelogs.
  openmrs: "mysql",
  mongodb: "mongodb",
  mongo: "mongodb",
  sqlite: "sqlite",
  sqlite3: "sqlite",
  libsql: "sqlite",
  turso: "sqlite",
  d1: "sqlite",
  mssql: "mssql",
  sqlserver: "mssql",
  sql_server: "mssql",
  "sql-server": "mssql",
  ms_sql: "mssql",
  "ms-sql": "mssql",
  mssqlserver: "mssql",
  tsql: "mssql",
  clickhouse: "clickhouse",
  cockroach: "other",
  cockroachdb: "other",
  crdb: "other",
  oracle: "other",
  h2: "other",
  hsqldb: "other",
  db2: "other",
  derby: "other",
  snowflake: "other",
  spanner: "other",
  bigquery: "other",
  cassandra: "other",
  scylla: "other",
  duckdb: "other",
  informix: "other",
  firebird: "other",
  hana: "other",
  redshift: "other",
  dameng: "other",
  kingbase: "other",
  gaussdb: "other",
  opengauss: "other",
  oceanbase: "other",
});

/** The database that a folder, an infix or a variable of a template names: `postgresql` → `postgres`; undefined for other words. */
export function dialectWord(word: string): Database | undefined {
  const plain = word.toLowerCase();
  return Object.hasOwn(dialects, plain) ? dialects[plain] : undefined;
}

/** One that has SQL: what runs SQL can't run on another. */
export const hasSql = (database: Database): boolean => !isDialectName(database) || !isCodeOnly[database];

/** The same for what runs SQL: words for a database without it say nothing. */
export function sqlWord(word: string): Database | undefined {
  const found = dialectWord(word);
  return found !== undefined && hasSql(found) ? found : undefined;
}
