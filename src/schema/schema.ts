/**
 * The schema between two statements: immutable, shared structurally with its neighbours, three-valued.
 *
 * A look-up is *absent* where a tombstone says so (dropped or renamed before), or where the schema is closed and the
 * object would stand in the default schema or in one that the history created. It is *unknown* where a statement
 * that we can't read, a conditional drop, or a statement that must have failed touched it. What a conditional
 * statement created is present (guards like `IF NOT EXISTS (…) THEN CREATE TABLE` leave it there), but incomplete,
 * and `certain` says no. An opaque EXECUTE opens the schema and takes the tombstones away; see apply/session.ts.
 */
import type { DialectFamily } from "../model/dialect.ts";
import type { SchemaDialect } from "./dialect.ts";
import { keyOf, type Key, type Name, type QualifiedName } from "../model/names.ts";
import type { ColumnType } from "../model/types.ts";
import type { Named } from "../model/name-rules.ts";
import type { ObjectClass } from "../model/operation.ts";
import { dependentsOf, spelled, type DependencySubject } from "./dependents.ts";
import type {
  Publication,
  Column,
  Constraint,
  Dependent,
  ForeignKey,
  Index,
  Lookup,
  Origin,
  Relation,
  Routine,
  Tri,
  UserType,
} from "./model.ts";
import { builtInObjects, isBuiltInType, isOfExtension, isSystemSchema, mayBringNames } from "./built-in.ts";
import { dropTemporary } from "./draft.ts";
import { get, has, keys, set, values } from "./persistent.ts";
import { columnTag, constraintNameTag, constraintTag, emptyState, foreignKeyTag, indexTag, indexesOn, relationTag, resolveRelation, resolveRoutine, resolveType, routineTag, schemaTag, temporarySchema, typeTag, type State } from "./state.ts";

export interface Schema {
  /** Whose schema it is. */
  readonly dialect: SchemaDialect;
  readonly family: DialectFamily;
  /** Where unqualified names are looked up and made; `"$user"` and `pg_catalog` are left out. */
  readonly searchPath: readonly string[];
  withSearchPath(path: readonly string[]): Schema;
  /** See `State.pathMoved`. */
  withPathMoved(): Schema;
  /** Everything in the default schema and in those that the history created is known. */
  readonly closed: boolean;
  withClosed(closed: boolean): Schema;
  /** Closed, or it would be without its keys to tables of schemas that the history doesn't make: nothing of these uses ours. */
  readonly knowsOwn: boolean;
  withOwn(): Schema;
  /** From `migration` on: files before it weren't read, and may have changed anything. */
  withGap(migration: number): Schema;
  /** What fails where these tables have a row has run, at these places: they had none. */
  withEmptied(tables: ReadonlyMap<Key, Origin>): Schema;
  /** The history began with an empty database: what neither it nor the server made isn't there, of whatever class. */
  readonly whole: boolean;
  withWhole(): Schema;
  /** Whole, and no extension has brought anything. */
  readonly selfContained: boolean;
  /** Tables of the migration tool, never absent: `schema_migrations`. */
  withTrackingTables(names: readonly string[]): Schema;
  /** The session has ended: temporary relations are gone. */
  withoutTemporary(): Schema;

