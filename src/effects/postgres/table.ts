/** Whole tables: created, dropped, emptied, attached and detached. */
import type { Key } from "../../model/names.ts";
import type {
  AttachPartition,
  CreateTable,
  DetachPartition,
  DropTable,
  TruncateTable,
} from "../../model/operation.ts";
import type { ForeignKey, Index, Relation } from "../../schema/model.ts";
import { dropDependents } from "./drop.ts";
import { sameType } from "../../model/types.ts";
import { defaultOf } from "./refusals.ts";
import { refuseBound, refuseChild } from "./refused-partitions.ts";
import { bare, indexColumns, type Scene } from "./statement-context.ts";

export function createTable(op: CreateTable, scene: Scene): void {
  if (op.ifNotExists && scene.schema.relation(op.table).is === "present") {
    scene.name(op.query);
    return;
  }
  if (op.columns.some((column) => column.generated?.stored === false)) scene.needs(18, "VIRTUAL");
  for (const source of op.like) scene.lock(source.table, "ACCESS SHARE");
  for (const parent of op.inherits) refuseInheritance(op, scene.relation(parent), scene);
  refuseTyped(op, scene);
  for (const parent of op.inherits) scene.lock(parent, "SHARE UPDATE EXCLUSIVE");
  if (op.withNoData) scene.name(op.query);
  else scene.read(op.query);
  if (op.partitionOf === undefined) return;
  const parent = scene.key(op.partitionOf.parent);
  const relation = scene.relation(parent);
  if (relation?.complete === true && relation.partitionBy === undefined)
    scene.found.fail(`"${relation.name}" is not partitioned`);
  if (op.partitionOf.bound.default && relation !== undefined && defaultOf(relation, scene))
    scene.found.fail(`partition "${op.table.name}" conflicts with existing default partition`);
  if (relation !== undefined) refuseBound(relation, op.table.name, op.partitionOf.bound, scene);
  scene.lock(parent, "ACCESS EXCLUSIVE");
  if (!op.partitionOf.bound.default) checkDefaultPartition(parent, scene);
  cloneForeignKeys(parent, scene);
}

function refuseInheritance(op: CreateTable, parent: Relation | undefined, scene: Scene): void {
  if (parent?.partitionBy !== undefined)
    scene.found.fail(`cannot inherit from partitioned table "${parent.name}"`);
  for (const { name, type } of op.columns) {
    const inherited = parent?.columns.find((column) => column.name === name.text)?.type;
    if (inherited !== undefined && type.name !== "" && !sameType(inherited, type))
      scene.found.fail(`column "${name.text}" has a type conflict`);
  }
}

function refuseTyped({ ofType, columns }: CreateTable, scene: Scene): void {
  if (ofType === undefined) return;
  const found = scene.schema.type(ofType);
  if (found.is === "absent" && scene.schema.whole) scene.found.fail(`type "${ofType.name}" does not exist`);
  if (found.is !== "present" || !found.value.complete) return;
  if (found.value.form !== "composite") scene.found.fail(`type ${ofType.name} is not a composite type`);
  for (const { name } of columns)
    if (!found.value.attributes.some((attribute) => attribute.name === name.text))
      scene.found.fail(`column "${name.text}" does not exist`);
}

/** A new partition takes part in the parent's foreign keys, on either side. */
function cloneForeignKeys(parent: Key, scene: Scene): void {
  for (const fk of scene.foreignKeysOf(parent)) scene.lockReferenced(fk.references, "SHARE ROW EXCLUSIVE");
  // Until 14 only those on the new partition itself are made.
  const mode = scene.server.version >= 15 ? "SHARE ROW EXCLUSIVE" : "ACCESS SHARE";
  for (const fk of scene.schema.foreignKeysTo(parent)) scene.lock(fk.table, mode);
}

/** Rows of the default partition may belong to the new one: it is locked and read (manual, section 5.12.2). */
function checkDefaultPartition(parent: Key, scene: Scene): void {
  const key = defaultPartition(parent, scene);
  if (key === undefined) return;
  scene.lockTree(key, "ACCESS EXCLUSIVE");
  if (!provesBound(parent, key, scene)) scene.scanTree(key);
}

const defaultPartition = (parent: Key, scene: Scene): Key | undefined =>
  scene.relation(parent)?.children.find((key) => scene.relation(key)?.partitionOf?.bound.default === true);

