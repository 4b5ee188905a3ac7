/** A syntax tree in the shape of ESTree, whoever parsed it; fields are asked for by name. */
import type { Span } from "../../text/span.ts";
import { dictionary } from "../../text/dictionary.ts";

export interface Tree extends Span {
  readonly type: string;
  readonly [field: string]: unknown;
}

const isTree = (value: unknown): value is Tree =>
  typeof value === "object" && value !== null && typeof (value as { type?: unknown }).type === "string";

/** The subtree in a field, without what only types or waits: `(await x)!` is `x`. */
export function child(tree: Tree | undefined, field: string): Tree | undefined {
  const value = tree?.[field];
  return isTree(value) ? bare(value) : undefined;
}

/** The subtrees of a field that holds a list; holes are left out. */
export function children(tree: Tree | undefined, field: string): readonly Tree[] {
  const value = tree?.[field];
  return Array.isArray(value) ? value.filter(isTree).map(bare) : [];
}

export function field(tree: Tree | undefined, name: string): string {
  const value = tree?.[name];
  return typeof value === "string" ? value : "";
}

const wrappers: Readonly<Record<string, string>> = dictionary({
  AwaitExpression: "argument",
  ChainExpression: "expression",
  ParenthesizedExpression: "expression",
  TSAsExpression: "expression",
  TSInstantiationExpression: "expression",
  TSNonNullExpression: "expression",
  TSSatisfiesExpression: "expression",
  TSTypeAssertion: "expression",
});

export function bare(tree: Tree): Tree {
  let inner = tree;
  for (;;) {
    const name = Object.hasOwn(wrappers, inner.type) ? wrappers[inner.type] : undefined;
    const next = name === undefined ? undefined : inner[name];
    if (!isTree(next)) return inner;
    inner = next;
  }
}

/** All subtrees in the order of the text. */
export function subtrees(tree: Tree): readonly Tree[] {
  const found: Tree[] = [];
  for (const [name, value] of Object.entries(tree)) {
    if (name === "typeAnnotation" || name === "typeParameters" || name === "returnType") continue;
    if (isTree(value)) found.push(value);
    else if (Array.isArray(value)) found.push(...value.filter(isTree));
  }
  return found.sort((a, b) => a.start - b.start);
}

export const isFunction = (tree: Tree | undefined): boolean =>
  tree !== undefined &&
  /^(?:FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(tree.type);

/** The name of a property, a method or a member: `up`, `"up"`; empty if it is computed. */
export function keyName(tree: Tree | undefined): string {
  const key = child(tree, tree?.type === "MemberExpression" ? "property" : "key");
  if (key === undefined) return "";
  if (typeof key.value === "string") return key.value;
  return tree?.computed === true ? "" : field(key, "name");
}

export const spanOf = ({ start, end }: Span): Span => ({ start, end });
