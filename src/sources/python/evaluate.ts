/** What expressions are without running them; calls are handed to the run in the order in which Python makes them. */
import { asksOf, bothAsk, negated } from "./asked.ts";
import { callOneOf, globalNamed } from "./dispatch.ts";
import { readLiteral } from "./literal.ts";
import { callMethod } from "./methods.ts";
import { binary, compared, isTrue, unary } from "./operators.ts";
import type { Scope } from "./scope.ts";
import { asText, joined, plain, textValue } from "./text.ts";
import { bare, child, inside, parts, type Tree } from "./tree.ts";
import {
  booleanOf,
  numberOf,
  textOf,
  type CallValue,
  type ListValue,
  type Place,
  type RecordValue,
  type UnknownValue,
  type Value,
} from "./value.ts";
import type { Run } from "./walk.ts";

export const placeIn = (scope: Scope, { start, end }: { start: number; end: number }): Place => ({
  path: scope.module.path,
  start,
  end,
});

export const unknownAt = (at: Place, why?: string): UnknownValue => ({ is: "unknown", why, at });

export function evaluate(run: Run, given: Tree, scope: Scope): Value {
  const tree = bare(given);
  const at = placeIn(scope, tree);
  if (!run.step()) return unknownAt(at, "it is too long");
  switch (tree.type) {
    case "String":
    case "FormatString":
      return literal(run, tree, scope, at);
    case "ContinuedString": {
      const all = tree.children.map((one) => literal(run, one, scope, placeIn(scope, one)));
      return { ...joined(all, at), bytes: all[0]?.bytes };
    }
    case "Number":
      return number(scope.module.text.slice(tree.start, tree.end), at);
    case "Boolean":
      return plain(scope.module.text.startsWith("True", tree.start), at);
    case "None":
      return plain(null, at);
    case "Ellipsis":
      return { is: "name", dotted: "Ellipsis", at };
    case "VariableName":
      return variable(run, scope.module.text.slice(tree.start, tree.end), scope, at);
    case "MemberExpression":
      return member(run, tree, scope, at);
    case "CallExpression":
      return call(run, tree, scope, at);
    case "ArrayExpression":
      return run.born(list(run, "list", inside(tree), scope, at));
    case "TupleExpression":
      return list(run, "tuple", inside(tree), scope, at);
    case "SetExpression":
      return run.born(list(run, "set", inside(tree), scope, at));
    case "DictionaryExpression":
      return run.born(record(run, tree, scope, at));
    case "ArrayComprehensionExpression":
    case "ComprehensionExpression":
    case "SetComprehensionExpression":
      return comprehension(run, inside(tree), scope, at);
    case "DictionaryComprehensionExpression":
      return recordComprehension(run, inside(tree), scope, at);
    case "BinaryExpression":
      return binaryExpression(run, tree, scope, at);
    case "UnaryExpression": {
      const operand = tree.children.at(-1);
      const operator = scope.module.text.slice(tree.start, tree.children[0]?.end ?? tree.start);
      if (operand === undefined) return unknownAt(at);
      const value = evaluate(run, operand, scope);
      const asks = operator === "not" ? negated(asksOf(value)) : undefined;
      if (asks !== undefined) return { is: "unknown", asks, at };
      return operation(operator, value, [], unary(operator, value, at), at);
    }
    case "ConditionalExpression":
      return conditional(run, tree, scope, at);
    case "LambdaExpression":
      return { is: "function", name: "", tree, scope, at };
    case "NamedExpression": {
      const [name, , value] = tree.children;
      if (name === undefined || value === undefined) return unknownAt(at);
      const result = evaluate(run, value, scope);
      scope.bind(scope.module.text.slice(name.start, name.end), result);
      return result;
    }
    default:
      for (const part of tree.children) if (isExpression(part)) evaluate(run, part, scope);
      return unknownAt(at, tree.broken ? "it isn't understood" : undefined);
  }
}

const isExpression = ({ type }: Tree): boolean => /Expression$|^(?:VariableName|String)$/.test(type);

