/** IF [NOT] EXISTS: which operations of a statement surely do nothing. */
import { keyOf, type Key, type QualifiedName } from "../model/names.ts";
import type { CreateFunction, Operation } from "../model/operation.ts";
import type { Relation, Routine } from "./model.ts";
import { stateOf, type Schema } from "./schema.ts";
import { creationSchema, temporarySchema } from "./state.ts";

/** Where a CREATE of this name puts it. */
export const createdKey = (
  schema: Schema,
  name: { readonly schema?: string | undefined; readonly name: string; readonly text: string; readonly span: { readonly start: number; readonly end: number } },
  temporary = false,
): Key => keyOf(temporary ? temporarySchema : creationSchema(stateOf(schema), name), name.name);

/** Relations and indexes share a name space. */
export function taken(schema: Schema, key: Key): boolean {
  return schema.relation(key).is === "present" || schema.index(key).is === "present";
}

/** `schema` is the one just before the operation. Of a constraint inside CREATE TABLE see `createSkipper`. */
export function skipped(schema: Schema, op: Operation): boolean {
  // A guard that we don't read: `IF NOT EXISTS (…) THEN CREATE …` does nothing where the object is there.
  const guarded = op.conditional === true;
  if (schema.family === "mysql") {
    const answer = skippedByMysql(schema, op);
    if (answer !== undefined) return answer;
  }
  switch (op.kind) {
    case "createTable":
      return (op.ifNotExists || guarded) && taken(schema, createdKey(schema, op.table, op.temporary));
    case "createView":
      return (
        (op.ifNotExists || (guarded && !op.orReplace)) && taken(schema, createdKey(schema, op.view, op.temporary))
      );
    case "createSequence":
      return (op.ifNotExists || guarded) && taken(schema, createdKey(schema, op.sequence, op.temporary));
    case "createIndex": {
      if (op.name === undefined) return false;
      const table = schema.resolve(op.table);
      const key = keyOf(table.slice(0, table.indexOf(".")), op.name.name);
      return (op.ifNotExists || guarded) && taken(schema, key);
    }
    case "createSchema":
      return (op.ifNotExists || guarded) && schema.namespace(op.schema.text) === "yes";
    case "createType":
      return guarded && schema.type(createdKey(schema, op.type)).is === "present";
    case "createDomain":
      return guarded && schema.type(createdKey(schema, op.domain)).is === "present";
    case "addEnumValue":
      return (op.ifNotExists || guarded) && hasLabel(schema, op);
    case "addColumn":
      if (op.ifExists && schema.relation(op.table).is === "absent") return true;
      return (op.ifNotExists || guarded) && schema.column(op.table, op.column.name.text).is === "present";
    case "dropColumn":
      if (op.ifExists && schema.relation(op.table).is === "absent") return true;
      return op.columnIfExists && schema.column(op.table, op.column.text).is === "absent";
    case "dropConstraint":
      if (op.ifExists && schema.relation(op.table).is === "absent") return true;
      return op.constraintIfExists && schema.constraint(op.table, op.name.text).is === "absent";
    case "dropIndex":
    case "renameIndex":
      return op.ifExists && schema.index(op.index).is === "absent";
    case "dropView":
    case "renameView":
      return op.ifExists && schema.relation(op.view).is === "absent";
    case "alterSequence":
    case "dropSequence":
      return op.ifExists && schema.relation(op.sequence).is === "absent";
    case "dropType":
      return op.ifExists && schema.type(op.type).is === "absent";
    case "dropFunction":
      return op.ifExists && schema.routines(op.function).is === "absent";
    case "dropSchema":
      return op.ifExists && schema.namespace(op.schema.text) === "no";
    case "addForeignKey":
    case "addCheck":
    case "addUnique":
    case "addPrimaryKey":
    case "addExclusion":
      if (op.ifExists && schema.relation(op.table).is === "absent") return true;
      return guarded && op.name !== undefined && schema.constraint(op.table, op.name.text).is === "present";
    default:
      return "ifExists" in op && "table" in op && op.ifExists && schema.relation(op.table).is === "absent";
  }
}

/** Indexes are looked for in their tables; undefined: as elsewhere. */
function skippedByMysql(schema: Schema, op: Operation): boolean | undefined {
  const has = (table: QualifiedName, name: string): boolean =>
    schema.index(keyOf(schema.resolve(table), name)).is === "present";
  switch (op.kind) {
    case "createIndex":
      return op.ifNotExists && op.name !== undefined && has(op.table, op.name.name);
    case "dropIndex":
    case "renameIndex":
    case "alterIndex":
      return op.ifExists === true && op.onTable !== undefined && !has(op.onTable, op.index.name);
    case "addUnique":
    case "addPrimaryKey": {
      if (op.ifNotExists !== true) return false;
      const name = op.kind === "addPrimaryKey" ? "primary" : (op.name ?? op.inlineColumn)?.text;
      return name !== undefined && has(op.table, name);
    }
    case "createFunction":
      return op.ifNotExists === true && sameRoutine(schema, op) !== undefined;
    case "createTrigger":
      return op.ifNotExists === true && triggerTable(schema, op.table, op.name.text) !== undefined;
    case "renameColumn":
    case "setDefault":
    case "dropDefault":
    case "redefineColumn":
      return op.columnIfExists === true && schema.column(op.table, op.column.text).is === "absent";
    default:
      return undefined;
  }
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

function hasLabel(schema: Schema, op: Extract<Operation, { kind: "addEnumValue" }>): boolean {
  const type = schema.type(op.type);
  return type.is === "present" && type.value.labels.some((l) => l.label === op.label);
}

/**
 * Decides for the operations of one statement in their order, each with the schema just before it: constraints
 * written inside a skipped CREATE TABLE or ADD COLUMN are skipped with it.
 */
export function createSkipper(): (schema: Schema, op: Operation) => boolean {
  let table: string | undefined;
  let column: string | undefined;
  return (schema, op) => {
    const skip = skipped(schema, op);
    if (op.kind === "createTable") {
      table = skip ? nameOf(op.table) : undefined;
      column = undefined;
    } else if (op.kind === "addColumn") column = skip ? `${nameOf(op.table)} ${op.column.name.text}` : undefined;
    else if (op.kind === "redefineColumn")
      column = skip ? `${nameOf(op.table)} ${op.definition.name.text}` : undefined;
    if (!skip && op.kind === "createIndex") return op.clauseOf === "createTable" && nameOf(op.table) === table;
    if (skip || !("within" in op)) return skip;
    if (op.within === "createTable") return nameOf(op.table) === table;
    if (op.within !== "addColumn") return false;
    // MariaDB 10.11 makes the keys of a column that it doesn't add (measured).
    if (schema.family === "mysql" && op.kind !== "addCheck") return false;
    return op.inlineColumn !== undefined && `${nameOf(op.table)} ${op.inlineColumn.text}` === column;
  };
}

const nameOf = (name: { readonly schema?: string | undefined; readonly name: string }): string =>
  `${name.schema ?? ""}.${name.name}`;

