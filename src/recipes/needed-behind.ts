/** What a migration does further down that needs what a statement does: where that moves to a later one, this does, too. */
import type { Name, QualifiedName } from "../model/names.ts";
import type { Operation, OperationOf } from "../model/operation.ts";
import { sameType } from "../model/types.ts";
import type { Step } from "../replay/step.ts";
import { indexInvolves } from "../schema/dependents.ts";
import { inWords, type Advice } from "./advice.ts";
import {
  goesBy,
  isChange,
  isSame,
  isTooLong,
  readsColumn,
  readsTable,
  type Change,
} from "./change-before-drop.ts";
import { countsFrom, takesValues } from "./needed-values.ts";
import { callOf, senderOf } from "./sent.ts";
import { columnsOf, onOneLine, textOf } from "./words.ts";

/** Says which statements move along; those of the same call are written out anyway. */
export function movedAlong(step: Step): Advice {
  if (isTooLong(step)) return [{ ...inWords("what needs it moves behind it, too"), replaces: [] }];
  // Only where calls are written anew, the others of the same call are among them.
  const own = step.script.transaction.codeSteps === undefined ? undefined : senderOf(step);
  // A block is one statement for what it holds.
  const isOther = (one: Step): boolean =>
    one.statement !== step.statement || (step.inBody && one.operation.called !== true);
  const others = chainOf(step).filter((one) => isOther(one) && (own === undefined || senderOf(one) !== own));
  const texts = new Set(
    others.map((one) =>
      shortened(one.statement === step.statement ? onOneLine(textOf(one, one.operation.span)) : named(one)),
    ),
  );
  if (texts.size === 0) return [];
  // A plan, which has all statements in their order, moves none.
  return [{ ...inWords(["what needs it moves behind it, too:", ...texts].join("\n")), replaces: [] }];
}

/** A block moves as a whole; in code, it is the call that moves. */
function named(step: Step): string {
  if (step.inBody && step.operation.called !== true)
    return `the block that holds ${onOneLine(textOf(step, step.operation.span))}`;
  const call = step.script.transaction.codeSteps === undefined ? undefined : callOf(step)?.text;
  // No comment of XML has it.
  const isWritable = call !== undefined && !call.includes("--");
  return onOneLine(isWritable ? call : textOf(step, step.statement.span));
}

const longest = 100;
const shortened = (text: string): string => (text.length > longest ? `${text.slice(0, longest)}…` : text);

/** What needs the step, what needs those, and what takes away what they read, in the order of the script. */
function chainOf(step: Step): readonly Step[] {
  const found = new Set(needing(step));
  // Those that are added on the way are looked at, too.
  for (const moved of found) {
    for (const one of moved.later())
      if (!one.skipped && (needs(one, moved) || takesRead(one, moved) || needsTypeGone(one, moved)))
        found.add(one);
    if (moved.operation.kind === "changeColumnType")
      for (const one of step.later()) if (changesDefault(one, moved)) found.add(one);
  }
  return step.later().filter((one) => found.has(one));
}

/** Drops or renames what a change reads that has moved. */
function takesRead({ operation: other }: Step, moved: Step): boolean {
  const { operation } = moved;
  if (!isChange(operation)) return false;
  switch (other.kind) {
    case "dropColumn":
    case "renameColumn":
      return (
        readsColumn(moved, operation, other.table, other.column) ||
        ("columns" in operation &&
          isSame(moved, operation.table, other.table) &&
          operation.columns.some(({ text }) => text === other.column.text))
      );
    case "dropTable":
    case "renameTable":
      return readsTable(moved, operation, other.table) || isSame(moved, operation.table, other.table);
    default:
      return false;
  }
}

/** Drops the old type of a column that keeps it for longer now, or gives one of both types another name. */
function needsTypeGone({ operation: other }: Step, { operation, before }: Step): boolean {
  if (operation.kind !== "changeColumnType") return false;
  const type =
    other.kind === "dropType"
      ? other.type
      : other.kind === "renameObject" && (other.object === "type" || other.object === "domain")
        ? other.name
        : undefined;
  if (type === undefined) return false;
  const old = before.column(operation.table, operation.column.text);
  const own = [operation.type.name, ...(old.is === "present" ? [old.value.type?.name ?? ""] : [])];
  return own.some((name) => name === type.name || name.endsWith(`.${type.name}`));
}

