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
import type { ForeignKey, Index, Relation } from "../../schema/model.ts";
import { refuseComputed } from "./refused-columns.ts";
import type { Rows } from "./row.ts";
import { indexColumns, keyColumns } from "../../schema/index-definition.ts";
import { sequenceCalls, type StatementContext } from "./statement-context.ts";

/** Manual: section 13.3.1, and the foreign key triggers' own queries (FOR KEY SHARE: ROW SHARE). */
export const dataRows: Rows<DataOperation["kind"]> = {
  insertRows: { manual: "section 13.3.1, ROW EXCLUSIVE", more: insertRows },
  updateRows: { manual: "section 13.3.1, ROW EXCLUSIVE", more: updateRows },
  deleteRows: { manual: "section 13.3.1, ROW EXCLUSIVE", more: deleteRows },
  mergeRows: {
    manual: "MERGE",
    since: [15, "MERGE"],
    more: (op, context) => {
      write(op.table, context);
      context.read(op.query);
      for (const key of context.expand(op.table)) context.scan(key);
    },
  },
  copyRows: { manual: "COPY", more: copyRows },
  selectRows: {
    manual: "section 13.3.1, ACCESS SHARE",
    more: (op, context) => {
      const [table] = op.query.relations;
      const alone = op.query.relations.length === 1 ? table : undefined;
      context.read(op.query, !op.query.limited && alone === undefined);
      if (alone !== undefined && !op.query.limited) find(alone, op.where, context);
      if (op.locking)
        for (const name of op.locked ?? op.query.relations)
          for (const key of context.expand(name)) context.lock(key, "ROW SHARE");
    },
  },
  // What the function does is replayed as operations of its own.
  callFunction: { manual: "CALL" },
  lockTable: { manual: "LOCK", more: lockTable },
};

/** The target, and through a view its tables. */
function write(table: QualifiedName, context: StatementContext): void {
  for (const key of context.expand(table)) context.lock(key, "ROW EXCLUSIVE");
}

/** What a view writes to: the table below it. */
function written(table: QualifiedName, context: StatementContext): Key {
  const key = context.key(table);
  if (context.relation(key)?.kind !== "view") return key;
  return context.expand(key).find((below) => context.relation(below)?.kind === "table") ?? key;
}

/** A new row has to stay within the bound of its partition, which the parent knows. */
function lockParent(table: Key, context: StatementContext): void {
  const parent = context.relation(table)?.partitionOf?.parent;
  if (parent !== undefined) context.lock(parent, "ACCESS SHARE");
}

/** The rows of the target are looked for. */
function find(table: QualifiedName, where: Predicate | undefined, context: StatementContext): void {
  for (const key of context.expand(table)) if (!isIndexed(key, where, context)) context.scan(key);
}

/** Foreign keys are looked after by triggers, which a replica doesn't fire. */
const firesTriggers = (context: StatementContext): boolean =>
  context.server.setting("session_replication_role")?.toLowerCase() !== "replica";

function insertRows(op: InsertRows, context: StatementContext): void {
  const table = written(op.table, context);
  write(op.table, context);
  lockParent(table, context);
  const [source] = op.query.relations;
  const isFound = op.query.relations.length === 1 && source !== undefined;
  context.read(op.query, !(isFound && isIndexed(context.key(source), op.where, context)));
  const given = op.columns.map((column) => column.text);
  const relation = context.relation(table);
  refuseConflict(op, relation, context);
  for (const column of relation?.columns ?? []) {
    // Without a column list nobody sees which columns are left to their defaults.
    if (op.columns.length === 0 ? op.source !== "default" : given.includes(column.name)) continue;
    for (const sequence of context.sequencesOf(table, column.name)) context.lock(sequence, "ROW EXCLUSIVE");
    for (const sequence of sequenceCalls(column.default)) context.lock(sequence, "ROW EXCLUSIVE");
  }
  if (!firesTriggers(context)) return;
  for (const fk of context.foreignKeysOf(table))
    if (
      fk.deferred !== true &&
      (op.columns.length === 0 || fk.columns.some((column) => given.includes(column)))
    )
      context.lockReferenced(fk.references, "ROW SHARE");
}

