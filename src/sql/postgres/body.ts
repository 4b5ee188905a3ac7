/** Bodies of DO blocks and functions: their SQL, parsed at its place and lowered, and what it uses. */
import type { ColumnReference, QueryFacts } from "../../model/expression.ts";
import type { Branch, Operation } from "../../model/operation.ts";
import type { Span } from "../../text/span.ts";
import { catalogTest, type CatalogTest } from "./catalog-test.ts";
import { constantText, variableOf, type ConstantText, type Scope } from "./dynamic.ts";
import { bodyFragment, spanInFile, type Fragment } from "./fragment.ts";
import { assignmentsOf, type Assignments } from "./given.ts";
import { createHoles } from "../holes.ts";
import { startsStatement } from "./hints.ts";
import { nextToken, tokenize, type Token } from "./lexer.ts";
import { readPlpgsql, type Embedded, type Routine } from "./plpgsql.ts";
import type { Body } from "./source.ts";
import { maskText, readings, splitStatements } from "./split.ts";
import { unknownOperation, type BodyReader, type Chunk, type Reading } from "./statement.ts";
import { functionVolatility } from "./lower/volatility.ts";
import { unquotedValues } from "./unquoted.ts";
import { usesOf, withoutColumns } from "./uses.ts";

/** DO in EXECUTE in DO …: deeper ones are not read. */
const maxDepth = 8;

const nothing: Body = {
  operations: [],
  uses: { relations: [], columns: [], functions: [], stars: [], limited: false },
};

/** Their body is the name of what is run. */
const compiled: ReadonlySet<string> = new Set(["c", "internal"]);

/** Of a body in another language: Python, Perl, JavaScript. */
const anything = (span: Span, language: string): readonly Operation[] => [
  unknownOperation(span, language),
  { kind: "executeDynamic", span, head: span },
];

export const readBody: BodyReader = (reading, parent, { span, language, variables, depth }) => {
  if (language !== "plpgsql" && language !== "sql")
    return compiled.has(language) ? nothing : { ...nothing, operations: anything(span, language) };
  if (depth > maxDepth) return { ...nothing, operations: [unknownOperation(span, "unparsable")] };
  const fragment = bodyFragment(parent, span);
  const tokens: Token[] = [];
  for (const token of tokenize(fragment.text, fragment.from, fragment.to)) {
    if (token.kind === "comment") reading.comments.push(spanInFile(fragment, token.start, token.end));
    else tokens.push(token);
  }
  if (language === "sql") {
    const parameters = new Set(variables);
    const operations = readStatements({ reading, fragment, depth, variables: parameters });
    return finish(reading, operations, [], parameters);
  }
  const routine = readPlpgsql(tokens);
  const all = new Set([...routine.variables, ...triggerVariables, ...variables]);
  const place = { reading, fragment, depth, variables: all };
  const operations: Operation[] = [];
  const facts: QueryFacts[] = [];
  const values = new Map([...routine.values].map(([name, [from, to]]) => [name, tokens.slice(from, to)]));
  const scope = { fragment, values, budget: { left: 1_000_000 + 4 * (fragment.to - fragment.from) } };
  const assignments = assignmentsOf(tokens, routine.given);
  for (const [at, found] of routine.embedded.entries()) {
    const own = tokens.slice(found.from, found.to);
    if (found.kind === "dynamic")
      operations.push(
        ...flagged(
          readDynamic(place, found, tokens, scope, routine.lists, assignments),
          found,
          at,
          asksOf(scope, found, tokens),
        ),
      );
    else if (found.kind === "expression") {
      const read = readExpression(place, own);
      for (const op of read) {
        if (op.kind === "selectRows") {
          facts.push(op.query);
          operations.push(...flagged(callsIn(op.query, read), found, at));
        } else if (keptOfExpression.has(op.kind)) operations.push(...flagged([op], found, at));
      }
    } else {
      const asks = asksOf(scope, found, tokens);
      operations.push(...flagged(readStatement(place, found, tokens, own), found, at, asks));
    }
  }
  return finish(reading, operations, facts, all);
};

