/** Renames and SET SCHEMA: the object gets a new key, and everything that points to it follows, as in the server. */
import { mostNames } from "../bounds.ts";
import { keyOf, quoteIdentifier, type Key, type Name } from "../../model/names.ts";
import type { ColumnType } from "../../model/types.ts";
import { indexInvolves } from "../dependents.ts";
import type { Draft } from "../draft.ts";
import { copyAddition } from "../names.ts";
import type { Relation } from "../model.ts";
import { get, remove, set } from "../persistent.ts";
import {
  moveInExpression,
  moveInQuery,
  qualifyQuery,
  renameAll,
  renameElsewhere,
  renameInConstraint,
  renameInExpression,
  renameInIndex,
  renameInQuery,
} from "../rewrite.ts";
import {
  constraintTag,
  columnTag,
  indexTag,
  relationTag,
  resolveRelation,
  routineTag,
  sequencesOf,
  typeNameTag,
  typeTag,
} from "../state.ts";

const swap = (key: Key, from: Key, to: Key): Key => (key === from ? to : key);
const swapAll = (keys: readonly Key[], from: Key, to: Key): readonly Key[] =>
  keys.includes(from) ? keys.map((key) => swap(key, from, to)) : keys;

/** Everything in a relation that points to `from` points to `to` instead. */
function repoint(draft: Draft, relation: Relation, from: Key, schema: string, name: string): Relation {
  const to = keyOf(schema, name);
  return {
    ...relation,
    constraints: relation.constraints.map((c) =>
      c.kind === "foreign key" && c.references === from ? { ...c, references: to } : c,
    ),
    parents: swapAll(relation.parents, from, to),
    children: swapAll(relation.children, from, to),
    partitionOf:
      relation.partitionOf?.parent === from ? { ...relation.partitionOf, parent: to } : relation.partitionOf,
    ownedBy: relation.ownedBy?.table === from ? { ...relation.ownedBy, table: to } : relation.ownedBy,
    query: relation.query === undefined ? undefined : moveInQuery(relation.query, from, schema, name),
    definition: undefined,
    policies: relation.policies.map((p) => ({
      ...p,
      using: moveInExpression(p.using, from, schema, name),
      withCheck: moveInExpression(p.withCheck, from, schema, name),
    })),
    columns: relation.columns.map((c) => {
      const old = c.default === undefined ? [] : sequencesOf(c.default);
      if (c.default === undefined || !old.some((s) => resolveRelation(draft.state, s) === from)) return c;
      // As it was written: with its schema or without.
      const isBare = keyOf(schema, "") === from.slice(0, from.indexOf(".") + 1) && old.every((s) => s.schema === undefined);
      const shown = `${isBare ? "" : `${quoteIdentifier(schema)}.`}${quoteIdentifier(name)}`.replaceAll("'", "''");
      return { ...c, default: { ...c.default, text: c.default.text.replace(/'(?:[^']|'')*'/, () => `'${shown}'`) } };
    }),
  };
}

/** Moves a relation to another name or schema; its indexes and owned sequences follow it to a schema. */
export function moveRelation(draft: Draft, from: Key, schema: string, name: string): void {
  const relation = draft.relation(from);
  const to = keyOf(schema, name);
  if (relation === undefined || to === from) return;
  if (draft.relation(to) !== undefined) draft.remove(to);
  const users = draft.relationsUsing(from);
  const parents = relation.partitionOf === undefined ? relation.parents : [relation.partitionOf.parent];
  const moved = repoint(draft, relation, from, schema, name);
  const indexes = draft.indexesOn(from);
  const marks = get(draft.state.members, from);
  const repointed = users
    .filter((user) => user.key !== from)
    .map((user) => repoint(draft, user, from, schema, name));
  for (const index of indexes) draft.removeIndex(keyOf(index.schema, index.name));
  draft.remove(from);
  draft.bury(relationTag(from));
  retype(draft, from, schema, name);
  draft.create({
    ...moved,
    key: to,
    schema,
    name,
    renamedFrom:
      relation.name === name
        ? relation.renamedFrom
        : [...relation.renamedFrom, { name: relation.name, origin: draft.origin }].slice(-mostNames),
  });
  if (marks !== undefined)
    draft.state = { ...draft.state, members: set(remove(draft.state.members, from), to, marks) };
  for (const index of indexes) {
    if (index.schema !== schema && relation.schema !== schema) draft.bury(indexTag(keyOf(index.schema, index.name)));
    draft.putIndex({ ...index, table: to, schema: relation.schema === schema ? index.schema : schema });
  }
  for (const user of repointed) draft.put(user);
  for (const parent of parents)
    draft.change(parent, (old) => ({ ...old, children: swapAll(old.children, from, to) }));
  if (relation.schema !== schema)
    for (const user of users)
      if (user.ownedBy?.table === from) moveRelation(draft, user.key, schema, user.name);
}

export function renameIndex(draft: Draft, from: Key, name: string): void {
  const index = draft.index(from);
  if (index === undefined) return;
  const to = keyOf(index.schema, name);
  draft.removeIndex(from);
  draft.bury(indexTag(from));
  draft.putIndex({ ...index, name });
  for (const child of draft.relation(index.table)?.children ?? [])
    for (const attached of draft.indexesOn(child))
      if (attached.parent === from) draft.putIndex({ ...attached, parent: to });
  if (index.constraint !== undefined && index.constraint === index.name)
    renameConstraintEntry(draft, index.table, index.constraint, name);
}

/** The constraint alone, with the link from its index. */
function renameConstraintEntry(draft: Draft, table: Key, from: string, to: string): void {
  draft.mark(table, constraintTag(from), undefined);
  draft.change(table, (old) => ({
    ...old,
    droppedConstraints: [
      ...old.droppedConstraints.filter((c) => c.name !== to),
      { name: from, origin: draft.origin },
    ],
    constraints: old.constraints.map((c) => {
      if (c.name !== from) return c;
      return "index" in c ? { ...c, name: to, index: to } : { ...c, name: to };
    }),
  }));
  for (const index of draft.indexesOn(table))
    if (index.constraint === from) draft.putIndex({ ...index, constraint: to });
}

/** A constraint, its index, and what children inherit of it. */
export function renameConstraint(draft: Draft, table: Key, from: string, to: string): void {
  draft.inTurn(() => {
    renameOneConstraint(draft, table, from, to);
  });
}

function renameOneConstraint(draft: Draft, table: Key, from: string, to: string): void {
  const relation = draft.relation(table);
  const constraint = relation?.constraints.find((c) => c.name === from);
  if (relation === undefined) return;
  if (constraint === undefined) {
    draft.change(table, (old) => ({
      ...old,
      droppedConstraints: [...old.droppedConstraints, { name: from, origin: draft.origin }],
    }));
    draft.mark(table, constraintTag(to), "doubted");
    return;
  }
  if ("index" in constraint && constraint.index === from) {
    renameIndex(draft, keyOf(relation.schema, from), to);
    return;
  }
  renameConstraintEntry(draft, table, from, to);
  if (constraint.kind === "check")
    for (const child of relation.children)
      if (draft.relation(child)?.constraints.some((c) => c.name === from && c.inherited) === true)
        renameConstraint(draft, child, from, to);
}

/** A column of a table or view, here and in all that names it; function bodies are text and stay. */
export function renameColumn(draft: Draft, table: Key, from: string, to: Omit<Name, "span">): void {
  draft.inTurn(() => {
    renameOneColumn(draft, table, from, to);
  });
}

function renameOneColumn(draft: Draft, table: Key, from: string, { text: to, written }: Omit<Name, "span">): void {
  const relation = draft.relation(table);
  if (relation === undefined) return;
  const spelled = draft.state.dialect.names.spell(written ?? to);
  draft.mark(table, columnTag(from), undefined);
  draft.mark(table, columnTag(to), undefined);
  draft.put({
    ...relation,
    columns: relation.columns.map((c) => {
      const generated =
        c.generated === undefined
          ? undefined
          : { ...c.generated, expression: renameInExpression(c.generated.expression, from, to, spelled) };
      if (c.name !== from) return generated === undefined ? c : { ...c, generated };
      const renamedFrom = [...c.renamedFrom, { name: from, origin: draft.origin }].slice(-mostNames);
      return { ...c, generated, name: to, written, renamedFrom };
    }),
    droppedColumns: [
      ...relation.droppedColumns.filter((c) => c.name !== from && c.name !== to),
      { name: from, origin: draft.origin },
    ],
    constraints: relation.constraints.map((c) => {
      const renamed = renameInConstraint(c, from, to, spelled);
      return renamed.kind === "foreign key" && renamed.references === table
        ? { ...renamed, referencedColumns: renameAll(renamed.referencedColumns, from, to) }
        : renamed;
    }),
    triggers: relation.triggers.map((t) => ({
      ...t,
      updateOf: renameAll(t.updateOf, from, to),
      when: renameInExpression(t.when, from, to, spelled),
    })),
    policies: relation.policies.map((p) => ({
      ...p,
      using: renameInExpression(p.using, from, to, spelled),
      withCheck: renameInExpression(p.withCheck, from, to, spelled),
    })),
    partitionBy:
      relation.partitionBy === undefined
        ? undefined
        : {
            ...relation.partitionBy,
            columns: renameAll(relation.partitionBy.columns, from, to),
            expressions: relation.partitionBy.expressions.map((e) => renameInExpression(e, from, to, spelled)),
          },
  });
  for (const index of draft.indexesOn(table))
    if (indexInvolves(index, from))
      draft.putIndex({ ...renameInIndex(index, from, to, { spelled, written }), copiedAs: copyAddition(index) });
  for (const user of draft.relationsUsing(table)) {
    if (user.key === table) continue;
    draft.put({
      ...user,
      constraints: user.constraints.map((c) =>
        c.kind === "foreign key" && c.references === table
          ? { ...c, referencedColumns: renameAll(c.referencedColumns, from, to) }
          : c,
      ),
      query: user.query === undefined ? undefined : renameInQuery(user.query, table, from, to),
      definition: undefined,
      policies: user.policies.map((p) => ({
        ...p,
        using: renameElsewhere(p.using, table, from, to),
        withCheck: renameElsewhere(p.withCheck, table, from, to),
      })),
      ownedBy:
        user.ownedBy?.table === table && user.ownedBy.column === from
          ? { table, column: to }
          : user.ownedBy,
    });
  }
  renameInRoutines(draft, table, from, to);
  for (const child of relation.children)
    if (draft.relation(child)?.columns.some((c) => c.name === from) === true) renameColumn(draft, child, from, { text: to });
}

/** `BEGIN ATOMIC`: the server holds such a body as a query, which follows the column. */
function renameInRoutines(draft: Draft, table: Key, from: string, to: string): void {
  for (const tag of draft.users(relationTag(table))) {
    if (!tag.startsWith("F:")) continue;
    const routines = draft.routines(tag.slice(2));
    if (!routines.some(({ definition }) => definition.atomic)) continue;
    draft.putRoutines(
      tag.slice(2),
      routines.map((one) => {
        const { definition } = one;
        if (!definition.atomic) return one;
        const uses = renameInQuery(qualifyQuery(draft.state, definition.uses), table, from, to);
        return { ...one, definition: { ...definition, uses } };
      }),
    );
  }
}

export function moveType(draft: Draft, from: Key, schema: string, name: string): void {
  const type = draft.type(from);
  retype(draft, from, schema, name);
  draft.removeType(from);
  draft.bury(typeTag(from));
  if (type === undefined) draft.clear(typeTag(keyOf(schema, name)));
  else draft.putType({ ...type, schema, name });
}

/** Columns and functions go on with a type, or the row type of a table, under its new name. */
function retype(draft: Draft, from: Key, schema: string, name: string): void {
  const dot = from.indexOf(".");
  const old = { schema: from.slice(0, dot), name: from.slice(dot + 1) };
  const isOld = (type: ColumnType | undefined): type is ColumnType =>
    type?.name === old.name && (type.schema === undefined || type.schema === old.schema);
  const renamed = <T extends ColumnType | undefined>(type: T): T => {
    if (!isOld(type)) return type;
    const { spell } = draft.state.dialect.names;
    const own = spell(name) + "[]".repeat(type.dimensions);
    return type.schema === undefined && schema === old.schema
      ? { ...type, name, text: own }
      : { ...type, name, schema, text: `${spell(schema)}.${own}` };
  };
  for (const tag of draft.users(typeNameTag(old.name)))
    if (tag.startsWith("r:"))
      draft.change(tag.slice(2), (relation) => ({
        ...relation,
        columns: relation.columns.map((c) => (isOld(c.type) ? { ...c, type: renamed(c.type) } : c)),
      }));
    else if (tag.startsWith("F:"))
      draft.putRoutines(
        tag.slice(2),
        draft.routines(tag.slice(2)).map((routine) => {
          const { definition } = routine;
          const types = [definition.returns, ...definition.parameters.map((one) => one.type)];
          if (!types.some(isOld)) return routine;
          const parameters = definition.parameters.map((one) => ({ ...one, type: renamed(one.type) }));
          return { ...routine, definition: { ...definition, parameters, returns: renamed(definition.returns) } };
        }),
      );
}

/** All overloads of a name move; bodies that call it are text and stay, triggers follow. */
export function moveRoutines(draft: Draft, from: Key, schema: string, name: string): void {
  const routines = draft.routines(from);
  if (routines.length === 0) return;
  const to = keyOf(schema, name);
  const old = from.slice(from.indexOf(".") + 1);
  for (const tag of draft.users(`f:${old}`))
    if (tag.startsWith("r:"))
      draft.change(tag.slice(2), (relation) => ({
        ...relation,
        triggers: relation.triggers.map((t) => (t.function === from ? { ...t, function: to } : t)),
      }));
  draft.putRoutines(from, []);
  draft.bury(routineTag(from));
  draft.putRoutines(to, [...draft.routines(to), ...routines.map((r) => ({ ...r, schema, name }))]);
}
