/** Policies of a table on the way from one schema to another. */
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
    const { name, permissive, command, roles, using, withCheck } = one;
    found.add(
      "part",
      [
        `CREATE POLICY ${spell(name)} ON ${show(to.key)}`,
        ...(permissive ? [] : ["AS RESTRICTIVE"]),
        ...(command === "all" ? [] : [`FOR ${command.toUpperCase()}`]),
        ...(roles.length === 0 ? [] : [`TO ${roles.join(", ")}`]),
        ...(using === undefined ? [] : [`USING (${using.text})`]),
        ...(withCheck === undefined ? [] : [`WITH CHECK (${withCheck.text})`]),
      ].join(" "),
    );
  }
}