/** What the conditions around it ask of the catalog, as far as that is known. */
function asksOf(
  { fragment, values }: Scope,
  { tests, depends }: Embedded,
  tokens: readonly Token[],
): CatalogTest | undefined {
  const found = tests.map(({ from, to, isElse }): CatalogTest => {
    const own = tokens.slice(from, to);
    const { is, value = own } = givenTo(own, values);
    const { start } = spanInFile(fragment, value[0]?.start ?? 0, value.at(-1)?.end ?? 0);
    const { asks, more } = catalogTest(value, start);
    if (is !== isElse) return { asks, more };
    // That not all of it is so says nothing of a part.
    if (asks.length !== 1 || more) return { asks: [], more: true };
    return { asks: asks.map((ask) => ({ ...ask, there: !ask.there })), more };
  });
  const asks = found.flatMap((one) => one.asks);
  return asks.length === 0 ? undefined : { asks, more: depends || found.some(({ more }) => more) };
}

/** `found`, `NOT found`: the only value that the variable is given. */
function givenTo(
  own: readonly Token[],
  values: Scope["values"],
): { readonly is: boolean; readonly value?: readonly Token[] | undefined } {
  const [first, second] = own;
  const isNot = own.length === 2 && first?.kind === "word" && first.value === "not";
  const name = isNot ? second : own.length === 1 ? first : undefined;
  const value = name?.kind === "word" ? values.get(name.value) : undefined;
  return value === undefined ? { is: true } : { is: !isNot, value };
}

const keptOfExpression: ReadonlySet<Operation["kind"]> = new Set(["callFunction", "setOption", "unknown"]);

/** The functions of the history that an expression calls in its subqueries. */
function callsIn({ functions }: QueryFacts, told: readonly Operation[]): readonly Operation[] {
  const starts = new Set(told.flatMap((op) => (op.kind === "callFunction" ? [op.function.span.start] : [])));
  return functions
    .filter(({ schema, name, span }) => {
      const isBuiltIn =
        schema === undefined ? functionVolatility(name) !== "unknown" : schema === "pg_catalog";
      return !isBuiltIn && !starts.has(span.start);
    })
    .map((name, i) => ({
      kind: "callFunction",
      span: name.span,
      head: name.span,
      function: name,
      procedure: false,
      conditional: true,
      branches: [{ at: `call ${i}`, way: 0 }],
    }));
}

const triggerVariables = ["new", "old", "found", "sqlstate", "sqlerrm"];

interface Place {
  readonly reading: Reading;
  readonly fragment: Fragment;
  readonly depth: number;
  /** None in the text of an EXECUTE. */
  readonly variables?: ReadonlySet<string>;
}

function flagged(
  operations: readonly Operation[],
  { kind, conditional, caught, repeated, ways }: Embedded,
  number: number,
  test?: CatalogTest,
): readonly Operation[] {
  if (!conditional && !repeated && operations.every(({ branches }) => branches === undefined))
    return operations;
  const own = ways.flatMap(({ at, way, isOpen }) => (isOpen ? [{ at: `${at}`, way }] : []));
  const branchesOf = (op: Operation): readonly Branch[] | undefined => {
    // Of one that depends on what isn't read, nothing is certain.
    if (op.branches === undefined) return conditional && op.conditional !== true ? own : undefined;
    // Those of a text within this one are numbered anew.
    const inner = op.branches.map(({ at, way }) => ({ at: `${number}.${at}`, way }));
    return [...own, ...inner];
  };
  return operations.map((op) => ({
    ...op,
    ...(op.kind === "selectRows" && kind !== "query" ? { unlooped: true as const } : {}),
    ...(conditional ? { conditional: true as const } : {}),
    branches: branchesOf(op),
    ...(conditional && test !== undefined ? { asks: test.asks } : {}),
    ...(conditional && test?.more === true ? { asksMore: true as const } : {}),
    ...(caught === true ? { caught } : {}),
    ...(repeated ? { repeated: true as const } : {}),
  }));
}

