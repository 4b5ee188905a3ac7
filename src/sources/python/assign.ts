/** Assignments, and what the parameters of a function are given. */
import { evaluate, evaluateAll, keyOf, placeIn, unknownAt } from "./evaluate.ts";
import { putInto } from "./methods.ts";
import { binary } from "./operators.ts";
import type { Scope } from "./scope.ts";
import { bare, child, inside, parts, type Tree } from "./tree.ts";
import type { CallValue, FunctionValue, Value } from "./value.ts";
import type { Run } from "./walk.ts";

export function assign(run: Run, tree: Tree, scope: Scope): void {
  const groups: Tree[][] = [[]];
  for (const part of tree.children) {
    if (part.type === "AssignOp") groups.push([]);
    else if (part.type !== "TypeDef") groups.at(-1)?.push(part);
  }
  const last = groups.pop();
  if (last === undefined || groups.length === 0) return;
  const value = evaluateAll(run, last, scope);
  if (value !== undefined) for (const targets of groups) assignTargets(run, targets, value, scope);
}

export function update(run: Run, tree: Tree, scope: Scope): void {
  const [target, operator, right] = tree.children;
  if (target === undefined || operator === undefined || right === undefined) return;
  const before = evaluate(run, target, scope);
  const given = evaluate(run, right, scope);
  const sign = scope.module.text.slice(operator.start, operator.end).replace(/=$/, "");
  const at = placeIn(scope, tree);
  const value = run.flow.repeated ? unknownAt(at) : binary(sign, before, given, scope.module, at);
  assignTargets(run, [target], value, scope);
}

/** `a, b = …`: targets with their commas. */
export function assignTargets(run: Run, targets: readonly Tree[], value: Value, scope: Scope): void {
  const [first] = targets;
  if (first === undefined) return;
  if (targets.length === 1) {
    assignOne(run, bare(first), value, scope);
    return;
  }
  const groups = parts(targets);
  const items = run.iterate(value);
  const star = groups.findIndex(([one]) => one?.type === "*");
  for (const [i, group] of groups.entries()) {
    const [one, two] = group;
    const target = one?.type === "*" ? two : one;
    if (target === undefined) continue;
    const place = placeIn(scope, target);
    const fromEnd = star >= 0 && i > star ? i - groups.length : i;
    const item = i === star ? undefined : items?.at(fromEnd);
    assignOne(run, bare(target), item ?? unknownAt(place), scope);
  }
}

export function assignOne(run: Run, target: Tree, value: Value, scope: Scope): void {
  switch (target.type) {
    case "VariableName":
      scope.bind(scope.module.text.slice(target.start, target.end), value);
      return;
    case "TupleExpression":
    case "ArrayExpression": {
      const inner = inside(target);
      // One name in brackets takes a list apart, too.
      if (inner.length === 1 && inner[0] !== undefined)
        assignOne(run, bare(inner[0]), run.iterate(value)?.[0] ?? unknownAt(value.at), scope);
      else assignTargets(run, inner, value, scope);
      return;
    }
    case "MemberExpression": {
      const [object, mark, key] = target.children;
      if (object === undefined || key === undefined) return;
      if (mark?.type === "." && !run.isSilent)
        run.host.assigned?.(evaluate(run, object, scope), scope.module.text.slice(key.start, key.end), value);
      if (mark?.type === "[")
        putInto(run, evaluate(run, object, scope), keyOf(evaluate(run, key, scope)), value);
      return;
    }
  }
}

export function bindParameters(
  run: Run,
  { tree, scope: outer, self }: FunctionValue,
  call: CallValue,
  scope: Scope,
): void {
  const list = child(tree, "ParamList");
  const values = self === undefined ? [...call.values] : [self, ...call.values];
  const keywords = new Map(call.keywords);
  for (const part of parts(list === undefined ? [] : inside(list))) {
    const [first, second] = part;
    if (first === undefined || first.type === "/") continue;
    const isStar = first.type === "*" || first.type === "**";
    const named = isStar ? second : first;
    if (named === undefined) continue;
    const name = outer.module.text.slice(named.start, named.end);
    const at = placeIn(outer, named);
    if (first.type === "*") {
      scope.bind(name, { is: "list", kind: "tuple", items: values.splice(0), open: call.open, at });
      continue;
    }
    if (first.type === "**") {
      scope.bind(name, { is: "record", fields: keywords, open: call.open, at });
      continue;
    }
    const assigned = part.findIndex(({ type }) => type === "AssignOp");
    const fallback = assigned < 0 ? undefined : part[assigned + 1];
    const given = keywords.get(name) ?? values.shift();
    keywords.delete(name);
    const value =
      given ??
      (fallback === undefined || call.open
        ? unknownAt(at)
        : run.quietly(() => evaluate(run, fallback, outer)));
    scope.bind(name, value);
  }
}
