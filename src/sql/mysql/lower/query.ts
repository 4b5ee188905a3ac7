/** Reads SELECT, VALUES, TABLE, WITH and what stands in them for the relations and columns that they use. */
import { raw, type Cursor } from "../cursor.ts";
import { scopeOf, type Facts, type Scope, type ScopeItem } from "./gathered.ts";
import { scanExpression, startsQuery } from "./scan.ts";

/** What only the outermost query can tell. */
/** With the scope of its columns. */
export interface Where {
  readonly from: number;
  readonly to: number;
  readonly scope: Scope;
}

export interface QueryShape {
  /** Undefined where a `*` stands or a column has no evident name. */
  readonly output?: readonly string[] | undefined;
  readonly limited: boolean;
  /** FOR UPDATE, FOR SHARE, LOCK IN SHARE MODE. */
  readonly locking: boolean;
  /** Has a FROM. */
  readonly reads: boolean;
  /** WHERE of a SELECT over one table, or of each that a UNION puts together: undefined if one has none. */
  readonly wheres?: readonly (Where | undefined)[] | undefined;
}

const setOperators = ["union", "except", "intersect", "minus"] as const;
const clauses = [
  "from",
  "where",
  "group",
  "having",
  "window",
  "order",
  "limit",
  "into",
  "for",
  "lock",
  "procedure",
  "offset",
  "fetch",
  "with",
];
const clausesAndSets: readonly string[] = [
  ...clauses.filter((clause) => clause !== "offset"),
  ...setOperators,
];
const modifiers = new Set(
  "all distinct distinctrow high_priority straight_join sql_small_result sql_big_result sql_buffer_result sql_cache sql_no_cache sql_calc_found_rows".split(
    " ",
  ),
);

/** An expression with the sub-selects in it. */
export function readExpression(c: Cursor, scope: Scope, facts: Facts): void {
  scanExpression(c, scope, facts);
  settle(facts);
}

function settle(facts: Facts): void {
  for (let next = facts.pending.shift(); next !== undefined; next = facts.pending.shift())
    query(next.query, next.scope, facts);
}

/** Reads to the end of the cursor, or as far as a query goes. */
export function readQuery(c: Cursor, outer: Scope | undefined, facts: Facts): QueryShape {
  const shape = query(c, outer, facts);
  settle(facts);
  return shape;
}

function query(c: Cursor, outer: Scope | undefined, facts: Facts): QueryShape {
  const ctes = commonTables(c, outer, facts);
  let shape = operand(c, outer, facts, ctes);
  let isUnion = true;
  const wheres = [...(shape.wheres ?? [undefined])];
  const alone = wheres.length;
  for (let word = c.takeOne(...setOperators); word !== undefined; word = c.takeOne(...setOperators)) {
    isUnion &&= word === "union";
    c.takeOne("all", "distinct");
    wheres.push(...(operand(c, outer, facts, ctes).wheres ?? [undefined]));
  }
  if (wheres.length > alone) shape = { ...shape, limited: false, wheres: isUnion ? wheres : undefined };
  const tail = readTail(c, { items: [], aliases: new Set(shape.output ?? []), ctes, outer }, facts);
  return { ...shape, limited: shape.limited || tail.limited, locking: shape.locking || tail.locking };
}

/** WITH …, where it begins here: the names that it makes, with those of the outer query. */
export function readCtes(c: Cursor, outer: Scope | undefined, facts: Facts): ReadonlySet<string> {
  const ctes = commonTables(c, outer, facts);
  settle(facts);
  return ctes;
}

function commonTables(c: Cursor, outer: Scope | undefined, facts: Facts): ReadonlySet<string> {
  let ctes = outer?.ctes ?? new Set<string>();
  if (c.take("with")) {
    const recursive = c.take("recursive");
    do {
      const name = c.name();
      if (name === undefined) break;
      c.parenthesised();
      c.take("as");
      const inside = new Set([...ctes, ...(recursive ? [name.text] : [])]);
      const inner = c.parenthesised();
      if (inner !== undefined) query(inner, { items: [], aliases: new Set(), ctes: inside, outer }, facts);
      ctes = new Set([...ctes, name.text]);
    } while (c.take(","));
  }
  return ctes;
}

const nothing: QueryShape = { limited: false, locking: false, reads: false };

function operand(c: Cursor, outer: Scope | undefined, facts: Facts, ctes: ReadonlySet<string>): QueryShape {
  if (c.word() === "(") {
    const inner = c.parenthesised();
    return inner === undefined
      ? nothing
      : query(inner, { items: [], aliases: new Set(), ctes, outer }, facts);
  }
  if (c.take("table")) {
    const table = c.tableName();
    if (table !== undefined) {
      facts.relation(table);
      facts.stars.push(table);
    }
    return { ...nothing, reads: true };
  }
  if (c.take("values")) {
    const from = c.at;
    c.skipTo(...clausesAndSets);
    scanExpression(c.part(from, c.at), outer ?? scopeOf(undefined), facts);
    return nothing;
  }
  return c.take("select") ? select(c, outer, facts, ctes) : nothing;
}

