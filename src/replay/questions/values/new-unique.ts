/** Unique keys that are put on rows which the history doesn't show to differ. */
import type { QualifiedName } from "../../../model/names.ts";
import { sameType, type ColumnType } from "../../../model/types.ts";
import type { Expression } from "../../../model/expression.ts";
import type { IndexElement } from "../../../model/operation.ts";
import { normalise, normaliseOfRow } from "../../../schema/expression-text.ts";
import type { Column, Index } from "../../../schema/model.ts";
import { has } from "../../../schema/persistent.ts";
import type { Step } from "../../step.ts";
import { assignedValues, bodiesOf, rowReferences } from "../dependents/kept.ts";
import { needsNoRow } from "../rows/needs-no-row.ts";
import { constantKey, sameInAll, type SameInAll } from "./constant-key.ts";
import { checkedKey, copiedWhole, isOfItsOwn } from "./apart.ts";
import { fillsAfter, isWritten, type Fills } from "./fills.ts";
import { holdsNone, isNewColumn } from "./still-empty.ts";

export interface NewUnique {
  readonly table: QualifiedName;
  /** Columns, and texts of expressions. */
  readonly parts: readonly { readonly column?: string | undefined; readonly text: string }[];
  /** That expressions of the key and its WHERE call. */
  readonly functions: readonly QualifiedName[];
  /** Of a partial index. */
  readonly where?: Expression | undefined;
  /** NULLS NOT DISTINCT: NULL is a value like others. */
  readonly nullsCount: boolean;
  /** Columns of a primary key that may hold NULL before it, which it refuses. */
  readonly nullable: readonly string[];
  /** CREATE INDEX CONCURRENTLY. */
  readonly concurrently: boolean;
  /** What all rows have in these columns, if that is the same. */
  readonly values?: readonly string[] | undefined;
  /** Those of several columns that have the same value in all rows, so that they keep no rows apart. */
  readonly same: readonly SameInAll[];
}

interface Wanted {
  readonly table: QualifiedName;
  readonly elements: readonly IndexElement[];
  readonly where?: Expression | undefined;
  readonly nullsCount: boolean;
  readonly concurrently: boolean;
}

/**
 * Rows can't be alike in these columns, as they aren't in those of the index. `where`: what the rows meant meet.
 * `names`: other names of the index's columns.
 */
export const isUniqueWithin = (
  index: Index,
  columns: readonly string[],
  where = "",
  names: (part: string) => readonly string[] = (part) => [part],
): boolean =>
  index.unique &&
  index.valid &&
  index.elements.length > 0 &&
  (index.where === undefined || implies(where, normaliseOfRow(index.where))) &&
  index.elements.every((element) => {
    const part = partOf(element);
    return part !== undefined && names(part).some((name) => columns.includes(name) || isFixed(name, where));
  });

/** All rows that meet the condition have the same value in the column. */
const isFixed = (column: string, where: string): boolean => equalTo(` ${where} `, column) !== undefined;

/** Rows that meet the one condition meet the other, as far as AND and a comparison, which no NULL meets, say so. */
function implies(one: string, other: string): boolean {
  if (one === other) return true;
  const words = / (?:or|case|between) /;
  if (words.test(one) || words.test(other)) return false;
  const parts = one.split(" and ");
  return other.split(" and ").every((part) => {
    const [, asked] = /^(\S+) is not null$/.exec(part) ?? [];
    return parts.includes(part) || (asked !== undefined && equalTo(` ${one} `, asked) !== undefined);
  });
}

/** What the element is compared by; undefined: the beginning of a column. */
function partOf({ column, expression, length }: IndexElement): string | undefined {
  if (length !== undefined) return undefined;
  return column ?? (expression && normaliseOfRow(expression));
}

