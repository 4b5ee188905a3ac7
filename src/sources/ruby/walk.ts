/**
 * Follows Ruby in the order in which it runs, without running it: every call that isn't the project's own goes to a
 * host, with what is known of whether and how often it is made. Methods and blocks of the project are followed.
 */
import type { ClassInfo, Method, SourceFile } from "./classes.ts";
import { evaluateCall } from "./calls.ts";
import { textTree } from "./literal.ts";
import { straight, type Flow, type Host, type Site } from "./host.ts";
import { operate } from "./methods.ts";
import { listOf, rangeOf, recordOf, roundsOf } from "./collections.ts";
import { bindParameters, flattened } from "./parameters.ts";
import type { Project } from "./project.ts";
import { mixed, Scope } from "./scope.ts";
import type { Tree } from "./tree.ts";
import { flowUnder } from "./tree-items.ts";
import {
  plain,
  matches,
  sameConstant,
  truth,
  unknownAt,
  type BlockValue,
  type CallValue,
  type ClassValue,
  type NameValue,
  type Place,
  type Self,
  type Value,
} from "./value.ts";

export { straight };
export type { Flow, Host, Site };

const mostSteps = 300_000;
const deepest = 24;

/** What an expression sees. */
export interface Env {
  readonly scope: Scope;
  readonly self: Self;
}

/** A call of a method of the project that runs. */
interface Frame {
  readonly method: Method;
  readonly call: CallValue | undefined;
  readonly env: Env;
  readonly returned: Value[];
}

type Leaving = "return" | "next" | "break" | "raised";

export class Run {
  readonly host: Host;
  readonly project: Project;
  flow: Flow = straight;
  /** Calls that run their block as they like, or are the project's own. */
  readonly withBlocks: CallValue[] = [];
  /** How often the database was asked what it has. */
  questions = 0;
  /** What follows isn't run. */
  #left: Leaving | undefined;
  /** What follows may not run: a `return`, or a `next`, stands under a condition. */
  #mayBeLeft = false;
  readonly #frames: Frame[] = [];
  readonly #main: string;
  #statement: Place;
  #alone: Tree | undefined;
  #steps = 0;

  /** @param main the file whose statements the sites name */
  constructor(host: Host, project: Project, main: SourceFile) {
    this.host = host;
    this.project = project;
    this.#main = main.path;
    this.#statement = { path: main.path, start: 0, end: 0 };
  }

  get isLeft(): boolean {
    return this.#left !== undefined;
  }

  get frame(): Frame | undefined {
    return this.#frames.at(-1);
  }

  site(tree?: Tree): Site {
    return {
      flow: this.#mayBeLeft ? { ...this.flow, conditional: true } : this.flow,
      statement: this.#statement,
      alone: tree !== undefined && tree === this.#alone,
    };
  }

  lost(at: Place): void {
    this.host.lost(at, this.site());
  }

  within<T>(flow: Flow, visit: () => T): T {
    const before = this.flow;
    this.flow = flow;
    try {
      return visit();
    } finally {
      this.flow = before;
    }
  }

  // ——————————————————————————————————————————————————————————————————————————————————————————————————— expressions

