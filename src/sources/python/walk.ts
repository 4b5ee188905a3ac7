/**
 * Follows Python in the order in which it runs, without running it: every call that isn't the project's own goes to a
 * host, with what is known of whether and how often it is made. Functions, classes and modules of the project are
 * followed.
 */
import type { Segment } from "../../text/source-map.ts";
import { callBuiltin, folderOf } from "./builtins.ts";
import { evaluate, evaluateAll, keyOf, placeIn, unknownAt } from "./evaluate.ts";
import { putInto } from "./methods.ts";
import {
  folderOf as folderOfFile,
  moduleFile,
  relativeFile,
  type Files,
  type Module,
  type Source,
  type Sources,
} from "./modules.ts";
import { binary, isSame, isTrue } from "./operators.ts";
import { Scope, type Binding } from "./scope.ts";
import { madeText, plain, textValue, written } from "./text.ts";
import { bare, child, inside, parts, statements, type Tree } from "./tree.ts";
import type {
  AttributeValue,
  CallValue,
  ClassValue,
  FunctionValue,
  NameValue,
  Place,
  TextValue,
  Value,
} from "./value.ts";

/** Whether what is visited runs for sure, and once. */
export interface Flow {
  readonly conditional: boolean;
  readonly repeated: boolean;
}

export const straight: Flow = { conditional: false, repeated: false };

/** Where a call stands. */
export interface Site {
  readonly flow: Flow;
  /** The statement of the migration's own file. */
  readonly statement: Place;
  /** It is the whole statement: nothing keeps what it gives. */
  readonly alone: boolean;
}

/** What a run asks and reports. */
export interface Host {
  /** A call of something from outside of the project, after its arguments. Undefined: its value is the call itself. */
  call?(call: CallValue, site: Site): Value | undefined;
  /** What a name or an attribute from outside of the project is. Undefined: itself. */
  value?(value: NameValue | AttributeValue): Value | undefined;
  /** `with context:` begins, and ends. */
  enter?(context: Value, site: Site): void;
  leave?(context: Value, site: Site): void;
  /** Something that runs isn't followed. */
  lost?(at: Place, why: string, site: Site): void;
  /** `raise`; undefined: the error isn't made by a call. */
  raised?(error: Value | undefined, site: Site): void;
}

/** How a statement ends; `perhaps`: what follows may not run. */
type Completion = "next" | "left" | "raised" | "break" | "continue" | "perhaps";

const mostSteps = 1_000_000;
const deepest = 24;
const longestLoop = 5000;

interface Frame {
  readonly returned: Value[];
  /** A return that may not be reached. */
  open: boolean;
  readonly conditional: boolean;
}

export class Run {
  readonly host: Host;
  readonly files: Files;
  flow: Flow = straight;
  readonly #sources: Sources;
  readonly #modules = new Map<string, Module>();
  readonly #classes = new Map<Tree, Scope>();
  readonly #frames: Frame[] = [];
  readonly #active: Tree[] = [];
  #main: string | undefined;
  #statement: Place = { path: "", start: 0, end: 0 };
  #alone: Tree | undefined;
  /** More than 0: what is visited defines names only. */
  #silent = 0;
  #steps = 0;

  constructor(host: Host, files: Files, sources: Sources) {
    this.host = host;
    this.files = files;
    this.#sources = sources;
  }

  /** False: there have been too many. */
  step(): boolean {
    return this.#steps++ < mostSteps;
  }

  /**
   * The file whose statements the sites name, with its names. `reports`: calls of its top level are reported, too, as
   * they are of a script.
   */
  open(path: string, text: string, reports = false): Module {
    this.#main = path;
    return this.#define(this.#sources.parse(path, text), "", reports);
  }

  /** A module of the project by its path; undefined: there is none. */
  load(path: string, dotted: string): Module | undefined {
    const known = this.#modules.get(path);
    if (known !== undefined) return known;
    const text = this.files.readFile(path);
    return text === undefined ? undefined : this.#define(this.#sources.parse(path, text), dotted);
  }

