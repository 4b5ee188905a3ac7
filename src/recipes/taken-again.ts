/** Names that a migration soon gives to something else: what is dropped in a later one would be in the way of that. */
import type { MadeName } from "../replay/made-names.ts";
import type { Step } from "../replay/step.ts";
import type { Origin } from "../schema/model.ts";
import type { Advice } from "./advice.ts";
import { optionalInWords } from "./optional-columns.ts";
import { refusingKeys } from "./refusing-keys.ts";
import { quote } from "./words.ts";

/**
 * Takes the place of advice, or adds to its text, by all names that the history has made, in its order. Undefined: the
 * advice is right.
 */
export type LaterAdvice = (made: readonly MadeName[], text: string) => string | undefined;

/** It needs nothing, and isn't about what is there. */
export const makes = ({ needs, keyed, backTo }: MadeName): boolean =>
  needs === undefined && keyed === undefined && backTo === undefined;

/** A deployment fits between two migrations that are farther apart. */
const near = 5;

/** So soon behind the migration of that index that no deployment may be between them. */
export const isSoon = ({ origin: { migration } }: MadeName, index: number): boolean =>
  migration > index && migration <= index + near;

/** Of a drop that the advice puts off behind a deployment. */
export function takenAgain(step: Step, advice: Advice): LaterAdvice | undefined {
  const { operation, before, script, show } = step;
  if (!advice.some(({ after }) => after === "deploy")) return undefined;
  const next = takenBy(step);
  if (next === undefined) return undefined;
  const where = (by: Origin): string => placeOf(by, script.path);
  if (operation.kind === "dropTable") {
    const table = show(before.resolve(operation.table));
    const old = quote(`${operation.table.name}_old`);
    return (made) => {
      const by = next(made);
      if (by === undefined) return undefined;
      // The call may have dropped others of its tables before.
      const keys = refusingKeys(step, operation.table, [step]).drops.map((one) => `\`${one}\``);
      const first = keys.length === 0 ? "" : `drop its foreign keys here (${keys.join(" and ")}), `;
      if (by.isView === true)
        return `${where(by.origin)} makes ${table} a view, so that the drop can't wait behind it. In place of the drop, ${first}rename the table to ${old} directly before that creates the view, and drop ${old} when the view is known to show all that its rows hold.`;
      return `${where(by.origin)} creates ${table} again, so that the drop can't wait behind it. Give the new table another name; or ${first}rename the old one to ${old}, with its constraints and indexes, in the migration that creates the new one, and drop ${old} when its rows are no longer needed.`;
    };
  }
  if (operation.kind !== "dropColumn") return undefined;
  const column = show(before.resolve(operation.table), operation.column.text);
  const optional = optionalInWords(step, operation.table, operation.column);
  return (made) => {
    const by = next(made);
    if (by === undefined) return undefined;
    return `${where(by.origin)} adds ${column} again, so that the drop can't wait behind it. Change the column in place of dropping it; or give the new one another name, ${optional}and drop the old one when no version uses it.`;
  };
}

/** As the subject of a sentence. */
export const placeOf = ({ path }: Origin, own: string): string =>
  path === own ? "A later migration of this file" : path;

/** What soon makes something of the name that the step drops. Undefined: it drops neither a table nor a column. */
export function takenBy({
  operation,
  before,
  scope,
}: Step): ((made: readonly MadeName[]) => MadeName | undefined) | undefined {
  if (operation.kind !== "dropTable" && operation.kind !== "dropColumn") return undefined;
  const { index } = scope.migration;
  const key = before.resolve(operation.table);
  const name = operation.kind === "dropColumn" ? operation.column.text : undefined;
  const isTaken = (one: MadeName): boolean => makes(one) && one.table === key && one.column === name;
  return (made) => made.find((one) => isTaken(one) && isSoon(one, index));
}
