/** A few rows in tables of any shape, so that what is lost can be seen. */
import type { Client } from "pg";

interface ColumnRow {
  readonly name: string;
  readonly type: string;
  readonly kind: string;
  readonly element: string;
  readonly size: number;
  readonly required: boolean;
  readonly refers: boolean;
  readonly label: string | null;
}

const columnsOf = `
  SELECT quote_ident(a.attname) AS name, format_type(a.atttypid, NULL) AS type, t.typtype::text AS kind, t.typcategory::text AS element,
    a.atttypmod AS size, a.attnotnull AS required,
    EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = a.attrelid AND k.contype = 'f' AND a.attnum = ANY (k.conkey)) AS refers,
    (SELECT enumlabel FROM pg_enum WHERE enumtypid = t.oid ORDER BY enumsortorder LIMIT 1) AS label
  FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid JOIN pg_class c ON c.oid = a.attrelid
  WHERE a.attrelid = to_regclass($1) AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
    AND a.attgenerated = '' AND a.attidentity <> 'a' ORDER BY a.attnum`;

const referredTo = `
  SELECT DISTINCT confrelid::regclass::text AS name FROM pg_constraint
  WHERE contype = 'f' AND conrelid = to_regclass($1) AND confrelid <> conrelid`;

const foreignKeys = `
  SELECT replace(pg_get_constraintdef(oid), ' NOT VALID', '') AS key FROM pg_constraint
  WHERE contype = 'f' AND conrelid = to_regclass($1)`;

/** The tables, and before each those that it refers to: a row has the same numbers in all. */
export async function withReferred(
  tables: readonly string[],
  referredBy: (table: string) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const all = new Set<string>();
  const visit = async (table: string, above: readonly string[]): Promise<void> => {
    if (all.has(table) || above.length > 8) return;
    for (const name of await referredBy(table))
      if (!above.includes(name) && name !== table) await visit(name, [...above, table]);
    all.add(table);
  };
  for (const table of tables) await visit(table, []);
  return [...all];
}

/** Of a column, by the names of its table and of its own. */
export const keyOf = (table: string, column: string): string => `${table.replace(/^.*\./, "")}.${column}`;

/**
 * Three rows each; tables that refuse them, or have rows, stay as they are. Returns the given tables that have rows.
 *
 * @param left columns that get no value where they needn't have one
 */
export async function seed(
  client: Pick<Client, "query">,
  tables: readonly string[],
  left: ReadonlySet<string> = new Set(),
): Promise<string[]> {
  const seeded: string[] = [];
  const referredBy = async (table: string): Promise<readonly string[]> =>
    (await client.query(referredTo, [table])).rows.map(({ name }) => String(name));
  for (const table of await withReferred(tables, referredBy)) {
    const { rows } = await client.query(columnsOf, [table]);
    const columns = (rows as unknown as readonly ColumnRow[]).filter(
      ({ name, required }) => required || !left.has(keyOf(table, name)),
    );
    if (columns.length === 0) continue;
    const values = [1, 2, 3].map((row) => `(${columns.map((column) => value(column, row)).join(", ")})`);
    const names = columns.map(({ name }) => name).join(", ");
    try {
      await client.query("BEGIN");
      // Neither triggers nor foreign keys.
      await client.query("SET LOCAL session_replication_role = replica");
      await client.query(`INSERT INTO ${table} (${names}) VALUES ${values.join(", ")}`);
      await checkKeys(client, table);
      await client.query("COMMIT");
      if (tables.includes(table)) seeded.push(table);
    } catch {
      await client.query("ROLLBACK");
    }
  }
  return seeded;
}

/** Fails where a row refers to none: what it refers to may refuse rows. */
async function checkKeys(client: Pick<Client, "query">, table: string): Promise<void> {
  const { rows } = await client.query(foreignKeys, [table]);
  await client.query("SAVEPOINT keys");
  for (const { key } of rows) await client.query(`ALTER TABLE ${table} ADD ${String(key)}`);
  await client.query("ROLLBACK TO keys");
}

/** A literal that the column takes; the last row has NULL where it may. */
function value({ type, kind, element, size, required, refers, label }: ColumnRow, row: number): string {
  if (!required && (refers || row === 3)) return "NULL";
  if (label !== null) return `'${label.replaceAll("'", "''")}'`;
  if (element === "A") return "'{}'";
  switch (type) {
    case "uuid":
      return `'00000000-0000-0000-0000-00000000000${row}'`;
    case "json":
    case "jsonb":
      return "'{}'";
    case "boolean":
      return row === 1 ? "true" : "false";
    case "bytea":
      return `'\\x0${row}'`;
    case "interval":
      return `'${row} days'`;
    case "inet":
    case "cidr":
      return `'10.0.0.${row}'`;
    default:
  }
  if (element === "N") return String(row);
  if (element === "D") return type.startsWith("time ") ? `'0${row}:00'` : `'2020-01-0${row} 00:00'`;
  if (element === "S" && kind !== "d") return size === 5 ? `'${row}'` : `'a${row}'`;
  return required ? `'${row}'` : "NULL";
}

/** Without the columns that advice keeps under another name. */
const rowText = (json: string): string =>
  JSON.stringify(
    Object.entries(JSON.parse(json) as Readonly<Record<string, unknown>>)
      .filter(([name]) => !name.endsWith("_old"))
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );

/** The rows of tables as sorted lines, each with its columns by their names. */
export async function rowsOf(
  client: Pick<Client, "query">,
  tables: readonly string[],
): Promise<readonly string[]> {
  const lines: string[] = [];
  for (const table of tables) {
    // A rename of a sequence is written as one of a table.
    const { rows: found } = await client.query(
      "SELECT FROM pg_class WHERE oid = to_regclass($1) AND relkind <> 'S'",
      [table],
    );
    if (found.length === 0) continue;
    const { rows } = await client.query(`SELECT to_jsonb(t)::text AS line FROM ${table} t`);
    lines.push(...rows.map(({ line }) => `${table} ${rowText(String(line))}`));
  }
  return lines.sort();
}
