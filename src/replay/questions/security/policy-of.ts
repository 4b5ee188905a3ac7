import type { Key, Name, QualifiedName } from "../../../model/names.ts";
import type { Policy, Relation } from "../../../schema/model.ts";
import type { Schema } from "../../../schema/schema.ts";

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
