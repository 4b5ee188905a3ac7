/** What the server refuses to drop stays; see `MigrationScope.unreversed`. */
import type { Difference } from "../../../schema/model.ts";
import type { MigrationScope } from "../../step.ts";

/** The schema is replayed as if the statement ran: what is then missing is there. `refusedBack` reports the statement. */
export function isNotRefused({
  downSteps,
}: Pick<MigrationScope, "downSteps">): (difference: Difference) => boolean {
  const refused = downSteps.filter((step) => step.refused && !step.skipped);
  const kept = new Set(refused.map(({ dependents }) => dependents.droppedObject()));
  // MySQL drops its own index of a foreign key for one that takes over, and makes it again once that one is gone.
  const tables = new Set(
    refused.flatMap(({ operation, table, before }) =>
      operation.kind === "dropIndex" && table !== undefined ? [before.resolve(table)] : [],
    ),
  );
  return ({ change, object, text, table }) =>
    change !== "missing" ||
    !(kept.has(text) || (object === "index" && table !== undefined && tables.has(table)));
}
