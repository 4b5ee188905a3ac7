/** Statements that recipes write and that ways back send: what they are, and what they are about. */
import type { QualifiedName } from "../model/names.ts";
import type { Policy } from "../schema/model.ts";

/** In the quotes of either database, or plain. */
export const part = String.raw`(?:"(?:[^"]|"")+"|\x60[^\x60]+\x60|[\w$]+)`;
export const name = `(${part})`;
export const dotted = String.raw`(${part}(?:\.${part})?)`;

export const form = (text: string): RegExp =>
  new RegExp(
    `^${text
      .replaceAll("<name>", name)
      .replaceAll("<path>", dotted)
      .replaceAll(" ", String.raw`\s+`)}`,
    "i",
  );

export const plain = (written: string): string =>
  written.startsWith('"')
    ? written.slice(1, -1).replaceAll('""', '"')
    : written.startsWith("`")
      ? written.slice(1, -1)
      : written.toLowerCase();

export const isSame = (one: string | undefined, other: string | undefined): boolean =>
  one !== undefined && other !== undefined && plain(one) === plain(other);

export const withoutEnd = (sql: string): string =>
  sql
    .trim()
    .replace(/(?: -- [^\n]*)$/, "")
    .replace(/;$/, "");

export const createIndex = form(
  "CREATE (?:UNIQUE )?INDEX (CONCURRENTLY )?(?:IF NOT EXISTS )?(?!CONCURRENTLY )<name> ON (?:ONLY )?<path>",
);

export const dropIndex = form("DROP INDEX (?:CONCURRENTLY )?(?:IF EXISTS )?<path>$");
export const alterTable = form("ALTER TABLE (?:IF EXISTS )?(?:ONLY )?<path> (?=\\S)");
export const alterIndex = form("ALTER INDEX <path> RENAME TO <name>$");
export const renameTable = form("RENAME TO <name>$");
export const renameOne = form("RENAME TABLE <path> TO <path>$");
const renameTables = form("RENAME TABLE (?=\\S)");
const renamePair = form("<path> TO <path>$");
export const renamePart = form("RENAME (CONSTRAINT |COLUMN |INDEX |)<name> TO <name>$");
export const createTable = form("CREATE TABLE (?:IF NOT EXISTS )?<path>");
export const createType = form("CREATE TYPE <path>");
export const dropType = form("DROP TYPE (?:IF EXISTS )?<path>$");
export const dropTable = form("DROP TABLE (?:IF EXISTS )?<path>$");
const last = new RegExp(`${part}$`);
export const lastOf = (path: string): string => last.exec(path)?.[0] ?? path;
export const addsColumn = form("ALTER TABLE \\S+ ADD (?:COLUMN )?(?!CONSTRAINT )[^]");
export const setsNotNull = form("ALTER TABLE \\S+ ALTER (?:COLUMN )?<name> SET NOT NULL$");
export const setsOne = form("UPDATE (?:ONLY )?<path> SET <name> = ");

export const added = form(
  "ADD (?:CONSTRAINT <name>|(?:COLUMN )?(?!(?:IF|COLUMN|CONSTRAINT|PRIMARY|UNIQUE|FOREIGN|CHECK|EXCLUDE|(?:INDEX|KEY|FULLTEXT|SPATIAL) \\x60) )<name>) ",
);

export const constraintGone = form("DROP (?:CONSTRAINT|FOREIGN KEY) (?:IF EXISTS )?<name>");
const dropsOne =
  "DROP (?:COLUMN |(?!(?:COLUMN|CONSTRAINT|PRIMARY|FOREIGN|INDEX|KEY|CHECK|PARTITION) ))(?:IF EXISTS )?<name>";
export const onlyDropsColumn = form(`${dropsOne}(?: CASCADE)?$`);
export const columnGone = form(dropsOne);

export const altersColumn = form(
  "ALTER (?:COLUMN )?<name> (SET NOT NULL|DROP NOT NULL|DROP DEFAULT|SET DEFAULT|(?:SET DATA )?TYPE)(?!\\w)",
);

export const keyOf = (table: string, own: string): string => `${plain(lastOf(table))}.${plain(own)}`;

/** The tables, columns, constraints, indexes and types that a statement makes, changes, renames or drops. */
export function touchedBy(statement: string): readonly string[] {
  const sql = withoutEnd(statement);
  const index = createIndex.exec(sql)?.[2] ?? dropIndex.exec(sql)?.[1];
  if (index !== undefined) return [`index ${plain(lastOf(index))}`];
  const whole = createTable.exec(sql)?.[1] ?? dropTable.exec(sql)?.[1];
  if (whole !== undefined) return [`table ${plain(lastOf(whole))}`];
  const type = createType.exec(sql)?.[1] ?? dropType.exec(sql)?.[1];
  if (type !== undefined) return [`type ${plain(lastOf(type))}`];
  const both = alterIndex.exec(sql)?.slice(1) ?? [];
  if (both.length > 0) return both.map((one) => `index ${plain(lastOf(one))}`);
  const tables = pairsOf(sql).flat();
  if (tables.length > 0) return tables.map((one) => `table ${plain(lastOf(one))}`);
  const head = alterTable.exec(sql);
  const table = head?.[1] ?? "";
  const renamed = head === null ? [] : renamedBy(table, sql.slice(head[0].length));
  if (renamed.length > 0) return renamed;
  return (head === null ? [] : clausesOf(sql.slice(head[0].length))).flatMap((clause) => {
    const [, made, column] = added.exec(clause) ?? [];
    const constraint = made ?? constraintGone.exec(clause)?.[1];
    if (constraint !== undefined) return [`constraint ${keyOf(table, constraint)}`];
    const own = column ?? columnGone.exec(clause)?.[1] ?? altersColumn.exec(clause)?.[1];
    return own === undefined ? [] : [`column ${keyOf(table, own)}`];
  });
}

