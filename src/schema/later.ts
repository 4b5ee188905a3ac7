/** What has become of something at a later point of the history. */
import type { ForeignKey, Origin, Relation } from "./model.ts";
import { addTo } from "../text/group.ts";
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
  if (found.is === "present" && isSame(found.value.origin, origin)) return found.value;
  // Made elsewhere, it can't be told from another one.
  if (origin === undefined) return relation;
  for (const one of later.relations())
    if (sameOrigin(one.origin, origin) && one.kind === relation.kind)
      return found.is === "unknown" && one.key === key ? relation : one;
  return undefined;
}

const isSame = (one: Origin | undefined, other: Origin | undefined): boolean =>
  one === other || sameOrigin(one, other);

interface KeyOfTable {
  readonly table: Relation;
  readonly key: ForeignKey;
}

/** Foreign keys of a schema by the statement that wrote them. */
const foreignKeys = new WeakMap<Schema, ReadonlyMap<string, readonly KeyOfTable[]>>();

const placeOf = ({ migration, path, span }: Origin): string => `${migration} ${span.start} ${path}`;

/** The foreign keys that a statement wrote, as far as they are there in a later schema. */
export function laterForeignKeys(later: Schema, origin: Origin): readonly KeyOfTable[] {
  let known = foreignKeys.get(later);
  if (known === undefined) {
    const found = new Map<string, KeyOfTable[]>();
    for (const table of later.relations())
      for (const key of table.constraints)
        if (key.kind === "foreign key") addTo(found, placeOf(key.origin), { table, key });
    foreignKeys.set(later, (known = found));
  }
  return known.get(placeOf(origin)) ?? [];
}
