/** What a MariaDB or MySQL holds, one line for each object, in the spelling of describe.ts. */
import { defaultSpelling, expressionSpelling, typeSpelling } from "./spelling.ts";

/** A row of the columns that were asked for; undefined: NULL. */
export type Cells = readonly (string | undefined)[];
/** Rows of a table of information_schema; `columns`: names with blanks between them. */
export type Read = (table: string, columns: string, rest: string) => Promise<readonly Cells[]>;

/** All of the database that the session uses, sorted. `isMysql`: its information_schema is MySQL's. */
export async function catalogue(read: Read, isMysql = false): Promise<readonly string[]> {
  const lines: string[] = [];
  for (const part of [tables, columns, indexes, foreignKeys, checks, partitions, others])
    lines.push(...(await part(read, isMysql)));
  // The columns of views and sequences are not compared.
  const names = lines.flatMap((line) => /^(?:view|sequence) (.*)/.exec(line)?.[1] ?? []);
  return lines.filter((line) => !names.some((name) => line.startsWith(`column ${name}.`))).sort();
}

const here = "TABLE_SCHEMA = DATABASE()";
const lower = (value: string | undefined): string => (value ?? "").toLowerCase();
const inQuotes = (comment: string | undefined): string => (comment ? ` '${comment}'` : "");

async function tables(read: Read): Promise<readonly string[]> {
  const names = "TABLE_NAME TABLE_TYPE ENGINE TABLE_COLLATION TABLE_COMMENT CREATE_OPTIONS";
  return (await read("TABLES", names, here)).map(([name, type, engine, collation, comment, options]) => {
    if (type === "VIEW" || type === "SEQUENCE") return `${lower(type)} ${name}`;
    const versioned = type === "SYSTEM VERSIONED" ? " versioned" : "";
    const format = /row_format=(\w+)/i.exec(options ?? "")?.[1];
    return (
      `table ${name} ${lower(engine)} ${collation}${inQuotes(comment)}${versioned}` +
      (format === undefined ? "" : ` ${format.toLowerCase()}`)
    );
  });
}

async function columns(read: Read, isMysql: boolean): Promise<readonly string[]> {
  const names =
    "TABLE_NAME ORDINAL_POSITION COLUMN_NAME COLUMN_TYPE COLUMN_DEFAULT IS_NULLABLE CHARACTER_SET_NAME COLLATION_NAME " +
    "EXTRA GENERATION_EXPRESSION COLUMN_COMMENT";
  return (await read("COLUMNS", names, here)).map((row) => {
    const [
      table,
      position,
      name,
      type = "",
      written,
      nullable,
      charset,
      collation,
      extra = "",
      generated,
      comment,
    ] = row;
    // MySQL leaves the quotes of a constant out.
    const isBare = isMysql && !/DEFAULT_GENERATED/.test(extra) && !/^b'/.test(written ?? "");
    const value = isBare && written !== undefined ? `'${written.replaceAll("'", "''")}'` : written;
    const parts = [`column ${table}.${lower(name)} ${position} ${typeSpelling(type)}`];
    if (charset !== undefined) parts.push(`${charset} ${collation}`);
    if (nullable === "NO") parts.push("not null");
    // The zero date is what NOT NULL ON UPDATE has where no default is written.
    if (value !== undefined && value !== "NULL" && !value.startsWith("'0000-00-00"))
      parts.push(`default ${defaultSpelling(value, type)}`);
    const onUpdate = /on update ([^\s,]+)/i.exec(extra)?.[1];
    if (onUpdate !== undefined) parts.push(`on update ${defaultSpelling(onUpdate, "")}`);
    if (/auto_increment/i.test(extra)) parts.push("auto_increment");
    const kind = /stored/i.test(extra) ? "stored" : "virtual";
    if (generated !== undefined && generated !== "") parts.push(`${kind} ${expressionSpelling(generated)}`);
    if (/invisible/i.test(extra)) parts.push("invisible");
    return parts.join(" ") + inQuotes(comment);
  });
}

