/** The safe ways on MySQL and MariaDB. */
import { tableOf } from "../model/kinds.ts";
import type { Step } from "../replay/step.ts";
import { heading, textOf } from "./words.ts";

const deploy = heading("deploy the version that no longer uses it; then, in a later migration:");

function deprecateColumn({ operation, spell }: Step): string | undefined {
  if (operation.kind !== "dropColumn") return undefined;
  const { table, column } = operation;
  return [
    heading(`ddlint-deprecated: ${table.text}.${spell(column)}`),
    deploy,
    `ALTER TABLE ${table.text} DROP COLUMN ${spell(column)};`,
  ].join("\n");
}

function deprecateTable({ operation }: Step): string | undefined {
  if (operation.kind !== "dropTable") return undefined;
  const table = operation.table.text;
  return [
    `ALTER TABLE ${table} COMMENT = 'deprecated: no longer used';`,
    deploy,
    `DROP TABLE ${table};`,
  ].join("\n");
}

/** Old rows and writers that don't know the column get the default. */
function requiredColumn(step: Step): string | undefined {
  const { operation } = step;
  if (operation.kind !== "addColumn") return undefined;
  const { name, type } = operation.column;
  // For these types only an expression is allowed (MySQL since 8.0.13).
  const isLarge = /text$|blob$|^json$|^geometry$/.test(type.name);
  const definition = `${step.spell(name)} ${type.text === "" ? "<type>" : type.text}`;
  return [
    heading("with a default, for old rows and for writers that don't know the column"),
    `ALTER TABLE ${operation.table.text} ADD COLUMN ${definition} NOT NULL DEFAULT ${isLarge ? "(<value>)" : "<value>"};`,
  ].join("\n");
}

/** The old name stays as a view. */
function renameWithView({ operation, spell }: Step): string | undefined {
  if (operation.kind !== "renameTable") return undefined;
  const [old, name] = [operation.table.text, spell(operation.to)];
  return [
    `RENAME TABLE ${old} TO ${name};`,
    `CREATE VIEW ${old} AS SELECT * FROM ${name};`,
    heading("deploy the version that uses the new name; then, in a later migration:"),
    `DROP VIEW ${old};`,
  ].join("\n");
}

/** The same change in small batches. */
function inBatches(step: Step): string | undefined {
  const { operation } = step;
  if (operation.kind !== "deleteRows" && operation.kind !== "updateRows") return undefined;
  const { where, table, head } = operation;
  const rest = where === undefined || where.trivial ? "" : textOf(step, where.span);
  if (operation.kind === "deleteRows") {
    // With several tables no LIMIT is allowed.
    if (rest === "" || operation.among !== undefined) return undefined;
    return [
      heading("repeat until it deletes no row, and commit each round:"),
      `DELETE FROM ${table.text} WHERE ${rest} LIMIT 1000;`,
    ].join("\n");
  }
  const column = step.spell(wholeKey(step) ?? "id");
  const key = operation.among === undefined ? column : `${step.before.spell(operation.among)}.${column}`;
  const verb = textOf(step, { start: head.start, end: where?.span.start ?? operation.span.end })
    .trimEnd()
    .replace(/\swhere$/i, "")
    .trimEnd();
  return [
    heading("by ranges of the key, and commit each of them:"),
    `${verb} WHERE ${key} > <from> AND ${key} <= <to>${rest === "" ? "" : ` AND (${rest})`};`,
  ].join("\n");
}

function wholeKey({ operation, before }: Step): string | undefined {
  const table = tableOf(operation);
  if (table === undefined) return undefined;
  const found = before.relation(table);
  const key =
    found.is === "present" ? found.value.constraints.find(({ kind }) => kind === "primary key") : undefined;
  return key?.kind === "primary key" && key.columns.length === 1 ? key.columns[0] : undefined;
}

