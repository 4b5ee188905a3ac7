/** What keys, indexes and foreign keys stand against. */
import { engineOf } from "../../model/engines.ts";
import type { Operation } from "../../model/operation.ts";
import type { ForeignKey, Index } from "../../schema/model.ts";
import type { Scene } from "./statement-context.ts";

/** Foreign keys of the table that the statement leaves. */
export function foreignKeys(scene: Scene): readonly ForeignKey[] {
  const dropped = new Set(
    scene.statement.flatMap((op) => (op.kind === "dropConstraint" ? op.name.text : [])),
  );
  return (scene.relation?.constraints ?? []).flatMap((c) =>
    c.kind === "foreign key" && !dropped.has(c.name) ? c : [],
  );
}

export function isReferenced(scene: Scene, dropsToo: boolean): boolean {
  if (scene.isOff("foreign_key_checks")) return false;
  const gone = new Set(
    scene.statement.flatMap((op) => (op.kind === "dropTable" ? scene.schema.resolve(op.table) : [])),
  );
  return scene.schema
    .foreignKeysTo(scene.key)
    .some(({ table }) => table !== scene.key && !(dropsToo && gone.has(table)));
}

const covers = (index: Pick<Index, "elements">, columns: readonly string[]): boolean =>
  columns.every((column, i) => index.elements[i]?.column === column);

/** A foreign key keeps an index on its columns, and on those that it refers to. */
export function neededIndex(names: readonly string[], scene: Scene): string | undefined {
  const left = scene.indexes.filter(({ name }) => !names.includes(name) && !scene.dropped.has(name));
  const made = scene.statement.flatMap((op) =>
    op.kind === "createIndex" || (op.kind === "addUnique" && op.elements !== undefined)
      ? { elements: op.elements ?? [] }
      : [],
  );
  const isCovered = (columns: readonly string[]): boolean =>
    [...left, ...made].some((index) => covers(index, columns));
  const gone = scene.indexes.filter(({ name }) => names.includes(name));
  const wasCovered = (columns: readonly string[]): boolean => gone.some((index) => covers(index, columns));
  const unchecked = scene.isMariaDb && scene.isOff("foreign_key_checks");
  const own = unchecked ? [] : foreignKeys(scene).map((fk) => fk.columns);
  const others = scene.isOff("foreign_key_checks")
    ? []
    : scene.schema.foreignKeysTo(scene.key).map(({ constraint }) => constraint.referencedColumns);
  const needed = [...own, ...others].some((columns) => wasCovered(columns) && !isCovered(columns));
  return needed ? `Cannot drop index '${names[0] ?? ""}': needed in a foreign key constraint` : undefined;
}

export function refusedPrimaryKeyDrop(scene: Scene): string | undefined {
  const counts = scene.primaryKey?.elements.some(
    (e) => scene.column(e.column ?? "")?.mysql?.autoIncrement === true,
  );
  const counter = scene.relation?.columns.find((c) => c.mysql?.autoIncrement === true)?.name;
  const isHeld = [
    ...scene.indexes.filter(({ name }) => name !== "primary" && !scene.dropped.has(name)),
    ...scene.statement.flatMap((op) =>
      op.kind === "createIndex" || op.kind === "addUnique" || op.kind === "addPrimaryKey"
        ? { elements: "elements" in op ? (op.elements ?? []) : [] }
        : [],
    ),
  ].some(({ elements }) => elements[0]?.column === counter);
  const changes = scene.statement.some(
    (op) => (op.kind === "redefineColumn" || op.kind === "dropColumn") && op.column.text === counter,
  );
  if (counts === true && !isHeld && !changes)
    return "Incorrect table definition; there can be only one auto column and it must be defined as a key";
  return scene.statement.some((op) => op.kind === "addPrimaryKey")
    ? undefined
    : neededIndex(["primary"], scene);
}

export function refusedForeignKey(
  op: Extract<Operation, { kind: "addForeignKey" }>,
  scene: Scene,
): string | undefined {
  if (op.inlineColumn !== undefined && !scene.isMariaDb && !scene.mysqlSince("9.0")) return undefined;
  if (scene.schema.resolve(op.references) === scene.schema.resolve(op.table) && scene.relation === undefined)
    return undefined;
  if (op.within === "createTable" && scene.relation === undefined) {
    const target = scene.schema.relation(op.references);
    return target.is === "absent" && !scene.isOff("foreign_key_checks")
      ? "Foreign key constraint is incorrectly formed"
      : undefined;
  }
  if (scene.engine !== "innodb") return undefined;
  if (scene.isPartitioned) return "Partitioned tables do not support FOREIGN KEY";
  const target = scene.schema.relation(op.references);
  if (target.is === "absent")
    return scene.isOff("foreign_key_checks") ? undefined : "Foreign key constraint is incorrectly formed";
  if (target.is !== "present" || !target.value.complete) return undefined;
  if (engineOf(target.value) !== "innodb") return "Foreign key constraint is incorrectly formed";
  const referenced = op.referencedColumns.map((c) => c.text);
  const isIndexed = scene.schema.indexesOn(target.value.key).some((index) => covers(index, referenced));
  if (referenced.length > 0 && !isIndexed) return "Foreign key constraint is incorrectly formed";
  for (const [i, { text }] of op.columns.entries()) {
    const [own, other] = [scene.column(text), target.value.columns.find((c) => c.name === referenced[i])];
    if (op.onDelete === "set null" && own?.notNull === "yes")
      return "Foreign key constraint is incorrectly formed";
    const [a, b] = [own?.type, other?.type];
    if (a === undefined || b === undefined) continue;
    if (a.name !== b.name || a.unsigned !== b.unsigned) return "Foreign key constraint is incorrectly formed";
  }
  return undefined;
}

/** An index on a column that the same statement drops. */
export function onDropped(columns: readonly string[], scene: Scene): string | undefined {
  const back = new Set(scene.statement.flatMap((op) => (op.kind === "addColumn" ? op.column.name.text : [])));
  const gone = columns.find((column) => scene.droppedColumns.has(column) && !back.has(column));
  return gone === undefined ? undefined : `Key column '${gone}' doesn't exist in table`;
}
