/**
 * Reads PL/pgSQL (manual, chapter 41) by its tokens as far as needed to find the SQL in it: blocks, branches and
 * loops are followed, every statement, query and expression is reported with its place.
 */
import type { Given } from "./given.ts";
import type { Token } from "./lexer.ts";
import { around, nextBranch, otherWay, type Frame, type Test, type Way } from "./plpgsql-frames.ts";
import { listed, type LiteralLoop } from "./literal-loop.ts";
import { punctuationAt, until, wordAt } from "./plpgsql-words.ts";
import { statementTracker } from "./split.ts";

export interface Embedded {
  /**
   * `statement` and `query` are SQL; `perform` is a query whose first word is PERFORM; `expression` would follow
   * SELECT; `dynamic` is an expression that gives SQL.
   */
  readonly kind: "statement" | "query" | "perform" | "expression" | "dynamic";
  /** Tokens `[from, to)`. */
  readonly from: number;
  readonly to: number;
  /** Of `dynamic`: the tokens of the whole statement. */
  readonly outer?: readonly [number, number] | undefined;
  /** Tokens of `INTO target`, no part of the SQL. */
  readonly into?: readonly [number, number] | undefined;
  readonly conditional: boolean;
  /** All conditions of IF around it, and of those before it that would have left the block. */
  readonly tests: readonly Test[];
  /** There is more that it depends on. */
  readonly depends: boolean;
  /** What it stands in, outermost first. */
  readonly ways: readonly Way[];
  /** See `OperationBase.caught`. */
  readonly caught?: true | undefined;
  readonly repeated: boolean;
}

export interface Routine {
  readonly embedded: readonly Embedded[];
  /** Folded names of variables. */
  readonly variables: ReadonlySet<string>;
  /** Tokens `[from, to)` of the only value that a declared variable is ever given. */
  readonly values: ReadonlyMap<string, readonly [number, number]>;
  /** All values that variables and parameters are given, in order. */
  readonly given: readonly Given[];
  /** Loops over literals, in order. */
  readonly lists: readonly LiteralLoop[];
}

interface Cursor {
  readonly tokens: readonly Token[];
  readonly embedded: Embedded[];
  readonly variables: Set<string>;
  /** Undefined: several values, or one that isn't written as an expression. */
  readonly values: Map<string, readonly [number, number] | undefined>;
  readonly given: Given[];
  readonly frames: Frame[];
  readonly lists: LiteralLoop[];
  /** How many places there are so far where ways part. */
  parted: number;
}

export function readPlpgsql(tokens: readonly Token[]): Routine {
  const cursor: Cursor = {
    tokens,
    embedded: [],
    variables: new Set(),
    values: new Map(),
    given: [],
    frames: [],
    lists: [],
    parted: 0,
  };
  let at = 0;
  // Every step goes forward, whatever the text.
  while (at < tokens.length) at = Math.max(at + 1, statement(cursor, at));
  for (let i = 0; i < tokens.length; i++) if (wordAt(tokens, i) === "into") assignTargets(cursor, i);
  const values = new Map<string, readonly [number, number]>();
  for (const [name, value] of cursor.values) {
    if (value !== undefined && cursor.variables.has(name)) values.set(name, value);
  }
  const { embedded, variables, given, lists } = cursor;
  return { embedded, variables, values, given, lists };
}

function assign({ tokens, values }: Cursor, at: number, value?: readonly [number, number]): void {
  const name = tokens[at]?.value ?? "";
  values.set(name, values.has(name) ? undefined : value);
}

/** `INTO a, b` gives values that aren't written in the text, but for `SELECT EXISTS (…) INTO a`. */
function assignTargets(cursor: Cursor, into: number): void {
  const [first = into, ...others] = targets(cursor.tokens, into);
  const value = existsBefore(cursor.tokens, into);
  assign(cursor, first, value && punctuationAt(cursor.tokens, first + 1) === ";" ? value : undefined);
  for (const at of others) assign(cursor, at);
}

/** Of `INTO a, r.b`: where each begins. */
function targets(tokens: readonly Token[], into: number): readonly number[] {
  const found = [into + (wordAt(tokens, into + 1) === "strict" ? 2 : 1)];
  for (let at = found[0] ?? into; punctuationAt(tokens, (at = target(tokens, at))) === ",";) found.push(++at);
  return found;
}

/** It has the value from here on, unless only a part of it is assigned. */
function give(
  { tokens, frames, given }: Cursor,
  at: number,
  to: number,
  value?: readonly [number, number],
): void {
  const name = tokens[at]?.value;
  if (name !== undefined && target(tokens, at) === at + 1)
    given.push({ name, value, to, ways: around(frames).ways });
}

