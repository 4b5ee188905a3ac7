/** Whether the changes of a table in several statements can be one ALTER TABLE. */
import type { Step } from "../replay/step.ts";

/**
 * Neither rows are changed between them, nor does one change what another adds.
 *
 * @param changes all of the migration, in order
 */
export function isOneAlter(changes: readonly Step[], first: Step): boolean {
  const behind = changes.slice(Math.max(0, changes.indexOf(first)));
  const added = new Set(
    behind.flatMap(({ operation }) => (operation.kind === "addColumn" ? [operation.column.name.text] : [])),
  );
  return !behind.some(
    ({ operation }) =>
      operation.kind === "insertRows" ||
      operation.kind === "updateRows" ||
      operation.kind === "deleteRows" ||
      (operation.kind === "redefineColumn" && added.has(operation.column.text)),
  );
}
