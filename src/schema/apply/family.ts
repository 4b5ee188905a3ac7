/** Tables below a table, and what they take from it: partitions and INHERITS. */
import { keyOf, type Key } from "../../model/names.ts";
import type { Draft } from "../draft.ts";
import type { Column, Constraint, Index, Relation } from "../model.ts";
import { chooseConstraintName, chooseKeyName, chooseRelationName, copyAddition, joinColumns } from "../names.ts";
import { constraintNameTag } from "../state.ts";

/** The table and, unless ONLY is said, everything below it, parents first. */
export function withDescendants(draft: Draft, key: Key, only: boolean | undefined): readonly Key[] {
  const found = new Set([key]);
  if (only === true) return [key];
  // Going through a set meets what is added on the way.
  for (const each of found) for (const child of draft.relation(each)?.children ?? []) found.add(child);
  return [...found];
}

/** Partitions of a table at every level, without itself. */
export function partitionsBelow(draft: Draft, key: Key): readonly Key[] {
  return withDescendants(draft, key, false)
    .slice(1)
    .filter((child) => draft.relation(child)?.partitionOf !== undefined);
}


/** Columns and CHECKs that a child gets; a column of its own with that name is merged and stays its own. */
export function inheritFrom(draft: Draft, childKey: Key, parent: Relation): void {
  const fresh = draft.relation(childKey)?.origin === draft.origin;
  draft.change(childKey, (child) => {
    const columns = child.columns.map((own) => {
      const from = parent.columns.find((c) => c.name === own.name);
      if (from === undefined) return own;
      return {
        ...own,
        type: own.type ?? from.type,
        notNull: from.notNull === "yes" ? "yes" : own.notNull,
        hasDefault: own.hasDefault === "yes" || !fresh ? own.hasDefault : from.hasDefault,
        default: own.default ?? (fresh ? from.default : undefined),
        generated: own.generated ?? from.generated,
        inherited: own.inherited || parent.partitionBy !== undefined,
      } as const;
    });
    const more = parent.columns
      .filter((c) => !child.columns.some((own) => own.name === c.name))
      // A sequence fills the parent only, but for a partition's identity.
      .map((c) => ({ ...c,
        // It takes its numbers from the sequence of the parent.
        serial: false,
        inherited: true, identity: parent.partitionBy === undefined ? undefined : c.identity }))
      .map((c) => (parent.partitionBy === undefined && isIdentity(parent, c) ? { ...c, hasDefault: "no" as const } : c));
    const checks = parent.constraints
      .filter((c) => c.kind === "check" && !c.noInherit && !child.constraints.some((own) => own.name === c.name))
      .map((c) => ({ ...c, inherited: true, validated: c.enforced && (c.validated || fresh) }));
    return {
      ...child,
      complete: child.complete && parent.complete,
      columns: [...more, ...columns],
      constraints: [...child.constraints, ...checks],
    };
  });
}

const isIdentity = (parent: Relation, column: Column): boolean =>
  parent.columns.find((c) => c.name === column.name)?.identity !== undefined;

/** Indexes, keys, foreign keys and row triggers that a partition gets from its parent. */
export function partitionFrom(draft: Draft, childKey: Key, parentKey: Key): void {
  const parent = draft.relation(parentKey);
  if (parent === undefined) return;
  for (const index of draft.indexesOn(parentKey)) partitionIndex(draft, childKey, index);
  for (const constraint of parent.constraints)
    if (constraint.kind === "foreign key") cloneForeignKey(draft, childKey, constraint);
  draft.change(childKey, (child) => ({
    ...child,
    triggers: [
      ...child.triggers,
      ...parent.triggers
        .filter((t) => !child.triggers.some((own) => own.name === t.name))
        .map((t) => ({ ...t, inherited: true as const })),
    ],
  }));
}

