/** MySQL's and MariaDB's way to write what a schema holds (manual, CREATE TABLE, ALTER TABLE, CREATE INDEX). */
import { usualOptions } from "../model/engines.ts";
import type { PartitionKey } from "../model/operation.ts";
import { typeText } from "../model/types.ts";
import type { Column, Constraint, Index, Relation } from "../schema/model.ts";
import type { Definitions, Names } from "./definitions.ts";
import { inParentheses, isPlain } from "../schema/expressions.ts";
import { referencesClause } from "../schema/references.ts";

const literal = (text: string): string => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;

function column(own: Column, table: Relation, { spell }: Names): string | undefined {
  const { type, notNull, hasDefault, generated, collation, charset, mysql } = own;
  if (type === undefined || notNull === "unknown" || hasDefault === "unknown") return undefined;
  const isOther = hasOtherText(own, table);
  if (isOther && charset === undefined) return undefined;
  if ((mysql?.attributes ?? []).length > 0 || mysql?.row !== undefined) return undefined;
  const parts = [spell(own.written ?? own.name), typeText(type)];
  if (charset !== undefined && (isOther || mysql?.charset !== undefined))
    parts.push(`CHARACTER SET ${charset}`);
  if (collation !== undefined) parts.push(`COLLATE ${collation}`);
  if (generated !== undefined)
    parts.push(
      `GENERATED ALWAYS AS ${inParentheses(generated.expression)} ${generated.stored ? "STORED" : "VIRTUAL"}`,
    );
  // MariaDB takes neither for a generated column.
  if (generated === undefined) parts.push(notNull === "yes" ? "NOT NULL" : "NULL");
  if (generated === undefined && hasDefault === "yes" && mysql?.autoIncrement !== true) {
    if (own.default === undefined) return undefined;
    const value = own.default.text.trim();
    parts.push(`DEFAULT ${isPlain(value) ? value : inParentheses(own.default)}`);
  }
  if (mysql?.onUpdate !== undefined) parts.push(`ON UPDATE ${mysql.onUpdate.text}`);
  if (mysql?.autoIncrement === true) parts.push("AUTO_INCREMENT");
  if (mysql?.visible === false) parts.push("INVISIBLE");
  if (mysql?.comment !== undefined) parts.push(`COMMENT ${literal(mysql.comment)}`);
  for (const one of table.constraints)
    if (one.kind === "check" && one.ofColumn === own.name)
      parts.push(`CHECK ${inParentheses(one.expression)}`);
  return parts.join(" ");
}

/** Where the column stands among the others: what reads rows without naming columns depends on it. */
function place({ name }: Column, { columns }: Relation, { spell }: Names): string {
  const before = columns[columns.findIndex((one) => one.name === name) - 1];
  return before === undefined ? " FIRST" : ` AFTER ${spell(before.written ?? before.name)}`;
}

function elementsOf({ elements }: Index, { spell }: Names): string | undefined {
  const texts = elements.map(({ column: of, written, expression, length, descending }) => {
    const what = of === undefined ? expression && inParentheses(expression) : spell(written ?? of);
    return what && `${what}${length === undefined ? "" : `(${length})`}${descending ? " DESC" : ""}`;
  });
  return texts.length === 0 || texts.includes(undefined) ? undefined : `(${texts.join(", ")})`;
}

/** What its definition says and nothing here writes. */
const hasMore = (index: Index | undefined): boolean =>
  index?.mysql?.visible === false || (index?.mysql?.options ?? []).length > 0;

const nameOf = ({ name, written }: Index | Constraint, { spell }: Names): string => spell(written ?? name);

function constraint(own: Constraint, index: Index | undefined, names: Names): string | undefined {
  switch (own.kind) {
    case "primary key":
    case "unique": {
      const elements = index && elementsOf(index, names);
      if (elements === undefined || hasMore(index)) return undefined;
      return own.kind === "primary key"
        ? `PRIMARY KEY ${elements}${optionsOf(index)}`
        : `UNIQUE KEY ${nameOf(own, names)} ${elements}${optionsOf(index)}`;
    }
    case "check":
      // A part of its column's definition, which goes and comes with that.
      if (own.ofColumn !== undefined) return undefined;
      return `CONSTRAINT ${nameOf(own, names)} CHECK ${inParentheses(own.expression)}${own.enforced ? "" : " NOT ENFORCED"}`;
    case "foreign key":
      return `CONSTRAINT ${nameOf(own, names)} ${referencesClause(own, names)}`;
    default:
      return undefined;
  }
}

function dropConstraint(own: Constraint, names: Names): string {
  switch (own.kind) {
    case "primary key":
      return "DROP PRIMARY KEY";
    case "unique":
      return `DROP INDEX ${nameOf(own, names)}`;
    case "foreign key":
      return `DROP FOREIGN KEY ${nameOf(own, names)}`;
    default:
      return `DROP CONSTRAINT ${nameOf(own, names)}`;
  }
}

function optionsOf(index: Index | undefined): string {
  const { using, comment } = index?.mysql ?? {};
  return `${using === undefined ? "" : ` USING ${using.toUpperCase()}`}${comment === undefined ? "" : ` COMMENT ${literal(comment)}`}`;
}

