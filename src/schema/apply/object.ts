/** Types, domains, routines, triggers, policies, schemas, extensions. */
import { keyOf, type Key } from "../../model/names.ts";
import type {
  AddEnumValue,
  AlterCompositeType,
  AlterDomain,
  AlterPolicy,
  CreateDomain,
  AlterFunction,
  CreateFunction,
  CreatePolicy,
  CreateTrigger,
  CreateType,
  DropFunction,
  DropSchema,
  RenameEnumValue,
} from "../../model/operation.ts";
import { typeText } from "../../model/types.ts";
import { asWritten, type Draft } from "../draft.ts";
import type { Routine, UserType } from "../model.ts";
import { chooseConstraintName } from "../names.ts";
import { get, keys, remove, set, values } from "../persistent.ts";
import { qualifyExpression } from "../rewrite.ts";
import {
  creationSchema,
  policyTag,
  resolveRoutine,
  resolveType,
  schemaTag,
  triggerTag,
  typeNameTag,
} from "../state.ts";
import { dropRelation, dropRoutines, dropRoutineUses, dropType } from "./drop.ts";
import { partitionsBelow } from "./family.ts";

const emptyType = { labels: [], attributes: [], notNull: false, checks: [], complete: true } as const;

export function createType(draft: Draft, op: CreateType): void {
  draft.putType({
    ...emptyType,
    schema: creationSchema(draft.state, op.type),
    name: op.type.name,
    form: op.form,
    labels: op.labels.map((label) => ({ label, origin: draft.origin })),
    attributes: op.attributes,
    origin: draft.origin,
  });
}

export function createDomain(draft: Draft, op: CreateDomain): void {
  const { name } = op.domain;
  const schema = creationSchema(draft.state, op.domain);
  const checks: { name: string; expression: (typeof op.checks)[number]["expression"]; validated: boolean }[] = [];
  for (const check of op.checks) {
    let free = check.name ?? chooseConstraintName(draft, schema, name, undefined, "check");
    for (let n = 1; check.name === undefined && checks.some((c) => c.name === free); n++)
      free = `${name}_check${n}`;
    checks.push({ name: free, expression: check.expression, validated: !check.notValid });
  }
  draft.putType({
    ...emptyType,
    schema,
    name,
    form: "domain",
    base: op.type,
    notNull: op.notNull,
    hasDefault: op.default !== undefined,
    default: op.default,
    checks,
    origin: draft.origin,
  });
}

/** The type that a statement changes; one that isn't known is made up, incomplete. */
function typeOf(draft: Draft, op: { readonly type: AddEnumValue["type"] }, form: UserType["form"]): UserType {
  const key = resolveType(draft.state, op.type);
  const known = draft.type(key);
  if (known !== undefined) return known;
  const dot = key.indexOf(".");
  return { ...emptyType, schema: key.slice(0, dot), name: op.type.name, form, complete: false };
}

export function addEnumValue(draft: Draft, op: AddEnumValue): void {
  const type = typeOf(draft, op, "enum");
  if (type.labels.some((l) => l.label === op.label)) return;
  const labels = [...type.labels];
  const at = labels.findIndex((l) => l.label === op.neighbour?.label);
  const added = { label: op.label, origin: draft.origin };
  if (at < 0) labels.push(added);
  else labels.splice(op.neighbour?.after === true ? at + 1 : at, 0, added);
  draft.putType({ ...type, labels });
}

export function renameEnumValue(draft: Draft, op: RenameEnumValue): void {
  const type = typeOf(draft, op, "enum");
  draft.putType({
    ...type,
    labels: type.labels.map((l) => (l.label === op.label ? { label: op.to, origin: draft.origin } : l)),
  });
  const literal = (label: string): string => `'${label.replaceAll("'", "''")}'`;
  const [from, to] = [literal(op.label), literal(op.to)];
  // The server keeps the label's number, and prints its name.
  for (const tag of draft.users(typeNameTag(type.name))) {
    const relation = tag.startsWith("r:") ? draft.relation(tag.slice(2)) : undefined;
    if (relation === undefined) continue;
    const columns = relation.columns.map((column) =>
      column.type?.name === type.name && column.default?.text.startsWith(from) === true
        ? { ...column, default: { ...column.default, text: to + column.default.text.slice(from.length) } }
        : column,
    );
    draft.put({ ...relation, columns });
  }
}

