/** Migrations that only look, tidy up, or make what stays in any case: a rollback of theirs would be empty. */
import type { DialectFamily } from "../../../model/dialect.ts";
import type { Volatility } from "../../../model/expression.ts";
import { changed } from "../../../model/kinds.ts";
import { volatilityOf } from "../../../sql/mysql/lower/functions.ts";
import { functionVolatility } from "../../../sql/postgres/lower/volatility.ts";
import type { MigrationScope, Step } from "../../step.ts";

const volatility: Readonly<Record<DialectFamily, (name: string) => Volatility>> = {
  postgres: functionVolatility,
  mysql: volatilityOf,
  mongodb: () => "unknown",
};

/** A `DO` block none of whose statements changes anything, such as one that only raises errors, is one of these. */
const quiet: ReadonlySet<string> = new Set(["DO", "SHOW", "DISCARD", "DISCARD ALL", "SET TRANSACTION"]);

/** See `MigrationScope.leavesNothingToUndo`. */
export const leavesNothingToUndo = (scope: MigrationScope): boolean =>
  scope.steps.every((step) => isHarmless(step, scope));

function isHarmless({ operation, before, skipped }: Step, scope: MigrationScope): boolean {
  // IF NOT EXISTS of what is there.
  if (skipped) return true;
  switch (operation.kind) {
    case "validateConstraint":
    // PostgreSQL drops no value of an enum.
    case "addEnumValue":
      return true;
    case "createExtension":
      // It may have been there before.
      return operation.ifNotExists;
    case "selectRows":
      return (
        operation.serverFile === undefined &&
        operation.query.functions.every(({ name }) => isReading(volatility[before.family](name)))
      );
    case "insertRows":
    case "updateRows":
    case "deleteRows":
      // The row that says that it ran.
      return scope.isTracking(operation.table);
    case "callFunction":
      return false;
    case "utility":
      return quiet.has(operation.command);
    case "setOption":
      // GLOBAL and PERSIST stay.
      return operation.scope === undefined || operation.scope === "user";
    default:
      return ["session", "nothing", "storage"].includes(changed(operation));
  }
}

/** What a function does, when it is not known, may be anything. */
const isReading = (one: Volatility): boolean => one === "immutable" || one === "stable";
