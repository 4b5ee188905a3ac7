import {
  incomparablePairs,
  pairsBrokenBy,
  type IncomparablePair,
} from "../../../effects/postgres/key-types.ts";
import type { Key, QualifiedName } from "../../../model/names.ts";
import type { Dependent, Origin, Relation, Routine, Tri } from "../../../schema/model.ts";
import { keyIn, type Answers } from "../../answers.ts";
import { releaseOf } from "../../pending.ts";
import type { Step } from "../../step.ts";
import { dropOrder, type DropOrder } from "../rollback/drop-order.ts";
import { foundBefore, type FoundBefore } from "../rollback/found-before.ts";
import { droppedFirst } from "../rollback/stopped.ts";
import { objectMadeHere } from "../names/named-object.ts";
import { deletedAlong, newAction, type Along, type NewAction } from "./cascades.ts";
import { exchange, type Exchange } from "./exchanged.ts";
import { checkedEmpty } from "./checked-empty.ts";
import { copiedBefore, isCopyOf, isMovedOut, rowsCopied, type Place } from "./copied.ts";
import { findDeprecation, isTrialName } from "./deprecation.ts";
import { isKeyDropped } from "./constraint-kind.ts";
import { dependentsKnown, dependentsOfDropped, droppedObject, dropsLater, replacedLater } from "./dropped.ts";
import { losesIdentity, type Unidentified } from "./identity.ts";
import { losesTable, refusedCalls, routinesGone, type RefusedCalls } from "./calls.ts";
import { keyMismatches, type KeyMismatch } from "./key-types.ts";
import { sequences } from "./sequences.ts";
import { functionsOfOldType, type OldTyped } from "./retyped-users.ts";
import { usersOfOldName, viewsOfOldName } from "./rename-users.ts";
import {
  computed,
  dropsLeftover,
  emptySuccessor,
  formerOwner,
  isReplaced,
  likelyNewName,
  likelyOldName,
  nameGoesOn,
  successorOf,
  type Successor,
} from "./replaced.ts";
import {
  constraintGone,
  isRetiring,
  keysAlong,
  tableGoes,
  type ConstraintGone,
  type KeyAlong,
} from "./retiring.ts";

