import type { Key } from "../../model/names.ts";
import type { AttachIndex, CreateIndex, DropIndex, Reindex } from "../../model/operation.ts";
import { lacksOperatorClass, methods, noOperatorClass } from "./operator-class.ts";
import type { Index } from "../../schema/model.ts";
import { nextIndexName } from "../../schema/names.ts";
import type { Rows } from "./row.ts";
import { bare, indexKey, type Scene } from "./statement-context.ts";

type IndexKinds = "createIndex" | "dropIndex" | "renameIndex" | "attachIndex" | "alterIndex" | "reindex";

/** Manual: CREATE INDEX, DROP INDEX, ALTER INDEX, REINDEX. Locks on indexes are left out: only planning meets them. */
export const indexRows: Rows<IndexKinds> = {
  createIndex: { manual: "CREATE INDEX, Building Indexes Concurrently", more: createIndex },
  dropIndex: { manual: "DROP INDEX", more: dropIndex },
  renameIndex: {
    manual: "ALTER INDEX",
    more: (op, scene) => {
      // It renames any relation.
      if (scene.relation(op.index) !== undefined) scene.lock(op.index, "ACCESS EXCLUSIVE");
    },
  },
  attachIndex: { manual: "ALTER INDEX, ATTACH PARTITION", more: attachIndex },
  alterIndex: { manual: "ALTER INDEX" },
  reindex: { manual: "REINDEX", more: reindex },
};

function createIndex(op: CreateIndex, scene: Scene): void {
  if (op.nullsNotDistinct) scene.needs(15, "NULLS");
  const table = scene.key(op.table);
  const partitioned = scene.isPartitioned(table);
  if (op.concurrently) scene.found.notInTransaction();
  if (op.concurrently && partitioned)
    scene.found.fail(`cannot create index on partitioned table "${bare(table)}" concurrently`);
  const relation = scene.relation(table);
  if (relation?.kind === "view") scene.found.fail(`cannot create index on relation "${bare(table)}"`);
  const mode = op.concurrently ? "SHARE UPDATE EXCLUSIVE" : "SHARE";
  scene.lock(table, mode);
  if (op.ifNotExists && op.name !== undefined && indexOf(op.name, table, scene) !== undefined) {
    if (partitioned && !op.only) scene.lockTree(table, mode);
    return;
  }
  refuseMethod(op, scene);
  if (op.only && partitioned) return;
  for (const key of partitioned ? scene.tree(table) : [table]) {
    scene.lock(key, mode);
    if (scene.holdsRows(key)) scene.found.build(nameOf(op, key, table, scene), key);
  }
}

/** An index lives in the schema of its table. */
const indexOf = (name: { readonly name: string }, table: Key, scene: Scene) =>
  scene.index(`${table.slice(0, table.indexOf("."))}.${name.name}`);

function nameOf(op: CreateIndex, key: Key, table: Key, scene: Scene): string {
  if (op.name !== undefined && key === table) return op.name.name;
  return nextIndexName(scene.schema, key, op.elements, op.include);
}

/** A B-tree needs an order, a GIN index parts, … */
function refuseMethod(op: CreateIndex, scene: Scene): void {
  const { method } = op;
  if (
    !methods.has(method) &&
    scene.schema.selfContained &&
    scene.schema.object("access method", method) === "no"
  )
    scene.found.fail(`access method "${method}" does not exist`);
  if (op.unique && methods.has(method) && method !== "btree")
    scene.found.fail(`access method "${method}" does not support unique indexes`);
  for (const { column, operatorClass } of op.elements) {
    const type = column === undefined ? undefined : scene.column(op.table, column)?.type;
    if (operatorClass === undefined && lacksOperatorClass(type, method, scene))
      scene.found.fail(noOperatorClass(type, method));
  }
}

function dropIndex(op: DropIndex, scene: Scene): void {
  if (op.concurrently) scene.found.notInTransaction();
  if (op.concurrently && scene.statement.filter((other) => other.kind === "dropIndex").length > 1)
    scene.found.fail("DROP INDEX CONCURRENTLY does not support dropping multiple objects");
  const found = scene.schema.index(op.index);
  if (found.is === "absent") {
    if (!op.ifExists) scene.found.fail(`index "${op.index.name}" does not exist`);
    return;
  }
  const mode = op.concurrently ? "SHARE UPDATE EXCLUSIVE" : "ACCESS EXCLUSIVE";
  // Of an index that nobody knows, the table isn't known either: the lock is shown on what is named.
  if (found.is === "unknown") {
    scene.lock(scene.key(op.index), mode);
    return;
  }
  const { table, constraint, name } = found.value;
  if (constraint !== undefined)
    scene.found.fail(
      `cannot drop index ${name} because constraint ${constraint} on table ${bare(table)} requires it`,
    );
  if (found.value.parent !== undefined)
    scene.found.fail(`cannot drop index ${name} because index ${bare(found.value.parent)} requires it`);
  const partitioned = scene.isPartitioned(table);
  if (op.concurrently && partitioned)
    scene.found.fail(`cannot drop partitioned index "${name}" concurrently`);
  scene.lockTree(table, mode, !partitioned);
}

