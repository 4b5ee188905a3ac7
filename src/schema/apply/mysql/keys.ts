/** Keys and indexes of MySQL and MariaDB: names are the table's own, a key is an index, foreign keys make theirs. */
import { keyOf, type Key, type Name } from "../../../model/names.ts";
import type { AddForeignKey, AddPrimaryKey, AddUnique, CreateIndex, IndexElement, Operation } from "../../../model/operation.ts";
import type { Named } from "../../../model/name-rules.ts";
import type { ColumnType } from "../../../model/types.ts";
import { asWritten, type Draft } from "../../draft.ts";
import type { Constraint, Index, Relation } from "../../model.ts";
import { constraintTag, indexTag } from "../../state.ts";
import { otherName, settleNames } from "../either-name.ts";
import { requireColumns } from "../family.ts";

/** The primary key's, folded as all names of indexes are. */
const primary: Named = { name: "primary", written: "PRIMARY" };

/** False: no operation on keys. */
export function applyKeys(draft: Draft, op: Operation): boolean {
  settleNames(draft, op, (table, from, to) => {
    const index = "index" in from ? draft.index(keyOf(table, from.index)) : undefined;
    if (index === undefined) draft.changeConstraint(table, from.name, (one) => ({ ...one, name: to, written: undefined }));
    else renameIndex(draft, index, { text: to });
  });
  switch (op.kind) {
    case "createIndex":
      createIndex(draft, op);
      return true;
    case "addPrimaryKey":
    case "addUnique":
      addKey(draft, op);
      return true;
    case "addForeignKey":
      addForeignKey(draft, op);
      return true;
    case "dropConstraint":
      dropConstraint(draft, op);
      return true;
    case "dropIndex":
    case "renameIndex":
    case "alterIndex": {
      const table = op.onTable === undefined ? undefined : draft.subject(op.onTable);
      if (table === undefined) return true;
      const found = draft.index(keyOf(table.key, op.index.name));
      if (op.kind === "dropIndex") dropIndex(draft, table.key, op.index.name);
      else if (found !== undefined && op.kind === "renameIndex") renameIndex(draft, found, op.to);
      else if (found !== undefined && op.kind === "alterIndex" && op.change === "visibility")
        draft.putIndex({ ...found, mysql: { ...found.mysql, visible: op.visible } });
      return true;
    }
    default:
      return false;
  }
}

function createIndex(draft: Draft, op: CreateIndex): void {
  const table = draft.subject(op.table);
  if (table === undefined) return;
  const name = op.name === undefined ? freeName(draft, table.key, op.elements) : { name: op.name.name, ...asWritten(op.name) };
  if (op.mysql?.orReplace === true && draft.index(keyOf(table.key, name.name)) !== undefined) dropIndex(draft, table.key, name.name);
  put(draft, table.key, {
    ...name,
    unique: op.unique,
    method: op.method,
    elements: op.elements,
    mysql: op.mysql,
  });
  if (op.unique) storeKey(draft, table.key, "unique", name, op.elements);
  if (op.method === "fulltext") draft.change(table.key, (old) => ({ ...old, documentIds: true }));
}

function addKey(draft: Draft, op: AddPrimaryKey | AddUnique): void {
  const table = draft.subject(op.table);
  if (table === undefined) return;
  const elements =
    op.elements ?? op.columns.map(({ text, written }) => ({ column: text, written, descending: false, nullsFirst: undefined }));
  const isPrimary = op.kind === "addPrimaryKey";
  const name = isPrimary
    ? primary
    : op.name === undefined
      ? freeName(draft, table.key, elements)
      : { name: op.name.text, ...asWritten(op.name) };
  const other = isPrimary ? {} : otherName(op, () => freeName(draft, table.key, elements).name);
  if (other.orElse !== undefined) draft.doubt(indexTag(keyOf(table.key, other.orElse)));
  put(draft, table.key, { ...name, unique: true, method: "btree", elements, mysql: op.mysql });
  storeKey(draft, table.key, isPrimary ? "primary key" : "unique", { ...name, ...other }, elements);
  if (isPrimary)
    draft.change(table.key, (old) => ({ ...old, columns: requireColumns(old.columns, columnsOf(elements)) }));
}

type Made = Pick<Index, "name" | "written" | "unique" | "method" | "elements" | "mysql" | "implicit">;

function put(draft: Draft, table: Key, { elements, ...made }: Made): void {
  draft.putIndex({
    schema: table,
    table,
    include: [],
    nullsNotDistinct: false,
    valid: true,
    constraint: made.unique ? made.name : undefined,
    origin: draft.origin,
    elements: stored(draft, table, { ...made, elements }),
    ...made,
  });
  // An index that a foreign key made for itself gives way to one that covers it, also to that of a later foreign key.
  for (const index of draft.indexesOn(table))
    if (index.name !== made.name && givesWay(index, { ...made, elements }))
      draft.removeIndex(keyOf(index.schema, index.name));
}

