import type { Key } from "../../model/names.ts";
import type {
  AddCheck,
  AddExclusion,
  AddForeignKey,
  AddNotNull,
  AddPrimaryKey,
  AddUnique,
  AlterConstraint,
  ConstraintOperation,
  DropConstraint,
  ValidateConstraint,
} from "../../model/operation.ts";
import { keyColumns } from "../../schema/index-definition.ts";
import type { Constraint, KeyConstraint, Relation } from "../../schema/model.ts";
import { isProvedNotNull } from "./column.ts";
import { incomparablePairs } from "./key-types.ts";
import type { Rows } from "./row.ts";
import { bare, type StatementContext } from "./statement-context.ts";

const alter = "ALTER TABLE";

/** Manual: ALTER TABLE, ADD table_constraint and Notes. A constraint inside CREATE TABLE finds an empty table. */
export const constraintRows: Rows<ConstraintOperation["kind"]> = {
  addForeignKey: { manual: `${alter}, ADD table_constraint`, more: addForeignKey },
  addCheck: {
    manual: `${alter}, ADD table_constraint`,
    lock: "ACCESS EXCLUSIVE",
    action: "ADD CONSTRAINT",
    more: addCheck,
  },
  addUnique: {
    manual: `${alter}, ADD table_constraint`,
    lock: "ACCESS EXCLUSIVE",
    action: "ADD CONSTRAINT",
    more: addKey,
  },
  addPrimaryKey: {
    manual: `${alter}, ADD table_constraint`,
    lock: "ACCESS EXCLUSIVE",
    action: "ADD CONSTRAINT",
    more: addKey,
  },
  addExclusion: {
    manual: `${alter}, ADD table_constraint`,
    lock: "ACCESS EXCLUSIVE",
    action: "ADD CONSTRAINT",
    more: addKey,
  },
  addNotNull: {
    manual: `${alter}, ADD table_constraint`,
    lock: "ACCESS EXCLUSIVE",
    below: "children",
    since: [18, "NOT"],
    more: addNotNull,
  },
  dropConstraint: {
    manual: `${alter}, DROP CONSTRAINT`,
    lock: "ACCESS EXCLUSIVE",
    below: "always",
    more: dropConstraint,
  },
  renameConstraint: {
    manual: `${alter}, RENAME CONSTRAINT`,
    lock: "ACCESS EXCLUSIVE",
    more: (op, context) => {
      const found = context.schema.constraint(op.table, op.name.text);
      // A key's name is that of its index, which each partition has its own.
      const isNotNull = found.is === "unknown" && /_not_null\d*$/.test(op.name.text);
      if (isNotNull && context.relation(op.table)?.complete === true && context.server.version < 18)
        context.found.fail(`constraint "${op.name.text}" for table "${op.table.name}" does not exist`);
      const isKey = found.is === "present" && "index" in found.value;
      context.lockTree(op.table, "ACCESS EXCLUSIVE", isKey || op.only === true);
    },
  },
  validateConstraint: {
    manual: `${alter}, VALIDATE CONSTRAINT`,
    lock: "SHARE UPDATE EXCLUSIVE",
    below: "children",
    more: validateConstraint,
  },
  alterConstraint: {
    manual: `${alter}, ALTER CONSTRAINT`,
    lock: "ACCESS EXCLUSIVE",
    below: "partitions",
    more: alterConstraint,
  },
};

const tree = (
  op: { readonly only?: boolean | undefined; readonly table: Parameters<StatementContext["tree"]>[0] },
  context: StatementContext,
) => (op.only === true ? [context.key(op.table)] : context.tree(op.table));

