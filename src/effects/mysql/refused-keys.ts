/** What keys, indexes and foreign keys stand against. */
import { engineIn, engineOf } from "../../model/engines.ts";
import type { Operation } from "../../model/operation.ts";
import type { ForeignKey, Index } from "../../schema/model.ts";
import { constraintTag } from "../../schema/state.ts";
import type { StatementContext } from "./statement-context.ts";

/** Foreign keys of the table that the statement leaves. */
export function foreignKeys(context: StatementContext): readonly ForeignKey[] {
  const dropped = new Set(
    context.statement.flatMap((op) => (op.kind === "dropConstraint" ? op.name.text : [])),
  );
  const isSure = (name: string): boolean => context.schema.certain(context.key, constraintTag(name));
  return (context.relation?.constraints ?? []).flatMap((c) =>
    c.kind === "foreign key" && !dropped.has(c.name) && isSure(c.name) ? c : [],
  );
}

export function isReferenced(context: StatementContext, dropsToo: boolean): boolean {
  if (context.isOff("foreign_key_checks")) return false;
  const gone = new Set(
    context.statement.flatMap((op) => (op.kind === "dropTable" ? context.schema.resolve(op.table) : [])),
  );
  return context.schema
    .foreignKeysTo(context.key)
    .some(({ table }) => table !== context.key && !(dropsToo && gone.has(table)));
}

export const covers = (index: Pick<Index, "elements">, columns: readonly string[]): boolean =>
  columns.every((column, i) => index.elements[i]?.column === column);

/** A foreign key keeps an index on its columns, and on those that it refers to. */
export function neededIndex(names: readonly string[], context: StatementContext): string | undefined {
  const left = context.indexes.filter(({ name }) => !names.includes(name) && !context.dropped.has(name));
  const made = context.statement.flatMap((op) =>
    op.kind === "createIndex" || (op.kind === "addUnique" && op.elements !== undefined)
      ? { elements: op.elements ?? [] }
      : [],
  );
  const isCovered = (columns: readonly string[]): boolean =>
    [...left, ...made].some((index) => covers(index, columns));
  const gone = context.indexes.filter(({ name }) => names.includes(name));
  const wasCovered = (columns: readonly string[]): boolean => gone.some((index) => covers(index, columns));
  const unchecked = context.isMariaDb && context.isOff("foreign_key_checks");
  const own = unchecked ? [] : foreignKeys(context).map((fk) => fk.columns);
  const others = context.isOff("foreign_key_checks")
    ? []
    : context.schema.foreignKeysTo(context.key).map(({ constraint }) => constraint.referencedColumns);
  const needed = [...own, ...others].some((columns) => wasCovered(columns) && !isCovered(columns));
  return needed ? `Cannot drop index '${names[0] ?? ""}': needed in a foreign key constraint` : undefined;
}

type KeyMaker = Extract<Operation, { kind: "addPrimaryKey" | "addUnique" | "createIndex" | "addForeignKey" }>;

/**
 * A foreign key has an index made for its columns, whatever the engine. Of REFERENCES behind a column, only a release
 * before 9.0 is known to make none.
 */
export const makesKey = (op: Operation, context: StatementContext): op is KeyMaker =>
  op.kind === "addForeignKey"
    ? op.inlineColumn === undefined || context.mayReadInlineReferences
    : op.kind === "addPrimaryKey" || op.kind === "addUnique" || op.kind === "createIndex";

/** Where its elements aren't known, it may. */
export const beginsWith = (op: KeyMaker, column: string): boolean =>
  op.kind === "addForeignKey"
    ? op.columns[0]?.text === column
    : op.elements === undefined || op.elements[0]?.column === column;

export const oneCounter =
  "Incorrect table definition; there can be only one auto column and it must be defined as a key";

