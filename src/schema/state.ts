/**
 * The plain data below a schema: persistent maps, and the reverse index that makes "who uses this?" cheap.
 *
 * Tags name what is used or uses: `r:public.users` (relation), `i:public.users_pkey` (index),
 * `t:status`, `f:touch` (a type or function by bare name, as statements rarely say the schema), `T:public.status`,
 * `F:public.touch` (the object itself), `s:audit` (schema). Members of a relation: `c:id` (column), `k:users_pkey`
 * (constraint), `g:touch` (trigger), `p:own_rows` (policy). `n:public.users_pkey` is the name of a constraint, unique within its schema as
 * far as the server makes it up. `K:public.users` is used by the tables with foreign keys to that one.
 */
import type { SchemaDialect } from "./dialect.ts";
import type { Expression, QueryFacts } from "../model/expression.ts";
import { keyOf, type Key, type QualifiedName } from "../model/names.ts";
import type { Column, Constraint, Executes, Index, Origin, Publication, Relation, Routine, UserType } from "./model.ts";
import { emptyMap, get, has, itemsOf, remove, set, type PersistentList, type PersistentMap } from "./persistent.ts";
import { withFree, type TakenNumbers } from "./taken-numbers.ts";
import { withoutSqlComments } from "../text/sql-comments.ts";


export interface State {
  readonly relations: PersistentMap<Relation>;
  readonly indexes: PersistentMap<Index>;
  readonly types: PersistentMap<UserType>;
  readonly routines: PersistentMap<readonly Routine[]>;
  /** Schemas that the history created. */
  readonly namespaces: PersistentMap<Origin>;
  /** Schemas that tables or views were put into, whoever created them. */
  readonly inhabited: PersistentMap<true>;
  /** Tag → who dropped or renamed it. */
  readonly gone: PersistentMap<Origin>;
  /** Tags of what a statement without IF EXISTS has dropped or renamed: it was there, whatever is there now. */
  readonly met: PersistentMap<true>;
  /** Tags that look-ups answer `unknown` for, whatever else is held. */
  readonly doubted: PersistentMap<true>;
  /** Tags of what a conditional statement made: look-ups say present, `failure` doesn't count on it. */
  readonly maybe: PersistentMap<true>;
  /** The same two for members: relation → member tag. */
  readonly members: PersistentMap<PersistentMap<"doubted" | "maybe">>;
  /** Table → its indexes, in the order in which they were made. */
  readonly indexesOf: PersistentMap<PersistentList<Index>>;
  /** Used → users. */
  readonly users: PersistentMap<PersistentMap<true>>;
  /** User → what it uses. */
  readonly uses: PersistentMap<readonly string[]>;
  /** Numbers that names made up by the server have used up; see `taken-numbers.ts`. */
  readonly numbers: TakenNumbers;
  /** Objects that only their class and name are known of: `publication p`. */
  readonly objects: PersistentMap<true>;
  /** By name; those that the history creates or changes. */
  readonly publications: PersistentMap<Publication>;
  /** Routine with its inputs → what GRANT and REVOKE say of EXECUTE; see `Executes`. */
  readonly executes: PersistentMap<Executes>;
  readonly searchPath: readonly string[];
  /** Migrations have put another schema first for those behind them: what they make without a schema may be in either. */
  readonly pathMoved?: true | undefined;
  readonly dialect: SchemaDialect;
  readonly closed: boolean;
  /** See `Schema.knowsOwn`. */
  readonly knowsOwn?: boolean | undefined;
  /** What earlier migrations than this one have made may be another thing by now: files that nobody could read came between. */
  readonly gap?: number | undefined;
  readonly whole: boolean;
  readonly tracking: readonly string[];
}

export const emptyState: Omit<State, "dialect"> = {
  relations: emptyMap(),
  indexes: emptyMap(),
  types: emptyMap(),
  routines: emptyMap(),
  namespaces: emptyMap(),
  inhabited: emptyMap(),
  gone: emptyMap(),
  met: emptyMap(),
  doubted: emptyMap(),
  maybe: emptyMap(),
  members: emptyMap(),
  indexesOf: emptyMap(),
  users: emptyMap(),
  uses: emptyMap(),
  numbers: emptyMap(),
  objects: emptyMap(),
  publications: emptyMap(),
  executes: emptyMap(),
  searchPath: ["public"],
  closed: false,
  whole: false,
  tracking: [],
};