  resolve(name: QualifiedName): Key;
  /** A name as messages and recipes write it: quoted where this database asks for it, in its author's letters. */
  spell(name: string | Name | Named): string;
  /** A column of a table likewise, by its folded name. */
  spellColumn(table: QualifiedName | Key, column: string): string;
  /** Any relation: table, view, sequence, …; an index of that name is absence, as the name is taken by it. */
  relation(name: QualifiedName | Key): Lookup<Relation>;
  /** Also of before a statement that we can't read: when it was made still holds, its columns may not. */
  lastKnown(key: Key): Relation | undefined;
  /** Tables and foreign tables; `unknown` for a relation of another kind. */
  table(name: QualifiedName | Key): Lookup<Relation>;
  /** System columns (`ctid`, `xmin`, …) answer unknown: they are there, but nothing is known of them. */
  column(table: QualifiedName | Key, column: string): Lookup<Column>;
  constraint(table: QualifiedName | Key, name: string): Lookup<Constraint>;
  index(name: QualifiedName | Key): Lookup<Index>;
  indexesOn(table: QualifiedName | Key): readonly Index[];
  /** Never absent but for a tombstone, unless the schema is whole: extensions bring types. */
  type(name: QualifiedName | Key): Lookup<UserType>;
  /** The type without the domains around it, and these domains, outermost first. An array is in no domain. */
  belowDomains(type: ColumnType): { readonly type: ColumnType; readonly domains: readonly UserType[] };
  /** All overloads; never absent but for a tombstone, unless the schema is whole. Built-in ones may be absent, too. */
  routines(name: QualifiedName | Key): Lookup<readonly Routine[]>;
  /** Nothing in a closed history makes the type or function, and there is no extension that may bring it: like a table, something else may. */
  isUnmade(what: "type" | "routine", name: QualifiedName): boolean;
  namespace(name: string): Tri;
  /** A publication, server, extension, … */
  object(objectClass: ObjectClass, name: string): Tri;
  /** The history has created an object of the class, and not dropped it. */
  hasAny(objectClass: ObjectClass): boolean;
  /** The names of all of them. */
  objectsOf(objectClass: ObjectClass): readonly string[];
  /** Publications that the history creates or changes. */
  publications(): Iterable<Publication>;
  /** False: a statement that may not have run, or whose text isn't known, made, changed or dropped it. */
  certain(relation: Key, member?: string): boolean;
  /** Files that weren't read may have changed what is known of the relation, or of the index's table. */
  mayDiffer(name: QualifiedName | Key): boolean;

  relations(): Iterable<Relation>;
  indexes(): Iterable<Index>;
  types(): Iterable<UserType>;
  allRoutines(): Iterable<Routine>;

  foreignKeysTo(
    table: QualifiedName | Key,
  ): readonly { readonly table: Key; readonly constraint: ForeignKey }[];
  /** Constraints of this name on any table of the schema. */
  constraintsNamed(schema: string, name: string): readonly { readonly table: Key; readonly constraint: Constraint }[];
  /** Views (over views, too), foreign keys, functions, triggers, … that use it; nothing twice, in a stable order. */
  dependents(subject: DependencySubject): readonly Dependent[];
}

export type { DependencySubject };

const unknown = { is: "unknown" } as const;

class PersistentSchema implements Schema {
  readonly state: State;
  /** The last answer of `relation`: many rules ask for the same table of a step. */
  #asked: QualifiedName | Key | undefined;
  #found: Lookup<Relation> = unknown;

  constructor(state: State) {
    this.state = state;
  }

  get family(): DialectFamily {
    return this.state.dialect.family;
  }

  get dialect(): SchemaDialect {
    return this.state.dialect;
  }

  get searchPath(): readonly string[] {
    return this.state.searchPath;
  }

  withSearchPath(path: readonly string[]): Schema {
    const searchPath = path.filter((name) => name !== "$user" && name !== "pg_catalog" && name !== "");
    return new PersistentSchema({ ...this.state, searchPath });
  }

  withPathMoved = (): Schema => new PersistentSchema({ ...this.state, pathMoved: true });

  get closed(): boolean {
    return this.state.closed;
  }

  withClosed(closed: boolean): Schema {
    if (closed === this.state.closed && this.knowsOwn === closed) return this;
    return new PersistentSchema({ ...this.state, closed, knowsOwn: undefined });
  }

  get knowsOwn(): boolean {
    return this.state.closed || this.state.knowsOwn === true;
  }

  withOwn(): Schema {
    return new PersistentSchema({ ...this.state, knowsOwn: true });
  }

  get whole(): boolean {
    return this.state.whole;
  }

  withWhole(): Schema {
    return new PersistentSchema({ ...this.state, closed: true, whole: true });
  }

  withTrackingTables(names: readonly string[]): Schema {
    // A tool may be told `public.schema_migrations`.
    const tracking = names.map((name) => name.slice(name.lastIndexOf(".") + 1));
    return new PersistentSchema({ ...this.state, tracking });
  }

  withoutTemporary(): Schema {
    const state = dropTemporary(this.state);
    return state === this.state ? this : new PersistentSchema(state);
  }

