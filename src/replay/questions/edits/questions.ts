/** Safe fixes: edits of the script after which the server does the very same. */
import type { ColumnType } from "../../../model/types.ts";
import type { Edit } from "../../../text/span.ts";
import type { Answers } from "../../answers.ts";
import type { Step } from "../../step.ts";
import type { GivenName } from "../names/given-names.ts";
import {
  keptName,
  withColumnList,
  withDeleteAction,
  withoutDisplayWidth,
  withoutPosition,
} from "./clauses.ts";
import { joined, withoutLoneEnd, withoutLostTransaction, withoutNestedTransaction } from "./statements.ts";

/**
 * Edits that mean the same to the database: the migration succeeds and fails for the same rows, takes no stronger lock, and
 * leaves the same catalogue and rows. Undefined where that isn't certain, and in a body, whose text may be put together.
 */
export interface EditQuestions {
  /** `int(11)` as `int`: a width that the server fills in or forgets. */
  readonly withoutDisplayWidth: (type: ColumnType) => readonly Edit[] | undefined;
  /** Of a foreign key without ON DELETE: the action that it has by default. */
  readonly withDeleteAction: () => { readonly words: string; readonly edit: Edit } | undefined;
  /** PostgreSQL: the name as the server keeps it. */
  readonly keptName: (name: GivenName) => Edit | undefined;
  /** Of INSERT … VALUES: the columns that get the values, by the history. */
  readonly withColumnList: () => Edit | undefined;
  /** FIRST or AFTER gone that names the place where the column is anyway. */
  readonly withoutPosition: () => Edit | undefined;
  /** Of BEGIN and COMMIT of a whole file in the runner's transaction: both gone. */
  readonly withoutNestedTransaction: () => readonly Edit[] | undefined;
  /** Of a statement that commits implicitly right after BEGIN: BEGIN and COMMIT gone. */
  readonly withoutLostTransaction: () => readonly Edit[] | undefined;
  /** Of COMMIT and ROLLBACK where no transaction is open: the statement gone. */
  readonly withoutLoneEnd: () => readonly Edit[] | undefined;
  /** Of ALTER TABLE: its sub-commands as the last ones of the statements before it, the first of which is first. */
  readonly joined: (to: readonly Step[]) => readonly Edit[] | undefined;
}

export const editAnswers: Answers<EditQuestions> = {
  withoutDisplayWidth:
    (step, { facts }) =>
    (type) =>
      withoutDisplayWidth(step, type, facts),
  withDeleteAction:
    (step, { facts }) =>
    () =>
      withDeleteAction(step, facts),
  keptName: (step) => (name) => keptName(step, name),
  withColumnList: (step) => () => withColumnList(step),
  withoutPosition: (step) => () => withoutPosition(step),
  withoutNestedTransaction: (step) => () => withoutNestedTransaction(step),
  withoutLostTransaction: (step) => () => withoutLostTransaction(step),
  withoutLoneEnd: (step) => () => withoutLoneEnd(step),
  joined: (step) => (to) => joined(step, to),
};