function cloneForeignKey(draft: Draft, childKey: Key, constraint: Constraint & { kind: "foreign key" }): void {
  const child = draft.relation(childKey);
  if (child === undefined) return;
  const same = child.constraints.find(
    (c) =>
      c.kind === "foreign key" &&
      c.references === constraint.references &&
      c.columns.join() === constraint.columns.join() &&
      c.referencedColumns.join() === constraint.referencedColumns.join(),
  );
  if (same !== undefined) {
    draft.changeConstraint(childKey, same.name, (c) => ({ ...c, inherited: true }));
    return;
  }
  const name = child.constraints.some((c) => c.name === constraint.name)
    ? chooseConstraintName(draft, child.schema, child.name, joinColumns(constraint.columns), "fkey")
    : constraint.name;
  draft.change(childKey, (old) => ({
    ...old,
    constraints: [...old.constraints, { ...constraint, name, inherited: true }],
  }));
}

export const sameElements = (a: Index, b: Index): boolean =>
  a.unique === b.unique &&
  a.method === b.method &&
  a.where?.text === b.where?.text &&
  a.include.join() === b.include.join() &&
  a.nullsNotDistinct === b.nullsNotDistinct &&
  a.elements.length === b.elements.length &&
  a.elements.every((e, i) => {
    const other = b.elements[i];
    return (
      other !== undefined &&
      e.column === other.column &&
      e.expression?.text === other.expression?.text &&
      e.descending === other.descending &&
      e.operatorClass === other.operatorClass &&
      e.collation === other.collation
    );
  });

/** Attaches a fitting index of the partition to the parent's, or makes one, down to the leaves. */
export function partitionIndex(draft: Draft, childKey: Key, parentIndex: Index): void {
  draft.inTurn(() => {
    indexOnePartition(draft, childKey, parentIndex);
  });
}

function indexOnePartition(draft: Draft, childKey: Key, parentIndex: Index): void {
  const child = draft.relation(childKey);
  if (child === undefined || child.kind !== "table") return;
  const parentKey = keyOf(parentIndex.schema, parentIndex.name);
  const parentConstraint = draft
    .relation(parentIndex.table)
    ?.constraints.find((c) => c.name === parentIndex.constraint);
  const fitting = draft
    .indexesOn(childKey)
    .find(
      (own) =>
        own.parent === undefined &&
        own.valid &&
        sameElements(own, parentIndex) &&
        (parentIndex.constraint === undefined || own.constraint !== undefined),
    );
  if (fitting !== undefined) {
    draft.putIndex({ ...fitting, parent: parentKey });
    if (fitting.constraint !== undefined)
      draft.changeConstraint(childKey, fitting.constraint, (c) => ({ ...c, inherited: true }));
    return;
  }
  const keyLike = parentConstraint?.kind;
  const label = keyLike === "primary key" ? "pkey" : keyLike === "unique" ? "key" : "excl";
  const addition = keyLike === "primary key" ? undefined : copyAddition(parentIndex);
  const name =
    keyLike === undefined
      ? chooseRelationName(draft, child.schema, child.name, addition, "idx")
      : chooseKeyName(draft, child.schema, child.name, addition, label);
  const made: Index = {
    ...parentIndex,
    schema: child.schema,
    name,
    table: childKey,
    parent: parentKey,
    constraint: keyLike === undefined ? undefined : name,
  };
  draft.putIndex(made);
  if (parentConstraint !== undefined && "index" in parentConstraint)
    draft.change(childKey, (old) => ({
      ...old,
      columns:
        parentConstraint.kind === "primary key" ? requireColumns(old.columns, parentConstraint.columns) : old.columns,
      constraints: [...old.constraints, { ...parentConstraint, name, index: name, inherited: true }],
    }));
  for (const grandchild of child.children) partitionIndex(draft, grandchild, made);
}

/** The columns of a primary key become NOT NULL. */
export const requireColumns = (columns: readonly Column[], names: readonly string[]): readonly Column[] =>
  columns.map((c) => (names.includes(c.name) && c.notNull !== "yes" ? { ...c, notNull: "yes" } : c));

export const constraintNameTaken = (draft: Draft, schema: string, name: string): boolean =>
  draft.isUsed(constraintNameTag(schema, name));
