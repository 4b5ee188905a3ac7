/** Statements that set the next number of sequences. */
import { nameInText, type Key } from "../../model/names.ts";
import type { Operation } from "../../model/operation.ts";
import type { Draft } from "../draft.ts";
import { values } from "../persistent.ts";

export function renumber(draft: Draft, op: Operation): void {
  switch (op.kind) {
    case "alterSequence":
      // `OWNED BY`, `AS bigint` and `SET LOGGED` leave its number as it is.
      if (op.ownedBy === undefined && op.type === undefined && op.logged === undefined)
        ofRelation(draft, draft.resolve(op.sequence));
      return;
    case "alterIdentity":
      ofRelation(draft, draft.resolve(op.table));
      return;
    case "executeDynamic":
      if (/\b(?:setval|alter\s+sequence)\b/i.test(op.prefix ?? "")) ofRelation(draft, undefined);
      return;
    case "selectRows":
    case "updateRows":
    case "insertRows":
      for (const name of op.query.renumbers ?? [])
        ofRelation(draft, name === "" ? undefined : draft.resolve(nameInText(name)));
      return;
    case "callFunction":
      if (op.function.name === "setval") ofRelation(draft, undefined);
  }
}

/** Of a table: all of its sequences. Undefined: which one isn't known until it runs. */
function ofRelation(draft: Draft, key: Key | undefined): void {
  for (const one of [...values(draft.state.relations)])
    if (one.kind === "sequence" && (key === undefined || one.key === key || one.ownedBy?.table === key))
      draft.put({ ...one, renumbered: draft.origin.migration });
}
