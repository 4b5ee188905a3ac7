/** Values for rows that have none, by type. */
import type { DialectFamily } from "../model/dialect.ts";
import { tableOf } from "../model/kinds.ts";
import type { QualifiedName } from "../model/names.ts";
import type { ColumnDefinition, OperationOf } from "../model/operation.ts";
import type { ColumnType } from "../model/types.ts";
import { wordsOf } from "../replay/questions/names/words.ts";
import type { Step } from "../replay/step.ts";
import { indexInvolves } from "../schema/dependents.ts";
import type { Column } from "../schema/model.ts";
import type { Span } from "../text/span.ts";
import { literal, textOf } from "./words.ts";

const postgres: ReadonlyMap<string, string> = new Map([
  ...["smallint", "integer", "bigint", "numeric", "real", "double precision"].map(
    (name) => [name, "0"] as const,
  ),
  ...["text", "varchar", "char", "citext", "bytea"].map((name) => [name, "''"] as const),
  ["boolean", "false"],
  ["json", "'{}'"],
  ["jsonb", "'{}'"],
  ["date", "CURRENT_DATE"],
  ["timestamp", "CURRENT_TIMESTAMP"],
  ["timestamptz", "CURRENT_TIMESTAMP"],
  ["time", "'00:00'"],
  ["interval", "'0'"],
]);

const mysql: ReadonlyMap<string, string> = new Map([
  ...["tinyint", "smallint", "mediumint", "int", "bigint", "decimal", "float", "double"].map(
    (name) => [name, "0"] as const,
  ),
  ...["varchar", "char", "varbinary"].map((name) => [name, "''"] as const),
  // For these types only an expression is allowed (MySQL since 8.0.13).
  ...["tinytext", "text", "mediumtext", "longtext", "tinyblob", "blob", "mediumblob", "longblob"].map(
    (name) => [name, "('')"] as const,
  ),
  ["json", "(JSON_OBJECT())"],
  ["date", "'1970-01-01'"],
  ["datetime", "CURRENT_TIMESTAMP"],
  ["timestamp", "CURRENT_TIMESTAMP"],
  ["time", "'00:00:00'"],
]);

type ValueOf = (type: ColumnType, before: Step["before"]) => string | undefined;

const valueOf: Readonly<Record<DialectFamily, ValueOf>> = {
  mongodb: () => undefined,
  mysql: (type) => {
    const [first] = type.values ?? [];
    if (type.name === "enum" && first !== undefined) return literal(first);
    const value = mysql.get(type.name);
    const [digits] = type.modifiers;
    return value === "CURRENT_TIMESTAMP" && digits !== undefined ? `${value}(${digits})` : value;
  },
  postgres: (type, before) => {
    if (type.dimensions > 0) return "'{}'";
    const found = before.type(type);
    if (found.is !== "present" || found.value.form !== "enum") return postgres.get(type.name);
    const [first] = found.value.labels;
    return first === undefined ? undefined : literal(first.label);
  },
};

/** Zero, nothing, now, or the first label of an enum; undefined: the type has no such value. */
export const plainValue = ({ before }: Pick<Step, "before">, type: ColumnType): string | undefined =>
  valueOf[before.family](type, before);

/** The same for a new column whose rows may share it: no key, no reference, and no CHECK that it may fail. */
export function plainDefault(step: Step, { name, type }: ColumnDefinition): string | undefined {
  const table = tableOf(step.operation);
  const later = step.neighbours(
    "later",
    "addForeignKey",
    "addUnique",
    "addPrimaryKey",
    "addCheck",
    "createIndex",
  );
  const isKey = [...step.statement.operations, ...later.map(({ operation }) => operation)].some(
    (other) =>
      tableOf(other)?.name === table?.name &&
      (((other.kind === "addForeignKey" || other.kind === "addUnique" || other.kind === "addPrimaryKey") &&
        other.columns.some(({ text }) => text === name.text)) ||
        (other.kind === "addCheck" && other.expression.columns.some(({ column }) => column === name.text)) ||
        (other.kind === "createIndex" &&
          other.unique &&
          other.elements.some(({ column }) => column === name.text))),
  );
  const value = isKey || namesRow(step, name.text) ? undefined : plainValue(step, type);
  return value === undefined || letsIn(value, name.text) ? undefined : value;
}

