/** A short name for data: the same for the same data, and for no other. */
import { createHash } from "node:crypto";

/** Of primitives, arrays, maps, sets, regular expressions and plain objects; functions count by their source text. */
export function digestOf(data: unknown): string {
  const parts: string[] = [];
  write(data, parts);
  return createHash("sha256").update(parts.join("")).digest("base64url");
}

/** Each value begins with its kind and size, so that no two texts can be read as one another. */
function write(value: unknown, parts: string[]): void {
  if (typeof value === "string") parts.push("s", String(value.length), ":", value);
  else if (typeof value === "function" || value instanceof RegExp) write(`code ${String(value)}`, parts);
  else if (typeof value !== "object" || value === null) parts.push(String(value), ";");
  else if (Array.isArray(value)) {
    parts.push("a", String(value.length), ":");
    for (const one of value) write(one, parts);
  } else if (value instanceof Map || value instanceof Set) {
    parts.push(value instanceof Map ? "m" : "u");
    write([...value], parts);
  } else {
    parts.push("{");
    for (const [key, one] of Object.entries(value)) {
      // A property that is undefined counts as missing.
      if (one === undefined) continue;
      write(key, parts);
      write(one, parts);
    }
    parts.push("}");
  }
}
