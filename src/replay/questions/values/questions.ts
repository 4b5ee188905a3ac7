import { followsKey } from "./follows-key.ts";
import { isOfRowMadeHere } from "./keys-in-hand.ts";
import type { QualifiedName } from "../../../model/names.ts";
import type { Operation } from "../../../model/operation.ts";
import type { Constraint, Relation, UserType } from "../../../schema/model.ts";
import type { Schema } from "../../../schema/schema.ts";
import { canUseAddedValue } from "../../../effects/postgres/enum-value.ts";
import type { BatchLabel } from "../../state.ts";
import type { Answers } from "../../answers.ts";
import { isAddedLater, isRequiredStill } from "../dependents/retiring.ts";
import { mayBreak } from "./may-break.ts";
import { alikeCopy, nullCopy, type AlikeCopy, type NullCopy } from "./copied-rows.ts";
import { constrainedDomain } from "../locks/locking.ts";
import type { Place, Step } from "../../step.ts";
import { batchesInOneTransaction, changesFewRows, isBounded, isByPartOfKey, isSeed } from "./bounds.ts";
import { emptiedBy, fillsLocked } from "./emptied.ts";
import { firstUse, usedBeforeCommit, usesLabel, type LabelUse } from "./enum-use.ts";
import { reloads, type Reload } from "./kept-rows.ts";
import { hasRowsOfWords } from "../rows/few-rows.ts";
import { earlyCurrval } from "./early-currval.ts";
import { keyNeedsNoRow, refersToNone, type NoReferent } from "./empty-parent.ts";
import { stillEmpty } from "./still-empty.ts";
import { generatedFault, type GeneratedFault } from "./generated-faults.ts";
import { firedTriggers, type Fired } from "./fired-triggers.ts";
import { isFilledHere } from "./filled-here.ts";
import { fillsAfter, filling, gapOf, isDefault, isFilled, type Fills } from "./fills.ts";
import { madeAlike, sharedKey, type MadeAlike } from "./made-alike.ts";
import { askedInComment } from "./asked-in-comment.ts";
import { indexesNoRow, newUnique, type NewUnique } from "./new-unique.ts";
import { narrowing, type Narrowing } from "./narrowing.ts";
import { leavesItsRows } from "./left-rows.ts";
import { refusingKey } from "./implicit-keys.ts";
import { holdsNoNull, leavesNull } from "./old-rows.ts";
import type { Gap } from "./partial-fills.ts";
import { choosesSeeds, givenBefore, isMarkedAsOwn, isRowOfHistory } from "./named-rows.ts";
import { givesOneKey } from "./one-key.ts";
import { isOneOfMany } from "./row-patches.ts";
import { narrowedCheck, type NarrowedCheck } from "./narrowed-check.ts";
import { incompleteRow, type IncompleteRow } from "./incomplete-rows.ts";
import { insertedTwice, type InsertedTwice } from "./inserted-twice.ts";
import { refusedValue, type RefusedValue } from "./refused-values.ts";
import { remade, type Remade } from "./remade.ts";
import { outerColumn, unsureSubselect, type OuterColumn, type UnsureSubselect } from "./subselects.ts";
import { frozenDefaults, type FrozenDefault } from "./frozen-defaults.ts";
import { onlyGrows, requiredBefore } from "./way-back.ts";
import { lastingExpressions, movingPart, type MovingPart } from "./volatile.ts";
import { clockOfOldRows } from "./clock-of-old-rows.ts";
import { insertsTooLate, type LateInsert } from "./late-inserts.ts";
import { deletesTooLate, readsWholeTable, type LateDelete, type TableRead } from "./trigger-bodies.ts";
import { wideCopy, type WideCopy } from "./wide-copies.ts";
import { writtenWithout } from "./written-without.ts";
import { writtenTypes, type WrittenType } from "./written-types.ts";
import { setsSequence, setsSequenceLater } from "./set-sequences.ts";
import {
  checkedBefore,
  copiesAlike,
  explicitKey,
  isUnrepeatableSeed,
  movingValue,
  type MovingValue,
} from "./written-values.ts";