function literal(run: Run, tree: Tree, scope: Scope, at: Place): Value & { is: "text" } {
  const { parts: found, bytes } = readLiteral(scope.module, tree);
  const texts = found.map((part) => {
    if (!("type" in part)) return textValue(part, at);
    const [, inner, after] = part.children;
    const place = placeIn(scope, part);
    if (inner === undefined) return asText(unknownAt(place), scope.module, place);
    const value = evaluate(run, inner, scope);
    const isPlain = after === undefined || after.type === "}";
    return asText(isPlain ? value : unknownAt(place), scope.module, placeIn(scope, inner));
  });
  return { ...joined(texts, at), ...(bytes ? { bytes } : {}) };
}

function number(written: string, at: Place): Value {
  const text = written.replaceAll("_", "");
  if (/j$/i.test(text)) return unknownAt(at);
  if (/^0[xob]/i.test(text) || /^\d+$/.test(text)) {
    const exact = BigInt(text.replace(/^0+(?=\d)/, ""));
    return { is: "plain", value: Number(exact), printed: exact.toString(), at };
  }
  const value = Number(text);
  if (Number.isNaN(value)) return unknownAt(at);
  return {
    is: "plain",
    value,
    printed: Number.isInteger(value) ? `${value}.0` : String(value),
    isFloat: true,
    at,
  };
}

function variable(run: Run, name: string, scope: Scope, at: Place): Value {
  const found = scope.lookUp(name);
  if (found !== undefined) return found.is === "name" ? { ...found, at } : found;
  if (name === "__file__")
    return textValue([{ text: scope.module.path, path: at.path, at, exact: false }], at);
  if (name === "__name__")
    return textValue([{ text: scope.module.dotted, path: at.path, at, exact: false }], at);
  return run.named({ is: "name", dotted: name, at }, scope);
}

function member(run: Run, tree: Tree, scope: Scope, at: Place): Value {
  const [object, mark] = tree.children;
  if (object === undefined) return unknownAt(at);
  const value = evaluate(run, object, scope);
  if (mark?.type === "[") return subscript(run, tree, value, scope, at);
  const name = child(tree, "PropertyName");
  if (name === undefined) return unknownAt(at, "it isn't understood");
  return run.attribute(value, scope.module.text.slice(name.start, name.end), at);
}

function subscript(run: Run, tree: Tree, value: Value, scope: Scope, at: Place): Value {
  const [, , ...rest] = tree.children;
  const inner = rest.slice(0, -1);
  if (inner.some(({ type }) => type === ":")) {
    const [from, to, step] = sliceOf(run, inner, scope);
    if (value.is !== "list" || value.open || from === undefined || to === undefined || step !== 1)
      return unknownAt(at);
    return { ...value, items: value.items.slice(from, to), at };
  }
  const [first] = inner;
  if (first === undefined || inner.length !== 1) return unknownAt(at);
  const index = evaluate(run, first, scope);
  const place = numberOf(index);
  const key = textOf(index) ?? (place === undefined ? undefined : String(place));
  // Items of an open list may stand anywhere.
  if (value.is === "list" && !value.open && place !== undefined)
    return value.items.at(place) ?? unknownAt(at);
  if (value.is === "record" && key !== undefined) return value.fields.get(key) ?? unknownAt(at);
  if (value.is === "call" && value.callee === "globals") return globalNamed(scope, index);
  // `list[int]`, `Mapping[str, int]`: a type.
  if (value.is === "name" || value.is === "class") return value;
  return unknownAt(at);
}

/** Undefined where it isn't known; a slice without an end goes to the end. */
function sliceOf(run: Run, trees: readonly Tree[], scope: Scope): readonly (number | undefined)[] {
  const bounds: Tree[][] = [[]];
  for (const tree of trees)
    if (tree.type === ":") bounds.push([]);
    else bounds.at(-1)?.push(tree);
  const defaults = [0, Number.POSITIVE_INFINITY, 1];
  return defaults.map((missing, i) => {
    const tree = bounds[i]?.[0];
    return tree === undefined ? missing : numberOf(evaluate(run, tree, scope));
  });
}

interface Arguments {
  readonly values: readonly Value[];
  readonly keywords: ReadonlyMap<string, Value>;
  readonly places: ReadonlyMap<string, Place>;
  readonly open: boolean;
}

