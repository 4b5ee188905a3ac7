/** Who uses a relation, a column, a type or a routine, found through the reverse index. */
import type { ColumnReference, Expression, QueryFacts } from "../model/expression.ts";
import { keyOf, schemaOfKey, type Key, type Name, type QualifiedName } from "../model/names.ts";
import type { Named } from "../model/name-rules.ts";
import type { ColumnType } from "../model/types.ts";
import { routinesOfExtension, typesOfExtension } from "./built-in.ts";
import type { Column, Constraint, Dependent, Index, Policy, Relation, Routine } from "./model.ts";
import { get, keys } from "./persistent.ts";
import {
  columnTag,
  constraintTag,
  indexesOn,
  policyTag,
  relationTag,
  resolveRelation,
  resolveRoutine,
  resolveType,
  routineNameTag,
  sequencesOf,
  triggerTag,
  typeNameTag,
  type State,
} from "./state.ts";

export type DependencySubject =
  | { readonly table: QualifiedName | Key; readonly column?: string | undefined }
  | { readonly type: QualifiedName | Key }
  | { readonly routine: QualifiedName | Key }
  | { readonly extension: QualifiedName };

/** See `Schema.spell`. */
export function spelled({ dialect }: Pick<State, "dialect">, name: string | Name | Named): string {
  if (typeof name === "string") return dialect.names.spell(name);
  return dialect.names.spell(name.written ?? ("name" in name ? name.name : name.text));
}

/** As messages name it: the schema is said unless it is the default one. */
export const displayName = (state: Pick<State, "dialect">, schema: string, name: string | Named): string =>
  (schema === "public" || schema === "pg_temp" ? "" : `${spelled(state, schemaOfKey(schema))}.`) +
  spelled(state, name);

/** As statements name it where it is used: without the schema that is the first of the path. */
export const nameInPath = (state: Pick<State, "dialect" | "searchPath">, schema: string, name: string | Named): string =>
  schema === state.searchPath[0] ? spelled(state, name) : displayName(state, schema, name);

/** Of `public.orders`. */
export const splitKey = (key: Key): readonly [schema: string, name: string] => {
  const dot = key.indexOf(".");
  return [key.slice(0, dot), key.slice(dot + 1)];
};

const shown = (state: State, relation: Relation): string => nameInPath(state, relation.schema, relation);

const memberTags: Readonly<Partial<Record<Dependent["kind"], (name: string) => string>>> = {
  "foreign key": constraintTag,
  check: constraintTag,
  trigger: triggerTag,
  policy: policyTag,
  column: columnTag,
  "column default": columnTag,
  "generated column": columnTag,
};

/** The history says for certain that it is there. */
export function isSure(
  { kind, relation, member }: Dependent,
  schema: { readonly certain: (relation: Key, member?: string) => boolean },
): boolean {
  if (relation === undefined) return true;
  const tag = member === undefined ? undefined : memberTags[kind]?.(member);
  return schema.certain(relation) && (tag === undefined || schema.certain(relation, tag));
}

export function dependentsOf(state: State, subject: DependencySubject): readonly Dependent[] {
  const found: Dependent[] = [];
  if ("table" in subject) {
    const key = typeof subject.table === "string" ? subject.table : resolveRelation(state, subject.table);
    if (subject.column === undefined) ofRelation(state, key, found);
    else ofColumn(state, key, subject.column, found);
  } else if ("type" in subject) {
    ofType(state, typeof subject.type === "string" ? subject.type : resolveType(state, subject.type), found);
  } else if ("extension" in subject) {
    ofExtension(state, subject.extension, found);
  } else {
    const { routine } = subject;
    ofRoutine(state, typeof routine === "string" ? routine : resolveRoutine(state, routine), found);
  }
  const unique = new Map(found.map((d) => [`${d.kind} ${d.text}`, d]));
  return [...unique.values()].sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0));
}

function usersOf(state: State, tag: string): readonly string[] {
  const users = get(state.users, tag);
  return users === undefined ? [] : [...keys(users)];
}
const relationsIn = (state: State, tags: readonly string[]): readonly Relation[] =>
  tags.flatMap((tag) => (tag.startsWith("r:") ? (get(state.relations, tag.slice(2)) ?? []) : []));
