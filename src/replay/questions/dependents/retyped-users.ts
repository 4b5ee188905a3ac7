/** Functions whose bodies, which are only text, compare a column with a parameter, and which its new type breaks. */
import { kindsOfTypes } from "../../../effects/postgres/kinds-of-types.ts";
import type { ColumnType } from "../../../model/types.ts";
import type { Routine } from "../../../schema/model.ts";
import { tokenize } from "../../../sql/postgres/lexer.ts";
import type { Step } from "../../step.ts";
import { comparisons } from "../tokens.ts";
import { isOf, left } from "./rename-users.ts";

export interface OldTyped {
  readonly routine: Routine;
  readonly parameter: { readonly name: string; readonly type: ColumnType };
}

/** Behind the second operand of a comparison. */
const ends =
  /^(?:\)|;|,|and|or|then|loop|order|group|having|limit|for|returning|union|on|left|inner|join|end|else|when)?$/;
/** In front of the first one. */
const begins = /^(?:\(|where|and|or|not|on|when|if|elsif|\.)$/;

/** See `DependentQuestions.functionsOfOldType`. */
export function functionsOfOldType(step: Step): readonly OldTyped[] {
  const { operation, before, scope } = step;
  if (operation.kind !== "changeColumnType") return [];
  const { table, column, type } = operation;
  const kindOf = (one: ColumnType): string | undefined => {
    const below = before.belowDomains(one).type;
    return below.schema === undefined && below.dimensions === 0 ? kindsOfTypes[below.name] : undefined;
  };
  const [old, end] = [before.column(table, column.text), scope.after.column(table, column.text)];
  if (old.is !== "present" || end.is !== "present" || old.value.type === undefined) return [];
  const [was, now] = [kindOf(old.value.type), kindOf(type)];
  if (was === undefined || now === undefined || was === now) return [];
  if (end.value.type === undefined || kindOf(end.value.type) !== now) return [];
  if (before.hasAny("operator") || before.hasAny("cast")) return [];
  const key = before.resolve(table);
  const users = left(step, ({ columns }) => {
    const named = columns.filter((used) => used.column === column.text);
    return named.length > 0 && named.every((used) => isOf(used, key, before));
  });
  return users.flatMap((routine) => {
    const { body, parameters } = routine.definition;
    const inward = parameters.filter(({ mode }) => mode !== "out" && mode !== "table");
    const given = new Map(
      inward.flatMap(({ name, type: own }, i) =>
        kindOf(own) === was ? [name ?? "", `$${i + 1}`].map((one) => [one, own] as const) : [],
      ),
    );
    const compared = comparedWith(body?.text ?? "", column.text).find(
      (name) => given.has(name) && before.column(table, name).is !== "present",
    );
    const own = compared === undefined ? undefined : given.get(compared);
    return compared === undefined || own === undefined
      ? []
      : [{ routine, parameter: { name: compared, type: own } }];
  });
}

/** `id = p_id`, `o.id = p_id`, `p_id = id`: what stands on the other side, alone. */
function comparedWith(body: string, column: string): readonly string[] {
  const tokens = tokenize(body).filter(({ kind }) => kind !== "comment");
  const at = (i: number): string => (tokens[i]?.kind === "string" ? "'" : (tokens[i]?.value ?? ""));
  return tokens.flatMap(({ kind, value }, i) => {
    if (kind !== "operator" || !comparisons.has(value)) return [];
    const isQualified = at(i + 2) === ".";
    const [left, right, last] = [at(i - 1), at(isQualified ? i + 3 : i + 1), isQualified ? i + 3 : i + 1];
    if (!begins.test(at(i - 2)) || !ends.test(at(last + 1))) return [];
    if (left === column && !isQualified) return [right];
    return right === column && at(i - 2) !== "." ? [left] : [];
  });
}