/** As the server keeps them: a hash of MariaDB has no order. */
function stored(draft: Draft, table: Key, { unique, mysql, elements }: Pick<Made, "unique" | "mysql" | "elements">): readonly IndexElement[] {
  const columns = draft.relation(table)?.columns;
  const typeOf = ({ column }: IndexElement): ColumnType | undefined => columns?.find(({ name }) => name === column)?.type;
  const isLong = (one: IndexElement): boolean => one.length === undefined && /(?:text|blob|json)$/.test(typeOf(one)?.name ?? "");
  const isHash = draft.state.dialect.isMariaDb && (mysql?.using === "hash" || (unique && elements.some(isLong)));
  return elements.map((one) => withPrefix(isHash ? { ...one, descending: false } : one, typeOf(one)));
}

/** A prefix as long as the column is the whole; of what isn't text or bytes it can't be shorter. */
function withPrefix(element: IndexElement, type: ColumnType | undefined): IndexElement {
  if (element.length === undefined || type === undefined) return element;
  const [size] = type.modifiers;
  const isWhole = /^(?:var)?(?:char|binary)$/.test(type.name)
    ? size !== undefined && size <= element.length
    : /^(?:(?:tiny|small|medium|big)?int|decimal|float|double|bit|date|datetime|timestamp|time|year|enum|set)$/.test(type.name);
  return isWhole ? { ...element, length: undefined } : element;
}

/** The column has another type now. */
export function refreshPrefixes(draft: Draft, table: Key, column: string): void {
  for (const index of draft.indexesOn(table))
    if (index.elements.some((e) => e.column === column && (e.length !== undefined || index.unique)))
      draft.putIndex({ ...index, elements: stored(draft, table, index) });
}

const givesWay = (index: Index, to: Pick<Index, "method" | "elements">): boolean =>
  index.implicit === true && serves(to, columnsOf(index.elements));

/** Begins with the whole of these columns, so that a foreign key needs no other. */
const serves = ({ method, elements }: Pick<Index, "method" | "elements">, columns: readonly string[]): boolean =>
  !/^(?:fulltext|spatial|vector)$/.test(method) &&
  columns.every((column, i) => elements[i]?.column === column && elements[i].length === undefined);

const columnsOf = (elements: readonly IndexElement[]): readonly string[] => elements.flatMap((e) => e.column ?? []);

/** The first column's name, with `_2`, `_3`… if it is taken. */
function freeName(draft: Draft, table: Key, elements: readonly IndexElement[]): Named {
  const [element] = elements;
  const first = element?.column ?? "functional_index";
  const written = element?.written ?? first;
  const isTaken = (name: string): boolean => {
    const there = draft.index(keyOf(table, name));
    return there !== undefined && !givesWay(there, { method: "btree", elements });
  };
  if (!isTaken(first) && first !== primary.name) return { name: first, written };
  let n = 2;
  while (isTaken(`${first}_${n}`)) n++;
  return { name: `${first}_${n}`, written: `${written}_${n}` };
}

function storeKey(
  draft: Draft,
  table: Key,
  kind: "primary key" | "unique",
  name: Named & Pick<Constraint, "orElse">,
  elements: readonly IndexElement[],
): void {
  store(draft, table, {
    kind,
    ...name,
    columns: columnsOf(elements),
    index: name.name,
    validated: true,
    enforced: true,
    origin: draft.origin,
    inherited: false,
  });
}

/** Keys, foreign keys and checks have name spaces of their own. */
const nameSpace = ({ kind }: Constraint): string => (kind === "foreign key" || kind === "check" ? kind : "key");

function store(draft: Draft, table: Key, constraint: Constraint): void {
  draft.mark(table, constraintTag(constraint.name), undefined);
  const isSame = (c: Constraint): boolean =>
    c.name === constraint.name && nameSpace(c) === nameSpace(constraint);
  draft.change(table, (old) => ({
    ...old,
    constraints: [...old.constraints.filter((c) => !isSame(c)), constraint],
    droppedConstraints: old.droppedConstraints.filter((c) => c.name !== constraint.name),
  }));
}

