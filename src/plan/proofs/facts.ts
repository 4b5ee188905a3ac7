/** What is so after some migrations and wasn't before, as facts that a database can be asked for. */
import type { Key } from "../../model/names.ts";
import { typeText, type ColumnType } from "../../model/types.ts";
import { columnDetails, constraintDetails } from "../../schema/diff.ts";
import type { Column, Constraint, Index, Relation, UserType } from "../../schema/model.ts";
import { changedKeys, get } from "../../schema/persistent.ts";
import { stateOf, type Schema } from "../../schema/schema.ts";
import { splitKey } from "../../schema/dependents.ts";

/** `there`: it is there after the migrations and wasn't before, or the reverse. */
export type Fact =
  | { readonly is: "relation"; readonly relation: Relation; readonly there: boolean }
  | { readonly is: "column"; readonly table: Relation; readonly column: Column; readonly there: boolean }
  | { readonly is: "type"; readonly table: Relation; readonly column: Column; readonly from: ColumnType }
  | { readonly is: "not null"; readonly table: Relation; readonly column: Column; readonly there: boolean }
  | { readonly is: "default"; readonly table: Relation; readonly column: Column; readonly there: boolean }
  | { readonly is: "default value"; readonly table: Relation; readonly column: Column }
  | {
      readonly is: "constraint";
      readonly table: Relation;
      readonly constraint: Constraint;
      readonly there: boolean;
    }
  | { readonly is: "index"; readonly table: Relation; readonly index: Index; readonly there: boolean }
  | {
      readonly is: "trigger" | "policy";
      readonly table: Relation;
      readonly name: string;
      readonly there: boolean;
    }
  | { readonly is: "row security"; readonly table: Relation; readonly there: boolean }
  | { readonly is: "type object"; readonly type: UserType; readonly there: boolean }
  | { readonly is: "label"; readonly type: UserType; readonly label: string; readonly there: boolean }
  | { readonly is: "routine"; readonly schema: string; readonly name: string; readonly there: boolean }
  | { readonly is: "schema" | "extension"; readonly name: string; readonly there: boolean };

export interface Facts {
  readonly facts: readonly Fact[];
  /** What differs, and no query is known that shows it. */
  readonly unproved: readonly string[];
}

/** `first`: the first of the migrations between the two schemas; `made`: names of columns that they add. */
export function factsBetween(base: Schema, end: Schema, first: number, made: ReadonlySet<string>): Facts {
  const found = new Comparison(base, end, first, made);
  found.relations();
  found.indexes();
  found.others();
  return found;
}

class Comparison implements Facts {
  readonly facts: Fact[] = [];
  readonly unproved: string[] = [];
  readonly #base: Schema;
  readonly #end: Schema;
  readonly #first: number;
  readonly #made: ReadonlySet<string>;

  constructor(base: Schema, end: Schema, first: number, made: ReadonlySet<string>) {
    this.#made = made;
    this.#base = base;
    this.#end = end;
    this.#first = first;
  }

