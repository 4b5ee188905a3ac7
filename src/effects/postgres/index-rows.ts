import type { Key } from "../../model/names.ts";
import type { AttachIndex, CreateIndex, DropIndex, Reindex } from "../../model/operation.ts";
import { lacksOperatorClass, methods, noOperatorClass } from "./operator-class.ts";
import { keyColumns } from "../../schema/index-definition.ts";
import { knownKind, type Index } from "../../schema/model.ts";
import { nextIndexName } from "../../schema/names.ts";
import type { Rows } from "./row.ts";
import { bare, indexKey, type StatementContext } from "./statement-context.ts";

type IndexKinds = "createIndex" | "dropIndex" | "renameIndex" | "attachIndex" | "alterIndex" | "reindex";

/** Manual: CREATE INDEX, DROP INDEX, ALTER INDEX, REINDEX. Locks on indexes are left out: only planning meets them. */
export const indexRows: Rows<IndexKinds> = {
  createIndex: { manual: "CREATE INDEX, Building Indexes Concurrently", more: createIndex },
  dropIndex: { manual: "DROP INDEX", more: dropIndex },
  renameIndex: {
    manual: "ALTER INDEX",
    more: (op, context) => {
      // It renames any relation.
      if (context.relation(op.index) !== undefined) context.lock(op.index, "ACCESS EXCLUSIVE");
    },
  },
  attachIndex: { manual: "ALTER INDEX, ATTACH PARTITION", more: attachIndex },
  alterIndex: { manual: "ALTER INDEX" },
  reindex: { manual: "REINDEX", more: reindex },
};

function createIndex(op: CreateIndex, context: StatementContext): void {
  if (op.nullsNotDistinct) context.needs(15, "NULLS");
  const table = context.key(op.table);
  const partitioned = context.isPartitioned(table);
  if (op.concurrently) context.found.notInTransaction();
  if (op.concurrently && partitioned)
    context.found.fail(`cannot create index on partitioned table "${bare(table)}" concurrently`);
  const relation = context.relation(table);
  if (knownKind(relation) === "view") context.found.fail(`cannot create index on relation "${bare(table)}"`);
  const mode = op.concurrently ? "SHARE UPDATE EXCLUSIVE" : "SHARE";
  context.lock(table, mode);
  if (op.ifNotExists && op.name !== undefined && indexOf(op.name, table, context) !== undefined) {
    if (partitioned && !op.only) context.lockTree(table, mode);
    return;
  }
  refuseMethod(op, context);
  if (op.only && partitioned) return;
  for (const key of partitioned ? context.tree(table) : [table]) {
    context.lock(key, mode);
    if (context.holdsRows(key)) context.found.build(nameOf(op, key, table, context), key);
  }
}

/** An index lives in the schema of its table. */
const indexOf = (name: { readonly name: string }, table: Key, context: StatementContext) =>
  context.index(`${table.slice(0, table.indexOf("."))}.${name.name}`);

function nameOf(op: CreateIndex, key: Key, table: Key, context: StatementContext): string {
  if (op.name !== undefined && key === table) return op.name.name;
  return nextIndexName(context.schema, key, op.elements, op.include);
}

/** A B-tree needs an order, a GIN index parts, … */
function refuseMethod(op: CreateIndex, context: StatementContext): void {
  const { method } = op;
  if (
    !methods.has(method) &&
    context.schema.selfContained &&
    context.schema.object("access method", method) === "no"
  )
    context.found.fail(`access method "${method}" does not exist`);
  if (op.unique && methods.has(method) && method !== "btree")
    context.found.fail(`access method "${method}" does not support unique indexes`);
  for (const { column, operatorClass } of op.elements) {
    const type = column === undefined ? undefined : context.column(op.table, column)?.type;
    if (operatorClass === undefined && lacksOperatorClass(type, method, context))
      context.found.fail(noOperatorClass(type, method));
  }
}

function dropIndex(op: DropIndex, context: StatementContext): void {
  if (op.concurrently) context.found.notInTransaction();
  if (op.concurrently && context.statement.filter((other) => other.kind === "dropIndex").length > 1)
    context.found.fail("DROP INDEX CONCURRENTLY does not support dropping multiple objects");
  const found = context.schema.index(op.index);
  if (found.is === "absent") {
    if (!op.ifExists) context.found.fail(`index "${op.index.name}" does not exist`);
    return;
  }
  const mode = op.concurrently ? "SHARE UPDATE EXCLUSIVE" : "ACCESS EXCLUSIVE";
  // Of an index that nobody knows, the table that is locked isn't known either.
  if (found.is === "unknown") return;
  const { table, constraint, name } = found.value;
  if (constraint !== undefined)
    context.found.fail(
      `cannot drop index ${name} because constraint ${constraint} on table ${bare(table)} requires it`,
    );
  if (found.value.parent !== undefined)
    context.found.fail(`cannot drop index ${name} because index ${bare(found.value.parent)} requires it`);
  const partitioned = context.isPartitioned(table);
  if (op.concurrently && partitioned)
    context.found.fail(`cannot drop partitioned index "${name}" concurrently`);
  context.lockTree(table, mode, !partitioned);
  for (const user of leaningOn(found.value, context)) {
    if (op.cascade) context.lock(user, "ACCESS EXCLUSIVE");
    else context.found.fail(`cannot drop index ${name} because other objects depend on it`);
  }
}

