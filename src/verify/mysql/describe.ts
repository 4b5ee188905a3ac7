/** What ddlint's schema holds, in the lines of catalogue.ts. */
import { typeText } from "../../model/types.ts";
import { isString } from "../../schema/apply/mysql/charset.ts";
import type { Column, Constraint, Index, Relation } from "../../schema/model.ts";
import type { Schema } from "../../schema/schema.ts";
import { defaultCollation, defaultSpelling, expressionSpelling, typeSpelling } from "./spelling.ts";

/** What is left out of a table is the server's: InnoDB, utf8mb4. */
export function describe(schema: Schema): readonly string[] {
  const lines: string[] = [];
  const [here] = schema.searchPath;
  const name = (key: string): string =>
    key.startsWith(`${here ?? ""}.`) ? key.slice((here ?? "").length + 1) : key;
  for (const relation of schema.relations()) {
    // Only named by a foreign key.
    if (relation.origin === undefined) continue;
    for (const one of relation.triggers)
      lines.push(`trigger ${name(relation.key)} ${one.name} ${one.timing} ${one.events.join()}`);
    if (relation.kind !== "table") {
      lines.push(`${relation.kind} ${name(relation.key)}`);
      continue;
    }
    const table = name(relation.key);
    lines.push(tableLine(table, relation));
    for (const [i, column] of relation.columns.entries()) lines.push(columnLine(table, i + 1, column));
    for (const one of relation.constraints) lines.push(...constraintLine(table, one, name));
    lines.push(...partitionLines(table, relation));
  }
  for (const index of schema.indexes()) {
    const table = schema.table(index.table);
    if (table.is === "present") lines.push(indexLine(name(index.table), index, table.value));
  }
  for (const one of schema.allRoutines())
    lines.push(`${one.definition.procedure ? "procedure" : "function"} ${one.name.toLowerCase()}`);
  return lines.sort();
}

function tableLine(table: string, { tableOptions = {}, systemVersioned }: Relation): string {
  const { engine = "innodb", charset, collate, comment, row_format: format } = tableOptions;
  const collation = collate ?? defaultCollation[charset ?? "utf8mb4"] ?? "?";
  return (
    `table ${table} ${engine} ${collation}${comment === undefined || comment === "" ? "" : ` '${comment}'`}` +
    `${systemVersioned === true ? " versioned" : ""}${format === undefined || format === "default" ? "" : ` ${format}`}`
  );
}

function columnLine(table: string, position: number, column: Column): string {
  const { type, mysql, generated } = column;
  const spelt = type === undefined ? "?" : typeSpelling(typeText(type));
  const parts = [`column ${table}.${column.name} ${position} ${spelt}`];
  const { charset, collation } =
    type?.name === "json" ? { charset: "utf8mb4", collation: "utf8mb4_bin" } : column;
  if (isString(type) || type?.name === "json") {
    const set = charset ?? "utf8mb4";
    parts.push(`${set} ${collation ?? defaultCollation[set] ?? "?"}`);
  }
  if (column.notNull !== "no") parts.push(column.notNull === "yes" ? "not null" : "not null?");
  if (column.default !== undefined) parts.push(`default ${defaultSpelling(column.default.text, spelt)}`);
  if (mysql?.onUpdate !== undefined) parts.push(`on update ${defaultSpelling(mysql.onUpdate.text, "")}`);
  if (mysql?.autoIncrement === true) parts.push("auto_increment");
  if (generated !== undefined)
    parts.push(`${generated.stored ? "stored" : "virtual"} ${expressionSpelling(generated.expression.text)}`);
  if (mysql?.visible === false) parts.push("invisible");
  if (mysql?.comment !== undefined && mysql.comment !== "") parts.push(`'${mysql.comment}'`);
  return parts.join(" ");
}

function constraintLine(table: string, one: Constraint, name: (key: string) => string): readonly string[] {
  if (one.kind === "check") return [`check ${table} ${one.name} ${expressionSpelling(one.expression.text)}`];
  if (one.kind !== "foreign key") return [];
  const { columns, references, referencedColumns, onDelete = "restrict", onUpdate = "restrict" } = one;
  return [
    `foreign key ${table} ${one.name} (${columns.join()}) to ${name(references)}(${referencedColumns.join()}) ${onDelete} ${onUpdate}`,
  ];
}

function partitionLines(table: string, { partitionBy }: Relation): readonly string[] {
  if (partitionBy === undefined) return [];
  const key = [...partitionBy.columns, ...partitionBy.expressions.map(({ text }) => text)].join();
  const rest = `${partitionBy.strategy} ${expressionSpelling(key)}`;
  const { partitions } = partitionBy;
  if (partitions === undefined)
    return Array.from(
      { length: partitionBy.count ?? 1 },
      (_, i) => `partition ${table} ${i + 1} p${i} ${rest}`,
    );
  return partitions.map(({ name, values }, i) => {
    const bound = values?.replace(/^(?:less\s+than|in)\b/i, "") ?? "";
    return `partition ${table} ${i + 1} ${name.text} ${rest}${bound === "" ? "" : ` ${expressionSpelling(bound)}`}`;
  });
}

/** MariaDB cuts the key of a long text where none is written, as far as the key may be long. */
const isCut = (index: Index, name: string | undefined, { columns }: Relation): boolean =>
  !index.unique &&
  /^(?:tiny|medium|long)?(?:text|blob)$|^json$/.test(
    columns.find((one) => one.name === name)?.type?.name ?? "",
  );

function indexLine(table: string, index: Index, owner: Relation): string {
  const isPlain = !/^(?:fulltext|spatial|vector)$/.test(index.method);
  const parts = index.elements.map(({ column, length, descending }) => {
    const isMost = length === undefined ? isCut(index, column, owner) : length >= 250;
    const cut = isMost ? "most" : length;
    const order = descending && !index.unique ? " desc" : "";
    return `${column ?? "<expression>"}${cut === undefined || !isPlain ? "" : `(${cut})`}${order}`;
  });
  const { comment, visible } = index.mysql ?? {};
  return (
    `index ${table} ${index.name} (${parts.join(",")})${index.unique ? " unique" : ""}` +
    `${isPlain ? "" : ` ${index.method}`}${visible === false ? " ignored" : ""}` +
    (comment === undefined || comment === "" ? "" : ` '${comment}'`)
  );
}
