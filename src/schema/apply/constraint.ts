/** ADD CONSTRAINT in all its places, and what happens to constraints later. */
import { isPlaceholder, keyOf, type Key } from "../../model/names.ts";
import type {
  AddCheck,
  AddExclusion,
  AddForeignKey,
  AddNotNull,
  AddPrimaryKey,
  AddUnique,
  DropConstraint,
  RenameConstraint,
  ValidateConstraint,
} from "../../model/operation.ts";
import { asWritten, type Draft } from "../draft.ts";
import type { Constraint, Index, KeyConstraint, Relation } from "../model.ts";
import { checkedColumn, chooseConstraintName, chooseKeyName, joinColumns, makeObjectName } from "../names.ts";
import { columnTag, constraintTag, indexTag } from "../state.ts";
import { learnColumn } from "./column.ts";
import { otherName } from "./either-name.ts";
import { dropConstraint } from "./drop.ts";
import { partitionIndex, partitionsBelow, requireColumns, withDescendants } from "./family.ts";
import { renameConstraint, renameIndex } from "./move.ts";

/** The very list where none has the name. */
const without = <T extends { readonly name: string }>(list: readonly T[], name: string): readonly T[] =>
  list.some((one) => one.name === name) ? list.filter((one) => one.name !== name) : list;

function store(draft: Draft, key: Key, constraint: Constraint): void {
  draft.mark(key, constraintTag(constraint.name), undefined);
  // The server takes one primary key: where it took this, another that nobody was sure of is gone.
  const isGone = ({ kind, name }: Constraint): boolean =>
    kind === "primary key" && kind === constraint.kind && draft.marked(key, constraintTag(name)) !== undefined;
  draft.change(key, (old) => ({
    ...old,
    constraints: [
      ...without(old.constraints, constraint.name).filter((other) => !isGone(other)),
      constraint,
    ],
    droppedConstraints: without(old.droppedConstraints, constraint.name),
  }));
}

/** Columns that a constraint names are there, even if the table was made elsewhere. */
function learn(draft: Draft, table: Relation, columns: readonly string[]): void {
  if (table.complete) return;
  for (const name of columns) {
    if (table.droppedColumns.some((c) => c.name === name)) continue;
    draft.mark(table.key, columnTag(name), undefined);
    learnColumn(draft, table.key, name);
  }
}

const primaryKey = (relation: Relation | undefined): KeyConstraint | undefined =>
  relation?.constraints.find((c): c is KeyConstraint => c.kind === "primary key");

export function addForeignKey(draft: Draft, op: AddForeignKey): void {
  const table = draft.subject(op.table);
  if (table === undefined) return;
  const columns = op.columns.map((c) => c.text);
  learn(draft, table, columns);
  const target = draft.subject(op.references);
  const references = target?.key ?? draft.resolve(op.references);
  const written = op.referencedColumns.map((c) => c.text);
  if (target !== undefined) learn(draft, target, written);
  const chosen = (): string =>
    chooseConstraintName(draft, table.schema, table.name, joinColumns(columns), "fkey");
  const name = op.name?.text ?? chosen();
  const constraint = {
    kind: "foreign key",
    name,
    ...otherName(op, chosen),
    columns,
    references,
    referencedColumns: written.length > 0 ? written : (primaryKey(draft.relation(references))?.columns ?? []),
    onDelete: op.onDelete,
    onUpdate: op.onUpdate,
    ...(op.onDeleteColumns === undefined ? {} : { onDeleteColumns: op.onDeleteColumns }),
    ...(op.initiallyDeferred ? { deferred: true as const } : {}),
    ...deferrable(op),
    validated: !op.notValid && op.enforced,
    enforced: op.enforced,
    origin: draft.origin,
    inherited: false,
  } as const;
  store(draft, table.key, constraint);
  for (const partition of partitionsBelow(draft, table.key)) {
    const below = draft.relation(partition);
    if (below === undefined) continue;
    const free = !below.constraints.some((c) => c.name === name);
    const own = free
      ? name
      : chooseConstraintName(draft, below.schema, below.name, joinColumns(columns), "fkey");
    store(draft, partition, { ...constraint, name: own, inherited: true });
  }
}

/** Of one on a column that isn't there: what depends on the other table isn't known to. */
export function doubtForeignKey(draft: Draft, { table: named, name, columns }: AddForeignKey): void {
  const table = draft.subject(named);
  if (table === undefined) return;
  const own =
    name?.text ??
    chooseConstraintName(draft, table.schema, table.name, joinColumns(columns.map((c) => c.text)), "fkey");
  draft.mark(table.key, constraintTag(own), "doubted");
}