/** Tables with a foreign key that needs this unique index; none where another one over the same columns may do. */
function leaningOn(index: Index, { schema }: StatementContext): readonly Key[] {
  const columnsOf = (one: Index): string | undefined => keyColumns(one)?.toSorted().join();
  const columns = columnsOf(index);
  if (columns === undefined) return [];
  if (schema.indexesOn(index.table).filter((other) => columnsOf(other) === columns).length > 1) return [];
  return schema
    .foreignKeysTo(index.table)
    .filter(({ constraint }) => [...constraint.referencedColumns].sort().join() === columns)
    .map(({ table }) => table);
}

function attachIndex(op: AttachIndex, context: StatementContext): void {
  refuseAttach(context.index(op.index), context.index(op.partition), context);
  for (const name of [op.index, op.partition]) {
    const index = context.index(name);
    if (index !== undefined) context.lock(index.table, "ACCESS SHARE");
  }
}

/** The index of a partition must be like that of its parent, and each partition has one. */
function refuseAttach(above: Index | undefined, below: Index | undefined, context: StatementContext): void {
  if (above === undefined || below === undefined || below.parent === indexKey(above)) return;
  const partition = context.relation(below.table);
  const isOther = partition?.complete === true && partition.partitionOf?.parent !== above.table;
  const columns = (index: Index): string => String(index.elements.map((e) => e.column ?? e.expression?.text));
  const isTaken = context.schema.indexesOn(below.table).some((own) => own.parent === indexKey(above));
  if (isOther || isTaken || below.unique !== above.unique || columns(above) !== columns(below))
    context.found.fail(`cannot attach index "${below.name}" as a partition of index "${above.name}"`);
}

function reindex(op: Reindex, context: StatementContext): void {
  const mode = op.concurrently ? "SHARE UPDATE EXCLUSIVE" : "SHARE";
  const target = op.scope === "table" && op.target !== undefined ? context.relation(op.target) : undefined;
  if (target !== undefined && !["table", "materialized view", undefined].includes(knownKind(target)))
    context.found.fail(`"${target.name}" is not a table or materialized view`);
  if (op.concurrently || op.scope === "schema" || op.scope === "database" || op.scope === "system")
    context.found.notInTransaction();
  const rebuild = (index: Key, table: Key): void => {
    context.lock(table, mode);
    if (!context.holdsRows(table)) return;
    context.found.rebuild(index);
    context.found.scan(table);
  };
  if (op.scope === "index" && op.target !== undefined && context.relation(op.target) !== undefined)
    context.found.fail(`"${op.target.name}" is not an index`);
  if (op.scope === "index") {
    const index = op.target === undefined ? undefined : context.index(op.target);
    if (index === undefined) return;
    if (context.isPartitioned(index.table)) {
      if (context.server.version < 14)
        context.found.fail("REINDEX is not yet implemented for partitioned indexes");
      context.found.notInTransaction();
    }
    for (const each of withAttached(index, context)) rebuild(indexKey(each), each.table);
    return;
  }
  if (op.scope === "system") return;
  for (const table of tablesOf(op, context)) {
    if (op.scope === "table") context.lock(table, mode);
    for (const index of context.schema.indexesOn(table)) rebuild(indexKey(index), table);
  }
}

/** The index, and below a partitioned one those of the partitions. */
function withAttached(index: Index, context: StatementContext): readonly Index[] {
  const found = new Map([[indexKey(index), index]]);
  // Parents come first: what is attached to an index is met after it.
  for (const table of context.tree(index.table))
    for (const other of context.schema.indexesOn(table))
      if (other.parent !== undefined && found.has(other.parent)) found.set(indexKey(other), other);
  return [...found.values()];
}

function tablesOf(op: Reindex, context: StatementContext): readonly Key[] {
  if (op.scope === "table" && op.target !== undefined) {
    if (!context.isPartitioned(op.target)) return [context.key(op.target)];
    if (context.server.version < 14) {
      context.lock(op.target, op.concurrently ? "SHARE UPDATE EXCLUSIVE" : "SHARE");
      return [];
    }
    context.found.notInTransaction();
    return context.tree(op.target);
  }
  const schema = op.scope === "schema" ? op.target?.name : undefined;
  return [...context.schema.relations()]
    .filter((r) => schema === undefined || r.schema === schema)
    .map((r) => r.key);
}
