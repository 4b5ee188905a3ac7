/** Changes of rows that the rest of their migration needs: batches in a migration of their own can't replace these alone. */
import type { Name, QualifiedName } from "../model/names.ts";
import type { OperationOf } from "../model/operation.ts";
import type { Step } from "../replay/step.ts";
import { inWords, type Advice } from "./advice.ts";

type Change = OperationOf<"updateRows" | "deleteRows" | "insertRows" | "mergeRows">;

/** Words, where the migration later drops or renames what the change reads; undefined: it doesn't. */
export function changeBeforeDrop(step: Step): Advice | undefined {
  const { operation } = step;
  switch (operation.kind) {
    case "updateRows":
    case "deleteRows":
    case "insertRows":
    case "mergeRows":
      return wordsFor(step, operation);
    default:
      return undefined;
  }
}

function wordsFor(step: Step, change: Change): Advice | undefined {
  const dropped = droppedLater(step, change);
  if (dropped !== undefined) {
    const first =
      change.kind === "deleteRows"
        ? "First deploy the version that writes no such rows, and delete those in batches"
        : "First copy each write by a trigger, and change the old rows in batches";
    return [
      inWords(
        `${first}; drop ${dropped} in a later migration. With batches in a migration of their own alone, what is written before this one drops it is lost.`,
      ),
    ];
  }
  const renamed = renamedLater(step, change);
  return renamed === undefined
    ? undefined
    : [
        inWords(
          `Change the rows in batches in a later migration, under the new name: this one renames ${renamed}.`,
        ),
      ];
}

/** A column that it reads, or a table; one whose name another table takes counts as well: users write to that one. */
function droppedLater(step: Step, change: Change): string | undefined {
  const { neighbours, show } = step;
  const column = neighbours("later", "dropColumn").find(({ operation: { table, column: one } }) =>
    readsColumn(step, change, table, one),
  );
  if (column !== undefined) return show(column.operation.table, column.operation.column.text);
  const table = neighbours("later", "dropTable").find(({ operation }) =>
    readsTable(step, change, operation.table),
  );
  return table && show(table.operation.table);
}

function renamedLater(step: Step, change: Change): string | undefined {
  const { neighbours, show } = step;
  const isOwn = (table: QualifiedName): boolean =>
    readsTable(step, change, table) || isSame(step, table, change.table);
  for (const { operation } of neighbours("later", "renameTable", "renameColumn")) {
    const { table, to } = operation;
    if (operation.kind === "renameTable") {
      if (isOwn(table)) return `${show(table)} to ${to.text}`;
      continue;
    }
    const isSet =
      "columns" in change &&
      isSame(step, table, change.table) &&
      change.columns.some(({ text }) => text === operation.column.text);
    if (isSet || readsColumn(step, change, table, operation.column))
      return `${show(table, operation.column.text)} to ${to.text}`;
  }
  return undefined;
}

const isSame = ({ before }: Step, one: QualifiedName, other: QualifiedName): boolean =>
  before.resolve(one) === before.resolve(other);

const readsTable = (step: Step, { query }: Change, table: QualifiedName): boolean =>
  query.relations.some((one) => isSame(step, one, table));

function readsColumn(step: Step, change: Change, table: QualifiedName, { text }: Name): boolean {
  const where = "where" in change ? (change.where?.columns ?? []) : [];
  return [...change.query.columns, ...where].some(({ column, table: of, candidates }) => {
    if (column !== text) return false;
    const places = of === undefined ? (candidates ?? [change.table, ...change.query.relations]) : [of];
    return places.some((one) => isSame(step, one, table));
  });
}