function select(c: Cursor, outer: Scope | undefined, facts: Facts, ctes: ReadonlySet<string>): QueryShape {
  while (modifiers.has(c.word())) c.at++;
  const listStart = c.at;
  c.skipTo(...clausesAndSets);
  // NEXT VALUE FOR a sequence.
  while (c.word() === "for" && c.word(-1) === "value") {
    c.at++;
    c.skipTo(...clausesAndSets);
  }
  const list = c.part(listStart, c.at);
  intoClause(c, true);
  const items: ScopeItem[] = [];
  const bare: Scope = { items, aliases: new Set(), ctes, outer };
  const reads = c.take("from");
  if (reads) {
    const from = c.at;
    do {
      if (c.word() === "for") c.at++;
      c.skipTo(...clausesAndSets);
      // `FOR SYSTEM_TIME` belongs to its table, `USE INDEX FOR ORDER BY` to its hint.
    } while (c.word() === "for" && c.word(1) !== "update" && c.word(1) !== "share");
    readFrom(c.part(from, c.at), bare, facts);
  }
  const output = readList(list, bare, facts);
  const scope: Scope = { ...bare, aliases: new Set(aliasesOf(list)) };
  let where: Where | undefined;
  if (c.take("where")) {
    const from = c.at;
    c.skipTo(...clausesAndSets);
    const known = facts.columns.length;
    scanExpression(c.part(from, c.at), bare, facts);
    // With several tables it may join them.
    if (items.length === 1) facts.filters(known);
    if (items.length > 0 && items.every(({ table }) => table !== undefined))
      where = { from, to: c.at, scope: bare };
  }
  return { output, reads, wheres: [where], ...readTail(c, scope, facts) };
}

/** GROUP BY, HAVING, ORDER BY, LIMIT, INTO, FOR UPDATE… in any order. */
function readTail(
  c: Cursor,
  scope: Scope,
  facts: Facts,
): { readonly limited: boolean; readonly locking: boolean } {
  let limited = false;
  let locking = false;
  while (!c.done) {
    if (setOperators.includes(c.word() as (typeof setOperators)[number])) break;
    if (c.is("for", "update") || c.is("for", "share") || c.is("lock", "in")) {
      locking = true;
      c.at++;
      c.skipTo(...clausesAndSets);
      continue;
    }
    const clause = c.takeOne(...clauses);
    if (clause === undefined) break;
    if (clause === "into") {
      c.at--;
      intoClause(c, false);
      continue;
    }
    if (clause === "limit" || clause === "fetch") limited = true;
    const from = c.at;
    c.take("by");
    const start = c.at;
    c.skipTo(...clausesAndSets);
    if (clause === "group" || clause === "order" || clause === "having" || clause === "where")
      scanExpression(c.part(start, c.at), scope, facts);
    if (c.at === from) c.at = Math.min(c.at + 1, c.end);
  }
  return { limited, locking };
}

/** INTO OUTFILE 'f' …, INTO @a, @b. */
function intoClause(c: Cursor, beforeFrom: boolean): void {
  if (!c.take("into")) return;
  c.skipTo(...(beforeFrom ? clausesAndSets : ["for", "lock", "from", "where"]));
}

/** The columns of a select list; undefined if one has no evident name. */
function readList(list: Cursor, scope: Scope, facts: Facts): readonly string[] | undefined {
  const names: string[] = [];
  let evident = true;
  for (const item of list.list()) {
    if (item.end - item.at === 1 && item.word() === "*") {
      facts.star(undefined, scope);
      evident = false;
      continue;
    }
    const starred = item.tokens[item.end - 1];
    if (starred?.value === "*" && starred.kind === "operator" && item.tokens[item.end - 2]?.value === ".")
      evident = false;
    const { expression, name } = splitAlias(item);
    scanExpression(expression, scope, facts);
    if (name === undefined) evident = false;
    else names.push(name);
  }
  return evident ? names : undefined;
}

const aliasesOf = (list: Cursor): string[] => {
  list.at = list.start;
  return list.list().flatMap((item) => {
    const { expression, name } = splitAlias(item);
    return name === undefined || expression.end === item.end ? [] : [name];
  });
};

/** `expr [AS] name`; a bare column is its own name. */
function splitAlias(item: Cursor): { readonly expression: Cursor; readonly name?: string | undefined } {
  const { end } = item;
  const last = item.tokens[end - 1];
  const before = item.tokens[end - 2];
  if (last === undefined) return { expression: item };
  const named = last.kind === "word" || last.kind === "quoted" || last.kind === "string";
  if (end - item.at >= 3 && named && before?.kind === "word" && before.value === "as")
    return { expression: item.part(item.at, end - 2), name: last.value.toLowerCase() };
  if (
    end - item.at >= 2 &&
    named &&
    last.value !== "end" &&
    before !== undefined &&
    endsOperand(before, item)
  )
    return { expression: item.part(item.at, end - 1), name: last.value.toLowerCase() };
  const chain = item.tokens.slice(item.at, end);
  const isChain = chain.every((token, i) =>
    i % 2 === 0 ? token.kind === "word" || token.kind === "quoted" : token.value === ".",
  );
  return { expression: item, name: isChain && chain.length % 2 === 1 ? last.value.toLowerCase() : undefined };
}

