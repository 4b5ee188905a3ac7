/** A change of type that rewrites nothing, where the server would only check the column's CHECK constraints again. */
import type { Step } from "../replay/step.ts";
import { involves } from "../schema/dependents.ts";
import { inParentheses } from "../schema/expressions.ts";
import { instead, type Advice } from "./advice.ts";
import { hasHeirs } from "./synced-columns.ts";
import { nextMigration, quote, textOf, together } from "./words.ts";

/** Takes the constraints away for the statement, and validates them later. Undefined: it isn't only about such. */
export function checksLater(step: Step): Advice | undefined {
  const { operation, effects, statement, before, inBody } = step;
  if (operation.kind !== "changeColumnType" || inBody || statement.operations.length > 1) return undefined;
  if (effects.rewrites.length + effects.rebuilds.length + effects.builds.length > 0) return undefined;
  const found = before.relation(operation.table);
  if (found.is !== "present" || found.value.partitionBy !== undefined || hasHeirs(step, operation.table))
    return undefined;
  const own = found.value.constraints.filter(
    (one) => one.kind !== "not null" && involves(one, operation.column.text),
  );
  const checks = own.flatMap((one) => (one.kind === "check" && one.validated && one.enforced ? one : []));
  if (checks.length === 0 || checks.length < own.length) return undefined;
  const table = operation.table.text;
  return instead(
    together(
      step,
      "without its CHECK constraints, the change only touches the catalog; in one transaction:",
      [
        ...checks.map(({ name }) => `ALTER TABLE ${table} DROP CONSTRAINT ${quote(name)};`),
        `${textOf(step, statement.span)};`,
        ...checks.map(
          ({ name, expression, noInherit }) =>
            `ALTER TABLE ${table} ADD CONSTRAINT ${quote(name)} CHECK ${inParentheses(expression)}${noInherit ? " NO INHERIT" : ""} NOT VALID;`,
        ),
      ],
      { place: "here" },
    ),
    { ...nextMigration, undo: [] },
    ...checks.map(({ name }) => `ALTER TABLE ${table} VALIDATE CONSTRAINT ${quote(name)};`),
  );
}
