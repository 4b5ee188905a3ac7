/** A schema while one operation changes it: the only place where the maps and the reverse index are written. */
import { keyOf, type Key, type QualifiedName } from "../model/names.ts";
import { boundedRelation, boundedType, isFull } from "./bounds.ts";
import type { Column, Constraint, Index, Origin, Relation, Routine, UserType } from "./model.ts";
import { append, emptyMap, get, has, keys, listOf, remove, set, values } from "./persistent.ts";
import {
  indexTag,
  indexesOn,
  indexUses,
  relationTag,
  relationUses,
  resolveRelation,
  routineTag,
  routineUses,
  temporarySchema,
  typeTag,
  typeUses,
  usesAdded,
  withMoreUses,
  withUses,
  type State,
} from "./state.ts";
import { firstUnlisted, withFree, withTaken, type NameSpace } from "./taken-numbers.ts";

export function newRelation(
  schema: string,
  name: string,
  kind: Relation["kind"],
  origin: Origin | undefined,
): Relation {
  return {
    key: keyOf(schema, name),
    schema,
    name,
    kind,
    columns: [],
    complete: origin !== undefined,
    droppedColumns: [],
    droppedConstraints: [],
    constraints: [],
    triggers: [],
    policies: [],
    rowSecurity: { enabled: false, forced: false },
    temporary: false,
    unlogged: false,
    children: [],
    parents: [],
    loaded: false,
    populated: true,
    renamedFrom: [],
    origin,
  };
}

/** The letters of a new name, where folding changed them. */
export const asWritten = (name: { readonly written?: string | undefined } | undefined): { readonly written?: string } =>
  name?.written === undefined ? {} : { written: name.written };

export function newColumn(name: string, origin: Origin): Column {
  return { name, notNull: "unknown", hasDefault: "unknown", serial: false, renamedFrom: [], origin, inherited: false };
}

export class Draft {
  state: State;
  readonly origin: Origin;
  /** IF EXISTS: what is dropped may not be there. */
  readonly #guarded: boolean;
  #waiting: (() => void)[] | undefined;

  constructor(state: State, origin: Origin, guarded = false) {
    this.state = state;
    this.origin = origin;
    this.#guarded = guarded;
  }

  /**
   * Runs the task, or has it wait until the one that runs now is done: what goes along with an object may lie as deep
   * as the history is long, deeper than calls can be nested. Tasks run in the order that nested calls would have.
   */
  inTurn(task: () => void): void {
    if (this.#waiting !== undefined) {
      this.#waiting.push(task);
      return;
    }
    const tasks = [task];
    for (let next = tasks.pop(); next !== undefined; next = tasks.pop()) {
      const waiting: (() => void)[] = [];
      this.#waiting = waiting;
      next();
      for (const one of waiting.reverse()) tasks.push(one);
    }
    this.#waiting = undefined;
  }

  resolve(name: QualifiedName): Key {
    return resolveRelation(this.state, name);
  }

  relation(key: Key): Relation | undefined {
    return get(this.state.relations, key);
  }

  index(key: Key): Index | undefined {
    return get(this.state.indexes, key);
  }

  type(key: Key): UserType | undefined {
    return get(this.state.types, key);
  }

  routines(key: Key): readonly Routine[] {
    return get(this.state.routines, key) ?? [];
  }

  indexesOn(table: Key): readonly Index[] {
    return indexesOn(this.state, table);
  }

  /** Users of a tag, as tags. */
  users(tag: string): readonly string[] {
    const found = get(this.state.users, tag);
    return found === undefined ? [] : [...keys(found)];
  }

  isUsed(tag: string): boolean {
    return has(this.state.users, tag);
  }

  /** The first number from `start` on that a name made up by the server may have: see `taken-numbers.ts`. */
  firstUnlisted(space: NameSpace, stem: Key, start: number): number {
    return firstUnlisted(this.state.numbers, space, stem, start);
  }

  noteTaken(space: NameSpace, stem: Key, number: number): void {
    this.state = { ...this.state, numbers: withTaken(this.state.numbers, space, stem, number) };
  }

