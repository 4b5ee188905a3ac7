/** Taking things out, with what goes along. What lies deeper waits its turn, see `Draft.inTurn`. */
import { keyOf, type Key } from "../../model/names.ts";
import type { ColumnType } from "../../model/types.ts";
import { typesOfExtension } from "../built-in.ts";
import { indexInvolves, involves, mentions } from "../dependents.ts";
import type { Draft } from "../draft.ts";
import { keyColumns } from "../index-definition.ts";
import type { Constraint, Relation } from "../model.ts";
import { columnTag, constraintTag, indexTag, relationTag, routineNameTag, routineTag, sequencesOf, typeNameTag, typeTag, resolveRelation, resolveRoutine, resolveType, type State } from "../state.ts";

const isView = (relation: Relation): boolean =>
  relation.kind === "view" || relation.kind === "materialized view";

/** Drops a relation of any kind. `cascade`: views, foreign keys, inheriting tables, defaults go along. */
export function dropRelation(draft: Draft, key: Key, cascade: boolean): void {
  draft.inTurn(() => {
    takeRelationOut(draft, key, cascade);
  });
}

function takeRelationOut(draft: Draft, key: Key, cascade: boolean): void {
  const relation = draft.relation(key);
  if (relation === undefined) {
    draft.bury(relationTag(key));
    return;
  }
  const users = draft.relationsUsing(key).filter((user) => user.key !== key);
  const { state: before } = draft;
  // Out first: rings of views or tables must end.
  for (const index of draft.indexesOn(key)) draft.bury(indexTag(keyOf(index.schema, index.name)));
  draft.remove(key);
  draft.bury(relationTag(key));
  for (const user of users) {
    if (draft.relation(user.key) === undefined) continue;
    if (user.partitionOf?.parent === key || user.ownedBy?.table === key) dropRelation(draft, user.key, cascade);
    else if (cascade) dropUse(draft, user, key, before);
  }
  const parents = relation.partitionOf === undefined ? relation.parents : [relation.partitionOf.parent];
  for (const parent of parents)
    draft.change(parent, (old) => ({ ...old, children: old.children.filter((child) => child !== key) }));
  if (cascade) dropRowType(draft, key);
}

/** `before`: the state that names are found in, as the relation is out already. */
function dropUse(draft: Draft, user: Relation, key: Key, before: State): void {
  if (isView(user) || user.parents.includes(key)) {
    dropRelation(draft, user.key, true);
    return;
  }
  draft.change(user.key, (old) => ({
    ...old,
    constraints: old.constraints.filter((c) => c.kind !== "foreign key" || c.references !== key),
    droppedConstraints: [
      ...old.droppedConstraints,
      ...old.constraints
        .filter((c) => c.kind === "foreign key" && c.references === key)
        .map((c) => ({ name: c.name, origin: draft.origin })),
    ],
    columns: old.columns.map((c) =>
      c.default !== undefined &&
      sequencesOf(c.default).some((sequence) => resolveRelation(before, sequence) === key)
        ? { ...c, default: undefined, hasDefault: "no", serial: false }
        : c,
    ),
  }));
}

function dropRowType(draft: Draft, key: Key): void {
  const dot = key.indexOf(".");
  dropColumnsOfType(draft, key.slice(0, dot), key.slice(dot + 1));
  dropRoutinesOfType(draft, key.slice(0, dot), key.slice(dot + 1));
}

/** Functions that take or return it. */
function dropRoutinesOfType(draft: Draft, schema: string, name: string): void {
  const isIt = (type: ColumnType | undefined): boolean =>
    type?.name === name && (type.schema ?? schema) === schema;
  for (const tag of draft.users(typeNameTag(name))) {
    if (!tag.startsWith("F:")) continue;
    const key = tag.slice(2);
    const routines = draft.routines(key);
    const kept = routines.filter(
      ({ definition: d }) => !isIt(d.returns) && !d.parameters.some((p) => isIt(p.type)),
    );
    if (kept.length === routines.length) continue;
    if (kept.length === 0) dropRoutines(draft, key, true);
    else draft.putRoutines(key, kept);
  }
}

function dropColumnsOfType(draft: Draft, schema: string, name: string): void {
  for (const tag of draft.users(typeNameTag(name))) {
    if (!tag.startsWith("r:")) continue;
    const user = draft.relation(tag.slice(2));
    const isIt = (type: ColumnType | undefined): boolean =>
      type?.name === name && (type.schema ?? schema) === schema;
    for (const column of user?.columns ?? []) {
      if (user === undefined) continue;
      if (isIt(column.type)) dropColumn(draft, user.key, column.name, true);
      else if (column.defaultCasts?.some(isIt) === true)
        draft.changeColumn(user.key, column.name, (c) => ({
          ...c,
          default: undefined,
          defaultCasts: undefined,
          hasDefault: "no",
        }));
    }
  }
}

export function dropType(draft: Draft, key: Key, cascade: boolean): void {
  draft.inTurn(() => {
    takeTypeOut(draft, key, cascade);
  });
}

