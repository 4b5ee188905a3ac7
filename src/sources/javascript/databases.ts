/** Names of databases in code that chooses between them. */

const ours = /^(?:(postgres(?:ql)?|pg|pgnative|aurorapostgres)|(mysql2?|mariadb|auroramysql))$/;
const others = /^(?:(?:better)?sqlite3?|mssql|sqlserver|oracle(?:db)?|cockroach(?:db)?|redshift|mongodb)$/;

/** The name of a database, as tools call them: is it that of the history? Undefined for other words. */
export function isOurs(
  { isMysql }: { readonly isMysql: boolean },
  name: string | undefined,
): boolean | undefined {
  const word = name?.toLowerCase().replaceAll(/[-_]/g, "") ?? "";
  const [, postgres, mysql] = ours.exec(word) ?? [];
  const known = postgres ?? mysql;
  return known === undefined && !others.test(word) ? undefined : (isMysql ? mysql : postgres) !== undefined;
}