  evaluate(tree: Tree, env: Env): Value {
    const { scope } = env;
    const at: Place = { path: scope.path, start: tree.start, end: tree.end };
    if (this.#steps++ > mostSteps) {
      this.#left = "raised";
      return unknownAt(at);
    }
    switch (tree.is) {
      case "block-of":
        return this.#block(tree.items, env, at);
      case "text":
        return textTree(this, tree, env, at);
      case "number":
        return {
          is: "plain",
          value: Number(tree.printed),
          printed: tree.printed,
          isFloat: tree.isFloat,
          at,
        };
      case "constant":
        return plain(tree.value, at);
      case "array":
        return listOf(this, tree.items, env, at);
      case "hash":
        return recordOf(this, tree, env, at);
      case "variable":
        return scope.lookUp(tree.name) ?? (tree.name.startsWith("@") ? plain(null, at) : unknownAt(at));
      case "assign":
        return this.#assign(tree, env, at);
      case "assignAll": {
        const value = this.evaluate(tree.value, env);
        tree.names.forEach((name, i) => {
          const item =
            value.is === "list" && !value.open ? (value.items[i] ?? plain(null, at)) : unknownAt(at);
          if (name !== undefined) scope.assign(name, item);
        });
        return value;
      }
      case "setConstant": {
        const value = this.evaluate(tree.value, env);
        scope.assign(tree.name, value);
        return value;
      }
      case "name":
        return scope.lookUp(tree.name) ?? this.project.constant(this, tree.name, env, at);
      case "call":
        return evaluateCall(this, tree, env, at);
      case "block":
        return this.blockValue(tree, env);
      case "if":
        return this.#if(tree, env, at);
      case "case":
        return this.#case(tree, env, at);
      case "and":
      case "or": {
        const left = this.evaluate(tree.left, env);
        const known = truth(left);
        if (known === (tree.is === "or")) return left;
        if (known !== undefined) return this.evaluate(tree.right, env);
        this.perhaps(env, () => this.evaluate(tree.right, env));
        return unknownAt(at);
      }
      case "while": {
        const test = this.evaluate(tree.test, env);
        if (truth(test) === false || tree.body === undefined) return plain(null, at);
        const { body } = tree;
        this.repeatedly(env, () => this.evaluate(body, env));
        return plain(null, at);
      }
      case "for": {
        const over = this.evaluate(tree.over, env);
        const { names, body } = tree;
        if (body === undefined) return over;
        const assign = (values: readonly Value[]): void => {
          names.forEach((name, i) => {
            if (name !== undefined) scope.assign(name, values[i] ?? unknownAt(at));
          });
        };
        const rounds = roundsOf(over, names.length);
        if (rounds === undefined) {
          assign([]);
          this.repeatedly(env, () => this.evaluate(body, env));
          return over;
        }
        for (const values of rounds) {
          assign(values);
          this.#loop(() => this.evaluate(body, env));
          if (this.isLeft) break;
        }
        return over;
      }
      case "begin":
        return this.#begin(tree, env, at);
      case "leave":
        return this.#leave(tree, env, at);
      case "yield":
        return this.#yield(tree, env, at);
      case "super":
        return this.#super(at);
      case "range":
        return rangeOf(this, tree, env, at);
      case "self":
        return env.self.isClass && env.self.info !== undefined
          ? { is: "class", info: env.self.info, at }
          : { is: "object", data: selfMark, at };
      case "splat":
        return tree.value === undefined ? unknownAt(at) : this.evaluate(tree.value, env);
      case "other":
        for (const item of tree.items) this.perhaps(env, () => this.evaluate(item, env));
        return unknownAt(at);
      case "def":
        return { ...unknownAt(at) };
      case "regexp":
        return tree.source === undefined
          ? unknownAt(at)
          : { is: "regexp", source: tree.source, ignoresCase: tree.ignoresCase, at };
      case "class":
        return unknownAt(at);
    }
  }

