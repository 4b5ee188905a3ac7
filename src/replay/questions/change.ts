/** Questions about what a change means for those who use the database, and about the values that it writes. */
import type { QualifiedName } from "../../model/names.ts";
import type { Constraint, Dependent, Routine } from "../../schema/model.ts";
import { fillsAfter, isFilled, type Fills } from "./values/fills.ts";
import { nameTaken, objectMadeHere, objectText, saidByPrograms } from "./names/named-object.ts";
import { narrowing, type Narrowing } from "./values/narrowing.ts";
import type { Answers } from "../make-step.ts";
import { releaseOf } from "../pending.ts";
import { usersOfOldName, viewsOfOldName } from "./dependents/rename-users.ts";
import { constraintGone, isDefaultForOldRows, isRequiredStill, isRetiring } from "./dependents/retiring.ts";
import { unsupported, type Unsupported } from "./versions.ts";
import {
  checkedBefore,
  copiesAlike,
  explicitKey,
  isUnrepeatableSeed,
  movingValue,
  setsSequence,
  type MovingValue,
} from "./values/written-values.ts";
import { lastingExpressions, movingPart, type MovingPart } from "./values/volatile.ts";

export interface ChangeQuestions {
  /** What the stated server is too old for; empty if the project doesn't state one. */
  readonly unsupported: () => readonly Unsupported[];
  /** Of a CHECK or generated column: what in it gives something else another time. */
  readonly moving: () => readonly (MovingPart & { readonly generated: boolean })[];
  /** The object that DROP, RENAME, OWNER TO or REVOKE names, for messages: `type mood`. */
  readonly objectText: () => string | undefined;
  /** That object was made in this migration, or in another pending one. */
  readonly objectMadeHere: () => boolean;
  /** Of RENAME: programs say such a name; not that of a trigger function or of a column's own sequence. */
  readonly saidByPrograms: () => boolean;
  /** Of RENAME: an exchange of names in this migration; something takes the old one, or gave the new one up. */
  readonly nameTaken: () => boolean;
  /** The column, or its table, is deprecated, dropped or renamed, now or, if deprecated, before. */
  readonly retires: (table: QualifiedName, column: string) => boolean;
  /** At the end of the migration NOT NULL, or a CHECK that says so, holds for the column. */
  readonly requiredStill: (table: QualifiedName, column: string) => boolean;
  /** The column was added to a table that was there: its default was meant for the rows and writers of that time. */
  readonly defaultForOldRows: (table: QualifiedName, column: string) => boolean;
  /** Of DROP CONSTRAINT, and of MySQL's DROP INDEX: the key, if nothing in the migration takes its place. */
  readonly constraintGone: () => Constraint | undefined;
  /** Of a change of type that is nothing but a cast: values of the old type don't fit into the new one. */
  readonly narrows: () => Narrowing | undefined;
  /** Of RENAME: functions that the migration leaves with the old name in their bodies. */
  readonly usersOfOldName: () => readonly Routine[];
  /** MySQL, of RENAME and CHANGE: views that the migration leaves with the old name. */
  readonly viewsOfOldName: () => readonly Dependent[];
  /** Of INSERT and COPY: the serial or identity column that gets values of the statement's own. */
  readonly explicitKey: () => string | undefined;
  /** INSERT … SELECT * from a table with the same columns in the same order, as the history made both. */
  readonly copiesAlike: () => boolean;
  /** A statement of the migration sets a sequence, or may do. */
  readonly setsSequence: () => boolean;
  /** Of a backfill: the function that gives another value on every server and in every run, outside of its WHERE. */
  readonly movingValue: (what: "clock" | "chance") => MovingValue | undefined;
  /** INSERT of given rows into a table that was there, without ON CONFLICT or another guard. */
  readonly unrepeatableSeed: () => boolean;
  /** Of UPDATE: a constraint, not yet validated but committed, that old rows break until it runs. */
  readonly checkedBefore: () => Constraint | undefined;
  /** The history has, or may have, given the column values in old rows: ADD COLUMN … DEFAULT, or an UPDATE. */
  readonly filled: (table: QualifiedName, column: string) => boolean;
}

export const changeAnswers: Answers<ChangeQuestions> = {
  unsupported:
    (step, { facts }) =>
    () =>
      unsupported(step, facts),
  moving:
    ({ operation, before }) =>
    () =>
      lastingExpressions(operation).flatMap(({ expression, generated }) => {
        const part = movingPart(expression, before);
        return part === undefined ? [] : [{ ...part, generated }];
      }),
  objectText: (step) => () => objectText(step.operation),
  objectMadeHere:
    (step, { facts }) =>
    () =>
      objectMadeHere(step, releaseOf(step.scope, facts)),
  saidByPrograms: (step) => () => saidByPrograms(step),
  nameTaken: (step) => () => nameTaken(step),
  retires: (step) => (table, column) => isRetiring(step, table, column),
  requiredStill: (step) => (table, column) => isRequiredStill(step, table, column),
  defaultForOldRows: (step) => (table, column) => isDefaultForOldRows(step, table, column),
  constraintGone: (step) => () => constraintGone(step),
  narrows: (step) => () => narrowing(step),
  viewsOfOldName: (step) => () => viewsOfOldName(step),
  usersOfOldName: (step) => () => usersOfOldName(step),
  explicitKey: (step) => () => explicitKey(step),
  copiesAlike: (step) => () => copiesAlike(step),
  setsSequence: (step) => () => setsSequence(step),
  movingValue: (step) => (what) => movingValue(step, what),
  unrepeatableSeed: (step) => () => isUnrepeatableSeed(step),
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
  filled:
    ({ before, earlier }, { fills }) =>
    (table, column) =>
      isFilled(fillsAfter(fills, earlier()), before.resolve(table), column),
};
