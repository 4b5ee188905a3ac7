/** CREATE TABLE and what concerns a table as a whole. */
import type { Expression } from "../../model/expression.ts";
import { isPlaceholder, keyOf, quoteIdentifier, type Key } from "../../model/names.ts";
import type { AttachPartition, ColumnDefinition, CreateTable, DetachPartition, SetInheritance } from "../../model/operation.ts";
import type { ColumnType } from "../../model/types.ts";
import { asWritten, newRelation, type Draft } from "../draft.ts";
import { defaultPartition } from "../default-partition.ts";
import type { Column, Relation } from "../model.ts";
import { chooseKeyName, chooseRelationName, copyAddition } from "../names.ts";
import { constraintTag, creationSchema, temporarySchema } from "../state.ts";
import { isHypertable } from "./hypertable.ts";
import { inheritFrom, partitionFrom, withDescendants } from "./family.ts";

/** `${type}` stands for one that isn't known. */
export const knownType = (type: ColumnType): ColumnType | undefined =>
  isPlaceholder(type.name) ? undefined : type;

export function columnOf(definition: ColumnDefinition, draft: Draft): Column {
  const nullDefault = definition.default?.isNull === true;
  return {
    name: definition.name.text,
    ...asWritten(definition.name),
    type: knownType(definition.type),
    notNull: definition.notNull ? "yes" : "no",
    hasDefault:
      definition.serial || definition.identity !== undefined || (definition.default !== undefined && !nullDefault)
        ? "yes"
        : "no",
    default: nullDefault ? undefined : definition.default,
    generated: definition.generated,
    identity: definition.identity,
    serial: definition.serial,
    collation: definition.collation?.name,
    ...(definition.mysql === undefined ? {} : { mysql: definition.mysql }),
    renamedFrom: [],
    origin: draft.origin,
    inherited: false,
  };
}

/** The sequence below a serial or IDENTITY column. @param named its name; undefined: the server chooses one */
export function createOwnedSequence(draft: Draft, table: Relation, column: string, named?: string): void {
  const name = named ?? chooseRelationName(draft, table.schema, table.name, column, "seq");
  draft.create({
    ...newRelation(table.schema, name, "sequence", draft.origin),
    temporary: table.temporary,
    sequenceType: table.columns.find((c) => c.name === column)?.type?.name,
    ownedBy: { table: table.key, column },
  });
  // The default of a serial column; it follows the sequence as a written one does.
  const text = `nextval('${`${quoteIdentifier(table.schema)}.${quoteIdentifier(name)}`.replaceAll("'", "''")}'::regclass)`;
  const { span } = draft.origin;
  const expression: Expression = {
    text,
    span,
    constant: false,
    isNull: false,
    volatility: "volatile",
    columns: [],
    functions: [{ name: "nextval", text: "nextval", span }],
    subquery: false,
    provesNotNull: [],
  };
  draft.changeColumn(table.key, column, (c) => (c.serial ? { ...c, default: expression } : c));
}

/** `AS TABLE orders`, `AS SELECT * FROM orders`: no condition picks rows. */
function copiedWhole(draft: Draft, { query, columns, withNoData }: CreateTable): Key | undefined {
  const [star, ...others] = query?.stars ?? [];
  const isPlain = query?.columns.length === 0 && query.relations.length === 1 && !query.limited;
  return star === undefined || others.length > 0 || !isPlain || withNoData || columns.length > 0
    ? undefined
    : draft.resolve(star);
}