function attachIndex(op: AttachIndex, scene: Scene): void {
  refuseAttach(scene.index(op.index), scene.index(op.partition), scene);
  for (const name of [op.index, op.partition]) {
    const index = scene.index(name);
    if (index !== undefined) scene.lock(index.table, "ACCESS SHARE");
  }
}

/** The index of a partition must be like that of its parent, and each partition has one. */
function refuseAttach(above: Index | undefined, below: Index | undefined, scene: Scene): void {
  if (above === undefined || below === undefined || below.parent === indexKey(above)) return;
  const partition = scene.relation(below.table);
  const isOther = partition?.complete === true && partition.partitionOf?.parent !== above.table;
  const columns = (index: Index): string => String(index.elements.map((e) => e.column ?? e.expression?.text));
  const isTaken = scene.schema.indexesOn(below.table).some((own) => own.parent === indexKey(above));
  if (isOther || isTaken || below.unique !== above.unique || columns(above) !== columns(below))
    scene.found.fail(`cannot attach index "${below.name}" as a partition of index "${above.name}"`);
}

function reindex(op: Reindex, scene: Scene): void {
  const mode = op.concurrently ? "SHARE UPDATE EXCLUSIVE" : "SHARE";
  const target = op.scope === "table" && op.target !== undefined ? scene.relation(op.target) : undefined;
  if (target !== undefined && target.kind !== "table" && target.kind !== "materialized view")
    scene.found.fail(`"${target.name}" is not a table or materialized view`);
  if (op.concurrently || op.scope === "schema" || op.scope === "database" || op.scope === "system")
    scene.found.notInTransaction();
  const rebuild = (index: Key, table: Key): void => {
    scene.lock(table, mode);
    if (!scene.holdsRows(table)) return;
    scene.found.rebuild(index);
    scene.found.scan(table);
  };
  if (op.scope === "index" && op.target !== undefined && scene.relation(op.target) !== undefined)
    scene.found.fail(`"${op.target.name}" is not an index`);
  if (op.scope === "index") {
    const index = op.target === undefined ? undefined : scene.index(op.target);
    if (index === undefined) {
      if (op.target !== undefined) scene.lock(scene.key(op.target), mode);
    } else {
      if (scene.isPartitioned(index.table)) {
        if (scene.server.version < 14)
          scene.found.fail("REINDEX is not yet implemented for partitioned indexes");
        scene.found.notInTransaction();
      }
      for (const each of withAttached(index, scene)) rebuild(indexKey(each), each.table);
    }
    return;
  }
  if (op.scope === "system") return;
  for (const table of tablesOf(op, scene)) {
    if (op.scope === "table") scene.lock(table, mode);
    for (const index of scene.schema.indexesOn(table)) rebuild(indexKey(index), table);
  }
}

/** The index, and below a partitioned one those of the partitions. */
function withAttached(index: Index, scene: Scene): readonly Index[] {
  const key = indexKey(index);
  const attached = scene
    .tree(index.table)
    .flatMap((table) => scene.schema.indexesOn(table))
    .filter((other) => other.parent === key && indexKey(other) !== key);
  return [index, ...attached.flatMap((other) => withAttached(other, scene))];
}

function tablesOf(op: Reindex, scene: Scene): readonly Key[] {
  if (op.scope === "table" && op.target !== undefined) {
    if (!scene.isPartitioned(op.target)) return [scene.key(op.target)];
    if (scene.server.version < 14) {
      scene.lock(op.target, op.concurrently ? "SHARE UPDATE EXCLUSIVE" : "SHARE");
      return [];
    }
    scene.found.notInTransaction();
    return scene.tree(op.target);
  }
  const schema = op.scope === "schema" ? op.target?.name : undefined;
  return [...scene.schema.relations()]
    .filter((r) => schema === undefined || r.schema === schema)
    .map((r) => r.key);
}
