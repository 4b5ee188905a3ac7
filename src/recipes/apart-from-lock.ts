/** Where a slow statement may go that runs while its transaction holds a lock. */
import type { Key, QualifiedName } from "../model/names.ts";
import type { Step } from "../replay/step.ts";
import { isChange, isSame, readsColumn, readsTable } from "./change-before-drop.ts";
import { callOf } from "./sent.ts";
import { columnsOf } from "./words.ts";

/** One transaction lets nobody write between the copy and the drop; several do. */
const bothWritten =
  "Before this statement runs, deploy a version that writes both places; otherwise it misses what is written until the drop.";

/** Words where it can't go before what takes the lock, or not after it. Undefined: both are possible. `locked`: what it is on. */
export function apartFromLock(step: Step, locked: Key): string | undefined {
  const exchanged = exchange(step, locked);
  if (exchanged !== undefined) return exchanged;
  const made = madeFor(step);
  const dropped = droppedAfter(step);
  if (made !== undefined && dropped !== undefined)
    return `Make three migrations of it: the first adds ${made}, the second has this statement alone, and the third drops ${dropped}, which the statement reads. ${bothWritten}`;
  if (made !== undefined && dropsMade(step))
    return `Put the statement that takes the lock into a separate transaction, before or after this one, which makes ${made} and drops it again.`;
  if (made !== undefined)
    return `Put the slow statement into a separate transaction, after the one that takes the lock and adds ${made}.`;
  return dropped === undefined
    ? undefined
    : `Put the slow statement into a separate transaction, before the one that takes the lock and drops ${dropped}, which the statement reads. ${bothWritten}`;
}

/** For what takes the name of what the transaction has dropped or renamed: until then it is taken. */
function exchange(step: Step, old: Key): string | undefined {
  const { table, operation, before, after, madeHere, neighbours } = step;
  if (operation.kind === "createView" && operation.materialized && after.resolve(operation.view) === old)
    return `Make and fill the new materialized view under another name first, with its indexes, in a migration of its own. Then, in a short transaction, drop the old one and rename the new one and its indexes.${besideOf(step)}`;
  if (table === undefined || !madeHere(table) || before.resolve(table) !== old) return undefined;
  const isOld = (one: Step<"renameTable">) => one.before.resolve(one.operation.table) === old;
  return `Make and fill the table under another name first; then, in a short transaction, ${neighbours("earlier", "renameTable").some(isOld) ? "give the old one its new name, and the new one the old name" : "drop the old one and rename the new one"}.`;
}

/** How the gem scenic does it. */
const besideOf = (step: Step): string =>
  callOf(step)?.name === "update_view"
    ? " From 1.8 on, scenic does that in one call: `materialized: { side_by_side: true }`."
    : "";

/** What it uses and an earlier statement of the migration makes: a table or a column. */
function madeFor(step: Step): string | undefined {
  const { operation, table, neighbours, show } = step;
  const tables: readonly QualifiedName[] = [
    ...(table === undefined ? [] : [table]),
    ...("query" in operation ? (operation.query?.relations ?? []) : []),
  ];
  for (const { operation: made, skipped } of neighbours("earlier", "createTable"))
    if (!skipped && tables.some((one) => isSame(step, one, made.table))) return show(made.table);
  const uses = (of: QualifiedName, name: string): boolean => {
    if (table !== undefined && isSame(step, table, of)) {
      const written = operation.kind === "updateRows" || operation.kind === "insertRows";
      if (written && operation.columns.some(({ text }) => text === name)) return true;
      if (columnsOf(operation).includes(name)) return true;
    }
    return isChange(operation) && readsColumn(step, operation, of, { text: name });
  };
  const added = neighbours("earlier", "addColumn").find(
    ({ operation: made, skipped }) => !skipped && uses(made.table, made.column.name.text),
  );
  return added && show(added.operation.table, added.operation.column.name.text);
}

/** Its own table goes at the end: what fills it can't move behind the migration. */
const dropsMade = (step: Step): boolean => {
  const { table } = step;
  return (
    table !== undefined &&
    step.neighbours("later", "dropTable").some(({ operation }) => isSame(step, table, operation.table))
  );
};

/** What it reads and a later statement of the migration drops. */
function droppedAfter(step: Step): string | undefined {
  const { operation, neighbours, show } = step;
  if (!isChange(operation)) return undefined;
  const column = neighbours("later", "dropColumn").find(
    ({ operation: { table, column: one }, skipped }) => !skipped && readsColumn(step, operation, table, one),
  );
  if (column !== undefined) return show(column.operation.table, column.operation.column.text);
  const table = neighbours("later", "dropTable").find(
    ({ operation: { table: one }, skipped }) => !skipped && readsTable(step, operation, one),
  );
  return table && show(table.operation.table);
}

/** The first rows of a new table, under the lock that its foreign key has taken on the table it refers to. */
export const fillsNewTable = (
  { operation, before, madeHere }: Step,
  { relation, mode }: Pick<Step["transaction"]["held"][number], "relation" | "mode">,
): boolean =>
  operation.kind === "insertRows" &&
  mode === "SHARE ROW EXCLUSIVE" &&
  madeHere(operation.table) &&
  before.foreignKeysTo(relation).some(({ table }) => table === before.resolve(operation.table));