const indexesIn = (state: State, tags: readonly string[]): readonly Index[] =>
  tags.flatMap((tag) => (tag.startsWith("i:") ? (get(state.indexes, tag.slice(2)) ?? []) : []));
const routinesIn = (state: State, tags: readonly string[]): readonly Routine[] =>
  tags.flatMap((tag) => (tag.startsWith("F:") ? (get(state.routines, tag.slice(2)) ?? []) : []));

const displayIndex = (state: State, index: Index): string =>
  state.dialect.names.indexesInSchema ? nameInPath(state, index.schema, index) : spelled(state, index);

/** Member of a table as a dependent. */
function member(
  state: State,
  relation: Relation,
  kind: Dependent["kind"],
  named: Named & Pick<Column, "origin">,
  onDrop: Dependent["onDrop"],
): Dependent {
  const said = kind === "column" ? "column" : kind;
  const text =
    kind === "column" || kind === "generated column" || kind === "column default"
      ? `${said} ${shown(state, relation)}.${spelled(state, named)}`
      : `${said} ${spelled(state, named)} of ${shown(state, relation)}`;
  return { kind, text, member: named.name, relation: relation.key, onDrop, origin: named.origin };
}

function whole(state: State, relation: Relation, onDrop: Dependent["onDrop"], kind?: Dependent["kind"]): Dependent {
  const as = kind ?? (relation.kind === "materialized view" ? "materialized view" : "view");
  return { kind: as, text: `${as} ${shown(state, relation)}`, relation: relation.key, onDrop, origin: relation.origin };
}

const body = (state: State, routine: Routine): Dependent => ({
  kind: "function",
  text: `function ${nameInPath(state, routine.schema, routine.name)}`,
  onDrop: routine.definition.atomic ? "refuses" : "breaks later",
  origin: routine.origin,
});

const isView = (relation: Relation): boolean =>
  relation.kind === "view" || relation.kind === "materialized view";

/** A view, those that read it, and what uses their row types. */
function addView(state: State, view: Relation, found: Dependent[], seen: Set<Key>): void {
  const views = [view];
  for (let next = views.pop(); next !== undefined; next = views.pop()) {
    if (seen.has(next.key)) continue;
    seen.add(next.key);
    found.push(whole(state, next, "refuses"));
    ofType(state, next.key, found);
    views.push(...relationsIn(state, usersOf(state, relationTag(next.key))).filter(isView));
  }
}

function ofRelation(state: State, key: Key, found: Dependent[]): void {
  const tags = usersOf(state, relationTag(key));
  const seen = new Set<Key>([key]);
  for (const user of relationsIn(state, tags)) {
    if (isView(user)) addView(state, user, found, seen);
    if (user.key === key) continue;
    for (const constraint of user.constraints)
      if (constraint.kind === "foreign key" && constraint.references === key)
        found.push(member(state, user, "foreign key", constraint, "refuses"));
    if (user.partitionOf?.parent === key) found.push(whole(state, user, "goes along", "partition"));
    else if (user.parents.includes(key)) found.push(whole(state, user, "refuses", "child table"));
    for (const column of user.columns)
      if (column.default !== undefined && sequencesOf(column.default).some((s) => resolveRelation(state, s) === key))
        found.push(member(state, user, "column default", column, "refuses"));
    for (const policy of user.policies)
      if ([policy.using, policy.withCheck].some((e) => e !== undefined && reads(state, e.columns, key)))
        found.push(member(state, user, "policy", policy, "refuses"));
  }
  for (const routine of routinesIn(state, tags))
    if (routine.definition.uses.relations.some((r) => resolveRelation(state, r) === key)) found.push(body(state, routine));
  ofType(state, key, found);
}

const refersTo = (state: State, reference: ColumnReference, key: Key): boolean =>
  (reference.table === undefined ? (reference.candidates ?? []) : [reference.table]).some(
    (table) => resolveRelation(state, table) === key,
  );

const reads = (state: State, references: readonly ColumnReference[], key: Key): boolean =>
  references.some((reference) => refersTo(state, reference, key));

