/** `toLowerCase()` and `toUpperCase()` of a text that is known. */
import type { Value } from "./value.ts";

const caseChanges: ReadonlyMap<string, (text: string) => string> = new Map([
  ["toLowerCase", (text) => text.toLowerCase()],
  ["toUpperCase", (text) => text.toUpperCase()],
]);

/** Undefined: another method, or some of the text isn't known. */
export function inOtherCase(value: Value, name: string): Value | undefined {
  const change = caseChanges.get(name);
  if (change === undefined || value.is !== "text" || value.holes) return undefined;
  const segments = value.segments.map((one) => {
    const text = change(one.text);
    return text === one.text ? one : { ...one, text, exact: false };
  });
  return { ...value, segments };
}
