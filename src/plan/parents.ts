/** Tables that a table inherits from or is a part of, on the way from one schema to another. */
import type { Key } from "../model/names.ts";
import type { Relation } from "../schema/model.ts";
import type { Schema } from "../schema/schema.ts";
import type { Collected } from "./collected.ts";
import type { Names } from "./definitions.ts";

const parentsOf = ({ partitionOf, parents }: Relation): readonly Key[] =>
  partitionOf === undefined ? parents : [partitionOf.parent];

/** Those of `one` that `other` hasn't. */
const only = (one: Relation, other: Relation): readonly Key[] =>
  parentsOf(one).filter((key) => !parentsOf(other).includes(key));

/**
 * Leaves the parents that the wanted table hasn't, and joins those that it has. Both tables as they are between: what the one
 * has of the parents that it leaves, and the other of those that it joins, is their own.
 */
export function changeParents(
  found: Collected,
  { names, from: before, to: wanted }: { readonly names: Names; readonly from: Schema; readonly to: Schema },
  from: Relation,
  to: Relation,
): readonly [Relation, Relation] {
  const head = `ALTER TABLE ${names.show(to.key)}`;
  const [left, joined] = [only(from, to), only(to, from)];
  for (const key of left) {
    const parent = names.show(key);
    if (from.partitionOf === undefined) found.add("leave", `${head} NO INHERIT ${parent}`);
    else found.add("leave", `ALTER TABLE ${parent} DETACH PARTITION ${names.show(to.key)}`);
  }
  for (const key of joined) {
    const [parent, part] = [names.show(key), to.partitionOf];
    if (part === undefined) found.add("join", `${head} INHERIT ${parent}`);
    else found.add("join", `ALTER TABLE ${parent} ATTACH PARTITION ${names.show(to.key)} ${part.bound.text}`);
  }
  return [apart(from, left, before), apart(to, joined, wanted)];
}

/** A table without some of its parents, with what it has of them as its own. */
function apart(table: Relation, without: readonly Key[], schema: Schema): Relation {
  if (without.length === 0) return table;
  const rest = parentsOf(table).flatMap((key) => {
    const found = schema.relation(key);
    return without.includes(key) || found.is !== "present" ? [] : [found.value];
  });
  const isOfRest = (list: (one: Relation) => readonly { readonly name: string }[], name: string): boolean =>
    rest.some((one) => list(one).some((other) => other.name === name));
  return {
    ...table,
    columns: table.columns.map((one) =>
      one.inherited && !isOfRest(({ columns }) => columns, one.name) ? { ...one, inherited: false } : one,
    ),
    constraints: table.constraints.map((one) =>
      one.inherited && !isOfRest(({ constraints }) => constraints, one.name)
        ? { ...one, inherited: false }
        : one,
    ),
  };
}
