/** Keys of one CREATE TABLE that are equal: the server makes one index, with the first name that is written. */
import type { AddPrimaryKey, AddUnique, Operation } from "../../../model/operation.ts";

type Key = AddPrimaryKey | AddUnique;

const isKey = (one: Operation): one is Key => one.kind === "addPrimaryKey" || one.kind === "addUnique";

/** The constraints without unique ones that are equal to the primary key, or to an earlier one. */
export function withoutEqualKeys(constraints: readonly Operation[]): readonly Operation[] {
  const keys = constraints.filter(isKey).sort((a, b) => Number(isUnique(a)) - Number(isUnique(b)));
  const kept = new Map<string, Key>();
  const dropped = new Set<Operation>();
  const renamed = new Map<Operation, Key>();
  for (const key of keys) {
    const same = kept.get(meaning(key));
    if (same === undefined) kept.set(meaning(key), key);
    else if (isUnique(key)) {
      dropped.add(key);
      const now = renamed.get(same) ?? same;
      if (now.name === undefined && key.name !== undefined) renamed.set(same, { ...now, name: key.name });
    }
  }
  if (dropped.size === 0) return constraints;
  return constraints.flatMap((one) => (dropped.has(one) ? [] : [renamed.get(one) ?? one]));
}

const isUnique = ({ kind }: Key): boolean => kind === "addUnique";

function meaning(key: Key): string {
  const names = (list: Key["columns"]): readonly string[] => list.map(({ text }) => text);
  const distinct = key.kind === "addUnique" && key.nullsNotDistinct;
  return JSON.stringify([
    names(key.columns),
    names(key.include),
    key.deferrable,
    key.withoutOverlaps,
    distinct,
  ]);
}