function addForeignKey(draft: Draft, op: AddForeignKey): void {
  const table = draft.subject(op.table);
  if (table === undefined) return;
  const columns = op.columns.map((c) => c.text);
  // Other engines read it, make its index and forget it.
  if (keepsForeignKeys(table)) {
    const references = draft.resolve(op.references);
    const isKnown = draft.relation(references) !== undefined;
    // Without checks, the key doesn't show that the other table exists.
    const target = op.unchecked === true ? draft.relation(references) : draft.subject(op.references);
    // The server refuses the key, and the migration has to change.
    const isRefused = op.unchecked !== true && !isKnown && (target === undefined || draft.state.closed);
    const name = op.name?.text ?? foreignKeyName(table);
    // One with a lower number that may be gone leaves it its own.
    const isNamed = op.name !== undefined || numbered(table).every((c) => draft.marked(table.key, constraintTag(c.name)) === undefined);
    store(draft, table.key, {
      kind: "foreign key",
      name,
      ...asWritten(op.name),
      ...otherName(op, () => foreignKeyName(table)),
      columns,
      references: target?.key ?? references,
      referencedColumns: op.referencedColumns.map((c) => c.text),
      onDelete: op.onDelete,
      onUpdate: op.onUpdate,
      validated: true,
      enforced: true,
      origin: draft.origin,
      inherited: false,
    });
    if (isRefused || !isNamed) draft.mark(table.key, constraintTag(name), "doubted");
  }
  const isEnough = (index: Index): boolean =>
    serves(index, columns) && (index.implicit !== true || index.elements.length > columns.length);
  if (draft.indexesOn(table.key).some(isEnough)) return;
  const elements = op.columns.map(({ text: column, written }) => ({ column, written, descending: false, nullsFirst: undefined }));
  const wanted = op.name ?? op.indexName;
  const there = wanted === undefined ? undefined : draft.index(keyOf(table.key, wanted.text));
  const isFree = wanted !== undefined && (there === undefined || givesWay(there, { method: "btree", elements }));
  put(draft, table.key, {
    ...(isFree ? { name: wanted.text, ...asWritten(wanted) } : freeName(draft, table.key, elements)),
    unique: false,
    method: "btree",
    elements,
    mysql: undefined,
    implicit: keepsForeignKeys(table) ? true : undefined,
  });
}

const keepsForeignKeys = ({ tableOptions }: Relation): boolean =>
  /^(?:innodb|ndb|ndbcluster)?$/.test(tableOptions?.["engine"] ?? "");

const numberedStart = ({ name }: Relation): string => `${name.toLowerCase()}_ibfk_`;

/** The foreign keys that are named after their table. */
const numbered = (table: Relation): readonly Constraint[] =>
  table.constraints.filter((c) => c.kind === "foreign key" && c.name.startsWith(numberedStart(table)));

/** `orders_ibfk_1`, one more than the greatest that there is. */
function foreignKeyName(table: Relation): string {
  const start = numberedStart(table);
  const used = numbered(table).map((c) => Number(c.name.slice(start.length)) || 0);
  return `${start}${Math.max(0, ...used) + 1}`;
}

function dropConstraint(draft: Draft, op: Extract<Operation, { kind: "dropConstraint" }>): void {
  const table = draft.subject(op.table);
  if (table === undefined) return;
  const name = op.name.text;
  const isMeant = (c: Constraint): boolean =>
    c.name === name &&
    (op.object === undefined || c.kind === op.object) &&
    (c.kind !== "check" || c.ofColumn === undefined);
  const found = table.constraints.find(isMeant);
  if (found !== undefined && "index" in found) dropIndex(draft, table.key, found.index);
  draft.change(table.key, (old) => ({
    ...old,
    constraints: old.constraints.filter((c) => c !== found),
    droppedConstraints: [...old.droppedConstraints, { name, origin: draft.origin }],
  }));
}

function dropIndex(draft: Draft, table: Key, name: string): void {
  const key = keyOf(table, name);
  draft.removeIndex(key);
  draft.bury(indexTag(key));
  draft.change(table, (old) => ({
    ...old,
    constraints: old.constraints.filter((c) => !("index" in c) || c.index !== name),
  }));
}

function renameIndex(draft: Draft, index: Index, { text: to, written }: Pick<Name, "text" | "written">): void {
  draft.removeIndex(keyOf(index.schema, index.name));
  draft.bury(indexTag(keyOf(index.schema, index.name)));
  draft.putIndex({ ...index, name: to, written, constraint: index.constraint === undefined ? undefined : to });
  draft.change(index.table, (old) => ({
    ...old,
    constraints: old.constraints.map((c) => ("index" in c && c.index === index.name ? { ...c, name: to, written, index: to } : c)),
  }));
}

/** A dropped column leaves the indexes that it was a part of; those that had no other go with it. */
export function shrinkIndexes(draft: Draft, table: Key, column: string): void {
  for (const index of draft.indexesOn(table)) {
    if (!index.elements.some((e) => e.column === column)) continue;
    const elements = index.elements.filter((e) => e.column !== column);
    if (elements.length === 0) {
      dropIndex(draft, table, index.name);
      continue;
    }
    draft.putIndex({ ...index, elements });
    draft.change(table, (old) => ({
      ...old,
      constraints: old.constraints.map((c) =>
        "index" in c && c.index === index.name ? { ...c, columns: columnsOf(elements) } : c,
      ),
    }));
  }
}

/** CREATE TABLE … LIKE: keys and indexes, not the foreign keys. */
export function copyIndexes(draft: Draft, from: Relation, to: Key): void {
  for (const index of draft.indexesOn(from.key))
    draft.putIndex({ ...index, schema: to, table: to, origin: draft.origin });
  const copied = from.constraints.filter((c) => c.kind !== "foreign key");
  draft.change(to, (old) => ({ ...old, constraints: copied.map((c) => ({ ...c, origin: draft.origin })) }));
}
