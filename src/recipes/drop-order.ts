/** In which order a rollback drops what the migration has made. */
import type { OwnRollback } from "../model/tool.ts";
import type { Step } from "../replay/step.ts";

/** Words; undefined: to move the one DROP, or to drop its users first, is enough. */
export function dropOrder({ dependents }: Step): string | undefined {
  const found = dependents.dropOrder();
  if (found === undefined) return undefined;
  const { first, order, forgotten } = found;
  const before = first.length === 0 ? "drop" : `drop ${first.join(", ")} first, then`;
  if (order.length === 1) return `${before} ${order.join()}`;
  const lacks = forgotten.length === 0 ? "" : `; the rollback doesn't drop ${forgotten.join(", ")} yet`;
  return `${before} in this order: ${order.join(", ")}${lacks}`;
}

/** Advice where the rollback that the tool makes itself fails. */
export function ownRollbackFails(step: Step, own: OwnRollback): string {
  const { operation, dependents, show } = step;
  if (operation.kind !== "dropColumn" || own.failsForKeys === undefined) return own.fails;
  const users = dependents.ofDropped().filter(({ onDrop }) => onDrop === "refuses");
  const keys = users.flatMap(({ kind, member, relation }) =>
    kind === "foreign key" && member !== undefined && relation !== undefined
      ? [{ name: member, table: show(relation) }]
      : [],
  );
  if (keys.length === 0 || keys.length < users.length) return own.fails;
  return own.failsForKeys(show(operation.table, operation.column.text), keys);
}
