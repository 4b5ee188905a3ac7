/** A column that a migration defines twice, the second time with the NOT NULL that the first has left out. */
import { tableOf } from "../../../model/kinds.ts";
import { sameType } from "../../../model/types.ts";
import { serverOf, type StepParts } from "../../answers.ts";
import type { Step } from "../../step.ts";

export interface RedefinedTwice {
  readonly first: Step;
  /** What it defines is what both would as one. */
  readonly last: Step;
  /** As one, they change metadata alone. */
  readonly isQuick: boolean;
}

/**
 * Of either of the two, as `modifyDataType` and `addNotNullConstraint` send them. Not where rows are changed between them
 * that may hold NULL: these have to be filled before.
 */
export function redefinedTwice(step: Step, parts: StepParts): RedefinedTwice | undefined {
  const [first, last] = pairs(step).find(([one, other]) => isCompletedBy(one, other)) ?? [];
  if (first === undefined || last === undefined) return undefined;
  const { effects } = parts.scope.dialect;
  const alone = effects.of(last.operation, first.before, serverOf(parts)).online?.alone;
  const isQuick =
    alone !== undefined && !alone.rebuild && !alone.rowsCopied && (alone.lock ?? "NONE") === "NONE";
  return { first, last, isQuick };
}

const pairs = (step: Step): readonly (readonly [Step, Step])[] => [
  ...step.neighbours("later", "redefineColumn").map((other): [Step, Step] => [step, other]),
  ...step.neighbours("earlier", "redefineColumn").map((other): [Step, Step] => [other, step]),
];

function isCompletedBy(one: Step, other: Step): boolean {
  if (one.operation.kind !== "redefineColumn" || other.operation.kind !== "redefineColumn") return false;
  if (one.script !== other.script || one.inBody || other.inBody) return false;
  const { table, column, definition: first } = one.operation;
  const { column: again, definition: second } = other.operation;
  const isAlone = [one, other].every(({ statement }) => statement.operations.length === 1);
  const names = [column.text, first.name.text, again.text, second.name.text];
  if (!isAlone || new Set(names).size > 1) return false;
  const key = one.before.resolve(table);
  if (key !== other.before.resolve(other.operation.table) || !sameType(first.type, second.type)) return false;
  if (first.notNull || !second.notNull) return false;
  const between = one.later().slice(0, one.later().indexOf(other));
  const found = one.before.column(table, column.text);
  const hadNone = found.is === "present" && found.value.notNull === "yes";
  return between.every((step) => {
    const own = tableOf(step.operation);
    const isOfTable = own === undefined || step.before.resolve(own) === key;
    return !isOfTable || (step.changes === "rows" && hadNone);
  });
}
