/** Which expressions a callback gives back: `forEach` drops their promises. */
import type { Span } from "../../../../text/span.ts";
import type { FunctionValue } from "../../value.ts";
import { child, isFunction, spanOf, subtrees, type Tree } from "../../tree.ts";

export function returnedBy({ tree }: FunctionValue): readonly Span[] {
  const body = child(tree, "body");
  if (body === undefined) return [];
  return body.type === "BlockStatement" ? returnsIn(body) : ends(body);
}

function returnsIn(tree: Tree): readonly Span[] {
  if (isFunction(tree)) return [];
  if (tree.type === "ReturnStatement") {
    const given = child(tree, "argument");
    return given === undefined ? [] : ends(given);
  }
  return subtrees(tree).flatMap(returnsIn);
}

/** `a ? b : c` gives `b` or `c`. */
function ends(tree: Tree): readonly Span[] {
  const inner = { ConditionalExpression: ["consequent", "alternate"], LogicalExpression: ["right"] }[
    tree.type
  ]?.flatMap((name) => child(tree, name) ?? []);
  return inner === undefined ? [spanOf(tree)] : inner.flatMap(ends);
}
