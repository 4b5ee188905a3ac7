/** IF [NOT] EXISTS: which operations of a statement surely do nothing. */
import { keyOf, type Key } from "../model/names.ts";
import type { CreateTable, Operation } from "../model/operation.ts";
import { stateOf, type Schema } from "./schema.ts";
import { creationSchema, policyTag, temporarySchema, triggerTag } from "./state.ts";

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
  const asked = op.asked === true;
  if (op.notAsked === true) return true;
  const answer = schema.dialect.schema.skips(schema, op);
  if (answer !== undefined) return answer;
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
      return (guarded || asked) && schema.type(createdKey(schema, op.type)).is === "present";
    case "createDomain":
      return guarded && schema.type(createdKey(schema, op.domain)).is === "present";
    case "addEnumValue":
      return (op.ifNotExists || guarded) && hasLabel(schema, op);
    case "addColumn":
      if (op.ifExists && schema.relation(op.table).is === "absent") return true;
      return (op.ifNotExists || guarded) && schema.column(op.table, op.column.name.text).is === "present";
    case "dropColumn":
      // IF EXISTS of a part doesn't help where its table is missing.
      if (schema.relation(op.table).is === "absent") return op.ifExists;
      return (op.columnIfExists || asked) && schema.column(op.table, op.column.text).is === "absent";
    case "renameColumn":
    case "setDefault":
    case "dropDefault":
    case "setNotNull":
    case "dropNotNull":
    case "changeColumnType":
      if (schema.relation(op.table).is === "absent") return op.ifExists;
      return asked && schema.column(op.table, op.column.text).is === "absent";
    case "dropConstraint":
      if (schema.relation(op.table).is === "absent") return op.ifExists;
      return (op.constraintIfExists || asked) && schema.constraint(op.table, op.name.text).is === "absent";
    case "dropIndex":
    case "renameIndex":
      return (op.ifExists || asked) && schema.index(op.index).is === "absent";
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
    case "dropTrigger":
    case "dropPolicy":
      if (op.ifExists && schema.relation(op.table).is === "absent") return true;
      return op.ifExists && lacks(schema, op);
    case "addForeignKey":
    case "addCheck":
    case "addUnique":
    case "addPrimaryKey":
    case "addExclusion":
      if (op.ifExists && schema.relation(op.table).is === "absent") return true;
      if (guarded && op.kind === "addPrimaryKey" && hasPrimaryKey(schema, op)) return true;
      return guarded && op.name !== undefined && schema.constraint(op.table, op.name.text).is === "present";
    default:
      return "ifExists" in op && "table" in op && op.ifExists && schema.relation(op.table).is === "absent";
  }
}

/** `ALTER TABLE IF EXISTS t` where the history makes no `t`: something else may have made it. Its DROP says nothing. */
export const altersElsewhere = (schema: Schema, op: Operation): boolean =>
  op.kind !== "dropTable" &&
  "ifExists" in op &&
  "table" in op &&
  op.ifExists &&
  schema.withClosed(true).relation(op.table).is === "absent";

function lacks(schema: Schema, op: Extract<Operation, { kind: "dropTrigger" | "dropPolicy" }>): boolean {
  const relation = schema.relation(op.table);
  if (relation.is !== "present" || !relation.value.complete) return false;
  const isTrigger = op.kind === "dropTrigger";
  const members = isTrigger ? relation.value.triggers : relation.value.policies;
  const tag = isTrigger ? triggerTag(op.name.text) : policyTag(op.name.text);
  return !members.some(({ name }) => name === op.name.text) && schema.certain(relation.value.key, tag);
}

/** A table has one. */
function hasPrimaryKey(schema: Schema, op: Extract<Operation, { kind: "addPrimaryKey" }>): boolean {
  const table = schema.table(op.table);
  return table.is === "present" && table.value.constraints.some(({ kind }) => kind === "primary key");
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
    if (schema.dialect.schema.keepsKeysOfSkippedColumn && op.kind !== "addCheck") return false;
    return op.inlineColumn !== undefined && `${nameOf(op.table)} ${op.inlineColumn.text}` === column;
  };
}

/** A constraint or an index that the CREATE TABLE declares, as an operation behind it. */
export function isDeclaredIn(op: Operation, { table }: CreateTable): boolean {
  const isInside =
    op.kind === "createIndex" ? op.clauseOf === "createTable" : "within" in op && op.within === "createTable";
  return isInside && "table" in op && op.table !== undefined && nameOf(op.table) === nameOf(table);
}

const nameOf = (name: { readonly schema?: string | undefined; readonly name: string }): string =>
  `${name.schema ?? ""}.${name.name}`;

