/** A short name for data: the same for the same data, and for no other. */
import { createHash } from "node:crypto";

/** Of primitives, arrays, maps, sets, regular expressions and plain objects; functions count by their source text. */
export function digestOf(data: unknown): string {
  const parts: string[] = [];
  write(data, parts);
  return hashOf(parts.join(""));
}

const hashOf = (text: string): string => createHash("sha256").update(text).digest("base64url");

/** Longer texts and lists stand by their own digest: those of a file are in each of its migrations. */
const longText = 4096;
const longList = 64;
/** Of few files: a server that runs for days keeps no others. */
const mostTexts = 16;
const texts = new Map<string, string>();
const lists = new WeakMap<readonly unknown[], string>();

function textDigest(text: string): string {
  const known = texts.get(text);
  if (known !== undefined) return known;
  if (texts.size >= mostTexts) texts.clear();
  const made = hashOf(text);
  texts.set(text, made);
  return made;
}

function listDigest(list: readonly unknown[]): string {
  const known = lists.get(list);
  if (known !== undefined) return known;
  const parts: string[] = [];
  for (const one of list) write(one, parts);
  const made = hashOf(parts.join(""));
  lists.set(list, made);
  return made;
}

/** Each value begins with its kind and size, so that no two texts can be read as one another. */
function write(value: unknown, parts: string[]): void {
  if (typeof value === "string") {
    const isLong = value.length > longText;
    parts.push(isLong ? "S" : "s", String(value.length), ":", isLong ? textDigest(value) : value);
  } else if (typeof value === "function" || value instanceof RegExp) write(`code ${String(value)}`, parts);
  else if (typeof value !== "object" || value === null) parts.push(String(value), ";");
  else if (Array.isArray(value) && value.length > longList)
    parts.push("A", String(value.length), ":", listDigest(value));
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
