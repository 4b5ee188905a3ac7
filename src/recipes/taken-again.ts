/** Names that a migration soon gives to something else: what is dropped in a later one would be in the way of that. */
import type { MadeName } from "../replay/made-names.ts";
import type { Step } from "../replay/step.ts";
import type { Origin } from "../schema/model.ts";
import type { Key } from "../model/names.ts";
import type { Advice } from "./advice.ts";
import { quote } from "./words.ts";

/** Takes the place of advice, by all names that the history has made, in its order. Undefined: the advice is right. */
export type LaterAdvice = (made: readonly MadeName[]) => string | undefined;

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
  const isSoon = ({ migration }: Origin): boolean => migration > index && migration <= index + near;
  const nextIn = (made: readonly MadeName[], table: Key, name?: string): Origin | undefined =>
    made.find((one) => one.table === table && one.column === name && isSoon(one.origin))?.origin;
  if (operation.kind === "dropTable") {
    const key = before.resolve(operation.table);
    const table = show(key);
    const old = quote(`${operation.table.name}_old`);
    return (made) => {
      const next = nextIn(made, key);
      if (next === undefined) return undefined;
      return `${where(next)} creates ${table} again, so that the drop can't wait behind it. Give the new table another name; or rename the old one to ${old}, with its constraints and indexes, in the migration that creates the new one, and drop ${old} when its rows are no longer needed.`;
    };
  }
  if (operation.kind !== "dropColumn") return undefined;
  const key = before.resolve(operation.table);
  const name = operation.column.text;
  const column = show(key, name);
  return (made) => {
    const next = nextIn(made, key, name);
    if (next === undefined) return undefined;
    return `${where(next)} adds ${column} again, so that the drop can't wait behind it. Change the column in place of dropping it; or give the new one another name, and drop the old one when no version uses it.`;
  };
}
