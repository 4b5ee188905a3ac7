/** What only MariaDB reads, of the servers that MySQL's clients reach. */

/** What MySQL refuses as a syntax error. */
const mariaDbWords: readonly { readonly name: string; readonly pattern: RegExp }[] = [
  {
    name: "IF [NOT] EXISTS of columns",
    pattern: /\b(?:ADD|DROP|MODIFY|CHANGE)\s{1,9}(?:COLUMN\s{1,9})?IF\s{1,9}(?:NOT\s{1,9})?EXISTS\b/gi,
  },
  {
    name: "IF [NOT] EXISTS of indexes",
    pattern: /\b(?:CREATE|DROP)\s{1,9}(?:UNIQUE\s{1,9})?INDEX\s{1,9}IF\s{1,9}(?:NOT\s{1,9})?EXISTS\b/gi,
  },
  {
    name: "IF [NOT] EXISTS of keys",
    pattern:
      /\b(?:ADD|DROP)\s{1,9}(?:FOREIGN\s{1,9}KEY|CONSTRAINT|(?:UNIQUE\s{1,9})?(?:INDEX|KEY))\s{1,9}IF\s{1,9}(?:NOT\s{1,9})?EXISTS\b/gi,
  },
  {
    name: "CREATE OR REPLACE TABLE and INDEX",
    pattern: /\bCREATE\s{1,9}OR\s{1,9}REPLACE\s{1,9}(?:UNIQUE\s{1,9})?(?:TABLE|INDEX)\b/gi,
  },
  { name: "ALTER TABLE IF EXISTS", pattern: /\bALTER\s{1,9}TABLE\s{1,9}IF\s{1,9}EXISTS\b/gi },
  { name: "IGNORED", pattern: /\bALTER\s{1,9}INDEX\s{1,9}\S{1,70}\s{1,9}(?:NOT\s{1,9})?IGNORED\b/gi },
  { name: "SYSTEM VERSIONING", pattern: /\bSYSTEM\s{1,9}VERSIONING\b/gi },
  {
    name: "functions as DEFAULT without parentheses",
    pattern:
      /\bDEFAULT\s{1,9}(?:UUID|UUID_SHORT|SYS_GUID|RAND|CURDATE|CURTIME|UTC_(?:DATE|TIME|TIMESTAMP)|UNIX_TIMESTAMP|JSON_(?:OBJECT|ARRAY)|CONCAT)\s{0,9}\(/gi,
  },
  { name: "sequences", pattern: /\bCREATE\s{1,9}SEQUENCE\b/gi },
];

/**
 * Not only behind `--` or `#`, or on a line of a comment that begins with `*`: people write there what they can't use. Nor
 * behind DECLARE, which takes any expression.
 */
function standsInCode(text: string, pattern: RegExp): boolean {
  for (const { index } of text.matchAll(pattern)) {
    const line = text.slice(text.lastIndexOf("\n", index) + 1, index);
    if (!/--|#|\/\*|^\s*\*|\bDECLARE\b/i.test(line)) return true;
  }
  return false;
}

/** What a text says that MySQL refuses. */
export const mariaDbWordIn = (text: string): string | undefined =>
  mariaDbWords.find(({ pattern }) => standsInCode(text, pattern))?.name;
