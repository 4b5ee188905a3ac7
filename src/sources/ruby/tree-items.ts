import type { Tree } from "./tree.ts";

/** The statements of a body; one that isn't a list is its own only statement. */
export const spread = (tree: Tree | undefined): readonly Tree[] =>
  tree === undefined ? [] : tree.is === "block-of" ? tree.items : [tree];
