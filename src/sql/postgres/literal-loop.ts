/** Loops of PL/pgSQL over names that stand in their query: `IN ('a', 'b')`, `ARRAY['a', 'b']`. */
import type { Token } from "./lexer.ts";
import { punctuationAt, until, wordAt } from "./plpgsql-words.ts";

export interface LiteralLoop {
  /** Number of the loop's first token. */
  readonly at: number;
  /** `t`, `r.tablename`. */
  readonly names: readonly string[];
  /** What they are given one after the other; none: not known. */
  readonly literals: readonly Token[];
}

interface Body {
  readonly tokens: readonly Token[];
  readonly lists: LiteralLoop[];
  /** Of variables, each a place. */
  readonly values: ReadonlyMap<string, readonly [number, number] | undefined>;
}

/** Takes note of the literals that the variable of a loop is given; whether the query decides which of them. */
export function listed({ tokens, lists, values }: Body, name: number, body: number, loop: number): boolean {
  const variable = tokens[name]?.value;
  if (variable === undefined || body > loop) return false;
  const isArray = wordAt(tokens, body) === "array";
  const given = isArray && body + 2 === loop ? values.get(tokens[body + 1]?.value ?? "") : undefined;
  const [from, to] = given ?? [body, loop];
  const found = literalLists(tokens, from, to);
  const isQuery = wordAt(tokens, body) === "select";
  const column = isQuery ? selected(tokens, body + 1) : undefined;
  const [only] = found.length === 1 ? found : [];
  if (isQuery && column === undefined && only?.of !== undefined && selectsAlso(tokens, body + 1, only.of)) {
    // What else is selected decides how many rows there are of each name, if any.
    lists.push({ at: name, names: [`${variable}.${only.of}`], literals: only.literals });
    return true;
  }
  const names = column === undefined ? [variable] : [variable, `${variable}.${column}`];
  const literals = only?.of === undefined || only.of === column ? (only?.literals ?? []) : [];
  lists.push({ at: name, names, literals });
  return literals.length > 0 && column !== undefined && comparesMore(tokens, body, loop, column);
}
/** Columns of the catalogue that say no more than that a table or its column is there. */
const namesOfObjects: ReadonlySet<string> = new Set(
  "relname tablename table_name schemaname table_schema nspname relnamespace oid relkind table_type table_catalog attrelid attname attnum column_name".split(
    " ",
  ),
);

const comparing: ReadonlySet<string> = new Set(["in", "is", "not", "like", "ilike", "between"]);

/** `AND t.typname = 'hstore'`: not each of the listed names is given. */
function comparesMore(tokens: readonly Token[], from: number, to: number, column: string): boolean {
  const where = until(tokens, from, "where", "loop");
  return tokens.slice(where, to).some((token, i) => {
    if (token.kind !== "word" && token.kind !== "quoted") return false;
    const next = tokens[where + i + 1];
    const isCompared = next?.kind === "operator" || (next?.kind === "word" && comparing.has(next.value));
    return (
      isCompared &&
      token.value !== column &&
      token.value !== "and" &&
      token.value !== "or" &&
      !namesOfObjects.has(token.value)
    );
  });
}

/** `tablename`, `c.relname`, `unnest(…) AS name`: the only column of a query. */
function selected(tokens: readonly Token[], from: number): string | undefined {
  const stop = until(tokens, from, "from", "loop");
  return wordAt(tokens, from) === "unnest" || stop - from === 1 || punctuationAt(tokens, from + 1) === "."
    ? tokens[stop - 1]?.value
    : undefined;
}

/** `policyname, p.tablename`: the column is one of several. */
function selectsAlso(tokens: readonly Token[], from: number, column: string): boolean {
  const stop = until(tokens, from, "from", "loop");
  return tokens.slice(from, stop).some(({ value }, i) => {
    const [at, next] = [from + i, from + i + 1];
    const before = punctuationAt(tokens, at - 1) === "." ? at - 3 : at - 1;
    const isFirst = before < from || punctuationAt(tokens, before) === ",";
    return value === column && isFirst && (next === stop || punctuationAt(tokens, next) === ",");
  });
}

interface LiteralList {
  readonly literals: readonly Token[];
  /** `tablename IN (…)`; undefined: an array that isn't compared. */
  readonly of?: string | undefined;
}

/** Lists of nothing but string literals: `IN (…)` and `ARRAY[…]`. */
function literalLists(tokens: readonly Token[], from: number, to: number): readonly LiteralList[] {
  const found: LiteralList[] = [];
  for (let at = from; at < to; at++) {
    const word = wordAt(tokens, at);
    const opening = punctuationAt(tokens, at + 1);
    if (!(word === "in" && opening === "(") && !(word === "array" && opening === "[")) continue;
    const close = opening === "(" ? ")" : "]";
    let stop = at + 2;
    while (stop < to && punctuationAt(tokens, stop) !== close) stop++;
    const inner = tokens.slice(at + 2, stop);
    const isList = inner.every(({ kind }, i) => (i % 2 === 0 ? kind === "string" : kind !== "string"));
    if (!isList || inner.length === 0) continue;
    // `tablename = ANY (ARRAY[…])`
    const isAny = wordAt(tokens, at - 2) === "any";
    const before = word === "in" ? at - 1 : isAny ? at - 4 : undefined;
    const isNegated = word === "in" && wordAt(tokens, at - 1) === "not";
    found.push({
      literals: inner.filter((_, i) => i % 2 === 0),
      of: before === undefined ? undefined : isNegated ? "not" : (tokens[before]?.value ?? ""),
    });
  }
  return found;
}
