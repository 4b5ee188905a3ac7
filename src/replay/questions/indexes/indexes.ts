import type { PerFamily } from "../../../model/dialect.ts";
import { keyOf, type Key, type QualifiedName } from "../../../model/names.ts";
import type { OperationOf } from "../../../model/operation.ts";
import { laterForeignKeys, laterRelation, sameOrigin } from "../../../schema/later.ts";
import type { Index, Relation, Tri } from "../../../schema/model.ts";
import type { Schema } from "../../../schema/schema.ts";
import type { Step } from "../../step.ts";
import { isAdded } from "../values/old-rows.ts";

/** The index that a CREATE INDEX or a UNIQUE key made, if it is still there in `schema`. */
export function indexMade({ operation, before, after }: Step, schema: Schema): Index | undefined {
  if (operation.kind !== "createIndex" && operation.kind !== "addUnique") return undefined;
  const known = newIndexes.get(before);
  const made = known?.after === after ? known.made : newIndex(operation, before, after);
  newIndexes.set(before, { after, made });
  if (made === undefined) return undefined;
  const found = schema.index(keyOf(made.schema, made.name));
  if (found.is === "present") return found.value.table === made.table ? found.value : undefined;
  return schema
    .indexesOn(made.table)
    .find(({ name, schema: its }) => name === made.name && its === made.schema);
}

/** By the schema before: several rules ask for it. */
const newIndexes = new WeakMap<Schema, { readonly after: Schema; readonly made: Index | undefined }>();

function newIndex(
  operation: OperationOf<"createIndex" | "addUnique">,
  before: Schema,
  after: Schema,
): Index | undefined {
  if (operation.kind === "createIndex" && operation.name !== undefined) {
    const table = after.resolve(operation.table);
    // An index lies in the schema of its table.
    const key = keyOf(table.slice(0, table.indexOf(".")), operation.name.name);
    const found = after.index(key);
    if (found.is === "present" && found.value.table === table)
      return before.index(key).is === "present" ? undefined : found.value;
  }
  const old = before.indexesOn(operation.table);
  const now = after.indexesOn(operation.table);
  // All before the first that differs are the same: a table may have thousands.
  const from = now.findIndex((index, i) => index !== old[i]);
  if (from < 0) return undefined;
  const names = new Set(old.slice(from).map(({ name }) => name));
  return now.slice(from).find(({ name }) => !names.has(name));
}

/** Elements are shared between the schemas of all steps, so their texts are made once. */
const elementTexts = new WeakMap<Index["elements"][number], string>();

function elementText(element: Index["elements"][number]): string {
  const known = elementTexts.get(element);
  if (known !== undefined) return known;
  const { column, expression, ...rest } = element;
  const text = JSON.stringify([column ?? expression?.text.replaceAll(/\s+/g, ""), rest]);
  elementTexts.set(element, text);
  return text;
}

/** The tool makes it of a relation, with a table of two keys that no model declares. */
export function isOfRelation({ scope }: Step, schema: Schema, { name, table }: Index): boolean {
  if (scope.history.declared?.relationIndexes?.test(name) !== true) return false;
  const found = schema.relation(table);
  if (found.is !== "present") return false;
  const { columns, constraints } = found.value;
  return (
    columns.length === 2 && constraints.some((one) => one.kind === "primary key" && one.columns.length === 2)
  );
}

/** Another index that makes `index` superfluous: equal, or beginning with all its columns. */
export function coveringIndex(schema: Schema, index: Index): Index | undefined {
  const own = index.elements.map(elementText);
  const first = index.elements[0]?.column;
  const where = index.where?.text.replaceAll(/\s+/g, "");
  const isSpare = spareBeside(schema, index);
  return schema.indexesOn(index.table).find((other) => {
    if (
      other.name === index.name ||
      !other.valid ||
      other.mysql?.visible === false ||
      other.method !== index.method
    )
      return false;
    if (other.elements[0]?.column !== first || other.elements.length < own.length) return false;
    if (other.where?.text.replaceAll(/\s+/g, "") !== where) return false;
    if (!isSpare(other)) return false;
    // A statement that may not run has dropped it.
    if (schema.index(keyOf(other.schema, other.name)).is !== "present") return false;
    const its = other.elements.map(elementText);
    const equal = own.length === its.length && own.every((element, i) => element === its[i]);
    // A unique index enforces something: only another unique one says the same.
    if (index.unique)
      return (
        equal &&
        other.unique &&
        (other.nullsNotDistinct || !index.nullsNotDistinct) &&
        isDeferrable(schema, index) === isDeferrable(schema, other)
      );
    if (index.include.some((column) => !other.include.includes(column))) return false;
    // Two equal plain indexes: one of them is enough, say it of the later one.
    if (equal) return other.unique || isEarlier(other, index);
    return (
      index.method === "btree" && own.length < its.length && own.every((element, i) => element === its[i])
    );
  });
}

