/** After a statement that needs what is surely absent, that is unknown: one mistake is reported once. */
import type { Draft } from "../draft.ts";
import type { Failure } from "../failure.ts";

export function forget(draft: Draft, failures: readonly Failure[]): void {
  for (const { object } of failures) {
    if (object === undefined) continue;
    if (object.member === undefined) draft.doubt(object.tag);
    else draft.mark(object.tag, object.member, "doubted");
  }
}
