import type { Key, QualifiedName } from "../../../model/names.ts";
import type { Operation } from "../../../model/operation.ts";
import { failure, isNeverMade, type Failure } from "../../../schema/failure.ts";
import type { Step } from "../../step.ts";
import { keyIn, type Answers } from "../../answers.ts";
import { asksForItsTable, isAskedInCode } from "../../code-piece.ts";
import { isArchiveName } from "../dependents/deprecation.ts";
import type { Origin } from "../../../schema/model.ts";
import { partBefore, usedBefore } from "./used-before.ts";
import { missingTextSearch, type MissingConfiguration } from "./text-search.ts";
import { createdBehind, didYouMean, leaveRenameOut } from "./did-you-mean.ts";
import { existsGuard, isGuarded, type ExistsGuard } from "./exists-guard.ts";
import { givenNames, shortenedName, type GivenName, type ShortenedName } from "./given-names.ts";
import { nameTaken, objectText, saidByPrograms } from "./named-object.ts";
import { missedDrop, type MissedDrop } from "./missed-drop.ts";
import { renamedHere } from "./renamed-here.ts";
import { unmadeConstraint, type UnmadeConstraint } from "./unmade-constraint.ts";

/** What is named here, and by which name others know it. */
export interface NameQuestions {
  /** What to write for a table, column, index or constraint that isn't there: `it is called purchases now`, `did you mean orders?`. */
  readonly meant: (failure: Failure) => string | undefined;
  /** Of a table that isn't there: the script creates it there, behind this step. */
  readonly createdBehind: (failure: Failure) => Step<"createTable"> | undefined;
  /** Of CREATE TABLE: an earlier foreign key that refers to the table, which nothing has made by then. */
  readonly usedBefore: () => Origin | undefined;
  /**
   * Of CREATE TABLE: an earlier index, constraint or trigger of the table, which nothing has made by then. Of DROP TABLE IF
   * EXISTS: an earlier foreign key to the table.
   */
  readonly partBefore: () => Origin | undefined;
  /** Of CREATE … IF NOT EXISTS that finds another object: how it differs at the end of the migration; undefined: it doesn't. */
  readonly stillDiffers: () => string | undefined;
  /** Of DROP … IF EXISTS that does nothing: what it means, most probably, and leaves there. */
  readonly missedDrop: () => MissedDrop | undefined;
  /** Of a constraint in ADD COLUMN IF NOT EXISTS that finds the column: what the table lacks also at the end of the migration. */
  readonly unmadeConstraint: () => UnmadeConstraint | undefined;
  /**
   * The server doesn't refuse it; or it is an UPDATE, DELETE, MERGE or INSERT of a table that is there, and reads others
   * that nothing before makes: refused, unless something else has made them.
   */
  readonly mayRun: () => boolean;
  /** Names that are written here for something new, or by RENAME; none where EXECUTE or a placeholder makes them up. */
  readonly givenNames: () => readonly GivenName[];
  /** The name that an index or constraint gets here, where the server's shortened one is taken: with a number. */
  readonly shortenedName: () => ShortenedName | undefined;
  /** Where IF [NOT] EXISTS would go; undefined: it is there, or the grammar has none. */
  readonly existsGuard: () => ExistsGuard | undefined;
  /** It is written so that it may run again: IF [NOT] EXISTS of the very object, OR REPLACE, a question in code or a condition there. */
  readonly guarded: boolean;
  /** A condition of the whole migration decides whether it runs: it asks for one of its changes, or for something else. */
  readonly askedAtOnce: boolean;
  /** Of RENAME: an exchange of names in this migration; something takes the old one, or gave the new one up; or the type is then dropped. */
  readonly nameTaken: () => boolean;
  /** Of RENAME: programs say such a name; not that of a trigger function or of a column's own sequence. */
  readonly saidByPrograms: () => boolean;
  /** It got its name in this migration, so nobody else says it yet. */
  readonly renamedHere: (table: QualifiedName | Key, column?: string) => boolean;
  /** Renames to a name that says what is to come: `orders_old`, `deprecated_code`. */
  readonly archives: () => boolean;
  /** Renames to the very name that it has. */
  readonly keepsName: () => boolean;
  /**
   * What to write in place of a rename whose new name is taken, or of the second one of a column that CREATE TABLE names
   * twice, also where each of the two brings its key along.
   */
  readonly taken: () => string | undefined;
  /** PostgreSQL: text search configurations that the statement names, and that neither a server nor the history has. */
  readonly missingTextSearch: () => readonly MissingConfiguration[];
  /** The object that DROP, RENAME, OWNER TO or REVOKE names, for messages: `type mood`. */
  readonly objectText: () => string | undefined;
}

