/** What a MODIFY of the migration itself has lost, which its rollback can't be blamed for; see `MigrationScope.unreversed`. */
import type { Difference } from "../../../schema/model.ts";
import type { Step } from "../../step.ts";

export function isNotLostBefore(steps: readonly Step[]): (difference: Difference) => boolean {
  const lost = new Set(
    steps.flatMap(({ operation, show, mysql }) =>
      operation.kind === "redefineColumn"
        ? mysql
            .lostAttributes()
            .map(({ what }) => `column ${show(operation.table, operation.column.text)} no ${what}`)
        : [],
    ),
  );
  return ({ change, text, detail = "" }) => change !== "changed" || !lost.has(`${text} ${detail}`);
}
