/** Where a value that ALTER TYPE … ADD VALUE adds is used before its transaction commits. */
import { canUseAddedValue } from "../../../effects/postgres/enum-value.ts";
import { tableOf } from "../../../model/kinds.ts";
import type { Operation } from "../../../model/operation.ts";
import { tokenize, type Token } from "../../../sql/postgres/lexer.ts";
import type { Step } from "../../step.ts";

/** Operations in which a string is no value, or isn't read before it runs. */
const noUse: ReadonlySet<Operation["kind"]> = new Set([
  "addEnumValue",
  "renameEnumValue",
  "comment",
  "createType",
  "setOption",
  "callFunction",
  "utility",
]);

/** See `ValueQuestions.usedBeforeCommit`. */
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
export function usesLabel(
  {
    operation,
    script,
    before,
  }: Pick<Step, "operation" | "before"> & { readonly script: { readonly text: string } },
  type: string,
  label: string,
): boolean {
  if (noUse.has(operation.kind)) return false;
  const { start, end } = operation.span;
  if (operation.called === true || !script.text.slice(start, end).includes(label)) return false;
  // The body of an SQL function is analysed at once, that of others when it runs.
  const isBody = operation.kind === "createFunction";
  if (isBody && operation.language !== "sql") return false;
  const text = isBody ? tokenize(operation.body?.text ?? "") : tokenize(script.text, start, end);
  const tokens = text.filter(({ kind }) => kind !== "comment");
  if (!tokens.some(({ kind, value }) => kind === "string" && value === label)) return false;
  if (ofType(operation, type) || tokens.some((_, at) => isCast(tokens, at, type))) return true;
  const words = new Set(
    tokens.flatMap(({ kind, value }) => (kind === "word" || kind === "quoted" ? [value] : [])),
  );
  const table = tableOf(operation);
  const query = isBody ? operation.uses : "query" in operation ? operation.query : undefined;
  const read = query?.relations ?? [];
  const unnamed = operation.kind === "insertRows" && operation.columns.length === 0;
  return [...(table === undefined ? [] : [table]), ...read].some((name) => {
    const found = before.relation(name);
    const columns = found.is === "present" ? found.value.columns : [];
    return columns.some((column) => column.type?.name === type && (unnamed || words.has(column.name)));
  });
}

/** A column of the type is made. */
function ofType(operation: Operation, type: string): boolean {
  if (operation.kind === "createTable") return operation.columns.some((column) => column.type.name === type);
  return operation.kind === "addColumn" && operation.column.type.name === type;
}

/** `::type` or `AS type`, perhaps with a schema. */
function isCast(tokens: readonly Token[], at: number, type: string): boolean {
  const token = tokens[at];
  if ((token?.kind !== "word" && token?.kind !== "quoted") || token.value !== type) return false;
  const before = tokens[at - 1]?.value === "." ? at - 3 : at - 1;
  return tokens[before]?.value === "::" || tokens[before]?.value === "as";
}