const everyUniqueIsKey: PerFamily<boolean> = { postgres: false, mysql: true, mongodb: false };

/**
 * Of the keys, the primary one stays, and the earlier one of the others; a unique index that is no constraint takes the
 * place of a key only on MySQL, whose unique indexes all are keys. One that is checked later is another key.
 */
function spareBeside(schema: Schema, index: Index): (other: Index) => boolean {
  if (index.constraint === undefined) return () => true;
  const primary = primaryKeyOf(schema, index);
  if (!index.unique || index.constraint === primary) return () => false;
  return (other) =>
    (primary !== undefined && other.constraint === primary) ||
    ((everyUniqueIsKey[schema.dialect.family] || other.constraint !== undefined) &&
      other.unique &&
      isEarlier(other, index));
}

/** It may be checked at the end of a transaction: no foreign key refers to it, and ON CONFLICT doesn't take it. */
function isDeferrable(schema: Schema, { table, constraint }: Index): boolean {
  const found = constraint === undefined ? undefined : schema.relation(table);
  if (found?.is !== "present") return false;
  return found.value.constraints.some(
    (one) => one.name === constraint && "deferrable" in one && one.deferrable === true,
  );
}

function primaryKeyOf(schema: Schema, { table }: Index): string | undefined {
  const found = schema.relation(table);
  return found.is === "present"
    ? found.value.constraints.find(({ kind }) => kind === "primary key")?.name
    : undefined;
}

const isEarlier = ({ origin: a }: Index, { origin: b }: Index): boolean =>
  a.migration < b.migration || (a.migration === b.migration && a.span.start < b.span.start);

/** Does an index begin with these columns, in any order? Unknown where the table was made outside of the history. */
export const indexedBy: IndexedBy = (schema, table, columns) =>
  hasIndex(schema, table, columns, columns.length);

/**
 * Does an index begin with one of these columns? PostgreSQL finds the rows of a key of several columns by such an
 * index, and compares only those that it finds.
 */
export const foundBy: IndexedBy = (schema, table, columns) => hasIndex(schema, table, columns, 1);

type IndexedBy = (schema: Schema, table: QualifiedName | Key, columns: readonly string[]) => Tri;

/** `least`: how many of the columns an index has to begin with. */
function hasIndex(
  schema: Schema,
  table: QualifiedName | Key,
  columns: readonly string[],
  least: number,
): Tri {
  const found = schema.relation(table);
  if (found.is !== "present") return "unknown";
  if (isCovered(schema, found.value.key, columns, least)) return "yes";
  if (found.value.complete) return "no";
  // A column that the history added has only indexes that the history made.
  const added = columns.some((name) => {
    const column = found.value.columns.find((candidate) => candidate.name === name);
    return column !== undefined && isAdded(column);
  });
  return added ? "no" : "unknown";
}

/** See `IndexQuestions.partlyFoundBy`. */
export function partlyFoundBy(
  schema: Schema,
  table: QualifiedName | Key,
  [column, ...more]: readonly string[],
): Index | undefined {
  if (more.length > 0) return undefined;
  return schema
    .indexesOn(table)
    .find(
      ({ elements: [first], where, method }) =>
        where !== undefined && method !== "brin" && first?.column !== undefined && first.column === column,
    );
}

function isCovered(schema: Schema, table: Key, columns: readonly string[], least: number): boolean {
  return schema.indexesOn(table).some(({ elements, where, method }) => {
    const first = elements.slice(0, columns.length).map(({ column }) => column);
    const other = first.findIndex((column) => column === undefined || !columns.includes(column));
    const partial = where !== undefined && !columns.some((column) => where.provesNotNull.includes(column));
    return !partial && method !== "brin" && (other < 0 ? first.length : other) >= least;
  });
}

/** See `IndexQuestions.keyIsLeft`. */
export function keyIsLeft({ operation }: Step, schema: Schema): boolean {
  if (operation.kind !== "addForeignKey") return false;
  const found = schema.relation(operation.table);
  if (found.is !== "present") return true;
  const list = operation.columns.map(({ text }) => text).join();
  return found.value.constraints.some((one) => one.kind === "foreign key" && one.columns.join() === list);
}

