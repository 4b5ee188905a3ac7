import type { Name, QualifiedName } from "../../model/names.ts";
import type { Operation, OperationOf } from "../../model/operation.ts";
import { sameType } from "../../model/types.ts";
import type { Column, KeyConstraint } from "../model.ts";
import type { Collector } from "./collector.ts";
import { indexOf } from "./table.ts";

/** Columns, constraints and indexes. */
export function columnFailures(found: Collector, op: Operation): void {
  const { schema } = found;
  switch (op.kind) {
    case "addColumn":
      if (!found.relation(op.table)) return;
      found.freeMember("duplicate-column", op.table, op.column.name, (there) => isAlike(there, op));
      found.expression(op.table, op.column.generated?.expression);
      found.columnType(op.column.type, op.column.name.span, { isOwn: op.call?.ownType !== undefined });
      found.defaultValue(op.column.default);
      return;
    case "dropColumn":
      if (found.relation(op.table) && !op.columnIfExists) found.column(op.table, op.column, false);
      return;
    case "renameColumn":
      if (op.object === "type") return;
      if (!found.relation(op.table, op.object)) return;
      found.column(op.table, op.column);
      found.freeMember("duplicate-column", op.table, op.to);
      return;
    case "changeColumnType":
      if (!found.relation(op.table)) return;
      found.column(op.table, op.column);
      found.expression(op.table, op.using, [op.column.text]);
      found.columnType(op.type, op.column.span, { isOwn: op.call?.ownType !== undefined });
      return;
    case "setDefault":
      if (!found.relation(op.table)) return;
      found.column(op.table, op.column);
      found.defaultValue(op.expression);
      return;
    case "dropDefault":
    case "setNotNull":
    case "dropNotNull":
    case "setExpression":
    case "dropExpression":
    case "addIdentity":
    case "alterIdentity":
    case "dropIdentity":
      if (found.relation(op.table)) found.column(op.table, op.column);
      return;
    case "setColumnOption":
      // Also of an index, whose columns the schema doesn't name.
      if (schema.index(op.table).is === "present" || !found.relation(op.table)) return;
      if (op.column !== undefined) found.column(op.table, op.column);
      return;
    case "addForeignKey":
      if (!found.relation(op.table)) return;
      columns(found, op.table, op.columns);
      name(found, op);
      if (found.relation(op.references)) columns(found, op.references, op.referencedColumns);
      return;
    case "addUnique":
    case "addPrimaryKey":
      if (!found.relation(op.table)) return;
      columns(found, op.table, op.columns);
      columns(found, op.table, op.include);
      if (op.usingIndex !== undefined) indexOf(found, op.table, op.usingIndex);
      // The server counts keys before it looks at their names.
      if (op.kind === "addPrimaryKey" && isSecond(found, op)) return;
      if (op.usingIndex === undefined || op.name?.text !== op.usingIndex.text) name(found, op);
      return;
    case "addExclusion":
      if (!found.relation(op.table)) return;
      for (const column of op.columns) found.column(op.table, { text: column, span: op.head });
      name(found, op);
      return;
    case "addCheck":
      if (!found.relation(op.table)) return;
      found.expression(op.table, op.expression);
      name(found, op);
      return;
    case "addNotNull":
      if (!found.relation(op.table)) return;
      found.column(op.table, op.column);
      name(found, op);
      return;
    case "dropConstraint":
      if (found.relation(op.table) && !op.constraintIfExists) found.constraint(op.table, op.name, false);
      return;
    case "renameConstraint":
      if (!found.relation(op.table)) return;
      found.constraint(op.table, op.name);
      found.freeMember("duplicate-constraint", op.table, op.to);
      return;
    case "validateConstraint":
    case "alterConstraint":
      if (found.relation(op.table)) found.constraint(op.table, op.name);
      return;
    case "createIndex": {
      if (!found.relation(op.table)) return;
      if (op.name !== undefined) {
        const table = schema.resolve(op.table);
        found.free(`${table.slice(0, table.indexOf("."))}.${op.name.name}`, op.name.text, op.name.span, "index");
      }
      readByIndex(found, op);
      return;
    }
    case "dropIndex":
      if (!op.ifExists) found.index(op.index, false);
      return;
    case "renameIndex": {
      found.index(op.index);
      const from = schema.index(op.index);
      if (from.is === "present")
        found.free(`${from.value.schema}.${op.to.text}`, schema.spell(op.to), op.to.span, "index");
      return;
    }
    case "alterIndex":
      found.index(op.index);
      return;
    case "attachIndex":
      found.index(op.index);
      found.index(op.partition);
      return;
    default:
  }
}

function columns(found: Collector, table: QualifiedName, names: readonly Name[]): void {
  for (const column of names) found.column(table, column);
}

type Adds = Extract<
  Operation,
  { kind: "addForeignKey" | "addUnique" | "addPrimaryKey" | "addExclusion" | "addCheck" | "addNotNull" }
>;

function name(found: Collector, op: Adds): void {
  if (op.name === undefined) return;
  found.freeMember("duplicate-constraint", op.table, op.name);
  if (op.kind !== "addUnique" && op.kind !== "addPrimaryKey" && op.kind !== "addExclusion") return;
  // Its index needs a free name, too.
  if (found.list.some((f) => f.kind === "duplicate-constraint")) return;
  const table = found.schema.resolve(op.table);
  const key = `${table.slice(0, table.indexOf("."))}.${op.name.text}`;
  found.free(key, found.schema.spell(op.name), op.name.span, "index");
}

/** A table has one primary key. */
function isSecond(found: Collector, op: Extract<Operation, { kind: "addPrimaryKey" }>): boolean {
  const table = found.schema.table(op.table);
  if (table.is !== "present") return false;
  const key = table.value.constraints.find((c): c is KeyConstraint => c.kind === "primary key");
  if (key === undefined) return false;
  // That of the parent takes over one of its own on the same columns.
  const isSame = key.columns.join() === op.columns.map((column) => column.text).join();
  if (key.inherited && op.within === "createTable" && isSame) return false;
  if (!found.schema.certain(table.value.key, `k:${key.name}`)) return false;
  found.add({
    kind: "duplicate-constraint",
    what: "primary key",
    name: found.schema.spell(key),
    span: op.head,
    existing: key.origin,
    ofParent: table.value.partitionOf !== undefined && key.inherited,
  });
  return true;
}

/** Its table has them. */
export function readByIndex(found: Collector, op: OperationOf<"createIndex">): void {
  for (const element of op.elements) {
    if (element.column !== undefined) found.column(op.table, { text: element.column, span: op.head });
    found.expression(op.table, element.expression);
  }
  for (const column of op.include) found.column(op.table, { text: column, span: op.head });
  found.expression(op.table, op.where);
}

/** Of two such columns, one is too many; what else they are made of, such as a key, may differ. */
const isAlike = ({ type, notNull, hasDefault }: Column, { column }: OperationOf<"addColumn">): boolean =>
  type !== undefined &&
  sameType(type, column.type) &&
  hasDefault === "no" &&
  column.default === undefined &&
  (notNull === "yes") === column.notNull;