/** The column would have no default until its type is changed, or one that only the new type knows. */
const changesDefault = ({ operation: other }: Step, moved: Step): boolean =>
  (other.kind === "dropDefault" || other.kind === "setDefault") &&
  moved.operation.kind === "changeColumnType" &&
  other.column.text === moved.operation.column.text &&
  isSame(moved, other.table, moved.operation.table);

/** The steps behind a step that need what it does. */
export const needing = (step: Step): readonly Step[] =>
  isTooLong(step) ? [] : step.later().filter((one) => !one.skipped && needs(one, step));

function needs(later: Step, step: Step): boolean {
  const { operation } = step;
  const { operation: other } = later;
  switch (operation.kind) {
    case "createIndex":
      return usesIndex(other, operation.name) || needsKey(other, operation, step);
    case "addPrimaryKey":
    case "addUnique":
      return (
        describes(other, "constraint", operation.table, operation.name, step) ||
        needsKey(other, operation, step) ||
        // Its index has its name.
        usesIndex(other, operation.name && { ...operation.table, name: operation.name.text })
      );
    case "updateRows":
      return (
        !isSibling(operation, other, step) &&
        (replacesKey(later, operation.table, step) ||
          changesSame(operation, other, step) ||
          operation.columns.some((column) => checks(other, operation.table, column, step)) ||
          operation.columns.some((column) => reads(later, operation.table, column)) ||
          operation.columns.some((column) => takesValues(other, operation.table, column, step)) ||
          changesRead(operation, other, step) ||
          addsRows(other, operation.table, step) ||
          emptiesReferenced(operation, other, step))
      );
    // Its values come later.
    case "addColumn":
      return (
        ((other.kind === "addPrimaryKey" || other.kind === "setNotNull") &&
          checks(other, operation.table, operation.column.name, step)) ||
        refusesNull(other, operation, step) ||
        givesWay(later, operation, step) ||
        reads(later, operation.table, operation.column.name)
      );
    // Until then, the column has its old type.
    case "changeColumnType":
      return (
        checks(other, operation.table, operation.column, step) ||
        indexes(other, operation, step) ||
        dropsIndexOf(later, operation, step) ||
        writes(other, operation, step) ||
        describes(other, "column", operation.table, operation.column, step) ||
        reads(later, operation.table, operation.column)
      );
    case "deleteRows":
      return (
        replacesKey(later, operation.table, step) ||
        readsRows(later, operation.table) ||
        checks(other, operation.table, undefined, step) ||
        changesRead(operation, other, step) ||
        addsRows(other, operation.table, step) ||
        emptiesReferenced(operation, other, step)
      );
    case "setNotNull":
      // It is refused for a column that may be NULL.
      return other.kind === "addIdentity" && checks(other, operation.table, operation.column, step);
    case "selectRows":
      return countsFrom(later, step);
    default:
      return false;
  }
}

/** Names the index: makes it a constraint, renames, attaches or describes it, or chooses it for something. */
function usesIndex(other: Operation, made: QualifiedName | undefined): boolean {
  if (made === undefined) return false;
  switch (other.kind) {
    case "comment":
      return other.object === "index" && other.name?.name === made.name;
    case "addPrimaryKey":
    case "addUnique":
      return other.usingIndex?.text === made.name;
    case "setReplicaIdentity":
    case "setClusterIndex":
      return other.index?.text === made.name;
    case "cluster":
      return other.index === made.name;
    case "renameIndex":
    case "alterIndex":
    case "attachIndex":
      return other.index.name === made.name;
    default:
      return false;
  }
}

/** A comment on it. */
const describes = (
  other: Operation,
  object: "column" | "constraint",
  table: QualifiedName,
  member: Name | undefined,
  step: Step,
): boolean =>
  other.kind === "comment" &&
  other.object === object &&
  member !== undefined &&
  other.member?.text === member.text &&
  other.relations.some((one) => isSame(step, one, table));