/** What is dropped, renamed or retyped: who uses it, and what takes its place. */
export interface DependentQuestions {
  /** What depends on it before the step, as far as the history knows. */
  readonly of: (table: QualifiedName | Key, column?: string) => readonly Dependent[];
  /** The object that the operation drops or retypes, for messages: `column orders.code`; undefined for all others. */
  readonly droppedObject: () => string | undefined;
  /**
   * What depends on that object before the step and isn't dropped by the same statement; of functions, those that
   * the migration leaves broken.
   */
  readonly ofDropped: () => readonly Dependent[];
  /** The later step of this script that drops such a dependent. */
  readonly dropsLater: (dependent: Dependent) => Step | undefined;
  /** Of DROP COLUMN: the same, where nothing that the migration makes behind it uses the column. */
  readonly replacedLater: (dependent: Dependent) => Step | undefined;
  /** What the rollback has to drop before, for such a dependent: its table, if the migration has made it. */
  readonly droppedFirst: (dependent: Dependent) => string;
  /** Of the first DROP of a rollback that is refused: the whole order that runs, where moving it isn't enough. */
  readonly dropOrder: () => DropOrder | undefined;
  /** Of a DROP of a rollback: its migration has found the object, which goes for good. */
  readonly foundBefore: () => FoundBefore | undefined;
  /** Of DROP COLUMN: the statement before it, of this or an earlier migration, that copies the column's values into another column. */
  readonly copiedBefore: () => Place | undefined;
  /** Yes: the history made that object, so nothing else depends on it. */
  readonly areKnown: () => Tri;
  /** Of DROP CONSTRAINT: a primary key or unique constraint; nothing depends on others. Undefined for all else. */
  readonly isKey: () => Tri | undefined;
  /** The tool writes CASCADE with every DROP. */
  readonly cascadesAnyway: () => boolean;
  /** Of RENAME: functions that the migration leaves with the old name in their bodies. */
  readonly usersOfOldName: () => readonly Routine[];
  /** Of a change of type: functions that the migration leaves, and whose next call fails, as they compare the column with a parameter. */
  readonly functionsOfOldType: () => readonly OldTyped[];
  /** MySQL, of RENAME and CHANGE: views that the migration leaves with the old name. */
  readonly viewsOfOldName: () => readonly Dependent[];
  /** What is dropped or renamed away is replaced: another column, table or view takes the name in the same transaction. */
  readonly replaced: () => boolean;
  /** Of DROP COLUMN: the column that takes its name in the same transaction, or that a trigger has kept in step with it. */
  readonly successor: () => Successor | undefined;
  /** Of DROP COLUMN: the one ADD COLUMN of the script on the table, if it has the same type and nothing else is dropped there. */
  readonly likelyNewName: () => Step<"addColumn"> | undefined;
  /** Of ADD COLUMN: the DROP COLUMN whose likely new name it is. */
  readonly likelyOldName: () => Step<"dropColumn"> | undefined;
  /** Of RENAME TO and DROP TABLE: the table that takes the name, if the history made it and wrote no row into it. */
  readonly emptySuccessor: () => Relation | undefined;
  /** Of RENAME TABLE: another table had the new name, until a migration shortly before this renamed it. */
  readonly formerOwner: () => Relation | undefined;
  /** Of RENAME TABLE: a later statement of the migration gives the old name to another table or view. */
  readonly nameGoesOn: () => boolean;
  /**
   * Of DROP … IF EXISTS: nothing in the history has left that name, and the migration makes it again only to rename it, or
   * as a temporary one, or it is a view called `totals_old`. What a failed attempt has left has it, if anything: nobody uses that.
   */
  readonly dropsLeftover: () => boolean;
  /**
   * Of DROP TABLE: an earlier statement of the migration writes all of its rows into another table, or reads some for that.
   * Some, too, where earlier migrations have copied the values of all its columns.
   */
  readonly rowsCopied: () => "all" | "some" | undefined;
  /** Of DROP TABLE and DROP COLUMN: the block before it that stops the migration if there are rows, or values. */
  readonly checkedEmpty: () => Place | undefined;
  /** Of DROP TABLE: renamed and copied in this migration, so that nobody uses that name, and the rows are kept elsewhere. */
  readonly isMovedOut: () => boolean;
  /** Of DROP TABLE: the table that CREATE TABLE AS has copied into it as a whole, where nobody has made more of the copy. */
  readonly isCopyOf: () => Key | undefined;
  /** Of DROP TABLE: by its name, it was made to try something out: `tmp_orders`, `test_table`, `foo`. */
  readonly isForTrial: () => boolean;
  /**
   * Of DROP COLUMN: a generated column, which holds no data of its own; `again`: the same transaction adds it again, plain
   * or generated; `apart`: the migration does, in another transaction.
   */
  readonly computed: () => "gone" | "again" | "apart" | undefined;
  /** Of DROP and CREATE FUNCTION: one goes that calls fitted before, and at the end of the migration they fit none. */
  readonly refusedCalls: () => RefusedCalls | undefined;
  /** Of DROP and CREATE FUNCTION: what it drops or replaces. */
  readonly routinesGone: () => readonly Routine[];
  /** The migration drops a table that each of these routines names: their calls fail without it. */
  readonly losesTable: () => boolean;
  /** Of RENAME TO: what the table whose name it takes had, and it hasn't at the end of the migration. */
  readonly exchange: () => Exchange | undefined;
  /** The column, or its table, is deprecated, dropped or renamed, now or, if deprecated, before. */
  readonly retires: (table: QualifiedName, column: string) => boolean;
  /**
   * The deprecation step of a table or column in an earlier migration: COMMENT … IS '…deprecated…', a rename to
   * a deprecated name, or a `ddlint-deprecated: t.c since …` comment.
   */
  readonly deprecation: (table: QualifiedName, column?: string) => Origin | undefined;
  /** Of DROP CONSTRAINT, and of DROP INDEX of a unique index: the key, if nothing in the migration takes its place. */
  readonly constraintGone: () => ConstraintGone | undefined;
  /** Of DROP COLUMN: the keys that go with it, of which the migration leaves no other. */
  readonly keysAlong: () => readonly KeyAlong[];
  /** The tables whose rows a DELETE in the table takes along by ON DELETE CASCADE, one after the other. */
  readonly deletedAlong: (table: QualifiedName) => Along | undefined;
  /** Of a foreign key that takes the place of another one in its migration: what ON DELETE does instead. */
  readonly newAction: () => NewAction | undefined;
  /** Of a call that drops a column: the file of the model that ignores it; new: only since what is compared with. */
  readonly ignoredBy: (column: string) => { readonly path: string; readonly isNew: boolean } | undefined;
  /** Later statements of the migration drop the table as a whole, of GRANT and OWNER TO all that they name. */
  readonly tableGoes: () => boolean;
  /** Published tables whose rows nothing identifies from this step to the end of the migration. */
  readonly losesIdentity: () => readonly Unidentified[];
  /** That object was made in this migration, or in another pending one. */
  readonly objectMadeHere: () => boolean;
  /**
   * PostgreSQL, of ADD FOREIGN KEY and ALTER COLUMN … TYPE: columns of foreign keys that the server is certain not to
   * compare, so that it refuses the statement.
   */
  readonly incomparableKeys: () => readonly IncomparablePair[];
  /** Of ADD FOREIGN KEY: columns of another type than those that they refer to. */
  readonly keyMismatches: () => readonly KeyMismatch[];
  /** Sequences that the column of this ALTER COLUMN … TYPE owns, or this sequence, at the end of the migration. */
  readonly sequences: () => readonly Relation[];
}

