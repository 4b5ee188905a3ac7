/** Whole tables: created, dropped, emptied, attached and detached. */
import type { Key } from "../../model/names.ts";
import type {
  AttachPartition,
  CreateTable,
  DetachPartition,
  DropTable,
  TruncateTable,
} from "../../model/operation.ts";
import { defaultPartition } from "../../schema/default-partition.ts";
import type { ForeignKey, Index, Relation } from "../../schema/model.ts";
import { dropDependents } from "./drop.ts";
import { sameType } from "../../model/types.ts";
import { defaultOf } from "./refusals.ts";
import { refuseBound, refuseChild } from "./refused-partitions.ts";
import { indexColumns } from "../../schema/index-definition.ts";
import { bare, type StatementContext } from "./statement-context.ts";

export function createTable(op: CreateTable, context: StatementContext): void {
  if (op.ifNotExists && context.schema.relation(op.table).is === "present") {
    context.name(op.query);
    return;
  }
  if (op.columns.some((column) => column.generated?.stored === false)) context.needs(18, "VIRTUAL");
  for (const source of op.like) context.lock(source.table, "ACCESS SHARE");
  for (const parent of op.inherits) refuseInheritance(op, context.relation(parent), context);
  refuseTyped(op, context);
  for (const parent of op.inherits) context.lock(parent, "SHARE UPDATE EXCLUSIVE");
  if (op.withNoData) context.name(op.query);
  else context.read(op.query);
  if (op.partitionOf === undefined) return;
  const parent = context.key(op.partitionOf.parent);
  const relation = context.relation(parent);
  if (relation?.complete === true && relation.partitionBy === undefined)
    context.found.fail(`"${relation.name}" is not partitioned`);
  if (op.partitionOf.bound.default && relation !== undefined && defaultOf(relation, context))
    context.found.fail(`partition "${op.table.name}" conflicts with existing default partition`);
  if (relation !== undefined) refuseBound(relation, op.table.name, op.partitionOf.bound, context);
  context.lock(parent, "ACCESS EXCLUSIVE");
  if (!op.partitionOf.bound.default) checkDefaultPartition(parent, context);
  cloneForeignKeys(parent, context);
}

function refuseInheritance(op: CreateTable, parent: Relation | undefined, context: StatementContext): void {
  if (parent?.partitionBy !== undefined)
    context.found.fail(`cannot inherit from partitioned table "${parent.name}"`);
  for (const { name, type } of op.columns) {
    const inherited = parent?.columns.find((column) => column.name === name.text)?.type;
    if (inherited !== undefined && type.name !== "" && !sameType(inherited, type))
      context.found.fail(`column "${name.text}" has a type conflict`);
  }
}

function refuseTyped({ ofType, columns }: CreateTable, context: StatementContext): void {
  if (ofType === undefined) return;
  const found = context.schema.type(ofType);
  if (found.is === "absent" && context.schema.whole)
    context.found.fail(`type "${ofType.name}" does not exist`);
  if (found.is !== "present" || !found.value.complete) return;
  if (found.value.form !== "composite") context.found.fail(`type ${ofType.name} is not a composite type`);
  for (const { name } of columns)
    if (!found.value.attributes.some((attribute) => attribute.name === name.text))
      context.found.fail(`column "${name.text}" does not exist`);
}

/** A new partition takes part in the parent's foreign keys, on either side. */
function cloneForeignKeys(parent: Key, context: StatementContext): void {
  for (const fk of context.foreignKeysOf(parent))
    context.lockReferenced(fk.references, "SHARE ROW EXCLUSIVE");
  // Until 14 only those on the new partition itself are made.
  const mode = context.server.version >= 15 ? "SHARE ROW EXCLUSIVE" : "ACCESS SHARE";
  for (const fk of context.schema.foreignKeysTo(parent)) context.lock(fk.table, mode);
}

/** Rows of the default partition may belong to the new one: it is locked and read (manual, section 5.12.2). */
function checkDefaultPartition(parent: Key, context: StatementContext): void {
  const key = defaultIn(parent, context);
  if (key === undefined) return;
  context.lockTree(key, "ACCESS EXCLUSIVE");
  if (!provesBound(parent, key, context)) context.scanTree(key);
}

const defaultIn = (parent: Key, context: StatementContext): Key | undefined =>
  defaultPartition(context.relation(parent), (key) => context.relation(key));

export function dropTable(op: DropTable, context: StatementContext): void {
  const key = context.key(op.table);
  for (const table of context.tree(key)) {
    for (const fk of context.foreignKeysOf(table)) if (!fk.inherited) lockTriggers(fk.references, context);
    for (const sequence of context.sequencesOf(table)) context.lock(sequence, "ACCESS EXCLUSIVE");
  }
  // The parent forgets the partition, and the bound of its default partition changes.
  const parent = context.relation(key)?.partitionOf?.parent;
  if (parent !== undefined) {
    context.lock(parent, "ACCESS EXCLUSIVE");
    const rest = defaultIn(parent, context);
    if (rest !== undefined) context.lock(rest, "ACCESS EXCLUSIVE");
    for (const fk of context.schema.foreignKeysTo(parent)) {
      if (op.cascade) context.lock(fk.table, "ACCESS EXCLUSIVE");
      else context.found.fail(`cannot drop table ${op.table.name} because other objects depend on it`);
    }
  }
  dropDependents({ table: key }, `table ${op.table.name}`, op, context);
}

/** Until 14 a foreign key's triggers stand on the partitions alone. */
function lockTriggers(referenced: Key, context: StatementContext): void {
  const below = context.isPartitioned(referenced) ? context.tree(referenced) : [referenced];
  for (const key of below)
    if (context.server.version >= 15 || !context.isPartitioned(key)) context.lock(key, "ACCESS EXCLUSIVE");
}