function addForeignKey(op: AddForeignKey, context: StatementContext): void {
  const table = context.key(op.table);
  const referenced = context.key(op.references);
  const partitioned = context.isPartitioned(table);
  if (!op.enforced) context.needs(18, "ENFORCED");
  if (op.temporal) context.needs(18, "PERIOD");
  // Inside ADD COLUMN, NOT VALID isn't possible; NOT ENFORCED counts as not valid, too.
  if (op.notValid && partitioned && context.server.version < 18)
    context.found.fail(
      `cannot add NOT VALID foreign key on partitioned table "${bare(table)}" referencing relation "${bare(referenced)}"`,
      18,
    );
  const [clash] = incomparablePairs(op, context.schema);
  if (clash !== undefined)
    context.found.fail(
      `foreign key constraint cannot be implemented: column "${clash.column}" is of an incompatible type`,
    );
  const keyColumns = primaryKey(context.relation(referenced))?.columns.length;
  if (op.columns.length !== (op.referencedColumns.length || (keyColumns ?? op.columns.length)))
    context.found.fail("number of referencing and referenced columns for foreign key disagree");
  if (lacksKey(op, referenced, context))
    context.found.fail(
      `there is no unique constraint matching given keys for referenced table "${bare(referenced)}"`,
    );

  if (op.within !== "createTable")
    context.lockTree(table, "SHARE ROW EXCLUSIVE", !partitioned && !locksChildren(op, context));
  context.lockReferenced(referenced, "SHARE ROW EXCLUSIVE");
  if (op.within === "createTable" || op.notValid || !op.enforced) return;
  // A new column without a default holds nothing but NULLs, for which no key is looked up.
  if (op.within === "addColumn" && !mayHoldValues(table, op.inlineColumn?.text, context)) {
    if (statesDefault(op, context) && context.holdsRows(table)) context.scanTree(table);
    return;
  }
  const unchecked = partitioned ? context.tree(table).filter((key) => !hasSame(op, key, context)) : [table];
  // The partition's own triggers on the referenced table are dropped, as the parent's take over.
  if (partitioned && unchecked.length < context.tree(table).length)
    context.lockReferenced(referenced, "ACCESS EXCLUSIVE");
  if (!unchecked.some((key) => context.holdsRows(key))) return;
  for (const key of unchecked) context.scan(key);
  // A row with a NULL in one of the columns refers to nothing.
  if (op.within === "alterTable" && op.columns.some((column) => isNewAndNull(table, column.text, context)))
    return;
  context.scanTree(referenced, !context.isPartitioned(referenced));
}

/** NOT ENFORCED takes the triggers of both tables away; ENFORCED brings them, and checks the rows. */
function alterConstraint(op: AlterConstraint, context: StatementContext): void {
  if (op.enforced === undefined) return;
  context.needs(18, "ENFORCED");
  const found = context.schema.constraint(op.table, op.name.text);
  if (found.is !== "present" || found.value.kind !== "foreign key") return;
  const { references, enforced } = found.value;
  if (enforced === op.enforced) return;
  context.lockReferenced(references, op.enforced ? "SHARE ROW EXCLUSIVE" : "ACCESS EXCLUSIVE");
  if (!op.enforced) return;
  context.scanTree(op.table);
  context.scanTree(references);
}

/** A partition with the same foreign key, validated, is attached as it is. */
function hasSame(op: AddForeignKey, partition: Key, context: StatementContext): boolean {
  const columns = (names: readonly { readonly text: string }[]): string =>
    String(names.map((name) => name.text));
  return context
    .foreignKeysOf(partition)
    .some(
      (fk) =>
        fk.validated &&
        fk.enforced &&
        fk.references === context.key(op.references) &&
        String(fk.columns) === columns(op.columns) &&
        (op.referencedColumns.length === 0 ||
          String(fk.referencedColumns) === columns(op.referencedColumns)) &&
        (fk.onDelete ?? "no action") === (op.onDelete ?? "no action") &&
        (fk.onUpdate ?? "no action") === (op.onUpdate ?? "no action"),
    );
}

/** Since 18 every ADD CONSTRAINT locks the children, whether they get the constraint or not. */
const locksChildren = (op: { readonly only?: boolean | undefined }, context: StatementContext): boolean =>
  context.server.version >= 18 && op.only !== true;

/** With DEFAULT NULL, the server reads the table all the same. */
const statesDefault = ({ inlineColumn }: AddForeignKey, { statement }: StatementContext): boolean =>
  statement.some(
    (other) =>
      other.kind === "addColumn" &&
      other.column.name.text === inlineColumn?.text &&
      other.column.default !== undefined,
  );

function mayHoldValues(table: Key, column: string | undefined, context: StatementContext): boolean {
  const found = column === undefined ? undefined : context.column(table, column);
  if (found === undefined) return true;
  return (
    found.default !== undefined ||
    found.hasDefault !== "no" ||
    found.generated !== undefined ||
    found.identity !== undefined
  );
}

/** The same statement adds the column, so that it holds nothing but NULLs. */
const isNewAndNull = (table: Key, column: string, context: StatementContext): boolean =>
  !mayHoldValues(table, column, context) &&
  context.statement.some((op) => op.kind === "addColumn" && op.column.name.text === column);

