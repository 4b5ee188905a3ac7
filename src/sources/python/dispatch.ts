/** Functions that are called by a name which code puts together. */
import type { Scope } from "./scope.ts";
import { child, statements, type Tree } from "./tree.ts";
import { textOf, type CallValue, type FunctionValue, type Value } from "./value.ts";
import type { Run } from "./walk.ts";

/** `globals()["upgrade_%s" % engine_name]`: the functions whose names have the parts that are known. */
export function globalNamed({ top }: Scope, name: Value): Value {
  const known = textOf(name);
  const found = known === undefined ? undefined : top.lookUp(known);
  if (found !== undefined) return found;
  const text = name.is === "text" ? name.segments.map((segment) => segment.text).join("") : "";
  const [first = "", ...more] = text.split(/\$\{[^}]*\}/);
  const fits = (one: string): boolean => one.startsWith(first) && more.every((part) => one.includes(part));
  const oneOf = first === "" || known !== undefined ? [] : top.functions.filter((one) => fits(one.name));
  return { is: "unknown", oneOf, at: name.at };
}

/** Those that do nothing aside, it is certain where there is a single one. */
export function callOneOf(run: Run, functions: readonly FunctionValue[], call: CallValue): Value {
  const busy = functions.filter(({ tree }) => statements(child(tree, "Body")).some((one) => !isIdle(one)));
  const [first] = busy;
  if (functions.length === 0) run.lost(call.at, "it is called by a name that isn't known");
  if (busy.length === 1 && first !== undefined) return run.callFunction(first, call);
  for (const one of busy) run.perhaps(() => run.callFunction(one, call));
  return { is: "unknown", at: call.at };
}

const isIdle = ({ type, children }: Tree): boolean =>
  type === "PassStatement" || (type === "ExpressionStatement" && children[0]?.type === "String");
