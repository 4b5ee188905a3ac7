/** What a project of Rails calls its servers: adapters in `config/database.yml`, and gems of their drivers. */
import type { Database } from "./dialect.ts";

export interface RailsServer {
  readonly database: Database;
  /** As `connection.adapter_name` says it, but for MySQL. */
  readonly title: string;
  /** Undefined: a server that isn't linted. */
  readonly isMysql: boolean | undefined;
  /** The adapter, or the gem. */
  readonly word: RegExp;
}

export const railsServers: readonly RailsServer[] = [
  // `pg` is the gem's name, which Rails refuses as an adapter: the database that is meant is plain.
  { database: "postgres", title: "PostgreSQL", isMysql: false, word: /^(?:postgres(?:ql)?|postgis|pg$)/ },
  { database: "mysql", title: "MySQL", isMysql: true, word: /^(?:mysql2?|trilogy)/ },
  { database: "sqlite", title: "SQLite", isMysql: undefined, word: /^sqlite/ },
  { database: "clickhouse", title: "ClickHouse", isMysql: undefined, word: /^clickhouse/ },
  { database: "mssql", title: "SQLServer", isMysql: undefined, word: /^sqlserver/ },
];

/** Gems of drivers, as a Gemfile names them. */
export const driverGem = /^(?:pg|mysql2?|trilogy|sqlite3)$/;