/** The same for rows of an existing column that came without a value, on PostgreSQL. */
export function plainFill(
  step: Step,
  table: QualifiedName,
  { name, type }: Pick<Column, "name" | "type">,
): string | undefined {
  const found = step.before.relation(table);
  if (type === undefined || found.is !== "present" || namesRow(step, name)) return undefined;
  const isReference = found.value.constraints.some(
    (one) => one.kind !== "unique" && "columns" in one && one.columns.includes(name),
  );
  // Each row gets one of its own.
  if (type.name === "uuid" && type.dimensions === 0 && !isReference) return "gen_random_uuid()";
  const isKey =
    found.value.constraints.some((one) =>
      one.kind === "check"
        ? one.expression.columns.some(({ column }) => column === name)
        : "columns" in one && one.columns.includes(name),
    ) || step.before.indexesOn(table).some((index) => index.unique && indexInvolves(index, name));
  const value = isKey ? undefined : plainValue(step, type);
  return value === undefined || letsIn(value, name) ? undefined : value;
}

/** The migration makes it refer to another table: a default that all rows share is seldom one of its keys. */
export const refers = ({ operation, statement, neighbours }: Step, name: string): boolean =>
  [...statement.operations, ...neighbours("later", "addForeignKey").map((one) => one.operation)].some(
    (other) =>
      other.kind === "addForeignKey" &&
      other.table.name === tableOf(operation)?.name &&
      other.columns.some(({ text }) => text === name),
  );

/** `customer_id`, and the `owner_type` of an `owner_id`: no row of another table has the value 0, or none at all. */
function namesRow({ statement, neighbours, after, operation }: Step, name: string): boolean {
  const words = wordsOf(name);
  const stem = words.slice(0, -1).join("_");
  if (words.at(-1) === "id") return stem !== "";
  if (words.at(-1) !== "type") return false;
  const table = tableOf(operation);
  const known = table === undefined ? undefined : after.relation(table);
  const added = [...statement.operations, ...neighbours("later", "addColumn").map((one) => one.operation)];
  const others = [
    ...(known?.is === "present" ? known.value.columns.map((one) => one.name) : []),
    ...added.flatMap((one) =>
      one.kind === "addColumn" && one.table.name === table?.name ? [one.column.name.text] : [],
    ),
  ];
  return others.some((other) => wordsOf(other).join("_") === `${stem}_id`);
}

/** The column of `c IS NULL`; undefined: it is another condition. */
const askedForNull = (condition: string): string | undefined =>
  /^["`]?(.+?)["`]?\s+is\s+null$/is.exec(condition.trim())?.[1];

/** A constant that the migration sets in all rows of a new column, with the statement that does; undefined: it sets none. */
export function givenByUpdate(
  step: Step,
  { table, column }: OperationOf<"addColumn">,
): { readonly value: string; readonly statement: Span } | undefined {
  const name = column.name.text;
  const update = step
    .neighbours("later", "updateRows")
    .find(({ operation: { columns, table: other, among }, before }) => {
      const isOfIt = before.resolve(other) === step.before.resolve(table) && among === undefined;
      return isOfIt && columns.length === 1 && columns[0]?.text === name;
    });
  if (update === undefined || update.inBody || update.values.sharedKey() !== undefined) return undefined;
  const { operation, statement } = update;
  const { where, span } = operation;
  const isOfAll =
    where === undefined ||
    where.trivial ||
    askedForNull(textOf(update, where.span))?.toLowerCase() === name.toLowerCase();
  const text = update.script.text.slice(span.start, where?.span.start ?? span.end);
  const [, value] =
    /\sset\s+\S+\s*=\s*('(?:[^']|'')*'|-?\d+(?:\.\d+)?|true|false)\s*(?:where\s*)?$/i.exec(text) ?? [];
  return isOfAll && value !== undefined ? { value, statement: statement.span } : undefined;
}

/** Nothing, in a column in which that would let somebody in, or be taken for a person's. */
const letsIn = (value: string, column: string): boolean =>
  isEmpty.test(value) && wordsOf(column).some((word) => secrets.has(word));

const isEmpty = /^\(?''\)?$/;

const secrets: ReadonlySet<string> = new Set(
  (
    "password passwd pwd passphrase passcode pin otp secret token hash hashed salt digest credential credentials key " +
    "apikey signature email mail username login"
  ).split(" "),
);
