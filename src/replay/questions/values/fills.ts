/** In which columns the history has seen to it that old rows hold values: a default in ADD COLUMN, UPDATE, DELETE. */
import type { Key } from "../../../model/names.ts";
import type { ColumnDefinition, Operation, OperationOf } from "../../../model/operation.ts";
import type { Schema } from "../../../schema/schema.ts";
import { emptyMap, get, has, remove, set, type PersistentMap } from "../../../schema/persistent.ts";
import type { Step } from "../../step.ts";
import { droppedKeys, setApart, type DroppedKey } from "./apart.ts";
import { insertedAfter, isInserted, type Inserted } from "./inserted-values.ts";
import { leftBlank } from "./blank-fills.ts";
import { isKeyLike } from "./unique-keys.ts";
import { givenNames, givenWholeNames } from "./given-names.ts";
import { noNumbers, numbersAfter, type SetNumbers } from "./set-numbers.ts";
import { gapsOf, type Gap } from "./partial-fills.ts";

/**
 * `default`: ADD COLUMN gave it to the old rows, or CREATE TABLE computes it; `declared`: a default of CREATE TABLE, which
 * rows can have been given NULL in spite of; `written`: a statement wrote it; `part`: a single UPDATE wrote it, in the rows
 * that hold a certain value in another column.
 */
type Fill = "default" | "declared" | "written" | "part";

export interface Fills {
  /** `public.orders.code`; of tables that rows came into, `public.orders`. */
  readonly columns: PersistentMap<Fill>;
  /** The history has run what isn't read; it may have filled anything. */
  readonly anything: boolean;
  /** The last migration that has. */
  readonly unreadAt: number;
  /** Columns and tables that were made since: as in `columns`. */
  readonly since: PersistentMap<true>;
  /** Columns that have been NOT NULL and aren't any more: rows of that time hold values. As in `columns`. */
  readonly required: PersistentMap<true>;
  /** Columns by which the history has looked for rows that are alike, or that it has made different: as in `columns`. */
  readonly apart: PersistentMap<true>;
  /** Of columns that UPDATE alone has written: why old rows may still hold NULL. */
  readonly gaps: PersistentMap<Gap>;
  /** Unique keys that it has dropped lately. */
  readonly dropped: readonly DroppedKey[];
  /** How many rows it has inserted with a name, or a whole name: `public.files.filename first.pdf`. */
  readonly names: PersistentMap<number>;
  readonly numbers: SetNumbers;
  readonly inserted: Inserted;
}

export const noFills: Fills = {
  columns: emptyMap(),
  anything: false,
  unreadAt: -1,
  since: emptyMap(),
  required: emptyMap(),
  apart: emptyMap(),
  gaps: emptyMap(),
  dropped: [],
  names: emptyMap(),
  numbers: noNumbers,
  inserted: emptyMap(),
};

/** What the steps of a migration add; the number of one that isn't read. */
export function fillsAfter(fills: Fills, steps: readonly Step[] | number): Fills {
  if (typeof steps === "number") return { ...fills, anything: true, unreadAt: steps, since: emptyMap() };
  let { columns, anything, unreadAt, since, required, apart, gaps, dropped, names, numbers, inserted } =
    fills;
  for (const step of steps) {
    const { operation, before, after } = step;
    if (operation.kind === "executeDynamic" && !writesNoRow.test(operation.prefix ?? "")) {
      anything = true;
      unreadAt = step.scope.migration.index;
      since = emptyMap();
    }
    if (anything) for (const one of madeBy(step)) since = set(since, one, true);
    if (operation.kind === "unknown")
      for (const column of namedIn(step)) columns = set(columns, column, "written");
    for (const column of setApart(step)) apart = set(apart, column, true);
    for (const name of [...givenNames(step), ...givenWholeNames(step)])
      names = set(names, name, (get(names, name) ?? 0) + 1);
    numbers = numbersAfter(numbers, step);
    inserted = insertedAfter(inserted, step, madeBy(step), allowsNull(operation, before));
    dropped = droppedKeys(dropped, step);
    // One of the same name that was there before has nothing to do with it.
    if (
      operation.kind === "addColumn" &&
      before.column(operation.table, operation.column.name.text).is !== "present"
    ) {
      const column = `${before.resolve(operation.table)}.${operation.column.name.text}`;
      columns = remove(columns, column);
      required = remove(required, column);
    }
    // From now on, the running application may write NULL.
    for (const column of allowsNull(operation, before)) {
      columns = remove(columns, column);
      gaps = remove(gaps, column);
      required = set(required, column, true);
    }
    const known = columns;
    const left =
      operation.kind === "updateRows"
        ? gapsOf(step, (table, column) => has(known, `${table}.${column}`))
        : undefined;
    const isMade = operation.kind === "createTable" || madeBy(step).length > 0;
    const [written, wasRequired] = [columns, required];
    const blank =
      operation.kind === "updateRows" && unreadAt < step.scope.migration.index
        ? leftBlank(step, (column) => !has(written, column) && !has(wasRequired, column))
        : [];
    for (const column of filledBy(operation, before, after)) {
      if (blank.includes(column)) continue;
      const isPart = !has(columns, column) && leavesRowsOut(operation, column);
      const gap = left?.get(column.slice(column.lastIndexOf(".") + 1));
      if (gap !== undefined && (!has(columns, column) || has(gaps, column))) gaps = set(gaps, column, gap);
      else if (has(gaps, column)) gaps = remove(gaps, column);
      const isDeclared = operation.kind === "createTable" && !isComputed(operation, column);
      const made = isDeclared ? "declared" : "default";
      columns = set(columns, column, isMade ? made : isPart ? "part" : "written");
    }
    if (operation.kind === "createTable" && operation.query !== undefined)
      columns = set(columns, after.resolve(operation.table), "written");
    for (const [from, to] of renamedBy(operation, before)) {
      const known = get(columns, from);
      if (has(since, from)) since = set(since, to, true);
      if (known !== undefined) columns = set(columns, to, known);
      if (has(required, from)) required = set(required, to, true);
      const values = get(inserted, from);
      if (values !== undefined) inserted = set(inserted, to, values);
      if (has(apart, from)) apart = set(apart, to, true);
      const gap = get(gaps, from);
      if (gap !== undefined) gaps = set(gaps, to, gap);
      dropped = dropped.map((one) =>
        one.index.table === from ? { ...one, index: { ...one.index, table: to } } : one,
      );
    }
  }
  return { columns, anything, unreadAt, since, required, apart, gaps, dropped, names, numbers, inserted };
}