  /** Relations that use a relation: children, views, referencing tables, owned sequences. */
  relationsUsing(key: Key): readonly Relation[] {
    return this.users(relationTag(key)).flatMap((tag) =>
      tag.startsWith("r:") ? (this.relation(tag.slice(2)) ?? []) : [],
    );
  }

  /**
   * The relation that a statement changes, made up where the history doesn't know it (`complete: false`, no
   * origin); undefined where it is surely absent: the statement fails, and `forget` has marked it.
   */
  subject(name: QualifiedName, kind?: Relation["kind"]): Relation | undefined {
    const key = this.resolve(name);
    const tag = relationTag(key);
    const known = this.relation(key);
    // ALTER TABLE takes more than tables, a trigger views as well.
    const unsure = kind === undefined ? ({ unsureKind: true } as const) : { unsureKind: undefined };
    if (known !== undefined) {
      if (!has(this.state.doubted, tag)) return known;
      // The statement uses it, so it is there, but what happened to it in between isn't known: it may be another one.
      this.clear(tag);
      const relation = { ...known, kind: kind ?? known.kind, ...unsure, complete: false };
      this.put(relation);
      return relation;
    }
    if (has(this.state.gone, tag)) return undefined;
    if (this.index(key) !== undefined) return undefined;
    this.clear(tag);
    const dot = key.indexOf(".");
    const made = { ...newRelation(key.slice(0, dot), key.slice(dot + 1), kind ?? "table", undefined), ...unsure };
    this.put(made);
    return made;
  }

  /** Takes the tag out of everything that isn't certain. */
  clear(tag: string): void {
    const { gone, doubted, maybe } = this.state;
    if (!has(gone, tag) && !has(doubted, tag) && !has(maybe, tag)) return;
    this.state = {
      ...this.state,
      gone: remove(gone, tag),
      doubted: remove(doubted, tag),
      maybe: remove(maybe, tag),
    };
  }

