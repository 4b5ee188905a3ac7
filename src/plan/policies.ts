/** Policies of a table on the way from one schema to another. */
import { policyText } from "../recipes/statement-forms.ts";
import type { Relation } from "../schema/model.ts";
import type { Collected } from "./collected.ts";
import type { Names } from "./definitions.ts";

export function changePolicies(
  found: Collected,
  names: Names,
  from: Relation | undefined,
  to: Relation,
): void {
  const { show, spell } = names;
  const before = from?.policies ?? [];
  for (const one of before)
    if (!to.policies.includes(one))
      found.add("dropPart", `DROP POLICY ${spell(one.name)} ON ${show(to.key)}`);
  for (const one of to.policies) {
    if (before.includes(one)) continue;
    found.add("part", policyText(spell(one.name), show(to.key), one));
  }
}
