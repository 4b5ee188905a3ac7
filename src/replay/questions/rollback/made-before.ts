/** What a rollback takes away that an earlier migration has made. */
import type { Difference } from "../../../schema/model.ts";
import type { MigrationScope, Place } from "../../step.ts";

/** See `MigrationScope.rollbackCause`; undefined where one of the differences is another. */
export function madeBefore(
  { downSteps, migration }: Pick<MigrationScope, "downSteps" | "migration">,
  found: readonly Difference[],
): { readonly how: "earlier"; readonly at: Place } | undefined {
  const origins = found.map(({ change, text }) => {
    if (change !== "missing") return undefined;
    const taking = downSteps.find(
      ({ operation: op, show }) =>
        op.kind === "dropColumn" && text === `column ${show(op.table, op.column.text)}`,
    );
    if (taking?.operation.kind !== "dropColumn") return undefined;
    const column = taking.before.column(taking.operation.table, taking.operation.column.text);
    return column.is === "present" ? column.value.origin : undefined;
  });
  const [first] = origins;
  return first !== undefined && origins.every((one) => one !== undefined && one.migration < migration.index)
    ? { how: "earlier", at: first }
    : undefined;
}
