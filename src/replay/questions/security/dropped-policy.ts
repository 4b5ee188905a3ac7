/** Rows that nobody sees any more when a policy is dropped. */
import type { Expression } from "../../../model/expression.ts";
import type { Policy } from "../../../schema/model.ts";
import type { Step } from "../../step.ts";

export interface HiddenRows {
  readonly policy: Policy;
  /** No permissive policy is left by which anybody reads; `some`: those that are left look at the row. */
  readonly which: "all" | "some";
}

const reads = ({ permissive, command, using }: Policy): boolean =>
  permissive && using !== undefined && (command === "select" || command === "all");

/** See `SecurityQuestions.hiddenByDrop`. */
export function hiddenByDrop(
  { operation, before, scope: { after }, madeHere, isHere }: Step,
  holdsAlways: (predicate: Expression | undefined) => boolean,
): HiddenRows | undefined {
  if (operation.kind !== "dropPolicy" || operation.conditional === true || madeHere(operation.table))
    return undefined;
  const [there, last] = [before, after].map((schema) => schema.relation(operation.table));
  if (there?.is !== "present" || last?.is !== "present" || !last.value.complete) return undefined;
  if (!there.value.rowSecurity.enabled || !last.value.rowSecurity.enabled) return undefined;
  const policy = there.value.policies.find((one) => one.name === operation.name.text);
  if (policy === undefined || isHere(policy.origin) || !reads(policy)) return undefined;
  const left = last.value.policies.filter(reads);
  if (left.length === 0) return { policy, which: "all" };
  // What asks something else than the row, such as a role, may hold for all who read.
  const isOfRow = ({ using }: Policy): boolean => using !== undefined && using.columns.length > 0;
  return holdsAlways(policy.using) && left.every(isOfRow) ? { policy, which: "some" } : undefined;
}
