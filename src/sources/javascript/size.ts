/** How large a value is: one that is put together from itself doubles with each line. */
import type { Value } from "./value.ts";

/** Parts of a value, all lists and records in it counted; 500 characters of a text count as one. */
const most = 20_000;
const charactersOfPart = 500;

/** Values are shared: a record that holds another one twice would be walked twice, and so on for each level. */
const known = new WeakMap<Value, number>();

function sizeOf(value: Value): number {
  const found = known.get(value);
  if (found !== undefined) return found;
  const size = 1 + partsOf(value);
  known.set(value, size);
  return size;
}

const sum = (values: Iterable<Value>): number => {
  let size = 0;
  for (const value of values) size += sizeOf(value);
  return size;
};

function partsOf(value: Value): number {
  switch (value.is) {
    case "text":
      return value.segments.reduce((size, { text }) => size + 1 + text.length / charactersOfPart, 0);
    case "list":
      return sum(value.items);
    case "record":
      return sum(value.fields.values()) + sum(value.spread ?? []);
    case "new":
      return sum(value.values);
    case "chain":
      return sizeOf(value.root) + value.links.reduce((size, link) => size + sum(link.values ?? []), 0);
    default:
      return 0;
  }
}

/** Too large to be worked with: then it isn't known. */
export const isTooLarge = (value: Value): boolean => sizeOf(value) > most;
