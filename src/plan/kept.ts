/** What stays on the way from one schema to another, and can't stay as it is. */
import { keyOf, type Key } from "../model/names.ts";
import { sameType } from "../model/types.ts";
import { constraintDetails, indexDetails } from "../schema/diff.ts";
import type { Constraint, Lookup, Relation } from "../schema/model.ts";
import { changedKeys } from "../schema/persistent.ts";
import { stateOf, type Schema } from "../schema/schema.ts";

interface Sides {
  readonly from: Schema;
  readonly to: Schema;
}

/** The one of `others` that is the constraint by another name: what depends on it may stay. */
export function renamedConstraint(
  { from, to }: Sides,
  table: Key,
  own: Constraint,
  others: readonly Constraint[],
): Constraint | undefined {
  // MySQL renames the indexes of keys, and nothing else.
  if (!to.dialect.viewsHold) return undefined;
  const schema = table.slice(0, table.indexOf("."));
  return others.find((one) => {
    if (one.kind !== own.kind || one.inherited !== own.inherited || one.validated !== own.validated)
      return false;
    if (constraintDetails(own, one).some((detail) => detail !== undefined)) return false;
    if (one.deferrable !== own.deferrable) return false;
    if (one.kind !== "unique" && one.kind !== "primary key") return true;
    const [old, now] = [from.index(keyOf(schema, own.name)), to.index(keyOf(schema, one.name))];
    return (
      old.is === "present" &&
      now.is === "present" &&
      indexDetails(old.value, now.value).length === 0 &&
      old.value.nullsNotDistinct === now.value.nullsNotDistinct
    );
  });
}

const isView = ({ kind }: Relation): boolean => kind === "view" || kind === "materialized view";

export const isOtherView = (from: Relation, to: Relation): boolean =>
  from.origin !== to.origin || from.definition !== to.definition;

/** Views that are the same on both sides and read what goes, or changes as the server lets nothing change that a view reads. */
export function disturbedViews(
  from: Schema,
  to: Schema,
): readonly { readonly from: Relation; readonly to: Relation }[] {
  if (!to.dialect.viewsHold) return [];
  const changed = changedKeys(stateOf(from).relations, stateOf(to).relations);
  const disturbed = new Map<Key, ReadonlySet<string> | "whole">();
  for (const key of changed) {
    const what = disturbance(from, to, key);
    if (what !== undefined) disturbed.set(key, what);
  }
  const found: { readonly from: Relation; readonly to: Relation }[] = [];
  for (let before = -1; before < found.length;) {
    before = found.length;
    for (const view of from.relations()) {
      const now = to.relation(view.key);
      if (!isView(view) || disturbed.has(view.key) || now.is !== "present" || !reads(view, disturbed, from))
        continue;
      disturbed.set(view.key, "whole");
      found.push({ from: view, to: now.value });
    }
  }
  return found;
}

/** Columns that go or get another type; `whole`: all of it goes, and may come again. */
function disturbance(from: Schema, to: Schema, key: Key): ReadonlySet<string> | "whole" | undefined {
  const [was, is] = [from.relation(key), to.relation(key)];
  if (was.is !== "present") return undefined;
  if (is.is !== "present" || was.value.kind !== is.value.kind) return "whole";
  if (isView(was.value)) return isOtherView(was.value, is.value) ? "whole" : undefined;
  const { columns } = is.value;
  const gone = was.value.columns.filter(({ name, type }) => {
    const now = columns.find((one) => one.name === name);
    return now === undefined || (type !== undefined && now.type !== undefined && !sameType(type, now.type));
  });
  return gone.length === 0 ? undefined : new Set(gone.map(({ name }) => name));
}

function reads(
  { query }: Relation,
  disturbed: ReadonlyMap<Key, ReadonlySet<string> | "whole">,
  schema: Schema,
): boolean {
  return (query?.relations ?? []).some((name) => {
    const what = disturbed.get(schema.resolve(name));
    if (what === undefined || what === "whole") return what === "whole";
    const isAll = (query?.stars ?? []).length > 0;
    return isAll || (query?.columns ?? []).some(({ column }) => what.has(column));
  });
}

/** The relations that are other ones, present on at least one side. */
export function changedRelations(
  from: Schema,
  to: Schema,
): readonly { readonly from: Relation | undefined; readonly to: Relation | undefined }[] {
  return changedKeys(stateOf(from).relations, stateOf(to).relations).map((key) => ({
    from: presentOf(from.relation(key)),
    to: presentOf(to.relation(key)),
  }));
}

const presentOf = <T>(lookup: Lookup<T>): T | undefined =>
  lookup.is === "present" ? lookup.value : undefined;