/** The values of rows: what is written, what fits, what old rows hold. */
export interface ValueQuestions {
  /** Old rows get no value from this ADD COLUMN, or from the one that carries this inline constraint: they would hold NULL. */
  readonly leavesNull: () => boolean;
  /**
   * Of ADD COLUMN without a default on MySQL and MariaDB: the key that the same script puts on it alone, with nothing
   * between that changes rows. Rows that all hold the implicit default break it.
   */
  readonly refusingKey: () => "foreign key" | "unique" | undefined;
  /**
   * Of ADD FOREIGN KEY to a table that is new and empty: every row of the table, or every one with a value in a column
   * that may be NULL, refers to a row that isn't there. `unfilled`: such a column to which the history gives no value, as it
   * was made for the table that comes only now. `default`: every row has the default of a new column, which is no
   * number that the server gives out as a key.
   */
  readonly refersToNone: () => NoReferent;
  /** Of ADD FOREIGN KEY, whatever rows the table is known to have: it fails where the table has one. */
  readonly keyNeedsNoRow: () => boolean;
  /**
   * The script adds the column, which may be NULL, without a default, and none of its statements so far fills it; or one so
   * shortly before that no release is between the two.
   */
  readonly stillEmpty: (table: QualifiedName, column: string) => boolean;
  /**
   * INSERT, UPDATE, DELETE or MERGE is held to few rows: by a key or a list of keys, a key range, a sub-select with LIMIT,
   * or as one round of a loop that commits. True for everything else.
   */
  readonly bounded: () => boolean;
  /** UPDATE or DELETE chooses rows by values of the first column of a unique key: its index finds them, and they are some of many. */
  readonly byPartOfKey: () => boolean;
  /**
   * UPDATE of a foreign key's column beside one of the key that it refers to: with the constraint deferred, or off, for the
   * transaction. In a migration of its own, either would leave rows without a partner.
   */
  readonly followsKey: () => boolean;
  /**
   * UPDATE or DELETE in batches that are one transaction: in a loop that never commits, by LIMIT, by key range or for each
   * row of an existing table that isn't small; or the second key range of a table.
   */
  readonly batchesInOneTransaction: () => boolean;
  /** Rows that are written out, up to a hundred, none at all, or those that an UPDATE or DELETE chooses by the values of a unique key. */
  readonly fewRows: () => boolean;
  /**
   * Of DELETE, where the script then writes rows of the table out, and none that it reads elsewhere, or has copied them all
   * before; of TRUNCATE as well, where rows are short-lived by nature.
   */
  readonly reloads: () => Reload;
  /** Of INSERT: names that it gives to rows, and that rows of the history have already. */
  readonly givenBefore: () => readonly string[];
  /** Each row of a table is a word or a pair of other rows, which can't be there twice: time alone doesn't add any. */
  readonly rowsAreWords: (table: Relation) => boolean;
  /** The history has, or may have, given the column values in old rows: ADD COLUMN … DEFAULT, or an UPDATE. */
  readonly filled: (table: QualifiedName, column: string) => boolean;
  /** The same, but for a constant default: who adds the column again has its values again. */
  readonly holdsOwnValues: (table: QualifiedName, column: string) => boolean;
  /**
   * The same as `filled`; `never`: no row holds NULL; `part`: one UPDATE alone has, in the rows that hold a certain value in another
   * column; `declared`: nothing but a default of CREATE TABLE, in spite of which rows may have been given NULL.
   */
  readonly filling: (table: QualifiedName, column: string) => "never" | "yes" | "declared" | "part" | "no";
  /** A column that the history doesn't make was NOT NULL before, as the migration's own way back makes it so. */
  readonly requiredBefore: (table: QualifiedName, column: string) => boolean;
  /** Of a change of type: only to a longer limit of the type that the way back gives the column again. */
  readonly onlyGrows: () => boolean;
  /** Why a column that the history has filled may still be NULL in old rows: the UPDATE didn't find them, or had no value. */
  readonly gap: (table: QualifiedName, column: string) => Gap | undefined;
  /** The last INSERT of this migration whose rows have no value in the column; only of rows that it surely writes. */
  readonly writtenWithout: (table: QualifiedName, column: string) => Place | undefined;
  /** Of UPDATE, DELETE and INSERT: what triggers, and MySQL's ON UPDATE, do to each row that it changes. */
  readonly firedTriggers: () => readonly Fired[];
  /** Of CREATE TRIGGER: the aggregate for which its body reads all rows of its own table at each row that changes. */
  readonly readsWholeTable: () => TableRead | undefined;
  /** Of CREATE TRIGGER: rows of a child that it deletes AFTER DELETE, when their foreign key has refused the DELETE already. */
  readonly deletesTooLate: () => LateDelete | undefined;
  /** Of CREATE TRIGGER on PostgreSQL: behind a DELETE it inserts a row that refers to what is deleted. */
  readonly insertsTooLate: () => LateInsert | undefined;
  /** The statement of this script that has deleted all rows of the table, if none has added rows since. */
  readonly emptiedBy: (table: QualifiedName) => Operation | undefined;
  /** Fills a table that TRUNCATE has emptied and locked, and the other steps lock none but that and new ones. */
  readonly fillsLocked: (others: readonly Step[]) => boolean;
  /** Of UPDATE: a constraint, not yet validated but committed, that old rows break until it runs. */
  readonly checkedBefore: () => Constraint | undefined;
  /** Of ADD CHECK and ADD FOREIGN KEY: rows from before may break it. */
  readonly mayBreak: () => boolean;
  /** Of a change of type that is nothing but a cast: values of the old type don't fit into the new one. */
  readonly narrows: () => Narrowing | undefined;
  /** Of INSERT … SELECT and UPDATE: a column that is copied into one with less room; the server refuses a value that is larger. */
  readonly wideCopy: () => WideCopy | undefined;
  /** Columns that get a type here: by CREATE TABLE, ADD COLUMN, ALTER COLUMN … TYPE. */
  readonly writtenTypes: () => readonly WrittenType[];
  /** Defaults that stand for the time of the statement, in every row. */
  readonly frozenDefaults: () => readonly FrozenDefault[];
  /** Of a CHECK or generated column: what in it gives something else another time. */
  readonly moving: () => readonly (MovingPart & { readonly generated: boolean })[];
  /** Of a backfill: the function that gives another value on every server and in every run, outside of its WHERE. */
  readonly movingValue: (what: "clock" | "chance") => MovingValue | undefined;
  /** Of ADD COLUMN: the clock in its default, which old rows get, as no statement behind it gives them another value. */
  readonly clockOfOldRows: () => string | undefined;
  /** Of INSERT and COPY: the serial or identity column that gets values of the statement's own. */
  readonly explicitKey: () => string | undefined;
  /** INSERT … SELECT * from a table with the same columns in the same order, as the history made both. */
  readonly copiesAlike: () => boolean;
  /** A statement of the migration sets the sequence far enough for the keys of the INSERT, or may do; or an earlier one has. */
  readonly setsSequence: () => boolean;
  /** A later migration that runs wherever this one does sets the sequence of the key, or takes the table or all of its rows away. */
  readonly setsSequenceLater: (key: string) => ((end: Schema) => boolean) | undefined;
  /** INSERT of given rows into a table that was there, without ON CONFLICT or another guard. */
  readonly unrepeatableSeed: () => boolean;
  /** A literal, or a default, that the CHECK of its column is certain to refuse. */
  readonly refusedValue: () => RefusedValue | undefined;
  /** Of INSERT: the unique key of which the migration has inserted the same literals before, or of which two of its rows have the same. */
  readonly insertedTwice: () => InsertedTwice | undefined;
  /** Of INSERT … VALUES: the first row that is refused, as values are missing or too many, or as NULL is. */
  readonly incompleteRow: () => IncompleteRow | undefined;
  /** Of INSERT … SELECT: a NOT NULL column that gets NULL if an old row has it, or if a LEFT JOIN finds no row. */
  readonly nullCopy: () => NullCopy | undefined;
  /** Of INSERT … SELECT: a unique key whose columns may get the same values of two rows of the one table that it reads. */
  readonly alikeCopy: () => AlikeCopy | undefined;
  /** Of ADD CHECK: literals that the column's CHECK allowed before the migration, and this one refuses. */
  readonly narrowedCheck: () => NarrowedCheck | undefined;
  /** Of UPDATE: a sub-select for one value that may find several rows, or is certain to find none. */
  readonly unsureSubselect: () => UnsureSubselect | undefined;
  /** Of UPDATE and DELETE: what `IN (SELECT …)` selects is a column of the statement's own table, by the looks of it by mistake. */
  readonly outerColumn: () => OuterColumn | undefined;
  /** Of ADD VALUE: the step of the same transaction that uses the value, which the server refuses. */
  readonly usedBeforeCommit: () => LabelUse<Step> | undefined;
  /** The enum value used here that another migration adds in the same transaction, which the server refuses. */
  readonly usesLabelOfBatch: () => LabelUse<BatchLabel> | undefined;
  /** Of ADD COLUMN: the domain whose constraints every row would be checked against. */
  readonly constrainedDomain: () => UserType | undefined;
  /** Of ADD COLUMN … GENERATED: what its expression takes from old rows, and may not find. */
  readonly generatedFault: () => GeneratedFault | undefined;
  /** `currval` or `lastval`, where the script has called no `nextval()` before and added no row. */
  readonly earlyCurrval: () => string | undefined;
  /** A unique key on an existing table whose rows may be alike in its columns. */
  readonly newUnique: () => NewUnique | undefined;
  /** A comment of the migration is about duplicates, and has a query of the table that finds them. */
  readonly askedInComment: (table: QualifiedName) => boolean;
  /** Of CREATE INDEX: its WHERE asks for a value of a new column that no row has yet. */
  readonly indexesNoRow: () => boolean;
  /**
   * Rows that UPDATE has changed no longer meet its condition, which stays true if it is run again: a loop over so many
   * rows at a time comes to its end.
   */
  readonly leavesItsRows: () => boolean;
  /** Of UPDATE: the column of an existing table that holds another unit or another form in all rows afterwards. */
  readonly remade: () => Remade | undefined;
  /** Of UPDATE: the unique key in whose columns two rows may get the same values. */
  readonly madeAlike: () => MadeAlike | undefined;
  /** Of UPDATE: the columns of a unique key, which the migration may add later, that it gives one value in many rows. */
  readonly sharedKey: () => readonly string[] | undefined;
  /** The column was added to a table that was there: a default was meant for the rows and writers of that time. */
  readonly addedLater: (table: QualifiedName, column: string) => boolean;
  /** At the end of the migration NOT NULL, or a CHECK that says so, holds for the column. */
  readonly requiredStill: (table: QualifiedName, column: string) => boolean;
}

