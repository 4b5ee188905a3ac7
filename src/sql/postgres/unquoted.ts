/** Values that stand unquoted in the text that EXECUTE runs: `'… ' || v`, `format('%s', v)`. */
import { isMark, splits, type Scope, type Values } from "./dynamic.ts";
import { valuesThen, type Assignments, type Given } from "./given.ts";
import type { Token } from "./lexer.ts";
import type { Way } from "./plpgsql-frames.ts";

/** A variable, `r.field` or `$1`. */
export interface Unquoted {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  /** It is all that is run, or stands where a whole query does: `'EXPLAIN ' || v`, `'SELECT count(*) FROM (' || v`. */
  readonly isQuery: boolean;
}

/** Deeper nesting is not followed. */
const maxDepth = 12;

/** More values are not followed for one EXECUTE. */
const mostGiven = 200;

/** `ways`: where the EXECUTE stands. */
export function unquotedValues(
  expression: readonly Token[],
  scope: Scope,
  assignments: Assignments,
  ways: readonly Way[],
): readonly Unquoted[] {
  const reader: Reader = { ...scope, assignments, ways, found: new Map(), followed: new Set() };
  read(reader, expression, 0);
  return [...reader.found.values()];
}

interface Reader {
  readonly values: Values;
  /** Of the whole body: a value can stand for many, which stand for many. */
  readonly budget: { left: number };
  readonly assignments: Assignments;
  /** Those of what is read. */
  readonly ways: readonly Way[];
  readonly followed: Set<Given>;
  /** By their place. */
  readonly found: Map<number, Unquoted>;
}

function read(reader: Reader, tokens: readonly Token[], depth: number): void {
  if (depth > maxDepth) return;
  const parts = cut(tokens, "||");
  for (const [at, part] of parts.entries()) {
    if ((reader.budget.left -= 1 + part.length) < 0) return;
    const before = parts[at - 1]?.at(-1);
    const isQuery =
      before === undefined
        ? depth === 0 && parts.length === 1
        : before.kind === "string" && takesQuery.test(before.value);
    readPart(reader, part, depth, isQuery);
  }
}

/** The end of a text that goes on with a whole query. */
const takesQuery = /^\s*explain\b[^;]{0,200}$|\b(?:from|join|exists|as)\s*\(\s*$/i;

function cut(tokens: readonly Token[], separator: string): Token[][] {
  const at = [-1, ...splits(tokens, 0, tokens.length, separator), tokens.length];
  return at.slice(1).map((end, i) => tokens.slice((at[i] ?? 0) + 1, end));
}

/** Whatever their value is, text of these types can't leave its place. */
const harmless = new Set(
  "int integer bigint smallint numeric real float boolean bool uuid date timestamp timestamptz interval oid regclass regtype regproc regprocedure regnamespace regrole".split(
    " ",
  ),
);

/** What they are given comes out as it is. */
const passing = new Set(["concat", "coalesce", "lower", "upper", "trim", "btrim", "ltrim", "rtrim", "text"]);

function readPart(reader: Reader, part: readonly Token[], depth: number, isQuery = false): void {
  const [cast, ...types] = splits(part, 0, part.length, "::");
  if (cast !== undefined) {
    const isHarmless = [cast, ...types].some((at) => harmless.has(part[at + 1]?.value ?? ""));
    if (!isHarmless) readPart(reader, part.slice(0, cast), depth + 1, isQuery);
    return;
  }
  const [first, second, third] = part;
  const last = part.at(-1);
  if (first === undefined || last === undefined || depth > maxDepth) return;
  if (isMark(first, "(") && isMark(last, ")")) {
    read(reader, part.slice(1, -1), depth + 1);
    return;
  }
  const isName = first.kind === "word" || first.kind === "quoted";
  if (part.length === 1 && (isName || first.kind === "parameter")) {
    const value = isName ? reader.values.get(first.value) : undefined;
    if (value === undefined) readVariable(reader, first, depth, isQuery);
    else read(reader, value, depth + 1);
  } else if (part.length === 3 && isName && second?.value === "." && third !== undefined) {
    note(reader, first, third, isQuery);
  } else if (first.kind === "word" && isMark(second, "(") && isMark(last, ")")) {
    readCall(reader, first.value, cut(part.slice(2, -1), ","), depth + 1);
  }
}

/** A parameter, or a variable that is given several values: each of those that it may have by then. */
function readVariable(reader: Reader, name: Token, depth: number, isQuery: boolean): void {
  const { assignments, ways, followed } = reader;
  const { written, isFirst } = valuesThen(assignments, name, ways);
  if (isFirst) note(reader, name, name, isQuery);
  for (const { tokens, from } of written) {
    if (followed.has(from) || followed.size > mostGiven) continue;
    followed.add(from);
    // What `q := q || …` reads stands before it: each is as deep as the one before.
    read({ ...reader, ways: from.ways }, tokens, Math.max(1, depth));
  }
}

function note({ found }: Reader, { value, start }: Token, { end }: Token, isQuery: boolean): void {
  found.set(start, { name: value, start, end, isQuery });
}

function readCall(reader: Reader, name: string, given: readonly (readonly Token[])[], depth: number): void {
  if (passing.has(name)) for (const argument of given) read(reader, argument, depth);
  if (name !== "format") return;
  const [template, ...rest] = given;
  let next = 0;
  for (const match of (template?.[0]?.value ?? "").matchAll(/%(?:%|(?:(\d{1,3})\$)?-?\d{0,4}([sIL]))/g)) {
    const [all, position, type] = match;
    if (all === "%%") continue;
    next = position === undefined ? next + 1 : Number(position);
    const argument = rest[next - 1];
    if (type === "s" && argument !== undefined) read(reader, argument, depth);
  }
}