  #define(source: Source, dotted: string, reports = false): Module {
    const made: { scope?: Scope } & Source & { readonly dotted: string } = { ...source, dotted };
    const module = made as Module;
    made.scope = new Scope(module);
    this.#modules.set(source.path, module);
    const visit = (): Completion => this.#block(source.program.children, module.scope);
    if (reports) visit();
    else this.quietly(visit);
    return module;
  }

  /** Visits without reporting calls. */
  quietly<T>(visit: () => T): T {
    const before = this.flow;
    this.flow = straight;
    this.#silent++;
    try {
      return visit();
    } finally {
      this.#silent--;
      this.flow = before;
    }
  }

  /** Visits what may not run. */
  perhaps<T>(visit: () => T): T {
    return this.#within({ ...this.flow, conditional: true }, visit);
  }

  #within<T>(flow: Flow, visit: () => T): T {
    const before = this.flow;
    this.flow = flow;
    try {
      return visit();
    } finally {
      this.flow = before;
    }
  }

  #site(tree?: Tree): Site {
    return { flow: this.flow, statement: this.#statement, alone: tree !== undefined && tree === this.#alone };
  }

  lost(at: Place, why: string): void {
    if (this.#silent === 0) this.host.lost?.(at, why, this.#site());
  }

  innerScope(scope: Scope): Scope {
    return new Scope(scope.module, scope);
  }

  // ————————————————————————————————————————————————————————————————————————————————————————— names and attributes

  named(value: NameValue, scope: Scope): Value {
    const { stars } = scope.top;
    const [star] = stars;
    const isOwn = builtinNames.test(value.dotted);
    const found = star === undefined || isOwn ? value : { ...value, dotted: `${star}.${value.dotted}` };
    return this.host.value?.(found) ?? found;
  }

  attribute(value: Value, name: string, at: Place): Value {
    switch (value.is) {
      case "name": {
        const own = value.path === undefined ? undefined : this.#exported(value.path, value.dotted, name, at);
        if (own !== undefined) return own;
        const found: NameValue = { is: "name", dotted: `${value.dotted}.${name}`, at };
        return this.host.value?.(found) ?? found;
      }
      case "class":
        return this.member(value, name) ?? { is: "name", dotted: `${value.dotted}.${name}`, at };
      case "text":
        if (name === "parent") return madeText(folderOf(written(value)), at);
        if (name === "value") return value;
        break;
      case "plain":
        if (name === "value") return value;
        break;
      case "call":
        if (value.target?.is === "class") {
          const own = this.member(value.target, name);
          if (own?.is === "function") return { ...own, self: value };
          if (own !== undefined) return own;
        }
        break;
      default:
    }
    const found: AttributeValue = { is: "attribute", object: value, name, at };
    return this.host.value?.(found) ?? found;
  }

  /** A name of a module of the project, or a module below it. */
  #exported(path: string, dotted: string, name: string, at: Place): Value | undefined {
    const found = this.load(path, dotted)?.scope.own(name);
    if (found !== undefined) return found;
    if (!path.endsWith("__init__.py")) return undefined;
    const below = relativeFile(this.files, path, 1, name);
    return below === undefined ? undefined : { is: "name", dotted: `${dotted}.${name}`, path: below, at };
  }

  /** What a class or one of its bases in the project holds. */
  member(value: ClassValue, name: string): Value | undefined {
    const seen = new Set<Tree>();
    const find = (one: ClassValue): Value | undefined => {
      if (seen.has(one.tree)) return undefined;
      seen.add(one.tree);
      const own = this.membersOf(one).own(name);
      if (own !== undefined) return own;
      for (const base of this.basesOf(one)) {
        const found = base.is === "class" ? find(base) : undefined;
        if (found !== undefined) return found;
      }
      return undefined;
    };
    return find(value);
  }

  /** The names of a class's own body. */
  membersOf({ tree, scope }: ClassValue): Scope {
    const known = this.#classes.get(tree);
    if (known !== undefined) return known;
    const inner = new Scope(scope.module, scope);
    this.#classes.set(tree, inner);
    this.quietly(() => this.#block(statements(child(tree, "Body")), inner));
    return inner;
  }

  /** In the order in which they are written. */
  basesOf({ tree, scope }: ClassValue): readonly Value[] {
    const list = child(tree, "ArgList");
    if (list === undefined) return [];
    return this.quietly(() =>
      parts(inside(list)).flatMap((part) => {
        const [first] = part;
        return first === undefined || part.length > 1 ? [] : [evaluate(this, first, scope)];
      }),
    );
  }

  /** The items of what a loop goes over; undefined: not known. */
  iterate(value: Value): readonly Value[] | undefined {
    switch (value.is) {
      case "list":
        return value.open ? undefined : value.items;
      case "record":
        return value.open ? undefined : [...value.fields].map(([name, one]) => madeText(name, one.at));
      case "class": {
        const isEnum = this.basesOf(value).some(
          (base) => base.is === "name" && /(?:^|\.)(?:Int|Str)?(?:Enum|Choices)$/.test(base.dotted),
        );
        if (!isEnum) return undefined;
        const members = this.membersOf(value);
        return members.names.flatMap((name) => {
          const one = members.own(name);
          return one === undefined || one.is === "function" || name.startsWith("_") ? [] : [one];
        });
      }
      default:
        return undefined;
    }
  }

  /** The text of a file of SQL that a path names. */
  fileText(path: TextValue, at: Place): Value | undefined {
    const name = written(path);
    if (path.holes || !/\.sql$/i.test(name)) return undefined;
    const folders = name.startsWith("/") ? [""] : ["", ...ancestors(at.path)];
    for (const folder of folders) {
      const file = cleaned(`${folder}${name}`);
      const text = this.files.readFile(file);
      if (text === undefined) continue;
      const start = text.startsWith("\uFEFF") ? 1 : 0;
      const segment: Segment = {
        text: text.slice(start),
        path: file,
        at: { start, end: text.length },
        exact: true,
      };
      return textValue([segment], at);
    }
    return undefined;
  }

  // ————————————————————————————————————————————————————————————————————————————————————————————————————————— calls

  called(call: CallValue, scope: Scope, tree: Tree): Value {
    const site = this.#site(tree);
    if (call.target?.is === "function") return this.callFunction(call.target, call);
    const known =
      call.target === undefined && call.object === undefined ? callBuiltin(this, call, scope) : undefined;
    if (known !== undefined) return known;
    if (this.#silent > 0) return call;
    return this.host.call?.(call, site) ?? call;
  }

  /** Runs a function of the project with the arguments of a call. */
  callFunction(called: FunctionValue, call: CallValue): Value {
    const { tree, scope: outer, decorators = [] } = called;
    if (this.#active.includes(tree) || this.#active.length > deepest) {
      this.lost(call.at, "it calls itself");
      return unknownAt(call.at);
    }
    const inner = new Scope(outer.module, outer);
    const isSame = decorators.every((name) => harmlessDecorators.test(name));
    const run = (): Value => {
      this.#bindParameters(called, call, inner);
      if (tree.type === "LambdaExpression") {
        const body = tree.children.at(-1);
        return body === undefined ? unknownAt(call.at) : evaluate(this, body, inner);
      }
      const frame: Frame = { returned: [], open: false, conditional: this.flow.conditional };
      this.#frames.push(frame);
      const end = this.#block(statements(child(tree, "Body")), inner);
      this.#frames.pop();
      const [first] = frame.returned;
      if (first === undefined) return plain(null, call.at);
      const all = frame.returned.every((one) => one === first || sameValue(one, first));
      const falls = end === "next" || end === "perhaps";
      return all && !(falls && frame.open) ? first : unknownAt(call.at, "it depends on a condition");
    };
    this.#active.push(tree);
    try {
      return isSame ? run() : this.perhaps(run);
    } finally {
      this.#active.pop();
    }
  }

  #bindParameters({ tree, scope: outer, self }: FunctionValue, call: CallValue, scope: Scope): void {
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
          : this.quietly(() => evaluate(this, fallback, outer)));
      scope.bind(name, value);
    }
  }

  // ———————————————————————————————————————————————————————————————————————————————————————————————————— statements

  #block(list: readonly Tree[], scope: Scope): Completion {
    const before = this.flow;
    let result: Completion = "next";
    for (const statement of list) {
      const end = this.#visit(statement, scope);
      if (end === "perhaps") {
        result = "perhaps";
        this.flow = { ...this.flow, conditional: true };
      } else if (end !== "next") {
        result = end;
        break;
      }
    }
    this.flow = before;
    return result;
  }

  #visit(tree: Tree, scope: Scope): Completion {
    if (!this.step()) return "left";
    const before = this.#statement;
    if (scope.module.path === this.#main && !compound.test(tree.type)) this.#statement = placeIn(scope, tree);
    const end = this.#statementOf(tree, scope);
    if (scope.module.path !== this.#main || compound.test(tree.type)) this.#statement = before;
    return end;
  }

  #statementOf(tree: Tree, scope: Scope): Completion {
    if (tree.broken && !compound.test(tree.type)) {
      this.lost(placeIn(scope, tree), "it isn't understood");
      return "next";
    }
    switch (tree.type) {
      case "StatementGroup":
        return this.#block(
          tree.children.filter(({ type }) => type !== ";"),
          scope,
        );
      case "ExpressionStatement":
        this.#expression(tree, scope);
        return "next";
      case "AssignStatement":
        this.#assign(tree, scope);
        return "next";
      case "UpdateStatement":
        this.#update(tree, scope);
        return "next";
      case "ReturnStatement":
        this.#return(tree, scope);
        return "left";
      case "RaiseStatement": {
        const thrown = tree.children[1];
        const error = thrown && this.quietly(() => evaluate(this, thrown, scope));
        if (this.#silent === 0) this.host.raised?.(error, this.#site());
        return "raised";
      }
      case "BreakStatement":
        return "break";
      case "ContinueStatement":
        return "continue";
      case "IfStatement":
        return this.#if(tree, scope);
      case "ForStatement":
        return this.#for(tree, scope);
      case "WhileStatement":
        return this.#while(tree, scope);
      case "WithStatement":
        return this.#with(tree, scope);
      case "TryStatement":
        return this.#try(tree, scope);
      case "MatchStatement":
        return this.#match(tree, scope);
      case "FunctionDefinition":
      case "ClassDefinition":
        this.#definition(tree, scope, []);
        return "next";
      case "DecoratedStatement": {
        const inner = child(tree, "FunctionDefinition", "ClassDefinition");
        const decorators = tree.children
          .filter(({ type }) => type === "Decorator")
          .map(({ start, end }) => scope.module.text.slice(start + 1, end).trim());
        if (inner !== undefined) this.#definition(inner, scope, decorators);
        return "next";
      }
      case "ImportStatement":
        this.#import(tree, scope);
        return "next";
      case "ScopeStatement": {
        const isGlobal = tree.children[0]?.type === "global";
        for (const one of tree.children)
          if (one.type === "VariableName")
            scope.declareOuter(scope.module.text.slice(one.start, one.end), isGlobal);
        return "next";
      }
      case "DeleteStatement":
        for (const one of tree.children.slice(1))
          if (one.type === "VariableName") scope.remove(scope.module.text.slice(one.start, one.end));
        return "next";
      case "AssertStatement":
        for (const part of tree.children.slice(1, 2)) evaluate(this, part, scope);
        return "next";
      case "PassStatement":
      case "TypeDefinition":
        return "next";
      default:
        this.lost(placeIn(scope, tree), "it isn't understood");
        return "next";
    }
  }

  #expression(tree: Tree, scope: Scope): void {
    const before = this.#alone;
    const [first] = tree.children;
    // With `await` before it, it is still the whole statement.
    this.#alone = first && bare(first);
    for (const part of tree.children) if (part.type !== ",") evaluate(this, part, scope);
    this.#alone = before;
  }

  #assign(tree: Tree, scope: Scope): void {
    const groups: Tree[][] = [[]];
    for (const part of tree.children) {
      if (part.type === "AssignOp") groups.push([]);
      else if (part.type !== "TypeDef") groups.at(-1)?.push(part);
    }
    const last = groups.pop();
    if (last === undefined || groups.length === 0) return;
    const value = evaluateAll(this, last, scope);
    if (value !== undefined) for (const targets of groups) this.assignTargets(targets, value, scope);
  }

  #update(tree: Tree, scope: Scope): void {
    const [target, operator, right] = tree.children;
    if (target === undefined || operator === undefined || right === undefined) return;
    const before = evaluate(this, target, scope);
    const given = evaluate(this, right, scope);
    const sign = scope.module.text.slice(operator.start, operator.end).replace(/=$/, "");
    const at = placeIn(scope, tree);
    const value = this.flow.repeated ? unknownAt(at) : binary(sign, before, given, scope.module, at);
    this.assignTargets([target], value, scope);
  }

  /** `a, b = …`: targets with their commas. */
  assignTargets(targets: readonly Tree[], value: Value, scope: Scope): void {
    const [first] = targets;
    if (first === undefined) return;
    if (targets.length === 1) {
      this.#assignOne(bare(first), value, scope);
      return;
    }
    const groups = parts(targets);
    const items = this.iterate(value);
    const star = groups.findIndex(([one]) => one?.type === "*");
    for (const [i, group] of groups.entries()) {
      const [one, two] = group;
      const target = one?.type === "*" ? two : one;
      if (target === undefined) continue;
      const place = placeIn(scope, target);
      const fromEnd = star >= 0 && i > star ? i - groups.length : i;
      const item = i === star ? undefined : items?.at(fromEnd);
      this.#assignOne(bare(target), item ?? unknownAt(place), scope);
    }
  }

  #assignOne(target: Tree, value: Value, scope: Scope): void {
    switch (target.type) {
      case "VariableName":
        scope.bind(scope.module.text.slice(target.start, target.end), value);
        return;
      case "TupleExpression":
      case "ArrayExpression": {
        const inner = inside(target);
        // One name in brackets takes a list apart, too.
        if (inner.length === 1 && inner[0] !== undefined)
          this.#assignOne(bare(inner[0]), this.iterate(value)?.[0] ?? unknownAt(value.at), scope);
        else this.assignTargets(inner, value, scope);
        return;
      }
      case "MemberExpression": {
        const [object, mark, key] = target.children;
        if (object === undefined || key === undefined || mark?.type !== "[") return;
        putInto(this, evaluate(this, object, scope), keyOf(evaluate(this, key, scope)), value);
      }
    }
  }

  #return(tree: Tree, scope: Scope): void {
    const value = evaluateAll(this, tree.children.slice(1), scope) ?? plain(null, placeIn(scope, tree));
    const frame = this.#frames.at(-1);
    frame?.returned.push(value);
    if (frame !== undefined && this.flow.conditional && !frame.conditional) frame.open = true;
  }

  /** The conditions of an `if` with what runs under them; the last has none if it is `else`. */
  #if(tree: Tree, scope: Scope): Completion {
    const branches: { test: Tree | undefined; body: Tree }[] = [];
    let test: Tree | undefined;
    for (const part of tree.children) {
      if (part.type === "Body") branches.push({ test, body: part });
      else if (part.type === "else") test = undefined;
      else if (part.type !== "if" && part.type !== "elif") test = part;
    }
    return this.#branch(branches, scope);
  }

  #branch(branches: readonly { test: Tree | undefined; body: Tree }[], scope: Scope): Completion {
    const [first, ...rest] = branches;
    if (first === undefined) return "next";
    if (first.test?.broken === true) this.lost(placeIn(scope, first.test), "it isn't understood");
    const holds = first.test === undefined ? true : isTrue(evaluate(this, first.test, scope));
    if (holds === true) return this.#block(statements(first.body), scope);
    if (holds === false) return this.#branch(rest, scope);
    const before = scope.snapshot();
    const one = this.perhaps(() => this.#block(statements(first.body), scope));
    const then = scope.snapshot();
    scope.restore(before);
    const other = this.perhaps(() => this.#branch(rest, scope));
    const leaves = (end: Completion): boolean => end !== "next" && end !== "perhaps";
    if (leaves(other) && !leaves(one)) scope.restore(then);
    else if (!leaves(one)) this.#join(scope, then);
    // Raising is no way round what follows.
    if (one === other) return one;
    if (one === "raised") return other;
    if (other === "raised") return one;
    return "perhaps";
  }

  /** Names that may have either value. */
  #join(scope: Scope, other: ReadonlyMap<string, Binding>): void {
    const now = scope.snapshot();
    for (const name of new Set([...now.keys(), ...other.keys()])) {
      const [a, b] = [now.get(name), other.get(name)];
      if (a === b || (a !== undefined && b !== undefined && sameValue(a, b))) continue;
      // Defined under one of them only: what uses it runs under the same.
      if (a === undefined && b !== undefined) scope.bind(name, b);
      if (a === undefined || b === undefined) continue;
      const at = a.is === "later" ? (b.is === "later" ? undefined : b.at) : a.at;
      if (at !== undefined) scope.bind(name, unknownAt(at, "it depends on a condition"));
    }
  }

  /** Names that a body assigns, which a loop may have given any value. */
  #forget(body: readonly Tree[], scope: Scope): void {
    for (const tree of body) {
      if (tree.type === "FunctionDefinition" || tree.type === "ClassDefinition") continue;
      if (tree.type === "AssignStatement" || tree.type === "UpdateStatement")
        for (const target of tree.children) {
          if (target.type === "AssignOp" || target.type === "UpdateOp") break;
          if (target.type === "VariableName")
            scope.bind(scope.module.text.slice(target.start, target.end), unknownAt(placeIn(scope, target)));
        }
      else this.#forget(tree.children, scope);
    }
  }

  #for(tree: Tree, scope: Scope): Completion {
    const inAt = tree.children.findIndex(({ type }) => type === "in");
    const targets = tree.children.slice(0, inAt).filter(({ type }) => type !== "for" && type !== "async");
    const bodyAt = tree.children.findIndex(({ type }) => type === "Body");
    const body = statements(tree.children[bodyAt]);
    const list = evaluateAll(this, tree.children.slice(inAt + 1, bodyAt), scope);
    const items = list && this.iterate(list);
    const rest = tree.children.slice(bodyAt + 1).find(({ type }) => type === "Body");
    if (items === undefined || items.length > longestLoop) {
      this.#forget(body, scope);
      const again = { conditional: true, repeated: true };
      this.#within(again, () => {
        this.assignTargets(targets, unknownAt(placeIn(scope, tree)), scope);
        this.#block(body, scope);
      });
      this.#forget(body, scope);
    } else {
      const before = this.flow;
      try {
        for (const item of items) {
          this.assignTargets(targets, item, scope);
          const end = this.#block(body, scope);
          if (end === "left" || end === "raised") return end;
          if (end === "break") return "next";
          if (end === "perhaps") this.flow = { ...this.flow, conditional: true };
        }
      } finally {
        this.flow = before;
      }
    }
    return rest === undefined ? "next" : this.#block(statements(rest), scope);
  }

  #while(tree: Tree, scope: Scope): Completion {
    const test = tree.children[1];
    const body = statements(child(tree, "Body"));
    this.#forget(body, scope);
    const holds = test && isTrue(evaluate(this, test, scope));
    if (holds === false) return "next";
    const flow = { conditional: this.flow.conditional || holds !== true, repeated: true };
    this.#within(flow, () => this.#block(body, scope));
    this.#forget(body, scope);
    return "next";
  }

  #with(tree: Tree, scope: Scope): Completion {
    const bodyAt = tree.children.findIndex(({ type }) => type === "Body");
    const header = tree.children.slice(0, bodyAt);
    if (header.some(({ broken }) => broken)) this.lost(placeIn(scope, tree), "it isn't understood");
    const heads = header.filter(({ type }) => type !== "with" && type !== "async");
    const contexts: Value[] = [];
    for (const [expression, , ...targets] of parts(heads)) {
      if (expression === undefined) continue;
      const context = evaluate(this, expression, scope);
      if (this.#silent === 0) this.host.enter?.(context, this.#site());
      contexts.push(context);
      this.assignTargets(targets, context, scope);
    }
    const end = this.#block(statements(tree.children[bodyAt]), scope);
    for (const context of contexts.reverse())
      if (this.#silent === 0) this.host.leave?.(context, this.#site());
    return end;
  }

  /** What is caught and not raised again may go unnoticed. */
  #try(tree: Tree, scope: Scope): Completion {
    const bodies: { word: string; body: Tree; name: Tree | undefined }[] = [];
    let word = "try";
    let name: Tree | undefined;
    for (const [i, part] of tree.children.entries()) {
      if (/^(?:try|except|else|finally)$/.test(part.type)) {
        word = part.type;
        name = undefined;
      } else if (part.type === "as") name = tree.children[i + 1];
      else if (part.type === "Body") bodies.push({ word, body: part, name });
    }
    const handlers = bodies.filter((one) => one.word === "except");
    const swallows = handlers.some(({ body }) => !child(body, "RaiseStatement"));
    let end: Completion = "next";
    for (const { word: kind, body, name: caught } of bodies) {
      const own = statements(body);
      if (kind === "except") {
        const before = scope.snapshot();
        if (caught !== undefined) this.#assignOne(caught, unknownAt(placeIn(scope, caught)), scope);
        this.perhaps(() => this.#block(own, scope));
        scope.restore(before);
      } else if (kind === "try" && swallows && this.#silent === 0) {
        end = this.perhaps(() => this.#block(own, scope));
        if (end !== "next") end = "perhaps";
      } else {
        const now = this.#block(own, scope);
        if (kind === "try" || now !== "next") end = now;
      }
    }
    return end;
  }

  #match(tree: Tree, scope: Scope): Completion {
    const subject = tree.children[1];
    if (subject !== undefined) evaluate(this, subject, scope);
    for (const clause of child(tree, "MatchBody")?.children ?? []) {
      const body = child(clause, "Body");
      if (body === undefined) continue;
      const before = scope.snapshot();
      this.perhaps(() => this.#block(statements(body), scope));
      scope.restore(before);
      this.#forget(statements(body), scope);
    }
    return "next";
  }

  #definition(tree: Tree, scope: Scope, decorators: readonly string[]): void {
    const named = child(tree, "VariableName");
    if (named === undefined) return;
    const name = scope.module.text.slice(named.start, named.end);
    const at = placeIn(scope, tree);
    // A class body's names aren't seen from its functions.
    if (tree.type === "FunctionDefinition") {
      const outer = this.#isClass(scope) && scope.parent !== undefined ? scope.parent : scope;
      scope.bind(name, {
        is: "function",
        name,
        tree,
        scope: outer,
        ...(decorators.length > 0 ? { decorators } : {}),
        at,
      });
    } else {
      const { dotted } = scope.module;
      scope.bind(name, { is: "class", dotted: dotted === "" ? name : `${dotted}.${name}`, tree, scope, at });
    }
  }

  #isClass(scope: Scope): boolean {
    for (const one of this.#classes.values()) if (one === scope) return true;
    return false;
  }

  // ——————————————————————————————————————————————————————————————————————————————————————————————————————— imports

  #import(tree: Tree, scope: Scope): void {
    const { text } = scope.module;
    const isFrom = tree.children[0]?.type === "from";
    const importAt = tree.children.findIndex(({ type }) => type === "import");
    const words = (trees: readonly Tree[]): string =>
      trees.map(({ start, end }) => text.slice(start, end)).join("");
    const names = tree.children.slice(importAt + 1).filter(({ type }) => type !== "(" && type !== ")");
    const at = placeIn(scope, tree);
    if (!isFrom) {
      for (const part of parts(names)) {
        const asAt = part.findIndex(({ type }) => type === "as");
        const dotted = words(asAt < 0 ? part : part.slice(0, asAt));
        const alias = asAt < 0 ? undefined : part[asAt + 1];
        const bound = alias === undefined ? (dotted.split(".", 1)[0] ?? "") : words([alias]);
        scope.bind(bound, this.#moduleValue(scope, alias === undefined ? bound : dotted, at));
      }
      return;
    }
    const source = words(tree.children.slice(1, importAt));
    const [dots = ""] = /^\.*/.exec(source) ?? [];
    const dotted = source.slice(dots.length);
    const from = scope.module.path;
    const file = (name: string): string | undefined => {
      const below = dotted === "" ? name : name === "" ? dotted : `${dotted}.${name}`;
      return dots === ""
        ? moduleFile(this.files, from, below)
        : relativeFile(this.files, from, dots.length, below);
    };
    const full = dots === "" ? dotted : absolute(scope.module, dots.length, dotted);
    for (const part of parts(names)) {
      const [first] = part;
      if (first === undefined) continue;
      if (first.type === "*") {
        this.#importAll(scope, file(""), full);
        continue;
      }
      const name = words([first]);
      const bound = words(part.slice(-1));
      scope.bind(bound, { is: "later", load: () => this.#imported(file, full, name, at) });
    }
  }

  #imported(file: (name: string) => string | undefined, dotted: string, name: string, at: Place): Value {
    const full = dotted === "" ? name : `${dotted}.${name}`;
    const path = file("");
    const own = path === undefined ? undefined : this.#exported(path, dotted, name, at);
    if (own !== undefined) return own;
    // A folder without `__init__.py` is a package, too.
    const module = path === undefined ? file(name) : undefined;
    const found: NameValue = {
      is: "name",
      dotted: full,
      ...(module === undefined ? {} : { path: module }),
      at,
    };
    return this.host.value?.(found) ?? found;
  }

  #importAll(scope: Scope, path: string | undefined, dotted: string): void {
    const module = path === undefined ? undefined : this.load(path, dotted);
    if (module === undefined) scope.top.stars.push(dotted);
    else
      for (const name of module.scope.names)
        if (!name.startsWith("_"))
          scope.bind(name, {
            is: "later",
            load: () => module.scope.own(name) ?? unknownAt({ path: module.path, start: 0, end: 0 }),
          });
  }

  #moduleValue(scope: Scope, dotted: string, at: Place): Binding {
    return {
      is: "later",
      load: () => {
        const path = moduleFile(this.files, scope.module.path, dotted);
        return { is: "name", dotted, ...(path === undefined ? {} : { path }), at };
      },
    };
  }
}