/** The referenced table is known, and no key of it has these columns. */
function lacksKey(op: AddForeignKey, referenced: Key, context: StatementContext): boolean {
  const relation = context.relation(referenced);
  if (relation?.complete !== true || op.temporal) return false;
  if (op.referencedColumns.length === 0) return primaryKey(relation) === undefined;
  const wanted = op.referencedColumns.map((name) => name.text).sort();
  const matches = (columns: readonly string[] = []): boolean =>
    columns.length === wanted.length && String([...columns].sort()) === String(wanted);
  const isKey = (c: Constraint): boolean =>
    (c.kind === "primary key" || c.kind === "unique") && matches(c.columns);
  return (
    !relation.constraints.some(isKey) &&
    !context.schema.indexesOn(referenced).some((index) => matches(keyColumns(index)))
  );
}

const primaryKey = (relation: Relation | undefined): KeyConstraint | undefined =>
  relation?.constraints.find((c): c is KeyConstraint => c.kind === "primary key");

function addCheck(op: AddCheck, context: StatementContext): void {
  if (!op.enforced) context.needs(18, "ENFORCED");
  if (op.within === "createTable") return;
  if (locksChildren(op, context)) context.lockTree(op.table, "ACCESS EXCLUSIVE");
  for (const key of op.noInherit ? [context.key(op.table)] : tree(op, context)) {
    context.lock(key, "ACCESS EXCLUSIVE");
    if (!op.notValid && op.enforced) context.scan(key);
  }
}

function addNotNull(op: AddNotNull, context: StatementContext): void {
  const table = context.relation(op.table);
  const column = table?.columns.find(({ name }) => name === op.column.text);
  const known = table?.constraints.some((c) => c.kind === "not null" && c.column === op.column.text);
  // A column has one; unless it was given a name, it has that of table and column.
  const made = `${op.table.name}_${op.column.text}_not_null`;
  if (op.within === "alterTable" && column?.notNull === "yes" && known === false)
    if (op.name !== undefined && op.name.text !== made)
      context.found.fail(
        `cannot create not-null constraint "${op.name.text}" on column "${op.column.text}" of table "${op.table.name}"`,
      );
  if (op.notValid || op.within === "createTable") return;
  for (const key of op.noInherit ? [context.key(op.table)] : tree(op, context))
    if (!isProvedNotNull(key, op.column.text, context)) context.scan(key);
}

function addKey(op: AddUnique | AddPrimaryKey | AddExclusion, context: StatementContext): void {
  if (op.kind === "addUnique" && op.nullsNotDistinct) context.needs(15, "NULLS");
  if (op.kind !== "addExclusion" && op.withoutOverlaps) context.needs(18, "WITHOUT");
  const table = context.key(op.table);
  if (op.kind === "addExclusion" && context.isPartitioned(table) && context.server.version < 17)
    context.found.fail("exclusion constraints are not supported on partitioned tables", 17);
  if (op.within === "createTable") return;
  const isPrimary = op.kind === "addPrimaryKey";
  if (op.kind !== "addExclusion" && op.usingIndex !== undefined) {
    const index = context.index({ ...op.usingIndex, schema: table.split(".")[0], name: op.usingIndex.text });
    const columns = index?.elements.map((element) => element.column) ?? [undefined];
    const proved = columns.every((c) => c !== undefined && isProvedNotNull(table, c, context));
    if (isPrimary && !proved) context.scan(table);
    return;
  }
  // Until 17 the children are met only when their indexes are built, unless they have to become NOT NULL.
  const nullable =
    op.kind === "addPrimaryKey" && op.columns.some((c) => context.column(table, c.text)?.notNull !== "yes");
  if (locksChildren(op, context)) context.lockTree(table, "ACCESS EXCLUSIVE");
  const inherits = op.kind === "addPrimaryKey" && !context.isPartitioned(table);
  if ((nullable || inherits) && op.only !== true) context.lockTree(table, "ACCESS EXCLUSIVE");
  const below = nullable ? "ACCESS EXCLUSIVE" : "SHARE";
  if (op.only === true && context.isPartitioned(table)) return;
  for (const key of context.isPartitioned(table) ? context.tree(table) : [table]) {
    if (key !== table) context.lock(key, below);
    if (context.holdsRows(key) && !hasEqualKey(op, key, context))
      context.found.build(madeName(op, key, table), key);
  }
}