function argumentsOf(run: Run, list: Tree | undefined, scope: Scope): Arguments {
  const values: Value[] = [];
  const keywords = new Map<string, Value>();
  const places = new Map<string, Place>();
  let open = false;
  if (list === undefined) return { values, keywords, places, open };
  const inner = inside(list);
  if (inner.some(({ type }) => type === "for"))
    return { values: [comprehension(run, inner, scope, placeIn(scope, list))], keywords, places, open };
  for (const part of parts(inner)) {
    const [first, second, third] = part;
    const last = part.at(-1);
    if (first === undefined || last === undefined) continue;
    if (first.type === "*" && second !== undefined) {
      const items = run.iterate(evaluate(run, second, scope));
      if (items === undefined) open = true;
      else values.push(...items);
    } else if (first.type === "**" && second !== undefined) {
      const value = evaluate(run, second, scope);
      if (value.is !== "record" || value.open) open = true;
      if (value.is === "record")
        for (const [name, one] of value.fields) {
          keywords.set(name, one);
          places.set(name, one.at);
        }
    } else if (second?.type === "AssignOp" && third !== undefined) {
      const name = scope.module.text.slice(first.start, first.end);
      keywords.set(name, evaluate(run, third, scope));
      places.set(name, placeIn(scope, { start: first.start, end: third.end }));
    } else values.push(evaluate(run, last, scope));
  }
  return { values, keywords, places, open };
}

function call(run: Run, tree: Tree, scope: Scope, at: Place): Value {
  const [first] = tree.children;
  if (first === undefined) return unknownAt(at);
  const callee = bare(first);
  const list = child(tree, "ArgList");
  const name = callee.type === "MemberExpression" ? child(callee, "PropertyName") : undefined;
  const own = callee.type === "MemberExpression" ? callee.children[0] : undefined;
  const method = name === undefined ? "" : scope.module.text.slice(name.start, name.end);
  if (name === undefined || own === undefined) {
    const value = evaluate(run, callee, scope);
    const made = shapeOf(value, argumentsOf(run, list, scope), at);
    if (value.is === "unknown" && value.oneOf !== undefined) return callOneOf(run, value.oneOf, made);
    return run.called(made, scope, tree);
  }
  const object = evaluate(run, own, scope);
  const given = argumentsOf(run, list, scope);
  if (object.is === "text" || object.is === "list" || object.is === "record" || object.is === "plain") {
    const made = { callee: "", object, method, ...given, at, is: "call" } as const;
    return callMethod(run, object, made, scope) ?? run.called(made, scope, tree);
  }
  const value = run.attribute(object, method, placeIn(scope, callee));
  const shape = shapeOf(value, given, at);
  const isNamed = shape.callee !== "" || shape.target !== undefined;
  return run.called(isNamed ? shape : { ...shape, object, method }, scope, tree);
}

/** A call of what `value` is. */
function shapeOf(value: Value, given: Arguments, at: Place): CallValue {
  const common = { is: "call", ...given, at } as const;
  switch (value.is) {
    case "name":
      return {
        ...common,
        callee: value.dotted,
        method: value.dotted.slice(value.dotted.lastIndexOf(".") + 1),
      };
    case "class":
      return {
        ...common,
        callee: value.dotted,
        target: value,
        method: value.dotted.slice(value.dotted.lastIndexOf(".") + 1),
      };
    case "function":
      return { ...common, callee: "", target: value, method: value.name };
    case "attribute":
      return { ...common, callee: "", object: value.object, method: value.name };
    default:
      return { ...common, callee: "", object: value, method: "" };
  }
}

function list(run: Run, kind: ListValue["kind"], trees: readonly Tree[], scope: Scope, at: Place): ListValue {
  const items: Value[] = [];
  let open = false;
  for (const [first, second] of parts(trees)) {
    if (first === undefined) continue;
    if (first.type !== "*") items.push(evaluate(run, first, scope));
    else if (second !== undefined) {
      const inner = run.iterate(evaluate(run, second, scope));
      if (inner === undefined) open = true;
      else items.push(...inner);
    }
  }
  return { is: "list", kind, items, open, at };
}