/** Both sides of a foreign key change their type while it is dropped. */
function typesTogether(step: Step): string | undefined {
  const { operation, before } = step;
  const holder = operation.kind === "redefineColumn" ? step.mysql.heldByForeignKey() : undefined;
  if (operation.kind !== "redefineColumn" || holder === undefined) return undefined;
  const found = before.constraint(holder.table, holder.constraint);
  if (found.is !== "present" || found.value.kind !== "foreign key") return undefined;
  const { columns, references, referencedColumns, onDelete, onUpdate } = found.value;
  const [child, parent] = [step.show(holder.table), step.show(references)];
  const rules = [
    onDelete === undefined ? "" : ` ON DELETE ${onDelete.toUpperCase()}`,
    onUpdate === undefined ? "" : ` ON UPDATE ${onUpdate.toUpperCase()}`,
  ].join("");
  const constraint = step.spell(holder.constraint);
  const list = (names: readonly string[]): string => names.map((name) => step.spell(name)).join(", ");
  const [parents, children] = [list(referencedColumns), list(columns)];
  // The pair that the column belongs to, on whichever side it stands.
  const at = Math.max(
    0,
    columns.indexOf(operation.column.text),
    referencedColumns.indexOf(operation.column.text),
  );
  const definition = `${operation.definition.type.text} /* NULL, DEFAULT and all else that it has */`;
  const retyped = (names: readonly string[]): string => `MODIFY ${step.spell(names[at] ?? "")} ${definition}`;
  return [
    `ALTER TABLE ${child} DROP FOREIGN KEY ${constraint};`,
    `ALTER TABLE ${parent} ${retyped(referencedColumns)};`,
    `ALTER TABLE ${child} ${retyped(columns)};`,
    `ALTER TABLE ${child} ADD CONSTRAINT ${constraint} FOREIGN KEY (${children}) REFERENCES ${parent} (${parents})${rules};`,
  ].join("\n");
}

function findAlike(step: Step): string | undefined {
  const key = step.mysql.newUnique();
  if (key === undefined) return undefined;
  const columns = key.columns.map((column) => step.spell(column)).join(", ");
  return [
    heading("before it, until this finds no rows:"),
    `SELECT ${columns}, COUNT(*) FROM ${step.show(key.table)} GROUP BY ${columns} HAVING COUNT(*) > 1;`,
  ].join("\n");
}

/** Makes the index invisible first, and drops it in a later migration. */
function hideIndex({ operation, spell, before }: Step): string | undefined {
  if (operation.kind !== "dropIndex" || operation.onTable === undefined) return undefined;
  const [table, index] = [operation.onTable.text, spell(operation.index.written ?? operation.index.name)];
  const [hidden, shown] = before.dialect.isMariaDb ? ["IGNORED", "NOT IGNORED"] : ["INVISIBLE", "VISIBLE"];
  return [
    `ALTER TABLE ${table} ALTER INDEX ${index} ${hidden};`,
    heading(`if queries become slow: ALTER INDEX ${index} ${shown}; otherwise, in a later migration:`),
    `ALTER TABLE ${table} DROP INDEX ${index};`,
  ].join("\n");
}

const settingBack = ({ operation }: Step): string | undefined =>
  operation.kind === "setOption"
    ? [heading("at the end of the file"), `SET ${operation.name} = DEFAULT;`].join("\n")
    : undefined;

const withLockTimeout = (): string =>
  [
    heading(
      "before the statement; or, if the connection sets it already, state lockTimeout in the configuration",
    ),
    "SET SESSION lock_wait_timeout = 5;",
  ].join("\n");

const orOnDuplicateKey = (): string =>
  "`INSERT IGNORE`, or `ON DUPLICATE KEY UPDATE` where the given values must win.";

function withColumns({ operation, before }: Step): string | undefined {
  if (operation.kind !== "insertRows") return undefined;
  const found = before.relation(operation.table);
  if (found.is !== "present" || !found.value.complete) return undefined;
  const columns = found.value.columns.filter(({ mysql }) => mysql?.visible !== false);
  return `INSERT INTO ${operation.table.text} (${columns.map((column) => before.spell(column)).join(", ")}) <values or query>;`;
}

export const mysql = {
  deprecateColumn,
  deprecateTable,
  requiredColumn,
  renameWithView,
  inBatches,
  typesTogether,
  findAlike,
  hideIndex,
  settingBack,
  withLockTimeout,
  withColumns,
  orOnDuplicateKey,
};