export function addCheck(draft: Draft, op: AddCheck): void {
  const table = draft.subject(op.table);
  if (table === undefined) return;
  learn(draft, table, [...new Set(op.expression.columns.map((c) => c.column))]);
  const chosen = (): string =>
    chooseConstraintName(draft, table.schema, table.name, checkedColumn(op.expression), "check");
  const name = op.name?.text ?? chosen();
  const constraint = {
    kind: "check",
    name,
    ...otherName(op, chosen),
    ...asWritten(op.name),
    expression: op.expression,
    noInherit: op.noInherit,
    validated: !op.notValid && op.enforced,
    enforced: op.enforced,
    origin: draft.origin,
    inherited: false,
  } as const;
  const only = op.only === true || op.noInherit;
  for (const key of withDescendants(draft, table.key, only)) {
    if (key === table.key) store(draft, key, constraint);
    else if (draft.relation(key)?.constraints.some((c) => c.name === name) === true)
      draft.changeConstraint(key, name, (c) => ({ ...c, inherited: true }));
    else store(draft, key, { ...constraint, inherited: true });
  }
}

export function addNotNull(draft: Draft, op: AddNotNull): void {
  const table = draft.subject(op.table);
  if (table === undefined) return;
  learn(draft, table, [op.column.text]);
  const only = op.only === true || op.noInherit;
  // Not validated, it holds for new rows alone.
  if (!op.notValid)
    for (const key of withDescendants(draft, table.key, only))
      draft.changeColumn(key, op.column.text, (c) => ({ ...c, notNull: "yes" }));
  if (op.name === undefined && !op.notValid) return;
  const name =
    op.name?.text ?? chooseConstraintName(draft, table.schema, table.name, op.column.text, "not_null");
  store(draft, table.key, {
    kind: "not null",
    name,
    column: op.column.text,
    validated: !op.notValid,
    enforced: true,
    origin: draft.origin,
    inherited: false,
  });
}

const deferrable = (op: { readonly kind: string; readonly deferrable?: boolean }): { readonly deferrable?: true } =>
  op.deferrable === true ? { deferrable: true } : {};

interface KeyParts {
  readonly kind: KeyConstraint["kind"];
  readonly label: string;
  readonly columns: readonly string[];
  readonly index: Pick<Index, "method" | "elements" | "include" | "where" | "nullsNotDistinct">;
}

const plain = (column: string) => ({ column, descending: false, nullsFirst: undefined });

export function addKey(draft: Draft, op: AddPrimaryKey | AddUnique): void {
  const table = draft.subject(op.table);
  if (table === undefined) return;
  if (op.usingIndex !== undefined) {
    promoteIndex(draft, op, table, op.usingIndex.text);
    return;
  }
  const columns = op.columns.map((c) => c.text);
  if (columns.some(isPlaceholder)) {
    // Which key it is isn't known, nor is it known that another is missing.
    draft.change(table.key, (old) => ({ ...old, complete: false }));
    return;
  }
  learn(draft, table, columns);
  const include = op.include.map((c) => c.text);
  const primary = op.kind === "addPrimaryKey";
  if (op.within === "createTable" && absorbed(draft, table, op, columns)) return;
  makeKey(draft, table.key, op, {
    kind: primary ? "primary key" : "unique",
    label: primary ? "pkey" : "key",
    columns,
    index: {
      method: op.withoutOverlaps ? "gist" : "btree",
      elements: columns.map(plain),
      include,
      nullsNotDistinct: op.kind === "addUnique" && op.nullsNotDistinct,
    },
  });
}

/**
 * In one CREATE TABLE the server makes one index of two equal keys (its transformIndexConstraints): the primary key
 * stays, under the name that was written, the first if both were. True: nothing is to be made.
 */
function absorbed(
  draft: Draft,
  table: Relation,
  op: AddPrimaryKey | AddUnique,
  columns: readonly string[],
): boolean {
  const twin = draft
    .relation(table.key)
    ?.constraints.find(
      (c): c is KeyConstraint =>
        (c.kind === "primary key" || c.kind === "unique") &&
        c.origin === draft.origin &&
        !c.inherited &&
        c.columns.join("\0") === columns.join("\0"),
    );
  if (twin === undefined || op.include.length > 0) return false;
  const label = twin.kind === "primary key" ? "pkey" : "key";
  const addition = twin.kind === "primary key" ? undefined : joinColumns(columns);
  const written = !twin.name.startsWith(makeObjectName(table.name, addition, label));
  if (!written && op.name !== undefined) renameConstraint(draft, table.key, twin.name, op.name.text);
  if (op.kind === "addUnique" || twin.kind === "primary key") return true;
  const { name } = written || op.name === undefined ? twin : { name: op.name.text };
  const key = written ? name : chooseKeyName(draft, table.schema, table.name, undefined, "pkey");
  if (!written && op.name === undefined) renameConstraint(draft, table.key, name, key);
  const final = !written && op.name === undefined ? key : name;
  draft.changeConstraint(table.key, final, (c) => ({ ...c, kind: "primary key" }) as KeyConstraint);
  require(draft, table.key, columns);
  return true;
}

