/** What has become of something at a later point of the history. */
import type { Origin, Relation } from "./model.ts";
import type { Schema } from "./schema.ts";

export const sameOrigin = (one: Origin | undefined, other: Origin | undefined): boolean =>
  one !== undefined &&
  one.migration === other?.migration &&
  one.path === other.path &&
  one.span.start === other.span.start;

/**
 * The relation as it is in a later schema, by whatever name. Undefined: it is gone for sure. What may have changed in a
 * way that isn't known is given back as it was.
 */
export function laterRelation(later: Schema, relation: Relation): Relation | undefined {
  const { key, origin } = relation;
  const found = later.relation(key);
  if (found.is === "unknown") return relation;
  if (found.is === "present" && isSame(found.value.origin, origin)) return found.value;
  // Made elsewhere, it can't be told from another one.
  if (origin === undefined) return relation;
  for (const one of later.relations())
    if (sameOrigin(one.origin, origin) && one.kind === relation.kind) return one;
  return undefined;
}

const isSame = (one: Origin | undefined, other: Origin | undefined): boolean =>
  one === other || sameOrigin(one, other);