  relations(): void {
    const [left, right] = [stateOf(this.#base), stateOf(this.#end)];
    for (const key of changedKeys(left.relations, right.relations)) {
      const [a, b] = [this.#base.relation(key), this.#end.relation(key)];
      const was = a.is === "present" ? a.value : undefined;
      const now = b.is === "present" ? b.value : undefined;
      if (now === undefined) {
        if (was !== undefined && b.is === "absent") this.#relation(was, false);
      } else if (was === undefined && this.#isNew(now)) this.#relation(now, true);
      else if (was?.kind !== now.kind && was !== undefined) this.unproved.push(`${now.kind} ${now.name}`);
      else if (was?.origin !== now.origin && this.#isNew(now))
        this.unproved.push(`${now.kind} ${now.name}, which is made anew`);
      else {
        const isMoved = was === undefined && this.#isMoved(now);
        if (isMoved && a.is === "absent") this.#relation(now, true);
        this.#members(was, now, isMoved);
      }
    }
  }

  /** IF NOT EXISTS may have found it. */
  #isNew({ origin, maybeOlder }: Relation): boolean {
    return origin !== undefined && origin.migration >= this.#first && maybeOlder === undefined;
  }

  #isHere = ({ origin }: { readonly origin: { readonly migration: number } }): boolean =>
    origin.migration >= this.#first;

  #relation(relation: Relation, there: boolean): void {
    if (relation.temporary || (relation.kind === "sequence" && relation.ownedBy !== undefined)) return;
    this.facts.push({ is: "relation", relation, there });
  }

  /** What a table has under a new name wasn't there under it. */
  #members(was: Relation | undefined, now: Relation, isMoved: boolean): void {
    const old = new Map((was?.columns ?? []).map((column) => [column.name, column]));
    for (const column of now.columns) {
      const before = old.get(column.name);
      if (before !== undefined) this.#column(now, before, column);
      else if (was?.complete === true || this.#isHere(column) || renamedHere(column, this.#first))
        this.facts.push({ is: "column", table: now, column, there: true });
    }
    const names = new Set(now.columns.map(({ name }) => name));
    for (const column of was?.columns ?? [])
      if (!names.has(column.name)) this.facts.push({ is: "column", table: now, column, there: false });
    this.#dropped(was, now, isMoved);
    this.#constraints(was, now);
    if (now.kind === "view" || now.kind === "materialized view") {
      if (was?.definition !== now.definition) this.unproved.push(`the query of ${now.kind} ${now.name}`);
    }
    for (const is of was === undefined ? [] : (["trigger", "policy"] as const)) {
      const [before, after] = [namesOf(was, is), namesOf(now, is)];
      for (const name of after) if (!before.has(name)) this.facts.push({ is, table: now, name, there: true });
      for (const name of before)
        if (!after.has(name)) this.facts.push({ is, table: now, name, there: false });
    }
    if (was !== undefined && was.rowSecurity.enabled !== now.rowSecurity.enabled)
      this.facts.push({ is: "row security", table: now, there: now.rowSecurity.enabled });
    if (was !== undefined && was.partitionOf?.parent !== now.partitionOf?.parent)
      this.unproved.push(`of which table ${now.name} is a partition`);
  }

  /** Columns that only their DROP shows, of a table that isn't known as a whole. */
  #dropped(was: Relation | undefined, now: Relation, isMoved: boolean): void {
    if (was?.complete === true || isMoved) return;
    const known = new Set([...(was?.columns ?? []), ...now.columns].map(({ name }) => name));
    for (const { name, origin } of now.droppedColumns) {
      if (origin.migration < this.#first || known.has(name) || this.#made.has(name)) continue;
      const column = { ...unknownColumn, name, origin };
      this.facts.push({ is: "column", table: now, column, there: false });
    }
  }

  /** It was there under another name. */
  #isMoved(now: Relation): boolean {
    return renamedHere(now, this.#first) || (now.origin !== undefined && now.origin.migration < this.#first);
  }

  #column(table: Relation, was: Column, now: Column): void {
    if (was === now) return;
    const proved = /^(?:type:|NOT NULL|no NOT NULL|DEFAULT|no DEFAULT|default:|another default)/;
    if (was.type !== undefined && now.type !== undefined && typeText(was.type) !== typeText(now.type))
      this.facts.push({ is: "type", table, column: now, from: was.type });
    if (isTurned(was.notNull, now.notNull))
      this.facts.push({ is: "not null", table, column: now, there: now.notNull === "yes" });
    if (isTurned(was.hasDefault, now.hasDefault))
      this.facts.push({ is: "default", table, column: now, there: now.hasDefault === "yes" });
    for (const detail of columnDetails(was, now)) {
      if (detail === undefined) continue;
      if (/^(?:default:|another default)/.test(detail))
        this.facts.push({ is: "default value", table, column: now });
      else if (!proved.test(detail)) this.unproved.push(`column ${table.name}.${now.name}: ${detail}`);
    }
  }

  #constraints(was: Relation | undefined, now: Relation): void {
    const old = new Map((was?.constraints ?? []).map((one) => [one.name, one]));
    const add = (constraint: Constraint, there: boolean): void => {
      if (constraint.kind !== "not null")
        this.facts.push({ is: "constraint", table: now, constraint, there });
    };
    for (const constraint of now.constraints) {
      const before = old.get(constraint.name);
      if (before === undefined) {
        if (was?.complete === true || this.#isHere(constraint)) add(constraint, true);
      } else if (!before.validated && constraint.validated) add(constraint, true);
      else if (constraintDetails(before, constraint).some((detail) => detail !== undefined))
        this.unproved.push(`the definition of constraint ${constraint.name}`);
    }
    const names = new Set(now.constraints.map(({ name }) => name));
    for (const constraint of old.values()) if (!names.has(constraint.name)) add(constraint, false);
  }

  indexes(): void {
    const [left, right] = [stateOf(this.#base).indexes, stateOf(this.#end).indexes];
    for (const key of changedKeys(left, right)) {
      const [was, now] = [get(left, key), get(right, key)];
      const index = now ?? was;
      if (index === undefined || index.constraint !== undefined) continue;
      // A key of the base has another name after a table was renamed.
      const table = this.#table(now === undefined ? this.#base : this.#end, index.table);
      const isOfNew =
        table !== undefined && this.#base.relation(table.key).is !== "present" && this.#isNew(table);
      const isGone = table !== undefined && this.#end.relation(table.key).is === "absent";
      if (table === undefined || isOfNew || isGone) continue;
      if (was !== undefined && now !== undefined) {
        if (was.origin !== now.origin) this.unproved.push(`the definition of index ${now.name}`);
        else if (was.valid !== now.valid)
          this.facts.push({ is: "index", table, index: now, there: now.valid });
      } else if (was !== undefined || this.#base.index(key).is === "absent" || this.#isHere(index))
        this.facts.push({ is: "index", table, index, there: now !== undefined });
    }
  }

  #table(schema: Schema, key: Key): Relation | undefined {
    const found = schema.relation(key);
    return found.is === "present" ? found.value : undefined;
  }

  /** Types, routines, schemas, extensions. */
  others(): void {
    const [left, right] = [stateOf(this.#base), stateOf(this.#end)];
    for (const key of changedKeys(left.types, right.types)) {
      const [was, now] = [get(left.types, key), get(right.types, key)];
      const type = now ?? was;
      if (type === undefined) continue;
      if (was === undefined || now === undefined) {
        const isHere =
          was !== undefined || (type.origin !== undefined && type.origin.migration >= this.#first);
        if (isHere) this.facts.push({ is: "type object", type, there: now !== undefined });
        continue;
      }
      const [before, after] = [was, now].map(({ labels }) => new Set(labels.map(({ label }) => label)));
      for (const label of after ?? [])
        if (before?.has(label) !== true) this.facts.push({ is: "label", type, label, there: true });
      for (const label of before ?? [])
        if (after?.has(label) !== true) this.facts.push({ is: "label", type, label, there: false });
      if (now.form !== "enum") this.unproved.push(`the definition of type ${now.name}`);
    }
    for (const key of changedKeys(left.routines, right.routines)) {
      const [was = [], now = []] = [get(left.routines, key), get(right.routines, key)];
      const [schema, name] = splitKey(key);
      if (was.length > 0 && now.length > 0) this.unproved.push(`the definition of function ${name}`);
      // OR REPLACE may have found one.
      else if (was.length > 0 || this.#base.whole || now.some(({ definition }) => !definition.orReplace))
        this.facts.push({ is: "routine", schema, name, there: now.length > 0 });
      else this.unproved.push(`function ${name}, which may have been there`);
    }
    for (const name of changedKeys(left.namespaces, right.namespaces))
      this.facts.push({ is: "schema", name, there: this.#end.namespace(name) === "yes" });
  }
}

const isTurned = (was: Column["notNull"], now: Column["notNull"]): boolean =>
  was !== now && was !== "unknown" && now !== "unknown";

const renamedHere = ({ renamedFrom }: Pick<Column, "renamedFrom">, first: number): boolean =>
  renamedFrom.some(({ origin }) => origin.migration >= first);

const unknownColumn = {
  notNull: "unknown",
  hasDefault: "unknown",
  serial: false,
  renamedFrom: [],
  inherited: false,
} as const;

const namesOf = (relation: Relation | undefined, is: "trigger" | "policy"): ReadonlySet<string> =>
  new Set((is === "trigger" ? relation?.triggers : relation?.policies)?.map(({ name }) => name));
