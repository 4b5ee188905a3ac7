/** The text that EXECUTE runs, as far as it is constant: literals, `||`, `format`, `quote_ident`, `concat`. */
import { decodeString, startInFile, type Decoded, type Fragment } from "./fragment.ts";
import type { Holes } from "../holes.ts";
import { quoteIdentifier } from "../../model/names.ts";
import type { Token } from "./lexer.ts";

export interface ConstantText extends Decoded {
  /** False: `text` is the first part, something unknown follows. */
  readonly complete: boolean;
}

/** Deeper nesting of calls is not followed. */
const maxDepth = 20;

/** The tokens of the only value that a variable (`v`, `r.field`) has. */
export type Values = ReadonlyMap<string, readonly Token[]>;

export interface Scope {
  readonly fragment: Fragment;
  readonly values: Values;
  /** Characters that may still be read: a value can stand for many, which stand for many. */
  readonly budget: { left: number };
  /** Names that stand for what isn't constant; undefined: the text ends there. */
  readonly holes?: Holes | undefined;
}

export function constantText(scope: Scope, expression: readonly Token[]): ConstantText {
  const tokens = valueBehind(scope, expression);
  const into: Decoded = { text: "", offsets: [] };
  const complete = concatenation(scope, tokens, 0, tokens.length, into, 0);
  return finish(into, complete);
}

/** `EXECUTE v`: the text stands where `v` gets it. */
function valueBehind({ values }: Scope, expression: readonly Token[]): readonly Token[] {
  let tokens = expression;
  for (let depth = 0; tokens.length === 1 && depth < maxDepth; depth++) {
    const value = valueOf(tokens[0], values);
    if (value === undefined) break;
    tokens = value;
  }
  return tokens;
}

/** The parameter or variable whose value is the whole text. */
export function variableOf(scope: Scope, expression: readonly Token[]): string | undefined {
  const [token, ...more] = valueBehind(scope, expression);
  const isName = token?.kind === "word" || token?.kind === "quoted" || token?.kind === "parameter";
  return isName && more.length === 0 ? token.value : undefined;
}

const valueOf = (token: Token | undefined, values: Values): readonly Token[] | undefined =>
  token?.kind === "word" || token?.kind === "quoted" ? values.get(token.value) : undefined;

const finish = (into: Decoded, complete: boolean): ConstantText => ({ ...into, complete });

export const isMark = (token: Token | undefined, value: string): boolean =>
  (token?.kind === "punctuation" || token?.kind === "operator") && token.value === value;

/** `a || b || c`. True if all of it was constant. */
function concatenation(
  scope: Scope,
  tokens: readonly Token[],
  from: number,
  to: number,
  into: Decoded,
  depth: number,
): boolean {
  if (depth > maxDepth || from >= to) return false;
  let start = from;
  for (const stop of [...splits(tokens, from, to, "||"), to]) {
    const { length } = into.text;
    if (!term(scope, tokens, start, stop, into, depth)) {
      if (scope.holes === undefined || start >= stop) return false;
      into.text = into.text.slice(0, length);
      into.offsets.length = length;
      hole(scope, scope.holes, tokens.slice(start, stop), into);
    }
    start = stop + 1;
  }
  return true;
}

function hole(scope: Scope, holes: Holes, tokens: readonly Token[], into: Decoded): void {
  const [first, last] = [tokens[0]?.start ?? 0, tokens.at(-1)?.end ?? 0];
  const name = holes.nameOf(scope.fragment.text.slice(first, last));
  const [start, end] = [startInFile(scope.fragment, first), startInFile(scope.fragment, last - 1)];
  into.text += name;
  for (let i = 0; i < name.length; i++) into.offsets.push(i < name.length - 1 ? start : end);
}

/** Positions of a separator outside of parentheses. */
export function splits(tokens: readonly Token[], from: number, to: number, separator: string): number[] {
  const found: number[] = [];
  let depth = 0;
  for (let at = from; at < to; at++) {
    if (isMark(tokens[at], "(")) depth++;
    else if (isMark(tokens[at], ")")) depth--;
    else if (depth === 0 && isMark(tokens[at], separator)) found.push(at);
  }
  return found;
}

