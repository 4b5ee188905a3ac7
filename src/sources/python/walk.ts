/**
 * Follows Python in the order in which it runs, without running it: every call that isn't the project's own goes to a
 * host, with what is known of whether and how often it is made. Functions, classes and modules of the project are
 * followed.
 */
import type { Ask } from "../../model/operations/base.ts";
import { unlessLeft } from "./asked.ts";
import { assign, assignTargets, bindParameters, update } from "./assign.ts";
import { callBuiltin } from "./builtins.ts";
import { sameValue, visitFor, visitIf, visitMatch, visitTry, visitWhile, visitWith } from "./control.ts";
import { bindImports } from "./imports.ts";
import { perhaps, straight, type Completion, type Flow, type Host, type Site } from "./host.ts";
import { evaluate, evaluateAll, placeIn, unknownAt } from "./evaluate.ts";
import { folderOf, relativeFile, type Files, type Module, type Source, type Sources } from "./modules.ts";
import { Scope } from "./scope.ts";
import { asDefault, madeText, plain, written } from "./text.ts";
import { bare, child, inside, parts, statements, unsubscripted, type Tree } from "./tree.ts";
import type {
  AttributeValue,
  CallValue,
  ClassValue,
  FunctionValue,
  ListValue,
  NameValue,
  Place,
  RecordValue,
  Value,
} from "./value.ts";

export { straight };
export type { Flow, Host, Site };

