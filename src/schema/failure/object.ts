import { keyOf, type Name, type QualifiedName } from "../../model/names.ts";
import type { Operation } from "../../model/operation.ts";
import { sameSignature } from "../apply/object.ts";
import { isBuiltInTriggerFunction } from "../built-in.ts";
import { createdKey } from "../skip.ts";
import { policyTag, schemaTag, triggerTag } from "../state.ts";
import type { Origin } from "../model.ts";
import type { Collector } from "./collector.ts";

/** Types, routines, triggers, policies, schemas, and what names an object by its class. */
export function objectFailures(found: Collector, op: Operation): void {
  switch (op.kind) {
    case "createType":
      freeType(found, op.type);
      return;
    case "createDomain":
      freeType(found, op.domain);
      return;
    case "addEnumValue":
      found.type(op.type);
      freeLabel(found, op);
      return;
    case "renameEnumValue":
    case "alterCompositeType":
      found.type(op.type);
      return;
    case "alterDomain":
      found.type(op.domain, "domain");
      return;
    case "dropType":
      if (!op.ifExists) found.type(op.type, op.domain ? "domain" : "type", false);
      return;
    case "createFunction":
      freeRoutine(found, op);
      return;
    case "alterFunction":
      found.routine(op.function);
      return;
    case "callFunction":
      // A built-in one isn't among the schema's.
      if (found.schema.whole) return;
      found.routine(op.function, op.procedure ? "procedure" : "function");
      return;
    case "dropFunction":
      if (!op.ifExists) found.routine(op.function, op.object, false);
      return;
    case "createTrigger":
      if (!found.relation(op.table)) return;
      for (const column of op.updateOf) found.column(op.table, column);
      if (op.function !== undefined && !isBuiltInTriggerFunction(op.function.name)) found.routine(op.function, "trigger function");
      if (!op.orReplace) freeMember(found, op.table, op.name, "trigger");
      return;
    case "dropTrigger":
      if (!op.ifExists && found.relation(op.table)) member(found, op.table, op.name, "trigger");
      return;
    case "createPolicy":
      if (!found.relation(op.table)) return;
      found.condition(op.table, op.using);
      found.condition(op.table, op.withCheck);
      freeMember(found, op.table, op.name, "policy");
      return;
    case "alterPolicy":
      if (!found.relation(op.table)) return;
      found.condition(op.table, op.using);
      found.condition(op.table, op.withCheck);
      member(found, op.table, op.name, "policy");
      return;
    case "dropPolicy":
      if (!op.ifExists && found.relation(op.table)) member(found, op.table, op.name, "policy");
      return;
    case "createRule":
    case "createStatistics":
      found.relation(op.table);
      return;
    case "dropRule":
      if (!op.ifExists) found.relation(op.table);
      return;
    case "createSchema": {
      if (op.ifNotExists || !isCreated(found, op.schema.text)) return;
      found.add({
        kind: "duplicate-object",
        what: "schema",
        name: found.schema.spell(op.schema),
        span: op.schema.span,
      });
      return;
    }
    case "dropSchema":
      if (op.ifExists || found.schema.namespace(op.schema.text) !== "no") return;
      found.add({
        kind: "unknown-object",
        what: "schema",
        name: found.schema.spell(op.schema),
        span: op.schema.span,
      });
      return;
    case "comment":
    case "grant":
    case "changeOwner":
    case "renameObject":
    case "setObjectSchema":
      named(found, op);
      return;
    case "createObject":
      for (const relation of op.relations) found.relation(relation);
      return;
    default:
  }
}

/** `public` may have been dropped by whoever made the database. */
const isCreated = (found: Collector, schema: string): boolean =>
  schema !== "public" && found.schema.namespace(schema) === "yes" && found.schema.certain(schemaTag(schema));

function freeType(found: Collector, name: QualifiedName): void {
  const there = found.schema.type(createdKey(found.schema, name));
  if (there.is !== "present" || there.value.form === "shell" || there.value.origin === undefined) return;
  found.add({
    kind: "duplicate-object",
    what: there.value.form === "domain" ? "domain" : "type",
    name: name.text,
    span: name.span,
    existing: there.value.origin,
  });
}

