import type { Step } from "../../replay/step.ts";
import { heading, madeName, quote, textOf } from "./words.ts";

const nextMigration = heading("then, in a transaction of its own:");

/** ADD … NOT VALID, then VALIDATE in another transaction: for foreign keys and checks. */
export function notValidThenValidate(step: Step): string | undefined {
  const { operation } = step;
  if (operation.kind !== "addForeignKey" && operation.kind !== "addCheck") return undefined;
  const table = operation.table.text;
  const columns = operation.kind === "addForeignKey" ? operation.columns.map(({ text }) => text) : [];
  const suffix = operation.kind === "addForeignKey" ? "fkey" : "check";
  const inline = operation.inlineColumn === undefined ? [] : [operation.inlineColumn.text];
  const name = quote(
    operation.name?.text ??
      [operation.table.name, ...(columns.length > 0 ? columns : inline), suffix].join("_").slice(0, 63),
  );
  const body =
    operation.kind === "addCheck"
      ? `CHECK (${operation.expression.text})`
      : `FOREIGN KEY (${columns.map(quote).join(", ")}) ${references(step)}`;
  const first = operation.within === "addColumn" ? [`${addColumnAlone(step)}`] : [];
  return [
    ...first,
    `ALTER TABLE ${table} ADD CONSTRAINT ${name} ${body} NOT VALID;`,
    nextMigration,
    `ALTER TABLE ${table} VALIDATE CONSTRAINT ${name};`,
  ].join("\n");
}

function references(step: Step): string {
  const { operation } = step;
  if (operation.kind !== "addForeignKey") return "";
  const columns = operation.referencedColumns.map(({ text }) => quote(text)).join(", ");
  const target = columns === "" ? operation.references.text : `${operation.references.text} (${columns})`;
  const onDelete = operation.onDelete === undefined ? "" : ` ON DELETE ${operation.onDelete.toUpperCase()}`;
  const onUpdate = operation.onUpdate === undefined ? "" : ` ON UPDATE ${operation.onUpdate.toUpperCase()}`;
  return `REFERENCES ${target}${onDelete}${onUpdate}`;
}

/** ADD COLUMN of the same statement with name, type and default alone. */
function addColumnAlone(step: Step): string {
  const added = step.statement.operations.find(
    (other) =>
      other.kind === "addColumn" &&
      "inlineColumn" in step.operation &&
      other.column.name.text === step.operation.inlineColumn?.text,
  );
  if (added?.kind !== "addColumn") return heading("add the column alone first");
  const { name, type, default: value, notNull } = added.column;
  const rest = `${notNull ? " NOT NULL" : ""}${value === undefined ? "" : ` DEFAULT ${value.text}`}`;
  return `ALTER TABLE ${added.table.text} ADD COLUMN ${quote(name.text)} ${type.text}${rest};`;
}

/** The NOT NULL block: a validated CHECK proves it, so that SET NOT NULL scans nothing. */
export function notNullByCheck(step: Step): string | undefined {
  const { operation } = step;
  if (operation.kind !== "setNotNull" && operation.kind !== "addNotNull") return undefined;
  return notNullBlock(operation.table.text, operation.table.name, operation.column.text);
}

export function notNullBlock(table: string, tableName: string, column: string): string {
  const check = madeName(tableName, column, "nn");
  return [
    heading("after the backfill"),
    `ALTER TABLE ${table} ADD CONSTRAINT ${check} CHECK (${quote(column)} IS NOT NULL) NOT VALID;`,
    nextMigration,
    `ALTER TABLE ${table} VALIDATE CONSTRAINT ${check};`,
    heading("then, in the next one (the CHECK proves it: no scan):"),
    `ALTER TABLE ${table} ALTER COLUMN ${quote(column)} SET NOT NULL;`,
    `ALTER TABLE ${table} DROP CONSTRAINT ${check};`,
  ].join("\n");
}

export function validateLater(step: Step): string | undefined {
  const { operation } = step;
  if (operation.kind !== "validateConstraint") return undefined;
  return [nextMigration, `${alterTable(step)};`].join("\n");
}

const alterTable = (step: Step): string =>
  "table" in step.operation && typeof step.operation.table === "object"
    ? `ALTER TABLE ${step.operation.table.text} ${textOf(step, step.operation.span)}`
    : textOf(step, step.operation.span);