export function createTable(draft: Draft, op: CreateTable): Key {
  const schema = op.temporary ? temporarySchema : creationSchema(draft.state, op.table);
  const { name } = op.table;
  const key = keyOf(schema, name);
  const query = op.query;
  const columns = [
    ...op.columns.map((definition) => columnOf(definition, draft)),
    ...(query?.output ?? starColumns(draft, query))
      .filter((column) => !op.columns.some((c) => c.name.text === column))
      .map((column) => untyped(column, draft)),
  ];
  const likes = op.like.map(({ table, including }) => ({
    from: draft.resolve(table),
    including: new Set(including.map((what) => what.toLowerCase())),
  }));
  // A table in its own place can't be its own parent.
  const parents = op.inherits.map((name) => draft.resolve(name)).filter((parentKey) => parentKey !== key);
  const above = op.partitionOf === undefined ? undefined : draft.resolve(op.partitionOf.parent);
  const parent = above === key ? undefined : above;
  const composite = op.ofType === undefined ? undefined : keyOf(op.ofType.schema ?? schema, op.ofType.name);
  draft.create({
    ...newRelation(schema, name, op.foreign ? "foreign table" : "table", draft.origin),
    complete:
      (query === undefined || query.output !== undefined) &&
      composite === undefined &&
      !columns.some((column) => isPlaceholder(column.name)),
    columns,
    temporary: op.temporary,
    unlogged: op.unlogged,
    accessMethod: op.accessMethod,
    partitionBy: op.partitionBy,
    hypertable: isHypertable(op.options) || undefined,
    partitionOf:
      op.partitionOf === undefined || parent === undefined
        ? undefined
        : { parent, bound: op.partitionOf.bound },
    parents,
    ofType: composite,
    loaded: query !== undefined && !op.withNoData,
    copyOf: copiedWhole(draft, op),
  });
  for (const each of parents) adopt(draft, key, each);
  if (parent !== undefined) adopt(draft, key, parent);
  // DEFAULT NULL, so that the parent's isn't taken.
  const hasNone = (name: string): boolean => op.columns.some((c) => c.name.text === name && c.default?.isNull === true);
  if (op.columns.some((c) => c.default?.isNull === true))
    draft.change(key, (made) => ({
      ...made,
      columns: made.columns.map((c) => (hasNone(c.name) ? { ...c, hasDefault: "no", default: undefined } : c)),
    }));
  for (const { from, including } of likes) copyLike(draft, key, from, including);
  if (composite !== undefined) {
    const type = draft.type(composite);
    if (type?.complete === true)
      draft.change(key, (old) => ({
        ...old,
        complete: true,
        columns: [
          ...type.attributes
            .filter((a) => !old.columns.some((c) => c.name === a.name))
            .map((a) => ({ ...untyped(a.name, draft), type: a.type })),
          // `c WITH OPTIONS …` has no type of its own.
          ...old.columns.map((c) => {
            const attribute = type.attributes.find((a) => a.name === c.name);
            return attribute === undefined ? c : { ...c, type: attribute.type };
          }),
        ],
      }));
  }
  const made = draft.relation(key);
  for (const column of op.columns)
    if (made !== undefined && (column.serial || column.identity !== undefined))
      createOwnedSequence(draft, made, column.name.text, column.identitySequence);
  if (parent !== undefined) partitionFrom(draft, key, parent);
  return key;
}

/** Columns that `*` surely gives, whatever stands beside it; MySQL leaves the invisible ones out. */
export function starColumns(draft: Draft, query: CreateTable["query"]): readonly string[] {
  const columns = (query?.stars ?? []).flatMap((star) => draft.relation(draft.resolve(star))?.columns ?? []);
  return [...new Set(columns.filter((c) => c.mysql?.visible !== false).map((c) => c.name))];
}

const untyped = (name: string, draft: Draft): Column => ({
  name,
  notNull: "no",
  hasDefault: "no",
  serial: false,
  renamedFrom: [],
  origin: draft.origin,
  inherited: false,
});

/** Makes `child` a child of `parent`, with its columns and checks. */
function adopt(draft: Draft, childKey: Key, parentKey: Key): void {
  const parent = draft.relation(parentKey);
  if (parent === undefined) {
    draft.change(childKey, (child) => ({ ...child, complete: false }));
    return;
  }
  const others = parent.children.filter((c) => c !== childKey);
  const last = defaultPartition({ children: others }, (key) => draft.relation(key));
  draft.put({ ...parent, children: others.toSpliced(last === undefined ? others.length : -1, 0, childKey) });
  inheritFrom(draft, childKey, parent);
}

function copyLike(draft: Draft, key: Key, from: Key, including: ReadonlySet<string>): void {
  const source = draft.relation(from);
  const wants = (what: string): boolean => including.has("all") || including.has(what);
  if (source === undefined) {
    draft.change(key, (old) => ({ ...old, complete: false }));
    return;
  }
  draft.change(key, (old) => ({
    ...old,
    complete: old.complete && source.complete,
    columns: [
      ...old.columns,
      ...source.columns
        .filter((c) => !old.columns.some((own) => own.name === c.name))
        .map((c) => copyColumn(c, wants, draft)),
    ],
    constraints: wants("constraints")
      ? [
          ...old.constraints,
          ...source.constraints
            .filter((c) => c.kind === "check")
            .map((c) => ({ ...c, validated: c.enforced, inherited: false, origin: draft.origin })),
        ]
      : old.constraints,
  }));
  const made = draft.relation(key);
  if (made === undefined) return;
  if (wants("identity"))
    for (const column of source.columns) if (column.identity !== undefined) createOwnedSequence(draft, made, column.name);
  if (wants("indexes")) copyIndexes(draft, made, source);
}