function wanted({ operation, skipped }: Step): Wanted | undefined {
  if (skipped) return undefined;
  if (operation.kind === "createIndex") {
    const { table, elements, where, nullsNotDistinct: nullsCount, concurrently } = operation;
    // ON ONLY a partitioned table builds nothing.
    if (!operation.unique || operation.method !== "btree" || operation.only) return undefined;
    return { table, elements, where, nullsCount, concurrently };
  }
  if (operation.kind !== "addUnique" && operation.kind !== "addPrimaryKey") return undefined;
  if (operation.usingIndex !== undefined || operation.withoutOverlaps) return undefined;
  const { table, columns } = operation;
  const elements =
    operation.elements ??
    columns.map(({ text }) => ({ column: text, descending: false, nullsFirst: undefined }));
  const nullsCount = operation.kind === "addUnique" && operation.nullsNotDistinct;
  return { table, elements, nullsCount, concurrently: false };
}

/** What the migration has found the column called. */
const nameBefore = (step: Step, table: QualifiedName, name: string): string =>
  step
    .neighbours("earlier", "renameColumn")
    .find(
      ({ operation, before }) =>
        operation.to.text === name && before.resolve(operation.table) === step.before.resolve(table),
    )?.operation.column.text ?? name;

/** See `ValueQuestions.newUnique`. */
export function newUnique(step: Step, fills: Fills): NewUnique | undefined {
  const key = wanted(step);
  if (key === undefined || step.failures.length > 0 || step.effects.fails !== undefined) return undefined;
  if (step.operation.caught === true) return undefined;
  const { before, after, rows } = step;
  const { table } = key;
  const parts = key.elements.flatMap((element) => partOf(element) ?? []);
  if (parts.length === 0 || parts.length < key.elements.length) return undefined;
  if (step.createdHere(table) === "yes" || step.madeHere(table) || rows(table).are === "none")
    return undefined;
  const relation = after.relation(table);
  // Which rows a materialized view has, its query says.
  if (relation.is === "present" && (relation.value.kind !== "table" || relation.value.temporary))
    return undefined;
  // A table that isn't known most probably has this key.
  const isKnown = relation.is === "present" && relation.value.complete;
  if (!isKnown && parts.some((name) => nameBefore(step, table, name) === "id")) return undefined;
  const where = key.where && normaliseOfRow(key.where);
  const copies = step
    .neighbours("earlier", "updateRows")
    .flatMap((update) =>
      update.before.resolve(update.operation.table) === before.resolve(table) ? copiedWhole(update) : [],
    );
  const equal = [...copies, ...syncedIn(step, table)];
  const all = [...parts, ...equal.flatMap(([to, from]) => (parts.includes(to) ? from : []))];
  if (before.indexesOn(table).some((index) => isUniqueWithin(index, all, where))) return undefined;
  if (isNamedAsOwn(step, table, parts) || takesPlace(step, table)) return undefined;
  const soFar = fillsAfter(fills, step.earlier());
  const own = after.resolve(table);
  if (has(soFar.apart, checkedKey(own, parts))) return undefined;
  if (isUnread(step, soFar) || wasUnique(step, table, soFar, all, where)) return undefined;
  const columns = key.elements.flatMap(({ column, expression }) =>
    column === undefined ? (expression?.columns ?? []).map((one) => one.column) : [column],
  );
  // With a row, what adds such a column fails before.
  const now = before.relation(table);
  const mustBeEmpty = now.is === "present" && needsNoRow(step, now.value) !== undefined;
  const isApart = (name: string): boolean => {
    if (has(soFar.apart, `${own}.${name}`) || has(soFar.apart, `${own}.*`)) return true;
    const found = after.column(table, name);
    if (found.is !== "present") return false;
    if (mustBeEmpty && isRequiredHere(found.value, step)) return true;
    // The finding about its ADD COLUMN says so.
    if (isRequiredHere(found.value, step) && isOfImplicitDefault(step, table, name)) return true;
    return isCounted(found.value, step) || (!key.nullsCount && holdsNone(found.value, step, own, soFar));
  };
  if (columns.some(isApart)) return undefined;
  if (key.where !== undefined && meetsNone(key.where, step, table, soFar)) return undefined;
  return {
    table,
    parts: key.elements.map(({ column, expression }) => ({ column, text: expression?.text ?? column ?? "" })),
    functions: [
      ...key.elements.flatMap(({ expression }) => expression?.functions ?? []),
      ...(key.where?.functions ?? []),
    ],
    where: key.where,
    nullsCount: key.nullsCount,
    nullable:
      step.operation.kind === "addPrimaryKey" ? columns.filter((name) => mayBeNull(step, table, name)) : [],
    concurrently: key.concurrently,
    values: constantKey(step)?.values,
    same: sameInAll(
      step,
      table,
      key.elements.flatMap(({ column }) => column ?? []),
    ),
  };
}

