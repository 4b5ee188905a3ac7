/** A few rows in tables of MySQL and MariaDB, so that what is lost, and what can't be backfilled, can be seen. */
import type { Connection, Row } from "../connection.ts";
import type { Seeding } from "../lab.ts";
import { markTable } from "../own-database.ts";

const quoted = (name: string): string => `\`${name.replaceAll("`", "``")}\``;

/** Puts rows into the tables; without foreign keys, whose columns hold numbers of rows. Returns what refuses plain ones. */
export async function seed(session: Connection, seeding: Seeding): Promise<ReadonlyMap<string, string>> {
  const refused = new Map<string, string>();
  if (seeding === "none") return refused;
  const columns = await session.query(
    `SELECT c.TABLE_NAME AS t, c.COLUMN_NAME AS name, c.DATA_TYPE AS type, c.COLUMN_TYPE AS whole, c.IS_NULLABLE AS nullable,
       c.CHARACTER_MAXIMUM_LENGTH AS length, c.NUMERIC_PRECISION AS digits, c.NUMERIC_SCALE AS scale, c.EXTRA AS extra,
       EXISTS (SELECT 1 FROM information_schema.STATISTICS s WHERE s.TABLE_SCHEMA = c.TABLE_SCHEMA AND s.TABLE_NAME = c.TABLE_NAME
         AND s.COLUMN_NAME = c.COLUMN_NAME AND s.NON_UNIQUE = 0) AS key_part,
       EXISTS (SELECT 1 FROM information_schema.KEY_COLUMN_USAGE k WHERE k.TABLE_SCHEMA = c.TABLE_SCHEMA AND k.TABLE_NAME = c.TABLE_NAME
         AND k.COLUMN_NAME = c.COLUMN_NAME AND k.REFERENCED_TABLE_NAME IS NOT NULL) AS refers
     FROM information_schema.COLUMNS c JOIN information_schema.TABLES t ON t.TABLE_SCHEMA = c.TABLE_SCHEMA AND t.TABLE_NAME = c.TABLE_NAME
     WHERE c.TABLE_SCHEMA = DATABASE() AND t.TABLE_TYPE = 'BASE TABLE' AND c.TABLE_NAME <> '${markTable}' ORDER BY c.TABLE_NAME, c.ORDINAL_POSITION`,
  );
  const tables = new Map<string, Row[]>();
  for (const column of columns) {
    if (
      /generated|virtual|stored|persistent/i.test(column["extra"] ?? "") &&
      !/default_generated/i.test(column["extra"] ?? "")
    )
      continue;
    const name = column["t"] ?? "";
    tables.set(name, [...(tables.get(name) ?? []), column]);
  }
  await session.exec("SET @ddlint_keys = @@SESSION.foreign_key_checks, SESSION foreign_key_checks = 0");
  for (const [name, own] of tables) {
    const there = await session.query(`SELECT 1 FROM ${quoted(name)} LIMIT 1`);
    if (there.length > 0 && seeding !== "later") continue;
    for (const { row, of } of shapes[seeding]) {
      const names = own.map((column) => quoted(column["name"] ?? "")).join(", ");
      const values = own.map((column) => valueIn(column, row, of)).join(", ");
      const { error } = await session.send(`INSERT INTO ${quoted(name)} (${names}) VALUES (${values})`);
      if (error !== undefined && of === "plain") refused.set(name, error.message);
    }
  }
  await session.exec("SET SESSION foreign_key_checks = @ddlint_keys");
  return refused;
}

type Kind = "plain" | "nulls" | "duplicate" | "wide";

const plain: readonly { readonly row: number; readonly of: Kind }[] = [
  { row: 1, of: "plain" },
  { row: 2, of: "plain" },
];

const shapes: Readonly<Record<Exclude<Seeding, "none">, typeof plain>> = {
  plain,
  adverse: [...plain, { row: 3, of: "nulls" }, { row: 4, of: "duplicate" }, { row: 5, of: "wide" }],
  later: [
    { row: 6, of: "nulls" },
    { row: 7, of: "wide" },
  ],
};

const most: Readonly<Record<string, number>> = {
  tinyint: 110,
  smallint: 32_760,
  mediumint: 8_388_600,
  int: 2_147_483_640,
};

/** A literal that the column takes. Plain texts are numbers, so that they can be cast. */
function valueIn(column: Row, row: number, of: Kind): string {
  const { type, whole, nullable, length, digits, scale } = column;
  const isUnique = column["key_part"] === "1";
  if (of === "nulls" && nullable === "YES") return "NULL";
  const number = of === "duplicate" && !isUnique ? 1 : row;
  // Numbers of rows, which the keys that are referred to have as well.
  if (column["refers"] === "1" || isUnique)
    return /char|text|binary|blob/.test(type ?? "") ? `'${number}'` : String(number);
  const wide = of === "wide";
  const chars = Math.min(Number(length ?? 255), 300);
  if (type === "enum" || type === "set") return /'(?:[^']|'')*'/.exec(whole ?? "")?.[0] ?? "''";
  if (type === "json") return wide ? `'[${number}, null]'` : `'{"a": ${number}}'`;
  if (type === "date" || type === "datetime" || type === "timestamp") return `'2020-01-0${number} 01:02:03'`;
  if (type === "time") return `'0${number}:02:03'`;
  if (type === "year") return String(2000 + number);
  if (type === "decimal") return Number(digits) - Number(scale) >= 3 ? String(900 + number) : "0";
  if (type === "bit") return String(number % 2);
  if (type !== null && type !== undefined && most[type] !== undefined)
    return wide ? String(most[type] + number) : String(type === "tinyint" ? number % 2 : 900 + number);
  if (/char|text|binary|blob/.test(type ?? ""))
    return `'${(wide ? `Ab${number}${"x".repeat(300)}` : `90${number}`).slice(wide ? 0 : -chars, wide ? chars : undefined)}'`;
  return /int|float|double/.test(type ?? "")
    ? String(900 + number)
    : nullable === "YES"
      ? "NULL"
      : `'${number}'`;
}
