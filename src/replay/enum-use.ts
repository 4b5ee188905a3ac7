/** Where a value that ALTER TYPE … ADD VALUE adds is used before its transaction commits. */
import { canUseAddedValue } from "../effects/postgres/enum-value.ts";
import type { Operation } from "../model/operation.ts";
import { tokenize } from "../sql/postgres/lexer.ts";
import type { Step } from "./step.ts";

/** Operations in which a string is no value, or isn't read before it runs. */
const noUse: ReadonlySet<Operation["kind"]> = new Set([
  "addEnumValue",
  "renameEnumValue",
  "comment",
  "createFunction",
  "createType",
  "setOption",
  "callFunction",
  "utility",
]);

/** See `Step.usedBeforeCommit`. */
export function usedBeforeCommit(step: Step, serverVersion: number): Step | undefined {
  const { operation, transaction, skipped } = step;
  if (operation.kind !== "addEnumValue" || skipped) return undefined;
  if (transaction.kind !== "block" && transaction.kind !== "implicit") return undefined;
  const inTransaction = (other: Step): boolean => other.transaction.id === transaction.id;
  const madeInIt = step
    .earlier()
    .some(
      (other) =>
        inTransaction(other) &&
        other.operation.kind === "createType" &&
        other.operation.type.name === operation.type.name,
    );
  if (canUseAddedValue(serverVersion, madeInIt)) return undefined;
  return step
    .later()
    .find((other) => inTransaction(other) && usesLabel(other, operation.type.name, operation.label));
}

/** The label stands there as a literal, beside the type's name or a column of the type. */
function usesLabel({ operation, script, before }: Step, type: string, label: string): boolean {
  if (noUse.has(operation.kind) || operation.called === true) return false;
  const tokens = tokenize(script.text, operation.span.start, operation.span.end);
  if (!tokens.some(({ kind, value }) => kind === "string" && value === label)) return false;
  const words = new Set(
    tokens.flatMap(({ kind, value }) => (kind === "word" || kind === "quoted" ? [value] : [])),
  );
  if (words.has(type)) return true;
  const named = "table" in operation && typeof operation.table === "object" ? [operation.table] : [];
  const read = "query" in operation && operation.query !== undefined ? operation.query.relations : [];
  const unnamed = operation.kind === "insertRows" && operation.columns.length === 0;
  return [...named, ...read].some((name) => {
    const found = before.relation(name);
    const columns = found.is === "present" ? found.value.columns : [];
    return columns.some((column) => column.type?.name === type && (unnamed || words.has(column.name)));
  });
}