export function alterCompositeType(draft: Draft, op: AlterCompositeType): void {
  const type = typeOf(draft, op, "composite");
  const name = op.attribute.text;
  const { attributeType } = op;
  const others = type.attributes.filter((a) => a.name !== name);
  const changed = attributeType === undefined ? [] : [{ name, type: attributeType }];
  const attributes =
    op.change === "drop"
      ? others
      : op.change === "type"
        ? type.attributes.map((a) => (a.name === name && attributeType !== undefined ? { name, type: attributeType } : a))
        : [...others, ...changed];
  draft.putType({ ...type, attributes });
}

export function renameAttribute(draft: Draft, name: AddEnumValue["type"], from: string, to: string): void {
  const type = typeOf(draft, { type: name }, "composite");
  draft.putType({
    ...type,
    attributes: type.attributes.map((a) => (a.name === from ? { ...a, name: to } : a)),
  });
}

export function alterDomain(draft: Draft, op: AlterDomain): void {
  const type = typeOf(draft, { type: op.domain }, "domain");
  const { check } = op;
  switch (op.change) {
    case "set not null":
    case "drop not null":
      draft.putType({ ...type, notNull: op.change === "set not null" });
      return;
    case "add constraint": {
      if (check === undefined) return;
      let name = check.name ?? `${type.name}_check`;
      for (let n = 1; check.name === undefined && type.checks.some((c) => c.name === name); n++)
        name = `${type.name}_check${n}`;
      const made = { name, expression: check.expression, validated: !check.notValid };
      draft.putType({ ...type, checks: [...type.checks.filter((c) => c.name !== name), made] });
      return;
    }
    case "drop constraint":
      draft.putType({ ...type, checks: type.checks.filter((c) => c.name !== op.constraint) });
      return;
    case "validate constraint":
      draft.putType({
        ...type,
        checks: type.checks.map((c) => (c.name === op.constraint ? { ...c, validated: true } : c)),
      });
      return;
    case "rename constraint":
      draft.putType({
        ...type,
        checks: type.checks.map((c) => (c.name === op.constraint ? { ...c, name: op.to ?? c.name } : c)),
      });
      return;
    case "set default":
    case "drop default":
      draft.putType({ ...type, hasDefault: op.change === "set default" });
      return;
    default:
      op.change satisfies never;
  }
}

const inputTypes = (op: CreateFunction): string =>
  inputsOf(op)
    .map(({ type }) => typeText(type.schema === "public" ? { ...type, schema: undefined } : type))
    .join();

/** Do two definitions have the same input types? Then the later replaces. */
export const sameSignature = (a: CreateFunction, b: CreateFunction): boolean => inputTypes(a) === inputTypes(b);

export const executesKey = (key: Key, definition: CreateFunction): string => `${key}(${inputTypes(definition)})`;

/**
 * Key of what ALTER DEFAULT PRIVILEGES IN SCHEMA has revoked of the routines that are made behind it. Without IN SCHEMA it takes
 * nothing that is granted in a schema (run on PostgreSQL 13, 15 and 18).
 */
export const ofNewRoutinesIn = (schema: string): string => `(default) ${schema}`;

export function createFunction(draft: Draft, op: CreateFunction): void {
  const schema = creationSchema(draft.state, op.function);
  const { name } = op.function;
  const key = keyOf(schema, name);
  const made: Routine = { schema, name, definition: op, origin: draft.origin };
  const others = draft.routines(key).filter((r) => !sameSignature(r.definition, op));
  // OR REPLACE leaves the privileges as they are.
  if (others.length === draft.routines(key).length) {
    const { executes } = draft.state;
    const [own, start] = [executesKey(key, op), get(executes, ofNewRoutinesIn(schema))];
    draft.state = { ...draft.state, executes: start === undefined ? remove(executes, own) : set(executes, own, start) };
  }
  draft.putRoutines(key, [...others, made]);
}

/** Which of several that share a name is meant isn't known. */
export function alterFunction(draft: Draft, { function: name, securityDefiner, settings }: AlterFunction): void {
  const key = resolveRoutine(draft.state, name);
  const [only, ...others] = draft.routines(key);
  if (only === undefined || others.length > 0) return;
  if (securityDefiner === false || settings?.includes("search_path") === true)
    draft.putRoutines(key, [{ ...only, secured: true }]);
  else if (securityDefiner === true)
    draft.putRoutines(key, [{ ...only, definition: { ...only.definition, securityDefiner: true } }]);
}