function mayBeNull({ before }: Step, table: QualifiedName, name: string): boolean {
  const found = before.column(table, name);
  return found.is === "present" && found.value.notNull === "no";
}

/** Columns that a trigger gives the very value of another one, in every row that is written. */
function syncedIn({ before }: Step, table: QualifiedName): readonly (readonly [to: string, from: string])[] {
  const found = before.relation(table);
  if (found.is !== "present") return [];
  const { triggers, columns } = found.value;
  const typeOf = (column: string): ColumnType | undefined =>
    columns.find(({ name }) => name === column)?.type;
  return triggers
    .filter(({ timing }) => timing === "before")
    .flatMap(({ body, function: called }) =>
      bodiesOf({ body: body === undefined ? undefined : { text: body }, function: called }, before),
    )
    .flatMap((body) => assignedValues(body))
    .flatMap(([to, value]) => {
      const [from, ...more] = rowReferences(value, "new");
      const isWhole = from !== undefined && more.length === 0 && /^\s*new\s*\.\s*\S+\s*$/i.test(value);
      return isWhole && keepsValues(typeOf(from), typeOf(to)) ? [[to, from] as const] : [];
    });
}

/** What isn't read has run in this migration or the one before: it may have looked for rows that are alike. */
export const isUnread = ({ scope, earlier }: Step, { unreadAt }: Fills): boolean =>
  (unreadAt >= 0 && unreadAt >= scope.migration.index - 1) ||
  earlier().some(({ changes }) => changes === "unknown");

/** Each row has a number or a random value of its own, or NULL. */
export function isCounted({ serial, identity, mysql, default: value }: Column, { before }: Step): boolean {
  return serial || identity !== undefined || mysql?.autoIncrement === true || isOfItsOwn(value, { before });
}

/** This migration adds it, and no row that there is has a value for it. */
const isRequiredHere = ({ notNull, hasDefault, generated, origin }: Column, { isHere }: Step): boolean =>
  isHere(origin) && notNull === "yes" && hasDefault === "no" && generated === undefined;

const isOfImplicitDefault = (step: Step, table: QualifiedName, name: string): boolean =>
  additionsOf(step, table, name).some(({ values }) => values.refusingKey() === "unique");

/** What has added the column in this script. */
const additionsOf = (
  { before, neighbours }: Step,
  table: QualifiedName,
  name: string,
): readonly Step<"addColumn">[] =>
  neighbours("earlier", "addColumn").filter(
    ({ operation, before: then }) =>
      operation.column.name.text === name && then.resolve(operation.table) === before.resolve(table),
  );

/** `id`, or a uuid that refers to nothing: made to be different, by the application if not by a default. */
function isNamedAsOwn({ after }: Step, table: QualifiedName, parts: readonly string[]): boolean {
  const [only, ...more] = parts;
  const found = only === undefined || more.length > 0 ? undefined : after.column(table, only);
  if (found?.is !== "present") return false;
  if (/^(?:id|uuid|guid)$/i.test(found.value.name)) return true;
  const relation = after.relation(table);
  const refers =
    relation.is === "present" &&
    relation.value.constraints.some((one) => one.kind === "foreign key" && one.columns.includes(only ?? ""));
  return found.value.type?.name === "uuid" && !refers && !/_?id$/i.test(found.value.name);
}

/** See `ValueQuestions.indexesNoRow`. */
export function indexesNoRow(step: Step, fills: Fills): boolean {
  const { operation, earlier } = step;
  if (operation.kind !== "createIndex" || operation.where === undefined) return false;
  return meetsNone(operation.where, step, operation.table, fillsAfter(fills, earlier()));
}

