/**
 * Follows a migration's function in the order in which it runs, without running it: every chain of calls is handed to
 * the tool with what is known of whether and how often it runs.
 */
import { enumObject } from "./enums.ts";
import type { Span } from "../../text/span.ts";
import { answerFor, askedBy, behindAsked, perhaps, unlessLeft } from "./asked.ts";
import { countedLoop } from "./counted.ts";
import { isOurs } from "./databases.ts";
import { databaseName, evaluate, truth, unknown, type Reader } from "./evaluate.ts";
import { behind, caughtBy, inRound, isVoid, leavesRound, returns, type Flow } from "./flow.ts";
import { handleIn, isRenamed } from "./handed.ts";
import { Scope } from "./scope.ts";
import type { CodeTool } from "./tool.ts";
import { methodsOfModels, originOf, strangerIn, type Stranger } from "./strangers.ts";
import { bare, child, children, field, isFunction, keyName, spanOf, subtrees, type Tree } from "./tree.ts";
import { calleeOf, itemAt, type ChainValue, type FunctionValue, type Link, type Value } from "./value.ts";

/** How many of a chain's links were read, from the first on; 0: it says nothing to the tool. `alone`: see `Call`. */
export type OnChain = (chain: ChainValue, flow: Flow, statement: Span, alone: boolean) => number;

export type OnStranger = (at: Span, flow: Flow, statement: Span, stranger?: Omit<Stranger, "link">) => void;

export interface Promises {
  /** A call that the tool has read gives one. */
  readonly given: (chain: ChainValue) => boolean;
  /** Nothing takes it: awaits, returns, keeps or chains it. */
  readonly onDropped: (chain: ChainValue, link: Link) => void;
}

export interface WalkerFacts extends Pick<CodeTool, "cursors" | "byName"> {
  /** How much has been said so far of what the migration sends. */
  readonly said: () => number;
  /** A statement that fails in this code ends the transaction of the migration, whatever catches its error. */
  readonly endsAllAt: (code: string) => boolean;
}

/** More than any migration has; what is left is not followed. */
const mostSteps = 200_000;
const deepest = 12;
const longestLoop = 500;

const loops = /^(?:map|forEach|each|mapSeries|eachSeries|series|reduce|filter|flatMap|times|concurrently)$/;
const sameFlow = /^(?:then|finally|tap|transaction|transacting|call|)$/;
/** Whoever chains these takes the promise. */
const settles = /^(?:then|catch|finally|asCallback|nodeify)$/;
const listLoops = /^(?:map|forEach|flatMap)$/;

export class Walker {
  readonly file: Reader;
  /** Methods of the migration's class. */
  readonly methods: ReadonlyMap<string, Tree>;
  /** See `strangerIn`. */
  readonly onStranger: OnStranger;
  readonly #promises: Promises;
  /** How many of them so far. */
  #given = 0;
  readonly #facts: WalkerFacts;
  #onChain: OnChain = () => 0;
  #steps = 0;
  #active: Tree[] = [];
  /** Those of them that call themselves. */
  readonly #again = new Set<Tree>();
  #statement: Span = { start: 0, end: 0 };
  /** The call that is the whole of the statement. */
  #alone: unknown;

  constructor(
    file: Reader,
    methods: ReadonlyMap<string, Tree>,
    onStranger: OnStranger,
    promises: Promises,
    facts: WalkerFacts,
  ) {
    this.file = file;
    this.methods = methods;
    this.onStranger = onStranger;
    this.#promises = promises;
    this.#facts = facts;
  }