export function addExclusion(draft: Draft, op: AddExclusion): void {
  const table = draft.subject(op.table);
  if (table === undefined) return;
  learn(draft, table, op.columns);
  makeKey(draft, table.key, op, {
    kind: "exclusion",
    label: "excl",
    columns: op.columns,
    index: {
      method: op.method,
      elements: op.columns.map(plain),
      include: [],
      where: op.where,
      nullsNotDistinct: false,
    },
  });
}

function makeKey(draft: Draft, key: Key, op: AddPrimaryKey | AddUnique | AddExclusion, parts: KeyParts): void {
  const table = draft.relation(key);
  if (table === undefined) return;
  const included = parts.kind === "unique" ? parts.index.include : [];
  const addition =
    parts.kind === "primary key"
      ? undefined
      : parts.columns.length === 0
        ? "expr"
        : joinColumns([...parts.columns, ...included]);
  const chosen = (): string => chooseKeyName(draft, table.schema, table.name, addition, parts.label);
  const name = op.name?.text ?? chosen();
  const other = otherName(op, chosen);
  if (other.orElse !== undefined) draft.doubt(indexTag(keyOf(table.schema, other.orElse)));
  const index: Index = {
    schema: table.schema,
    name,
    table: key,
    unique: parts.kind !== "exclusion",
    ...parts.index,
    valid: op.only !== true || table.partitionBy === undefined || table.children.length === 0,
    constraint: name,
    origin: draft.origin,
  };
  draft.putIndex(index);
  store(draft, key, {
    kind: parts.kind,
    name,
    ...other,
    columns: parts.columns,
    index: name,
    validated: true,
    enforced: true,
    ...deferrable(op),
    origin: draft.origin,
    inherited: false,
  });
  if (parts.kind === "primary key") require(draft, key, parts.columns);
  if (op.only !== true && table.partitionBy !== undefined)
    for (const child of table.children) partitionIndex(draft, child, index);
}

function require(draft: Draft, table: Key, columns: readonly string[]): void {
  for (const key of withDescendants(draft, table, false))
    draft.change(key, (old) => ({ ...old, columns: requireColumns(old.columns, columns) }));
}

/** ADD CONSTRAINT … USING INDEX: the index takes the constraint's name. */
function promoteIndex(draft: Draft, op: AddPrimaryKey | AddUnique, table: Relation, indexName: string): void {
  const from = keyOf(table.schema, indexName);
  const name = op.name?.text ?? indexName;
  if (name !== indexName) renameIndex(draft, from, name);
  const index = draft.index(keyOf(table.schema, name));
  const columns = index?.elements.flatMap((e) => e.column ?? []) ?? [];
  if (index === undefined)
    draft.putIndex({
      schema: table.schema,
      name,
      table: table.key,
      unique: true,
      method: "btree",
      elements: [],
      include: [],
      nullsNotDistinct: false,
      valid: true,
      constraint: name,
      origin: draft.origin,
    });
  else draft.putIndex({ ...index, constraint: name });
  store(draft, table.key, {
    kind: op.kind === "addPrimaryKey" ? "primary key" : "unique",
    name,
    columns,
    index: name,
    validated: true,
    enforced: true,
    ...deferrable(op),
    origin: draft.origin,
    inherited: false,
  });
  if (op.kind === "addPrimaryKey") require(draft, table.key, columns);
}

export function dropConstraintOf(draft: Draft, op: DropConstraint): void {
  const table = draft.subject(op.table);
  if (table === undefined) return;
  if (op.only === true)
    for (const child of table.children)
      draft.changeConstraint(child, op.name.text, (c) => ({ ...c, inherited: false }));
  dropConstraint(draft, table.key, op.name.text, op.cascade);
}

export function renameConstraintOf(draft: Draft, op: RenameConstraint): void {
  const table = draft.subject(op.table);
  if (table !== undefined) renameConstraint(draft, table.key, op.name.text, op.to.text);
}

export function validateConstraint(draft: Draft, op: ValidateConstraint): void {
  const table = draft.subject(op.table);
  if (table === undefined || op.conditional === true) return;
  for (const key of withDescendants(draft, table.key, false)) {
    const found = draft.relation(key)?.constraints.find((c) => c.name === op.name.text);
    if (found === undefined) continue;
    draft.changeConstraint(key, found.name, (c) => ({ ...c, validated: true }));
    if (found.kind === "not null") draft.changeColumn(key, found.column, (c) => ({ ...c, notNull: "yes" }));
  }
}
