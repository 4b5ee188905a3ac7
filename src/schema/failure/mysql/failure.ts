import { keyOf, type Name, type QualifiedName } from "../../../model/names.ts";
import type { AddCheck, AddForeignKey, CreateFunction, CreateTrigger, Operation } from "../../../model/operation.ts";
import type { Index } from "../../model.ts";
import { sameRoutine, triggerTable } from "../../mysql/skip.ts";
import { constraintTag, indexTag, triggerTag } from "../../state.ts";
import type { Collector } from "../collector.ts";

/** Where MySQL and MariaDB look otherwise: indexes in their tables. False: as elsewhere. */
export function mysqlFailures(found: Collector, op: Operation): boolean {
  switch (op.kind) {
    case "createTable":
    case "createSequence":
      return op.orReplace === true;
    case "createIndex":
      if (!found.relation(op.table)) return true;
      if (op.name !== undefined && op.mysql?.orReplace !== true)
        freeIndex(found, op.table, nameOf(op.name));
      for (const { column, written } of op.elements)
        if (column !== undefined) found.column(op.table, { text: column, written, span: op.head });
      return true;
    case "addUnique":
    case "addPrimaryKey":
      if (!found.relation(op.table)) return true;
      for (const column of op.columns) found.column(op.table, column);
      if (op.kind === "addPrimaryKey") secondKey(found, op);
      else if (op.name !== undefined) freeIndex(found, op.table, op.name);
      return true;
    case "addForeignKey":
      if (!found.relation(op.table)) return true;
      for (const column of op.columns) found.column(op.table, column);
      if (op.name !== undefined) freeConstraint(found, op, op.name);
      foreignIndex(found, op);
      // With foreign_key_checks off the other table may come later.
      return true;
    case "addCheck":
      if (!found.relation(op.table)) return true;
      found.expression(op.table, op.expression);
      if (op.name !== undefined) freeConstraint(found, op, op.name);
      return true;
    case "dropIndex":
    case "renameIndex":
    case "alterIndex":
      if (op.onTable === undefined || !found.relation(op.onTable)) return true;
      index(found, op.onTable, nameOf(op.index), op.kind !== "dropIndex");
      if (op.kind === "renameIndex" && op.to.text !== op.index.name) freeIndex(found, op.onTable, op.to);
      return true;
    case "dropConstraint":
      if (found.relation(op.table) && !op.constraintIfExists) found.constraint(op.table, op.name, false);
      return true;
    case "createFunction":
      freeRoutine(found, op);
      return true;
    case "createTrigger":
      if (found.relation(op.table)) freeTrigger(found, op);
      return true;
    case "grant":
      // What may create the table is granted before it is there, and REVOKE asks for the grant alone (run on 9.7, 10.11).
      return op.revoke || op.privileges.some((privilege) => privilege === "ALL" || privilege === "CREATE");
    case "renameTable":
      // ALTER TABLE t RENAME t does nothing.
      return op.toSchema === undefined && op.command === undefined && op.to.text === op.table.name && found.relation(op.table);
    case "renameColumn":
      if (op.to.text !== op.column.text) return false;
      found.column(op.table, op.column);
      return true;
    case "redefineColumn":
      if (!found.relation(op.table)) return true;
      found.column(op.table, op.column);
      if (op.definition.name.text !== op.column.text)
        found.freeMember("duplicate-column", op.table, op.definition.name);
      return true;
    case "convertCharset":
    case "forceRebuild":
    case "orderRows":
    case "alterPartitions":
    case "setSystemVersioning":
    case "setTableState":
      found.relation(op.table);
      return true;
    default:
      return false;
  }
}

/** MariaDB gives the index that a foreign key needs its name, or fails; one that covers the columns is enough. */
function foreignIndex(found: Collector, op: AddForeignKey): void {
  const { schema } = found;
  const name = op.name ?? op.indexName;
  const table = schema.table(op.table);
  if (name === undefined || !schema.dialect.isMariaDb || table.is !== "present" || !table.value.complete) return;
  const columns = op.columns.map(({ text }) => text);
  const covers = ({ elements }: Index): boolean => columns.every((column, i) => elements[i]?.column === column);
  if (!schema.indexesOn(op.table).some(covers)) freeIndex(found, op.table, name);
}

