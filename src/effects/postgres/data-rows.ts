import type { Predicate } from "../../model/expression.ts";
import { lockModes, type LockMode } from "../effects.ts";
import type { Key } from "../../model/names.ts";
import type {
  CopyRows,
  DataOperation,
  DeleteRows,
  InsertRows,
  LockTable,
  UpdateRows,
} from "../../model/operation.ts";
import type { ForeignKey } from "../../schema/model.ts";
import type { Rows } from "./row.ts";
import { indexColumns, sequenceCalls, type Scene } from "./scene.ts";

/** Manual: section 13.3.1, and the foreign key triggers' own queries (FOR KEY SHARE: ROW SHARE). */
export const dataRows: Rows<DataOperation["kind"]> = {
  insertRows: { manual: "section 13.3.1, ROW EXCLUSIVE", more: insertRows },
  updateRows: { manual: "section 13.3.1, ROW EXCLUSIVE", more: updateRows },
  deleteRows: { manual: "section 13.3.1, ROW EXCLUSIVE", more: deleteRows },
  mergeRows: {
    manual: "MERGE",
    since: [15, "MERGE"],
    more: (op, scene) => {
      write(scene.key(op.table), scene);
      scene.read(op.query);
      for (const key of scene.expand(op.table)) scene.scan(key);
    },
  },
  copyRows: { manual: "COPY", more: copyRows },
  selectRows: {
    manual: "section 13.3.1, ACCESS SHARE",
    more: (op, scene) => {
      scene.read(op.query, !op.query.limited);
      if (op.locking)
        for (const name of op.query.relations)
          for (const key of scene.expand(name)) scene.lock(key, "ROW SHARE");
    },
  },
  // What the function does is replayed as operations of its own.
  callFunction: { manual: "CALL" },
  lockTable: { manual: "LOCK", more: lockTable },
};

/** The target, and through a view its tables. */
function write(table: Key, scene: Scene): void {
  for (const key of scene.expand(table)) scene.lock(key, "ROW EXCLUSIVE");
}

function insertRows(op: InsertRows, scene: Scene): void {
  const table = scene.key(op.table);
  write(table, scene);
  const [source] = op.query.relations;
  const isFound = op.query.relations.length === 1 && source !== undefined;
  scene.read(op.query, !(isFound && isIndexed(scene.key(source), op.where, scene)));
  const written = op.columns.map((column) => column.text);
  const relation = scene.relation(table);
  for (const column of relation?.columns ?? []) {
    // Without a column list nobody sees which columns are left to their defaults.
    if (op.columns.length === 0 ? op.source !== "default" : written.includes(column.name)) continue;
    for (const sequence of scene.sequencesOf(table, column.name)) scene.lock(sequence, "ROW EXCLUSIVE");
    for (const sequence of sequenceCalls(column.default)) scene.lock(sequence, "ROW EXCLUSIVE");
  }
  for (const fk of scene.foreignKeysOf(table))
    if (op.columns.length === 0 || fk.columns.some((column) => written.includes(column)))
      scene.lock(fk.references, "ROW SHARE");
}

function updateRows(op: UpdateRows, scene: Scene): void {
  const table = scene.key(op.table);
  const written = op.columns.map((column) => column.text);
  write(table, scene);
  scene.read(op.query);
  if (!isIndexed(table, op.where, scene)) for (const key of scene.expand(table)) scene.scan(key);
  for (const fk of scene.foreignKeysOf(table))
    if (fk.enforced && fk.columns.some((column) => written.includes(column)))
      scene.lock(fk.references, "ROW SHARE");
  for (const { table: other, constraint } of scene.schema.foreignKeysTo(table))
    if (constraint.referencedColumns.some((column) => written.includes(column)))
      follow(other, constraint, constraint.onUpdate, scene);
}

function deleteRows(op: DeleteRows, scene: Scene): void {
  const table = scene.key(op.table);
  write(table, scene);
  scene.read(op.query);
  if (!isIndexed(table, op.where, scene)) for (const key of scene.expand(table)) scene.scan(key);
  for (const { table: other, constraint } of scene.schema.foreignKeysTo(table)) {
    follow(other, constraint, constraint.onDelete, scene);
  }
}

/** A foreign key's action changes the rows that reference; without one they are only looked for. */
function follow(referencing: Key, { columns }: ForeignKey, action: string | undefined, scene: Scene): void {
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
    write(scene.key(op.table), scene);
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