/** Temporary relations live here; it comes first in every search path (manual, section 5.10.5). */
export const temporarySchema = "pg_temp";

export const relationTag = (key: Key): string => `r:${key}`;
export const indexTag = (key: Key): string => `i:${key}`;
export const columnTag = (column: string): string => `c:${column}`;
export const constraintTag = (name: string): string => `k:${name}`;
export const triggerTag = (name: string): string => `g:${name}`;
export const policyTag = (name: string): string => `p:${name}`;
export const typeTag = (key: Key): string => `T:${key}`;
export const routineTag = (key: Key): string => `F:${key}`;
export const schemaTag = (name: string): string => `s:${name}`;
export const typeNameTag = (name: string): string => `t:${name}`;
export const foreignKeyTag = (references: Key): string => `K:${references}`;
export const constraintNameTag = (schema: string, name: string): string => `n:${schema}.${name}`;
export const routineNameTag = (name: string): string => `f:${name}`;

export function indexesOn(state: State, table: Key): readonly Index[] {
  const list = get(state.indexesOf, table);
  if (list === undefined) return [];
  const items = known.get(list) ?? itemsOf(list);
  known.set(list, items);
  return items;
}

/** Rules ask for the same again and again: before a step, after it, and at the end. */
const known = new WeakMap<PersistentList<Index>, readonly Index[]>();

/** Where a new object of this name goes. */
export const creationSchema = (state: State, name: QualifiedName): string =>
  name.schema ?? state.searchPath[0] ?? "public";

/** The first schema on the path that `holds` the name; else where it would be created. */
export function resolveIn(
  state: State,
  name: QualifiedName,
  holds: (key: Key) => boolean,
): { readonly schema: string; readonly key: Key } {
  if (name.schema !== undefined) return { schema: name.schema, key: keyOf(name.schema, name.name) };
  for (const schema of [temporarySchema, ...state.searchPath]) {
    const key = keyOf(schema, name.name);
    if (holds(key)) return { schema, key };
  }
  const schema = creationSchema(state, name);
  return { schema, key: keyOf(schema, name.name) };
}

/** Relations and indexes share a name space, so either ends the search. */
export function resolveRelation(state: State, name: QualifiedName): Key {
  const held = (key: Key): boolean =>
    get(state.relations, key) !== undefined || get(state.indexes, key) !== undefined;
  const { key } = resolveIn(state, name, held);
  // The system catalogue is searched first of all.
  const catalog = name.schema === undefined ? state.dialect.names.catalogOf(name.name) : undefined;
  if (catalog !== undefined && !held(key)) return keyOf(catalog, name.name);
  return key;
}
export const resolveType = (state: State, name: QualifiedName): Key =>
  resolveIn(state, name, (key) => get(state.types, key) !== undefined).key;
export const resolveRoutine = (state: State, name: QualifiedName): Key =>
  resolveIn(state, name, (key) => get(state.routines, key) !== undefined).key;

/** The sequences that `nextval('…')` and the like name in an expression. */
export function sequencesOf(expression: Expression): readonly QualifiedName[] {
  if (!expression.functions.some((f) => /^(?:next|curr|set)val$/.test(f.name))) return [];
  const found: QualifiedName[] = [];
  for (const match of withoutSqlComments(expression.text).matchAll(
    /\b(?:next|curr|set)val"?\s*\(\s*(?:\(\s*|cast\s*\(\s*)*'((?:[^']|''){1,200})'/gi,
  )) {
    const parts = (match[1] ?? "").match(/"(?:[^"]|"")*"|[^."]+/g) ?? [];
    const names = parts.map((p) =>
      p.startsWith('"') ? p.slice(1, -1).replaceAll('""', '"') : p.toLowerCase(),
    );
    const name = names.at(-1);
    if (name !== undefined && names.length <= 2)
      found.push({ schema: names.length === 2 ? names[0] : undefined, name, text: name, span: expression.span });
  }
  return found;
}

