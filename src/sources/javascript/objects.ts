/** `Object.values(…)` and `Object.keys(…)` of an object that is known whole. */
import { spanOf, type Tree } from "./tree.ts";
import type { ChainValue, Value } from "./value.ts";

/** How the file spells a key of it, as a text. */
type TextAt = (text: string, at: Value["at"]) => Value;

/** Undefined: it is another call, or the object isn't known. */
export function partsOfObject(chain: ChainValue, tree: Tree, textAt: TextAt): Value | undefined {
  const [link, ...more] = chain.links;
  if (chain.rootName !== "Object" || chain.root.is !== "unknown" || link === undefined || more.length > 0)
    return undefined;
  const [of, second] = link.values ?? [];
  if (of?.is !== "record" || of.open || second !== undefined) return undefined;
  // Such keys come first, in the order of their numbers.
  if ([...of.fields.keys()].some((key) => /^\d+$/.test(key))) return undefined;
  const at = spanOf(tree);
  if (link.name === "values") return { is: "list", items: [...of.fields.values()], at };
  if (link.name !== "keys") return undefined;
  return {
    is: "list",
    items: [...of.fields.keys()].map((key) => textAt(key, of.places.get(key) ?? of.at)),
    at,
  };
}