/** A partition's own constraint on the same columns is taken over by the parent: nothing is built. */
function hasEqualKey(
  op: AddUnique | AddPrimaryKey | AddExclusion,
  key: Key,
  context: StatementContext,
): boolean {
  if (op.kind === "addExclusion" || key === context.key(op.table)) return false;
  const kind = op.kind === "addPrimaryKey" ? "primary key" : "unique";
  const columns = op.columns.map(({ text }) => text).join();
  return (
    context.relation(key)?.constraints.some((own) => own.kind === kind && own.columns.join() === columns) ??
    false
  );
}

/** The name of the index, as the server makes it up. */
function madeName(op: AddUnique | AddPrimaryKey | AddExclusion, key: Key, table: Key): string {
  if (op.name !== undefined && key === table) return op.name.text;
  if (op.kind === "addPrimaryKey") return `${bare(key)}_pkey`;
  const names = op.kind === "addExclusion" ? op.columns : [...op.columns, ...op.include];
  const columns = names.map((column) => (typeof column === "string" ? column : column.text));
  return [bare(key), ...columns, op.kind === "addUnique" ? "key" : "excl"].join("_");
}

function dropConstraint(op: DropConstraint, context: StatementContext): void {
  const table = context.key(op.table);
  const name = op.name.text;
  const found = context.schema.constraint(table, name);
  const none = `constraint "${name}" of relation "${bare(table)}" does not exist`;
  const isNotNull = /_not_null\d*$/.test(name) && context.relation(table)?.complete === true;
  if (found.is === "absent" || (found.is === "unknown" && isNotNull && context.server.version < 18)) {
    if (!op.constraintIfExists) context.found.fail(none);
    return;
  }
  if (found.is === "unknown") {
    if (isNotNull) refuseNotNull(op, context);
    // A foreign key that the same statement makes again refers to the same table, most likely.
    for (const again of context.statement)
      if (again.kind === "addForeignKey" && again.name?.text === name)
        context.lockReferenced(context.key(again.references), "ACCESS EXCLUSIVE");
    return;
  }
  const constraint = found.value;
  if (constraint.kind === "not null" && context.server.version < 18) context.found.fail(none);
  if (constraint.kind === "foreign key") context.lockReferenced(constraint.references, "ACCESS EXCLUSIVE");
  if (constraint.kind !== "primary key" && constraint.kind !== "unique") return;
  const columns = String([...constraint.columns].sort());
  const keys = context.schema
    .indexesOn(table)
    .filter((index) => index.unique && String(index.elements.map((e) => e.column ?? "").sort()) === columns);
  // With two keys on the same columns, nobody sees which one a foreign key uses.
  if (keys.length > 1) return;
  for (const fk of context.schema.foreignKeysTo(table)) {
    if (String([...fk.constraint.referencedColumns].sort()) !== columns) continue;
    if (op.cascade) context.lock(fk.table, "ACCESS EXCLUSIVE");
    else
      context.found.fail(
        `cannot drop constraint ${name} on table ${bare(table)} because other objects depend on it`,
      );
  }
}

/** 18: `<table>_<column>_not_null` is what DROP NOT NULL drops. */
function refuseNotNull(op: DropConstraint, context: StatementContext): void {
  const relation = context.relation(op.table);
  const column = relation?.columns.find(({ name }) => op.name.text === `${relation.name}_${name}_not_null`);
  if (relation === undefined || column === undefined) return;
  const fail = (reason: string): void => {
    context.found.fail(reason);
  };
  if (column.notNull === "no") {
    if (!op.constraintIfExists)
      fail(`constraint "${op.name.text}" of relation "${relation.name}" does not exist`);
    return;
  }
  if (relation.constraints.some((c) => c.kind === "primary key" && c.columns.includes(column.name)))
    fail(`column "${column.name}" is in a primary key`);
  if (column.identity !== undefined)
    fail(`column "${column.name}" of relation "${relation.name}" is an identity column`);
}

function validateConstraint(op: ValidateConstraint, context: StatementContext): void {
  const table = context.key(op.table);
  const found = context.schema.constraint(table, op.name.text);
  if (found.is === "absent")
    context.found.fail(`constraint "${op.name.text}" of relation "${bare(table)}" does not exist`);
  const constraint = found.is === "present" ? found.value : undefined;
  if (constraint?.validated === true) return;
  context.scanTree(table);
  if (constraint?.kind !== "foreign key") return;
  context.lock(constraint.references, "ROW SHARE");
  context.scanTree(constraint.references);
}