/** The `[NOT] EXISTS (…)` of a SELECT that ends here. */
function existsBefore(tokens: readonly Token[], stop: number): readonly [number, number] | undefined {
  let at = stop - 1;
  for (let depth = 0; at >= 0; at--) {
    const punctuation = punctuationAt(tokens, at);
    if (punctuation === ";") return undefined;
    depth += punctuation === ")" ? 1 : punctuation === "(" ? -1 : 0;
    if (depth <= 0) break;
  }
  if (wordAt(tokens, at - 1) !== "exists") return undefined;
  const from = wordAt(tokens, at - 2) === "not" ? at - 2 : at - 1;
  return wordAt(tokens, from - 1) === "select" ? [from, stop] : undefined;
}

function statement(cursor: Cursor, at: number): number {
  const { tokens, frames } = cursor;
  const punctuation = punctuationAt(tokens, at);
  if (punctuation === "<<") return at + 3;
  if (punctuation === "#") return at + 3; // #variable_conflict use_column
  if (punctuation !== "") return at + 1;
  const assigned = assignment(tokens, at);
  if (assigned > 0) {
    const stop = end(tokens, assigned);
    assign(cursor, at, assigned === at + 2 ? [assigned, stop] : undefined);
    give(cursor, at, stop, [assigned, stop]);
    return expression(cursor, assigned, stop);
  }
  const inner = frames.at(-1);
  switch (wordAt(tokens, at)) {
    case "declare":
      return declarations(cursor, at + 1);
    case "begin":
      push(cursor, "block");
      return at + 1;
    case "exception":
      if (inner?.kind === "block") guard(cursor, inner, catchesAlike(tokens, at));
      return at + 1;
    case "when": {
      const then = until(tokens, at + 1, "then");
      if (inner !== undefined) otherWay(inner);
      if (inner?.kind === "case") expression(cursor, at + 1, then);
      return then + 1;
    }
    case "if":
    case "elsif":
    case "elseif": {
      const then = until(tokens, at + 1, "then");
      expression(cursor, at + 1, then);
      if (wordAt(tokens, at) === "if") {
        push(cursor, "if");
        nextBranch(frames.at(-1), { from: at + 1, to: then, isElse: false });
      } else nextBranch(inner, { from: at + 1, to: then, isElse: false });
      return then + 1;
    }
    case "else":
      if (inner?.kind === "case") otherWay(inner);
      nextBranch(inner);
      return at + 1;
    case "case": {
      const when = until(tokens, at + 1, "when");
      expression(cursor, at + 1, when);
      push(cursor, "case");
      return when;
    }
    case "loop":
      push(cursor, "loop");
      return at + 1;
    case "while": {
      const loop = until(tokens, at + 1, "loop");
      expression(cursor, at + 1, loop);
      push(cursor, "loop");
      return loop + 1;
    }
    case "for":
    case "foreach":
      return forLoop(cursor, at);
    case "end":
      close(cursor);
      return end(tokens, at);
    case "return":
      // With a value it ends a function, of which nobody knows what it is called for.
      if (inner !== undefined && punctuationAt(tokens, at + 1) === ";")
        inner.leaves = inner.leaves === undefined && inner.kind === "if" ? inner.branch : "unknown";
      return returns(cursor, at);
    case "perform":
      return sql(cursor, "perform", at, end(tokens, at));
    case "execute":
      return dynamic(cursor, at, at + 1, end(tokens, at));
    case "open": {
      const stop = end(tokens, at);
      const body = until(tokens, at, "for") + 1;
      return body < stop ? query(cursor, at, body, stop) : stop;
    }
    case "get":
      for (let i = at; i < end(tokens, at); i++) assign(cursor, i);
      return end(tokens, at);
    case "raise":
    case "assert":
      return messageValues(cursor, at);
    case "fetch":
    case "move":
    case "close":
    case "null":
    case "exit":
    case "continue":
      return end(tokens, at);
    default:
      return sql(cursor, "statement", at, end(tokens, at));
  }
}

/** `RAISE NOTICE 'a %', f()`, `RAISE EXCEPTION USING HINT = f()`, `ASSERT f(), 'message'`. */
function messageValues(cursor: Cursor, from: number): number {
  const { tokens } = cursor;
  const stop = end(tokens, from);
  const isAssert = wordAt(tokens, from) === "assert";
  let at = from + 1;
  let isValue = isAssert;
  while (at < stop) {
    const next = Math.min(stop, until(tokens, at, "using"), comma(tokens, at, stop));
    // `HINT = f()`
    const [first, second] = [tokens[at], punctuationAt(tokens, at + 1)];
    const value = first?.kind === "word" && (second === "=" || second === ":=") ? at + 2 : at;
    if (isValue) expression(cursor, value, next);
    isValue = true;
    at = next + 1;
  }
  return stop;
}