export const valueAnswers: Answers<ValueQuestions> = {
  leavesNull:
    (step, { facts }) =>
    () =>
      leavesNull(step, facts.release ?? []),
  refusingKey: (step) => () => refusingKey(step),
  refersToNone:
    (step, { fills }) =>
    () =>
      refersToNone(step, fills),
  keyNeedsNoRow:
    (step, { fills }) =>
    () =>
      keyNeedsNoRow(step, fills),
  stillEmpty:
    (step, { fills }) =>
    (table, column) =>
      stillEmpty(step, table, column, fills),
  bounded:
    (step, { together, fills, facts }) =>
    () =>
      isBounded(step.operation, together, step.before) ||
      isOneOfMany(step) ||
      isSeed(step) ||
      givesOneKey(step) ||
      isOfRowMadeHere(step) ||
      isRowOfHistory(step, fills) ||
      isMarkedAsOwn(step) ||
      choosesSeeds(step, facts) ||
      isFilledHere(step, (table, column) => isDefault(fills, table, column)),
  byPartOfKey: (step) => () => isByPartOfKey(step),
  followsKey: (step) => () => followsKey(step),
  batchesInOneTransaction:
    (step, { together }) =>
    () =>
      batchesInOneTransaction(step, together),
  fewRows:
    (step, { together, fills, facts }) =>
    () =>
      changesFewRows(step.operation, step.before, together) ||
      givesOneKey(step) ||
      isRowOfHistory(step, fills) ||
      isMarkedAsOwn(step) ||
      choosesSeeds(step, facts) ||
      isFilledHere(step, (table, column) => isDefault(fills, table, column)),
  givenBefore:
    (step, { fills }) =>
    () =>
      givenBefore(step, fills),
  reloads: (step) => () => reloads(step),
  rowsAreWords:
    ({ scope }) =>
    (table) =>
      hasRowsOfWords(scope.after, table),
  requiredBefore: (step) => (table, column) => requiredBefore(step, table, column),
  onlyGrows: (step) => () => onlyGrows(step),
  filled:
    ({ before, earlier }, { fills }) =>
    (table, column) =>
      isFilled(fillsAfter(fills, earlier()), before.resolve(table), column),
  holdsOwnValues:
    ({ before, earlier }, { fills }) =>
    (table, column) => {
      const [soFar, key] = [fillsAfter(fills, earlier()), before.resolve(table)];
      const found = before.column(table, column);
      const isSame = found.is === "present" && found.value.default?.constant === true;
      return isFilled(soFar, key, column) && !(isSame && isDefault(soFar, key, column));
    },
  filling:
    (step, { fills }) =>
    (table, column) =>
      holdsNoNull(step, table, column)
        ? "never"
        : filling(fillsAfter(fills, step.earlier()), step.before.resolve(table), column),
  gap:
    ({ before, earlier }, { fills }) =>
    (table, column) =>
      gapOf(fillsAfter(fills, earlier()), before.resolve(table), column),
  writtenWithout: (step) => (table, column) => writtenWithout(step, table, column),
  firedTriggers:
    (step, { setting }) =>
    () =>
      firedTriggers(step, setting),
  emptiedBy: (step) => (table) => emptiedBy(step, table),
  fillsLocked: (step) => (others) => fillsLocked(step, others),
  checkedBefore: (step, { fills }) => {
    const { operation, before, earlier } = step;
    return () => {
      if (operation.kind !== "updateRows") return undefined;
      let soFar: Fills | undefined;
      return checkedBefore(step, (column) =>
        isFilled((soFar ??= fillsAfter(fills, earlier())), before.resolve(operation.table), column),
      );
    };
  },
  narrows:
    (step, { fills }) =>
    () =>
      narrowing(step, fills),
  wideCopy: (step) => () => wideCopy(step),
  writtenTypes: (step) => () => writtenTypes(step),
  frozenDefaults: (step) => () => frozenDefaults(step),
  moving:
    ({ operation, before }) =>
    () =>
      lastingExpressions(operation).flatMap(({ expression, generated }) => {
        const part = movingPart(expression, before);
        return part === undefined ? [] : [{ ...part, generated }];
      }),
  movingValue: (step) => (what) => movingValue(step, what),
  readsWholeTable: (step) => () => readsWholeTable(step),
  deletesTooLate: (step) => () => deletesTooLate(step),
  insertsTooLate: (step) => () => insertsTooLate(step),
  clockOfOldRows: (step) => () => clockOfOldRows(step),
  explicitKey: (step) => () => explicitKey(step),
  copiesAlike: (step) => () => copiesAlike(step),
  setsSequence:
    (step, { fills }) =>
    () =>
      setsSequence(step, fills),
  setsSequenceLater: (step) => (key) => setsSequenceLater(step, key),
  unrepeatableSeed: (step) => () => isUnrepeatableSeed(step),
  insertedTwice: (step) => () => insertedTwice(step),
  refusedValue: (step) => () => refusedValue(step),
  incompleteRow: (step) => () => incompleteRow(step),
  nullCopy:
    (step, { fills }) =>
    () =>
      nullCopy(step, fills),
  alikeCopy:
    (step, { fills }) =>
    () =>
      alikeCopy(step, fills),
  narrowedCheck: (step) => () => narrowedCheck(step),
  unsureSubselect: (step) => () => unsureSubselect(step),
  outerColumn: (step) => () => outerColumn(step),
  usedBeforeCommit:
    (step, { facts }) =>
    () =>
      usedBeforeCommit(step, facts.serverVersion),
  usesLabelOfBatch:
    (step, { batch, facts }) =>
    () =>
      firstUse(batch?.labels ?? [], ({ type, label, madeHere }) =>
        canUseAddedValue(facts.serverVersion, madeHere) ? "no" : usesLabel(step, type.name, label),
      ),
  constrainedDomain:
    ({ operation, before }) =>
    () =>
      operation.kind === "addColumn" ? constrainedDomain(before, operation.column.type) : undefined,
  generatedFault: (step) => () => generatedFault(step),
  earlyCurrval: (step) => () => earlyCurrval(step),
  askedInComment: (step) => (table) => askedInComment(step, table),
  newUnique:
    (step, { fills }) =>
    () =>
      newUnique(step, fills),
  indexesNoRow:
    (step, { fills }) =>
    () =>
      indexesNoRow(step, fills),
  leavesItsRows: (step) => () => leavesItsRows(step),
  remade: (step) => () => remade(step),
  madeAlike:
    (step, { fills }) =>
    () =>
      madeAlike(step, fills),
  sharedKey:
    (step, { fills }) =>
    () =>
      sharedKey(step, fills),
  mayBreak: (step) => () => mayBreak(step),
  addedLater: (step) => (table, column) => isAddedLater(step, table, column),
  requiredStill: (step) => (table, column) => isRequiredStill(step, table, column),
};
