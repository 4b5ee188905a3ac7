/**
 * Names whose value changes in a way that isn't followed: a list that is added to, a record that gets another field, a
 * variable that a callback or a loop gives another value. By name, for the whole file: a name too many costs a constant.
 */
import { child, children, field, isFunction, keyName, subtrees, type Tree } from "./tree.ts";
import { addTo } from "../../text/group.ts";

export interface ChangedNames {
  /** What they hold is changed: `q.push(…)`, `q[name] = …`, `q.r.s = …`, `Object.assign(q, …)`. */
  readonly mutated: ReadonlySet<string>;
  /** Fields that they are given, or that the items of a list are: `q.s = …`, with the text where it is always the same. */
  readonly fields: ReadonlyMap<string, GivenFields>;
  /** They are given another value elsewhere than in the order of the statements. */
  readonly reassigned: ReadonlySet<string>;
}

export type GivenFields = ReadonlyMap<string, string | undefined>;

const mutators = /^(?:push|pop|shift|unshift|splice|fill|copyWithin|set|add|delete|clear|append|assign)$/;
/** Those that no list has: where the file makes nothing with `new`, and a record of it has such an arrow function, that is called. */
const ofObjects = /^(?:set|add|delete|clear|append)$/;
const harmless = /Error$|^(?:Date|Promise)$/;
const changingObject = /^(?:assign|define\w+|setPrototypeOf)$/;
const loops = /^(?:For(?:In)?|While|DoWhile)Statement$/;

export function changedNames(program: Tree): ChangedNames {
  const finder = new Finder();
  finder.read(program);
  return finder.result();
}

interface Place {
  readonly tree: Tree;
  readonly parent: Tree | undefined;
  /** The function or loop around it. */
  readonly context: Tree;
}

class Finder {
  readonly #mutated = new Set<string>();
  readonly #fields = new Map<string, GivenFields>();
  readonly #reassigned = new Set<string>();
  /** Where names are declared: the functions and loops. */
  readonly #declared = new Map<string, Set<Tree>>();
  /** Those of `var` with a value. */
  readonly #vars = new Map<string, Set<Tree>>();
  readonly #assigned: (readonly [name: string, context: Tree])[] = [];
  /** A change of the first is one of the second; `whole`: the same fields are, of itself or of a list's items. */
  readonly #aliases: (readonly [from: string, to: string, whole: boolean])[] = [];
  readonly #functions = new Map<string, Tree>();
  /** Arrow functions in records, by the names of the fields: these have no `this`. */
  readonly #arrows = new Set<string>();
  readonly #mutators: (readonly [method: string, object: Tree | undefined])[] = [];
  #makesObjects = false;
  readonly #calls: (readonly [called: string, given: readonly (string | undefined)[]])[] = [];

  /** Expressions nest thousands deep: no recursion. */
  read(program: Tree): void {
    const open: Place[] = [{ tree: program, parent: undefined, context: program }];
    for (let place = open.pop(); place !== undefined; place = open.pop()) {
      const { tree, parent, context } = place;
      this.#look(tree, parent, context);
      const inner = isFunction(tree) || loops.test(tree.type) ? tree : context;
      for (const part of subtrees(tree)) open.push({ tree: part, parent: tree, context: inner });
    }
  }