/** Several values without brackets around them are a tuple. */
export function evaluateAll(run: Run, trees: readonly Tree[], scope: Scope): Value | undefined {
  const [first] = trees;
  const last = trees.at(-1);
  if (first === undefined || last === undefined) return undefined;
  if (trees.length === 1) return evaluate(run, first, scope);
  return list(run, "tuple", trees, scope, placeIn(scope, { start: first.start, end: last.end }));
}

/** The key of a dict as text; undefined: it isn't known. */
export const keyOf = (value: Value | undefined): string | undefined =>
  textOf(value) ?? (value?.is === "plain" ? value.printed : undefined);

function record(run: Run, tree: Tree, scope: Scope, at: Place): RecordValue {
  const fields = new Map<string, Value>();
  let open = false;
  for (const part of parts(inside(tree))) {
    const [first, second, third] = part;
    if (first?.type === "**" && second !== undefined) {
      const value = evaluate(run, second, scope);
      if (value.is === "record") for (const [name, one] of value.fields) fields.set(name, one);
      open ||= value.is !== "record" || value.open;
    } else if (first !== undefined && third !== undefined) {
      const key = keyOf(evaluate(run, first, scope));
      const value = evaluate(run, third, scope);
      if (key === undefined) open = true;
      else fields.set(key, value);
    }
  }
  return { is: "record", fields, open, at };
}

/** The clauses behind the element: `for a, b in c if d`. */
interface Clause {
  readonly targets: readonly Tree[];
  readonly iterable: Tree | undefined;
  readonly conditions: readonly Tree[];
}

function clausesOf(trees: readonly Tree[]): readonly Clause[] {
  const clauses: { targets: Tree[]; iterable: Tree | undefined; conditions: Tree[] }[] = [];
  let reads: "targets" | "iterable" | "conditions" = "targets";
  for (const tree of trees) {
    const last = clauses.at(-1);
    if (tree.type === "for") {
      clauses.push({ targets: [], iterable: undefined, conditions: [] });
      reads = "targets";
    } else if (tree.type === "in" && reads === "targets") reads = "iterable";
    else if (tree.type === "if") reads = "conditions";
    else if (last === undefined || tree.type === "async") continue;
    else if (reads === "targets") last.targets.push(tree);
    else if (reads === "iterable") last.iterable ??= tree;
    else last.conditions.push(tree);
  }
  return clauses;
}

/** Calls `each` for every round; false: not all rounds are known. */
function rounds(run: Run, clauses: readonly Clause[], scope: Scope, each: (scope: Scope) => void): boolean {
  const [clause, ...rest] = clauses;
  if (clause === undefined) {
    each(scope);
    return true;
  }
  if (clause.iterable === undefined) return false;
  const items = run.iterate(evaluate(run, clause.iterable, scope));
  if (items === undefined) return false;
  let known = true;
  for (const item of items) {
    const inner = run.innerScope(scope);
    run.assignTargets(clause.targets, item, inner);
    const holds = clause.conditions.map((one) => isTrue(evaluate(run, one, inner)));
    if (holds.includes(false)) continue;
    if (holds.includes(undefined)) known = false;
    else known = rounds(run, rest, inner, each) && known;
  }
  return known;
}

function comprehension(run: Run, trees: readonly Tree[], scope: Scope, at: Place): Value {
  const [element] = trees;
  const items: Value[] = [];
  if (element === undefined) return unknownAt(at);
  const known = rounds(run, clausesOf(trees.slice(1)), scope, (inner) => {
    items.push(evaluate(run, element, inner));
  });
  return {
    is: "list",
    kind: "list",
    items,
    open: !known,
    namesOf: namesOf(run, element, trees.slice(1), scope),
    at,
  };
}