  /** Runs a function with these arguments; `onChain` is told of every chain in it. */
  run(called: FunctionValue, given: readonly Value[], onChain: OnChain, flow: Flow): void {
    const before = { onChain: this.#onChain, statement: this.#statement };
    this.#onChain = onChain;
    this.#call(called, given, flow);
    this.#onChain = before.onChain;
    this.#statement = before.statement;
  }

  /** The same handler goes on: a callback, a helper of the file. */
  #call({ tree, scope }: FunctionValue, given: readonly Value[], flow: Flow): void {
    if (this.#active.includes(tree)) {
      this.#again.add(tree);
      return;
    }
    if (this.#active.length > deepest) {
      this.onStranger(spanOf(tree), perhaps(flow), this.#statement);
      return;
    }
    const before = this.#facts.said();
    this.#active.push(tree);
    const inner = new Scope(scope);
    for (const [i, parameter] of children(tree, "params").entries())
      this.#bind(parameter, given[i] ?? unknown(parameter), inner);
    const body = child(tree, "body");
    if (body?.type === "BlockStatement") this.#block(body, inner, flow);
    else if (body !== undefined) this.visit(body, inner, flow);
    this.#active.pop();
    // What it sends with other arguments isn't followed.
    if (this.#again.delete(tree) && this.#facts.said() > before)
      this.onStranger(spanOf(tree), perhaps(flow), this.#statement);
  }

  #bind(pattern: Tree, value: Value, scope: Scope): void {
    switch (pattern.type) {
      case "Identifier":
        scope.bind(field(pattern, "name"), value);
        return;
      case "AssignmentPattern": {
        const left = child(pattern, "left");
        const right = child(pattern, "right");
        if (left === undefined) return;
        const isMissing = value.is === "unknown" && value.at.start === pattern.start;
        this.#bind(left, isMissing && right !== undefined ? evaluate(this.file, right, scope) : value, scope);
        return;
      }
      case "TSParameterProperty": {
        const parameter = child(pattern, "parameter");
        if (parameter !== undefined) this.#bind(parameter, value, scope);
        return;
      }
      case "ObjectPattern":
        for (const property of children(pattern, "properties")) {
          const target = child(property, property.type === "RestElement" ? "argument" : "value");
          if (target === undefined) continue;
          const known = value.is === "record" ? value.fields.get(keyName(property)) : undefined;
          // `{ context: queryInterface }`, `{ schema }`: a part of what the tool hands over.
          this.#bind(target, known ?? (value.is === "handle" ? value : unknown(target)), scope);
        }
        return;
      case "ArrayPattern":
        for (const [i, element] of children(pattern, "elements").entries())
          this.#bind(element, itemAt(value, i, element), scope);
        return;
      default:
        return;
    }
  }

  /** True if nothing after it runs. */
  #block(block: Tree, scope: Scope, flow: Flow): boolean {
    return this.#statements(children(block, "body"), scope, flow);
  }

  #statements(list: readonly Tree[], scope: Scope, flow: Flow): boolean {
    for (const statement of list) {
      const declared = statement.type === "FunctionDeclaration" ? statement : enumObject(statement);
      if (declared !== undefined)
        scope.bind(field(child(statement, "id"), "name"), evaluate(this.file, declared, scope));
    }
    let now = flow;
    for (const statement of list) {
      if (this.visit(statement, scope, now)) return true;
      if (statement.type !== "IfStatement") continue;
      const test = child(statement, "test");
      if (test !== undefined && leavesRound(child(statement, "consequent"))) now = behind(now, test);
      if (this.#mayLeave(statement, scope)) now = unlessLeft(this.file, statement, scope, now);
    }
    return false;
  }

  /** `if (…) return;`: what follows may not run. Throwing isn't a way round. */
  #mayLeave(statement: Tree, scope: Scope): boolean {
    const test = child(statement, "test");
    if (test !== undefined && truth(this.file, test, scope) !== undefined) return false;
    return returns(child(statement, "consequent")) || returns(child(statement, "alternate"));
  }