function term(
  scope: Scope,
  tokens: readonly Token[],
  from: number,
  stop: number,
  into: Decoded,
  depth: number,
): boolean {
  let to = stop;
  // `'…'::text`
  if (isMark(tokens[to - 2], "::") && tokens[to - 1]?.kind === "word") to -= 2;
  const first = tokens[from];
  if (first === undefined || from >= to) return false;
  scope.budget.left -= (tokens[to - 1]?.end ?? first.end) - first.start + into.text.length / 100;
  if (scope.budget.left < 0) return false;
  if (first.kind === "string") {
    const strings = tokens.slice(from, to);
    if (strings.some(({ kind }) => kind !== "string")) return false;
    for (const token of strings) decodeString(scope.fragment, token, into);
    return true;
  }
  if (to === from + 1) return variable(scope, first, first, into, depth);
  const field = tokens[from + 2];
  if (to === from + 3 && field !== undefined && isMark(tokens[from + 1], "."))
    return variable(scope, { ...first, value: `${first.value}.${field.value}` }, field, into, depth);
  if (isMark(first, "(") && isMark(tokens[to - 1], ")")) {
    return concatenation(scope, tokens, from + 1, to - 1, into, depth + 1);
  }
  if (first.kind !== "word" || !isMark(tokens[from + 1], "(") || !isMark(tokens[to - 1], ")")) return false;
  const list = [from + 1, ...splits(tokens, from + 2, to - 1, ","), to - 1];
  const values = list.slice(1).map((end, i) => (): ConstantText => {
    const value: Decoded = { text: "", offsets: [] };
    return finish(value, concatenation(scope, tokens, (list[i] ?? 0) + 1, end, value, depth + 1));
  });
  return call(scope.fragment, first, values, into);
}

/** A variable inside of a larger expression: its value stands in its place. */
function variable(scope: Scope, name: Token, end: Token, into: Decoded, depth: number): boolean {
  const tokens = valueOf(name, scope.values);
  if (tokens === undefined) return false;
  const value: Decoded = { text: "", offsets: [] };
  const complete = concatenation(scope, tokens, 0, tokens.length, value, depth + 1);
  const first = startInFile(scope.fragment, name.start);
  const last = startInFile(scope.fragment, end.end - 1);
  into.text += value.text;
  for (let i = 0; i < value.text.length; i++) into.offsets.push(i < value.text.length - 1 ? first : last);
  return complete;
}

type Argument = () => ConstantText;

function call(fragment: Fragment, name: Token, values: readonly Argument[], into: Decoded): boolean {
  const [first, ...rest] = values;
  if (first === undefined) return false;
  switch (name.value) {
    case "format":
      return format(first(), rest, into);
    case "concat":
      return values.every((value) => append(value(), into));
    case "quote_ident":
    case "quote_literal": {
      const value = first();
      if (!value.complete) return false;
      const quote = name.value === "quote_ident" ? '"' : "'";
      const at = value.offsets[0] ?? startInFile(fragment, name.start);
      const last = value.offsets.at(-1) ?? at;
      const text = quoted(value.text, quote);
      for (let i = 0; i < text.length; i++) into.offsets.push(i < text.length - 1 ? at : last);
      into.text += text;
      return true;
    }
    default:
      return false;
  }
}

function append(value: ConstantText, into: Decoded): boolean {
  into.text += value.text;
  for (const offset of value.offsets) into.offsets.push(offset);
  return value.complete;
}

const quoted = (text: string, quote: string): string => quote + text.replaceAll(quote, quote + quote) + quote;

/** The server quotes only what needs it: `"policy_of_%I"` is one name. */
const identifier = (name: string, { text }: Decoded): string =>
  text.split('"').length % 2 === 0 ? quoteIdentifier(name) : quoted(name, '"');

/** `%s`, `%I`, `%L`, `%%`, with position and width (manual, section 9.4.1). Values stand where their `%I` is. */
function format(template: ConstantText, values: readonly Argument[], into: Decoded): boolean {
  const specifier = /%(?:%|(?:(\d{1,3})\$)?-?\d{0,4}([sIL]))/g;
  let next = 0;
  let at = 0;
  const copy = (to: number): void => {
    into.text += template.text.slice(at, to);
    for (let i = at; i < to; i++) into.offsets.push(template.offsets[i] ?? 0);
  };
  for (const match of template.text.matchAll(specifier)) {
    copy(match.index);
    at = match.index + match[0].length;
    const [all, position, type] = match;
    let text = "%";
    if (all !== "%%") {
      next = position === undefined ? next + 1 : Number(position);
      const value = values[next - 1]?.();
      if (value?.complete !== true) return false;
      text =
        type === "I" ? identifier(value.text, into) : type === "L" ? quoted(value.text, "'") : value.text;
    }
    const first = template.offsets[match.index] ?? 0;
    const last = template.offsets[at - 1] ?? first;
    for (let i = 0; i < text.length; i++) into.offsets.push(i < text.length - 1 ? first : last);
    into.text += text;
  }
  copy(template.text.length);
  return template.complete;
}