function freeLabel(found: Collector, op: Extract<Operation, { kind: "addEnumValue" }>): void {
  const type = found.schema.type(op.type);
  if (op.ifNotExists || type.is !== "present") return;
  const label = type.value.labels.find((l) => l.label === op.label);
  if (label === undefined) return;
  found.add({
    kind: "duplicate-object",
    what: "enum label",
    name: `'${op.label}' of ${op.type.text}`,
    span: op.head,
    existing: label.origin,
  });
}

function freeRoutine(found: Collector, op: Extract<Operation, { kind: "createFunction" }>): void {
  if (op.orReplace) return;
  const there = found.schema.routines(createdKey(found.schema, op.function));
  if (there.is !== "present") return;
  const same = there.value.find((r) => sameSignature(r.definition, op));
  if (same === undefined || same.definition.conditional === true) return;
  found.add({
    kind: "duplicate-object",
    what: op.procedure ? "procedure" : "function",
    name: op.function.text,
    span: op.function.span,
    existing: same.origin,
  });
}

type Member = "trigger" | "policy";

function members(found: Collector, table: QualifiedName, what: Member) {
  const relation = found.schema.relation(table);
  if (relation.is !== "present") return undefined;
  const list: readonly { readonly name: string; readonly origin: Origin }[] =
    what === "trigger" ? relation.value.triggers : relation.value.policies;
  return { complete: relation.value.complete, key: relation.value.key, list };
}

/** Code builds the name: `on_${operation}`, which is parsed as `on___operation_`. */
const isBuilt = (name: string): boolean => /__\w+_/.test(name);

function freeMember(found: Collector, table: QualifiedName, name: Name, what: Member): void {
  const known = members(found, table, what);
  const there = known?.list.find((m) => m.name === name.text);
  if (known === undefined || there === undefined || isBuilt(name.text)) return;
  if (!found.schema.certain(known.key, what === "trigger" ? triggerTag(name.text) : policyTag(name.text))) return;
  found.add({
    kind: "duplicate-object",
    what,
    name: `${found.schema.spell(name)} on ${table.text}`,
    span: name.span,
    existing: there.origin,
  });
}

function member(found: Collector, table: QualifiedName, name: Name, what: Member): void {
  const known = members(found, table, what);
  if (known?.complete !== true || isBuilt(name.text)) return;
  // One whose name code builds may be it.
  if (known.list.some((m) => m.name === name.text || isBuilt(m.name))) return;
  if (!found.schema.certain(known.key, what === "trigger" ? triggerTag(name.text) : policyTag(name.text))) return;
  found.add({
    kind: "unknown-object",
    what,
    name: `${found.schema.spell(name)} on ${table.text}`,
    span: name.span,
  });
}

type Named = Extract<
  Operation,
  { kind: "comment" | "grant" | "changeOwner" | "renameObject" | "setObjectSchema" }
>;

function named(found: Collector, op: Named): void {
  const isTable =
    op.object === "table" ||
    op.object === "view" ||
    op.object === "materialized view" ||
    op.object === "sequence" ||
    op.object === "foreign table";
  // The attribute of a type is named like a column.
  const [owner] = op.relations;
  if (op.object === "column" && owner !== undefined && found.schema.type(owner).is === "present") return;
  for (const relation of op.relations) found.relation(relation);
  if (op.kind === "comment" && op.member !== undefined) {
    const [table] = op.relations;
    if (table === undefined) return;
    if (op.object === "column") found.column(table, op.member);
    else if (op.object === "constraint") found.constraint(table, op.member);
    return;
  }
  if (op.name === undefined) return;
  if (isTable) found.relation(op.name, op.object);
  else if (op.object === "index") found.index(op.name);
  else if (op.object === "type" || op.object === "domain") found.type(op.name, op.object);
  else if (op.object === "function" || op.object === "procedure") found.routine(op.name, op.object);
  if (op.kind === "renameObject" && (isTable || op.object === "index")) {
    const key = found.schema.resolve(op.name);
    found.free(keyOf(key.slice(0, key.indexOf(".")), op.to.text), found.schema.spell(op.to), op.to.span, "table");
  }
}