  /** Visits a statement or an expression; true if nothing after it runs. */
  visit(given: Tree, scope: Scope, flow: Flow): boolean {
    const tree = bare(given);
    if (this.#steps++ > mostSteps) return true;
    switch (tree.type) {
      case "BlockStatement":
        return this.#block(tree, new Scope(scope), flow);
      case "ExpressionStatement":
        this.#statement = spanOf(tree);
        // With `await` before it, it isn't the call itself; with `void`, it is.
        this.#alone = isVoid(tree) ? child(tree, "expression")?.["argument"] : tree["expression"];
        this.#visitAll(tree, scope, flow);
        return false;
      case "ReturnStatement":
        this.#statement = spanOf(tree);
        this.#visitAll(tree, scope, flow);
        return true;
      case "ThrowStatement":
        return true;
      case "VariableDeclaration":
        this.#statement = spanOf(tree);
        for (const one of children(tree, "declarations")) this.#declare(one, scope, flow);
        return false;
      case "AssignmentExpression":
        this.#assign(tree, scope, flow);
        return false;
      case "IfStatement":
      case "ConditionalExpression":
        return this.#branches(tree, scope, flow);
      case "LogicalExpression":
        this.#visitChild(tree, "left", scope, flow);
        this.#visitChild(tree, "right", scope, perhaps(flow));
        return false;
      case "SwitchStatement":
        this.#switch(tree, scope, flow);
        return false;
      case "TryStatement":
        return this.#try(tree, scope, flow);
      case "ForOfStatement":
        this.#forOf(tree, scope, flow);
        return false;
      case "ForStatement":
      case "ForInStatement":
      case "WhileStatement":
      case "DoWhileStatement": {
        if (this.#counted(tree, scope, flow)) return false;
        const again = {
          ...inRound(flow),
          conditional: flow.conditional || tree.type !== "DoWhileStatement",
        };
        for (const part of subtrees(tree)) this.visit(part, new Scope(scope), again);
        return false;
      }
      case "CallExpression":
      case "OptionalCallExpression":
        this.#chain(tree, scope, flow);
        return false;
      case "NewExpression": {
        this.#visitAll(tree, scope, flow);
        // What is given to `new Promise` runs at once.
        const [executor] = children(tree, "arguments");
        if (field(child(tree, "callee"), "name") !== "Promise" || executor === undefined) return false;
        const value = evaluate(this.file, executor, scope);
        if (value.is === "function") this.#call(value, [], { ...flow, promised: true });
        return false;
      }
      case "TaggedTemplateExpression":
        this.#tagged(tree, scope, flow);
        return false;
      case "FunctionDeclaration":
      case "FunctionExpression":
      case "ArrowFunctionExpression":
      case "ClassDeclaration":
      case "ClassExpression":
        return false;
      default:
        this.#visitAll(tree, scope, flow);
        return false;
    }
  }

  #visitAll(tree: Tree, scope: Scope, flow: Flow): void {
    for (const part of subtrees(tree)) this.visit(part, scope, flow);
  }

  #visitChild(tree: Tree, name: string, scope: Scope, flow: Flow): boolean {
    const part = child(tree, name);
    return part !== undefined && this.visit(part, scope, flow);
  }

