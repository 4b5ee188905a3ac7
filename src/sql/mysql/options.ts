import type { MysqlDialect, NameRules } from "../../model/dialect.ts";
import { mariadbNames, mysqlNames } from "../../model/name-rules.ts";

/** What the front end has to know of the server; all of it is optional but the dialect. */
export interface MysqlOptions {
  readonly dialect: MysqlDialect;
  /** As in comments for versions: 80036, 101106. Undefined: they are read whatever version they ask for. */
  readonly version?: number | undefined;
  /** sql_mode has ANSI_QUOTES: `"…"` is a name. */
  readonly ansiQuotes?: boolean | undefined;
  /** sql_mode has NO_BACKSLASH_ESCAPES. */
  readonly noBackslashEscapes?: boolean | undefined;
  /** `lower_case_table_names`: names of tables and databases are folded with 1 and 2; default 0. */
  readonly lowerCaseTableNames?: 0 | 1 | 2 | undefined;
}

interface Reading {
  /** Comments for MariaDB alone are read, those for late releases of MySQL aren't; some words are its own. */
  readonly isMariaDb: boolean;
  readonly names: NameRules;
}

/** How the two differ where texts are read. */
export const readings: Readonly<Record<MysqlDialect, Reading>> = {
  mysql: { isMariaDb: false, names: mysqlNames },
  mariadb: { isMariaDb: true, names: mariadbNames },
};
