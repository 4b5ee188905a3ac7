/** The NOT NULL columns without a value that a statement, or a call in code, adds to a table together. */
import type { Step } from "../replay/step.ts";
import { callOf, senderOf, sentAt } from "./sent.ts";
import { stepsOf } from "./steps-of-statement.ts";
import { isRequired } from "./ways.ts";

type Adding = Step<"addColumn">;

/**
 * The names of those of one fault, of which the first is reported for all, as its advice takes the place of all; undefined:
 * another one is.
 */
export function requiredTogether(
  step: Adding,
  faultOf: (one: Adding) => string | undefined,
): readonly string[] | undefined {
  const fault = faultOf(step);
  const isAlike = (one: Step): one is Adding => isAddedWith(step, one) && faultOf(one) === fault;
  const all = sentWith(step);
  const first = all.find(isAlike);
  if (first !== undefined && first.operation !== step.operation) return undefined;
  const alike = first === undefined ? [step] : all.filter(isAlike);
  return alike.map((one) => step.spell(one.operation.column.name));
}

/** What the statement does, or the call that the advice takes the place of. */
function sentWith(step: Step): readonly Step[] {
  const { script, scope, direction, statement } = step;
  const steps = direction === "down" ? scope.downSteps : scope.steps;
  const isCall = script.transaction.codeSteps !== undefined && callOf(step) !== undefined;
  const sent = isCall ? sentAt(steps, script, senderOf(step)) : undefined;
  return sent?.has(statement) === true ? [...sent.values()].flat() : stepsOf(step);
}

const isAddedWith = ({ operation, before }: Adding, one: Step): one is Adding =>
  one.operation.kind === "addColumn" &&
  one.before.resolve(one.operation.table) === before.resolve(operation.table) &&
  !one.refused &&
  !one.skipped &&
  isRequired(one);

/** `a, b and c`, `a, b and 4 more`. */
export function listed(names: readonly string[]): string {
  const [shown, rest] = names.length > 3 ? [names.slice(0, 2), names.length - 2] : [names.slice(0, -1), 0];
  const last = rest > 0 ? `${rest} more` : (names.at(-1) ?? "");
  return shown.length === 0 ? last : `${shown.join(", ")} and ${last}`;
}
