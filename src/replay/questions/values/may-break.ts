/** Rows that exist already and break a constraint that is added. */
import type { Operation } from "../../../model/operation.ts";
import type { Constraint } from "../../../schema/model.ts";
import type { Step } from "../../step.ts";
import { allowsLess } from "./narrowed-check.ts";
import { isNewColumn } from "./still-empty.ts";

/** See `ValueQuestions.mayBreak`. */
export function mayBreak(step: Step): boolean {
  const { operation, before } = step;
  const columns = columnsOf(operation, step);
  if (columns === undefined || !("table" in operation) || operation.table === undefined) return false;
  const table = before.resolve(operation.table);
  const relation = before.relation(table);
  if (relation.is !== "present") return !columns.slice(1).every((column) => isAddedHere(step, table, column));
  const isHeld =
    heldBefore(step.earlier(), table).some((one) => one.join() === columns.join()) &&
    !isStricter(step, table);
  // What has just been added to an older table, the history fills as well, or it is NULL.
  const { origin } = relation.value;
  return (
    !isHeld &&
    columns.slice(1).some((column) => {
      const found = before.column(table, column);
      if (found.is !== "present" || found.value.origin.migration === origin?.migration) return true;
      return !isNewColumn(found.value, step, table);
    })
  );
}

/** By this migration, to a table that isn't known. */
const isAddedHere = (step: Step, table: string, column: string): boolean =>
  [...step.earlier(), step].some(({ before, statement }) =>
    statement.operations.some(
      (one) =>
        one.kind === "addColumn" && before.resolve(one.table) === table && one.column.name.text === column,
    ),
  );

/** The CHECKs of the same column that the migration drops before it allow more. */
function isStricter(step: Step, table: string): boolean {
  if (step.operation.kind !== "addCheck") return false;
  const own = columnsOf(step.operation, step)?.join();
  const dropped = step
    .earlier()
    .flatMap((one) => droppedBy(one, table))
    .flatMap((one) => (one.kind === "check" && columnsOf(one, step)?.join() === own ? [one.expression] : []));
  return dropped.length > 0 && allowsLess(step as Step<"addCheck">, dropped);
}

/** Its kind, with the table that a key refers to, then its columns. Undefined: another constraint; a CHECK that only excludes NULL is one of `not-null-without-backfill`. */
function columnsOf(of: Operation | Constraint, { before }: Step): readonly string[] | undefined {
  if (of.kind === "addForeignKey")
    return [`foreign key ${before.resolve(of.references)}`, ...of.columns.map(({ text }) => text)];
  if (of.kind === "foreign key") return [`foreign key ${of.references}`, ...of.columns];
  if (of.kind !== "addCheck" && of.kind !== "check") return undefined;
  const { columns, provesNotNull } = of.expression;
  return provesNotNull.length > 0 ? undefined : ["check", ...new Set(columns.map(({ column }) => column))];
}

/** Of the constraints that these steps drop, with the columns' names behind them. */
function heldBefore(steps: readonly Step[], table: string): readonly (readonly string[])[] {
  let held: readonly (readonly string[])[] = [];
  for (const step of steps) {
    const { operation, before } = step;
    if (operation.kind === "renameColumn" && before.resolve(operation.table) === table) {
      const { column, to } = operation;
      held = held.map(([kind = "", ...columns]) => [
        kind,
        ...columns.map((one) => (one === column.text ? to.text : one)),
      ]);
    }
    held = [...held, ...droppedBy(step, table).map((one) => columnsOf(one, step) ?? [])];
  }
  return held;
}

/** A constraint that was there before has held for all rows. */
function droppedBy({ operation, before }: Step, table: string): readonly Constraint[] {
  if (operation.kind !== "dropConstraint" || before.resolve(operation.table) !== table) return [];
  const relation = before.relation(table);
  const all = relation.is === "present" ? relation.value.constraints : [];
  return all.filter(({ name, validated }) => name === operation.name.text && validated);
}
