/** What REVOKE takes of the privileges that say which columns a role may write. */
import type { OperationOf } from "../../model/operation.ts";
import type { Draft } from "../draft.ts";
import { values } from "../persistent.ts";

const writes = ["INSERT", "UPDATE"];

export function grant(draft: Draft, { privileges, grantees, columns, inSchemas, ...op }: OperationOf<"grant">): void {
  // What is revoked of a column is still granted by the whole table (run on PostgreSQL 15).
  if (op.object !== "table" || op.defaults || columns !== undefined) return;
  const of = writes.filter((one) => privileges.includes(one) || privileges.includes("ALL"));
  const these = of.flatMap((privilege) => grantees.map((role) => `${privilege} ${role}`));
  if (these.length === 0) return;
  const named = op.relations.map((name) => draft.resolve(name));
  const below =
    inSchemas.length === 0
      ? []
      : [...values(draft.state.relations)].flatMap(({ schema, key }) => (inSchemas.includes(schema) ? key : []));
  for (const key of [...named, ...below])
    draft.change(key, (old) => {
      if (!op.revoke && old.revoked === undefined) return old;
      const kept = (old.revoked ?? []).filter((one) => !these.includes(one));
      return { ...old, revoked: op.revoke ? [...kept, ...these] : kept };
    });
}
