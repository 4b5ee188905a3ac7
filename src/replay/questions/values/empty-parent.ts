/** Foreign keys of existing rows to a table that can't have a row yet. */
import type { Step } from "../../step.ts";
import { fillsAfter, isFilled, isWritten, type Fills } from "./fills.ts";

/** See `ValueQuestions.refersToNone`. */
export function refersToNone(step: Step, fills: Fills): "rows" | "values" | undefined {
  const { operation: key, before, createdHere, madeHere, isHere, earlier, rows } = step;
  if (key.kind !== "addForeignKey" || key.notValid || !key.enforced) return undefined;
  const own = before.resolve(key.table);
  const parent = before.relation(key.references);
  if (parent.is !== "present" || parent.value.key === own || parent.value.kind !== "table") return undefined;
  const { key: other, loaded, complete, maybeOlder, children } = parent.value;
  if (!madeHere(other) || loaded || !complete || maybeOlder !== undefined || children.length > 0)
    return undefined;
  if (createdHere(own) === "yes" || madeHere(own) || rows(own).are.startsWith("none")) return undefined;
  if (step.mysql.isOff("foreign_key_checks")) return undefined;
  const soFar = fillsAfter(fills, earlier());
  if (isWritten(soFar, other) || earlier().some(({ operation }) => unread.has(operation.kind)))
    return undefined;
  const holds = key.columns.map(({ text }) => {
    const found = before.column(own, text);
    if (found.is !== "present") return undefined;
    const { origin, notNull, type } = found.value;
    const isSet = earlier().some(
      (one) =>
        one.operation.kind === "updateRows" &&
        one.before.resolve(one.operation.table) === own &&
        one.operation.columns.some((column) => column.text === text),
    );
    if (isSet) return undefined;
    if (isHere(origin)) return isFilled(soFar, own, text) ? "rows" : undefined;
    return type === undefined ? undefined : notNull === "yes" ? "rows" : "values";
  });
  if (holds.includes(undefined)) return undefined;
  return holds.includes("values") ? "values" : "rows";
}

/** What may add rows to any table. */
const unread: ReadonlySet<string> = new Set(["callFunction", "executeDynamic", "unknown"]);
