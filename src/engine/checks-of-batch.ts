/** The questions before some migrations, with the one whether their versions are free. */
import { isCodeOnly } from "../model/dialect.ts";
import { documentChecks } from "../plan/documents/checks.ts";
import { checksOf, type Check, type Checks } from "../plan/checks/index.ts";
import { toolNamed } from "../project/known-tools.ts";
import { takenQuery } from "../project/tracking.ts";
import type { OpenedBatch } from "./open-batch.ts";

export const checksOfBatch = ({ scopes, base, history, migrations }: OpenedBatch): Checks =>
  isCodeOnly[history.dialect]
    ? documentChecks(scopes)
    : checksOf(scopes, base, history, versionsOf({ history, migrations }));

function versionsOf({ history, migrations }: Pick<OpenedBatch, "history" | "migrations">): readonly Check[] {
  const { tracking } = toolNamed(history.tool);
  const sql = tracking && takenQuery(tracking, history.dialect, migrations);
  if (sql === undefined) return [];
  const wrong = "a migration is applied already, or another one has its version";
  return [{ kind: "version number", level: "fails", wrong, sql, mayLack: true }];
}