function expressionUses(state: State, expression: Expression | undefined, add: (tag: string) => void): void {
  if (expression === undefined) return;
  for (const used of expression.functions) add(routineNameTag(used.name));
  for (const sequence of sequencesOf(expression)) add(relationTag(resolveRelation(state, sequence)));
  for (const column of expression.columns)
    for (const table of column.table === undefined ? (column.candidates ?? []) : [column.table])
      if (table.schema !== undefined) add(relationTag(keyOf(table.schema, table.name)));
}

function queryUses(state: State, query: QueryFacts | undefined, add: (tag: string) => void): void {
  if (query === undefined) return;
  for (const relation of query.relations) add(relationTag(resolveRelation(state, relation)));
  for (const used of query.functions) add(routineNameTag(used.name));
}

type Add = (tag: string) => void;

function columnUses(state: State, column: Column, add: Add): void {
  if (column.type !== undefined) add(typeNameTag(column.type.name));
  for (const type of column.defaultCasts ?? []) add(typeNameTag(type.name));
  expressionUses(state, column.default, add);
  expressionUses(state, column.generated?.expression, add);
}

function constraintUses(state: State, relation: Relation, constraint: Constraint, add: Add): void {
  add(constraintNameTag(relation.schema, constraint.name));
  if (constraint.kind === "foreign key") {
    add(relationTag(constraint.references));
    add(foreignKeyTag(constraint.references));
  }
  if (constraint.kind === "check") expressionUses(state, constraint.expression, add);
}

const refersTo = (key: Key, constraints: readonly Constraint[]): boolean =>
  constraints.some((c) => c.kind === "foreign key" && c.references === key);

/** What a relation uses, itself left out. */
export function relationUses(state: State, relation: Relation): readonly string[] {
  const found = new Set<string>();
  const add = (tag: string): unknown => found.add(tag);
  queryUses(state, relation.query, add);
  for (const column of relation.columns) columnUses(state, column, add);
  for (const constraint of relation.constraints) constraintUses(state, relation, constraint, add);
  for (const trigger of relation.triggers) {
    if (trigger.function !== undefined)
      add(routineNameTag(trigger.function.slice(trigger.function.indexOf(".") + 1)));
    expressionUses(state, trigger.when, add);
  }
  for (const policy of relation.policies) {
    expressionUses(state, policy.using, add);
    expressionUses(state, policy.withCheck, add);
  }
  for (const part of relation.partitionBy?.expressions ?? []) expressionUses(state, part, add);
  for (const parent of relation.parents) add(relationTag(parent));
  if (relation.partitionOf !== undefined) add(relationTag(relation.partitionOf.parent));
  if (relation.ofType !== undefined) add(typeNameTag(relation.ofType.slice(relation.ofType.indexOf(".") + 1)));
  if (relation.ownedBy !== undefined) add(relationTag(relation.ownedBy.table));
  if (!refersTo(relation.key, relation.constraints)) found.delete(relationTag(relation.key));
  return [...found];
}

/**
 * What the columns and constraints use that `relation` has and `old` hasn't; undefined if anything else that uses
 * something differs. A table that gets its thousandth constraint is not to be gone through a thousand times.
 */
export function usesAdded(state: State, old: Relation, relation: Relation): readonly string[] | undefined {
  if (!usesTheSameBeside(old, relation)) return undefined;
  const columns = partsAdded(old.columns, relation.columns, sameUseOfColumn);
  const constraints = partsAdded(old.constraints, relation.constraints, sameUseOfConstraint);
  if (columns === undefined || constraints === undefined || constraints.gone.length > 0) return undefined;
  const found = new Set<string>();
  const add = (tag: string): unknown => found.add(tag);
  for (const column of columns.added) columnUses(state, column, add);
  // What a column of which only the default has changed used before, it mostly uses still.
  let isLess = false as boolean;
  for (const column of columns.gone) columnUses(state, column, (tag) => (isLess ||= !found.has(tag)));
  if (isLess) return undefined;
  for (const constraint of constraints.added) constraintUses(state, relation, constraint, add);
  if (!refersTo(relation.key, constraints.added)) found.delete(relationTag(relation.key));
  return [...found];
}