/** What a comprehension goes through, if it only takes the names: `column["name"] for column in columns`, `name for name in names`. */
function namesOf(run: Run, element: Tree, trees: readonly Tree[], scope: Scope): Value | undefined {
  const [clause, more] = clausesOf(trees);
  const [target] = clause?.targets ?? [];
  if (clause?.iterable === undefined || more !== undefined || clause.conditions.length > 0) return undefined;
  const code = ({ start, end }: Tree): string => scope.module.text.slice(start, end);
  const taken = code(element).replace(/(?:\[["']name["']\]|\.get\(["']name["']\))$/, "");
  const { iterable } = clause;
  return target !== undefined && taken === code(target)
    ? run.quietly(() => evaluate(run, iterable, scope))
    : undefined;
}

function recordComprehension(run: Run, trees: readonly Tree[], scope: Scope, at: Place): Value {
  const [key, , value] = trees;
  const fields = new Map<string, Value>();
  if (key === undefined || value === undefined) return unknownAt(at);
  let unnamed = 0;
  const known = rounds(run, clausesOf(trees.slice(3)), scope, (inner) => {
    const name = keyOf(evaluate(run, key, inner));
    if (name === undefined) unnamed++;
    else fields.set(name, evaluate(run, value, inner));
  });
  const names = namesOf(run, key, trees.slice(3), scope);
  return { is: "record", fields, open: unnamed > 0 || !known, namesOf: names, at };
}

function binaryExpression(run: Run, tree: Tree, scope: Scope, at: Place): Value {
  const [left] = tree.children;
  const right = tree.children.at(-1);
  if (left === undefined || right === undefined || left === right) return unknownAt(at);
  const operator = tree.children
    .slice(1, -1)
    .map(({ start, end }) => scope.module.text.slice(start, end))
    .join(" ");
  const first = evaluate(run, left, scope);
  if (operator === "and" || operator === "or") {
    const holds = isTrue(first);
    if (holds !== undefined) return holds === (operator === "and") ? evaluate(run, right, scope) : first;
    const second = run.perhaps(() => evaluate(run, right, scope));
    const other = isTrue(second);
    const asks = operator === "and" ? bothAsk(first, second) : undefined;
    if (asks !== undefined) return { is: "unknown", asks, at };
    // `unknown and False` is false, whatever the first is; of `unknown or "text"` the value isn't known.
    const isFlag = booleanOf(second) !== undefined;
    return isFlag && other !== undefined && other === (operator === "or") ? plain(other, at) : unknownAt(at);
  }
  const second = evaluate(run, right, scope);
  const isCompared = /^(?:[<>=!]=?|<>|in|not in|is|is not)$/.test(operator);
  // `a < b < c` compares twice.
  if (isCompared && left.type === "BinaryExpression" && child(left, "CompareOp") !== undefined) {
    const middle = left.children.at(-1);
    const before = isTrue(first);
    const after = middle && isTrue(compared(operator, evaluate(run, middle, scope), second, at));
    return before === undefined || after === undefined ? unknownAt(at) : plain(before && after, at);
  }
  const result = isCompared
    ? compared(operator, first, second, at)
    : binary(operator, first, second, scope.module, at);
  return operation(operator, first, [second], result, at);
}

/** An operator on what libraries make is a call: `table.c.x == 1`, `Q(a=1) | Q(b=2)`, `~Q(a=1)`. */
function operation(
  operator: string,
  object: Value,
  values: readonly Value[],
  result: Value,
  at: Place,
): Value {
  const isMade = (value: Value): boolean =>
    value.is === "call" || value.is === "attribute" || ("namesOf" in value && value.namesOf !== undefined);
  if (result.is !== "unknown" || operator === "not" || ![object, ...values].some(isMade)) return result;
  return {
    is: "call",
    callee: "",
    object,
    method: operator,
    values,
    keywords: new Map(),
    places: new Map(),
    open: false,
    at,
  };
}

function conditional(run: Run, tree: Tree, scope: Scope, at: Place): Value {
  const [yes, , test, , no] = tree.children;
  if (yes === undefined || test === undefined || no === undefined) return unknownAt(at);
  const holds = isTrue(evaluate(run, test, scope));
  if (holds !== undefined) return evaluate(run, holds ? yes : no, scope);
  run.perhaps(() => evaluate(run, yes, scope));
  run.perhaps(() => evaluate(run, no, scope));
  return unknownAt(at, "it depends on a condition");
}
