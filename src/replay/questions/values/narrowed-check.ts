/** A CHECK that refuses literals which the CHECK of the same column, as the migration found it, names and allows. */
import type { Expression } from "../../../model/expression.ts";
import type { Step } from "../../step.ts";
import { isLookUp } from "../rows/few-rows.ts";
import { allows, literalOf, refuses } from "./check-value.ts";
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
  for (const token of old.flat()) {
    const literal = literalOf([token]);
    if (literal === undefined || !refuses(own, column, literal, exact)) continue;
    if (old.every((one) => allows(one, column, literal, exact)))
      values.add(literal.isText ? `'${literal.text}'` : literal.text);
  }
  const isExchanged = own.some((token) => {
    const literal = literalOf([token]);
    if (literal === undefined || !allows(own, column, literal, exact)) return false;
    return old.some((one) => refuses(one, column, literal, exact));
  });
  const rowsChanged = step
    .neighbours("earlier", "updateRows", "deleteRows", "truncateTable")
    .some((one) => one.before.resolve(one.operation.table) === found.value.key);
  // Nobody else writes such a value.
  const isOwn = rowsChanged && isLookUp(scope.before, found.value);
  return values.size === 0 || isOwn ? undefined : { column, values: [...values], isExchanged, rowsChanged };
}

/** The only column that it reads. */
function columnOf({ columns }: Expression): string | undefined {
  const names = new Set(columns.map(({ column }) => column));
  return names.size === 1 ? [...names][0] : undefined;
}