/** No row meets the condition, as it asks for a value of a column that is new. */
function meetsNone(where: Expression, step: Step, named: QualifiedName, fills: Fills): boolean {
  const table = step.after.resolve(named);
  const text = ` ${normaliseOfRow(where)} `;
  return where.columns.some(({ column }) => {
    const found = step.after.column(named, column);
    if (found.is !== "present") return false;
    const name = /^[a-z_][a-z0-9_]*$/.test(column) ? column : `"${column}"`;
    if (holdsNone(found.value, step, table, fills)) return !text.includes(` ${name} is null `);
    const was = step.scope.before.column(named, column);
    const isRequired = was.is === "present" && was.value.notNull === "yes";
    if (isRequired && implies(text.trim(), `${name} is null`)) return true;
    const value = addedDefault(step, named, column) ?? found.value.default;
    if (value?.constant !== true || !isNewColumn(found.value, step, table)) return false;
    if (isWritten({ ...fills, anything: false }, table, column)) return false;
    const given = normalise(value.text);
    if (text.includes(` ${name} < > ${given} `)) return true;
    const asked = equalTo(text, name);
    if (asked !== undefined && asked !== given) return true;
    if (value.text.toLowerCase() !== "false") return false;
    return [`not ${name}`, `${name} = false`, `${name} is false`, `${name} is not true`].every(
      (asked) => !text.includes(` ${asked} `),
    );
  });
}

/** The default that old rows have got: what adds the column may drop it at once. */
const addedDefault = (step: Step, table: QualifiedName, name: string): Expression | undefined =>
  additionsOf(step, table, name)[0]?.operation.column.default;

/** The constant that all rows meant have in the column. */
function equalTo(text: string, name: string): string | undefined {
  if (/ (?:or|case|not) /.test(text) || !/^"?\w+"?$/.test(name)) return undefined;
  return new RegExp(String.raw` \(?${name} = ('(?:[^']|'')*'|-?\d+)\)? `).exec(text)?.[1];
}

/** A key that the history has dropped just before held the rows apart; nothing has changed them since. */
export function wasUnique(
  step: Step,
  table: QualifiedName,
  { dropped }: Fills,
  columns: readonly string[],
  where?: string,
): boolean {
  const relation = step.before.relation(table);
  const now = relation.is === "present" ? relation.value.columns : [];
  const namesOf = (part: string): readonly string[] => [
    part,
    ...now.flatMap(({ name, renamedFrom }) => (renamedFrom.some((old) => old.name === part) ? name : [])),
  ];
  return dropped.some(
    ({ index, columns: then }) =>
      index.table === step.before.resolve(table) &&
      isUniqueWithin(index, columns, where, namesOf) &&
      then.every(({ name, type }) =>
        now.some((one) => namesOf(name).includes(one.name) && keepsValues(type, one.type)),
      ),
  );
}

/** This script drops a key that isn't known, but called like one that is unique: this one most probably takes its place. */
const takesPlace = ({ neighbours }: Step, table: QualifiedName): boolean =>
  neighbours("earlier", "dropIndex", "dropConstraint").some(({ operation, before }) => {
    const isIndex = operation.kind === "dropIndex";
    const name = isIndex ? operation.index.name : operation.name.text;
    if (!/uniq|(?:^|_)u[kq]_|_u[kq]$|_key$|pkey|^primary$/i.test(name)) return false;
    if (isIndex) return before.index(operation.index).is === "unknown";
    const isIts = before.resolve(operation.table) === before.resolve(table);
    return isIts && before.constraint(operation.table, name).is === "unknown";
  });

const widths = ["smallint", "integer", "bigint"];

/** Values that differ in the one type differ in the other. */
function keepsValues(then: ColumnType | undefined, now: ColumnType | undefined): boolean {
  if (then === now || (then !== undefined && now !== undefined && sameType(then, now))) return true;
  const [length, most = Infinity] = [now?.modifiers[0], then?.modifiers[0]];
  const isWhole = [then, now].every((type) => type !== undefined && widths.includes(type.name));
  if (isWhole) return widths.indexOf(now?.name ?? "") >= widths.indexOf(then?.name ?? "");
  const isText = [then, now].every((type) => type !== undefined && /^(?:varchar|.*text)$/.test(type.name));
  return isText && (length === undefined || length >= most);
}
