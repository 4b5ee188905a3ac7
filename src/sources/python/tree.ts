/** A syntax tree of Python: the nodes of the grammar with their children in the order of the text. */
import type { Span } from "../../text/span.ts";

export interface Tree extends Span {
  /** The grammar's name of the node: "CallExpression". */
  readonly type: string;
  /** Keywords and punctuation are children, too: "def", "(", ",". */
  readonly children: readonly Tree[];
  /** Something in it isn't known to the grammar. */
  readonly broken: boolean;
}

export const child = (tree: Tree | undefined, ...types: readonly string[]): Tree | undefined =>
  tree?.children.find(({ type }) => types.includes(type));

/** The expression without parentheses and `await`: `(await x)` is `x`. */
export function bare(tree: Tree): Tree {
  let inner = tree;
  for (;;) {
    const next =
      inner.type === "ParenthesizedExpression" || inner.type === "AwaitExpression"
        ? inner.children.find(({ type }) => type !== "(" && type !== ")" && type !== "await")
        : undefined;
    if (next === undefined) return inner;
    inner = next;
  }
}

/** Children between commas, without brackets around them: `a, *b` is `[[a], [*, b]]`. */
export function parts(trees: readonly Tree[], separator = ","): readonly (readonly Tree[])[] {
  const found: Tree[][] = [];
  let now: Tree[] = [];
  for (const tree of trees) {
    if (tree.type === separator) {
      if (now.length > 0) found.push(now);
      now = [];
    } else now.push(tree);
  }
  if (now.length > 0) found.push(now);
  return found;
}

/** The children of a node in brackets, without the brackets. */
export const inside = ({ children }: Tree): readonly Tree[] => {
  const isOpen = /^[([{]$/.test(children[0]?.type ?? "");
  const isClosed = /^[)\]}]$/.test(children.at(-1)?.type ?? "");
  return children.slice(isOpen ? 1 : 0, isClosed ? -1 : undefined);
};

/** The statements of a body, without its colon. */
export const statements = (body: Tree | undefined): readonly Tree[] =>
  (body?.children ?? []).filter(({ type }) => type !== ":");

/** The text with which a function begins, and which says what it is for. */
export const docstring = (definition: Tree): Span | undefined =>
  stringIn(statements(child(definition, "Body")));

/** The text that a body or a module begins with. */
export function stringIn([first]: readonly Tree[]): Span | undefined {
  const text = first?.type === "ExpressionStatement" ? child(first, "String", "ContinuedString") : undefined;
  return text && spanOf(text);
}

export const spanOf = ({ start, end }: Span): Span => ({ start, end });

/** `models.URLField[str, str]`: type arguments make no other class. */
export const unsubscripted = (tree: Tree): Tree =>
  tree.type === "MemberExpression" && tree.children.some(({ type }) => type === "[")
    ? (tree.children[0] ?? tree)
    : tree;