/** ON CONFLICT names the columns of a unique index, in any order. */
function refuseConflict(
  { conflictKey }: InsertRows,
  relation: Relation | undefined,
  { schema, found }: StatementContext,
): void {
  if (conflictKey === undefined || relation?.kind !== "table" || !relation.complete) return;
  const isKey = (index: Index): boolean => {
    const columns = keyColumns(index);
    return (
      columns?.every((one) => conflictKey.includes(one)) === true &&
      conflictKey.every((one) => columns.includes(one))
    );
  };
  if (schema.indexesOn(relation.key).some(isKey)) return;
  found.fail("there is no unique or exclusion constraint matching the ON CONFLICT specification");
}

function updateRows(op: UpdateRows, context: StatementContext): void {
  const table = written(op.table, context);
  const set = op.columns.map((column) => column.text);
  refuseComputed(op, context.relation(table), context);
  write(op.table, context);
  lockParent(table, context);
  context.read(op.query);
  find(op.table, op.where, context);
  if (!firesTriggers(context)) return;
  for (const fk of context.foreignKeysOf(table))
    if (fk.enforced && fk.deferred !== true && fk.columns.some((column) => set.includes(column)))
      context.lockReferenced(fk.references, "ROW SHARE");
  for (const { table: other, constraint } of context.schema.foreignKeysTo(table))
    if (constraint.referencedColumns.some((column) => set.includes(column)))
      follow(other, constraint, constraint.onUpdate, context);
}

function deleteRows(op: DeleteRows, context: StatementContext): void {
  const table = written(op.table, context);
  write(op.table, context);
  context.read(op.query);
  find(op.table, op.where, context);
  if (!firesTriggers(context)) return;
  for (const { table: other, constraint } of context.schema.foreignKeysTo(table)) {
    follow(other, constraint, constraint.onDelete, context);
  }
}

/** A foreign key's action changes the rows that reference; without one they are only looked for. */
function follow(
  referencing: Key,
  { columns, deferred }: ForeignKey,
  action: string | undefined,
  context: StatementContext,
): void {
  if (deferred === true && (action === undefined || action === "no action")) return;
  const changes = action === "cascade" || action === "set null" || action === "set default";
  context.lock(referencing, changes ? "ROW EXCLUSIVE" : "ROW SHARE");
  const [first] = columns;
  if (first !== undefined && !leads(referencing, first, context)) context.scanTree(referencing);
}

const leads = (table: Key, column: string, context: StatementContext): boolean =>
  context.schema
    .indexesOn(table)
    .some((index) => index.valid && index.where === undefined && indexColumns(index).plain[0] === column);

/** An index leads to the rows, as far as the schema and the predicate say. */
function isIndexed(table: Key, where: Predicate | undefined, context: StatementContext): boolean {
  if (where === undefined || where.trivial) return false;
  return [...where.equalities, ...where.ranges, ...where.limited].some(
    (column) => column === "ctid" || leads(table, column, context),
  );
}

function copyRows(op: CopyRows, context: StatementContext): void {
  context.read(op.query);
  if (op.table === undefined) return;
  if (op.direction === "from") {
    write(op.table, context);
    if (!firesTriggers(context)) return;
    for (const fk of context.foreignKeysOf(op.table)) context.lock(fk.references, "ROW SHARE");
    return;
  }
  context.lock(op.table, "ACCESS SHARE");
  context.scan(op.table);
}

function lockTable(op: LockTable, context: StatementContext): void {
  const isMode = (mode: string): mode is LockMode => lockModes.some((known) => known === mode);
  const mode = isMode(op.mode) ? op.mode : "ACCESS EXCLUSIVE";
  for (const key of op.only ? [context.key(op.table)] : context.expand(op.table)) context.lock(key, mode);
}
