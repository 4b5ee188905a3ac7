/** Comments of SQL. */

const quotedOrComment = /('(?:[^']|'')*'|"(?:[^"]|"")*")|--[^\n]*|\/\*[^]*?\*\//g;

/** With a blank in place of each comment. What looks like one in quotes stays. */
export const withoutSqlComments = (sql: string): string =>
  sql.replaceAll(quotedOrComment, (_, quoted: string | undefined) => quoted ?? " ");
