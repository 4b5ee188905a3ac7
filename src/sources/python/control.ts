/** Statements that decide whether and how often others run. */
import { asksOf, behind, negated } from "./asked.ts";
import { assignOne, assignTargets } from "./assign.ts";
import { evaluate, evaluateAll, placeIn, unknownAt } from "./evaluate.ts";
import { perhaps, type Completion } from "./host.ts";
import { isSame, isTrue } from "./operators.ts";
import type { Binding, Scope } from "./scope.ts";
import { child, parts, statements, type Tree } from "./tree.ts";
import type { ListValue, Value } from "./value.ts";
import type { Run } from "./walk.ts";

const longestLoop = 5000;

/** The conditions of an `if` with what runs under them; the last has none if it is `else`. */
export function visitIf(run: Run, tree: Tree, scope: Scope): Completion {
  const branches: { test: Tree | undefined; body: Tree }[] = [];
  let test: Tree | undefined;
  for (const part of tree.children) {
    if (part.type === "Body") branches.push({ test, body: part });
    else if (part.type === "else") test = undefined;
    else if (part.type !== "if" && part.type !== "elif") test = part;
  }
  return branch(run, branches, scope);
}

function branch(
  run: Run,
  branches: readonly { test: Tree | undefined; body: Tree }[],
  scope: Scope,
): Completion {
  const [first, ...rest] = branches;
  if (first === undefined) return "next";
  if (first.test?.broken === true) run.lost(placeIn(scope, first.test), "it isn't understood");
  const value = first.test && evaluate(run, first.test, scope);
  const holds = value === undefined ? true : isTrue(value);
  if (holds === true) return run.block(statements(first.body), scope);
  if (holds === false) return branch(run, rest, scope);
  const before = scope.snapshot();
  const asks = value && asksOf(value);
  if (first.test !== undefined) run.asked.set(first.test, asks);
  const one = run.within(behind(run, asks), () => run.block(statements(first.body), scope));
  const then = scope.snapshot();
  scope.restore(before);
  const other = run.within(behind(run, negated(asks)), () => branch(run, rest, scope));
  const leaves = (end: Completion): boolean => end !== "next" && end !== "perhaps";
  if (leaves(other) && !leaves(one)) scope.restore(then);
  else if (!leaves(one)) join(run, scope, then);
  // Raising is no way round what follows.
  if (one === other) return one;
  if (one === "raised") return other;
  if (other === "raised") return one;
  return "perhaps";
}

/** Names that may have either value. */
function join(run: Run, scope: Scope, other: ReadonlyMap<string, Binding>): void {
  const now = scope.snapshot();
  for (const name of new Set([...now.keys(), ...other.keys()])) {
    const [a, b] = [now.get(name), other.get(name)];
    if (a === b || (a !== undefined && b !== undefined && sameValue(a, b))) continue;
    // Defined under one of them only: what uses it runs under the same.
    if (a === undefined && b !== undefined) scope.bind(name, b);
    if (a === undefined || b === undefined) continue;
    const both = a.is === "list" && b.is === "list" ? beginning(a, b) : undefined;
    if (both !== undefined) {
      scope.bind(name, both);
      continue;
    }
    const at = a.is === "later" ? (b.is === "later" ? undefined : b.at) : a.at;
    if (at !== undefined) scope.bind(name, unknownAt(at, "it depends on a condition"));
  }
}

/** What two lists begin with, where something does; the rest depends on a condition. */
function beginning(a: ListValue, b: ListValue): ListValue | undefined {
  const end = a.items.findIndex((one, i) => one !== b.items[i]);
  const items = end < 0 ? a.items : a.items.slice(0, end);
  return items.length === 0 ? undefined : { ...a, items, open: true };
}

/** Names that a body assigns, which a loop may have given any value. */
function forget(run: Run, body: readonly Tree[], scope: Scope): void {
  for (const tree of body) {
    if (tree.type === "FunctionDefinition" || tree.type === "ClassDefinition") continue;
    if (tree.type === "AssignStatement" || tree.type === "UpdateStatement")
      for (const target of tree.children) {
        if (target.type === "AssignOp" || target.type === "UpdateOp") break;
        if (target.type === "VariableName")
          scope.bind(scope.module.text.slice(target.start, target.end), unknownAt(placeIn(scope, target)));
      }
    else forget(run, tree.children, scope);
  }
}

export function visitFor(run: Run, tree: Tree, scope: Scope): Completion {
  const inAt = tree.children.findIndex(({ type }) => type === "in");
  const targets = tree.children.slice(0, inAt).filter(({ type }) => type !== "for" && type !== "async");
  const bodyAt = tree.children.findIndex(({ type }) => type === "Body");
  const body = statements(tree.children[bodyAt]);
  const list = evaluateAll(run, tree.children.slice(inAt + 1, bodyAt), scope);
  const items = list && run.iterate(list);
  const rest = tree.children.slice(bodyAt + 1).find(({ type }) => type === "Body");
  if (items === undefined || items.length > longestLoop) {
    forget(run, body, scope);
    const again = { ...perhaps(run.flow), repeated: true };
    run.within(again, () => {
      const [target = tree] = targets;
      assignTargets(run, targets, { ...unknownAt(placeIn(scope, target)), itemOf: list }, scope);
      run.block(body, scope);
    });
    forget(run, body, scope);
  } else {
    const before = run.flow;
    try {
      for (const item of items) {
        assignTargets(run, targets, item, scope);
        const end = run.block(body, scope);
        if (end === "left" || end === "raised") return end;
        if (end === "break") return "next";
        if (end === "perhaps") run.flow = perhaps(run.flow);
      }
    } finally {
      run.flow = before;
    }
  }
  return rest === undefined ? "next" : run.block(statements(rest), scope);
}