  result(): ChangedNames {
    for (const [method, object] of this.#mutators)
      if (this.#makesObjects || !ofObjects.test(method) || !this.#arrows.has(method)) this.#mutate(object);
    for (const [name, context] of this.#assigned)
      if (this.#declared.get(name)?.has(context) !== true) this.#reassigned.add(name);
    for (const [called, given] of this.#calls)
      for (const [i, parameter] of children(this.#functions.get(called), "params").entries()) {
        const name = given[i];
        if (name !== undefined)
          for (const inner of namesIn(parameter)) this.#aliases.push([inner, name, false]);
      }
    const holders = new Map<string, { readonly to: string; readonly whole: boolean }[]>();
    for (const [from, to, whole] of this.#aliases) addTo(holders, from, { to, whole });
    // A set, and a map, go on over what is added to them.
    for (const [name, fields] of this.#fields)
      for (const { to, whole } of holders.get(name) ?? [])
        if (!whole) this.#mutated.add(to);
        else if (to !== name) for (const one of fields.keys()) this.#give(to, one, undefined);
    for (const name of this.#mutated) for (const { to } of holders.get(name) ?? []) this.#mutated.add(to);
    // Of several variables of one name, who is given the text isn't known.
    for (const [name, fields] of this.#fields)
      if (this.#declared.get(name)?.size !== 1)
        this.#fields.set(name, new Map([...fields.keys()].map((one) => [one, undefined])));
    return { mutated: this.#mutated, fields: this.#fields, reassigned: this.#reassigned };
  }

  #give(name: string, given: string, value: Tree | undefined): void {
    const known = this.#fields.get(name);
    const text = typeof value?.value === "string" ? value.value : undefined;
    const old = known?.get(given);
    const isNew = known?.has(given) !== true;
    // Elsewhere it is given another text, or one that isn't known: it may be either.
    const kept = isNew || text === old ? text : undefined;
    if (!isNew && kept === old) return;
    // Behind those that are still to be looked at.
    this.#fields.delete(name);
    this.#fields.set(name, new Map([...(known ?? []), [given, kept]]));
  }

  #look(tree: Tree, parent: Tree | undefined, context: Tree): void {
    if (isFunction(tree)) {
      const name = field(child(tree, "id"), "name");
      if (name !== "") {
        this.#declare([name], context);
        this.#functions.set(name, tree);
      }
      for (const parameter of children(tree, "params")) this.#declare(namesIn(parameter), tree);
      return;
    }
    switch (tree.type) {
      case "ClassDeclaration":
        this.#declare([field(child(tree, "id"), "name")], context);
        break;
      case "VariableDeclaration":
        // The variable of a loop belongs to the loop.
        for (const one of children(tree, "declarations")) this.#declarator(one, field(tree, "kind"), context);
        return;
      case "ForOfStatement": {
        const left = child(tree, "left");
        const target =
          left?.type === "VariableDeclaration" ? child(children(left, "declarations")[0], "id") : left;
        const right = child(tree, "right");
        const list = rootName(right);
        for (const name of namesIn(target)) {
          if (target === left) this.#reassigned.add(name);
          if (list !== undefined) this.#aliases.push([name, list, areNames(target, right)]);
        }
        return;
      }
      case "CatchClause":
        this.#declare(namesIn(child(tree, "param")), context);
        return;
      case "AssignmentExpression":
        this.#assignment(tree, parent, context);
        return;
      case "UpdateExpression":
      case "UnaryExpression": {
        const argument = child(tree, "argument");
        if (tree.type === "UnaryExpression" && tree.operator !== "delete") return;
        if (argument?.type === "Identifier") this.#reassigned.add(field(argument, "name"));
        else this.#mutate(argument);
        return;
      }
      case "Property":
      case "ObjectProperty":
        if (child(tree, "value")?.type === "ArrowFunctionExpression") this.#arrows.add(keyName(tree));
        return;
      case "CallExpression":
      case "OptionalCallExpression":
      case "NewExpression":
        if (tree.type === "NewExpression" && !harmless.test(field(child(tree, "callee"), "name")))
          this.#makesObjects = true;
        this.#call(tree);
    }
  }

  #declare(names: readonly string[], context: Tree): void {
    for (const name of names) {
      const known = this.#declared.get(name) ?? new Set();
      this.#declared.set(name, known.add(context));
    }
  }

  #declarator(tree: Tree, kind: string, context: Tree): void {
    const id = child(tree, "id");
    const init = child(tree, "init");
    const names = namesIn(id);
    this.#declare(names, context);
    const held = rootName(init);
    for (const name of names) {
      if (held !== undefined) this.#aliases.push([name, held, areNames(id, init)]);
      if (init !== undefined && isFunction(init)) this.#functions.set(name, init);
      if (kind !== "var" || init === undefined) continue;
      const known = this.#vars.get(name) ?? new Set();
      if (known.has(context)) this.#reassigned.add(name);
      this.#vars.set(name, known.add(context));
    }
  }

  #assignment(tree: Tree, parent: Tree | undefined, context: Tree): void {
    const left = child(tree, "left");
    if (left === undefined) return;
    if (isMember(left)) {
      const object = child(left, "object");
      const name = keyName({ ...left, type: "MemberExpression" });
      const isPlain = left.computed !== true && object?.type === "Identifier" && name !== "";
      const value = tree.operator === "=" ? child(tree, "right") : undefined;
      if (isPlain) this.#give(field(object, "name"), name, value);
      else this.#mutate(left);
      return;
    }
    const isStatement = parent?.type === "ExpressionStatement" && left.type === "Identifier";
    const held = rootName(child(tree, "right"));
    for (const name of namesIn(left)) {
      if (held !== undefined) this.#aliases.push([name, held, false]);
      if (isStatement) this.#assigned.push([name, context]);
      else this.#reassigned.add(name);
    }
    for (const member of membersIn(left)) this.#mutate(member);
  }

  #mutate(tree: Tree | undefined): void {
    const name = rootName(tree);
    if (name !== undefined) this.#mutated.add(name);
  }

  #call(tree: Tree): void {
    const callee = child(tree, "callee");
    const given = children(tree, "arguments");
    if (callee?.type === "Identifier") {
      this.#calls.push([field(callee, "name"), given.map(rootName)]);
      return;
    }
    if (callee === undefined || !isMember(callee)) return;
    const object = child(callee, "object");
    const root = rootName(object);
    const name =
      callee.type === "MemberExpression" ? keyName(callee) : keyName({ ...callee, type: "MemberExpression" });
    // A name that is put together may be any.
    if (mutators.test(name)) this.#mutators.push([name, object]);
    else if (name === "" && object?.type === "Identifier") this.#mutate(object);
    if (name === "apply" || name === "call") this.#mutate(given[0]);
    if (root === "Reflect") for (const one of given) this.#mutate(one);
    if (root === "Object" && changingObject.test(name)) this.#mutate(given[0]);
    if (root === "_" || root === "lodash") this.#mutate(given[0]);
    // `q.forEach((one) => { one.sql = … })`
    if (root === undefined) return;
    for (const one of given.filter(isFunction))
      for (const [i, parameter] of children(one, "params").entries())
        for (const inner of namesIn(parameter))
          this.#aliases.push([inner, root, i === 0 && areNames(parameter, object)]);
  }
}

const isMember = (tree: Tree): boolean => /^(?:Optional)?MemberExpression$/.test(tree.type);

const areNames = (...trees: readonly (Tree | undefined)[]): boolean =>
  trees.every((tree) => tree?.type === "Identifier");

/** `q` of `q`, `q.a` and `q[0].b`. */
function rootName(tree: Tree | undefined): string | undefined {
  let at = tree;
  while (at !== undefined && isMember(at)) at = child(at, "object");
  return at?.type === "Identifier" ? field(at, "name") : undefined;
}

/** The names that a pattern gives values to. */
function namesIn(pattern: Tree | undefined): readonly string[] {
  switch (pattern?.type) {
    case "Identifier":
      return [field(pattern, "name")];
    case "AssignmentPattern":
      return namesIn(child(pattern, "left"));
    case "RestElement":
      return namesIn(child(pattern, "argument"));
    case "TSParameterProperty":
      return namesIn(child(pattern, "parameter"));
    case "ObjectPattern":
      return children(pattern, "properties").flatMap((one) =>
        namesIn(one.type === "RestElement" ? one : child(one, "value")),
      );
    case "ArrayPattern":
      return children(pattern, "elements").flatMap(namesIn);
    default:
      return [];
  }
}

/** `[q[0], r.s] = …` */
const membersIn = (pattern: Tree): readonly Tree[] =>
  isMember(pattern)
    ? [pattern]
    : /^(?:Object|Array|Assignment)Pattern$|^(?:Property|RestElement)$/.test(pattern.type)
      ? subtrees(pattern).flatMap(membersIn)
      : [];