export function refusedPrimaryKeyDrop(context: StatementContext): string | undefined {
  const counts = context.primaryKey?.elements.some(
    (e) => context.column(e.column ?? "")?.mysql?.autoIncrement === true,
  );
  const counter = context.relation?.columns.find((c) => c.mysql?.autoIncrement === true)?.name;
  const isHeld =
    context.indexes.some(
      ({ name, elements }) =>
        name !== "primary" && !context.dropped.has(name) && elements[0]?.column === counter,
    ) || context.statement.some((op) => makesKey(op, context) && beginsWith(op, counter ?? ""));
  const changes = context.statement.some(
    (op) => (op.kind === "redefineColumn" || op.kind === "dropColumn") && op.column.text === counter,
  );
  if (counts === true && !isHeld && !changes) return oneCounter;
  return context.statement.some((op) => op.kind === "addPrimaryKey")
    ? undefined
    : neededIndex(["primary"], context);
}

export function refusedForeignKey(
  op: Extract<Operation, { kind: "addForeignKey" }>,
  context: StatementContext,
): string | undefined {
  const taken = droppedBeside(op, context);
  if (taken !== undefined) return taken;
  if (op.inlineColumn !== undefined && !context.readsInlineReferences) return undefined;
  if (
    context.schema.resolve(op.references) === context.schema.resolve(op.table) &&
    context.relation === undefined
  )
    return undefined;
  if (op.within === "createTable" && context.relation === undefined) {
    const target = context.schema.relation(op.references);
    const own = context.statement.find((one) => one.kind === "createTable");
    const isOther =
      target.is === "present" &&
      engineOf(target.value) !== "innodb" &&
      engineIn(own?.options ?? []) === "innodb";
    return (target.is === "absent" || isOther) && !context.isOff("foreign_key_checks")
      ? "Foreign key constraint is incorrectly formed"
      : undefined;
  }
  if (context.engine !== "innodb") return undefined;
  if (context.isPartitioned) return "Partitioned tables do not support FOREIGN KEY";
  const target = context.schema.relation(op.references);
  if (target.is === "absent")
    return context.isOff("foreign_key_checks") ? undefined : "Foreign key constraint is incorrectly formed";
  if (target.is !== "present" || !target.value.complete) return undefined;
  if (engineOf(target.value) !== "innodb" && !context.isOff("foreign_key_checks"))
    return "Foreign key constraint is incorrectly formed";
  const referenced = op.referencedColumns.map((c) => c.text);
  const isIndexed = context.schema.indexesOn(target.value.key).some((index) => covers(index, referenced));
  if (referenced.length > 0 && !isIndexed) return "Foreign key constraint is incorrectly formed";
  for (const [i, { text }] of op.columns.entries()) {
    const [own, other] = [context.column(text), target.value.columns.find((c) => c.name === referenced[i])];
    if (op.onDelete === "set null" && own?.notNull === "yes")
      return "Foreign key constraint is incorrectly formed";
    const [a, b] = [own?.type, other?.type];
    if (a === undefined || b === undefined) continue;
    if (a.name !== b.name || a.unsigned !== b.unsigned) return "Foreign key constraint is incorrectly formed";
  }
  return undefined;
}

/**
 * The name of a foreign key is free only after the statement that drops it, whatever the ALGORITHM (measured with
 * MySQL 9.7 and MariaDB 10.11). From MariaDB 12.1 on, names are those of the table.
 */
function droppedBeside(
  op: Extract<Operation, { kind: "addForeignKey" }>,
  context: StatementContext,
): string | undefined {
  if (op.name === undefined || context.mariaDbSince("12.1")) return undefined;
  const name = op.name.text.toLowerCase();
  const key = context.relation?.constraints.find(
    (c) => c.kind === "foreign key" && c.name.toLowerCase() === name,
  );
  const isDropped = context.statement.some(
    (other) => other.kind === "dropConstraint" && other.name.text.toLowerCase() === name,
  );
  if (key === undefined || !isDropped) return undefined;
  return context.isMariaDb
    ? "Duplicate key on write or update"
    : `Duplicate foreign key constraint name '${op.name.text}'`;
}

/** An index on a column that the same statement drops. */
export function onDropped(columns: readonly string[], context: StatementContext): string | undefined {
  const back = new Set(
    context.statement.flatMap((op) => (op.kind === "addColumn" ? op.column.name.text : [])),
  );
  const gone = columns.find((column) => context.droppedColumns.has(column) && !back.has(column));
  return gone === undefined ? undefined : `Key column '${gone}' doesn't exist in table`;
}
