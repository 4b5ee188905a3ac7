/** Names that a migration soon gives to something else: what is dropped in a later one would be in the way of that. */
import type { Step } from "../replay/step.ts";
import type { Origin } from "../schema/model.ts";
import type { Schema } from "../schema/schema.ts";
import type { Advice } from "./advice.ts";
import { quote } from "./words.ts";

/** Takes the place of advice, by the schema at the end of the history. Undefined: the advice is right. */
export type LaterAdvice = (end: Schema) => string | undefined;

/** A deployment fits between two migrations that are farther apart. */
const near = 5;

/** Of a drop that the advice puts off behind a deployment. */
export function takenAgain(
  { operation, before, scope, script, show }: Step,
  advice: Advice,
): LaterAdvice | undefined {
  if (!advice.some(({ after }) => after === "deploy")) return undefined;
  const { index } = scope.migration;
  const where = ({ path }: Origin): string =>
    path === script.path ? "A later migration of this file" : path;
  const isSoon = (origin: Origin | undefined): origin is Origin =>
    origin !== undefined && origin.migration > index && origin.migration <= index + near;
  if (operation.kind === "dropTable") {
    const key = before.resolve(operation.table);
    const table = show(key);
    const old = quote(`${operation.table.name}_old`);
    return (end) => {
      const found = end.relation(key);
      if (found.is !== "present" || !isSoon(found.value.origin)) return undefined;
      return `${where(found.value.origin)} creates ${table} again, so that the drop can't wait behind it. Give the new table another name; or rename the old one to ${old}, with its constraints and indexes, in the migration that creates the new one, and drop ${old} when its rows are no longer needed.`;
    };
  }
  if (operation.kind !== "dropColumn") return undefined;
  const key = before.resolve(operation.table);
  const name = operation.column.text;
  const column = show(key, name);
  return (end) => {
    const found = end.column(key, name);
    if (found.is !== "present" || !isSoon(found.value.origin)) return undefined;
    return `${where(found.value.origin)} adds ${column} again, so that the drop can't wait behind it. Change the column in place of dropping it; or give the new one another name, and drop the old one when no version uses it.`;
  };
}