  resolve(name: QualifiedName): Key {
    if (name === this.#asked && this.#found.is === "present") return this.#found.value.key;
    return resolveRelation(this.state, name);
  }

  spell(name: string | Name | Named): string {
    return spelled(this.state, name);
  }

  spellColumn(table: QualifiedName | Key, column: string): string {
    const found = this.relation(table);
    const known = found.is === "present" ? found.value.columns.find((c) => c.name === column) : undefined;
    return spelled(this.state, known ?? column);
  }

  relation(name: QualifiedName | Key): Lookup<Relation> {
    if (name !== this.#asked) {
      this.#found = this.findRelation(name);
      this.#asked = name;
    }
    return this.#found;
  }

  lastKnown(key: Key): Relation | undefined {
    return this.relation(key).is === "absent" ? undefined : get(this.state.relations, key);
  }

  private findRelation(name: QualifiedName | Key): Lookup<Relation> {
    const key = typeof name === "string" ? name : resolveRelation(this.state, name);
    const found = this.lookUp(key, relationTag(key), get(this.state.relations, key));
    return this.isElsewhere(found, name, (other) => get(this.state.relations, other) !== undefined) ? unknown : found;
  }

  /** A name without a schema that isn't where the server looks by default is in another schema: who runs it may set the path. */
  private isElsewhere(
    found: Lookup<unknown>,
    name: QualifiedName | Key,
    holds: (key: Key) => boolean,
  ): boolean {
    return found.is === "absent" && this.isInAnother(name, holds);
  }

  private isInAnother(name: QualifiedName | Key, holds: (key: Key) => boolean): boolean {
    if (typeof name === "string") return false;
    const { dialect, namespaces, inhabited, searchPath, pathMoved } = this.state;
    if (name.schema !== undefined) return pathMoved === true && holds(keyOf(searchPath[0] ?? "public", name.name));
    // MySQL's "public" is the database that the runner connects to.
    if (searchPath.join() !== (dialect.searchPath ?? ["public"]).join()) return false;
    for (const schemas of [keys(namespaces), keys(inhabited)])
      for (const schema of schemas) if (holds(keyOf(schema, name.name))) return true;
    return false;
  }

  table(name: QualifiedName | Key): Lookup<Relation> {
    const found = this.relation(name);
    if (found.is !== "present" || found.value.kind === "table" || found.value.kind === "foreign table")
      return found;
    return unknown;
  }

  column(table: QualifiedName | Key, column: string): Lookup<Column> {
    const found = this.relation(table);
    if (found.is !== "present") return found.is === "absent" ? { is: "absent", dropped: found.dropped } : unknown;
    const relation = found.value;
    if (this.marks(relation.key, columnTag(column)) === "doubted") return unknown;
    const value = relation.columns.find((c) => c.name === column);
    if (value !== undefined) return { is: "present", value };
    const isSystem = this.state.dialect.names.systemColumns.has(column);
    if (isSystem || relation.kind === "sequence") return unknown;
    const dropped = relation.droppedColumns.find((c) => c.name === column);
    if (dropped !== undefined && !this.hasTwin(table, relation)) return { is: "absent", dropped: dropped.origin };
    if (!relation.complete) return unknown;
    const hasIt = (key: Key): boolean =>
      get(this.state.relations, key)?.columns.some((c) => c.name === column) === true;
    return this.isInAnother(table, hasIt) || hasIt(this.withoutSchema(table)) ? unknown : { is: "absent" };
  }

  /** Only a use has made it known, and another schema has a table of this name: if that is where the server looks, both are one. */
  private hasTwin(table: QualifiedName | Key, { complete, key }: Relation): boolean {
    return (
      !complete &&
      this.isInAnother(table, (other) => other !== key && get(this.state.relations, other) !== undefined)
    );
  }

  /** Where a name with a schema would be without it. */
  private withoutSchema(table: QualifiedName | Key): Key {
    const name = typeof table === "string" ? table.slice(table.indexOf(".") + 1) : table.name;
    const key = keyOf(this.state.dialect.searchPath?.[0] ?? "public", name);
    return get(this.state.relations, key)?.complete === false ? key : keyOf("", "");
  }

  constraint(table: QualifiedName | Key, name: string): Lookup<Constraint> {
    const found = this.relation(table);
    if (found.is !== "present") return found.is === "absent" ? { is: "absent", dropped: found.dropped } : unknown;
    const relation = found.value;
    if (this.marks(relation.key, constraintTag(name)) === "doubted") return unknown;
    const value =
      relation.constraints.find((c) => c.name === name) ?? relation.constraints.find(({ orElse }) => orElse === name);
    if (value !== undefined) return { is: "present", value };
    const dropped = relation.droppedConstraints.find((c) => c.name === name);
    if (dropped !== undefined)
      return this.hasTwin(table, relation) ? unknown : { is: "absent", dropped: dropped.origin };
    // 18 names every NOT NULL: `users_email_not_null`.
    if (!relation.complete || /_not_null\d*$/.test(name)) return unknown;
    return { is: "absent" };
  }

  index(name: QualifiedName | Key): Lookup<Index> {
    const key = typeof name === "string" ? name : resolveRelation(this.state, name);
    const found = this.lookUp(key, indexTag(key), get(this.state.indexes, key));
    return this.isElsewhere(found, name, (other) => get(this.state.indexes, other) !== undefined) ? unknown : found;
  }

  indexesOn(table: QualifiedName | Key): readonly Index[] {
    const key = typeof table === "string" ? table : resolveRelation(this.state, table);
    return indexesOn(this.state, key);
  }

  type(name: QualifiedName | Key): Lookup<UserType> {
    const key = typeof name === "string" ? name : resolveType(this.state, name);
    const found = this.tombstone(typeTag(key), get(this.state.types, key));
    if (found !== undefined) return found;
    const dot = key.indexOf(".");
    const isNone = !isSystemSchema(key.slice(0, dot)) && !isBuiltInType(key.slice(dot + 1));
    return isNone && this.selfContained ? { is: "absent" } : unknown;
  }

  belowDomains(type: ColumnType): { readonly type: ColumnType; readonly domains: readonly UserType[] } {
    const domains = new Set<UserType>();
    for (let at = type; ; ) {
      const found = at.dimensions > 0 ? unknown : this.type(at);
      // A history that fails on the server may close a ring.
      if (found.is !== "present" || found.value.base === undefined || domains.has(found.value))
        return { type: at, domains: [...domains] };
      domains.add(found.value);
      at = found.value.base;
    }
  }

  routines(name: QualifiedName | Key): Lookup<readonly Routine[]> {
    const key = typeof name === "string" ? name : resolveRoutine(this.state, name);
    const found = this.tombstone(routineTag(key), get(this.state.routines, key));
    if (found !== undefined) return found;
    return !isSystemSchema(key.slice(0, key.indexOf("."))) && this.selfContained ? { is: "absent" } : unknown;
  }

  isUnmade(what: "type" | "routine", name: QualifiedName): boolean {
    const { closed, doubted, gone, types, routines } = this.state;
    // Most names are the server's own: nothing is looked up for them.
    if (!closed || isOfExtension(what, name.name) || (what === "type" && isBuiltInType(name.name))) return false;
    const isType = what === "type";
    const key = isType ? resolveType(this.state, name) : resolveRoutine(this.state, name);
    const tag = isType ? typeTag(key) : routineTag(key);
    const isKnown = has(isType ? types : routines, key) || has(doubted, tag) || has(gone, tag);
    return !isKnown && !this.objectsOf("extension").some(mayBringNames) && this.covers(key);
  }

  namespace(name: string): Tri {
    const tag = schemaTag(name);
    if (has(this.state.doubted, tag)) return "unknown";
    if (has(this.state.namespaces, name) || name === "public") return "yes";
    if (has(this.state.gone, tag)) return "no";
    return !isSystemSchema(name) && this.selfContained ? "no" : "unknown";
  }

  object(objectClass: ObjectClass, name: string): Tri {
    const text = `${objectClass} ${name}`;
    if (has(this.state.objects, text) || builtInObjects.has(text)) return "yes";
    return this.state.whole ? "no" : "unknown";
  }

  objectsOf(objectClass: ObjectClass): readonly string[] {
    const start = `${objectClass} `;
    return [...keys(this.state.objects)].flatMap((name) => (name.startsWith(start) ? name.slice(start.length) : []));
  }

  hasAny(objectClass: ObjectClass): boolean {
    for (const name of keys(this.state.objects)) if (name.startsWith(`${objectClass} `)) return true;
    return false;
  }

  /** An extension brings types, functions and schemas that no statement names. */
  get selfContained(): boolean {
    return this.state.whole && !this.hasAny("extension");
  }

  publications(): Iterable<Publication> {
    return values(this.state.publications);
  }

  withGap(gap: number): Schema {
    return new PersistentSchema({ ...this.state, gap });
  }

  withEmptied(tables: ReadonlyMap<Key, Origin>): Schema {
    let { relations } = this.state;
    for (const [key, origin] of tables) {
      const known = get(relations, key);
      if (known === undefined || known.emptied?.origin.migration === origin.migration) continue;
      const emptied = { by: "required", origin } as const;
      relations = set(relations, key, { ...known, loaded: false, derivedFrom: undefined, seeded: 0, emptied });
    }
    return relations === this.state.relations ? this : new PersistentSchema({ ...this.state, relations });
  }

  mayDiffer(name: QualifiedName | Key): boolean {
    const { gap } = this.state;
    if (gap === undefined) return false;
    const index = this.index(name);
    const found = this.relation(index.is === "present" ? index.value.table : name);
    return found.is === "present" && (found.value.origin?.migration ?? -1) < gap;
  }

  certain(relation: Key, member?: string): boolean {
    if (member !== undefined) return this.marks(relation, member) === undefined;
    const { doubted, maybe } = this.state;
    return [relationTag(relation), indexTag(relation)].every((tag) => !has(maybe, tag) && !has(doubted, tag));
  }

  relations(): Iterable<Relation> {
    return values(this.state.relations);
  }

  indexes(): Iterable<Index> {
    return values(this.state.indexes);
  }

  types(): Iterable<UserType> {
    return values(this.state.types);
  }

  *allRoutines(): Iterable<Routine> {
    for (const routines of values(this.state.routines)) yield* routines;
  }

  foreignKeysTo(
    table: QualifiedName | Key,
  ): readonly { readonly table: Key; readonly constraint: ForeignKey }[] {
    const key = typeof table === "string" ? table : resolveRelation(this.state, table);
    const users = get(this.state.users, foreignKeyTag(key));
    if (users === undefined) return [];
    const found: { readonly table: Key; readonly constraint: ForeignKey }[] = [];
    for (const tag of keys(users)) {
      const relation = tag.startsWith("r:") ? get(this.state.relations, tag.slice(2)) : undefined;
      for (const constraint of relation?.constraints ?? [])
        if (constraint.kind === "foreign key" && constraint.references === key)
          found.push({ table: tag.slice(2), constraint });
    }
    return found.sort((a, b) => compare(a.table, b.table) || compare(a.constraint.name, b.constraint.name));
  }

  constraintsNamed(schema: string, name: string): readonly { readonly table: Key; readonly constraint: Constraint }[] {
    const users = get(this.state.users, constraintNameTag(schema, name));
    if (users === undefined) return [];
    return [...keys(users)].sort(compare).flatMap((tag) => {
      const relation = tag.startsWith("r:") ? get(this.state.relations, tag.slice(2)) : undefined;
      const found = relation?.constraints.filter((one) => one.name === name) ?? [];
      return found.map((constraint) => ({ table: tag.slice(2), constraint }));
    });
  }

  dependents(subject: DependencySubject): readonly Dependent[] {
    return dependentsOf(this.state, subject);
  }

  private marks(relation: Key, member: string): "doubted" | "maybe" | undefined {
    const marks = get(this.state.members, relation);
    return marks === undefined ? undefined : get(marks, member);
  }

  private tombstone<T>(tag: string, value: T | undefined): Lookup<T> | undefined {
    if (has(this.state.doubted, tag)) return unknown;
    if (value !== undefined) return { is: "present", value };
    const dropped = get(this.state.gone, tag);
    return dropped === undefined ? undefined : { is: "absent", dropped };
  }

  private lookUp<T>(key: Key, tag: string, value: T | undefined): Lookup<T> {
    const found = this.tombstone(tag, value);
    if (found !== undefined) return found;
    return this.state.closed && this.covers(key) ? { is: "absent" } : unknown;
  }

  /** Would a closed history have created it? */
  private covers(key: Key): boolean {
    const dot = key.indexOf(".");
    const schema = key.slice(0, dot);
    const name = key.slice(dot + 1);
    if (schema !== "public" && !has(this.state.namespaces, schema)) return this.namespace(schema) === "no";
    return (
      !name.startsWith("pg_") &&
      schema !== temporarySchema &&
      !this.state.dialect.names.isBuiltIn(name) &&
      !this.state.tracking.includes(name) &&
      // Unqualified, it may be a view of the catalogue that no search path lists.
      schema !== "information_schema"
    );
  }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Nothing is known: an open history before its first statement. */
export const emptySchema = (dialect: SchemaDialect): Schema =>
  new PersistentSchema({ ...emptyState, dialect });

/** The data of a schema, for `apply` and `diff` alone. */
export function stateOf(schema: Schema): State {
  if (!(schema instanceof PersistentSchema)) throw new TypeError("not made by emptySchema()");
  return schema.state;
}

export const schemaOf = (state: State): Schema => new PersistentSchema(state);
