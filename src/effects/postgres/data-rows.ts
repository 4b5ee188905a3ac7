import type { Predicate } from "../../model/expression.ts";
import { lockModes, type LockMode } from "../effects.ts";
import type { Key, QualifiedName } from "../../model/names.ts";
import type {
  CopyRows,
  DataOperation,
  DeleteRows,
  InsertRows,
  LockTable,
  UpdateRows,
} from "../../model/operation.ts";
import type { ForeignKey } from "../../schema/model.ts";
import { refuseComputed } from "./refused-columns.ts";
import type { Rows } from "./row.ts";
import { indexColumns, sequenceCalls, type Scene } from "./statement-context.ts";

/** Manual: section 13.3.1, and the foreign key triggers' own queries (FOR KEY SHARE: ROW SHARE). */
export const dataRows: Rows<DataOperation["kind"]> = {
  insertRows: { manual: "section 13.3.1, ROW EXCLUSIVE", more: insertRows },
  updateRows: { manual: "section 13.3.1, ROW EXCLUSIVE", more: updateRows },
  deleteRows: { manual: "section 13.3.1, ROW EXCLUSIVE", more: deleteRows },
  mergeRows: {
    manual: "MERGE",
    since: [15, "MERGE"],
    more: (op, scene) => {
      write(op.table, scene);
      scene.read(op.query);
      for (const key of scene.expand(op.table)) scene.scan(key);
    },
  },
  copyRows: { manual: "COPY", more: copyRows },
  selectRows: {
    manual: "section 13.3.1, ACCESS SHARE",
    more: (op, scene) => {
      const [table] = op.query.relations;
      const alone = op.query.relations.length === 1 ? table : undefined;
      scene.read(op.query, !op.query.limited && alone === undefined);
      if (alone !== undefined && !op.query.limited) find(alone, op.where, scene);
      if (op.locking)
        for (const name of op.locked ?? op.query.relations)
          for (const key of scene.expand(name)) scene.lock(key, "ROW SHARE");
    },
  },
  // What the function does is replayed as operations of its own.
  callFunction: { manual: "CALL" },
  lockTable: { manual: "LOCK", more: lockTable },
};

/** The target, and through a view its tables. */
function write(table: QualifiedName, scene: Scene): void {
  for (const key of scene.expand(table)) scene.lock(key, "ROW EXCLUSIVE");
}

/** What a view writes to: the table below it. */
function written(table: QualifiedName, scene: Scene): Key {
  const key = scene.key(table);
  if (scene.relation(key)?.kind !== "view") return key;
  return scene.expand(key).find((below) => scene.relation(below)?.kind === "table") ?? key;
}

/** A new row has to stay within the bound of its partition, which the parent knows. */
function lockParent(table: Key, scene: Scene): void {
  const parent = scene.relation(table)?.partitionOf?.parent;
  if (parent !== undefined) scene.lock(parent, "ACCESS SHARE");
}

/** The rows of the target are looked for. */
function find(table: QualifiedName, where: Predicate | undefined, scene: Scene): void {
  for (const key of scene.expand(table)) if (!isIndexed(key, where, scene)) scene.scan(key);
}

/** Foreign keys are looked after by triggers, which a replica doesn't fire. */
const firesTriggers = (scene: Scene): boolean =>
  scene.server.setting("session_replication_role")?.toLowerCase() !== "replica";

function insertRows(op: InsertRows, scene: Scene): void {
  const table = written(op.table, scene);
  write(op.table, scene);
  lockParent(table, scene);
  const [source] = op.query.relations;
  const isFound = op.query.relations.length === 1 && source !== undefined;
  scene.read(op.query, !(isFound && isIndexed(scene.key(source), op.where, scene)));
  const given = op.columns.map((column) => column.text);
  const relation = scene.relation(table);
  for (const column of relation?.columns ?? []) {
    // Without a column list nobody sees which columns are left to their defaults.
    if (op.columns.length === 0 ? op.source !== "default" : given.includes(column.name)) continue;
    for (const sequence of scene.sequencesOf(table, column.name)) scene.lock(sequence, "ROW EXCLUSIVE");
    for (const sequence of sequenceCalls(column.default)) scene.lock(sequence, "ROW EXCLUSIVE");
  }
  if (!firesTriggers(scene)) return;
  for (const fk of scene.foreignKeysOf(table))
    if (
      fk.deferred !== true &&
      (op.columns.length === 0 || fk.columns.some((column) => given.includes(column)))
    )
      scene.lockReferenced(fk.references, "ROW SHARE");
}

function updateRows(op: UpdateRows, scene: Scene): void {
  const table = written(op.table, scene);
  const set = op.columns.map((column) => column.text);
  refuseComputed(op, scene.relation(table), scene);
  write(op.table, scene);
  lockParent(table, scene);
  scene.read(op.query);
  find(op.table, op.where, scene);
  if (!firesTriggers(scene)) return;
  for (const fk of scene.foreignKeysOf(table))
    if (fk.enforced && fk.deferred !== true && fk.columns.some((column) => set.includes(column)))
      scene.lockReferenced(fk.references, "ROW SHARE");
  for (const { table: other, constraint } of scene.schema.foreignKeysTo(table))
    if (constraint.referencedColumns.some((column) => set.includes(column)))
      follow(other, constraint, constraint.onUpdate, scene);
}

function deleteRows(op: DeleteRows, scene: Scene): void {
  const table = written(op.table, scene);
  write(op.table, scene);
  scene.read(op.query);
  find(op.table, op.where, scene);
  if (!firesTriggers(scene)) return;
  for (const { table: other, constraint } of scene.schema.foreignKeysTo(table)) {
    follow(other, constraint, constraint.onDelete, scene);
  }
}

/** A foreign key's action changes the rows that reference; without one they are only looked for. */
function follow(
  referencing: Key,
  { columns, deferred }: ForeignKey,
  action: string | undefined,
  scene: Scene,
): void {
  if (deferred === true && (action === undefined || action === "no action")) return;
  const changes = action === "cascade" || action === "set null" || action === "set default";
  scene.lock(referencing, changes ? "ROW EXCLUSIVE" : "ROW SHARE");
  const [first] = columns;
  if (first !== undefined && !leads(referencing, first, scene)) scene.scanTree(referencing);
}

const leads = (table: Key, column: string, scene: Scene): boolean =>
  scene.schema
    .indexesOn(table)
    .some((index) => index.valid && index.where === undefined && indexColumns(index).plain[0] === column);

/** An index leads to the rows, as far as the schema and the predicate say. */
function isIndexed(table: Key, where: Predicate | undefined, scene: Scene): boolean {
  if (where === undefined || where.trivial) return false;
  return [...where.equalities, ...where.ranges, ...where.limited].some(
    (column) => column === "ctid" || leads(table, column, scene),
  );
}

function copyRows(op: CopyRows, scene: Scene): void {
  scene.read(op.query);
  if (op.table === undefined) return;
  if (op.direction === "from") {
    write(op.table, scene);
    if (!firesTriggers(scene)) return;
    for (const fk of scene.foreignKeysOf(op.table)) scene.lock(fk.references, "ROW SHARE");
    return;
  }
  scene.lock(op.table, "ACCESS SHARE");
  scene.scan(op.table);
}

function lockTable(op: LockTable, scene: Scene): void {
  const isMode = (mode: string): mode is LockMode => lockModes.some((known) => known === mode);
  const mode = isMode(op.mode) ? op.mode : "ACCESS EXCLUSIVE";
  for (const key of op.only ? [scene.key(op.table)] : scene.expand(op.table)) scene.lock(key, mode);
}