/** See `IndexQuestions.keyIsIndexed`. */
export function keyIsIndexed({ operation, statement, after, script, scope }: Step, later: Schema): boolean {
  if (operation.kind !== "addForeignKey") return false;
  const origin = { migration: scope.migration.index, path: script.path, span: statement.span };
  const left = laterForeignKeys(later, origin);
  const columns = operation.columns.map(({ text }) => text);
  const own = left.find(({ key }) => key.columns.join() === columns.join());
  // Where it isn't known whether the key is still there, the same is true of the index.
  if (own !== undefined) return isCovered(later, own.table.key, columns, 1);
  const made = after.relation(operation.table);
  if (left.length === 0 && made.is === "present" && laterRelation(later, made.value) === undefined)
    return true;
  const table = left[0]?.table.key ?? after.resolve(operation.table);
  if (later.relation(table).is === "unknown") return false;
  if (left.length === 0 || columns.every((name) => later.column(table, name).is === "present")) return true;
  // A column that was renamed may have kept its key: one that the statement doesn't write so.
  const written = new Set(
    statement.operations.flatMap((one) =>
      one.kind === "addForeignKey" ? [one.columns.map(({ text }) => text).join()] : [],
    ),
  );
  return left.every(({ key }) => written.has(key.columns.join()));
}

export interface KeyLeft {
  readonly table: Key;
  readonly columns: readonly string[];
  readonly references: Key;
}

/** The table that may lose one: that of an index, of a key, or of a column with all indexes that it is a part of. */
function losesIndexes({ operation, before }: Step): Key | undefined {
  if (operation.kind === "dropConstraint" || operation.kind === "dropColumn")
    return before.resolve(operation.table);
  const index = operation.kind === "dropIndex" ? before.index(operation.index) : undefined;
  return index?.is === "present" ? index.value.table : undefined;
}

/** See `IndexQuestions.keysLeftWithout`. */
export function keysLeftWithout(step: Step, later: Schema): readonly KeyLeft[] {
  const { before, after } = step;
  const table = losesIndexes(step);
  if (table === undefined) return [];
  const found = later.relation(table);
  const left = found.is === "present" ? found.value.constraints : [];
  return left.flatMap((key) => {
    if (key.kind !== "foreign key" || foundBy(before, table, key.columns) !== "yes") return [];
    if (foundBy(after, table, key.columns) !== "no" || foundBy(later, table, key.columns) !== "no") return [];
    return [{ table, columns: key.columns, references: key.references }];
  });
}

/** See `IndexQuestions.isNeeded`. */
export function isNeeded(schema: Schema, index: Index, later: Schema): boolean {
  const table = schema.relation(index.table);
  if (table.is !== "present") return false;
  const left = laterRelation(later, table.value);
  if (left === undefined) return true;
  if (later.relation(left.key).is === "unknown") return false;
  // One statement may make several.
  const own = later.indexesOn(left.key).filter((one) => sameOrigin(one.origin, index.origin));
  const same =
    own.find(({ name }) => name === index.name) ??
    own.find((one) => one.constraint === undefined && elementsOf(one) === elementsOf(index));
  // A renamed column gives it other elements.
  if (same === undefined)
    return own.length === 0 || index.elements.every(({ column }) => isColumnOf(left, column));
  if (coveringIndex(later, same) === undefined) return true;
  // Until another one took its place, a foreign key or a lookup may have had this one alone.
  const then = coveringIndex(schema, index);
  if (then === undefined) return false;
  const isThat = (one: Index): boolean =>
    sameOrigin(one.origin, then.origin) && (one.name === then.name || elementsOf(one) === elementsOf(then));
  return !later.indexesOn(left.key).some(isThat);
}

/** A foreign key keeps an index on its own columns. */
const keepsIndexes: PerFamily<boolean> = { mongodb: false, mysql: true, postgres: false };

/** See `IndexQuestions.keptForKey`. */
export function keptForKey({ before, later }: Step, made: Index): Step | undefined {
  if (!keepsIndexes[before.family]) return undefined;
  return later().find((one) => {
    if (one.operation.kind !== "dropIndex" && one.operation.kind !== "dropConstraint") return false;
    const table = one.before.relation(made.table);
    const left = one.after.indexesOn(made.table).filter(({ name }) => name !== made.name);
    const all = one.before.indexesOn(made.table).filter(({ name }) => name !== made.name);
    if (table.is !== "present" || left.length === all.length) return false;
    const own = table.value.constraints.flatMap((key) => (key.kind === "foreign key" ? [key.columns] : []));
    const others = one.before.foreignKeysTo(made.table).map(({ constraint }) => constraint.referencedColumns);
    return [...own, ...others].some(
      (columns) =>
        beginsWith(made, columns) &&
        all.some((index) => beginsWith(index, columns)) &&
        !left.some((index) => beginsWith(index, columns)),
    );
  });
}

const beginsWith = ({ elements }: Index, columns: readonly string[]): boolean =>
  columns.every((column, i) => elements[i]?.column === column);

const elementsOf = ({ elements }: Index): string => elements.map(elementText).join();

const isColumnOf = ({ columns }: Relation, column: string | undefined): boolean =>
  column === undefined || columns.some(({ name }) => name === column);