function finish(
  reading: Reading,
  operations: readonly Operation[],
  facts: readonly QueryFacts[],
  variables: ReadonlySet<string>,
): Body {
  // `v` and `r.id` of a variable `v` or a record `r` look like columns.
  const isVariable = ({ span }: ColumnReference): boolean => {
    const first = nextToken(reading.file, span.start, span.end);
    return first !== undefined && variables.has(first.value);
  };
  const own = variables.size === 0 ? operations : operations.map((op) => withoutColumns(op, isVariable));
  // A name that isn't known is none of the history's.
  const uses = usesOf(
    own.filter(({ unnamed }) => unnamed !== true),
    facts,
  );
  return {
    operations: own,
    uses: { ...uses, columns: uses.columns.filter((column) => !isVariable(column)) },
  };
}

/** Statements of a text that is SQL throughout. */
function readStatements({ reading, fragment, depth, variables }: Place): Operation[] {
  const { pieces } = splitStatements(fragment.text, fragment.from, fragment.to);
  return pieces.flatMap(({ start, end, tokens }) => {
    const sql = fragment.text.slice(start, end);
    return readOrUnknown(reading, { fragment, start, sql, tokens, depth, variables });
  });
}

function readStatement(
  place: Place,
  found: Embedded,
  all: readonly Token[],
  own: readonly Token[],
): readonly Operation[] {
  const { reading, fragment, depth, variables } = place;
  const [first] = own;
  const start = first?.start ?? 0;
  let sql = fragment.text.slice(start, own.at(-1)?.end ?? start);
  let tokens = own;
  if (found.into !== undefined) {
    const from = all[found.into[0]]?.start ?? start;
    const to = all[found.into[1] - 1]?.end ?? from;
    sql = sql.slice(0, from - start) + " ".repeat(to - from) + sql.slice(to - start);
    tokens = own.filter((token) => token.end <= from || token.start >= to);
  }
  if (found.kind === "perform" && first !== undefined) {
    sql = `SELECT ${sql.slice("perform".length)}`;
    tokens = [{ ...first, value: "select" }, ...tokens.slice(1)];
  }
  return readOrUnknown(reading, { fragment, start, sql, tokens, depth, variables });
}

function readExpression(
  { reading, fragment, depth, variables }: Place,
  own: readonly Token[],
): readonly Operation[] {
  const start = own[0]?.start ?? 0;
  const sql = fragment.text.slice(start, own.at(-1)?.end ?? start);
  const isQuery = own[0]?.kind === "word" && /^(?:select|with|values)$/.test(own[0].value);
  const select: Token = { kind: "word", start, end: start, value: "select" };
  const chunk: Chunk = isQuery
    ? { fragment, start, sql, tokens: own, depth, variables }
    : { fragment, start, sql, prefix: "SELECT ", tokens: [select, ...own], depth, variables };
  return readMasked(reading, chunk) ?? [];
}

function readDynamic(
  place: Place,
  found: Embedded,
  all: readonly Token[],
  scope: Scope,
  lists: Routine["lists"],
  assignments: Assignments,
): readonly Operation[] {
  const { fragment } = place;
  const own = all.slice(found.from, found.to);
  const text = constantText(scope, own);
  const known = readKnown(place, text.complete ? [text] : listedTexts(scope, own, found.from, lists));
  if (known !== undefined)
    return text.complete ? known : known.map((operation) => ({ ...operation, composed: true }));
  const variable = variableOf(scope, own);
  const [from, to] = found.outer ?? [found.from, found.to];
  const start = all[from]?.start ?? 0;
  const span = spanInFile(fragment, start, all[to - 1]?.end ?? start);
  const head = spanInFile(fragment, start, own.at(-1)?.end ?? start);
  const unquoted = unquotedValues(own, scope, assignments, found.ways).map((value) => ({
    variable: value.name,
    span: spanInFile(fragment, value.start, value.end),
    ...(value.isQuery ? { isQuery: true as const } : {}),
  }));
  return [
    ...(text.complete
      ? []
      : withHoles(place, own, scope, (holed) => listedTexts(holed, own, found.from, lists))),
    {
      kind: "executeDynamic",
      span,
      head,
      prefix: text.text === "" ? undefined : text.text,
      ...(variable === undefined ? {} : { variable }),
      ...(unquoted.length === 0 ? {} : { unquoted }),
    },
  ];
}

