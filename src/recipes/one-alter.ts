/** Whether the changes of a table in several statements can be one ALTER TABLE. */
import type { Step } from "../replay/step.ts";

/**
 * What to write in place of several; undefined: they can be one.
 *
 * @param changes all of the migration, in order
 */
export function severalAlters(changes: readonly Step[], ddl: readonly Step[]): string | undefined {
  const tables = new Set(ddl.map(({ before, table }) => table && before.resolve(table)));
  if (tables.size > 1)
    return "Write one statement per migration, or at least the changes of each table in its own.";
  const [first] = ddl;
  if (first === undefined) return undefined;
  if (!isOneAlter(changes, first)) return apart;
  const { oneAlter } = first.scope.history;
  if (oneAlter === undefined || !ddl.every(({ script }) => script.code !== undefined)) return undefined;
  return ddl.every(({ operation }) => oneAlter.calls.includes(operation.call?.name ?? ""))
    ? `${apart} If no clause makes the others more expensive, combine them in ${oneAlter.how}.`
    : apart;
}

const apart = "Write one statement per migration.";

/** Neither rows are changed between them, nor does one change what another adds. */
function isOneAlter(changes: readonly Step[], first: Step): boolean {
  const behind = changes.slice(Math.max(0, changes.indexOf(first)));
  const added = new Set(
    behind.flatMap(({ operation }) => (operation.kind === "addColumn" ? [operation.column.name.text] : [])),
  );
  return !behind.some(
    ({ operation }) =>
      operation.kind === "insertRows" ||
      operation.kind === "updateRows" ||
      operation.kind === "deleteRows" ||
      operation.kind === "unknown" ||
      ((operation.kind === "redefineColumn" || operation.kind === "renameColumn") &&
        added.has(operation.column.text)),
  );
}