  #block(items: readonly Tree[], env: Env, at: Place): Value {
    let value: Value = plain(null, at);
    for (const item of items) {
      const before = this.#statement;
      const isOwn = env.scope.path === this.#main;
      if (isOwn && !isCompound(item))
        this.#statement = { path: env.scope.path, start: item.start, end: item.end };
      const alone = this.#alone;
      this.#alone = item;
      value = this.evaluate(item, env);
      this.#alone = alone;
      this.#statement = before;
      if (this.isLeft) break;
    }
    return value;
  }

  #assign(tree: Extract<Tree, { is: "assign" }>, { scope, self }: Env, at: Place): Value {
    const env = { scope, self };
    const before = scope.lookUp(tree.name);
    if (tree.operator === "||" && before !== undefined && truth(before) === true) return before;
    const given = this.evaluate(tree.value, env);
    const value =
      tree.operator === undefined ||
      (tree.operator === "||" && (before === undefined || truth(before) === false))
        ? given
        : tree.operator === "||" || tree.operator === "&&" || before === undefined
          ? unknownAt(at)
          : (operate(before, tree.operator, given, at) ?? unknownAt(at));
    scope.assign(tree.name, value);
    return value;
  }

  // ———————————————————————————————————————————————————————————————————————————————————————————————————————— control

  /** Visits what may not run; variables that it assigns aren't known behind it. */
  perhaps<T>(env: Env, visit: () => T): T {
    const variables = env.scope.snapshot();
    const result = this.within({ ...this.flow, conditional: true }, visit);
    env.scope.forget(variables, ({ at }) => unknownAt(at));
    if (this.#left !== undefined) this.#mayBeLeft = true;
    this.#left = undefined;
    return result;
  }

  /** Visits what runs any number of times. */
  repeatedly(env: Env, visit: () => void): void {
    const variables = env.scope.snapshot();
    this.within({ ...this.flow, repeated: true }, () => {
      this.#loop(visit);
    });
    env.scope.forget(variables, ({ at }) => unknownAt(at));
  }

  /** One round of a loop, which `next` and `break` end. */
  #loop(visit: () => void): void {
    const may = this.#mayBeLeft;
    visit();
    if (this.#left === "next" || this.#left === "break") this.#left = undefined;
    if (this.#frames.length === 0 || !this.#mayReturn) this.#mayBeLeft = may;
  }

  /** A `return` under a condition leaves a loop as well. */
  #mayReturn = false;

  #if(tree: Extract<Tree, { is: "if" }>, env: Env, at: Place): Value {
    const asked = this.questions;
    const test = this.evaluate(tree.test, env);
    const isAsked = this.questions > asked;
    const known = truth(test);
    const branch = (one: Tree | undefined): Value => {
      if (one === undefined) return plain(null, at);
      const visit = (): Value => this.evaluate(one, env);
      return isAsked ? this.within({ ...this.flow, asked: true }, visit) : visit();
    };
    if (known !== undefined) return branch(known === tree.negated ? tree.other : tree.then);
    return this.#branches([() => branch(tree.then), () => branch(tree.other)], env, at);
  }

  /** One of them runs. */
  #branches(branches: readonly (() => Value)[], env: Env, at: Place): Value {
    const before = env.scope.snapshot();
    const values: Value[] = [];
    const ends: (Leaving | undefined)[] = [];
    let changed = before;
    for (const branch of branches) {
      env.scope.restore(before);
      values.push(this.within({ ...this.flow, conditional: true }, branch));
      ends.push(this.#left);
      this.#left = undefined;
      changed = mixed(changed, env.scope.snapshot(), before);
    }
    env.scope.restore(changed);
    const [first] = ends;
    if (ends.every((end) => end !== undefined)) this.#left = first;
    else if (ends.some((end) => end !== undefined)) {
      this.#mayBeLeft = true;
      if (ends.includes("return")) this.#mayReturn = true;
    }
    const [value] = values;
    const isSame = value !== undefined && values.every((one) => sameConstant(value, one) === true);
    return isSame ? value : unknownAt(at);
  }

  #case(tree: Extract<Tree, { is: "case" }>, env: Env, at: Place): Value {
    const test = tree.test && this.evaluate(tree.test, env);
    const open: (() => Value)[] = [];
    for (const { values, body } of tree.branches) {
      const matching = values.map((one) => {
        const value = this.evaluate(one, env);
        if (test === undefined) return truth(value);
        return value.is === "regexp" ? matches(value, test) : sameConstant(test, value);
      });
      const visit = (): Value => (body === undefined ? plain(null, at) : this.evaluate(body, env));
      if (matching.some((match) => match === true)) {
        if (open.length === 0) return visit();
        return this.#branches([...open, visit], env, at);
      }
      if (matching.some((match) => match === undefined)) open.push(visit);
    }
    const { other } = tree;
    const visit = (): Value => (other === undefined ? plain(null, at) : this.evaluate(other, env));
    return open.length === 0 ? visit() : this.#branches([...open, visit], env, at);
  }

  #begin(tree: Extract<Tree, { is: "begin" }>, env: Env, at: Place): Value {
    let value: Value = plain(null, at);
    const flow = flowUnder(tree, this.flow);
    const { body } = tree;
    if (body !== undefined) value = this.within(flow, () => this.evaluate(body, env));
    const left = this.#left;
    this.#left = undefined;
    for (const rescue of tree.rescues)
      if (rescue !== undefined) this.perhaps(env, () => this.evaluate(rescue, env));
    this.#left = left === "raised" && tree.rescues.length > 0 ? undefined : left;
    if (tree.other !== undefined && this.#left === undefined) this.evaluate(tree.other, env);
    if (tree.ensure !== undefined) {
      const after = this.#left;
      this.#left = undefined;
      this.evaluate(tree.ensure, env);
      this.#left = after;
    }
    return value;
  }

  #leave(tree: Extract<Tree, { is: "leave" }>, env: Env, at: Place): Value {
    const value = tree.value === undefined ? plain(null, at) : this.evaluate(tree.value, env);
    this.#left = tree.how;
    if (tree.how === "return") this.frame?.returned.push(value);
    return value;
  }

  /** `raise`, or what raises, in a place that certainly runs. */
  raise(): void {
    this.#left = "raised";
  }

  // ————————————————————————————————————————————————————————————————————————————————————————————— methods and blocks

  blockValue(tree: Extract<Tree, { is: "block" }>, { scope, self }: Env): BlockValue {
    return { is: "block", tree, scope, self, at: { path: scope.path, start: tree.start, end: tree.end } };
  }

  /** Calls a block once. */
  yieldTo(block: BlockValue, values: readonly Value[]): Value {
    const { tree, scope: outer, self } = block;
    const scope = new Scope(outer, outer);
    const env = { scope, self };
    bindParameters(
      this,
      flattened(tree.parameters, values),
      { args: values, options: undefined, block: undefined },
      env,
      block.at,
    );
    if (tree.body === undefined) return plain(null, block.at);
    const may = this.#mayBeLeft;
    const value = this.evaluate(tree.body, env);
    const left: string | undefined = this.#left;
    if (left === "next" || (left === "return" && tree.isLambda)) this.#left = undefined;
    if (!this.#mayReturn) this.#mayBeLeft = may;
    return value;
  }

  /** Calls a block any number of times, with values that aren't known; the first may be a row of a model. */
  yieldOften(call: CallValue, conditional = false, rowOf?: ClassValue | NameValue): void {
    const { block } = call;
    if (block === undefined) return;
    this.withBlocks.push(call);
    const round = (): Value => this.yieldTo(block, [{ ...unknownAt(block.at), rowOf }, unknownAt(block.at)]);
    const visit = (): void => {
      this.repeatedly(block, round);
    };
    if (conditional) this.perhaps(block, visit);
    else visit();
    if (this.#left === "break") this.#left = undefined;
  }

  /** A loop over known values ended with `break`. */
  endLoop(): boolean {
    if (this.#left === "break") {
      this.#left = undefined;
      return true;
    }
    return this.isLeft;
  }

  /** Runs a method of the project. */
  callMethod(method: Method, call: CallValue | undefined, self: Self, at: Place): Value {
    if (this.#frames.some((one) => one.method.tree === method.tree) || this.#frames.length > deepest) {
      this.lost(at);
      return unknownAt(at);
    }
    if (call?.block !== undefined) this.withBlocks.push(call);
    const env = { scope: new Scope(method.file), self };
    const { parameters, body } = method.tree;
    bindParameters(
      this,
      parameters,
      { args: call?.args ?? [], options: call?.options, block: call?.block },
      env,
      at,
    );
    const frame: Frame = { method, call, env, returned: [] };
    const [may, mayReturn] = [this.#mayBeLeft, this.#mayReturn];
    this.#mayReturn = false;
    this.#frames.push(frame);
    // The first is what the tool calls.
    const flow = this.#frames.length < 2 ? this.flow : { ...this.flow, inCall: this.#steps };
    const last = body === undefined ? plain(null, at) : this.within(flow, () => this.evaluate(body, env));
    this.#frames.pop();
    const depends: unknown = this.#mayReturn;
    [this.#mayBeLeft, this.#mayReturn] = [may, mayReturn];
    const left: string | undefined = this.#left;
    if (left === "return") this.#left = undefined;
    const results = left === "return" ? frame.returned : [...frame.returned, last];
    const [first] = results;
    if (first === undefined) return plain(null, at);
    return results.length === 1 || (!depends && left === undefined)
      ? (results.at(-1) ?? first)
      : unknownAt(at);
  }

  #yield(tree: Extract<Tree, { is: "yield" }>, env: Env, at: Place): Value {
    const args = tree.args.map((arg) => this.evaluate(arg, env));
    const block = this.frame?.call?.block;
    if (block === undefined) return unknownAt(at);
    return this.yieldTo(block, args);
  }

  #super(at: Place): Value {
    const call = this.frame?.call;
    if (call === undefined) return unknownAt(at);
    return this.host.call({ ...call, receiver: undefined }, this.site()) ?? call;
  }

  /** Undefined: the project has none of that name. */
  methodOf(info: ClassInfo | undefined, name: string, ofClass: boolean): Method | undefined {
    return this.project.method(info, name, ofClass);
  }
}

/** `self` of a method. */
export const selfMark = { self: true };

const isCompound = ({ is }: Tree): boolean => /^(?:if|case|while|for|begin|block-of)$/.test(is);
