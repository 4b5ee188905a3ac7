/** `for (let i = 0; i < names.length; i++)` over a written list: its rounds are known. */
import { evaluate, type Reader } from "./evaluate.ts";
import type { Scope } from "./scope.ts";
import { child, children, field, keyName, subtrees, type Tree } from "./tree.ts";
import { numberOf } from "./value.ts";

export interface CountedLoop {
  /** The variable that counts. */
  readonly name: string;
  readonly rounds: number;
}

export function countedLoop(file: Reader, loop: Tree, scope: Scope): CountedLoop | undefined {
  const [declared, ...others] = children(child(loop, "init"), "declarations");
  const [test, update, body] = ["test", "update", "body"].map((name) => child(loop, name));
  const name = field(child(declared, "id"), "name");
  const isFromZero =
    declared !== undefined && numberOf(evaluate(file, child(declared, "init") ?? loop, scope)) === 0;
  const length = child(test, "right");
  const list = child(length, "object");
  if (name === "" || !isFromZero || others.length > 0 || body === undefined || list === undefined)
    return undefined;
  const isNamed = (tree: Tree | undefined): boolean => field(tree, "name") === name;
  const isTested = test?.operator === "<" && isNamed(child(test, "left")) && keyName(length) === "length";
  const isCounted = update?.operator === "++" && isNamed(child(update, "argument"));
  if (!isTested || !isCounted || changes(body, name)) return undefined;
  const value = evaluate(file, list, scope);
  return value.is === "list" ? { name, rounds: value.items.length } : undefined;
}

/** It leaves the loop, or gives its variable another value. */
function changes(tree: Tree, name: string): boolean {
  if (tree.type === "BreakStatement") return true;
  const target = child(tree, "left") ?? child(tree, "argument");
  if (/^(?:Assignment|Update)Expression$/.test(tree.type) && field(target, "name") === name) return true;
  return subtrees(tree).some((one) => changes(one, name));
}
