/** The grammar gives `not` all that stands behind it: `not a and b` as `not (a and b)`. In Python it ends before `and`. */
import type { Tree } from "../tree.ts";

const joins = (tree: Tree | undefined, ...words: readonly string[]): boolean =>
  tree?.type === "BinaryExpression" && words.includes(tree.children[1]?.type ?? "");

/** The node as Python reads it; its children are so already. */
export function asPythonReads(tree: Tree): Tree {
  const [first, , right] = tree.children;
  if (tree.type === "UnaryExpression" && first?.type === "not") {
    const operand = tree.children.at(-1);
    return joins(operand, "and", "or") ? atStart(tree, operand, ["and", "or"], (one) => [first, one]) : tree;
  }
  if (joins(tree, "and") && joins(right, "or"))
    return atStart(tree, right, ["or"], (one) => [...tree.children.slice(0, 2), one]);
  return tree;
}

/** `whole` takes the first of the operands alone; the rest stands around it. */
function atStart(
  whole: Tree,
  operands: Tree | undefined,
  words: readonly string[],
  childrenWith: (operand: Tree) => readonly Tree[],
): Tree {
  const around: Tree[] = [];
  let inner = operands;
  while (inner !== undefined && joins(inner, ...words)) {
    around.push(inner);
    inner = inner.children[0];
  }
  if (inner === undefined) return whole;
  const { start } = whole;
  const { end } = inner;
  return around.reduceRight<Tree>(
    (made, one) => ({ ...one, start, children: [made, ...one.children.slice(1)] }),
    { ...whole, end, children: childrenWith(inner) },
  );
}
