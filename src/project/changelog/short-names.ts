/** Names of databases as Liquibase has them: it compares `dbms` with these alone, and knows no other word for one. */

/** What people write instead, as measured with 3.10, 4.20 and 5.0: none of these is ever the database that runs. */
const meant: readonly (readonly [words: RegExp, name: string])[] = [
  [/^(?:postgre|postgres|pg|pgsql|psql|postgre[-_]sql|postgres(?:ql)?[-_]?\d[\d.]*)$/, "postgresql"],
  [/^(?:my[-_]sql|mysql[-_]?\d[\d.]*)$/, "mysql"],
  [/^mariadb[-_]?\d[\d.]*$/, "mariadb"],
  [/^(?:(?:ms)?sql[-_]?server|ms[-_]sql|mssql[-_]?\d[\d.]*)$/, "mssql"],
  [/^oracle[-_]?\d\w*$/, "oracle"],
  [/^sqlite3$/, "sqlite"],
  [/^h2(?:db|database)$/, "h2"],
];

/** `postgresql, !H2`: as Liquibase compares them. */
export const namesIn = (dbms: string | undefined): readonly string[] =>
  (dbms ?? "")
    .toLowerCase()
    .split(",")
    .map((name) => name.trim())
    .filter(Boolean);

/** Liquibase's own name for a database that has another one here; undefined: the word may be its own. */
export function nameMeantBy(word: string): string | undefined {
  const plain = word.trim().toLowerCase();
  return meant.find(([words]) => words.test(plain))?.[1];
}