const readsColumn = (state: State, query: QueryFacts, key: Key, column: string): boolean =>
  query.columns.some((r) => r.column === column && refersTo(state, r, key)) ||
  query.stars.some((table) => resolveRelation(state, table) === key);

/** The column was added by a later migration than that: what names no table in it meant another column. */
function isLater(state: State, key: Key, column: string, { origin }: Pick<Relation, "origin">): boolean {
  const made = get(state.relations, key)?.columns.find(({ name, learned }) => name === column && learned !== true);
  return (made?.origin.migration ?? -1) > (origin?.migration ?? Infinity);
}

/** `SELECT *` was expanded when the view was made: a column of a later migration is none of its own. */
function viewReads(state: State, view: Relation, key: Key, column: string): boolean {
  const { query } = view;
  if (query === undefined || !readsColumn(state, query, key, column)) return false;
  if (!isLater(state, key, column, view)) return true;
  return readsColumn(state, { ...query, stars: [], columns: query.columns.filter(isQualified) }, key, column);
}

const isQualified = ({ table }: ColumnReference): boolean => table !== undefined;

function policyReads(state: State, policy: Policy, key: Key, column: string): boolean {
  const later = isLater(state, key, column, policy);
  return [policy.using, policy.withCheck].some(
    (e) =>
      e?.columns.some((r) => r.column === column && (!later || isQualified(r)) && refersTo(state, r, key)) === true,
  );
}

/** In an expression of the table itself: `NEW.c`, `t.c` and `c` alike. */
export const mentions = (expression: Expression | undefined, column: string): boolean =>
  expression?.columns.some((reference) => reference.column === column) === true;

/** The columns of its own table that a constraint involves. */
export function involves(constraint: Constraint, column: string): boolean {
  switch (constraint.kind) {
    case "check":
      return mentions(constraint.expression, column);
    case "not null":
      return constraint.column === column;
    default:
      return constraint.columns.includes(column);
  }
}

export const indexInvolves = (index: Index, column: string): boolean =>
  index.elements.some((e) => e.column === column || mentions(e.expression, column)) ||
  index.include.includes(column) ||
  mentions(index.where, column);

export const inPartitionKey = (relation: Relation, column: string): boolean =>
  relation.partitionBy !== undefined &&
  (relation.partitionBy.columns.includes(column) ||
    relation.partitionBy.expressions.some((e) => mentions(e, column)));

function ofColumn(state: State, key: Key, column: string, found: Dependent[]): void {
  const table = get(state.relations, key);
  if (table !== undefined) {
    for (const constraint of table.constraints) {
      if (!involves(constraint, column)) continue;
      if (constraint.kind === "foreign key")
        found.push(member(state, table, "foreign key", constraint, "goes along"));
      else if (constraint.kind === "check")
        found.push(member(state, table, "check", constraint, "goes along"));
    }
    for (const other of table.columns)
      if (other.name !== column && mentions(other.generated?.expression, column))
        found.push(member(state, table, "generated column", other, "refuses"));
    for (const trigger of table.triggers)
      if (trigger.updateOf.includes(column) || mentions(trigger.when, column))
        found.push(member(state, table, "trigger", trigger, "refuses"));
    for (const policy of table.policies)
      if (
        (mentions(policy.using, column) || mentions(policy.withCheck, column)) &&
        !isLater(state, key, column, policy)
      )
        found.push(member(state, table, "policy", policy, "refuses"));
    if (inPartitionKey(table, column))
      found.push({
        kind: "partition key",
        text: `partition key of ${shown(state, table)}`,
        relation: key,
        onDrop: "refuses",
        origin: table.origin,
      });
  }
  for (const index of indexesOn(state, key)) {
    if (indexInvolves(index, column))
      found.push({
        kind: "index",
        text: `index ${displayIndex(state, index)}`,
        relation: key,
        onDrop: "goes along",
        origin: index.origin,
      });
  }
  const tags = usersOf(state, relationTag(key));
  const seen = new Set<Key>([key]);
  for (const user of relationsIn(state, tags)) {
    if (isView(user) && viewReads(state, user, key, column))
      addView(state, user, found, seen);
    for (const constraint of user.constraints)
      if (
        constraint.kind === "foreign key" &&
        constraint.references === key &&
        constraint.referencedColumns.includes(column)
      )
        found.push(member(state, user, "foreign key", constraint, "refuses"));
    if (user.key === key) continue;
    for (const policy of user.policies)
      if (policyReads(state, policy, key, column)) found.push(member(state, user, "policy", policy, "refuses"));
  }
  for (const routine of routinesIn(state, tags)) {
    const { uses, parameters } = routine.definition;
    // `SELECT t.*` takes what columns there are, where no list of the result's columns has to fit.
    const isListed = parameters.some(({ mode }) => mode !== "in");
    const read = isListed ? uses : { ...uses, stars: [] };
    if (readsColumn(state, read, key, column)) found.push(body(state, routine));
  }
}

