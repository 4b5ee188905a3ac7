/** Operators on values: what isn't known gives what isn't known. */
import type { Module } from "./modules.ts";
import { asText, joined, percentFormatted, plain, textValue, written } from "./text.ts";
import { numberOf, textOf, type Place, type Value } from "./value.ts";

const unknownAt = (at: Place): Value => ({ is: "unknown", at });

/** Longer texts and lists are no part of a migration. */
const mostCharacters = 2_000_000;
const mostItems = 20_000;

/** Whether Python takes it for true; undefined: not known. */
export function isTrue(value: Value): boolean | undefined {
  switch (value.is) {
    case "plain":
      return Boolean(value.value);
    case "text":
      return value.holes ? undefined : written(value) !== "";
    case "list":
      return value.items.length > 0 ? true : value.open ? undefined : false;
    case "record":
      return value.fields.size > 0 ? true : value.open ? undefined : false;
    case "function":
    case "class":
      return true;
    default:
      return undefined;
  }
}

export function unary(operator: string, value: Value, at: Place): Value {
  if (operator === "not") {
    const holds = isTrue(value);
    return holds === undefined ? unknownAt(at) : plain(!holds, at);
  }
  if (value.is === "call")
    return operated(operator === "-" ? "neg" : (functionOf[operator] ?? ""), [value], at);
  const number = numberOf(value);
  if (number === undefined || value.is !== "plain") return unknownAt(at);
  if (operator === "+") return value;
  if (operator !== "-") return unknownAt(at);
  const printed = value.printed.startsWith("-") ? value.printed.slice(1) : `-${value.printed}`;
  return { ...value, value: -number, printed, at };
}

/** `a < b`, `a in b`, `a is not None` */
export function compared(operator: string, left: Value, right: Value, at: Place): Value {
  const answer = compare(operator, left, right);
  return answer === undefined ? unknownAt(at) : plain(answer, at);
}

function compare(operator: string, left: Value, right: Value): boolean | undefined {
  switch (operator) {
    case "==":
    case "is":
      return isSame(left, right);
    case "!=":
    case "<>":
    case "is not":
      return negated(isSame(left, right));
    case "in":
      return contains(right, left);
    case "not in":
      return negated(contains(right, left));
    default: {
      const [a, b] = [scalar(left), scalar(right)];
      if (a === undefined || b === undefined || a === null || b === null || typeof a !== typeof b)
        return undefined;
      return operator === "<" ? a < b : operator === "<=" ? a <= b : operator === ">" ? a > b : a >= b;
    }
  }
}

const negated = (answer: boolean | undefined): boolean | undefined =>
  answer === undefined ? undefined : !answer;

const scalar = (value: Value): string | number | boolean | null | undefined =>
  value.is === "plain" ? value.value : textOf(value);

/** Undefined: not known. A thing that is made or called is never None. */
export function isSame(left: Value, right: Value): boolean | undefined {
  const [a, b] = [scalar(left), scalar(right)];
  if (a !== undefined && b !== undefined) return a === b || (typeof a === "boolean" && Number(a) === b);
  if (left.is === "list" && right.is === "list" && !left.open && !right.open) {
    if (left.items.length !== right.items.length) return false;
    const same = left.items.map((item, i) => {
      const other = right.items[i];
      return other && isSame(item, other);
    });
    return same.includes(false) ? false : same.includes(undefined) ? undefined : true;
  }
  const isThing = (value: Value): boolean => /^(?:list|record|function|class)$/.test(value.is);
  if ((isThing(left) && b !== undefined) || (isThing(right) && a !== undefined)) return false;
  if (left.is === "name" && right.is === "name" && left.dotted === right.dotted) return true;
  return undefined;
}

function contains(holder: Value, value: Value): boolean | undefined {
  if (holder.is === "text") {
    const [whole, part] = [textOf(holder), textOf(value)];
    return whole === undefined || part === undefined ? undefined : whole.includes(part);
  }
  if (holder.is === "record") {
    const key = textOf(value) ?? (value.is === "plain" ? value.printed : undefined);
    if (key !== undefined && holder.fields.has(key)) return true;
    return holder.open || key === undefined ? undefined : false;
  }
  if (holder.is !== "list") return undefined;
  const same = holder.items.map((item) => isSame(item, value));
  if (same.includes(true)) return true;
  return holder.open || same.includes(undefined) ? undefined : false;
}