const operatorWords = new Set(
  "and or not xor is in like rlike regexp between case when then else div mod binary collate interval distinct".split(
    " ",
  ),
);
const endsOperand = (token: Cursor["tokens"][number], c: Cursor): boolean =>
  c.tokens.length > 0 &&
  (token.value === ")" ||
    token.kind === "number" ||
    token.kind === "quoted" ||
    token.kind === "variable" ||
    (token.kind === "word" && !operatorWords.has(token.value) && !token.value.startsWith("_")));

const joins = new Set("join inner cross left right outer natural straight_join lateral full".split(" "));
const hints = new Set(["use", "ignore", "force"]);
const notAlias = new Set([
  ...joins,
  ...hints,
  ...clausesAndSets,
  "on",
  "using",
  "as",
  "partition",
  "set",
  "values",
  "value",
  "select",
  "tablesample",
  "returning",
]);

/** Table references: items go to `scope`, ON conditions are read when all are known. */
/** Returns the condition of an inner join, which leaves rows out as WHERE does. */
export function readFrom(c: Cursor, scope: Scope, facts: Facts): Cursor | undefined {
  const conditions: Condition[] = [];
  tableReferences(c, scope, facts, conditions);
  for (const { on, using } of conditions) if (!using) scanExpression(on.part(on.at, on.end), scope, facts);
  return conditions.find(({ outer }) => !outer)?.on;
}

interface Condition {
  readonly on: Cursor;
  /** Nothing but names of columns. */
  readonly using: boolean;
  /** LEFT or RIGHT JOIN: rows without a partner stay. */
  readonly outer: boolean;
}

function tableReferences(c: Cursor, scope: Scope, facts: Facts, conditions: Condition[]): void {
  let outer = false;
  while (!c.done) {
    const word = c.word();
    if (word === "left" || word === "right") outer = true;
    else if (word === "inner" || word === "cross" || word === "straight_join" || word === ",") outer = false;
    if (word === "on") {
      c.at++;
      const from = c.at;
      for (;;) {
        c.skipTo("join", "inner", "cross", "left", "right", "natural", "straight_join", "on", ",");
        // The functions LEFT(…) and RIGHT(…).
        if ((c.word() === "left" || c.word() === "right") && c.word(1) === "(") c.at++;
        else break;
      }
      conditions.push({ on: c.part(from, c.at), using: false, outer });
      outer = false;
    } else if (word === "using") {
      c.at++;
      const on = c.parenthesised();
      if (on !== undefined) conditions.push({ on, using: true, outer });
      outer = false;
    } else if (word === "(") {
      const isQuery = startsQuery(c, 1);
      const inner = c.parenthesised();
      if (inner === undefined) return;
      if (isQuery) {
        query(inner, { items: [], aliases: new Set(), ctes: scope.ctes, outer: scope.outer }, facts);
        scope.items.push({ alias: alias(c) ?? "" });
      } else tableReferences(inner, scope, facts, conditions);
    } else if (joins.has(word) || word === "," || !c.isName()) c.at++;
    else table(c, scope, facts);
  }
}

function table(c: Cursor, scope: Scope, facts: Facts): void {
  if (c.word(1) === "(") {
    // JSON_TABLE(…)
    c.at++;
    const inner = c.parenthesised();
    const from = inner?.at ?? 0;
    inner?.skipTo(",");
    if (inner !== undefined) scanExpression(inner.part(from, inner.at), scope, facts);
    scope.items.push({ alias: alias(c) ?? "" });
    return;
  }
  const name = c.tableName();
  if (name === undefined) return;
  if (c.take("partition")) c.parenthesised();
  if (c.is("for", "system_time")) {
    c.skipTo(",", "as", ...joins, "on");
    if (c.is("as", "of")) {
      c.at += 2;
      c.skipTo(",", "as", ...joins, "on");
    }
  }
  const named = c.at + (c.word() === "as" ? 1 : 0);
  const given = alias(c);
  const token = given === undefined ? undefined : c.tokens[named];
  while (hints.has(c.word()) && (c.word(1) === "index" || c.word(1) === "key")) {
    while (!c.done && c.word() !== "(") c.at++;
    c.parenthesised();
    c.take(",");
  }
  if (name.schema === undefined && name.name.toLowerCase() === "dual") return;
  const isCte = name.schema === undefined && scope.ctes.has(name.name.toLowerCase());
  scope.items.push({
    alias: given ?? name.name.toLowerCase(),
    written: token === undefined ? undefined : raw(token, c.source),
    table: isCte ? undefined : name,
  });
  if (!isCte) facts.relation(name);
}

/** `[AS] name`, in lower case, with the columns that may follow it. */
export function alias(c: Cursor): string | undefined {
  const said = c.take("as");
  if (!c.isName() || (!said && notAlias.has(c.word()))) return undefined;
  const name = c.name()?.text;
  if (c.word() === "(") c.parenthesised();
  return name;
}