async function indexes(read: Read, isMysql: boolean): Promise<readonly string[]> {
  const hidden = isMysql ? "IS_VISIBLE" : "IGNORED";
  const names = `TABLE_NAME INDEX_NAME NON_UNIQUE COLUMN_NAME SUB_PART COLLATION INDEX_TYPE INDEX_COMMENT ${hidden}`;
  const found = new Map<string, { readonly parts: string[]; readonly rest: string }>();
  for (const row of await read(
    "STATISTICS",
    names,
    `${here} ORDER BY TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX`,
  )) {
    const [table, name, repeats, column, part, order, type, comment, ignored] = row;
    const key = `index ${table} ${lower(name)}`;
    const isPlain = /^(?:btree|hash)$/i.test(type ?? "");
    const rest =
      `${repeats === "0" ? " unique" : ""}${isPlain ? "" : ` ${lower(type)}`}` +
      `${ignored === (isMysql ? "NO" : "YES") ? " ignored" : ""}${inQuotes(comment)}`;
    const parts = found.get(key)?.parts ?? [];
    // Of a text without a written one: as much as a key can hold.
    const cut = Number(part) >= 250 ? "most" : part;
    const length = cut === undefined || !isPlain ? "" : `(${cut})`;
    // A unique key over a whole text is a hash, without an order.
    parts.push(
      `${column === undefined ? "<expression>" : lower(column)}${length}${order === "D" && repeats === "1" ? " desc" : ""}`,
    );
    found.set(key, { parts, rest });
  }
  return [...found].map(([key, { parts, rest }]) => `${key} (${parts.join(",")})${rest}`);
}

async function foreignKeys(read: Read): Promise<readonly string[]> {
  const pairs = new Map<string, { readonly own: string[]; readonly others: string[]; readonly to: string }>();
  const usage = "TABLE_NAME CONSTRAINT_NAME COLUMN_NAME REFERENCED_TABLE_NAME REFERENCED_COLUMN_NAME";
  const inOrder = `${here} AND REFERENCED_TABLE_NAME IS NOT NULL ORDER BY CONSTRAINT_NAME, ORDINAL_POSITION`;
  for (const [table, name, column, to, other] of await read("KEY_COLUMN_USAGE", usage, inOrder)) {
    const key = `foreign key ${table} ${lower(name)}`;
    const pair = pairs.get(key) ?? { own: [], others: [], to: to ?? "" };
    pair.own.push(lower(column));
    pair.others.push(lower(other));
    pairs.set(key, pair);
  }
  const names = "TABLE_NAME CONSTRAINT_NAME DELETE_RULE UPDATE_RULE";
  const rules = await read("REFERENTIAL_CONSTRAINTS", names, "CONSTRAINT_SCHEMA = DATABASE()");
  return rules.map(([table, name, deletes, updates]) => {
    const key = `foreign key ${table} ${lower(name)}`;
    const { own, others, to } = pairs.get(key) ?? { own: [], others: [], to: "?" };
    return `${key} (${own.join()}) to ${to}(${others.join()}) ${lower(deletes)} ${lower(updates)}`;
  });
}

async function checks(read: Read, isMysql: boolean): Promise<readonly string[]> {
  // JSON columns have one of their own.
  const all = "CONSTRAINT_SCHEMA = DATABASE() AND CHECK_CLAUSE NOT LIKE 'json_valid%'";
  const owners = "JOIN information_schema.TABLE_CONSTRAINTS USING (CONSTRAINT_SCHEMA, CONSTRAINT_NAME)";
  const from = isMysql ? `CHECK_CONSTRAINTS ${owners}` : "CHECK_CONSTRAINTS";
  const rows = await read(from, "TABLE_NAME CONSTRAINT_NAME CHECK_CLAUSE", all);
  return rows.map(
    ([table, name, clause]) => `check ${table} ${lower(name)} ${expressionSpelling(clause ?? "")}`,
  );
}

async function partitions(read: Read): Promise<readonly string[]> {
  const names =
    "TABLE_NAME PARTITION_NAME PARTITION_ORDINAL_POSITION PARTITION_METHOD PARTITION_EXPRESSION PARTITION_DESCRIPTION";
  const rows = await read("PARTITIONS", names, `${here} AND PARTITION_NAME IS NOT NULL`);
  return rows.map(([table, name, position, method, expression, values]) => {
    const strategy = lower(method).replace("linear ", "").replace(" columns", "");
    const bound = values === undefined ? "" : ` ${expressionSpelling(values)}`;
    return `partition ${table} ${position} ${lower(name)} ${strategy} ${expressionSpelling(expression ?? "")}${bound}`;
  });
}

/** Triggers and routines: that they are there. */
async function others(read: Read): Promise<readonly string[]> {
  const names = "EVENT_OBJECT_TABLE TRIGGER_NAME ACTION_TIMING EVENT_MANIPULATION";
  const triggers = await read("TRIGGERS", names, "TRIGGER_SCHEMA = DATABASE()");
  const routines = await read("ROUTINES", "ROUTINE_NAME ROUTINE_TYPE", "ROUTINE_SCHEMA = DATABASE()");
  return [
    ...triggers.map(
      ([table, name, timing, event]) => `trigger ${table} ${name} ${lower(timing)} ${lower(event)}`,
    ),
    ...routines.map(([name, type]) => `${lower(type)} ${lower(name)}`),
  ];
}