/** Undefined: not all that is run is known. */
function readKnown(place: Place, texts: readonly ConstantText[]): readonly Operation[] | undefined {
  if (place.depth >= maxDepth || texts.length === 0) return undefined;
  const read = texts.map((text) => readText(place, text));
  return read.some((operations) => operations.length === 0) ? undefined : read.flat();
}

const readText = ({ reading, depth }: Place, { text, offsets }: Pick<ConstantText, "text" | "offsets">) =>
  readStatements({ reading, fragment: { text, from: 0, to: text.length, offsets }, depth: depth + 1 });

/** Longer lists are taken as not known. */
const mostListed = 60;

/** The text for each value that a loop gives its variable; none if that isn't all that the text needs. */
function listedTexts(
  scope: Scope,
  own: readonly Token[],
  at: number,
  lists: Routine["lists"],
): readonly ConstantText[] {
  const names = new Set<string>();
  for (const list of lists.filter((one) => one.at < at).toReversed()) {
    const isHidden = list.names.some((name) => names.has(name));
    for (const name of list.names) names.add(name);
    const { literals } = list;
    if (isHidden || literals.length === 0 || literals.length > mostListed) continue;
    const texts: ConstantText[] = [];
    for (const literal of literals) {
      const given = list.names.map((name) => [name, [literal]] as const);
      const text = constantText({ ...scope, values: new Map([...scope.values, ...given]) }, own);
      if (!text.complete) break;
      texts.push(text);
    }
    if (texts.length === literals.length) return texts;
  }
  return [];
}

/** What a text does that is known but for names and values: each of these stands for some that exist. */
function withHoles(
  place: Place,
  own: readonly Token[],
  scope: Scope,
  listedWith: (scope: Scope) => readonly ConstantText[],
): readonly Operation[] {
  const names = new Map<string, string>();
  const holed = { ...scope, holes: createHoles(names) };
  const found = constantText(holed, own);
  const first = nextToken(found.text, 0, found.text.length);
  if (first === undefined || !startsStatement(first) || place.depth >= maxDepth) return [];
  // Some of the names may be known. Where none is, all texts are the same.
  const [one, ...more] = listedWith({ ...holed, holes: createHoles(new Map()) });
  const texts = one === undefined || more.every(({ text }) => text === one.text) ? [found] : [one, ...more];
  const operations = texts.flatMap((text) => readText(place, text));
  if (operations.some(({ kind }) => kind === "unknown")) return [];
  for (const [name, written] of names) place.reading.placeholders.set(name, written);
  return operations.map((op) => ({ ...op, unnamed: true }));
}

/** What is no SQL at all is left out; a statement that can't be read is `unknown`. */
function readOrUnknown(reading: Reading, chunk: Chunk): readonly Operation[] {
  const operations = readMasked(reading, chunk);
  if (operations !== undefined) return operations;
  const [first] = chunk.tokens;
  if (first === undefined || !startsStatement(first)) return [];
  const end = chunk.tokens.at(-1)?.end ?? first.end;
  return [unknownOperation(spanInFile(chunk.fragment, first.start, end), "unparsable")];
}

/** As it is, then with placeholders replaced. */
function readMasked(reading: Reading, chunk: Chunk): readonly Operation[] | undefined {
  const plain = reading.readChunk(reading, chunk);
  if (plain.is === "parsed") return plain.statements.flatMap(({ operations }) => operations);
  const masks = splitStatements(chunk.sql, 0, chunk.sql.length).pieces.flatMap((piece) => piece.masks);
  if (masks.length === 0) return undefined;
  for (const as of readings) {
    if (as === "blank") break;
    const sql = maskText(chunk.sql, 0, chunk.sql.length, masks, as);
    const tokens = tokenize(sql)
      .filter(({ kind }) => kind !== "comment")
      .map((token) => ({ ...token, start: token.start + chunk.start, end: token.end + chunk.start }));
    const outcome = reading.readChunk(reading, { ...chunk, sql, tokens });
    if (outcome.is === "parsed") return outcome.statements.flatMap(({ operations }) => operations);
  }
  return undefined;
}
