/** After a statement that needs what is surely absent, that is unknown: one mistake is reported once. */
import type { Operation } from "../../model/operation.ts";
import type { Draft } from "../draft.ts";
import { failure } from "../failure.ts";
import type { Schema } from "../schema.ts";

export function forget(draft: Draft, schema: Schema, op: Operation): void {
  for (const found of failure(schema, op)) {
    if (found.object === undefined) continue;
    if (found.object.member === undefined) draft.doubt(found.object.tag);
    else draft.mark(found.object.tag, found.object.member, "doubted");
  }
}
