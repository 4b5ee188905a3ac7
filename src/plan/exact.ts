/** Whether a change of a type keeps each value, so that the change back gives what was there. */
import type { ColumnType } from "../model/types.ts";

/** Each holds what those before it hold; both families' names. */
const ladders: readonly (readonly string[])[] = [
  ["smallint", "integer", "bigint", "numeric"],
  ["tinyint", "smallint", "mediumint", "int", "bigint", "decimal"],
  ["real", "double precision"],
  ["float", "double"],
  ["tinytext", "text", "mediumtext", "longtext"],
  ["tinyblob", "blob", "mediumblob", "longblob"],
  ["date", "timestamp"],
  ["date", "datetime"],
];

/** Digits before the point, or characters; a type without a length holds any. */
function isAsLong([size, scale = 0]: readonly number[], [newSize, newScale = 0]: readonly number[]): boolean {
  if (newSize === undefined) return true;
  return size !== undefined && newScale >= scale && newSize - newScale >= size - scale;
}

/** True: every value of the one type is the same value in the other. */
export function keepsValues(from: ColumnType, to: ColumnType): boolean {
  if (from.dimensions !== to.dimensions || from.unsigned !== to.unsigned) return false;
  if (from.name === to.name && from.schema === to.schema) {
    const isLonger =
      to.values === undefined || from.values?.every((one, at) => to.values?.[at] === one) === true;
    return isLonger && from.fields === to.fields && isAsLong(from.modifiers, to.modifiers);
  }
  if (from.schema !== undefined || to.schema !== undefined) return false;
  // Any value can be written as text and read again.
  if (/^(?:text|varchar)$/.test(to.name) && to.modifiers.length === 0) return true;
  if (from.name === "char" || from.name === "varchar")
    return /^(?:varchar|(?:medium|long)?text)$/.test(to.name) && isAsLong(from.modifiers, to.modifiers);
  return ladders.some((ladder) => {
    const [old, now] = [ladder.indexOf(from.name), ladder.indexOf(to.name)];
    return old >= 0 && now > old && to.modifiers.length === 0;
  });
}
