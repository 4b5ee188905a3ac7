/** A column that goes later: until then, rows come without it. */
import type { Name, QualifiedName } from "../model/names.ts";
import type { Step } from "../replay/step.ts";
import { heading, type Heading, type Part } from "./advice.ts";
import { plainValue } from "./defaults.ts";

export function isOfKey({ before }: Step, { table, column }: Step<"dropColumn">["operation"]): boolean {
  const found = before.relation(table);
  const constraints = found.is === "present" ? found.value.constraints : [];
  return constraints.some((one) => one.kind === "primary key" && one.columns.includes(column.text));
}

/** Before the application leaves the column out: only a column that no key has can become nullable. */
export function keyFirst(
  { before, spell }: Step,
  { table, column }: Step<"dropColumn">["operation"],
): readonly string[] {
  const found = before.relation(table);
  const key =
    found.is === "present" ? found.value.constraints.find((one) => one.kind === "primary key") : undefined;
  if (key?.kind !== "primary key" || !key.columns.includes(column.text)) return [];
  const name = spell(column);
  return [
    `first replace the primary key ${spell(key.name)}, or drop it, and let ${name} be NULL (ALTER COLUMN ${name} DROP NOT NULL): rows are to come without it`,
  ];
}

/** Before a version is deployed that leaves the column out, as a part of a sentence. Empty: it may be left out. */
export function optionalInWords({ before }: Step, table: QualifiedName, { text }: Name): string {
  const found = before.column(table, text);
  const old = found.is === "present" ? found.value : undefined;
  if (old?.notNull === "no" || old?.hasDefault === "yes" || old?.identity !== undefined) return "";
  return old?.notNull === "yes"
    ? "make the old one nullable, "
    : "make the old one nullable where it is NOT NULL, ";
}

const first = (column: string, undo?: readonly string[]): Heading =>
  heading(`then, as rows are to come without ${column}:`, { transaction: "own", after: "backfill", undo });

/** Before the version is deployed that writes only the one that takes its place; `value`: what that one holds. */
export function optionalBefore(step: Step<"dropColumn">, value: string): Part {
  const { operation, before, spell } = step;
  const { table, column } = operation;
  const found = before.column(table, column.text);
  const old = found.is === "present" ? found.value : undefined;
  // A column of a primary key can't become nullable.
  if (old?.notNull === "no" || old?.hasDefault === "yes" || old?.identity !== undefined) return [];
  if (old?.generated !== undefined || isOfKey(step, operation)) return [];
  const name = spell(column);
  const required = `ALTER TABLE ${table.text} ALTER COLUMN ${name}`;
  const fill = `UPDATE ${table.text} SET ${name} = ${value} WHERE ${name} IS NULL;`;
  return old?.notNull === "yes"
    ? [first(name, [fill, `${required} SET NOT NULL;`]), `${required} DROP NOT NULL;`]
    : heading(`where ${name} is NOT NULL without a default: ALTER COLUMN ${name} DROP NOT NULL first`);
}

/** The same on MySQL. */
export function optionalBeforeInMysql(step: Step<"dropColumn">): Part {
  const part = optionalInMysql(step);
  return typeof part === "string" ? [first(step.spell(step.operation.column)), part] : part;
}

/** What lets an INSERT leave the column out, which in strict mode fails where it takes no NULL and has no default. */
export function optionalInMysql(step: Step<"dropColumn">): Part {
  const { operation, spell, before, statement } = step;
  const { table, column } = operation;
  const found = before.column(table, column.text);
  const old = found.is === "present" ? found.value : undefined;
  const isUnique = before
    .indexesOn(table)
    .some(({ unique, elements }) => unique && elements.some((element) => element.column === column.text));
  const needsValue =
    old?.notNull === "yes" &&
    // Two rows with the default would be alike in the key.
    (old.hasDefault === "no" || isUnique) &&
    old.mysql?.autoIncrement !== true &&
    old.generated === undefined;
  const dropsKey = statement.operations.some(({ kind }) => kind === "dropConstraint" || kind === "dropIndex");
  if (needsValue && isOfKey(step, operation) && !dropsKey)
    return heading(
      `first replace the primary key by one without ${spell(column)}, or drop it, and then make ${spell(column)} nullable: rows are to come without it`,
    );
  const value = needsValue && old.type !== undefined ? plainValue(step, old.type) : undefined;
  const relation = before.relation(table);
  const refers =
    relation.is === "present" &&
    relation.value.constraints.some((one) => one.kind === "foreign key" && one.columns.includes(column.text));
  // MODIFY takes away what it doesn't repeat.
  const isPlain =
    old?.collation === undefined && old?.mysql?.charset === undefined && old?.comment === undefined;
  const becomesNull = refers || value === undefined || (isUnique && !dropsKey);
  const head = `ALTER TABLE ${table.text}`;
  if (needsValue && old.type !== undefined && (isPlain || (value !== undefined && (refers || !becomesNull))))
    return becomesNull
      ? `${head} MODIFY ${spell(column)} ${old.type.text} NULL;`
      : `${head} ALTER COLUMN ${spell(column)} SET DEFAULT ${alteredTo(value)};`;
  if (needsValue && isUnique)
    return heading(
      `first make ${spell(column)} nullable: a default would be the same in two rows of its key`,
    );
  return needsValue || old === undefined || old.notNull === "unknown"
    ? heading("where it is NOT NULL without a default: give it a default, or make it nullable, first")
    : [];
}

/** ALTER COLUMN takes what isn't a literal only in parentheses, and of a text no constant there, which MODIFY takes. */
const alteredTo = (value: string): string =>
  value === "('')" ? "(CONCAT(''))" : value.startsWith("CURRENT_TIMESTAMP") ? `(${value})` : value;