export function dropFunction(draft: Draft, op: DropFunction): void {
  const key = resolveRoutine(draft.state, op.function);
  const routines = draft.routines(key);
  const kept =
    op.arguments === undefined
      ? []
      : routines.filter(({ definition }) => !fits(definition, op.arguments ?? []));
  // The spelling of a type may differ from what we compare with: the only one is the one.
  const [only, ...more] = routines;
  const isOnly = only !== undefined && more.length === 0 && op.arguments?.length === inputsOf(only.definition).length;
  if (kept.length === 0 || isOnly)
    dropRoutines(draft, key, op.cascade);
  else {
    if (op.cascade && kept.length < routines.length) dropRoutineUses(draft, key);
    draft.putRoutines(key, kept);
  }
}

/** What a call passes. */
export const inputsOf = ({ parameters }: CreateFunction): CreateFunction["parameters"] =>
  parameters.filter(({ mode }) => mode !== "out" && mode !== "table");

/** Types are compared by their bare names. */
export function fits(definition: CreateFunction, types: readonly string[]): boolean {
  const own = inputsOf(definition);
  const bare = (text: string): string => text.toLowerCase().replace(/\(.*$/, "").replace(/^.*\./, "").trim();
  return (
    own.length === types.length &&
    own.every((p, i) => {
      const type = bare(types[i] ?? "");
      return type === bare(typeText(p.type)) || type === bare(p.type.text);
    })
  );
}

export function createTrigger(draft: Draft, op: CreateTrigger): void {
  const table = draft.subject(op.table);
  if (table === undefined) return;
  const made = {
    name: op.name.text,
    ...asWritten(op.name),
    function: op.function && resolveRoutine(draft.state, op.function),
    ...(op.body === undefined ? {} : { body: op.body.text }),
    updateOf: op.updateOf.map((c) => c.text),
    timing: op.timing,
    events: op.events,
    when: op.when,
    origin: draft.origin,
  };
  // Row triggers of a partitioned table are cloned to its partitions.
  const tables = [table.key, ...(op.forEachRow && table.partitionBy !== undefined ? partitionsBelow(draft, table.key) : [])];
  for (const key of tables) {
    draft.mark(key, triggerTag(made.name), undefined);
    draft.change(key, (old) => ({
      ...old,
      triggers: [
        ...old.triggers.filter((t) => t.name !== made.name),
        key === table.key ? made : { ...made, inherited: true },
      ],
    }));
  }
}

export function dropTrigger(draft: Draft, tableKey: Key, name: string): void {
  for (const key of [tableKey, ...partitionsBelow(draft, tableKey)]) {
    draft.mark(key, triggerTag(name), undefined);
    draft.change(key, (old) => ({ ...old, triggers: old.triggers.filter((t) => t.name !== name) }));
  }
}

export function createPolicy(draft: Draft, op: CreatePolicy | AlterPolicy): void {
  const table = draft.subject(op.table);
  if (table === undefined) return;
  const old = table.policies.find((p) => p.name === op.name.text);
  draft.mark(table.key, policyTag(op.name.text), undefined);
  const made = {
    name: op.name.text,
    permissive: "permissive" in op ? op.permissive : (old?.permissive ?? true),
    command: "command" in op ? op.command : (old?.command ?? "all"),
    roles: op.roles ?? old?.roles ?? [],
    using: qualifyExpression(draft.state, op.using) ?? old?.using,
    withCheck: qualifyExpression(draft.state, op.withCheck) ?? old?.withCheck,
    origin: old?.origin ?? draft.origin,
  };
  draft.put({ ...table, policies: [...table.policies.filter((p) => p.name !== made.name), made] });
}

export function createSchema(draft: Draft, name: string): void {
  draft.clear(schemaTag(name));
  draft.state = { ...draft.state, namespaces: set(draft.state.namespaces, name, draft.origin) };
}

export function dropSchema(draft: Draft, op: DropSchema): void {
  const schema = op.schema.text;
  for (const relation of [...values(draft.state.relations)])
    if (relation.schema === schema && draft.relation(relation.key) !== undefined)
      dropRelation(draft, relation.key, op.cascade);
  for (const type of [...values(draft.state.types)])
    if (type.schema === schema) dropType(draft, keyOf(type.schema, type.name), op.cascade);
  for (const key of [...keys(draft.state.routines)])
    if (key.startsWith(`${schema}.`)) dropRoutines(draft, key, op.cascade);
  draft.bury(schemaTag(schema));
  draft.state = { ...draft.state, namespaces: remove(draft.state.namespaces, schema) };
}

