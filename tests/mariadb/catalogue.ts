/** What a MariaDB holds, one line for each object, in the spelling of describe.ts. */
import { defaultSpelling, expressionSpelling, typeSpelling } from "./spelling.ts";
import type { Session } from "./session.ts";

/** NULL of the server, which the client prints as the word, is told from the text. */
const cell = (name: string): string => `IF(${name} IS NULL, '\\\\N', CONCAT('=', ${name}))`;
const from = (table: string, columns: readonly string[], rest: string): string =>
  `SELECT CONCAT_WS('\\0', ${columns.map(cell).join(", ")}) AS line FROM information_schema.${table} ${rest}`;

type Row = readonly (string | undefined)[];

const one = (value: string | undefined): string => (value ?? "").toLowerCase();

/** All of the database that the session uses, sorted. */
export async function catalogue(session: Session): Promise<readonly string[]> {
  const rows = async (table: string, columns: readonly string[], rest: string): Promise<readonly Row[]> => {
    const { lines, error } = await session.query(from(table, columns, rest));
    if (error !== undefined) throw new Error(error);
    return lines.slice(1).map((line) =>
      unescaped(line)
        .split("\0")
        .map((value) => (value.startsWith("=") ? value.slice(1) : undefined)),
    );
  };
  const here = "TABLE_SCHEMA = DATABASE()";
  const lines: string[] = [];
  const incidental = new Set<string>();
  for (const [name, type, engine, collation, comment, format] of await rows(
    "TABLES",
    ["TABLE_NAME", "TABLE_TYPE", "ENGINE", "TABLE_COLLATION", "TABLE_COMMENT", "CREATE_OPTIONS"],
    `WHERE ${here}`,
  ))
    if (type === "VIEW") (incidental.add(`${name}`), lines.push(`view ${name}`));
    else if (type === "SEQUENCE") (incidental.add(`${name}`), lines.push(`sequence ${name}`));
    else
      lines.push(
        `table ${name} ${one(engine)} ${collation}${comment === "" ? "" : ` '${comment}'`}` +
          (type === "SYSTEM VERSIONED" ? " versioned" : "") +
          (/row_format=(\w+)/i.exec(format ?? "") ?? ["", ""])[1]?.toLowerCase().replace(/^(?=.)/, " "),
      );
  for (const [
    table,
    position,
    name,
    type,
    value,
    nullable,
    charset,
    collation,
    extra = "",
    generated,
    comment,
  ] of await rows(
    "COLUMNS",
    [
      "TABLE_NAME",
      "ORDINAL_POSITION",
      "COLUMN_NAME",
      "COLUMN_TYPE",
      "COLUMN_DEFAULT",
      "IS_NULLABLE",
      "CHARACTER_SET_NAME",
      "COLLATION_NAME",
      "EXTRA",
      "GENERATION_EXPRESSION",
      "COLUMN_COMMENT",
    ],
    `WHERE ${here}`,
  )) {
    if (incidental.has(table ?? "")) continue;
    const parts = [`column ${table}.${one(name)} ${position} ${typeSpelling(type ?? "")}`];
    if (charset !== undefined) parts.push(`${charset} ${collation}`);
    if (nullable === "NO") parts.push("not null");
    // The zero date is what NOT NULL ON UPDATE has where no default is written.
    if (value !== undefined && value !== "NULL" && !value.startsWith("'0000-00-00"))
      parts.push(`default ${defaultSpelling(value, type ?? "")}`);
    const onUpdate = /on update ([^\s,]+)/i.exec(extra)?.[1];
    if (onUpdate !== undefined) parts.push(`on update ${defaultSpelling(onUpdate, "")}`);
    if (/auto_increment/i.test(extra)) parts.push("auto_increment");
    if (generated !== undefined)
      parts.push(`${/stored/i.test(extra) ? "stored" : "virtual"} ${expressionSpelling(generated)}`);
    if (/invisible/i.test(extra)) parts.push("invisible");
    if (comment !== undefined && comment !== "") parts.push(`'${comment}'`);
    lines.push(parts.join(" "));
  }
  const indexes = new Map<string, string[]>();
  const about = new Map<string, string>();
  for (const [table, name, unique, column, part, order, type, comment, ignored] of await rows(
    "STATISTICS",
    [
      "TABLE_NAME",
      "INDEX_NAME",
      "NON_UNIQUE",
      "COLUMN_NAME",
      "SUB_PART",
      "COLLATION",
      "INDEX_TYPE",
      "INDEX_COMMENT",
      "IGNORED",
    ],
    `WHERE ${here} ORDER BY TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX`,
  )) {
    const key = `index ${table} ${one(name)}`;
    const isPlain = one(type) === "btree" || one(type) === "hash";
    about.set(
      key,
      `${unique === "0" ? " unique" : ""}${isPlain ? "" : ` ${one(type)}`}${ignored === "YES" ? " ignored" : ""}` +
        (comment === "" ? "" : ` '${comment}'`),
    );
    const parts = indexes.get(key) ?? [];
    parts.push(
      `${one(column)}${part === undefined || !isPlain ? "" : `(${part})`}${order === "D" ? " desc" : ""}`,
    );
    indexes.set(key, parts);
  }
  for (const [key, parts] of indexes) lines.push(`${key} (${parts.join(",")})${about.get(key) ?? ""}`);
  const keys = new Map<string, { columns: string[]; to: string; others: string[] }>();
  for (const [table, name, column, to, other] of await rows(
    "KEY_COLUMN_USAGE",
    ["TABLE_NAME", "CONSTRAINT_NAME", "COLUMN_NAME", "REFERENCED_TABLE_NAME", "REFERENCED_COLUMN_NAME"],
    `WHERE ${here} AND REFERENCED_TABLE_NAME IS NOT NULL ORDER BY TABLE_NAME, CONSTRAINT_NAME, ORDINAL_POSITION`,
  )) {
    const key = `foreign key ${table} ${one(name)}`;
    const found = keys.get(key) ?? { columns: [], to: to ?? "", others: [] };
    found.columns.push(one(column));
    found.others.push(one(other));
    keys.set(key, found);
  }
  for (const [table, name, deletes, updates] of await rows(
    "REFERENTIAL_CONSTRAINTS",
    ["TABLE_NAME", "CONSTRAINT_NAME", "DELETE_RULE", "UPDATE_RULE"],
    "WHERE CONSTRAINT_SCHEMA = DATABASE()",
  )) {
    const key = `foreign key ${table} ${one(name)}`;
    const { columns, to, others } = keys.get(key) ?? { columns: [], to: "?", others: [] };
    lines.push(`${key} (${columns.join()}) to ${to}(${others.join()}) ${one(deletes)} ${one(updates)}`);
  }
  for (const [table, name, clause] of await rows(
    "CHECK_CONSTRAINTS",
    ["TABLE_NAME", "CONSTRAINT_NAME", "CHECK_CLAUSE"],
    "WHERE CONSTRAINT_SCHEMA = DATABASE() AND CHECK_CLAUSE NOT LIKE 'json_valid%'",
  ))
    lines.push(`check ${table} ${one(name)} ${expressionSpelling(clause ?? "")}`);
  for (const [table, name, position, method, expression, values] of await rows(
    "PARTITIONS",
    [
      "TABLE_NAME",
      "PARTITION_NAME",
      "PARTITION_ORDINAL_POSITION",
      "PARTITION_METHOD",
      "PARTITION_EXPRESSION",
      "PARTITION_DESCRIPTION",
    ],
    `WHERE ${here} AND PARTITION_NAME IS NOT NULL`,
  ))
    lines.push(
      `partition ${table} ${position} ${one(name)} ${one(method).replace("linear ", "").replace(" columns", "")}` +
        ` ${expressionSpelling(expression ?? "")}${values === undefined ? "" : ` ${expressionSpelling(values)}`}`,
    );
  for (const [table, name, timing, event] of await rows(
    "TRIGGERS",
    ["EVENT_OBJECT_TABLE", "TRIGGER_NAME", "ACTION_TIMING", "EVENT_MANIPULATION"],
    "WHERE TRIGGER_SCHEMA = DATABASE()",
  ))
    lines.push(`trigger ${table} ${name} ${one(timing)} ${one(event)}`);
  for (const [name, type] of await rows(
    "ROUTINES",
    ["ROUTINE_NAME", "ROUTINE_TYPE"],
    "WHERE ROUTINE_SCHEMA = DATABASE()",
  ))
    lines.push(`${one(type)} ${name}`);
  return lines.sort();
}

/** `mariadb --batch` writes these with a backslash. */
const unescaped = (line: string): string =>
  line.replace(/\\(.)/g, (_, one: string) => ({ n: "\n", t: "\t", "0": "\0" })[one] ?? one);