function createIndex(index: Index, _: boolean, names: Names): string | undefined {
  const elements = elementsOf(index, names);
  if (elements === undefined || hasMore(index)) return undefined;
  const kind = /^(?:fulltext|spatial|vector)$/.test(index.method)
    ? `${index.method.toUpperCase()} `
    : index.unique
      ? "UNIQUE "
      : "";
  return `ALTER TABLE ${names.show(index.table)} ADD ${kind}INDEX ${nameOf(index, names)} ${elements}${optionsOf(index)}`;
}

const option = (name: string, value: string): string =>
  ` ${name === "charset" ? "DEFAULT CHARSET" : name.toUpperCase()}=${name === "comment" ? literal(value) : value}`;

const options = ({ tableOptions = {} }: Relation): string =>
  Object.entries(tableOptions)
    .filter(([name]) => name !== "auto_increment")
    .map(([name, value]) => option(name, value))
    .join("");

/** With those that nobody states, where that is known. */
const statedOptions = ({ tableOptions = {}, complete }: Relation): Readonly<Record<string, string>> =>
  complete ? { ...usualOptions, ...tableOptions } : tableOptions;

/** PARTITION BY with its parts; undefined: it has what isn't held. */
function partitioning(key: PartitionKey, { columns }: Relation, { spell }: Names): string | undefined {
  const { strategy, columnsForm, linear, count, partitions, subpartitionBy } = key;
  if (strategy === "system time" || subpartitionBy !== undefined) return undefined;
  if (key.columns.length > 0 && key.expressions.length > 0) return undefined;
  const names = key.columns.map((name) => {
    const column = columns.find((one) => one.name === name);
    return spell(column?.written ?? name);
  });
  const parts = [...names, ...key.expressions.map(({ text }) => text.trim())].join(", ");
  const word = `${linear === true ? "LINEAR " : ""}${strategy.toUpperCase()}${columnsForm === true ? " COLUMNS" : ""}`;
  const head = `\nPARTITION BY ${word} (${parts})`;
  if (partitions === undefined) return count === undefined ? head : `${head} PARTITIONS ${count}`;
  if (partitions.some((one) => one.options.length > 0 || one.subpartitions.length > 0)) return undefined;
  const lines = partitions.map(
    ({ name, values }) => `  PARTITION ${spell(name.text)}${values === undefined ? "" : ` VALUES ${values}`}`,
  );
  return `${head} (\n${lines.join(",\n")}\n)`;
}

/** It states no character set, and that of its table is another one since the column is there. */
const hasOtherText = ({ type, charset, mysql }: Column, { tableOptions = {} }: Relation): boolean =>
  (tableOptions["charset"] ?? tableOptions["collate"]) !== undefined &&
  /char$|text$|^enum$|^set$/.test(type?.name ?? "") &&
  mysql?.charset === undefined &&
  charset !== tableOptions["charset"];

export const mysqlDefinitions: Definitions = {
  type: () => undefined,
  // They are parts of the definitions.
  comments: () => [],
  column,
  place,
  constraint,
  dropConstraint,
  createIndex,
  dropIndex: (index, _, names) => `ALTER TABLE ${names.show(index.table)} DROP INDEX ${nameOf(index, names)}`,
  dropTrigger: (trigger) => `DROP TRIGGER ${trigger}`,
  renameIndex: ({ table, from, to }) =>
    table === undefined ? undefined : `ALTER TABLE ${table} RENAME INDEX ${from} TO ${to}`,
  fillFrom: (table, backup, key, columns) =>
    `UPDATE ${table} JOIN ${backup} old USING (${key.join(", ")}) SET ${columns.map((one) => `${table}.${one} = old.${one}`).join(", ")}`,
  // AUTO_INCREMENT follows the highest value by itself.
  advance: () => [],
  alterColumn(from, to, table, names, isMoved) {
    const written = column(to, table, names);
    if (written === undefined) return undefined;
    return !isMoved && written === column(from, table, names) ? [] : [`MODIFY COLUMN ${written}`];
  },
  table(own, names) {
    if (!own.complete || own.kind !== "table") return undefined;
    const partitions = own.partitionBy === undefined ? "" : partitioning(own.partitionBy, own, names);
    if (partitions === undefined) return undefined;
    const versioned = own.systemVersioned === true ? " WITH SYSTEM VERSIONING" : "";
    return { head: "CREATE TABLE", options: `${options(own)}${versioned}${partitions}` };
  },
  tableFacts(from, to, names) {
    const head = `ALTER TABLE ${names.show(to.key)}`;
    if (from === undefined) return [];
    const isVersioned = from.systemVersioned !== to.systemVersioned;
    const versioning = isVersioned
      ? [`${head} ${to.systemVersioned === true ? "ADD" : "DROP"} SYSTEM VERSIONING`]
      : [];
    const [was, is] = [statedOptions(from), statedOptions(to)];
    const changed = [...new Set([...Object.keys(was), ...Object.keys(is)])].filter(
      (name) => name !== "auto_increment" && was[name] !== is[name],
    );
    // Nobody has said it before: then it was the server's or the database's.
    if (changed.some((name) => is[name] === undefined)) return undefined;
    return changed.length === 0
      ? versioning
      : [...versioning, `${head}${changed.map((name) => option(name, is[name] ?? "")).join("")}`];
  },
};
