/** Tables whose rows a migration has deleted before it changes them. */
import { changed, tableOf } from "../../../model/kinds.ts";
import { isOfAllRows } from "../../../model/all-rows.ts";
import type { QualifiedName } from "../../../model/names.ts";
import type { Operation } from "../../../model/operation.ts";
import type { Step } from "../../step.ts";

/** See `ValueQuestions.emptiedBy`. */
export function emptiedBy({ before, earlier }: Step, table: QualifiedName): Operation | undefined {
  const key = before.resolve(table);
  let by: Operation | undefined;
  for (const { operation, before: schema, skipped, refused } of earlier()) {
    if (skipped || refused) continue;
    const its = writtenTable(operation);
    if (its === undefined || schema.resolve(its) !== key) continue;
    if (empties(operation)) by = operation;
    else if (operation.kind !== "updateRows" && operation.kind !== "deleteRows") by = undefined;
  }
  return by;
}

/** See `ValueQuestions.fillsLocked`. */
export function fillsLocked(step: Step, others: readonly Step[]): boolean {
  const { table, before } = step;
  if (table === undefined || emptiedBy(step, table)?.kind !== "truncateTable") return false;
  const key = before.resolve(table);
  return others.every(({ effects, madeHere }) =>
    effects.locks.every(({ relation }) => relation === key || madeHere(relation)),
  );
}

/** The table whose rows it adds, changes or deletes. */
const writtenTable = (operation: Operation): QualifiedName | undefined =>
  changed(operation) === "rows" || operation.kind === "attachPartition" ? tableOf(operation) : undefined;

/** TRUNCATE, and DELETE of all rows. */
function empties(operation: Operation): boolean {
  if (operation.conditional === true) return false;
  return operation.kind === "truncateTable" || (operation.kind === "deleteRows" && isOfAllRows(operation));
}
