/** Calls: of the project's own methods, of what Ruby itself brings with it, and of all else, which the host is told. */
import { changeVariable } from "./changed.ts";
import { callValueMethod } from "./methods.ts";
import { iterate } from "./iterate.ts";
import type { CallTree, Tree } from "./tree.ts";
import type { Env, Run } from "./walk.ts";
import { plain, truth, unknownAt, type BlockValue, type CallValue, type Place, type Value } from "./value.ts";

/** Calls that do nothing to a database. */
const harmless =
  /^(?:puts|print|p|pp|warn|say|sleep|require|require_relative|require_dependency|load|private|public|protected|attr_\w+|include|extend|freeze|binding|srand|system|at_exit|logger|raise_error|block_given\?)$/;

export function evaluateCall(run: Run, tree: CallTree, env: Env, at: Place): Value {
  const { scope, self } = env;
  const receiver = tree.receiver === undefined ? undefined : run.evaluate(tree.receiver, env);
  if (tree.isSafe && receiver?.is === "plain" && receiver.value === null) return receiver;
  const isOwn = receiver === undefined || tree.receiver?.is === "self";
  if (isOwn && tree.isBare) {
    const variable = scope.lookUp(tree.name);
    if (variable !== undefined) return variable;
  }
  const { args, open } = argumentsOf(run, tree, env, at);
  const block = blockOf(run, tree, env);
  if (tree.name === "raise" && isOwn) {
    const [error, message] = args;
    const site = run.site();
    if (error?.is === "text") run.host.raised(undefined, error, site);
    else run.host.raised(error?.is === "name" || error?.is === "class" ? error : undefined, message, site);
    run.raise();
    return unknownAt(at);
  }
  const nameAt: Place = { path: scope.path, ...(tree.nameAt ?? { start: at.start, end: at.end }) };
  const last = args.at(-1);
  const call: CallValue = {
    is: "call",
    receiver: isOwn ? undefined : receiver,
    name: tree.name,
    args,
    options: last?.is === "record" ? last.fields : new Map(),
    open: open || (last?.is === "record" && last.open),
    block,
    at,
    nameAt,
  };
  if (isOwn) {
    const method = run.methodOf(self.info, tree.name, self.isClass);
    if (method !== undefined && !(run.frame?.method.tree === method.tree))
      return run.callMethod(method, call, self, at);
    if (tree.name === "proc" || tree.name === "lambda") return block ?? unknownAt(at);
    if (tree.name === "send" || tree.name === "public_send" || tree.name === "__send__")
      return sent(run, call, tree, at);
    if (tree.name === "loop" && block !== undefined) {
      run.yieldOften(call);
      return unknownAt(at);
    }
    if (tree.name === "Array" && args.length === 1) {
      const [only] = args;
      if (only?.is === "list") return only;
      if (only?.is === "plain" || only?.is === "text")
        return {
          is: "list",
          items: only.is === "plain" && only.value === null ? [] : [only],
          open: false,
          at,
        };
    }
    if (harmless.test(tree.name)) return unknownAt(at);
    return run.host.call(call, run.site(tree)) ?? call;
  }
  return changeVariable(tree, receiver, call, env) ?? onValue(run, receiver, call, tree, env);
}

function onValue(run: Run, receiver: Value | undefined, call: CallValue, tree: Tree, env: Env): Value {
  const { name, at, block } = call;
  if (receiver === undefined) return unknownAt(at);
  if (receiver.is === "class") {
    const method = run.methodOf(receiver.info, name, true);
    if (method !== undefined) return run.callMethod(method, call, { info: receiver.info, isClass: true }, at);
  }
  if (receiver.is === "block" && /^(?:call|\(\)|yield|\[\])$/.test(name))
    return run.yieldTo(receiver, call.args);
  if (name === "!") {
    const known = truth(receiver);
    return known === undefined ? unknownAt(at) : plain(!known, at);
  }
  if (/^(?:send|public_send|__send__)$/.test(name)) return sent(run, call, tree, at);
  if (name === "tap" || name === "then" || name === "yield_self") {
    if (block === undefined) return receiver;
    const value = run.yieldTo(block, [receiver]);
    return name === "tap" ? receiver : value;
  }
  const iterated = block === undefined ? undefined : iterate(run, receiver, call, block);
  if (iterated !== undefined) return iterated;
  const known = callValueMethod(receiver, call, env);
  if (known !== undefined) return known;
  return run.host.call(call, run.site(tree)) ?? call;
}

/** `send(:add_index, :t, :c)` */
function sent(run: Run, call: CallValue, tree: Tree, at: Place): Value {
  const [name, ...args] = call.args;
  if (name?.is !== "text" || name.holes) {
    run.lost(at);
    return unknownAt(at);
  }
  const method = name.segments.map(({ text }) => text).join("");
  const inner = { ...call, name: method, args };
  return run.host.call(inner, run.site(tree)) ?? inner;
}

function argumentsOf(
  run: Run,
  { args }: CallTree,
  env: Env,
  at: Place,
): { readonly args: readonly Value[]; readonly open: boolean } {
  const found: Value[] = [];
  let open = false;
  for (const arg of args) {
    if (arg.is === "splat") {
      const value = arg.value === undefined ? unknownAt(at) : run.evaluate(arg.value, env);
      if (value.is === "list" && !value.open) found.push(...value.items);
      else open = true;
      continue;
    }
    const value = run.evaluate(arg, env);
    // `add_index :t, :c, **{}` has no options.
    if (
      arg.is === "hash" &&
      arg.isKeywords &&
      value.is === "record" &&
      value.fields.size === 0 &&
      !value.open
    )
      continue;
    found.push(value);
  }
  return { args: found, open };
}

function blockOf(run: Run, { block }: CallTree, env: Env): BlockValue | undefined {
  if (block === undefined) return undefined;
  const { passed } = block;
  if (passed === undefined) return run.blockValue(block, env);
  const value = run.evaluate(passed, env);
  if (value.is === "block") return value;
  if (value.is === "plain" && value.value === null) return undefined;
  if (value.is === "text" && !value.holes) {
    // `&:downcase` calls the method of each value.
    const { start, end } = block;
    const receiver: Tree = { is: "variable", name: "it", start, end };
    const name = value.segments.map(({ text }) => text).join("");
    const body: Tree = {
      is: "call",
      receiver,
      name,
      args: [],
      block: undefined,
      isSafe: false,
      isBare: false,
      start,
      end,
    };
    const tree = {
      is: "block" as const,
      parameters: [{ name: "it", kind: "required" as const }],
      body,
      isLambda: false,
      start,
      end,
    };
    return run.blockValue(tree, env);
  }
  return run.blockValue({ ...block, passed: undefined }, env);
}