const compound =
  /^(?:If|For|While|With|Try|Match|Decorated)Statement$|^(?:StatementGroup|FunctionDefinition|ClassDefinition)$/;

const harmlessDecorators =
  /^(?:staticmethod|classmethod|property|(?:functools\.)?(?:wraps|cache|lru_cache)\b.*)$/;

/** Names that a star import doesn't give. */
const builtinNames =
  /^(?:str|int|bool|float|bytes|len|list|tuple|set|frozenset|dict|sorted|reversed|enumerate|zip|range|map|filter|print|open|isinstance|issubclass|hasattr|getattr|setattr|super|type|object|any|all|sum|min|max|abs|round|next|iter|repr|id|hash|vars|dir|\w*(?:Error|Exception|Warning)|NotImplemented)$/;

const sameValue = (a: Binding, b: Binding): boolean =>
  a === b || (a.is !== "later" && b.is !== "later" && isSame(a, b) === true);

/** `from .x import y` of the module `a.b` is about `a.x`. */
function absolute({ dotted, path }: Module, dots: number, name: string): string {
  const isPackage = path.endsWith("/__init__.py");
  const all = dotted === "" ? [] : dotted.split(".");
  const base = all.slice(0, Math.max(0, all.length - dots + (isPackage ? 1 : 0)));
  return [...base, ...(name === "" ? [] : [name])].join(".");
}

/** The folders above a file, innermost first, as prefixes. */
function ancestors(path: string): readonly string[] {
  const found: string[] = [];
  for (let folder = folderOfFile(path); folder !== "."; folder = folderOfFile(folder))
    found.push(`${folder}/`);
  return found;
}

function cleaned(path: string): string {
  const out: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === ".." && out.length > 0 && out.at(-1) !== "..") out.pop();
    else out.push(part);
  }
  return (path.startsWith("/") ? "/" : "") + out.join("/");
}
