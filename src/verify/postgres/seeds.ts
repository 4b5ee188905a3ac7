/** A few rows in tables of any shape, so that what is lost, and what can't be backfilled, can be seen. */
import type { Connection } from "../connection.ts";
import type { Seeding } from "../lab.ts";

interface Column {
  readonly name: string;
  readonly type: string;
  /** `pg_type.typcategory` and `typtype`, of a domain those of what it is made of. */
  readonly category: string;
  readonly kind: string;
  /** `atttypmod`: lengths and precisions. */
  readonly size: number;
  readonly required: boolean;
  /** It is part of a key: its values differ from row to row. */
  readonly unique: boolean;
  readonly labels: readonly string[] | null;
  /** Constants of the CHECK constraints that are about it. */
  readonly checked: string | null;
  /** The column that it refers to, and the order of rows there. */
  readonly refers: {
    readonly table: string;
    readonly column: string;
    readonly order: string;
    readonly own: boolean;
  } | null;
}

interface Table {
  readonly name: string;
  readonly columns: readonly Column[];
  /** Tables that rows have to be in before. */
  readonly refers: readonly string[];
}

/** Every table of users that has columns, as JSON. */
const tablesQuery = `
  SELECT json_build_object('name', c.oid::regclass::text,
    'refers', (SELECT coalesce(json_agg(DISTINCT k.confrelid::regclass::text), '[]') FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'f'),
    'columns', (SELECT json_agg(json_build_object('name', quote_ident(a.attname), 'type', format_type(b.oid, NULL), 'category', b.typcategory, 'kind', b.typtype,
        'size', CASE WHEN t.typtype = 'd' THEN t.typtypmod ELSE a.atttypmod END, 'required', a.attnotnull OR t.typnotnull,
        'unique', EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND (i.indisunique OR i.indisexclusion) AND (a.attnum = ANY (i.indkey) OR 0 = ANY (i.indkey))),
        'labels', (SELECT json_agg(enumlabel ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = b.oid),
        'checked', (SELECT string_agg(pg_get_constraintdef(k.oid), ' ') FROM pg_constraint k
          WHERE k.contype = 'c' AND ((k.conrelid = c.oid AND a.attnum = ANY (k.conkey)) OR (k.contypid = t.oid AND t.typtype = 'd'))),
        'refers', (SELECT json_build_object('table', k.confrelid::regclass::text, 'column', quote_ident(r.attname), 'own', k.confrelid = c.oid,
            'order', (SELECT string_agg(quote_ident(o.attname), ', ' ORDER BY o.attnum) FROM pg_attribute o WHERE o.attrelid = k.confrelid AND o.attnum = ANY (k.confkey)))
          FROM pg_constraint k JOIN pg_attribute r ON r.attrelid = k.confrelid AND r.attnum = k.confkey[array_position(k.conkey, a.attnum)]
          WHERE k.conrelid = c.oid AND k.contype = 'f' AND a.attnum = ANY (k.conkey) ORDER BY k.conname LIMIT 1)) ORDER BY a.attnum)
      FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid JOIN pg_type b ON b.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END
      WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' AND a.attidentity <> 'a'))::text AS one
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_'
    AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.objid = c.oid AND e.deptype = 'e') ORDER BY 1`;

/** The tables, each behind those that it refers to, as far as that is possible. */
function inOrder(tables: readonly Table[]): readonly Table[] {
  const byName = new Map(tables.map((table) => [table.name, table]));
  const done = new Set<Table>();
  const visit = (table: Table, above: readonly Table[]): void => {
    if (done.has(table) || above.includes(table)) return;
    for (const name of table.refers) {
      const other = byName.get(name);
      if (other !== undefined) visit(other, [...above, table]);
    }
    done.add(table);
  };
  for (const table of tables) visit(table, []);
  return [...done];
}

/** Puts rows into the empty tables. Returns those that refuse even plain ones, with the server's words. */
export async function seed(session: Connection, seeding: Seeding): Promise<ReadonlyMap<string, string>> {
  const refused = new Map<string, string>();
  if (seeding === "none") return refused;
  const found = (await session.query(tablesQuery)).map(({ one }) => JSON.parse(one ?? "") as Table);
  for (const table of inOrder(
    found.filter(({ columns }) => (columns as readonly Column[] | null) !== null),
  )) {
    const there = await session.query(`SELECT FROM ${table.name} LIMIT 1`);
    if (there.length > 0 && seeding !== "later") continue;
    for (const shape of shapes[seeding]) {
      const error = await insert(session, table, shape);
      if (error !== undefined && shape.of === "plain") refused.set(table.name, error);
    }
  }
  return refused;
}

interface Shape {
  readonly row: number;
  readonly of: "plain" | "nulls" | "duplicate" | "wide";
}

const plain: readonly Shape[] = [
  { row: 1, of: "plain" },
  { row: 2, of: "plain" },
];

const shapes: Readonly<Record<Exclude<Seeding, "none">, readonly Shape[]>> = {
  plain,
  adverse: [...plain, { row: 3, of: "nulls" }, { row: 4, of: "duplicate" }, { row: 5, of: "wide" }],
  later: [
    { row: 6, of: "nulls" },
    { row: 7, of: "wide" },
  ],
};

