import type { Key } from "../model/names.ts";
import type { Relation } from "./model.ts";

/** The default partition of a table, which is the last of its children; `relation` finds relations by their keys. */
export function defaultPartition(
  parent: Pick<Relation, "children"> | undefined,
  relation: (key: Key) => Relation | undefined,
): Key | undefined {
  const last = parent?.children.at(-1);
  return last !== undefined && relation(last)?.partitionOf?.bound.default === true ? last : undefined;
}