const mostSteps = 1_000_000;
const deepest = 24;

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
  /** What the condition of an `if` that may hold has asked last. */
  readonly asked = new WeakMap<Tree, readonly Ask[] | undefined>();
  readonly #sources: Sources;
  readonly #modules = new Map<string, Module>();
  readonly #classes = new Map<Tree, Scope>();
  readonly #frames: Frame[] = [];
  readonly #born = new WeakMap<Value, Flow>();
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
    const visit = (): Completion => this.block(source.program.children, module.scope);
    if (reports) visit();
    else this.quietly(visit);
    return module;
  }

  get isSilent(): boolean {
    return this.#silent > 0;
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
    return this.within(perhaps(this.flow), visit);
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

  site(tree?: Tree): Site {
    return { flow: this.flow, statement: this.#statement, alone: tree !== undefined && tree === this.#alone };
  }

  lost(at: Place, why: string): void {
    if (this.#silent === 0) this.host.lost?.(at, why, this.site());
  }

  /** `a, b = …`: targets with their commas. */
  assignTargets(targets: readonly Tree[], value: Value, scope: Scope): void {
    assignTargets(this, targets, value, scope);
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
        const own = value.path === undefined ? undefined : this.exported(value.path, value.dotted, name, at);
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
          if (own?.is === "text" && this.readsEnvironment(value.target)) return asDefault(own);
          if (own !== undefined) return own;
        }
        break;
      default:
    }
    const found: AttributeValue = { is: "attribute", object: value, name, at };
    return this.host.value?.(found) ?? found;
  }

  /** A name of a module of the project, or a module below it. */
  exported(path: string, dotted: string, name: string, at: Place): Value | undefined {
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
    this.quietly(() => this.block(statements(child(tree, "Body")), inner));
    return inner;
  }

  /** In the order in which they are written. */
  basesOf({ tree, scope }: ClassValue): readonly Value[] {
    const list = child(tree, "ArgList");
    if (list === undefined) return [];
    return this.quietly(() =>
      parts(inside(list)).flatMap((part) => {
        const [first] = part;
        return first === undefined || part.length > 1 ? [] : [evaluate(this, unsubscripted(first), scope)];
      }),
    );
  }

  /** Settings of pydantic: a variable of the environment takes the place of a field's default. */
  readsEnvironment(value: ClassValue, seen = new Set<Tree>()): boolean {
    if (seen.has(value.tree)) return false;
    seen.add(value.tree);
    return this.basesOf(value).some((base) =>
      base.is === "class"
        ? this.readsEnvironment(base, seen)
        : base.is === "name" && /(?:^|\.)BaseSettings$/.test(base.dotted),
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

  /** A list or dict that stands for itself: `[]`, `{}`. */
  born<T extends ListValue | RecordValue>(value: T): T {
    this.#born.set(value, this.flow);
    return value;
  }

  /** What changes it now does so whenever it is made, and once. */
  changesSurely(value: ListValue | RecordValue): boolean {
    const { conditional, repeated } = this.flow;
    return (!conditional && !repeated) || this.#born.get(value) === this.flow;
  }

  // ————————————————————————————————————————————————————————————————————————————————————————————————————————— calls

  called(call: CallValue, scope: Scope, tree: Tree): Value {
    const site = this.site(tree);
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
      bindParameters(this, called, call, inner);
      if (tree.type === "LambdaExpression") {
        const body = tree.children.at(-1);
        return body === undefined ? unknownAt(call.at) : evaluate(this, body, inner);
      }
      const frame: Frame = { returned: [], open: false, conditional: this.flow.conditional };
      this.#frames.push(frame);
      const body = statements(child(tree, "Body"));
      const end = this.within({ ...this.flow, inCall: this.#steps }, () => this.block(body, inner));
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

  // ———————————————————————————————————————————————————————————————————————————————————————————————————— statements

  block(list: readonly Tree[], scope: Scope): Completion {
    const before = this.flow;
    let result: Completion = "next";
    for (const statement of list) {
      const end = this.#visit(statement, scope);
      if (end === "perhaps") {
        result = "perhaps";
        this.flow = unlessLeft(this, statement);
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
        return this.block(
          tree.children.filter(({ type }) => type !== ";"),
          scope,
        );
      case "ExpressionStatement":
        this.#expression(tree, scope);
        return "next";
      case "AssignStatement":
        assign(this, tree, scope);
        return "next";
      case "UpdateStatement":
        update(this, tree, scope);
        return "next";
      case "ReturnStatement":
        this.#return(tree, scope);
        return "left";
      case "RaiseStatement": {
        const thrown = tree.children[1];
        const error = thrown && this.quietly(() => evaluate(this, thrown, scope));
        if (this.#silent === 0) this.host.raised?.(error, this.site());
        return "raised";
      }
      case "BreakStatement":
        return "break";
      case "ContinueStatement":
        return "continue";
      case "IfStatement":
        return visitIf(this, tree, scope);
      case "ForStatement":
        return visitFor(this, tree, scope);
      case "WhileStatement":
        return visitWhile(this, tree, scope);
      case "WithStatement":
        return visitWith(this, tree, scope);
      case "TryStatement":
        return visitTry(this, tree, scope);
      case "MatchStatement":
        return visitMatch(this, tree, scope);
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
        bindImports(this, tree, scope);
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
      case "YieldStatement":
        for (const part of tree.children.slice(1)) evaluate(this, part, scope);
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

  #return(tree: Tree, scope: Scope): void {
    const value = evaluateAll(this, tree.children.slice(1), scope) ?? plain(null, placeIn(scope, tree));
    const frame = this.#frames.at(-1);
    frame?.returned.push(value);
    if (frame !== undefined && this.flow.conditional && !frame.conditional) frame.open = true;
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
}

const compound =
  /^(?:If|For|While|With|Try|Match|Decorated)Statement$|^(?:StatementGroup|FunctionDefinition|ClassDefinition)$/;

const harmlessDecorators =
  /^(?:staticmethod|classmethod|property|(?:functools\.)?(?:wraps|cache|lru_cache)\b.*)$/;

/** Names that a star import doesn't give. */
const builtinNames =
  /^(?:str|int|bool|float|bytes|len|list|tuple|set|frozenset|dict|sorted|reversed|enumerate|zip|range|map|filter|print|open|isinstance|issubclass|hasattr|getattr|setattr|super|type|object|any|all|sum|min|max|abs|round|next|iter|repr|id|hash|vars|dir|\w*(?:Error|Exception|Warning)|NotImplemented)$/;
