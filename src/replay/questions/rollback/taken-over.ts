/** The index that a constraint takes over, which goes with the constraint; see `MigrationScope.unreversed`. */
import { nameInPath } from "../../../schema/dependents.ts";
import type { Difference } from "../../../schema/model.ts";
import type { MigrationScope } from "../../step.ts";

/** The migration before has built it for that (USING INDEX), and its own rollback comes next. */
export function isNotTakenOver({
  steps,
  migration,
}: Pick<MigrationScope, "steps" | "migration">): (difference: Difference) => boolean {
  const taken = new Set(
    steps.flatMap(({ operation, before }) => {
      if (operation.kind !== "addUnique" && operation.kind !== "addPrimaryKey") return [];
      const name = operation.usingIndex?.text;
      const index =
        name === undefined ? undefined : before.indexesOn(operation.table).find((one) => one.name === name);
      return index === undefined || index.origin.migration !== migration.index - 1
        ? []
        : [`index ${nameInPath(before, index.schema, index)}`];
    }),
  );
  return ({ change, text }) => change !== "missing" || !taken.has(text);
}
