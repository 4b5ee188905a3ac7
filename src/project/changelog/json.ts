/** JSON with places, as far as changelogs need it: a value is a text, a list or a record. Linear, and never throws. */
import type { Span } from "../../text/span.ts";
import type { PlacedValue } from "./placed.ts";

const deepest = 60;

/** Undefined: not JSON. */
export function readJsonTree(text: string): PlacedValue | undefined {
  let at = text.startsWith("\uFEFF") ? 1 : 0;
  const blank = /[\s]*/y;
  const skip = (): void => {
    blank.lastIndex = at;
    blank.test(text);
    at = blank.lastIndex;
  };
  const take = (mark: string): boolean => {
    skip();
    if (text[at] !== mark) return false;
    at++;
    return true;
  };
  const string = (): { readonly value: string; readonly at: Span } | undefined => {
    skip();
    const start = at;
    const literal = /"(?:[^"\\]|\\[^])*"/y;
    literal.lastIndex = start;
    if (!literal.test(text)) return undefined;
    at = literal.lastIndex;
    try {
      return { value: String(JSON.parse(text.slice(start, at))), at: { start: start + 1, end: at - 1 } };
    } catch {
      return undefined; // an escape or a character that JSON doesn't have
    }
  };
  const value = (depth: number): PlacedValue | undefined => {
    skip();
    const start = at;
    if (depth > deepest) return undefined;
    if (take("{")) return record(start, depth);
    if (take("[")) return list(start, depth);
    if (text[at] === '"') {
      const found = string();
      return found && { is: "text", value: found.value, at: found.at };
    }
    const word = /true|false|null|-?\d[\d.eE+-]*/y;
    word.lastIndex = at;
    if (!word.test(text)) return undefined;
    at = word.lastIndex;
    const shown = text.slice(start, at);
    return { is: shown === "null" ? "nothing" : "text", value: shown, at: { start, end: at } };
  };
  const record = (start: number, depth: number): PlacedValue | undefined => {
    const entries: { key: string; keyAt: Span; value: PlacedValue }[] = [];
    if (take("}")) return { is: "record", entries, at: { start, end: at } };
    do {
      const key = string();
      if (key === undefined || !take(":")) return undefined;
      const own = value(depth + 1);
      if (own === undefined) return undefined;
      entries.push({ key: key.value, keyAt: key.at, value: own });
    } while (take(","));
    return take("}") ? { is: "record", entries, at: { start, end: at } } : undefined;
  };
  const list = (start: number, depth: number): PlacedValue | undefined => {
    const items: PlacedValue[] = [];
    if (take("]")) return { is: "list", items, at: { start, end: at } };
    do {
      const own = value(depth + 1);
      if (own === undefined) return undefined;
      items.push(own);
    } while (take(","));
    return take("]") ? { is: "list", items, at: { start, end: at } } : undefined;
  };
  const found = value(0);
  skip();
  return at === text.length ? found : undefined;
}
