/** Facts about expressions and predicates. */
import type { Expression, Predicate, Volatility } from "../../../model/expression.ts";
import type { Cursor } from "../cursor.ts";
import { Facts, noScope, type Scope } from "./gathered.ts";
import { bareFunctions, volatilityOf, worse } from "./functions.ts";
import { readExpression } from "./query.ts";
import { inAll } from "../../../text/group.ts";

/** Of all tokens that are left; `undefined` if there are none. */
export function expressionOf(c: Cursor, scope: Scope = noScope): Expression | undefined {
  if (c.done) return undefined;
  const span = c.span(c.at, c.end);
  const inner = unwrapped(c);
  const facts = new Facts();
  readExpression(c.part(c.at, c.end), scope, facts);
  const { columns, functions, relations } = facts.query();
  const constant = isConstant(inner);
  return {
    text: c.textOf(span),
    span,
    constant,
    isNull: inner.end - inner.at === 1 && inner.word() === "null",
    volatility: constant
      ? "immutable"
      : functions.reduce<Volatility>(
          (all, { name, schema }) => worse(all, schema === undefined ? volatilityOf(name) : "unknown"),
          relations.length > 0 || hasVariable(c) ? "stable" : "immutable",
        ),
    columns,
    functions,
    subquery: facts.subquery,
    provesNotNull: conjuncts(inner).flatMap((part) => {
      const words = ["is", "not", "null"];
      const chain = part.end - part.at - words.length;
      if (chain < 1 || !words.every((word, i) => part.word(chain + i) === word)) return [];
      return columnOf(part.part(part.at, part.at + chain)) ?? [];
    }),
    castOf: undefined,
    bareColumn: columnOf(inner),
  };
}

/** An expression that is none of the text's: what the server puts in. */
export const literal = (text: string, span: Expression["span"]): Expression => ({
  text,
  span,
  constant: true,
  isNull: false,
  volatility: "immutable",
  columns: [],
  functions: [],
  subquery: false,
  provesNotNull: [],
});

/** Without the parentheses around it. */
function unwrapped(c: Cursor): Cursor {
  let at = c.part(c.at, c.end);
  while (at.word() === "(" && at.closing() === at.end && at.end - at.at > 2)
    at = at.part(at.at + 1, at.end - 1);
  return at;
}

const hasVariable = (c: Cursor): boolean =>
  c.tokens.slice(c.at, c.end).some(({ kind }) => kind === "variable");

const literalWords = new Set(["null", "true", "false"]);

/** A literal, perhaps signed, with a character set or collation. */
export function isConstant(c: Cursor): boolean {
  let at = c.at;
  const value = (): string => c.tokens[at]?.value ?? "";
  while (at < c.end && c.tokens[at]?.kind === "operator" && (value() === "-" || value() === "+")) at++;
  const first = c.tokens[at];
  if (first === undefined || at >= c.end) return false;
  if (
    first.kind === "word" &&
    (first.value.startsWith("_") || /^(?:date|time|timestamp)$/.test(first.value)) &&
    c.tokens[at + 1]?.kind === "string"
  )
    at++;
  const token = c.tokens[at];
  if (token === undefined) return false;
  const isLiteral =
    token.kind === "string" ||
    token.kind === "number" ||
    (token.kind === "word" && literalWords.has(token.value)) ||
    (token.kind === "word" && token.placeholder === true);
  if (!isLiteral) return false;
  at++;
  while (at < c.end && c.tokens[at]?.kind === "string") at++;
  if (c.tokens[at]?.value === "collate") at += 2;
  return at >= c.end;
}

/** The same for every row: a literal, a parameter, a variable, or what is calculated from them. */
const isOperand = (c: Cursor): boolean => isConstant(c) || (!c.done && isCalculated(c));

const arithmetic = new Set(["+", "-", "*", "/", "%", "(", ")"]);

const isCalculated = (c: Cursor): boolean =>
  c.tokens
    .slice(c.at, c.end)
    .every(
      ({ kind, value }) =>
        kind === "parameter" ||
        kind === "variable" ||
        kind === "number" ||
        arithmetic.has(value) ||
        (kind === "word" && c.source.variables?.has(value) === true),
    );

/** A column and nothing else: its folded name. */
function columnOf(c: Cursor): string | undefined {
  const inner = unwrapped(c);
  const tokens = inner.tokens.slice(inner.at, inner.end);
  if (tokens.length % 2 === 0 || tokens.length > 5) return undefined;
  const isChain = tokens.every(({ kind, value }, i) =>
    i % 2 === 0 ? kind === "word" || kind === "quoted" : value === ".",
  );
  const last = tokens.at(-1);
  if (
    !isChain ||
    last === undefined ||
    (tokens.length === 1 &&
      last.kind === "word" &&
      (literalWords.has(last.value) || bareFunctions.has(last.value) || last.placeholder === true))
  )
    return undefined;
  return last.value.toLowerCase();
}

/** Parts between ANDs outside of parentheses; one part where an OR stands beside them. */
function conjuncts(c: Cursor): Cursor[] {
  const whole = unwrapped(c);
  const parts = split(whole, new Set(["and", "&&"]), new Set(["or", "xor", "||"]));
  if (parts === undefined) return [whole];
  return parts.flatMap((part) => {
    const inner = unwrapped(part);
    return inner.end - inner.at < part.end - part.at ? conjuncts(inner) : [part];
  });
}

