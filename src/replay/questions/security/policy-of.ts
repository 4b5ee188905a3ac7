import type { Key, Name, QualifiedName } from "../../../model/names.ts";
import type { Policy, Relation } from "../../../schema/model.ts";
import { laterRelation, sameOrigin } from "../../../schema/later.ts";
import type { Schema } from "../../../schema/schema.ts";
import type { Step } from "../../step.ts";

/** The policy of that name, with its table, as far as the schema knows it. */
export function policyOf(
  schema: Schema,
  table: QualifiedName | Key,
  { text }: Name,
): { readonly table: Relation; readonly policy: Policy } | undefined {
  const found = schema.relation(table);
  const policy = found.is === "present" ? found.value.policies.find(({ name }) => name === text) : undefined;
  return found.is === "present" && policy !== undefined ? { table: found.value, policy } : undefined;
}

export interface LastingPolicy {
  readonly policy: Policy;
  /** In that later schema it is gone, or has been made again. */
  readonly isGone: (later: Schema) => boolean;
}

/** See `SecurityQuestions.lastingPolicy`. */
export function lastingPolicy({ operation, scope }: Step): LastingPolicy | undefined {
  if (operation.kind !== "createPolicy" && operation.kind !== "alterPolicy") return undefined;
  const found = policyOf(scope.after, operation.table, operation.name);
  if (found === undefined) return undefined;
  const { table, policy } = found;
  const isGone = (later: Schema): boolean =>
    laterRelation(later, table)?.policies.some(
      (one) =>
        sameOrigin(one.origin, policy.origin) &&
        one.using?.text === policy.using?.text &&
        one.withCheck?.text === policy.withCheck?.text,
    ) !== true;
  return { policy, isGone };
}