  bury(tag: string): void {
    this.clear(tag);
    const { gone, met } = this.state;
    this.state = { ...this.state, gone: set(gone, tag, this.origin), met: this.#guarded ? met : set(met, tag, true) };
  }

  doubt(tag: string): void {
    this.clear(tag);
    this.state = { ...this.state, doubted: set(this.state.doubted, tag, true) };
  }

  perhaps(tag: string): void {
    if (has(this.state.maybe, tag)) return;
    this.state = { ...this.state, maybe: set(this.state.maybe, tag, true) };
  }

  /** Stores a relation; creating one is `create`. */
  put(whole: Relation): void {
    const relation = boundedRelation(whole);
    const { key } = relation;
    const old = this.relation(key);
    if (old === relation) return;
    const { inhabited, relations } = this.state;
    const state = {
      ...this.state,
      relations: set(relations, key, relation),
      inhabited: has(inhabited, relation.schema) ? inhabited : set(inhabited, relation.schema, true),
    };
    const tag = relationTag(key);
    const more = old === undefined ? undefined : usesAdded(state, old, relation);
    this.state =
      more === undefined
        ? withUses(state, tag, relationUses(state, relation))
        : withMoreUses(state, tag, more);
  }

  create(relation: Relation): void {
    if (this.relation(relation.key) !== undefined) this.remove(relation.key);
    this.clear(relationTag(relation.key));
    this.clear(indexTag(relation.key));
    this.put(relation);
  }

  change(key: Key, change: (relation: Relation) => Relation): void {
    const relation = this.relation(key);
    if (relation !== undefined) this.put(change(relation));
  }

  changeColumn(key: Key, name: string, change: (column: Column) => Column): void {
    this.change(key, (relation) => ({
      ...relation,
      columns: relation.columns.map((column) => (column.name === name ? change(column) : column)),
    }));
  }

  changeConstraint(key: Key, name: string, change: (constraint: Constraint) => Constraint): void {
    this.change(key, (relation) => ({
      ...relation,
      constraints: relation.constraints.map((c) => (c.name === name ? change(c) : c)),
    }));
  }

  /** Takes a relation and its indexes out, without a tombstone. */
  remove(key: Key): void {
    for (const index of this.indexesOn(key)) this.removeIndex(keyOf(index.schema, index.name));
    const { relations, members } = this.state;
    const state = {
      ...this.state,
      relations: remove(relations, key),
      members: remove(members, key),
      numbers: withFree(this.state.numbers, "relation", key),
    };
    this.state = withUses(state, relationTag(key), []);
  }

  putIndex(index: Index): void {
    const key = keyOf(index.schema, index.name);
    const old = this.index(key);
    if (old !== undefined && old.table !== index.table) this.removeIndex(key);
    if (old === undefined && isFull(this.indexesOn(index.table))) {
      this.doubt(indexTag(key));
      this.change(index.table, (table) => (table.complete ? { ...table, complete: false } : table));
      return;
    }
    const siblings = get(this.state.indexesOf, index.table) ?? listOf<Index>([]);
    const own =
      old?.table === index.table
        ? listOf(this.indexesOn(index.table).map((other) => (other === old ? index : other)))
        : append(siblings, index);
    const state = {
      ...this.state,
      indexes: set(this.state.indexes, key, index),
      indexesOf: set(this.state.indexesOf, index.table, own),
    };
    this.state = withUses(state, indexTag(key), indexUses(state, index));
    this.clear(indexTag(key));
  }

  removeIndex(key: Key): void {
    const index = this.index(key);
    if (index === undefined) return;
    const siblings = this.indexesOn(index.table).filter((other) => other !== index);
    const { indexes, indexesOf, numbers } = this.state;
    const state = {
      ...this.state,
      indexes: remove(indexes, key),
      indexesOf:
        siblings.length === 0 ? remove(indexesOf, index.table) : set(indexesOf, index.table, listOf(siblings)),
      numbers: withFree(numbers, "relation", key),
    };
    this.state = withUses(state, indexTag(key), []);
  }

  putType(whole: UserType): void {
    const type = boundedType(whole);
    const key = keyOf(type.schema, type.name);
    const state = { ...this.state, types: set(this.state.types, key, type) };
    this.state = withUses(state, typeTag(key), typeUses(type));
    this.clear(typeTag(key));
  }

  removeType(key: Key): void {
    this.state = withUses({ ...this.state, types: remove(this.state.types, key) }, typeTag(key), []);
  }

  /** All routines of one name; an empty list takes it out. */
  putRoutines(key: Key, routines: readonly Routine[]): void {
    const state = {
      ...this.state,
      routines:
        routines.length === 0
          ? remove(this.state.routines, key)
          : set(this.state.routines, key, routines),
    };
    this.state = withUses(state, routineTag(key), routineUses(state, routines));
    if (routines.length > 0) this.clear(routineTag(key));
  }

  /** Marks a member (`columnTag(…)`, …) of a relation as doubted or made conditionally; undefined: certain again. */
  mark(table: Key, member: string, as: "doubted" | "maybe" | undefined): void {
    const old = get(this.state.members, table);
    if (old === undefined && as === undefined) return;
    const marks = old ?? emptyMap<"doubted" | "maybe">();
    const next = as === undefined ? remove(marks, member) : set(marks, member, as);
    if (next === old) return;
    const { members } = this.state;
    this.state = {
      ...this.state,
      members: next.size === 0 ? remove(members, table) : set(members, table, next),
    };
  }

  /** Undefined: nothing is doubtful about it. */
  marked(table: Key, member: string): "doubted" | "maybe" | undefined {
    const marks = get(this.state.members, table);
    return marks === undefined ? undefined : get(marks, member);
  }
}

/** What a new session sees. */
export function dropTemporary(state: State): State {
  const temporary: Key[] = [];
  for (const relation of values(state.relations)) if (relation.schema === temporarySchema) temporary.push(relation.key);
  const isTemporary = (key: Key): boolean => key.startsWith(`${temporarySchema}.`);
  const types = [...keys(state.types)].filter(isTemporary);
  const routines = [...keys(state.routines)].filter(isTemporary);
  if (temporary.length + types.length + routines.length === 0) return state;
  const draft = new Draft(state, { migration: -1, path: "", span: { start: 0, end: 0 } });
  for (const key of temporary) draft.remove(key);
  for (const key of types) draft.removeType(key);
  for (const key of routines) draft.putRoutines(key, []);
  return draft.state;
}