function comma(tokens: readonly Token[], from: number, to: number): number {
  let brackets = 0;
  for (let at = from; at < to; at++) {
    const punctuation = punctuationAt(tokens, at);
    if (punctuation === "(" || punctuation === "[") brackets++;
    else if (punctuation === ")" || punctuation === "]") brackets--;
    else if (punctuation === "," && brackets <= 0) return at;
  }
  return to;
}

function push(cursor: Cursor, kind: Frame["kind"], decides = false): void {
  const { frames, embedded } = cursor;
  const outer = frames.at(-1);
  const isOpen = decides || kind === "if" || kind === "case";
  frames.push({
    kind,
    conditional: isOpen || (outer?.conditional ?? false),
    repeated: (outer?.repeated ?? false) || kind === "loop",
    decides,
    branch: [],
    behind: [],
    first: embedded.length,
    ways: [{ at: cursor.parted++, way: 0, isOpen }],
  });
}

/** What stands behind it runs only if it hasn't left the block. */
function close(cursor: Cursor): void {
  const { frames } = cursor;
  const closed = frames.pop();
  const outer = frames.at(-1);
  if (closed?.leaves === undefined || outer === undefined) return;
  const [test, ...others] = closed.leaves;
  outer.conditional = true;
  outer.leaves = "unknown";
  outer.ways = [...outer.ways, { at: cursor.parted++, way: 0, isOpen: true }];
  if (typeof test === "object" && others.length === 0)
    outer.behind = [...outer.behind, { ...test, isElse: !test.isElse }];
  else outer.decides = true;
}

/** EXCEPTION: what stands before it may be undone and go unnoticed, what comes after it may never run. */
function guard({ embedded }: Cursor, block: Frame, catches: boolean): void {
  block.conditional = true;
  block.decides = true;
  for (const way of block.ways) way.isOpen = true;
  for (let i = block.first; i < embedded.length; i++) {
    const found = embedded[i];
    if (found !== undefined)
      embedded[i] = {
        ...found,
        conditional: true,
        depends: true,
        ...(catches ? { caught: true as const } : {}),
      };
  }
}

/** The block's first handler catches rows that are alike. */
const catchesAlike = (tokens: readonly Token[], at: number): boolean =>
  tokens
    .slice(at, until(tokens, at, "then"))
    .some(
      ({ kind, value }) =>
        kind === "word" && /^(?:others|unique_violation|integrity_constraint_violation)$/.test(value),
    );

function add(
  cursor: Cursor,
  found: Omit<Embedded, "conditional" | "repeated" | "tests" | "depends" | "ways">,
): number {
  const inner = cursor.frames.at(-1);
  if (found.to > found.from) {
    const { conditional, repeated } = inner ?? { conditional: false, repeated: false };
    cursor.embedded.push({ ...found, conditional, repeated, ...around(cursor.frames) });
  }
  return found.outer?.[1] ?? found.to;
}

/** Position of the `;` that ends the statement, or of the end. */
function end(tokens: readonly Token[], from: number): number {
  const ends = statementTracker();
  for (let at = from; at < tokens.length; at++) {
    const token = tokens[at];
    if (token !== undefined && ends(token)) return at;
  }
  return tokens.length;
}

/** Position after `target :=` or `target =`; 0 if it is no assignment. */
function assignment(tokens: readonly Token[], from: number): number {
  const kind = tokens[from]?.kind;
  if (kind !== "word" && kind !== "quoted" && kind !== "parameter") return 0;
  const at = target(tokens, from);
  const operator = punctuationAt(tokens, at);
  return operator === ":=" || operator === "=" ? at + 1 : 0;
}

/** Position after `name`, `name.field`, `name[…]`. */
function target(tokens: readonly Token[], from: number): number {
  let at = from + 1;
  for (;;) {
    const punctuation = punctuationAt(tokens, at);
    if (punctuation === ".") at += 2;
    else if (punctuation === "[") {
      let depth = 0;
      do {
        const bracket = punctuationAt(tokens, at++);
        if (bracket === "[") depth++;
        else if (bracket === "]") depth--;
      } while (depth > 0 && at < tokens.length);
    } else return at;
  }
}

function declarations(cursor: Cursor, from: number): number {
  const { tokens, variables } = cursor;
  let at = from;
  while (at < tokens.length && wordAt(tokens, at) !== "begin") {
    if (wordAt(tokens, at) === "declare") {
      at++;
      continue;
    }
    const name = tokens[at];
    if (name?.kind === "word" || name?.kind === "quoted") variables.add(name.value);
    const stop = end(tokens, at);
    let value = at + 1;
    while (value < stop && !isDefault(tokens, value)) value++;
    const word = wordAt(tokens, value);
    const written = value < stop && word !== "for" && word !== "is";
    if (written || cursor.values.has(name?.value ?? ""))
      assign(cursor, at, written ? [value + 1, stop] : undefined);
    if (written) give(cursor, at, stop, [value + 1, stop]);
    if (value >= stop) at = stop + 1;
    else if (word === "for" || word === "is") at = cursorQuery(cursor, value, stop) + 1;
    else at = expression(cursor, value + 1, stop) + 1;
  }
  return at;
}

