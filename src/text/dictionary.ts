/**
 * A table that is looked into by names which strangers have chosen. It has nothing but its own entries: in an ordinary
 * object a type called `constructor` or `toString` would be found, too.
 */
export const dictionary = <V>(entries: Readonly<Record<string, V>> = {}): Record<string, V> =>
  Object.assign(Object.create(null) as Record<string, V>, entries);