export function visitWhile(run: Run, tree: Tree, scope: Scope): Completion {
  const test = tree.children[1];
  const body = statements(child(tree, "Body"));
  forget(run, body, scope);
  const holds = test && isTrue(evaluate(run, test, scope));
  if (holds === false) return "next";
  const flow = { ...run.flow, conditional: run.flow.conditional || holds !== true, repeated: true };
  run.within(flow, () => run.block(body, scope));
  forget(run, body, scope);
  return "next";
}

export function visitWith(run: Run, tree: Tree, scope: Scope): Completion {
  const bodyAt = tree.children.findIndex(({ type }) => type === "Body");
  const header = tree.children.slice(0, bodyAt);
  if (header.some(({ broken }) => broken)) run.lost(placeIn(scope, tree), "it isn't understood");
  const heads = header.filter(({ type }) => type !== "with" && type !== "async");
  const contexts: Value[] = [];
  for (const [expression, , ...targets] of parts(heads)) {
    if (expression === undefined) continue;
    const context = evaluate(run, expression, scope);
    if (!run.isSilent) run.host.enter?.(context, run.site());
    contexts.push(context);
    assignTargets(run, targets, context, scope);
  }
  const end = run.block(statements(tree.children[bodyAt]), scope);
  for (const context of contexts.reverse()) if (!run.isSilent) run.host.leave?.(context, run.site());
  return end;
}

/** What is caught and not raised again may go unnoticed. */
export function visitTry(run: Run, tree: Tree, scope: Scope): Completion {
  const bodies: { word: string; body: Tree; name: Tree | undefined; caught: string }[] = [];
  let word = "try";
  let name: Tree | undefined;
  let from = tree.start;
  const code = (start: number, end: number): string => scope.module.text.slice(start, end);
  for (const [i, part] of tree.children.entries()) {
    if (/^(?:try|except|else|finally)$/.test(part.type)) {
      word = part.type;
      name = undefined;
      from = part.end;
    } else if (part.type === "as") name = tree.children[i + 1];
    else if (part.type === "Body") bodies.push({ word, body: part, name, caught: code(from, part.start) });
  }
  const handlers = bodies.filter((one) => one.word === "except");
  const swallows = handlers.filter(({ body }) => !child(body, "RaiseStatement"));
  // Nothing that a handler sends would run: all of the body runs, or nothing comes of the migration.
  const isAll =
    swallows.length > 0 &&
    swallows.every(({ caught }) => !ofPython.test(caught)) &&
    run.host.endsAllAt?.(code(tree.start, tree.end)) === true;
  let end: Completion = "next";
  for (const { word: kind, body, name: caught } of bodies) {
    const own = statements(body);
    if (kind === "except") {
      const before = scope.snapshot();
      if (caught !== undefined) assignOne(run, caught, unknownAt(placeIn(scope, caught)), scope);
      const handle = (): Completion => run.block(own, scope);
      if (isAll) run.quietly(handle);
      else run.perhaps(handle);
      scope.restore(before);
    } else if (kind === "try" && isAll) {
      end = run.within({ ...run.flow, tried: true }, () => run.block(own, scope));
    } else if (kind === "try" && swallows.length > 0 && !run.isSilent) {
      end = run.perhaps(() => run.block(own, scope));
      if (end !== "next") end = "perhaps";
    } else {
      const now = run.block(own, scope);
      if (kind === "try" || now !== "next") end = now;
    }
  }
  return end;
}

/** Errors that no statement gives, but the code around it. */
const ofPython =
  /\b(?:Import|ModuleNotFound|Key|Value|Type|Attribute|Index|Name|Lookup|FileNotFound|OS|IO|Assertion|Unicode\w*|NoSuchTable|NotImplemented|Runtime)Error\b/;

export function visitMatch(run: Run, tree: Tree, scope: Scope): Completion {
  const subject = tree.children[1];
  if (subject !== undefined) evaluate(run, subject, scope);
  for (const clause of child(tree, "MatchBody")?.children ?? []) {
    const body = child(clause, "Body");
    if (body === undefined) continue;
    const before = scope.snapshot();
    run.perhaps(() => run.block(statements(body), scope));
    scope.restore(before);
    forget(run, statements(body), scope);
  }
  return "next";
}

export const sameValue = (a: Binding, b: Binding): boolean =>
  a === b || (a.is !== "later" && b.is !== "later" && isSame(a, b) === true);
