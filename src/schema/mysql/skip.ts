/** IF [NOT] EXISTS on MySQL and MariaDB, which look for indexes in their tables. */
import { keyOf, type QualifiedName } from "../../model/names.ts";
import type { CreateFunction, Operation } from "../../model/operation.ts";
import type { Relation, Routine } from "../model.ts";
import type { Schema } from "../schema.ts";
import { createdKey } from "../skip.ts";

/** See `SchemaParts.skips`. */
export function skippedByMysql(schema: Schema, op: Operation): boolean | undefined {
  const has = (table: QualifiedName, name: string): boolean =>
    schema.index(keyOf(schema.resolve(table), name)).is === "present";
  // IF EXISTS of a part doesn't help where its table is missing.
  const isThere = (table: QualifiedName): boolean => schema.relation(table).is !== "absent";
  const asked = op.asked === true;
  switch (op.kind) {
    case "createIndex":
      return (op.ifNotExists || asked) && op.name !== undefined && has(op.table, op.name.name);
    case "dropIndex":
    case "renameIndex":
    case "alterIndex":
      if (op.ifExists !== true && !asked) return false;
      return op.onTable !== undefined && isThere(op.onTable) && !has(op.onTable, op.index.name);
    case "addUnique":
    case "addPrimaryKey": {
      if (op.ifNotExists !== true) return false;
      const name = op.kind === "addPrimaryKey" ? "primary" : (op.name ?? op.inlineColumn)?.text;
      return name !== undefined && has(op.table, name);
    }
    case "addCheck":
    case "addForeignKey":
      if (op.ifNotExists !== true || op.name === undefined) return undefined;
      return hasConstraint(schema, op.table, op.kind === "addCheck", op.name.text) ? true : undefined;
    case "createFunction":
      return op.ifNotExists === true && sameRoutine(schema, op) !== undefined;
    case "createTrigger":
      return op.ifNotExists === true && triggerTable(schema, op.table, op.name.text) !== undefined;
    case "renameColumn":
    case "setDefault":
    case "dropDefault":
    case "redefineColumn":
      if ((op.columnIfExists !== true && !asked) || !isThere(op.table)) return undefined;
      return schema.column(op.table, op.column.text).is === "absent" ? true : undefined;
    default:
      return undefined;
  }
}

/** A check and a key may have one name. */
function hasConstraint(schema: Schema, table: QualifiedName, isCheck: boolean, name: string): boolean {
  const found = schema.relation(table);
  return found.is === "present" && found.value.constraints.some((one) => one.name === name && (one.kind === "check") === isCheck);
}

/** MySQL: the table whose trigger of this name stands in the database of `near`; names of triggers are the database's. */
export function triggerTable(schema: Schema, near: QualifiedName, name: string): Relation | undefined {
  const home = schema.resolve(near).slice(0, -near.name.length);
  for (const relation of schema.relations())
    if (relation.key.startsWith(home) && relation.triggers.some((one) => one.name === name)) return relation;
  return undefined;
}

/** MySQL has no overloads, but a procedure and a function may have one name. */
export function sameRoutine(schema: Schema, op: CreateFunction): Routine | undefined {
  const there = schema.routines(createdKey(schema, op.function));
  return there.is === "present" ? there.value.find((r) => r.definition.procedure === op.procedure) : undefined;
}