function takeTypeOut(draft: Draft, key: Key, cascade: boolean): void {
  const type = draft.type(key);
  draft.removeType(key);
  draft.bury(typeTag(key));
  if (!cascade) return;
  dropUsesOfType(draft, key, type?.name ?? key.slice(key.indexOf(".") + 1));
}

/** The types of an extension themselves may come back with it: none is marked as gone. */
export function dropUsesOfExtension(draft: Draft, extension: string): void {
  for (const type of typesOfExtension(extension)) {
    const key = resolveType(draft.state, typeName({ name: type }));
    // One of the project's own has that name.
    if (draft.type(key) === undefined) dropUsesOfType(draft, key, type);
  }
}

function dropUsesOfType(draft: Draft, key: Key, name: string): void {
  const schema = key.slice(0, key.indexOf("."));
  dropColumnsOfType(draft, schema, name);
  dropRoutinesOfType(draft, schema, name);
  for (const tag of draft.users(typeNameTag(name))) {
    if (!tag.startsWith("T:")) continue;
    const user = draft.type(tag.slice(2));
    if (user?.base !== undefined && resolveType(draft.state, typeName(user.base)) === key)
      dropType(draft, tag.slice(2), true);
  }
}

const typeName = (type: { readonly name: string; readonly schema?: string | undefined }) => ({
  schema: type.schema,
  name: type.name,
  text: type.name,
  span: { start: 0, end: 0 },
});

/** Takes the dependents of a dropped routine out (CASCADE). */
export function dropRoutineUses(draft: Draft, key: Key): void {
  const name = key.slice(key.indexOf(".") + 1);
  const calls = (functions: readonly Parameters<typeof resolveRoutine>[1][] | undefined): boolean =>
    functions?.some((f) => f.name === name && resolveRoutine(draft.state, f) === key) === true;
  for (const tag of draft.users(routineNameTag(name))) {
    if (tag.startsWith("i:")) dropIndex(draft, tag.slice(2), true);
    if (!tag.startsWith("r:")) continue;
    const user = draft.relation(tag.slice(2));
    if (user === undefined) continue;
    if (isView(user) && calls(user.query?.functions)) {
      dropRelation(draft, user.key, true);
      continue;
    }
    for (const column of user.columns)
      if (calls(column.generated?.expression.functions)) dropColumn(draft, user.key, column.name, true);
    draft.change(user.key, (old) => ({
      ...old,
      triggers: old.triggers.filter((t) => t.function !== key),
      policies: old.policies.filter((p) => !calls(p.using?.functions) && !calls(p.withCheck?.functions)),
      constraints: old.constraints.filter((c) => c.kind !== "check" || !calls(c.expression.functions)),
      columns: old.columns.map((c) =>
        calls(c.default?.functions) ? { ...c, default: undefined, hasDefault: "no" } : c,
      ),
    }));
  }
}

/** Every overload of a name goes. */
export function dropRoutines(draft: Draft, key: Key, cascade: boolean): void {
  if (cascade) dropRoutineUses(draft, key);
  draft.putRoutines(key, []);
  draft.bury(routineTag(key));
}

/** An index, and those of the partitions attached to it; `cascade`: with the foreign keys that need it. */
export function dropIndex(draft: Draft, key: Key, cascade: boolean): void {
  draft.inTurn(() => {
    const index = draft.index(key);
    takeIndexOut(draft, key);
    const columns = index && keyColumns(index);
    if (!cascade || index === undefined || columns === undefined) return;
    dropReferencing(draft, index.table, { kind: "unique", columns });
  });
}

function takeIndexOut(draft: Draft, key: Key): void {
  const index = draft.index(key);
  draft.removeIndex(key);
  draft.bury(indexTag(key));
  if (index === undefined) return;
  draft.change(index.table, (old) => (old.clusteredOn === index.name ? { ...old, clusteredOn: undefined } : old));
  for (const child of draft.relation(index.table)?.children ?? [])
    for (const attached of draft.indexesOn(child))
      if (attached.parent === key) {
        if (attached.constraint !== undefined) removeConstraint(draft, attached.table, attached.constraint);
        dropIndex(draft, keyOf(attached.schema, attached.name), false);
      }
}

function removeConstraint(draft: Draft, table: Key, name: string): void {
  draft.mark(table, constraintTag(name), undefined);
  draft.change(table, (old) => ({
    ...old,
    constraints: old.constraints.filter((c) => c.name !== name),
    droppedConstraints: [...old.droppedConstraints, { name, origin: draft.origin }],
  }));
}

/**
 * A constraint, its index, and those of partitions and children; foreign keys that need it go with `cascade`, and are left
 * alone otherwise: the server refuses it.
 */
export function dropConstraint(draft: Draft, table: Key, name: string, cascade: boolean): void {
  draft.inTurn(() => {
    takeConstraintOut(draft, table, name, cascade);
  });
}

