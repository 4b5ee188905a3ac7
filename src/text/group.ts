/** Puts `value` at the end of the group of `key`, which it begins where there is none yet. */
export function addTo<K, V>(groups: Map<K, V[]>, key: K, value: V): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [value]);
  else group.push(value);
}

/** Values by their keys, in the order of the first of each. */
export function groupBy<K, V>(values: Iterable<V>, keyOf: (value: V) => K): Map<K, V[]> {
  const groups = new Map<K, V[]>();
  for (const value of values) addTo(groups, keyOf(value), value);
  return groups;
}

/** What is in each of the sets. */
export const inAll = <T>([first, ...others]: readonly ReadonlySet<T>[]): readonly T[] =>
  [...(first ?? [])].filter((one) => others.every((other) => other.has(one)));
