/** Tables that have few rows by what the history says of them. */
import { normalise } from "../../../schema/expression-text.ts";
import type { Relation } from "../../../schema/model.ts";
import type { Schema } from "../../../schema/schema.ts";

/** A table of so many columns describes something; those that say what a word means have fewer. */
const mostColumns = 8;
const mostKeys = 1000;

/**
 * True of settings (a CHECK or the type of the key leaves room for few rows) and of look-up tables: the history writes
 * their rows itself, they don't refer to other tables, and their columns only say what a word means.
 */
export function hasFewRows(schema: Schema, table: Relation): boolean {
  if (table.kind !== "table" || !table.complete) return false;
  return hasBoundedKey(schema, table) || isLookUp(table);
}

function isLookUp({ seeded = 0, loaded, columns, constraints, partitionOf, children }: Relation): boolean {
  if (seeded < 2 || loaded || columns.length > mostColumns) return false;
  if (partitionOf !== undefined || children.length > 0) return false;
  if (constraints.some(({ kind }) => kind === "foreign key")) return false;
  const key = constraints.flatMap((one) => (one.kind === "primary key" ? one.columns : []));
  return columns.every(
    ({ name, type }) => type?.name === "boolean" || key.includes(name) || meaning.test(name),
  );
}

/** What a look-up table says of a word: its name, its place among the others. */
const meaning =
  /^(?:\w+_)?(?:abbreviation|active|code|colou?r|default|description|enabled|icon|key|kind|label|level|locale|name|order|position|priority|rank|slug|sort|symbol|title|type|value)$/i;

/** `CHECK (id = 1)`, `CHECK (id BETWEEN 1 AND 12)`, a key that is a boolean or an enum. */
function hasBoundedKey(schema: Schema, { columns, constraints }: Relation): boolean {
  return constraints.some((key) => {
    if (key.kind !== "primary key" && key.kind !== "unique") return false;
    const column = key.columns.length === 1 ? columns.find(({ name }) => name === key.columns[0]) : undefined;
    if (column?.type === undefined) return false;
    if (key.kind === "unique" && column.notNull !== "yes") return false;
    if (column.type.name === "boolean" || column.type.name === "enum") return true;
    const type = schema.type(column.type);
    if (type.is === "present" && type.value.form === "enum") return true;
    return constraints.some(
      (check) =>
        check.kind === "check" &&
        check.enforced &&
        check.validated &&
        check.expression.columns.length > 0 &&
        check.expression.columns.every((one) => one.column === column.name) &&
        isNarrow(check.expression.text),
    );
  });
}

const oneValue = /^[^()=<>!]{1,70}=\s*(?:\d+|true|'[^']*')$/i;
const range = /^[^()=<>!]{1,70}\bBETWEEN\s+(\d{1,9})\s+AND\s+(\d{1,9})$/i;

function isNarrow(text: string): boolean {
  const bare = normalise(text);
  const [, from, to] = range.exec(bare) ?? [];
  return oneValue.test(bare) || (from !== undefined && Number(to) - Number(from) < mostKeys);
}