function isOfType(state: State, type: ColumnType | undefined, key: Key): boolean {
  if (type === undefined) return false;
  const [, name] = splitKey(key);
  if (type.name !== name) return false;
  if (type.schema !== undefined) return keyOf(type.schema, name) === key;
  const resolved = resolveType(state, { name, text: name, span: type.span });
  // A table's row type is no entry of `types`.
  return resolved === key || get(state.types, resolved) === undefined;
}

function ofType(state: State, key: Key, found: Dependent[]): void {
  const [, name] = splitKey(key);
  const tags = usersOf(state, typeNameTag(name));
  for (const relation of relationsIn(state, tags))
    for (const column of relation.columns) {
      if (isOfType(state, column.type, key))
        found.push({
          ...member(state, relation, "column", column, "refuses"),
          ...((column.type?.dimensions ?? 0) > 0 ? { nested: true as const } : {}),
        });
      else if (column.defaultCasts?.some((type) => isOfType(state, type, key)) === true)
        found.push(member(state, relation, "column default", column, "refuses"));
    }
  for (const routine of routinesIn(state, tags)) {
    const { parameters, returns } = routine.definition;
    if (isOfType(state, returns, key) || parameters.some((p) => isOfType(state, p.type, key)))
      found.push({ ...body(state, routine), onDrop: "refuses" });
  }
}

/** What the history makes itself under the name of one of its objects is another one. */
function ofExtension(state: State, extension: QualifiedName, found: Dependent[]): void {
  for (const name of typesOfExtension(extension.name)) ofType(state, resolveType(state, { ...extension, name }), found);
  for (const name of routinesOfExtension(extension.name)) {
    const key = resolveRoutine(state, { ...extension, name });
    if (get(state.routines, key) === undefined) ofRoutine(state, key, found);
  }
}

function ofRoutine(state: State, key: Key, found: Dependent[]): void {
  const [, name] = splitKey(key);
  const calls = (functions: readonly QualifiedName[] | undefined): boolean =>
    functions?.some((f) => f.name === name && resolveRoutine(state, f) === key) === true;
  const tags = usersOf(state, routineNameTag(name));
  const seen = new Set<Key>();
  for (const user of relationsIn(state, tags)) {
    if (isView(user) && calls(user.query?.functions)) addView(state, user, found, seen);
    for (const column of user.columns) {
      if (calls(column.default?.functions))
        found.push(member(state, user, "column default", column, "refuses"));
      if (calls(column.generated?.expression.functions))
        found.push(member(state, user, "generated column", column, "refuses"));
    }
    for (const constraint of user.constraints)
      if (constraint.kind === "check" && calls(constraint.expression.functions))
        found.push(member(state, user, "check", constraint, "refuses"));
    for (const trigger of user.triggers)
      if (trigger.function === key || calls(trigger.when?.functions))
        found.push(member(state, user, "trigger", trigger, "refuses"));
    for (const policy of user.policies)
      if (calls(policy.using?.functions) || calls(policy.withCheck?.functions))
        found.push(member(state, user, "policy", policy, "refuses"));
  }
  for (const index of indexesIn(state, tags))
    if (index.elements.some((e) => calls(e.expression?.functions)) || calls(index.where?.functions))
      found.push({
        kind: "index",
        text: `index ${displayIndex(state, index)}`,
        relation: index.table,
        onDrop: "refuses",
        origin: index.origin,
      });
  for (const routine of routinesIn(state, tags))
    if (calls(routine.definition.uses.functions)) found.push(body(state, routine));
}
