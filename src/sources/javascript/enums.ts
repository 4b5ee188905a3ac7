/** TypeScript's enums as the objects that they are when they run. */
import { child, children, field, type Tree } from "./tree.ts";

/** Undefined: the tree declares none. Its members are an object's; what isn't known is the made-up type `Unknown`. */
export function enumObject(tree: Tree): Tree | undefined {
  if (tree.type !== "TSEnumDeclaration") return undefined;
  const { start, end } = tree;
  const earlier = new Map<string, Tree>();
  const properties: Tree[] = [];
  let next: number | undefined = 0;
  for (const member of children(tree, "members")) {
    const key = child(member, "id");
    const place = { start: member.start, end: member.end };
    const written = child(member, "initializer");
    const counted: Tree = next === undefined ? { type: "Unknown", ...place } : number(next, place);
    const value = written === undefined ? counted : withMembers(written, earlier);
    const known = numberOf(value);
    next = known === undefined ? undefined : known + 1;
    earlier.set(field(key, "name") || field(key, "value"), value);
    properties.push({ type: "Property", key, value, ...place });
    // `E[0]` gives the name back: the object has more keys than its members.
    if (!isText(value)) properties.push({ type: "SpreadElement", ...place });
  }
  return { type: "ObjectExpression", properties, start, end };
}

const number = (value: number, place: { readonly start: number; readonly end: number }): Tree => ({
  type: "Literal",
  value,
  ...place,
});

/** A member that is named in another's value. */
function withMembers(tree: Tree, earlier: ReadonlyMap<string, Tree>): Tree {
  if (tree.type === "Identifier") return earlier.get(field(tree, "name")) ?? tree;
  const [left, right] = [child(tree, "left"), child(tree, "right")];
  if (tree.type !== "BinaryExpression" || left === undefined || right === undefined) return tree;
  return { ...tree, left: withMembers(left, earlier), right: withMembers(right, earlier) };
}

function numberOf(tree: Tree): number | undefined {
  const inner = tree.type === "UnaryExpression" && tree.operator === "-" ? child(tree, "argument") : tree;
  const value = inner?.type === "Literal" ? inner.value : undefined;
  if (typeof value !== "number") return undefined;
  return inner === tree ? value : -value;
}

const isText = (tree: Tree): boolean =>
  (tree.type === "Literal" && typeof tree.value === "string") || tree.type === "TemplateLiteral";
