/** The later migrations of the history that need what advice moves behind its migration. */
import type { MadeName } from "../replay/made-names.ts";
import type { Step } from "../replay/step.ts";
import type { Advice } from "./advice.ts";
import { isSoon, type LaterAdvice } from "./taken-again.ts";
import { columnsOf } from "./words.ts";
import { tellingName } from "../text/telling-name.ts";

/**
 * Of a key or an index that is built in a migration of its own: what refers to it, or names it, fails before that. A tool
 * whose migrations name those that they follow says so itself.
 *
 * @param comment a line as the advice has it
 */
export function neededLater(
  step: Step,
  advice: Advice,
  comment: (text: string) => string,
): LaterAdvice | undefined {
  const { operation, before, scope } = step;
  if (
    operation.kind !== "createIndex" &&
    operation.kind !== "addUnique" &&
    operation.kind !== "addPrimaryKey"
  )
    return undefined;
  const moves = advice.some(
    ({ language, intent, transaction }) =>
      language === "sql" && intent === "same-schema" && transaction !== "any",
  );
  if (!moves || step.direction === "down" || scope.history.inGraph === true) return undefined;
  const { index } = scope.migration;
  const table = before.resolve(operation.table);
  const columns = columnsOf(operation);
  const isKey = operation.kind !== "createIndex" || operation.unique;
  const name = operation.kind === "createIndex" ? operation.name?.name : operation.name?.text;
  const isNeed = ({ table: of, needs }: MadeName): boolean => {
    if (needs === undefined) return false;
    if ("index" in needs) return needs.index === name;
    if (!isKey || of !== table) return false;
    if (needs.key.length === 0) return operation.kind === "addPrimaryKey";
    return needs.key.length === columns.length && needs.key.every((one) => columns.includes(one));
  };
  return (made, text) => {
    const last = Math.max(0, ...versionsIn(text).map(Number));
    const paths = new Set(
      made
        .filter((one) => isSoon(one, index) && isNeed(one) && !isBehind(one.origin.path, last))
        .map(({ origin }) => origin.path),
    );
    if (paths.size === 0) return undefined;
    const needing = [...paths].map(tellingName);
    const verb = needing.length === 1 ? "needs it, and has" : "need it, and have";
    return `${text}\n${comment(`${needing.join(" and ")} ${verb} to run behind this`)}`;
  };
}

const versionsIn = (text: string): readonly string[] => text.match(/(?<!\d)\d{14}(?=_)/g) ?? [];

/** The advice names its files, and the last of them runs before this one. */
function isBehind(path: string, last: number): boolean {
  const [own] = versionsIn(tellingName(path));
  return last > 0 && own !== undefined && Number(own) > last;
}