export function binary(operator: string, left: Value, right: Value, module: Module, at: Place): Value {
  if (left.is === "text" && operator === "%") return percentFormatted(left, right, module) ?? unknownAt(at);
  if (operator === "+") return sum(left, right, module, at);
  if (left.is === "text" && operator === "/") {
    const name = textOf(right);
    const path = textOf(left);
    if (name !== undefined && path !== undefined)
      return joined(
        [
          left,
          textValue([{ text: "/", path: at.path, at, exact: false }], at),
          asText(right, module, right.at),
        ],
        at,
      );
  }
  if (operator === "|" && left.is === "record" && right.is === "record")
    return {
      is: "record",
      fields: new Map([...left.fields, ...right.fields]),
      open: left.open || right.open,
      at,
    };
  if (operator === "*") {
    const times = numberOf(right) ?? numberOf(left);
    const repeated = left.is === "text" || left.is === "list" ? left : right;
    if (times !== undefined && times >= 0 && times <= 1000) {
      if (repeated.is === "text" && written(repeated).length * times < mostCharacters)
        return joined(
          Array.from({ length: times }, () => repeated),
          at,
        );
      if (repeated.is === "list" && repeated.items.length * times < mostItems)
        return { ...repeated, items: Array.from({ length: times }, () => repeated.items).flat(), at };
    }
  }
  return arithmetic(operator, left, right, at);
}

function sum(left: Value, right: Value, module: Module, at: Place): Value {
  if (left.is === "text" || right.is === "text") {
    const isText = (value: Value): boolean =>
      value.is === "text" || !/^(?:plain|list|record)$/.test(value.is);
    if (!isText(left) || !isText(right)) return unknownAt(at);
    const both = joined([asText(left, module, left.at), asText(right, module, right.at)], at);
    return both.segments.reduce((size, { text }) => size + text.length, 0) > mostCharacters
      ? unknownAt(at)
      : both;
  }
  if (left.is === "list" && right.is === "list") {
    const items = [...left.items, ...right.items];
    if (items.length > mostItems) return unknownAt(at);
    return { is: "list", kind: left.kind, items, open: left.open || right.open, at };
  }
  return arithmetic("+", left, right, at);
}

function arithmetic(operator: string, left: Value, right: Value, at: Place): Value {
  if (left.is === "call" || right.is === "call")
    return operated(functionOf[operator] ?? "", [left, right], at);
  const [a, b] = [numberOf(left), numberOf(right)];
  if (a === undefined || b === undefined || left.is !== "plain" || right.is !== "plain") return unknownAt(at);
  const isFloat = left.isFloat === true || right.isFloat === true || operator === "/";
  const result = calculated(operator, a, b);
  if (result === undefined || !Number.isFinite(result) || (!isFloat && !Number.isSafeInteger(result)))
    return unknownAt(at);
  const printed = isFloat && Number.isInteger(result) ? `${result}.0` : String(result);
  return { is: "plain", value: result, printed, ...(isFloat ? { isFloat } : {}), at };
}

/** Functions of the module `operator`. */
const functionOf: Readonly<Record<string, string>> = {
  "+": "add",
  "-": "sub",
  "*": "mul",
  "/": "truediv",
  "%": "mod",
  "&": "and_",
  "|": "or_",
  "^": "xor",
  "~": "invert",
};

/** What an operator makes of something that a call made is a call, too: `Q(a=1) | Q(b=2)` is `operator.or_(…)`. */
const operated = (name: string, values: readonly Value[], at: Place): Value =>
  name === ""
    ? unknownAt(at)
    : {
        is: "call",
        callee: `operator.${name}`,
        method: name,
        values,
        keywords: new Map(),
        places: new Map(),
        open: false,
        at,
      };

function calculated(operator: string, a: number, b: number): number | undefined {
  switch (operator) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      return a / b;
    case "//":
      return Math.floor(a / b);
    case "%":
      return a - b * Math.floor(a / b);
    case "**":
      return a ** b;
    default:
      return undefined;
  }
}
