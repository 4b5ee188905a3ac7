/** A schema whose tables may have more than is known of them. */
import { set, values } from "./persistent.ts";
import { schemaOf, stateOf, type Schema } from "./schema.ts";

export function withoutEnds(schema: Schema): Schema {
  const state = stateOf(schema);
  let { relations } = state;
  for (const relation of [...values(relations)])
    if (relation.complete) relations = set(relations, relation.key, { ...relation, complete: false });
  return schemaOf({ ...state, relations });
}
