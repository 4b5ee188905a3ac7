/** In which order a rollback drops what the migration has made. */
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