/** A foreign key that refers to the key, or an `ON CONFLICT` that names its columns. */
function needsKey(
  other: Operation,
  key: OperationOf<"addPrimaryKey" | "addUnique" | "createIndex">,
  step: Step,
): boolean {
  if (key.kind === "createIndex" && !key.unique) return false;
  if (other.kind === "addForeignKey") return refersTo(other, key, step);
  if (other.kind !== "insertRows" || other.onConflict === undefined) return false;
  const own = columnsOf(key);
  return own.length > 0 && own.every((text) => readsColumn(step, other, key.table, { text }));
}

function refersTo(
  { references, referencedColumns }: OperationOf<"addForeignKey">,
  key: OperationOf<"addPrimaryKey" | "addUnique" | "createIndex">,
  step: Step,
): boolean {
  if (!isSame(step, references, key.table)) return false;
  const columns = referencedColumns.map(({ text }) => text);
  if (columns.length === 0) return key.kind === "addPrimaryKey";
  const own = columnsOf(key);
  return own.length === columns.length && own.every((one) => columns.includes(one));
}

/** Two changes of the same columns, each of other rows as far as is known. */
const isSibling = (one: OperationOf<"updateRows">, other: Operation, step: Step): boolean =>
  changesSame(one, other, step) && !isOverwritten(one, other) && !goesBy(step, one, other);

const changesSame = (
  one: OperationOf<"updateRows">,
  other: Operation,
  step: Step,
): other is OperationOf<"updateRows"> =>
  other.kind === "updateRows" &&
  isSame(step, one.table, other.table) &&
  one.columns.some(({ text }) => other.columns.some((column) => column.text === text));