export function dropTable(op: DropTable, scene: Scene): void {
  const key = scene.key(op.table);
  for (const table of scene.tree(key)) {
    for (const fk of scene.foreignKeysOf(table)) if (!fk.inherited) lockTriggers(fk.references, scene);
    for (const sequence of scene.sequencesOf(table)) scene.lock(sequence, "ACCESS EXCLUSIVE");
  }
  // The parent forgets the partition, and the bound of its default partition changes.
  const parent = scene.relation(key)?.partitionOf?.parent;
  if (parent !== undefined) {
    scene.lock(parent, "ACCESS EXCLUSIVE");
    const rest = defaultPartition(parent, scene);
    if (rest !== undefined) scene.lock(rest, "ACCESS EXCLUSIVE");
    for (const fk of scene.schema.foreignKeysTo(parent)) {
      if (op.cascade) scene.lock(fk.table, "ACCESS EXCLUSIVE");
      else scene.found.fail(`cannot drop table ${op.table.name} because other objects depend on it`);
    }
  }
  dropDependents({ table: key }, `table ${op.table.name}`, op, scene);
}

/** Until 14 a foreign key's triggers stand on the partitions alone. */
function lockTriggers(referenced: Key, scene: Scene): void {
  const below = scene.isPartitioned(referenced) ? scene.tree(referenced) : [referenced];
  for (const key of below)
    if (scene.server.version >= 15 || !scene.isPartitioned(key)) scene.lock(key, "ACCESS EXCLUSIVE");
}

/** CASCADE empties every table that references it, and those that reference them. */
export function truncateTable(op: TruncateTable, scene: Scene): void {
  const emptied = new Set<Key>();
  const visit = (table: Key): void => {
    for (const key of op.only === true ? [table] : scene.tree(table)) {
      if (emptied.has(key)) continue;
      emptied.add(key);
      // Rows of a partition are referenced through its parent.
      const above = scene.relation(key)?.partitionOf?.parent;
      const through = above === undefined || emptied.has(above) ? [] : scene.schema.foreignKeysTo(above);
      for (const fk of [...scene.schema.foreignKeysTo(key), ...through]) {
        if (op.cascade) visit(fk.table);
        else if (fk.table !== key && !emptied.has(fk.table) && !scene.alsoIn("truncateTable", fk.table))
          scene.found.fail("cannot truncate a table referenced in a foreign key constraint");
      }
    }
  };
  visit(scene.key(op.table));
  for (const key of emptied) {
    scene.lock(key, "ACCESS EXCLUSIVE");
    const parent = scene.relation(key)?.partitionOf?.parent;
    if (parent !== undefined && scene.server.version < 14) scene.lock(parent, "ACCESS SHARE");
    if (op.restartIdentity)
      for (const sequence of scene.sequencesOf(key)) scene.lock(sequence, "ACCESS EXCLUSIVE");
  }
}

export function attachPartition(op: AttachPartition, scene: Scene): void {
  const parent = scene.key(op.table);
  const [above, below] = [scene.relation(parent), scene.relation(op.partition)];
  refuseColumns(above, below, scene);
  refuseChild(above, below, scene);
  if (above !== undefined) refuseBound(above, op.partition.name, op.bound, scene);
  scene.lockTree(op.partition, "ACCESS EXCLUSIVE");
  if (!op.bound.default) checkDefaultPartition(parent, scene);
  if (!provesBound(parent, scene.key(op.partition), scene)) scene.scanTree(op.partition);
  cloneForeignKeys(parent, scene);
  for (const fk of scene.foreignKeysOf(parent)) {
    // The partition's own, if it is validated, is taken over (measured).
    if (scene.foreignKeysOf(op.partition).some((own) => sameForeignKey(own, fk))) continue;
    scene.scanTree(op.partition);
    scene.scanTree(fk.references);
  }
  for (const leaf of scene.tree(op.partition))
    for (const index of scene.schema.indexesOn(parent))
      if (scene.holdsRows(leaf) && !scene.schema.indexesOn(leaf).some((own) => sameIndex(own, index)))
        scene.found.build(builtName(leaf, index), leaf);
}

