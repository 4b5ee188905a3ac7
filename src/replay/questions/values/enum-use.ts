/** Where a value that ALTER TYPE … ADD VALUE adds is used before its transaction commits. */
import { canUseAddedValue } from "../../../effects/postgres/enum-value.ts";
import { changed, tableOf } from "../../../model/kinds.ts";
import type { Operation } from "../../../model/operation.ts";
import { keyOf } from "../../../model/names.ts";
import type { Schema } from "../../../schema/schema.ts";
import type { Tri } from "../../../schema/model.ts";
import { tokenize, type Token } from "../../../sql/postgres/lexer.ts";
import type { Step } from "../../step.ts";
import { closing, comparisons } from "../tokens.ts";

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

/** Of a value: where it is used; `certain`: as one of that type, and not in a column whose type isn't known. */
export interface LabelUse<T> {
  readonly use: T;
  readonly certain: boolean;
}

/** The first certain one, or else the first. */
export function firstUse<T>(all: readonly T[], uses: (one: T) => Tri): LabelUse<T> | undefined {
  const doubtful = all.map((one) => [one, uses(one)] as const).filter(([, answer]) => answer !== "no");
  const [use, answer] = doubtful.find(([, one]) => one === "yes") ?? doubtful[0] ?? [];
  return use === undefined ? undefined : { use, certain: answer === "yes" };
}

/** See `ValueQuestions.usedBeforeCommit`. */
export function usedBeforeCommit(step: Step, serverVersion: number): LabelUse<Step> | undefined {
  const { operation, transaction, skipped, script } = step;
  if (operation.kind !== "addEnumValue" || skipped) return undefined;
  // The first statement of a pipeline is in the transaction of those behind it.
  const isShared = transaction.kind !== "none" || script.transaction.sends === "pipeline";
  if (transaction.kind === "unknown" || !isShared) return undefined;
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
  return firstUse(step.later().filter(inTransaction), (other) =>
    usesLabel(other, operation.type.name, operation.label),
  );
}

/** The label stands there as a literal, beside the type's name or a column of the type; unknown: of a type that isn't known. */
export function usesLabel(
  {
    operation,
    script,
    before,
  }: Pick<Step, "operation" | "before"> & { readonly script: { readonly text: string } },
  type: string,
  label: string,
): Tri {
  if (noUse.has(operation.kind)) return "no";
  const { start, end } = operation.span;
  if (operation.called === true || !script.text.slice(start, end).includes(label)) return "no";
  // The body of an SQL function is analysed at once, that of others when it runs.
  const isBody = operation.kind === "createFunction";
  if (isBody && operation.language !== "sql") return "no";
  const text = isBody ? tokenize(operation.body?.text ?? "") : tokenize(script.text, start, end);
  const tokens = text.filter(({ kind }) => kind !== "comment");
  if (!tokens.some(({ kind, value }) => kind === "string" && value === label)) return "no";
  if (ofType(operation, type) || tokens.some((_, at) => isCast(tokens, at, type))) return "yes";
  if (tokens.some((_, at) => isGivenBack(before, tokens, at, type) && meetsLabel(tokens, at, label)))
    return "yes";
  const words = new Set(tokens.flatMap((token) => (isName(token) ? [token.value] : [])));
  const table = tableOf(operation);
  const query = isBody ? operation.uses : "query" in operation ? operation.query : undefined;
  const read = query?.relations ?? [];
  const unnamed = operation.kind === "insertRows" && operation.columns.length === 0;
  const answers = [...(table === undefined ? [] : [table]), ...read].map((name): Tri => {
    const found = before.relation(name);
    if (found.is !== "present") return found.is === "absent" ? "no" : "unknown";
    const { columns, complete } = found.value;
    const used = columns.filter((column) => unnamed || words.has(column.name));
    if (used.some((column) => column.type?.name === type)) return "yes";
    const isKnown = complete || (used.length > 0 && used.every((column) => column.type !== undefined));
    return isKnown ? "no" : "unknown";
  });
  if (answers.includes("yes")) return "yes";
  return changed(operation) === "rows" && answers.includes("unknown") ? "unknown" : "no";
}

/** A column of the type is made. */
function ofType(operation: Operation, type: string): boolean {
  if (operation.kind === "createTable") return operation.columns.some((column) => column.type.name === type);
  return operation.kind === "addColumn" && operation.column.type.name === type;
}

/** `::type` or `AS type`, perhaps with a schema. */
function isCast(tokens: readonly Token[], at: number, type: string): boolean {
  if (!isName(tokens[at]) || tokens[at].value !== type) return false;
  const before = tokens[at - 1]?.value === "." ? at - 3 : at - 1;
  return tokens[before]?.value === "::" || tokens[before]?.value === "as";
}

/** `f(`, a function of the history that gives back the type, in all of its forms. */
function isGivenBack(schema: Schema, tokens: readonly Token[], at: number, type: string): boolean {
  if (!isName(tokens[at]) || tokens[at + 1]?.value !== "(") return false;
  const name = tokens[at].value;
  const own = tokens[at - 1]?.value === "." ? tokens[at - 2]?.value : undefined;
  for (const path of own === undefined ? schema.searchPath : [own]) {
    const found = schema.routines(keyOf(path, name));
    if (found.is === "present")
      return found.value.every(({ definition }) => definition.returns?.name === type);
    if (found.is === "unknown") return false;
  }
  return false;
}

/** The call that begins there is compared with the label: `f(1) = 'x'`, `'x' <> f(1)`, `f(1) IN ('x', 'y')`. */
function meetsLabel(tokens: readonly Token[], call: number, label: string): boolean {
  const isLabel = (at: number): boolean => tokens[at]?.kind === "string" && tokens[at].value === label;
  const start = tokens[call - 1]?.value === "." ? call - 2 : call;
  if (comparisons.has(tokens[start - 1]?.value ?? "") && isLabel(start - 2)) return true;
  const end = closing(tokens, call + 1) + 1;
  if (comparisons.has(tokens[end]?.value ?? "")) return isLabel(end + 1);
  const list = tokens[end]?.value === "not" ? end + 2 : end + 1;
  if (tokens[list - 1]?.value !== "in" || tokens[list]?.value !== "(") return false;
  const last = closing(tokens, list);
  return tokens.some((_, at) => at > list && at < last && isLabel(at));
}

const isName = (token: Token | undefined): token is Token =>
  token?.kind === "word" || token?.kind === "quoted";