/** Parts between ORs outside of parentheses; `||` may join texts. */
const alternatives = (c: Cursor): readonly Cursor[] =>
  split(c, new Set(["or"]), new Set(["xor", "||"])) ?? [c];

/** Undefined where one of the `others` stands between them. */
function split(whole: Cursor, words: ReadonlySet<string>, others: ReadonlySet<string>): Cursor[] | undefined {
  const parts: Cursor[] = [];
  const at = whole.part(whole.at, whole.end);
  let from = at.at;
  let between = false;
  let cases = 0;
  while (!at.done) {
    const word = at.word();
    if (word === "(") {
      at.at = at.closing();
      continue;
    }
    if (word === "case") cases++;
    else if (word === "end" && cases > 0) cases--;
    else if (cases === 0) {
      if (others.has(word)) return undefined;
      // Its AND joins no conditions.
      if (word === "and" && between) between = false;
      else if (word === "between") between = true;
      else if (words.has(word)) {
        parts.push(at.part(from, at.at));
        from = at.at + 1;
      }
    }
    at.at++;
  }
  parts.push(at.part(from, at.end));
  return parts;
}

export function predicateOf(c: Cursor, scope: Scope): Predicate | undefined {
  if (c.done) return undefined;
  const span = c.span(c.at, c.end);
  const facts = new Facts();
  readExpression(c.part(c.at, c.end), scope, facts);
  const equalities: string[] = [];
  const ranges: string[] = [];
  const limited: string[] = [];
  const nulls: string[] = [];
  const lower = new Set<string>();
  const upper = new Set<string>();
  const parts = conjuncts(c);
  // Before they are read.
  const trivial = parts.every(isTrivial);
  for (const part of parts) {
    const either = alternatives(part);
    if (either.length > 1) {
      const all = either.map((one) => new Set(predicateOf(one, scope)?.equalities));
      equalities.push(...inAll(all));
      continue;
    }
    const from = part.at;
    const chain = part.end - from - 2;
    if (chain > 0 && part.word(chain) === "is" && part.word(chain + 1) === "null")
      nulls.push(...[columnOf(part.part(from, from + chain)) ?? []].flat());
    part.skipTo("=", "<=>", "in", "between", "<", "<=", ">", ">=");
    const operator = part.word();
    const left = part.part(from, part.at);
    const right = part.part(part.at + 1, part.end);
    const column = columnOf(left);
    if (operator === "=" || operator === "<=>") {
      const other = column ?? columnOf(right);
      const value = unwrapped(column === undefined ? left : right);
      if (other !== undefined && (isOperand(value) || isSingleRow(value, scope))) equalities.push(other);
      else if (column !== undefined && isLimitedQuery(right)) limited.push(column);
    } else if (operator === "in" && column !== undefined) {
      const list = right.parenthesised();
      if (list === undefined || !right.done) continue;
      if (isLimitedQuery(list)) limited.push(column);
      else if (list.list().every(isOperand)) equalities.push(column);
    } else if (operator === "between" && column !== undefined) {
      const start = right.at;
      right.skipTo("and");
      if (isOperand(right.part(start, right.at)) && isOperand(right.part(right.at + 1, right.end)))
        ranges.push(column);
    } else if (operator !== "") {
      const turned = column === undefined;
      const name = column ?? columnOf(right);
      if (name === undefined || !isOperand(turned ? left : right)) continue;
      (operator.startsWith(">") !== turned ? lower : upper).add(name);
    }
  }
  for (const name of lower) if (upper.has(name)) ranges.push(name);
  return {
    span,
    trivial,
    equalities,
    ranges,
    limited,
    nulls,
    columns: facts.query().columns,
    text: c.textOf(span),
  };
}

/** A sub-select, which gives one value or an error; not one that asks for each row of the statement's own tables. */
const isSingleRow = (c: Cursor, { items }: Scope): boolean =>
  (c.word() === "select" || c.word() === "with") &&
  !c.tokens
    .slice(c.at, c.end - 1)
    .some(
      ({ value }, i, tokens) =>
        tokens[i + 1]?.value === "." && items.some(({ alias }) => alias === value.toLowerCase()),
    );

function isLimitedQuery(c: Cursor): boolean {
  const inner = unwrapped(c);
  if (inner.word() !== "select" && inner.word() !== "with") return false;
  const at = inner.part(inner.at, inner.end);
  at.skipTo("limit");
  if (!at.done) return true;
  // MySQL takes a LIMIT in IN only one level down: `IN (SELECT id FROM (SELECT … LIMIT 100) t)`.
  const below = inner.part(inner.at, inner.end);
  below.skipTo("from");
  below.at++;
  const derived = below.parenthesised();
  return derived !== undefined && isLimitedQuery(derived);
}

/** `true`, `1`, `1 = 1` */
function isTrivial(part: Cursor): boolean {
  const tokens = part.tokens.slice(part.at, part.end);
  const [left, operator, right] = tokens;
  if (tokens.length === 1)
    return left?.value === "true" || (left?.kind === "number" && Number(left.value) !== 0);
  return (
    tokens.length === 3 &&
    operator?.value === "=" &&
    left?.kind === right?.kind &&
    left?.value === right?.value &&
    (left?.kind === "number" || left?.kind === "string")
  );
}