/** The later one is of all rows, or has the condition of the earlier one and another: what comes last counts. */
function isOverwritten(
  { where: first }: OperationOf<"updateRows">,
  { where: last }: OperationOf<"updateRows">,
) {
  if (first === undefined || last === undefined || first.trivial || last.trivial) return true;
  const [text, longer] = [first, last].map(({ text: one }) => one.replaceAll(/\s+/g, " ")) as [
    string,
    string,
  ];
  const at = longer.indexOf(text);
  const rest = longer.slice(0, Math.max(0, at)) + longer.slice(at + text.length);
  const isWhole =
    !/[\w."`]$/.test(longer.slice(0, Math.max(0, at))) && !/^\w/.test(longer.slice(at + text.length));
  return at >= 0 && isWhole && !/\bnot\b|<>|!=/i.test(rest);
}

/** Fails by what stands in the column; undefined: by the rows that there are. */
function checks(other: Operation, table: QualifiedName, column: Name | undefined, step: Step): boolean {
  const isOn = (names: readonly string[]): boolean => column === undefined || names.includes(column.text);
  switch (other.kind) {
    case "addCheck":
    case "addForeignKey":
    case "addPrimaryKey":
    case "addUnique":
      return isSame(step, other.table, table) && isOn(columnsOf(other));
    case "createIndex":
      return other.unique && isSame(step, other.table, table) && isOn(columnsOf(other));
    case "changeColumnType":
    case "setNotNull":
    case "addIdentity":
      return isSame(step, other.table, table) && isOn([other.column.text]);
    case "redefineColumn":
      return isSame(step, other.table, table) && isOn([other.column.text]) && tightens(other, step);
    default:
      return false;
  }
}

/** A CHECK that rows may break in which the column is still NULL: of `a IS NOT NULL OR b IS NULL`, too. */
const refusesNull = (other: Operation, { table, column }: OperationOf<"addColumn">, step: Step): boolean =>
  other.kind === "addCheck" &&
  isSame(step, other.table, table) &&
  columnsOf(other).includes(column.name.text) &&
  /\bnot\s+null\b|\bnum_n(?:on)?nulls\b|\bcoalesce\b/i.test(other.expression.text);

/** MySQL's MODIFY and CHANGE: NULL or a value that the column has now may stop it. */
function tightens({ table, column, definition }: OperationOf<"redefineColumn">, { before }: Step): boolean {
  const old = before.column(table, column.text);
  if (old.is !== "present") return true;
  const { notNull, type } = old.value;
  return (definition.notNull && notNull !== "yes") || type === undefined || !sameType(type, definition.type);
}

/** Drops the primary key in whose place one with the column comes: the batches run by it. */
function givesWay(later: Step, added: OperationOf<"addColumn">, step: Step): boolean {
  return (
    dropsKey(later, added.table, step) &&
    step
      .neighbours("later", "addPrimaryKey")
      .some((one) => checks(one.operation, added.table, added.column.name, step))
  );
}

/** Drops the primary key by which batches run, or makes the one that takes its place. */
const replacesKey = (later: Step, table: QualifiedName, step: Step): boolean =>
  dropsKey(later, table, step) ||
  (later.operation.kind === "addPrimaryKey" &&
    isSame(step, later.operation.table, table) &&
    step.neighbours("later", "dropConstraint").some((one) => dropsKey(one, table, step)));

function dropsKey({ operation, before }: Step, table: QualifiedName, step: Step): boolean {
  if (operation.kind !== "dropConstraint" || !isSame(step, operation.table, table)) return false;
  const found = before.relation(operation.table);
  return (
    operation.object === "primary key" ||
    (found.is === "present" &&
      found.value.constraints.some(
        ({ kind, name }) => kind === "primary key" && name === operation.name.text,
      ))
  );
}

const indexes = (other: Operation, { table, column }: OperationOf<"changeColumnType">, step: Step): boolean =>
  other.kind === "createIndex" &&
  isSame(step, other.table, table) &&
  other.elements.some((one) => one.column === column.text);

/** What takes its place comes behind. */
function dropsIndexOf(
  { operation, before }: Step,
  { table, column }: OperationOf<"changeColumnType">,
  step: Step,
): boolean {
  const found = operation.kind === "dropIndex" ? before.index(operation.index) : undefined;
  return (
    found?.is === "present" &&
    found.value.table === step.before.resolve(table) &&
    indexInvolves(found.value, column.text)
  );
}

const writes = (other: Operation, { table, column }: OperationOf<"changeColumnType">, step: Step): boolean =>
  addsRows(other, table, step) ||
  (other.kind === "updateRows" &&
    isSame(step, other.table, table) &&
    other.columns.some(({ text }) => text === column.text));

/** Another change of rows uses the values. */
const reads = (later: Step, table: QualifiedName, column: Name): boolean =>
  isChange(later.operation) && readsColumn(later, later.operation, table, column);

/** It copies rows of the table into another one. */
const readsRows = ({ operation, before }: Step, table: QualifiedName): boolean =>
  operation.kind === "insertRows" &&
  operation.query.relations.some((one) => before.resolve(one) === before.resolve(table));

/** Its rows are none of those that the statement means. */
const addsRows = (other: Operation, table: QualifiedName, step: Step): boolean =>
  (other.kind === "insertRows" || other.kind === "copyRows") &&
  other.table !== undefined &&
  isSame(step, other.table, table);

/** Changes or deletes what the statement reads; a column of another type may have other values, or compare otherwise. */
function changesRead(change: Change, other: Operation, step: Step): boolean {
  if (other.kind === "deleteRows") return readsTable(step, change, other.table);
  if (other.kind === "changeColumnType") return readsColumn(step, change, other.table, other.column);
  return (
    other.kind === "updateRows" &&
    other.columns.some((column) => readsColumn(step, change, other.table, column))
  );
}

/** Deletes rows to which those of the table refer. */
function emptiesReferenced(change: Change, other: Operation, step: Step): boolean {
  const found = step.before.relation(change.table);
  if (other.kind !== "deleteRows" || found.is !== "present") return false;
  const key = step.before.resolve(other.table);
  const sets = change.kind === "updateRows" ? change.columns.map(({ text }) => text) : undefined;
  return found.value.constraints.some(
    (one) =>
      one.kind === "foreign key" &&
      one.references === key &&
      (sets === undefined || one.columns.some((column) => sets.includes(column))),
  );
}