export const dependentAnswers: Answers<DependentQuestions> = {
  of:
    ({ before }) =>
    (table, column) =>
      before.dependents({ table: keyIn(before, table), column }),
  droppedObject: (step) => () => droppedObject(step.operation, step.before),
  ofDropped: (step) => () => dependentsOfDropped(step),
  dropsLater: (step) => (dependent) => dropsLater(step, dependent),
  replacedLater: (step) => (dependent) => replacedLater(step, dependent),
  droppedFirst: (step) => (dependent) => droppedFirst(step, dependent),
  dropOrder: (step) => () => dropOrder(step),
  foundBefore: (step) => () => foundBefore(step),
  copiedBefore:
    (step, { copies }) =>
    () =>
      copiedBefore(step, copies),
  areKnown: (step) => () => dependentsKnown(step),
  isKey: (step) => () => isKeyDropped(step),
  cascadesAnyway: (step) => () => step.script.code !== undefined && step.scope.history.cascades === true,
  usersOfOldName: (step) => () => usersOfOldName(step),
  functionsOfOldType: (step) => () => functionsOfOldType(step),
  viewsOfOldName: (step) => () => viewsOfOldName(step),
  replaced: (step) => () => isReplaced(step),
  successor:
    (step, { fills, kept }) =>
    () =>
      successorOf(step, fills, kept),
  emptySuccessor:
    (step, { fills }) =>
    () =>
      emptySuccessor(step, fills),
  formerOwner: (step) => () => formerOwner(step),
  nameGoesOn: (step) => () => nameGoesOn(step),
  dropsLeftover: (step) => () => dropsLeftover(step),
  refusedCalls: (step) => () => refusedCalls(step),
  routinesGone: (step) => () => routinesGone(step),
  losesTable: (step) => () => losesTable(step),
  isMovedOut: (step) => () => isMovedOut(step),
  isCopyOf: (step) => () => isCopyOf(step),
  isForTrial:
    ({ operation }) =>
    () =>
      operation.kind === "dropTable" && isTrialName(operation.table.name),
  rowsCopied:
    (step, { copies }) =>
    () =>
      rowsCopied(step, copies),
  checkedEmpty: (step) => () => checkedEmpty(step),
  computed: (step) => () => computed(step),
  exchange: (step) => () => exchange(step),
  retires: (step) => (table, column) => isRetiring(step, table, column),
  deprecation:
    ({ before, scope: { migration } }, { marks }) =>
    (table, column) =>
      findDeprecation(before, marks, migration.index, table, column),
  ignoredBy:
    ({ operation }, { facts }) =>
    (column) => {
      const path = operation.call?.ignored?.get(column);
      const status = path === undefined ? undefined : facts.changes?.status(path);
      return path === undefined ? undefined : { path, isNew: (status ?? "unchanged") !== "unchanged" };
    },
  constraintGone: (step) => () => constraintGone(step),
  keysAlong: (step) => () => keysAlong(step),
  newAction: (step) => () => newAction(step),
  deletedAlong:
    ({ before }) =>
    (table) =>
      deletedAlong(before, before.resolve(table)),
  incomparableKeys:
    ({ operation, before }, { together }) =>
    () => {
      if ("table" in operation && operation.table !== undefined && before.mayDiffer(operation.table))
        return [];
      if (operation.kind === "addForeignKey") return incomparablePairs(operation, before);
      return operation.kind === "changeColumnType" ? pairsBrokenBy(operation, before, together) : [];
    },
  keyMismatches: (step) => () => keyMismatches(step),
  likelyNewName: (step) => () => likelyNewName(step),
  likelyOldName: (step) => () => likelyOldName(step),
  losesIdentity: (step) => () => losesIdentity(step),
  tableGoes: (step) => () => tableGoes(step),
  objectMadeHere:
    (step, { facts }) =>
    () =>
      objectMadeHere(step, releaseOf(step.scope, facts)),
  sequences: (step) => () => sequences(step),
};