/** A partition has the columns of its parent, all of them and no other. */
function refuseColumns(parent: Relation | undefined, partition: Relation | undefined, scene: Scene): void {
  if (parent?.complete !== true || partition?.complete !== true) return;
  const names = (relation: Relation): ReadonlySet<string> => new Set(relation.columns.map((c) => c.name));
  const [above, below] = [names(parent), names(partition)];
  for (const name of above) if (!below.has(name)) scene.found.fail(`child table is missing column "${name}"`);
  for (const name of below)
    if (!above.has(name))
      scene.found.fail(
        `table "${partition.name}" contains column "${name}" not found in parent "${parent.name}"`,
      );
}

/**
 * A validated CHECK on the columns of the parent's key is taken as the bound; they must be NOT NULL, too (manual,
 * section 5.12.2.2).
 */
function provesBound(parent: Key, partition: Key, scene: Scene): boolean {
  const keys = scene.relation(parent)?.partitionBy?.columns ?? [];
  const checks = (scene.relation(partition)?.constraints ?? []).filter(
    (c) => c.kind === "check" && c.validated,
  );
  return (
    keys.length > 0 &&
    keys.every((column) => {
      const proved = checks.some((c) => c.kind === "check" && c.expression.provesNotNull.includes(column));
      return proved || scene.column(partition, column)?.notNull === "yes";
    }) &&
    checks.some((c) => {
      const used = c.kind === "check" ? c.expression.columns.map((column) => column.column) : [];
      return keys.every((column) => used.includes(column));
    })
  );
}

function sameForeignKey(own: ForeignKey, parents: ForeignKey): boolean {
  const action = (text: string | undefined): string => text ?? "no action";
  return (
    own.validated &&
    own.enforced &&
    own.references === parents.references &&
    String(own.columns) === String(parents.columns) &&
    String(own.referencedColumns) === String(parents.referencedColumns) &&
    action(own.onDelete) === action(parents.onDelete) &&
    action(own.onUpdate) === action(parents.onUpdate)
  );
}

/** Would the partition's index be attached to the parent's? */
function sameIndex(own: Index, parents: Index): boolean {
  const elements = (index: Index): string =>
    JSON.stringify(
      index.elements.map((e) => [
        e.column,
        e.expression?.text,
        e.descending,
        e.nullsFirst,
        e.operatorClass,
        e.collation,
      ]),
    );
  return (
    own.valid &&
    own.method === parents.method &&
    own.unique === parents.unique &&
    own.where?.text === parents.where?.text &&
    elements(own) === elements(parents) &&
    (parents.constraint === undefined || own.constraint !== undefined)
  );
}

/** The name that the server makes up for a partition's index. */
function builtName(partition: Key, index: Index): string {
  const suffix = index.constraint === undefined ? "idx" : index.name.endsWith("_pkey") ? "pkey" : "key";
  const columns = suffix === "pkey" ? [] : indexColumns(index).plain;
  return [bare(partition), ...columns, suffix].join("_");
}

export function detachPartition(op: DetachPartition, scene: Scene): void {
  if (op.concurrently) scene.needs(14, "CONCURRENTLY");
  if (op.finalize) scene.needs(14, "FINALIZE");
  const parent = scene.key(op.table);
  if (op.finalize && scene.schema.whole)
    scene.found.fail(`cannot complete detaching partition "${op.partition.name}"`);
  const rest = defaultPartition(parent, scene);
  const weak = op.concurrently || op.finalize;
  scene.lock(parent, weak ? "SHARE UPDATE EXCLUSIVE" : "ACCESS EXCLUSIVE");
  const partition = scene.key(op.partition);
  // 13: no more, unless the default's bound or a foreign key changes with it.
  const weakly =
    scene.server.version < 14 && rest !== partition && scene.schema.foreignKeysTo(parent).length === 0;
  for (const key of scene.tree(partition))
    scene.lock(key, key === partition && weakly ? "SHARE UPDATE EXCLUSIVE" : "ACCESS EXCLUSIVE");
  if (op.concurrently) scene.found.notInTransaction();
  for (const fk of scene.foreignKeysOf(parent)) scene.lock(fk.references, "SHARE ROW EXCLUSIVE");
  for (const fk of scene.schema.foreignKeysTo(parent)) {
    scene.lock(fk.table, "ACCESS EXCLUSIVE");
    scene.scan(fk.table);
  }
  if (rest !== undefined && op.concurrently)
    scene.found.fail("cannot detach partitions concurrently when a default partition exists");
  if (rest !== undefined && rest !== partition) scene.lock(rest, "ACCESS EXCLUSIVE");
}