function copyColumn(column: Column, wants: (what: string) => boolean, draft: Draft): Column {
  const identity = wants("identity") ? column.identity : undefined;
  const generated = wants("generated") ? column.generated : undefined;
  const plain = column.identity === undefined && wants("defaults");
  return {
    ...column,
    identity,
    generated,
    // The copy uses the sequence of the original.
    serial: false,
    default: plain ? column.default : undefined,
    hasDefault: identity !== undefined ? "yes" : plain ? column.hasDefault : "no",
    comment: wants("comments") ? column.comment : undefined,
    renamedFrom: [],
    origin: draft.origin,
    inherited: false,
  };
}

function copyIndexes(draft: Draft, made: Relation, source: Relation): void {
  for (const index of draft.indexesOn(source.key)) {
    const constraint = source.constraints.find((c) => c.name === index.constraint);
    const addition = copyAddition(index);
    const name =
      constraint === undefined
        ? chooseRelationName(draft, made.schema, made.name, addition, "idx")
        : constraint.kind === "primary key"
          ? chooseKeyName(draft, made.schema, made.name, undefined, "pkey")
          : chooseKeyName(draft, made.schema, made.name, addition, constraint.kind === "unique" ? "key" : "excl");
    draft.putIndex({
      ...index,
      schema: made.schema,
      name,
      table: made.key,
      parent: undefined,
      constraint: constraint === undefined ? undefined : name,
      origin: draft.origin,
    });
    if (constraint !== undefined && "index" in constraint)
      draft.change(made.key, (old) => ({
        ...old,
        constraints: [
          ...old.constraints,
          { ...constraint, name, index: name, inherited: false, origin: draft.origin },
        ],
      }));
  }
}

/** The server refuses that a table descends from itself; replayed all the same, it would never end. */
const isRing = (draft: Draft, child: Key, parent: Key): boolean =>
  withDescendants(draft, child, false).includes(parent);

export function attachPartition(draft: Draft, op: AttachPartition): void {
  const parent = draft.subject(op.table);
  const child = draft.subject(op.partition);
  if (parent === undefined || child === undefined || isRing(draft, child.key, parent.key)) return;
  draft.change(child.key, (old) => ({
    ...old,
    partitionOf: { parent: parent.key, bound: op.bound },
    columns: old.columns.map((c) => ({ ...c, inherited: true })),
    constraints: old.constraints.map((c) =>
      c.kind === "check" && parent.constraints.some((p) => p.kind === "check" && p.name === c.name)
        ? { ...c, inherited: true }
        : c,
    ),
  }));
  adopt(draft, child.key, parent.key);
  partitionFrom(draft, child.key, parent.key);
}

export function detachPartition(draft: Draft, op: DetachPartition): void {
  const parent = draft.subject(op.table);
  const child = draft.subject(op.partition);
  if (child === undefined) return;
  if (parent !== undefined)
    draft.put({ ...parent, children: parent.children.filter((key) => key !== child.key) });
  draft.change(child.key, (old) => ({
    ...old,
    partitionOf: undefined,
    columns: old.columns.map((c) => ({ ...c, inherited: false })),
    constraints: old.constraints.map((c) => ({ ...c, inherited: false })),
    triggers: old.triggers.filter((t) => parent?.triggers.some((p) => p.name === t.name) !== true),
  }));
  for (const index of draft.indexesOn(child.key)) draft.putIndex({ ...index, parent: undefined });
  // The server leaves the bound behind as a CHECK, whose name it makes up.
  if (op.concurrently)
    for (const column of ["", ...(parent?.partitionBy?.columns ?? []).map((name) => `${name}_`)])
      draft.mark(child.key, constraintTag(`${child.name}_${column}check`), "doubted");
}

export function setInheritance(draft: Draft, op: SetInheritance): void {
  const child = draft.subject(op.table);
  const parent = draft.subject(op.parent);
  if (child === undefined || parent === undefined) return;
  if (op.inherit) {
    if (isRing(draft, child.key, parent.key)) return;
    draft.put({ ...child, parents: [...child.parents, parent.key] });
    adopt(draft, child.key, parent.key);
    return;
  }
  draft.put({ ...child, parents: child.parents.filter((key) => key !== parent.key) });
  draft.change(child.key, (old) => ({
    ...old,
    columns: old.columns.map((c) => ({ ...c, inherited: false })),
    constraints: old.constraints.map((c) => ({ ...c, inherited: false })),
  }));
  draft.change(parent.key, (old) => ({ ...old, children: old.children.filter((key) => key !== child.key) }));
}