function isAskedAtOnce({ operation, script, scope: { migration } }: Step): boolean {
  const inCode = script.code?.unit?.terms?.conditions;
  if (inCode === undefined) return migration.skippable === true && migration.conditions !== undefined;
  return inCode.length > 0 && (operation.asked === true || operation.conditional === true);
}

export const nameAnswers: Answers<NameQuestions> = {
  meant:
    ({ before, neighbours, names, operation, direction, scope }) =>
    (failure) =>
      leaveRenameOut(failure, direction === "up") ??
      didYouMean(
        failure,
        before,
        () =>
          (["earlier", "later"] as const)
            .flatMap((side) => neighbours(side, "dropIndex", "dropConstraint"))
            .map(({ operation }) => operation),
        () => neighbours("earlier", "dropTable"),
        names.createdBehind(failure),
        operation,
        scope.before,
      ),
  createdBehind:
    ({ neighbours }) =>
    (failure) =>
      createdBehind(failure, () => neighbours("later", "createTable")),
  usedBefore: (step) => () => usedBefore(step),
  partBefore: (step) => () => partBefore(step),
  // A script may hold the object as it is to be and, behind it, what brings an existing one there.
  stillDiffers:
    ({ operation, before, scope }) =>
    () =>
      failure(scope.after.withSearchPath(before.searchPath), operation).find(({ kind }) => kind === "differs")
        ?.detail,
  missedDrop: (step) => () => missedDrop(step),
  unmadeConstraint: (step) => () => unmadeConstraint(step),
  mayRun:
    ({ refused, failures, table, before, changes, names }) =>
    () =>
      !refused ||
      (changes === "rows" &&
        failures.length > 0 &&
        failures.every((one) => isNeverMade(one) && names.meant(one) === undefined) &&
        table !== undefined &&
        before.relation(table).is === "present"),
  givenNames:
    (step, { known }) =>
    () =>
      (known.givenNames ??= givenNames(step)),
  shortenedName: (step) => () => shortenedName(step),
  existsGuard: (step) => () => existsGuard(step),
  // Which condition that is isn't known: mostly whether the object is there.
  guarded: (step) =>
    isAskedAtOnce(step)
      ? isGuarded(step.operation) && step.operation.asked !== true
      : (isGuarded(step.operation) || isAskedInCode(step)) && !asksForItsTable(step),
  askedAtOnce: isAskedAtOnce,
  nameTaken: (step) => () => nameTaken(step),
  saidByPrograms: (step) => () => saidByPrograms(step),
  renamedHere: (step) => (table, column) => renamedHere(step, keyIn(step.before, table), column),
  archives:
    ({ operation }) =>
    () =>
      "to" in operation && typeof operation.to === "object" && isArchiveName(operation.to.text),
  keepsName:
    ({ operation }) =>
    () =>
      operation.kind === "renameColumn"
        ? operation.to.text === operation.column.text
        : operation.kind === "renameTable" &&
          operation.toSchema === undefined &&
          operation.to.text === operation.table.name,
  taken:
    ({ operation, names, statement }) =>
    () => {
      if (namesTwice(statement.operations))
        return "leave one of the two columns out, or give it another name";
      if (!operation.kind.startsWith("rename")) return undefined;
      return names.keepsName()
        ? "leave it out: it renames the object to the name that it has"
        : "leave the rename out if the object was created by its new name, or choose a free name";
    },
  missingTextSearch: (step) => () => missingTextSearch(step),
  objectText: (step) => () => objectText(step.operation),
};

const namesTwice = (operations: readonly Operation[]): boolean =>
  operations.some((one) => {
    const names = one.kind === "createTable" ? one.columns.map(({ name }) => name.text) : [];
    return new Set(names).size < names.length;
  });