/** How a text begins that is built when it runs, and that gives no row a value whatever follows. */
const writesNoRow =
  /^\s*(?:grant|revoke|comment|analyze|vacuum|reindex|cluster|set|reset|show|notify|listen|lock|drop|(?:create|alter)\s+(?:role|user|group|database|system|extension|publication|subscription|server|default|policy|trigger|(?:unique\s+)?index))\s/i;

/** The columns, with their table, that surely weren't there before. */
function madeBy({ operation, before, after }: Step): readonly string[] {
  if (operation.kind === "addColumn") {
    const found = before.column(operation.table, operation.column.name.text).is;
    const isNew = operation.ifNotExists ? found === "absent" : found !== "present";
    return isNew ? [`${before.resolve(operation.table)}.${operation.column.name.text}`] : [];
  }
  if (operation.kind !== "createTable") return [];
  const found = before.relation(operation.table).is;
  const table = after.resolve(operation.table);
  return found === "absent" || (found !== "present" && !operation.ifNotExists)
    ? [table, ...columnsOf(table, after)]
    : [];
}

/** Columns that a statement names together with their tables: what isn't understood may have filled them. */
function namedIn({ operation, script, before }: Step): readonly string[] {
  const text = script.text.slice(operation.span.start, operation.span.end).toLowerCase();
  const words = new Set(text.match(/[\p{L}_][\p{L}\p{N}_$]*/gu));
  return [...words].flatMap((name) => {
    const found = before.relation({ name, text: name, span: operation.span });
    if (found.is !== "present") return [];
    const { key, columns } = found.value;
    return columns.filter((column) => words.has(column.name)).map((column) => `${key}.${column.name}`);
  });
}

/** What isn't read may have given it values. */
const isUnsure = ({ anything, since }: Fills, key: string): boolean => anything && !has(since, key);

/** Old rows of the column hold values that the history gave them, or may do. */
export const isFilled = (fills: Fills, table: Key, column: string): boolean =>
  isUnsure(fills, `${table}.${column}`) || has(fills.columns, `${table}.${column}`);

/** No statement that is read has given any row a value in the column, unless it did so with the row. */
export const isBlank = (fills: Fills, table: Key, column: string): boolean =>
  !isFilled({ ...fills, anything: false }, table, column) && !has(fills.required, `${table}.${column}`);

/** Nothing but a default has filled old rows of the column, in ADD COLUMN without IF NOT EXISTS. */
export const isDefault = (fills: Fills, table: Key, column: string): boolean =>
  !isUnsure(fills, `${table}.${column}`) &&
  /^(?:default|declared)$/.test(get(fills.columns, `${table}.${column}`) ?? "");

/** See `ValueQuestions.filling`. */
export function filling(fills: Fills, table: Key, column: string): "yes" | "declared" | "part" | "no" {
  if (!isFilled(fills, table, column)) return isInserted(fills.inserted, `${table}.${column}`) ? "yes" : "no";
  const how = isUnsure(fills, `${table}.${column}`) ? undefined : get(fills.columns, `${table}.${column}`);
  return how === "part" || how === "declared" ? how : "yes";
}

/** See `ValueQuestions.gap`. */
export const gapOf = (fills: Fills, table: Key, column: string): Gap | undefined =>
  isUnsure(fills, `${table}.${column}`) ? undefined : get(fills.gaps, `${table}.${column}`);

