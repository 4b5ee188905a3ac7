/** A CHECK that refuses literals which the CHECK of the same column, as the migration found it, names and allows. */
import type { Expression } from "../../../model/expression.ts";
import type { Step } from "../../step.ts";
import { isLookUp } from "../rows/few-rows.ts";
import type { ScriptToken } from "../tokens.ts";
import { allows, literalOf, refuses, type Literal } from "./check-value.ts";
import { isExact, tokensOf } from "./refused-values.ts";

export interface NarrowedCheck {
  readonly column: string;
  /** As written. */
  readonly values: readonly string[];
  /** It allows values that the old CHECK refuses: who is to write them needs a CHECK that allows both. */
  readonly isExchanged: boolean;
  /** The migration has changed rows of the table: they may all fit. */
  readonly rowsChanged: boolean;
}

/** See `ValueQuestions.narrowedCheck`. */
export function narrowedCheck(step: Step): NarrowedCheck | undefined {
  const { operation, scope } = step;
  if (operation.kind !== "addCheck" || operation.conditional === true) return undefined;
  const column = columnOf(operation.expression);
  const found = scope.before.relation(operation.table);
  if (column === undefined || found.is !== "present") return undefined;
  const old = found.value.constraints.flatMap((one) =>
    one.kind === "check" && one.enforced && columnOf(one.expression) === column
      ? [tokensOf(step, one.expression)]
      : [],
  );
  const own = tokensOf(step, operation.expression);
  const values = new Set<string>();
  const of = found.value.columns.find(({ name }) => name === column);
  const exact = of !== undefined && isExact(step, of);
  for (const literal of old.flatMap(literalsIn)) {
    if (!refuses(own, column, literal, exact)) continue;
    if (old.every((one) => allows(one, column, literal, exact)))
      values.add(literal.isText ? `'${literal.text}'` : literal.text);
  }
  const isExchanged = literalsIn(own).some(
    (literal) =>
      allows(own, column, literal, exact) && old.some((one) => refuses(one, column, literal, exact)),
  );
  const rowsChanged = step
    .neighbours("earlier", "updateRows", "deleteRows", "truncateTable")
    .some((one) => one.before.resolve(one.operation.table) === found.value.key);
  // Nobody else writes such a value.
  const isOwn = rowsChanged && isLookUp(scope.before, found.value);
  return values.size === 0 || isOwn ? undefined : { column, values: [...values], isExchanged, rowsChanged };
}

/** It refuses a value that all of the old CHECKs of its column allow: one that either names, or the next number. */
export function allowsLess(step: Step<"addCheck">, old: readonly Expression[]): boolean {
  const read = readBoth(step, old);
  return (
    read?.values.some(
      (value) =>
        read.says(refuses, read.own, value) && read.old.every((one) => read.says(allows, one, value)),
    ) === true
  );
}

/** A value that it names and allows, and that the other CHECK of the column refuses. */
export function onlyNewAllows(step: Step<"addCheck">, other: Expression): string | undefined {
  const read = columnOf(other) === columnOf(step.operation.expression) ? readBoth(step, [other]) : undefined;
  const found = read?.values.find(
    (value) => read.says(allows, read.own, value) && read.old.every((one) => read.says(refuses, one, value)),
  );
  return found && (found.isText ? `'${found.text}'` : found.text);
}

/** The tokens of both, and the values that tell them apart. */
function readBoth({ operation, before }: Step<"addCheck">, old: readonly Expression[]) {
  const column = columnOf(operation.expression);
  const of = column === undefined ? undefined : before.column(operation.table, column);
  if (column === undefined || of?.is !== "present") return undefined;
  const exact = isExact({ before }, of.value);
  const own = tokensOf({ before }, operation.expression);
  const others = old.map((one) => tokensOf({ before }, one));
  return {
    own,
    old: others,
    values: [own, ...others].flatMap(literalsIn).flatMap(withNext),
    says: (answer: typeof allows, tokens: readonly ScriptToken[], value: Literal): boolean =>
      answer(tokens, column, value, exact),
  };
}

function literalsIn(tokens: readonly ScriptToken[]): readonly Literal[] {
  return tokens.flatMap((token, at) => {
    const sign = token.kind === "number" && isSign(tokens, at - 1) ? tokens.slice(at - 1, at) : [];
    return literalOf([...sign, token]) ?? [];
  });
}

/** A minus that nothing stands before to subtract from. */
function isSign(tokens: readonly ScriptToken[], at: number): boolean {
  const [before, token] = [tokens[at - 1], tokens[at]];
  if (token?.value !== "-" || token.kind === "string") return false;
  return before === undefined || /^(?:[(,<>=]|[<>!]=|<>|and|between|in)$/.test(before.value);
}

function withNext(literal: Literal): readonly Literal[] {
  const { number, isText } = literal;
  if (isText || number === undefined || !Number.isSafeInteger(number)) return [literal];
  return [number - 1, number, number + 1].map((one) => ({ text: String(one), isText: false, number: one }));
}

/** The only column that it reads. */
function columnOf({ columns }: Expression): string | undefined {
  const names = new Set(columns.map(({ column }) => column));
  return names.size === 1 ? [...names][0] : undefined;
}