/** The old and the new names of a RENAME TABLE, which may swap several. */
function pairsOf(sql: string): readonly (readonly string[])[] {
  const head = renameTables.exec(sql)?.[0];
  if (head === undefined) return [];
  return clausesOf(sql.slice(head.length)).map((clause) => renamePair.exec(clause)?.slice(1) ?? []);
}

/** It gives several tables other names at once. */
export const swapsTables = (statement: string): boolean => pairsOf(withoutEnd(statement)).length > 1;

/** What gives a part of a table its name back. */
export function renamedBack(statement: string): readonly string[] | undefined {
  const sql = withoutEnd(statement);
  const head = alterTable.exec(sql)?.[0];
  const [, what = "", from, to] = renamePart.exec(head === undefined ? "" : sql.slice(head.length)) ?? [];
  if (head === undefined || from === undefined || to === undefined) return undefined;
  return [`${head}RENAME ${what === "" ? "COLUMN " : what}${to} TO ${from};`];
}

/** What a column is called before the renames of the same advice. */
export const nameBefore = (table: string, column: string, done: readonly string[]): string =>
  columnsRenamed(plain(lastOf(table)), done).reduceRight(
    (own, [from, to]) => (isSame(to, own) ? from : own),
    column,
  );

/** By the statements, in their order. `table`: without quotes. */
export function columnsRenamed(
  table: string,
  done: readonly string[],
): readonly (readonly [from: string, to: string])[] {
  return done.flatMap((sql) => {
    const head = alterTable.exec(sql);
    const [, what = "", from, to] = renamePart.exec(sql.slice(head?.[0].length ?? 0)) ?? [];
    if (from === undefined || to === undefined || /^(?:CONSTRAINT|INDEX)/i.test(what)) return [];
    return plain(lastOf(head?.[1] ?? "")) === table ? [[from, to] as const] : [];
  });
}

/** Both names. */
export function renamedBy(table: string, rest: string): readonly string[] {
  const [, to] = renameTable.exec(rest) ?? [];
  if (to !== undefined) return [table, to].map((one) => `table ${plain(lastOf(one))}`);
  const [, what = "", ...names] = renamePart.exec(rest) ?? [];
  if (/^index/i.test(what)) return names.map((one) => `index ${plain(one)}`);
  const kind = /^constraint/i.test(what) ? "constraint" : "column";
  return names.map((one) => `${kind} ${keyOf(table, one)}`);
}

export function qualified(path: string): QualifiedName {
  const own = lastOf(path);
  const schema = path.slice(0, -own.length - 1);
  return {
    text: path,
    name: plain(own),
    schema: schema === "" ? undefined : plain(schema),
    span: { start: 0, end: path.length },
  };
}

/** The clauses of an ALTER TABLE: commas in parentheses and quotes separate nothing. */
export function clausesOf(text: string): readonly string[] {
  const clauses: string[] = [];
  let depth = 0;
  let start = 0;
  let quote: string | undefined;
  for (let at = 0; at < text.length; at++) {
    const letter = text.charAt(at);
    if (quote !== undefined) {
      if (letter === quote) quote = undefined;
    } else if (letter === "'" || letter === '"' || letter === "`") quote = letter;
    else if (letter === "(" || letter === "[") depth++;
    else if (letter === ")" || letter === "]") depth--;
    else if (letter === "," && depth === 0) {
      clauses.push(text.slice(start, at).trim());
      start = at + 1;
    }
  }
  return [...clauses, text.slice(start).trim()];
}

/** Without a default that is set and dropped right behind that. */
export const withoutPairs = (statements: readonly string[]): readonly string[] => {
  const isPair = (at: number): boolean => {
    const [set = "", drop] = statements.slice(at, at + 2);
    return set.replace(/ SET DEFAULT [^]*$/, " DROP DEFAULT;") === drop && set !== drop;
  };
  return statements.filter((_, at) => !isPair(at) && !(at > 0 && isPair(at - 1)));
};

/** CREATE POLICY; the name and the table as they are written. */
export const policyText = (
  name: string,
  table: string,
  { permissive, command, roles, using, withCheck }: Omit<Policy, "name" | "origin">,
): string =>
  [
    `CREATE POLICY ${name} ON ${table}`,
    ...(permissive ? [] : ["AS RESTRICTIVE"]),
    ...(command === "all" ? [] : [`FOR ${command.toUpperCase()}`]),
    ...(roles.length === 0 ? [] : [`TO ${roles.join(", ")}`]),
    ...(using === undefined ? [] : [`USING (${using.text})`]),
    ...(withCheck === undefined ? [] : [`WITH CHECK (${withCheck.text})`]),
  ].join(" ");