/** `UPDATE users SET status = 'on' WHERE plan IS NOT NULL`: no batch, and not the rows that hold NULL in `status`. */
function leavesRowsOut(operation: Operation, column: string): boolean {
  if (operation.kind !== "updateRows" || operation.repeated === true || operation.limited === true)
    return false;
  const { where, query } = operation;
  if (where === undefined || where.trivial || where.columns.length === 0) return false;
  if (query.relations.length > 0 || where.ranges.length > 0 || where.limited.length > 0) return false;
  const isOwn = (name: string): boolean => column.endsWith(`.${name}`);
  // `id > 0` beside `IS NULL` is there for MySQL's safe updates, or is a batch.
  const others = [
    ...where.equalities,
    ...where.columns.flatMap((one) => (isKeyLike(one.column) ? [] : one.column)),
  ];
  return where.nulls?.some(isOwn) === true
    ? others.some((one) => !isOwn(one))
    : !where.columns.some((one) => isOwn(one.column));
}

/** Statements have written the column, or rows into the table, or may have done. */
export function isWritten(fills: Fills, table: Key, column?: string): boolean {
  const key = column === undefined ? table : `${table}.${column}`;
  return isUnsure(fills, key) || /^(?:written|part)$/.test(get(fills.columns, key) ?? "");
}

const hasValue = ({ default: value, generated, identity, serial }: ColumnDefinition): boolean =>
  serial || identity !== undefined || generated !== undefined || (value !== undefined && !value.isNull);

/** What CREATE TABLE gives each row, NULL or not: a key or a generated value. */
const isComputed = ({ columns }: OperationOf<"createTable">, key: string): boolean =>
  columns.some(
    (column) => key.endsWith(`.${column.name.text}`) && hasValue({ ...column, default: undefined }),
  );

/** A column that was NOT NULL until this. */
function allowsNull(operation: Operation, before: Schema): readonly string[] {
  if (operation.kind !== "dropNotNull" && operation.kind !== "redefineColumn") return [];
  if (operation.kind === "redefineColumn" && operation.definition.notNull) return [];
  const { table, column } = operation;
  const found = before.column(table, column.text);
  return found.is === "present" && found.value.notNull === "yes"
    ? [`${before.resolve(table)}.${column.text}`]
    : [];
}

function filledBy(operation: Operation, before: Schema, after: Schema): readonly string[] {
  switch (operation.kind) {
    case "createTable": {
      const table = after.resolve(operation.table);
      return operation.columns.filter(hasValue).map(({ name }) => `${table}.${name.text}`);
    }
    case "addColumn":
      return hasValue(operation.column)
        ? [`${before.resolve(operation.table)}.${operation.column.name.text}`]
        : [];
    case "updateRows":
      return operation.columns.map(({ text }) => `${before.resolve(operation.table)}.${text}`);
    // Rows that held NULL may be gone now.
    case "deleteRows":
      return (operation.where?.columns ?? []).map(
        ({ column }) => `${before.resolve(operation.table)}.${column}`,
      );
    case "truncateTable":
      return columnsOf(before.resolve(operation.table), before);
    case "mergeRows": {
      const table = before.resolve(operation.table);
      return [table, ...columnsOf(table, before)];
    }
    case "insertRows":
    case "attachPartition":
      return [before.resolve(operation.table)];
    case "copyRows":
      return operation.table === undefined ? [] : [before.resolve(operation.table)];
    // The new type's values are computed; a cast leaves NULL what it is.
    case "changeColumnType": {
      const { table, column, using } = operation;
      const isKept = using === undefined || (using.castOf?.column ?? using.bareColumn) === column.text;
      return isKept ? [] : [`${before.resolve(table)}.${column.text}`];
    }
    default:
      return [];
  }
}

/** Old and new names of columns and tables. */
function renamedBy(operation: Operation, before: Schema): readonly (readonly [string, string])[] {
  switch (operation.kind) {
    case "renameColumn": {
      const table = before.resolve(operation.table);
      return [[`${table}.${operation.column.text}`, `${table}.${operation.to.text}`]];
    }
    case "redefineColumn": {
      const table = before.resolve(operation.table);
      return [[`${table}.${operation.column.text}`, `${table}.${operation.definition.name.text}`]];
    }
    case "renameTable":
    case "setTableSchema": {
      const from = before.resolve(operation.table);
      const dot = from.indexOf(".");
      const to =
        operation.kind === "renameTable"
          ? `${from.slice(0, dot)}.${operation.to.text}`
          : `${operation.to.text}${from.slice(dot)}`;
      return [from, ...columnsOf(from, before)].map((name) => [name, to + name.slice(from.length)]);
    }
    default:
      return [];
  }
}

function columnsOf(table: Key, schema: Schema): readonly string[] {
  const found = schema.relation(table);
  return found.is === "present" ? found.value.columns.map(({ name }) => `${table}.${name}`) : [];
}
