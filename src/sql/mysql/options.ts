/** What the front end has to know of the server; all of it is optional but the dialect. */
export interface MysqlOptions {
  readonly dialect: "mysql" | "mariadb";
  /** As in comments for versions: 80036, 101106. Undefined: they are read whatever version they ask for. */
  readonly version?: number | undefined;
  /** sql_mode has ANSI_QUOTES: `"…"` is a name. */
  readonly ansiQuotes?: boolean | undefined;
  /** sql_mode has NO_BACKSLASH_ESCAPES. */
  readonly noBackslashEscapes?: boolean | undefined;
  /** `lower_case_table_names`: names of tables and databases are folded with 1 and 2; default 0. */
  readonly lowerCaseTableNames?: 0 | 1 | 2 | undefined;
}
