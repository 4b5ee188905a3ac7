/** Lists the rows that a new CHECK refuses. */
import type { Step } from "../replay/step.ts";
import { formerTable } from "./alike.ts";
import { heading, type Heading } from "./advice.ts";
import { ownFunctions } from "./own-functions.ts";
import { onOneLine } from "./words.ts";

/** Nobody reads a longer condition once more. */
const longest = 250;

/** NOT VALID reads no row, but refuses each UPDATE of one that breaks it. Nothing is asked of what the migration itself changes. */
export function findBreaking(step: Step): readonly Heading[] {
  const { operation, scope, values } = step;
  if (operation.kind !== "addCheck" || operation.within !== "alterTable" || !values.mayBreak()) return [];
  const { table, expression } = operation;
  const key = step.before.resolve(table);
  const isChanged = step
    .neighbours("earlier", "updateRows", "deleteRows", "truncateTable")
    .some((one) => one.before.resolve(one.operation.table) === key);
  const former = formerTable(step, table);
  const found = step.before.relation(table);
  const isOld =
    found.is === "present" &&
    expression.columns.every(({ column }) => scope.before.column(found.value.key, column).is === "present");
  if (ownFunctions(step, expression.functions).length > 0) return [];
  if (isChanged || !isOld || former !== table.text) return [];
  const condition = onOneLine(expression.text);
  const query = condition.length > longest ? "" : `: SELECT * FROM ${former} WHERE NOT (${condition});`;
  return [heading(`first correct the rows that break it, as NOT VALID refuses each UPDATE of one${query}`)];
}