function takeConstraintOut(draft: Draft, table: Key, name: string, cascade: boolean): void {
  const relation = draft.relation(table);
  const constraint = relation?.constraints.find((c) => c.name === name);
  if (relation === undefined) return;
  removeConstraint(draft, table, name);
  if (constraint === undefined) return;
  if ("index" in constraint) {
    takeIndexOut(draft, keyOf(relation.schema, constraint.index));
    if (cascade) dropReferencing(draft, table, constraint);
    return;
  }
  if (constraint.kind === "not null")
    draft.changeColumn(table, constraint.column, (c) => ({ ...c, notNull: "no" }));
  for (const child of relation.children) {
    const below = draft
      .relation(child)
      ?.constraints.find(
        (c) =>
          c.inherited &&
          c.kind === constraint.kind &&
          (c.name === name || (c.kind === "foreign key" && sameReference(c, constraint))),
      );
    if (below !== undefined) dropConstraint(draft, child, below.name, cascade);
  }
}

const sameReference = (a: Constraint, b: Constraint): boolean =>
  a.kind === "foreign key" &&
  b.kind === "foreign key" &&
  a.references === b.references &&
  a.columns.join() === b.columns.join();

/** Foreign keys to the columns of a key or a unique index that is gone. */
function dropReferencing(
  draft: Draft,
  table: Key,
  key: { readonly kind: "primary key" | "unique" | "exclusion"; readonly columns: readonly string[] },
): void {
  const sorted = (columns: readonly string[]): string => [...columns].sort().join();
  const columns = sorted(key.columns);
  // Of two keys over the same columns the server leans on the primary one.
  const leans = (other: Constraint): boolean =>
    (other.kind === "primary key" || other.kind === "unique") && sorted(other.columns) === columns;
  if (key.kind !== "primary key" && draft.relation(table)?.constraints.some(leans) === true) return;
  // Of two indexes it may lean on either.
  const isShared = draft.indexesOn(table).some((other) => {
    const own = other.constraint === undefined ? keyColumns(other) : undefined;
    return own !== undefined && sorted(own) === columns;
  });
  for (const user of draft.relationsUsing(table))
    for (const constraint of user.constraints) {
      if (constraint.kind !== "foreign key" || constraint.references !== table) continue;
      if (sorted(constraint.referencedColumns) !== columns) continue;
      if (isShared) draft.mark(user.key, constraintTag(constraint.name), "doubted");
      else dropConstraint(draft, user.key, constraint.name, true);
    }
}

/**
 * A column with its indexes, constraints and sequences; what the server refuses to drop without CASCADE (views,
 * generated columns, triggers, policies, foreign keys to it) goes with `cascade` and is left alone otherwise.
 */
export function dropColumn(draft: Draft, table: Key, column: string, cascade: boolean): void {
  draft.inTurn(() => {
    takeColumnOut(draft, table, column, cascade);
  });
}

function takeColumnOut(draft: Draft, table: Key, column: string, cascade: boolean): void {
  const relation = draft.relation(table);
  if (relation === undefined) return;
  for (const constraint of relation.constraints)
    if (involves(constraint, column)) takeConstraintOut(draft, table, constraint.name, cascade);
  for (const index of draft.indexesOn(table))
    if (indexInvolves(index, column)) takeIndexOut(draft, keyOf(index.schema, index.name));
  draft.mark(table, columnTag(column), undefined);
  draft.change(table, (old) => ({
    ...old,
    columns: old.columns.filter((c) => c.name !== column),
    statistics: old.statistics?.filter((one) => !one.columns.includes(column)),
    droppedColumns: [...old.droppedColumns.filter((c) => c.name !== column), { name: column, origin: draft.origin }],
  }));
  for (const user of draft.relationsUsing(table)) {
    if (user.ownedBy?.table === table && user.ownedBy.column === column) dropRelation(draft, user.key, cascade);
    else if (cascade && readsColumn(user, table, column)) dropRelation(draft, user.key, true);
    else if (cascade)
      for (const constraint of user.constraints)
        if (
          constraint.kind === "foreign key" &&
          constraint.references === table &&
          constraint.referencedColumns.includes(column)
        )
          dropConstraint(draft, user.key, constraint.name, true);
  }
  if (cascade) {
    for (const other of relation.columns)
      if (other.name !== column && mentions(other.generated?.expression, column))
        dropColumn(draft, table, other.name, true);
    draft.change(table, (old) => ({
      ...old,
      triggers: old.triggers.filter((t) => !t.updateOf.includes(column) && !mentions(t.when, column)),
      policies: old.policies.filter((p) => !mentions(p.using, column) && !mentions(p.withCheck, column)),
    }));
  }
  for (const child of relation.children)
    if (draft.relation(child)?.columns.find((c) => c.name === column)?.inherited === true)
      dropColumn(draft, child, column, cascade);
}

function readsColumn(user: Relation, table: Key, column: string): boolean {
  const { query } = user;
  if (query === undefined || !isView(user)) return false;
  const isTable = (name: { readonly schema?: string | undefined; readonly name: string }): boolean =>
    name.schema !== undefined && keyOf(name.schema, name.name) === table;
  return (
    query.stars.some(isTable) ||
    query.columns.some(
      (r) =>
        r.column === column && (r.table === undefined ? (r.candidates ?? []) : [r.table]).some((t) => isTable(t)),
    )
  );
}
