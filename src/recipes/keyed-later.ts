/** A later migration of the history makes a new column a key: a default that all rows share breaks it then. */
import type { MadeName } from "../replay/made-names.ts";
import type { Step } from "../replay/step.ts";
import { isSoon, makes, placeOf, type LaterAdvice } from "./taken-again.ts";

/** Of a NOT NULL column without a value for old rows. */
export function keyedLater(step: Step): LaterAdvice | undefined {
  const { operation, before, script, scope, values, show, direction } = step;
  if (operation.kind !== "addColumn" || !operation.column.notNull || direction === "down") return undefined;
  if (!values.leavesNull()) return undefined;
  const { index } = scope.migration;
  const table = before.resolve(operation.table);
  const { text } = operation.column.name;
  const isOfIt = (one: MadeName): boolean => one.table === table && one.column === text;
  return (made, advice) => {
    // Nullable as it is.
    if (!/default/i.test(advice)) return undefined;
    const key = made.find((one) => isOfIt(one) && isKey(one) && isSoon(one, index));
    if (key === undefined) return undefined;
    // Whoever fills it before, or makes another one of its name, gives other values.
    const isChanged = made.some(
      (one) =>
        isOfIt(one) &&
        one.origin.migration >= index &&
        one.origin.migration <= key.origin.migration &&
        (one.keyed === "filled" || (makes(one) && one.origin.migration > index)),
    );
    if (isChanged) return undefined;
    const column = show(table, text);
    const what =
      key.keyed === "unique"
        ? `makes ${column} unique, which a default that all rows share isn't`
        : `makes ${column} a foreign key, in which a default that all rows share seldom finds a partner`;
    return `${placeOf(key.origin, script.path)} ${what}. Add it as NULL, give each row a value of its own, and then add the key and NOT NULL in a later migration.`;
  };
}

const isKey = ({ keyed }: MadeName): boolean => keyed === "unique" || keyed === "foreign key";