/** With values that checks name where the table refuses others; the server's words where it refuses both. */
async function insert(
  session: Connection,
  { name, columns }: Table,
  shape: Shape,
): Promise<string | undefined> {
  const names = columns.map((column) => column.name).join(", ");
  let words: string | undefined;
  for (const checked of [false, true]) {
    const values = columns.map((column) => valueIn(column, shape, checked)).join(", ");
    await session.exec("SAVEPOINT seed");
    const { error } = await session.send(
      columns.length === 0
        ? `INSERT INTO ${name} DEFAULT VALUES`
        : `INSERT INTO ${name} (${names}) VALUES (${values})`,
    );
    if (error === undefined) {
      await session.exec("RELEASE SAVEPOINT seed");
      return undefined;
    }
    await session.exec("ROLLBACK TO SAVEPOINT seed");
    words ??= error.message;
  }
  return words;
}

function valueIn(column: Column, { row, of }: Shape, checked: boolean): string {
  if (of === "nulls" && !column.required) return "NULL";
  const number = of === "duplicate" && !column.unique ? 1 : row;
  const { refers } = column;
  if (refers?.own === true && !column.required) return "NULL";
  if (refers !== null && !refers.own)
    return `(SELECT ${refers.column} FROM ${refers.table} ORDER BY ${refers.order} LIMIT 1 OFFSET ${number - 1} % (SELECT greatest(count(*), 1) FROM ${refers.table}))`;
  const constants = checked ? constantsOf(column) : [];
  if (constants.length > 0) return constants[(number - 1) % constants.length] ?? "NULL";
  return value(column, number, of === "wide" && !column.unique);
}

/** What a CHECK compares with is often a value that it accepts. */
function constantsOf({ checked, category }: Column): readonly string[] {
  const pattern = category === "N" ? /(?<![\w'.])\d+(?:\.\d+)?(?![\w'.])/g : /'(?:[^']|'')*'/g;
  return [...(checked ?? "").matchAll(pattern)].map(([constant]) => constant);
}

const text = (of: string): string => `'${of.replaceAll("'", "''")}'`;

/** A literal that the column takes. Plain texts are numbers, so that they can be cast. */
function value({ type, kind, category, size, required, labels }: Column, row: number, wide: boolean): string {
  if (labels !== null) return text(labels[wide ? labels.length - 1 : (row - 1) % labels.length] ?? "");
  const known = literals[type]?.(row, wide);
  if (known !== undefined) return known;
  if (category === "A") return "'{}'";
  if (category === "R") return "'empty'";
  if (category === "N") return number(type, size, row, wide);
  if (category === "D") return type.startsWith("time ") ? `'0${row}:02:03'` : `'2020-01-0${row} 01:02:03'`;
  if (category === "V") return `B'${String(row % 2).padStart(Math.max(size, 1), "0")}'`;
  if (category === "S" && kind !== "d") {
    const most = size > 4 ? size - 4 : 300;
    return text(wide ? `Ab${row}${"x".repeat(300)}`.slice(0, most) : `90${row}`.slice(-most));
  }
  return required ? `'${row}'` : "NULL";
}

const literals: Readonly<Record<string, (row: number, wide: boolean) => string>> = {
  uuid: (row) => `'00000000-0000-4000-8000-00000000000${row}'`,
  json: (row, wide) => (wide ? `'[${row}, null]'` : `'{"a": ${row}}'`),
  jsonb: (row, wide) => (wide ? `'[${row}, null]'` : `'{"a": ${row}}'`),
  boolean: (row) => (row % 2 === 1 ? "true" : "false"),
  bytea: (row) => `'\\x0${row}'`,
  interval: (row) => `'${row} days'`,
  inet: (row) => `'10.0.0.${row}'`,
  cidr: (row) => `'10.0.0.${row}'`,
  macaddr: (row) => `'08:00:2b:01:02:0${row}'`,
  point: (row) => `'(${row},${row})'`,
  xml: (row) => `'<a>${row}</a>'`,
  tsvector: (row) => `'w${row}'`,
  citext: (row, wide) => (wide ? "'Abc'" : `'90${row}'`),
  hstore: (row) => `'a=>${row}'`,
};

function number(type: string, size: number, row: number, wide: boolean): string {
  const most: Readonly<Record<string, string>> = {
    smallint: "32760",
    integer: "2147483640",
    bigint: "9223372036854775800",
  };
  if (wide && most[type] !== undefined) return String(BigInt(most[type]) + BigInt(row));
  if (type !== "numeric" || size < 4) return String(900 + row);
  // `atttypmod` of numeric: precision and scale, behind a header of four.
  const [precision, scale] = [(size - 4) >> 16, (size - 4) & 0x7ff];
  const whole = precision - scale;
  return wide
    ? "9".repeat(Math.max(whole, 1))
    : whole >= 3
      ? String(900 + row)
      : whole > 0
        ? String(row)
        : "0";
}