function isDefault(tokens: readonly Token[], at: number): boolean {
  const operator = punctuationAt(tokens, at);
  const word = wordAt(tokens, at);
  return operator === ":=" || operator === "=" || word === "default" || word === "for" || word === "is";
}

/** A bound cursor's query runs when it is opened, if ever: only what it uses counts. */
function cursorQuery(cursor: Cursor, at: number, stop: number): number {
  const { tokens } = cursor;
  // `alias FOR $1`
  if (wordAt(tokens, at - 1) === "alias") return stop;
  add(cursor, { kind: "expression", from: at + 1, to: stop });
  return stop;
}

/** Only what can read a relation or call a function is worth parsing. */
function expression(cursor: Cursor, from: number, to: number): number {
  for (let at = from; at < to; at++) {
    if (punctuationAt(cursor.tokens, at) === "(" || wordAt(cursor.tokens, at) === "from") {
      return add(cursor, { kind: "expression", from, to });
    }
  }
  return to;
}

function forLoop(cursor: Cursor, at: number): number {
  const { tokens, variables } = cursor;
  const loop = until(tokens, at + 1, "loop");
  const body = until(tokens, at + 1, "in") + 1;
  for (let i = at + 1; i < Math.min(body, loop); i++) {
    const token = tokens[i];
    if (token?.kind !== "word" && token?.kind !== "quoted") continue;
    variables.add(token.value);
    cursor.values.set(token.value, undefined);
  }
  const decides = listed(cursor, at + 1, body, loop);
  let range = wordAt(tokens, at) === "foreach";
  for (let i = body; i < loop && !range; i++) range = punctuationAt(tokens, i) === "..";
  if (range) expression(cursor, body, loop);
  else if (body < loop) query(cursor, at, body, loop);
  push(cursor, "loop", decides);
  return loop + 1;
}

function returns(cursor: Cursor, at: number): number {
  const { tokens } = cursor;
  const stop = end(tokens, at);
  const word = wordAt(tokens, at + 1);
  if (word === "query") return query(cursor, at, at + 2, stop);
  return expression(cursor, word === "next" ? at + 2 : at + 1, stop);
}

/** A query, `EXECUTE text`, or the name of a cursor. */
function query(cursor: Cursor, outer: number, from: number, to: number): number {
  const word = wordAt(cursor.tokens, from);
  if (word === "execute") return dynamic(cursor, outer, from + 1, to);
  const isQuery = /^(?:select|with|values|table|insert|update|delete|merge|show|explain|call)$/.test(word);
  if (isQuery || punctuationAt(cursor.tokens, from) === "(") sql(cursor, "query", from, to);
  return to;
}

function dynamic(cursor: Cursor, outer: number, from: number, to: number): number {
  const stop = Math.min(to, until(cursor.tokens, from, "into", "using"));
  return add(cursor, { kind: "dynamic", from, to: stop, outer: [outer, to] });
}

function sql(cursor: Cursor, kind: "statement" | "query" | "perform", from: number, to: number): number {
  const into = intoTarget(cursor.tokens, from, to);
  if (into !== undefined) {
    // `SELECT q || ' …' INTO q;` is an assignment.
    const isValue =
      wordAt(cursor.tokens, from) === "select" &&
      into[1] === to &&
      until(cursor.tokens, from, "from") >= into[0] &&
      comma(cursor.tokens, from, to) === to;
    const value = isValue ? ([from + 1, into[0]] as const) : undefined;
    for (const at of targets(cursor.tokens, into[0])) give(cursor, at, to, value);
  }
  return add(cursor, { kind, from, to, into });
}

const takesInto = new Set([
  "select",
  "with",
  "insert",
  "update",
  "delete",
  "merge",
  "perform",
  "values",
  "table",
]);

function intoTarget(
  tokens: readonly Token[],
  from: number,
  to: number,
): readonly [number, number] | undefined {
  if (!takesInto.has(wordAt(tokens, from))) return undefined;
  let at = from;
  do at = until(tokens, at + 1, "into");
  while (at < to && /^(?:insert|merge)$/.test(wordAt(tokens, at - 1)));
  if (at >= to) return undefined;
  let after = at + 1;
  if (wordAt(tokens, after) === "strict") after++;
  after = target(tokens, after);
  while (after < to && punctuationAt(tokens, after) === ",") after = target(tokens, after + 1);
  return [at, Math.min(after, to)];
}
