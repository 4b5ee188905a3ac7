/** JSON with places. */
import { parseTree } from "jsonc-parser";
import type { Node, ParseError } from "jsonc-parser";
import type { Span } from "../../text/span.ts";
import type { PlacedValue } from "./placed.ts";

const deepest = 60;

/** Undefined: not JSON, or nested too deep. */
export function readJsonTree(text: string): PlacedValue | undefined {
  const errors: ParseError[] = [];
  try {
    const root = parseTree(text.replace(/^\uFEFF/, " "), errors, { disallowComments: true });
    return root === undefined || errors.length > 0 ? undefined : placed(text, root, 0);
  } catch (error) {
    // The parser calls itself for each level.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function placed(text: string, node: Node, depth: number): PlacedValue | undefined {
  if (depth > deepest) return undefined;
  const { type, children = [] } = node;
  const at = placeOf(node);
  if (type === "string") {
    return { is: "text", value: String(node.value), at: { start: at.start + 1, end: at.end - 1 } };
  }
  if (type === "array") {
    const items = children.map((child) => placed(text, child, depth + 1));
    return items.every((item) => item !== undefined) ? { is: "list", items, at } : undefined;
  }
  if (type !== "object")
    return { is: type === "null" ? "nothing" : "text", value: text.slice(at.start, at.end), at };
  const entries: { key: string; keyAt: Span; value: PlacedValue }[] = [];
  for (const { children: [key, own] = [] } of children) {
    const value = own && placed(text, own, depth + 1);
    if (key === undefined || value === undefined) return undefined;
    const { start, end } = placeOf(key);
    entries.push({ key: String(key.value), keyAt: { start: start + 1, end: end - 1 }, value });
  }
  return { is: "record", entries, at };
}

const placeOf = ({ offset, length }: Node): Span => ({ start: offset, end: offset + length });
