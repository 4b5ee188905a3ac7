/** Foreign keys of existing rows to a row that isn't there: their table is new and empty, or gives out no such key. */
import type { Key } from "../../../model/names.ts";
import type { Origin } from "../../../schema/model.ts";
import type { Step } from "../../step.ts";
import { refersToCounted } from "./implicit-keys.ts";
import { fillsAfter, isFilled, isWritten, type Fills } from "./fills.ts";
import { stillEmpty } from "./still-empty.ts";

/** See `ValueQuestions.refersToNone`. */
export type NoReferent = "rows" | "values" | "unfilled" | "default" | "constant" | undefined;

/** See `ValueQuestions.refersToNone`. */
export function refersToNone(step: Step, fills: Fills): NoReferent {
  const { operation, before, createdHere, madeHere, rows } = step;
  if (operation.kind !== "addForeignKey") return undefined;
  const own = before.resolve(operation.table);
  const isEmpty = createdHere(own) === "yes" || madeHere(own) || rows(own).are.startsWith("none");
  return isEmpty ? undefined : referentOf(step, fills);
}

/** See `ValueQuestions.keyNeedsNoRow`. */
export function keyNeedsNoRow(step: Step, fills: Fills): boolean {
  const { operation: key, before, inBody, skipped, madeHere } = step;
  if (key.kind !== "addForeignKey" || key.conditional === true || key.caught === true) return false;
  if (inBody || skipped || step.refused || madeHere(before.resolve(key.table))) return false;
  const isRequired = key.columns.every(({ text }) => {
    const found = before.column(key.table, text);
    return found.is === "present" && found.value.notNull === "yes";
  });
  return isRequired && referentOf(step, fills) === "rows";
}

/** Whatever rows the table has. */
function referentOf(step: Step, fills: Fills): NoReferent {
  const { operation: key, before, madeHere, isHere, earlier } = step;
  if (key.kind !== "addForeignKey" || key.notValid || !key.enforced) return undefined;
  const own = before.resolve(key.table);
  const parent = before.relation(key.references);
  if (parent.is !== "present" || parent.value.key === own || parent.value.kind !== "table") return undefined;
  if (step.mysql.isOff("foreign_key_checks")) return undefined;
  const { key: other, loaded, complete, maybeOlder, children, origin: made } = parent.value;
  const soFar = fillsAfter(fills, earlier());
  const isMadeBefore = !madeHere(other) && isByNextBefore(step, made) && !isOfFile(step, own);
  if (!madeHere(other) && !isMadeBefore) {
    const value = isWritten(soFar, other) ? undefined : newDefault(step);
    if (value === undefined) return undefined;
    if (/^(?:0|-\d+)$/.test(value)) return refersToCounted(step) ? "default" : undefined;
    return isKey.test(value) ? "constant" : undefined;
  }
  if (loaded || !complete || maybeOlder !== undefined || children.length > 0) return undefined;
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
    if (type === undefined || notNull === "yes") return type && "rows";
    if (stillEmpty(step, key.table, text, fills)) return undefined;
    return isFilled(soFar, own, text) ? "values" : "unfilled";
  });
  if (holds.includes(undefined)) return undefined;
  if (holds.includes("unfilled")) return "unfilled";
  // A release may have come between the two.
  return isMadeBefore || holds.includes("values") ? "values" : "rows";
}

/** The migration just before this one has made it, a changeset of the same file. */
const isByNextBefore = ({ scope }: Step, origin: Origin | undefined): boolean =>
  origin?.migration === scope.migration.index - 1 && isOfSameFile(scope, origin);

/** A changeset of the same file has made the table. */
function isOfFile({ before, scope }: Step, table: Key): boolean {
  const found = before.relation(table);
  return found.is === "present" && isOfSameFile(scope, found.value.origin);
}

const isOfSameFile = ({ migration, history }: Step["scope"], origin: Origin | undefined): boolean =>
  origin !== undefined && history.migrations[origin.migration]?.up.path === migration.up.path;

/** What all rows have in its only column, which is new: its default. */
function newDefault({ operation, before, isHere, earlier }: Step): string | undefined {
  if (operation.kind !== "addForeignKey" || operation.columns.length !== 1) return undefined;
  const own = before.resolve(operation.table);
  const found = before.column(own, operation.columns[0]?.text ?? "");
  if (found.is !== "present" || !isHere(found.value.origin)) return undefined;
  const isChanged = earlier().some(
    ({ operation: one, before: then }) =>
      unread.has(one.kind) || (one.kind === "updateRows" && then.resolve(one.table) === own),
  );
  return isChanged ? undefined : found.value.default?.text.replaceAll("'", "");
}

/** A number, or a uuid: no expression. */
const isKey = /^(?:[1-9]\d{0,18}|[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})$/i;

/** What may add rows to any table. */
const unread: ReadonlySet<string> = new Set(["callFunction", "executeDynamic", "unknown"]);