/** As the server makes them up: `orders_ibfk_1`, `orders_chk_1`. */
const isMadeUp = (name: string): boolean => /_(?:ibfk|chk)_\d+$/.test(name);

/** Names of foreign keys, and MySQL's of CHECKs, are unique in a database (run on MySQL 9.7 and MariaDB 10.11). */
function freeConstraint(found: Collector, op: AddForeignKey | AddCheck, name: Name): void {
  const { schema } = found;
  const kind = op.kind === "addCheck" ? "check" : "foreign key";
  const own = schema.resolve(op.table);
  const isAnywhere = kind === "foreign key" || !schema.dialect.isMariaDb;
  const there = schema
    .constraintsNamed(own.slice(0, own.indexOf(".")), name.text)
    .find(({ table, constraint }) => constraint.kind === kind && (isAnywhere || table === own));
  if (there === undefined || there.constraint.orElse !== undefined || isMadeUp(name.text)) return;
  if (!schema.certain(there.table) || !schema.certain(there.table, constraintTag(name.text))) return;
  const { origin } = there.constraint;
  found.add({ kind: "duplicate-constraint", what: kind, name: schema.spell(name), bare: name.text, span: name.span, existing: origin });
}

function freeTrigger(found: Collector, op: CreateTrigger): void {
  if (op.orReplace || op.ifNotExists === true) return;
  const { text: name, span } = op.name;
  const table = triggerTable(found.schema, op.table, name);
  if (table === undefined || !found.schema.certain(table.key, triggerTag(name))) return;
  const existing = table.triggers.find((one) => one.name === name)?.origin;
  found.add({ kind: "duplicate-object", what: "trigger", name, span, existing });
}

function freeRoutine(found: Collector, op: CreateFunction): void {
  if (op.orReplace) return;
  const same = sameRoutine(found.schema, op);
  if (same === undefined || same.definition.conditional === true) return;
  const { text: name, span } = op.function;
  const what = op.procedure ? "procedure" : "function";
  found.add({ kind: "duplicate-object", what, name, span, existing: same.origin });
}
const nameOf = ({ name, written, span }: QualifiedName): Name => ({ text: name, written, span });

function freeIndex(found: Collector, table: QualifiedName, name: Name): void {
  const key = keyOf(found.schema.resolve(table), name.text);
  const there = found.schema.index(key);
  if (there.is !== "present" || there.value.implicit === true || !found.schema.certain(key)) return;
  found.add({
    kind: "duplicate-index",
    what: "index",
    name: found.schema.spell(name),
    bare: name.text,
    span: name.span,
    existing: there.value.origin,
  });
}

function index(found: Collector, table: QualifiedName, name: Name, forget: boolean): void {
  const { schema } = found;
  const key = keyOf(schema.resolve(table), name.text);
  const there = schema.index(key);
  if (there.is === "present" || !schema.certain(key)) return;
  // A table of which not everything is known may have it.
  const relation = schema.relation(table);
  const isKnown = there.is === "absent" && there.dropped !== undefined;
  if (!isKnown && (relation.is !== "present" || !relation.value.complete)) return;
  found.add({
    kind: "unknown-index",
    what: "index",
    name: schema.spell(name),
    bare: name.text,
    span: name.span,
    dropped: there.is === "absent" ? there.dropped : undefined,
    object: forget ? { tag: indexTag(key) } : undefined,
  });
}

function secondKey(found: Collector, op: Extract<Operation, { kind: "addPrimaryKey" }>): void {
  const table = found.schema.table(op.table);
  if (table.is !== "present") return;
  const key = table.value.constraints.find((c) => c.kind === "primary key");
  if (key === undefined || !found.schema.certain(table.value.key, constraintTag(key.name))) return;
  found.add({
    kind: "duplicate-constraint",
    what: "primary key",
    name: "PRIMARY",
    span: op.head,
    existing: key.origin,
  });
}
