import type { Step } from "../../step.ts";

/** See `SecurityQuestions.takesNothing`. */
export function isTakenBefore({ earlier, names, operation }: Step, role: string): boolean {
  if (operation.kind !== "grant" || operation.object === "role" || operation.relations.length > 1)
    return false;
  const { inSchemas, privileges } = operation;
  for (const { operation: other, names: its } of earlier().toReversed()) {
    if (other.kind !== "grant" || other.defaults || other.columns !== undefined) continue;
    const isSame = its.objectText() === names.objectText() && other.inSchemas.join() === inSchemas.join();
    if (!isSame || !other.grantees.includes(role)) continue;
    const covers = (privilege: string): boolean =>
      other.privileges.some((one) => one === "ALL" || one === privilege);
    if (!other.revoke || privileges.every(covers)) return other.revoke;
  }
  return false;
}
