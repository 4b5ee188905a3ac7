/** A few rows in tables of any shape on MariaDB and MySQL, so that what is lost can be seen: seeds.ts. */
import { readBy, type Session } from "../../tests/mariadb/session.ts";
import { keyOf, withReferred } from "./seeds.ts";

interface Column {
  readonly name: string;
  readonly type: string;
  /** `varchar(20)`, `enum('a','b')`. */
  readonly written: string;
  readonly required: boolean;
}

/** `shop.orders` → `orders`. */
const bare = (table: string): string => table.replaceAll("`", "").replace(/^.*\./, "");

async function columnsOf(session: Session, table: string): Promise<readonly Column[]> {
  const rows = await readBy(session)(
    "COLUMNS",
    "COLUMN_NAME DATA_TYPE COLUMN_TYPE IS_NULLABLE",
    `TABLE_SCHEMA = DATABASE() AND TABLE_NAME = '${table}' AND COALESCE(GENERATION_EXPRESSION, '') = '' ORDER BY ORDINAL_POSITION`,
  );
  return rows.map(([name = "", type = "", written = "", nullable]) => ({
    name,
    type,
    written,
    required: nullable === "NO",
  }));
}

/** Three rows each; tables that refuse them, or have rows, stay as they are. Returns the given tables that have rows. */
export async function seed(
  session: Session,
  tables: readonly string[],
  left: ReadonlySet<string>,
): Promise<readonly string[]> {
  const referredBy = async (table: string): Promise<readonly string[]> =>
    (
      await readBy(session)(
        "KEY_COLUMN_USAGE",
        "REFERENCED_TABLE_NAME",
        `TABLE_SCHEMA = DATABASE() AND TABLE_NAME = '${table}' AND REFERENCED_TABLE_NAME IS NOT NULL`,
      )
    ).map(([name = ""]) => name);
  const seeded = new Set<string>();
  for (const table of await withReferred(tables.map(bare), referredBy)) {
    const columns = (await columnsOf(session, table)).filter(
      ({ name, required }) => required || !left.has(keyOf(table, name)),
    );
    if (columns.length === 0) continue;
    const names = columns.map(({ name }) => `\`${name}\``).join(", ");
    const values = [1, 2, 3].map((row) => `(${columns.map((column) => value(column, row)).join(", ")})`);
    const text = `INSERT INTO \`${table}\` (${names}) VALUES ${values.join(", ")}`;
    if ((await session.query(text)).error === undefined) seeded.add(table);
  }
  return tables.filter((table) => seeded.has(bare(table)));
}

/** A literal that the column takes; the last row has NULL where it may. */
function value({ type, written, required }: Column, row: number): string {
  if (!required && row === 3) return "NULL";
  if (type === "enum" || type === "set") return /\((.*?')[,)]/.exec(written)?.[1] ?? "NULL";
  if (type === "json") return "'{}'";
  if (type === "year") return `200${row}`;
  if (type === "bit" || /^tinyint\(1\)/.test(written)) return String(row % 2);
  if (type === "time") return `'0${row}:00'`;
  if (/^(?:date|timestamp)/.test(type)) return `'2020-01-0${row}'`;
  if (/int$|^(?:decimal|float|double)/.test(type)) return String(row);
  if (type === "uuid") return `'00000000-0000-0000-0000-00000000000${row}'`;
  if (/char|text|binary|blob/.test(type)) return /\(1\)/.test(written) ? `'${row}'` : `'a${row}'`;
  return required ? `'${row}'` : "NULL";
}

/** The rows of tables as sorted lines, each with its columns by their names, without those that advice keeps as `…_old`. */
export async function rowsOf(session: Session, tables: readonly string[]): Promise<readonly string[]> {
  const lines: string[] = [];
  for (const table of tables) {
    const { lines: found, error } = await session.query(`SELECT * FROM ${table}`);
    const [names = [], ...rows] = found.map((line) => line.split("\t"));
    if (error !== undefined) continue;
    for (const row of rows)
      lines.push(
        `${table} ${names
          .map((name, at) => `${name}=${row[at] ?? ""}`)
          .filter((cell) => !/^\w*_old=/.test(cell))
          .sort()
          .join(" ")}`,
      );
  }
  return lines.sort();
}
