/** The safe way of a statement, or of a clause, that blocks the application or fails at the first row. */
import type { Step } from "../replay/step.ts";
import type { Advice } from "./advice.ts";
import { columnThenDefault, requiredColumn } from "./columns.ts";
import { columnThenConstraint, notNullByCheck, notValidThenValidate } from "./constraints.ts";
import { concurrentDropIndex, concurrentIndex, constraintUsingIndex } from "./indexes.ts";
import { requiredColumn as requiredInMysql } from "./mysql-required-columns.ts";
import { underNewName } from "./replaced-columns.ts";

/** What a recipe makes of another step. */
export type Recipe = (step: Step) => Advice | undefined;

/** Undefined: it may stay as it is. */
export const wayOfClause = (step: Step): Recipe | undefined =>
  requiredWay(step) ?? (isQuick(step) ? undefined : recipeOf(step));

/** A column of a table with rows that has neither a value for them nor lets them have none. */
export const isRequired = ({ operation, values, createdHere, rows }: Step): boolean =>
  operation.kind === "addColumn" &&
  operation.column.notNull &&
  values.leavesNull() &&
  createdHere(operation.table) !== "yes" &&
  rows(operation.table).are !== "none";

function requiredWay(step: Step): Recipe | undefined {
  if (!isRequired(step)) return undefined;
  const own = step.before.dialect.transactionalDdl ? requiredColumn : requiredInMysql;
  return (one) => underNewName(one) ?? own(one);
}

/** It reads, builds and rewrites nothing, and locks no other table for longer than a moment. */
const isQuick = ({ effects, operation }: Step): boolean =>
  // A new column without a default has no value to check.
  (operation.kind !== "addForeignKey" || operation.within === "addColumn") &&
  effects.scans.length === 0 &&
  effects.builds.length === 0 &&
  effects.rewrites.length === 0;

function recipeOf({ operation, before }: Step): Recipe | undefined {
  if (!before.dialect.transactionalDdl) return undefined;
  switch (operation.kind) {
    case "createIndex":
      return concurrentIndex;
    case "dropIndex":
      return concurrentDropIndex;
    case "addForeignKey":
    case "addCheck":
      return operation.within === "addColumn" ? columnThenConstraint : notValidThenValidate;
    case "addUnique":
    case "addPrimaryKey":
      return operation.within === "addColumn" ? columnThenConstraint : constraintUsingIndex;
    case "setNotNull":
      return notNullByCheck;
    case "addColumn":
      // The server stores any other value once; a number of its own and a computed one have ways of their own.
      return operation.column.default?.volatility === "volatile" ? columnThenDefault : undefined;
    default:
      return undefined;
  }
}
