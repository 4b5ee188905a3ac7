/** What a constraint is that goes: only a key has others that depend on it. */
import type { Step } from "../../step.ts";

/** As PostgreSQL and most authors name them. */
const others =
  /(?:^|_)(?:fk|fkey|foreign|ck|chk|check|excl|exclude|nn|not_null)\d*(?:_|$)|^(?:fk|chk)[A-Z_]/i;
const keys = /(?:^|_)(?:pk|pkey|key|uk|uq|uniq|unique|ak)\d*(?:_|$)/i;

/**
 * Of DROP CONSTRAINT: whether foreign keys, and views that group by it, may depend on it. Foreign keys, checks, exclusion
 * constraints and NOT NULL have nothing that does. By its name where the history hasn't made it.
 */
export function isKeyDropped({ operation, before }: Step): "yes" | "no" | "unknown" | undefined {
  if (operation.kind !== "dropConstraint") return undefined;
  const name = operation.name.text;
  const table = before.relation(operation.table);
  const found = before.constraint(operation.table, name);
  // One that only a condition makes is of this kind, too.
  const made =
    found.is === "present"
      ? found.value
      : table.is === "present"
        ? table.value.constraints.find((one) => one.name === name)
        : undefined;
  if (made !== undefined) return made.kind === "primary key" || made.kind === "unique" ? "yes" : "no";
  if (others.test(name)) return "no";
  return keys.test(name) ? "yes" : "unknown";
}