/** CASCADE empties every table that references it, and those that reference them. */
export function truncateTable(op: TruncateTable, context: StatementContext): void {
  const emptied = new Set<Key>();
  const waiting = [context.key(op.table)];
  for (const table of waiting)
    for (const key of op.only === true ? [table] : context.tree(table)) {
      if (emptied.has(key)) continue;
      emptied.add(key);
      // Rows of a partition are referenced through its parent.
      const above = context.relation(key)?.partitionOf?.parent;
      const through = above === undefined || emptied.has(above) ? [] : context.schema.foreignKeysTo(above);
      for (const fk of [...context.schema.foreignKeysTo(key), ...through]) {
        if (op.cascade) waiting.push(fk.table);
        else if (fk.table !== key && !emptied.has(fk.table) && !context.alsoIn("truncateTable", fk.table))
          context.found.fail("cannot truncate a table referenced in a foreign key constraint");
      }
    }
  for (const key of emptied) {
    context.lock(key, "ACCESS EXCLUSIVE");
    const parent = context.relation(key)?.partitionOf?.parent;
    if (parent !== undefined && context.server.version < 14) context.lock(parent, "ACCESS SHARE");
    if (op.restartIdentity)
      for (const sequence of context.sequencesOf(key)) context.lock(sequence, "ACCESS EXCLUSIVE");
  }
}

export function attachPartition(op: AttachPartition, context: StatementContext): void {
  const parent = context.key(op.table);
  const [above, below] = [context.relation(parent), context.relation(op.partition)];
  refuseColumns(above, below, context);
  refuseChild(above, below, context);
  if (above !== undefined) refuseBound(above, op.partition.name, op.bound, context);
  context.lockTree(op.partition, "ACCESS EXCLUSIVE");
  if (!op.bound.default) checkDefaultPartition(parent, context);
  if (!provesBound(parent, context.key(op.partition), context)) context.scanTree(op.partition);
  cloneForeignKeys(parent, context);
  for (const fk of context.foreignKeysOf(parent)) {
    // The partition's own, if it is validated, is taken over (measured).
    if (context.foreignKeysOf(op.partition).some((own) => sameForeignKey(own, fk))) continue;
    context.scanTree(op.partition);
    context.scanTree(fk.references);
  }
  for (const leaf of context.tree(op.partition))
    for (const index of context.schema.indexesOn(parent))
      if (context.holdsRows(leaf) && !context.schema.indexesOn(leaf).some((own) => sameIndex(own, index)))
        context.found.build(builtName(leaf, index), leaf);
}

/** A partition has the columns of its parent, all of them and no other. */
function refuseColumns(
  parent: Relation | undefined,
  partition: Relation | undefined,
  context: StatementContext,
): void {
  if (parent?.complete !== true || partition?.complete !== true) return;
  const names = (relation: Relation): ReadonlySet<string> => new Set(relation.columns.map((c) => c.name));
  const [above, below] = [names(parent), names(partition)];
  for (const name of above)
    if (!below.has(name)) context.found.fail(`child table is missing column "${name}"`);
  for (const name of below)
    if (!above.has(name))
      context.found.fail(
        `table "${partition.name}" contains column "${name}" not found in parent "${parent.name}"`,
      );
}

/**
 * A validated CHECK on the columns of the parent's key is taken as the bound; they must be NOT NULL, too (manual,
 * section 5.12.2.2).
 */
function provesBound(parent: Key, partition: Key, context: StatementContext): boolean {
  const keys = context.relation(parent)?.partitionBy?.columns ?? [];
  const checks = (context.relation(partition)?.constraints ?? []).filter(
    (c) => c.kind === "check" && c.validated,
  );
  return (
    keys.length > 0 &&
    keys.every((column) => {
      const proved = checks.some((c) => c.kind === "check" && c.expression.provesNotNull.includes(column));
      return proved || context.column(partition, column)?.notNull === "yes";
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

export function detachPartition(op: DetachPartition, context: StatementContext): void {
  if (op.concurrently) context.needs(14, "CONCURRENTLY");
  if (op.finalize) context.needs(14, "FINALIZE");
  const parent = context.key(op.table);
  if (op.finalize && context.schema.whole)
    context.found.fail(`cannot complete detaching partition "${op.partition.name}"`);
  const rest = defaultIn(parent, context);
  const weak = op.concurrently || op.finalize;
  context.lock(parent, weak ? "SHARE UPDATE EXCLUSIVE" : "ACCESS EXCLUSIVE");
  const partition = context.key(op.partition);
  // 13: no more, unless the default's bound or a foreign key changes with it.
  const weakly =
    context.server.version < 14 && rest !== partition && context.schema.foreignKeysTo(parent).length === 0;
  for (const key of context.tree(partition))
    context.lock(key, key === partition && weakly ? "SHARE UPDATE EXCLUSIVE" : "ACCESS EXCLUSIVE");
  if (op.concurrently) context.found.notInTransaction();
  for (const fk of context.foreignKeysOf(parent)) context.lock(fk.references, "SHARE ROW EXCLUSIVE");
  for (const fk of context.schema.foreignKeysTo(parent)) {
    context.lock(fk.table, "ACCESS EXCLUSIVE");
    context.scan(fk.table);
  }
  if (rest !== undefined && op.concurrently)
    context.found.fail("cannot detach partitions concurrently when a default partition exists");
  if (rest !== undefined && rest !== partition) context.lock(rest, "ACCESS EXCLUSIVE");
}