/** Nothing but columns and constraints could name another object than before. */
const usesTheSameBeside = (a: Relation, b: Relation): boolean =>
  a.triggers === b.triggers &&
  a.policies === b.policies &&
  a.query === b.query &&
  a.partitionBy === b.partitionBy &&
  a.partitionOf === b.partitionOf &&
  a.parents === b.parents &&
  a.ofType === b.ofType &&
  a.ownedBy === b.ownedBy &&
  a.schema === b.schema;

const sameUseOfColumn = (a: Column, b: Column): boolean =>
  a === b ||
  (a.type === b.type && a.default === b.default && a.generated?.expression === b.generated?.expression);

const sameUseOfConstraint = (a: Constraint, b: Constraint): boolean =>
  a === b ||
  (a.name === b.name &&
    (a.kind === "foreign key"
      ? b.kind === "foreign key" && a.references === b.references
      : a.kind === "check"
        ? b.kind === "check" && a.expression === b.expression
        : b.kind !== "foreign key" && b.kind !== "check"));

/** What stands in each between parts that both have; undefined if `now` has fewer. */
function partsAdded<T>(
  old: readonly T[],
  now: readonly T[],
  isSame: (a: T, b: T) => boolean,
): { readonly added: readonly T[]; readonly gone: readonly T[] } | undefined {
  if (old === now) return { added: [], gone: [] };
  if (now.length < old.length) return undefined;
  const agree = (i: number, j: number): boolean => {
    const [a, b] = [old[i], now[j]];
    return a !== undefined && b !== undefined && isSame(a, b);
  };
  let from = 0;
  while (from < old.length && agree(from, from)) from++;
  const longer = now.length - old.length;
  let end = old.length;
  while (end > from && agree(end - 1, end - 1 + longer)) end--;
  return { added: now.slice(from, end + longer), gone: old.slice(from, end) };
}

export function indexUses(state: State, index: Index): readonly string[] {
  const found = new Set<string>();
  const add = (tag: string): unknown => found.add(tag);
  for (const element of index.elements) expressionUses(state, element.expression, add);
  expressionUses(state, index.where, add);
  found.delete(relationTag(index.table));
  return [...found];
}

export function typeUses(type: UserType): readonly string[] {
  const found = new Set(type.attributes.map((a) => typeNameTag(a.type.name)));
  if (type.base !== undefined) found.add(typeNameTag(type.base.name));
  return [...found];
}

export function routineUses(state: State, routines: readonly Routine[]): readonly string[] {
  const found = new Set<string>();
  for (const { definition } of routines) {
    queryUses(state, definition.uses, (tag) => found.add(tag));
    for (const parameter of definition.parameters) found.add(typeNameTag(parameter.type.name));
    if (definition.returns !== undefined) found.add(typeNameTag(definition.returns.name));
  }
  return [...found];
}

/** The reverse index after `user` uses `now` and nothing else. */
export function withUses(state: State, user: string, now: readonly string[]): State {
  const before = get(state.uses, user) ?? [];
  if (before.length === now.length && before.every((tag, i) => tag === now[i])) return state;
  let { users, numbers } = state;
  const kept = new Set(before);
  const wanted = new Set(now);
  for (const tag of before) {
    if (wanted.has(tag)) continue;
    const rest = remove(get(users, tag) ?? emptyMap<true>(), user);
    users = rest.size === 0 ? remove(users, tag) : set(users, tag, rest);
    if (rest.size === 0 && tag.startsWith("n:")) numbers = withFree(numbers, "constraint", tag.slice(2));
  }
  for (const tag of now)
    if (!kept.has(tag)) users = set(users, tag, set(get(users, tag) ?? emptyMap<true>(), user, true));
  return { ...state, users, numbers, uses: now.length === 0 ? remove(state.uses, user) : set(state.uses, user, now) };
}

/** The same after `user` uses `more` besides. */
export function withMoreUses(state: State, user: string, more: readonly string[]): State {
  const others = more.filter((tag) => !has(get(state.users, tag) ?? emptyMap<true>(), user));
  if (others.length === 0) return state;
  let { users } = state;
  for (const tag of others) users = set(users, tag, set(get(users, tag) ?? emptyMap<true>(), user, true));
  return { ...state, users, uses: set(state.uses, user, [...(get(state.uses, user) ?? []), ...others]) };
}