  #declare(declarator: Tree, scope: Scope, flow: Flow): void {
    const init = child(declarator, "init");
    const id = child(declarator, "id");
    if (init !== undefined) this.visit(init, scope, flow);
    if (id === undefined) return;
    const value = init === undefined ? unknown(declarator) : evaluate(this.file, init, scope);
    this.#bind(id, value, scope);
  }

  #assign(tree: Tree, scope: Scope, flow: Flow): void {
    const right = child(tree, "right");
    const left = child(tree, "left");
    if (right !== undefined) this.visit(right, scope, flow);
    if (left?.type !== "Identifier" || right === undefined) return;
    const name = field(left, "name");
    const operator = field(tree, "operator");
    const sum: Tree = {
      type: "BinaryExpression",
      operator: "+",
      left,
      right,
      start: tree.start,
      end: tree.end,
    };
    const isSure = !flow.conditional && !flow.repeated && (operator === "=" || operator === "+=");
    scope.assign(name, isSure ? evaluate(this.file, operator === "=" ? right : sum, scope) : unknown(tree));
  }

  #branches(tree: Tree, scope: Scope, flow: Flow): boolean {
    const test = child(tree, "test");
    if (test === undefined) return false;
    this.visit(test, scope, flow);
    const holds = truth(this.file, test, scope);
    if (holds !== undefined) return this.#visitChild(tree, holds ? "consequent" : "alternate", scope, flow);
    const tested = behind(flow, test);
    const [yes, no] = [true, false].map((holds) => askedBy(this.file, test, scope, holds));
    const first = this.#visitChild(tree, "consequent", scope, behindAsked(tested, yes));
    return this.#visitChild(tree, "alternate", scope, behindAsked(tested, no)) && first;
  }

  /** A choice between databases is known. */
  #switch(tree: Tree, scope: Scope, flow: Flow): void {
    this.#visitChild(tree, "discriminant", scope, flow);
    const cases = children(tree, "cases");
    const ours = cases.map((one) => {
      const test = child(one, "test");
      return test === undefined ? undefined : isOurs(this.file, databaseName(this.file, test, scope));
    });
    const isOfDatabases = ours.some((one) => one !== undefined);
    const chosen = ours.includes(true)
      ? ours.indexOf(true)
      : cases.findIndex((one) => child(one, "test") === undefined);
    if (isOfDatabases && chosen < 0) return;
    for (const one of cases.slice(isOfDatabases ? chosen : 0)) {
      const inner = isOfDatabases ? flow : perhaps(flow);
      const left = this.#statements(children(one, "consequent"), scope, inner);
      const breaks = children(one, "consequent").some(({ type }) => type === "BreakStatement");
      if (isOfDatabases && (left || breaks)) return;
    }
  }

  /** What is caught and not thrown again may go unnoticed. A handler that throws again isn't on the way of what succeeds. */
  #try(tree: Tree, scope: Scope, flow: Flow): boolean {
    const handler = child(tree, "handler");
    const caught = child(handler, "body");
    const how = caughtBy(caught);
    // All of the block runs, and nothing that the handler sends, or nothing comes of the migration.
    const isAll = how.caught === true && this.#facts.endsAllAt(this.file.text.slice(tree.start, tree.end));
    const inside: Flow = { ...flow, ...how, ...(isAll ? { tried: true } : {}) };
    if (how.caught === true && !isAll) Object.assign(inside, { conditional: true, asks: undefined });
    const left = this.#visitChild(tree, "block", scope, inside);
    if (caught !== undefined && !isAll && (how.caught === true || returns(caught)))
      this.visit(caught, new Scope(scope), { ...perhaps(flow), failed: true });
    this.#visitChild(tree, "finalizer", scope, flow);
    return left;
  }

  #forOf(tree: Tree, scope: Scope, flow: Flow): void {
    const right = child(tree, "right");
    const left = child(tree, "left");
    const body = child(tree, "body");
    if (right === undefined || left === undefined || body === undefined) return;
    this.visit(right, scope, flow);
    const target =
      left.type === "VariableDeclaration" ? child(children(left, "declarations")[0], "id") : left;
    const each = (value: Value, how: Flow): void => {
      const inner = new Scope(scope);
      if (target !== undefined) this.#bind(target, value, inner);
      this.visit(body, inner, how);
    };
    const list = evaluate(this.file, right, scope);
    if (list.is === "list" && list.items.length <= longestLoop)
      for (const item of list.items) each(item, flow);
    else if (!this.#throws(tree, list, right, flow))
      each({ ...unknown(right), from: originOf(list) }, inRound(flow));
  }

  /** False: its rounds aren't known. */
  #counted(tree: Tree, scope: Scope, flow: Flow): boolean {
    const loop = countedLoop(this.file, tree, scope);
    const body = child(tree, "body");
    if (loop === undefined || body === undefined || loop.rounds > longestLoop) return false;
    for (let value = 0; value < loop.rounds; value++) {
      const inner = new Scope(scope);
      inner.bind(loop.name, { is: "plain", value, ofRound: true, at: spanOf(tree) });
      this.visit(body, inner, flow);
    }
    return true;
  }

  /** Without `await`, what a call reads from a server can't be gone through, as the tool knows; a name's value was perhaps awaited. */
  #throws(loop: Tree, list: Value, right: Tree, flow: Flow): boolean {
    if (!this.#facts.cursors || loop["await"] === true || list.is !== "chain") return false;
    const gone: ChainValue = { ...list, root: list, links: [], at: spanOf(right) };
    const isCalled = (loop["right"] as Tree | undefined)?.type === "CallExpression";
    const how = { ...flow, iterated: isCalled ? ("sync" as const) : ("awaited" as const) };
    return this.#onChain(gone, how, this.#statement, false) > 0;
  }

  /** `sql`…`` and the like as a call with one argument. */
  #tagged(tree: Tree, scope: Scope, flow: Flow): void {
    const tag = child(tree, "tag");
    const quasi = child(tree, "quasi");
    if (tag === undefined || quasi === undefined) return;
    const called: Tree = {
      type: "CallExpression",
      callee: tag,
      arguments: [quasi],
      start: tree.start,
      end: tree.end,
    };
    if (this.#alone === tree) this.#alone = called;
    this.#chain(called, scope, flow);
  }

  #chain(tree: Tree, scope: Scope, flow: Flow): void {
    const value = evaluate(this.file, { ...tree, type: "CallExpression" }, scope);
    // A constant that only looks like a call: `["a", "b"].join()`.
    if (value.is !== "chain") {
      if (value.is === "unknown") this.#visitAll(tree, scope, flow);
      return;
    }
    const isAlone = this.#alone === tree;
    const isDropped = isAlone && !value.links.some(({ name }) => settles.test(name));
    const said = this.#facts.said();
    const isOwn = value.rootName === "this" && this.methods.has(value.links[0]?.name ?? "");
    const used = isOwn
      ? 0
      : this.#onChain(value, this.#inFunction(flow, value, scope), this.#statement, isAlone);
    const sent = value.links[used - 1];
    if (sent !== undefined && this.#facts.said() > said && this.#promises.given(value)) {
      if (isDropped) this.#promises.onDropped(value, sent);
      else this.#given++;
    }
    if (used === 0) this.visit(value.rootTree, scope, flow);
    // The arguments of a function that the tool has followed may hold calls of their own.
    else if (value.root.is === "function" || value.root.is === "imported" || value.root.is === "record")
      for (const one of value.links[0]?.trees ?? []) if (!isFunction(one)) this.visit(one, scope, flow);
    const isRead = used > 0 || this.#facts.said() > said;
    const stranger = isRead ? undefined : strangerIn(this.file, value, this.#facts.byName ?? methodsOfModels);
    for (const link of value.links.slice(used)) {
      if (link.values === undefined) continue;
      const method = value.rootName === "this" ? this.methods.get(link.name) : undefined;
      const callee = link === value.links[0] ? calleeOf(value) : undefined;
      const own = method && { is: "function" as const, tree: method, scope: scope.top, at: spanOf(method) };
      const called = callee?.is === "function" ? callee : own;
      if (called !== undefined) {
        for (const one of link.trees) if (!isFunction(one)) this.visit(one, scope, flow);
        const before = this.#given;
        this.#call(called, link.values, { ...flow, inCall: this.#steps });
        if (isDropped && called.tree["async"] === true && this.#given > before)
          this.#promises.onDropped(value, link);
        continue;
      }
      const before = this.#given;
      this.#arguments(value, link, scope, flow);
      const isAsync = link.values.some((one) => one.is === "function" && one.tree["async"] === true);
      if (link.name === "forEach" && isAsync && this.#given > before) this.#promises.onDropped(value, link);
      if (stranger?.link === link) this.onStranger(link.at, flow, this.#statement, stranger);
    }
  }

  #inFunction(flow: Flow, chain: ChainValue, scope: Scope): Flow {
    const around = this.#active.at(-1);
    const isAsync = around === undefined || around["async"] === true;
    const sync = isAsync ? undefined : this.#active.length === 1 ? "migration" : "callback";
    const renamed = isRenamed(chain, scope) || undefined;
    const handle = handleIn(chain);
    return { ...flow, sync, renamed, handle };
  }

  #arguments(chain: ChainValue, link: Link, scope: Scope, flow: Flow): void {
    const { name } = link;
    for (const argument of link.trees) {
      const value = evaluate(this.file, argument, scope);
      if (value.is !== "function") {
        if (chain.rootName === "async" && argument.type === "ArrayExpression")
          for (const element of children(argument, "elements")) this.#inTurn(element, scope, flow);
        else this.visit(argument, scope, flow);
        continue;
      }
      // What its callback gives, `forEach` throws away.
      if (name === "forEach" && value.tree["async"] !== true) this.#alone = value.tree["body"];
      if (listLoops.test(name) && chain.root.is === "list" && chain.root.items.length <= longestLoop) {
        for (const item of chain.root.items) this.#call(value, [item], flow);
      } else if (loops.test(name)) this.#call(value, [], inRound(flow));
      else if (name === "transaction") this.#call(value, [handleAt(argument)], flow);
      else if (sameFlow.test(name)) this.#call(value, answerFor(chain, link), flow);
      else {
        const failed = name === "catch" ? (true as const) : flow.failed;
        this.#call(value, [], { ...perhaps(flow), failed });
      }
    }
  }

  /** One of the steps of `async.series([…])`, which are called one after the other: a function, or `f.bind(db)`. */
  #inTurn(element: Tree, scope: Scope, flow: Flow): void {
    const value = evaluate(this.file, element, scope);
    const [link] = value.is === "chain" && value.root.is === "function" ? value.links : [];
    const called = value.is === "chain" && link?.name === "bind" ? value.root : value;
    if (called.is === "function") this.#call(called, link?.values?.slice(1) ?? [], flow);
    else this.visit(element, scope, flow);
  }
}

export const handleAt = (tree: Span, role?: string): Value => ({ is: "handle", at: spanOf(tree), role });
