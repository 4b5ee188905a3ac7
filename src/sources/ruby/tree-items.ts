import type { Flow } from "./host.ts";
import type { CallTree, Tree } from "./tree.ts";

/** The statements of a body; one that isn't a list is its own only statement. */
export const spread = (tree: Tree | undefined): readonly Tree[] =>
  tree === undefined ? [] : tree.is === "block-of" ? tree.items : [tree];

/** True if there is a call that may do something: also one of a method that isn't followed. What is only asked is none. */
export function callsSomething(tree: Tree | undefined): boolean {
  if (tree === undefined) return false;
  if (tree.is === "call" && !isHarmless(tree)) return true;
  return [...below(tree)].some(callsSomething);
}

/** The blocks of calls by this name that run in it: `dir.down { … }`. */
export function blocksOf(tree: Tree | undefined, name: string): readonly Tree[] {
  if (tree === undefined) return [];
  if (tree.is === "call" && tree.name === name && tree.block !== undefined) return [tree.block];
  return [...below(tree)].flatMap((one) => blocksOf(one, name));
}

/** A `rescue` whose last word is an error: nothing is caught by it. */
const raises = (rescue: Tree | undefined): boolean =>
  spread(rescue).some((one) => one.is === "call" && one.receiver === undefined && one.name === "raise");

/** The body of a `begin`: it may end early where an error is caught. */
export function flowUnder({ rescues, catchesAll }: Extract<Tree, { is: "begin" }>, around: Flow): Flow {
  if (rescues.every(raises)) return around;
  return { ...around, conditional: true, ...(catchesAll && !raises(rescues[0]) ? { caught: true } : {}) };
}

const prints = /^(?:puts|print|p|pp|warn|say|say_with_time|sleep|raise|debug|info|error)$/;

/** It prints, or is an operator; what it is given is looked at as well. */
const isHarmless = ({ name, block }: CallTree): boolean =>
  (prints.test(name) || !/^\w/.test(name)) && block?.passed === undefined;

/** What runs in it; the conditions of `if`, `case` and loops only ask. */
function* below(tree: Tree): Iterable<Tree> {
  switch (tree.is) {
    case "call":
      yield* [tree.receiver, tree.block, ...tree.args].flatMap((one) => one ?? []);
      break;
    case "block":
    case "while":
    case "for":
      if (tree.body !== undefined) yield tree.body;
      break;
    case "if":
      yield* [tree.then, tree.other].flatMap((one) => one ?? []);
      break;
    case "case":
      yield* [...tree.branches.map(({ body }) => body), tree.other].flatMap((one) => one ?? []);
      break;
    case "begin":
      yield* [tree.body, ...tree.rescues, tree.other, tree.ensure].flatMap((one) => one ?? []);
      break;
    case "assign":
    case "assignAll":
    case "setConstant":
      yield tree.value;
      break;
    case "leave":
      if (tree.value !== undefined) yield tree.value;
      break;
    case "and":
    case "or":
      yield* [tree.left, tree.right];
      break;
    case "block-of":
    case "other":
      yield* tree.items;
      break;
    case "array":
      yield* tree.items;
      break;
    default:
  }
}
