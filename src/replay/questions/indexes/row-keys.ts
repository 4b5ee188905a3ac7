/** By which columns of its result the rows of a view's query surely differ. */
import type { Step } from "../../step.ts";
import type { Relation } from "../../../schema/model.ts";
import type { Schema } from "../../../schema/schema.ts";
import { tokenize, type Token } from "../../../sql/postgres/lexer.ts";
import { closing } from "../tokens.ts";

/** One expression: its tokens, and the name of a bare column. */
interface Part {
  readonly text: string;
  readonly column: string | undefined;
  /** What stands before the column's name. */
  readonly of?: string | undefined;
}

/** They give several rows for one. */
const sets =
  /^(?:unnest|generate_\w+|regexp_(?:matches|split_to_table)|string_to_table|json\w*_(?:each|elements|keys|path_query|populate_recordset|to_recordset)\w*)$/;

/** What ends a clause at the top of a query. */
const clauses = new Set("from where group having window order limit offset fetch for".split(" "));
const combining = new Set(["union", "intersect", "except"]);
/** GROUP BY of several groupings gives rows that are alike. */
const groupings = new Set(["rollup", "cube", "grouping", "distinct", "all"]);

/** Of a query with a single row, any column; undefined: not known. */
export function keyOfRows({ before }: Step, view: Relation): readonly string[] | undefined {
  const tokens = topLevel(view.definition ?? "");
  const selects = tokens.filter((one) => is(one, "select"));
  const names = view.columns.map(({ name }) => name);
  if (selects.length !== 1 || tokens.some(({ word }) => combining.has(word ?? ""))) return undefined;
  const query = tokens.slice(tokens.findIndex((one) => is(one, "select")) + 1);
  const multiplies = view.query?.functions.some(
    (one) => sets.test(one.name) || before.routines(one).is === "present",
  );
  if (multiplies === true) return undefined;
  if (view.query?.oneRow === true) return names.slice(0, 1);
  const { list, distinct } = selected(query);
  const outputs = split(list);
  // GROUP BY takes a table's column before a result of that name.
  const isOfTable = (name: string): boolean =>
    !names.includes(name) ||
    (view.query?.relations ?? []).some((one) => before.column(one, name).is !== "absent");
  const named = (parts: readonly (readonly TopToken[])[]): readonly string[] | undefined => {
    // With a `*` among them, they aren't counted.
    if (outputs.length !== names.length) return undefined;
    const found = parts.map((part) => outputOf(part, outputs, names, isOfTable));
    return found.every((one) => one !== undefined) ? [...new Set(found)] : undefined;
  };
  if (distinct === "all") return names;
  if (distinct !== undefined) return named(distinct);
  const group = clause(query, "group");
  if (group !== undefined) {
    const by = split(group.slice(1));
    return by.flat().some(({ word }) => groupings.has(word ?? "")) ? undefined : named(by);
  }
  // A name may be one of a WITH clause.
  return (outputs.length === names.length || isStar(outputs)) && !tokens.some((one) => is(one, "with"))
    ? ofOneTable(before, view, query, outputs)
    : undefined;
}

const isStar = (outputs: readonly (readonly TopToken[])[]): boolean =>
  outputs.length === 1 && outputs[0]?.at(-1)?.text === "*";

/** A row for each of a table, with its key. */
function ofOneTable(
  before: Schema,
  view: Relation,
  query: readonly TopToken[],
  outputs: readonly (readonly TopToken[])[],
): readonly string[] | undefined {
  const [table, ...others] =
    view.query?.relations.filter((one) => view.query?.aside?.includes(one) !== true) ?? [];
  const from = clause(query, "from") ?? [];
  if (
    table === undefined ||
    others.length > 0 ||
    from.some(({ text }) => /^(?:,|join)$/.test(text) || text.includes("("))
  )
    return undefined;
  const key = before.indexesOn(table).find(({ unique, where, elements }) =>
    unique && where === undefined
      ? elements.every(({ column }) => {
          const found = column === undefined ? undefined : before.column(table, column);
          return found?.is === "present" && found.value.notNull === "yes";
        })
      : false,
  );
  const columns = key?.elements.map(({ column = "" }) => column);
  if (columns === undefined) return undefined;
  if (isStar(outputs)) return columns;
  const parts = outputs.map((one) => expression(one));
  const found = columns.map((column) => {
    const at = parts.findIndex((one) => one.column === column);
    return view.columns[at]?.name;
  });
  return found.every((one) => one !== undefined) ? found : undefined;
}

/** A token outside of parentheses; what stands in them is one. */
interface TopToken {
  readonly text: string;
  readonly token: Token;
  /** Of a word, also a quoted one, that isn't a name by its quotes. */
  readonly word: string | undefined;
  /** Of what stands in parentheses: the tokens there. */
  readonly inner?: readonly Token[] | undefined;
}

const is = ({ word }: TopToken, wanted: string): boolean => word === wanted;

const topLevel = (sql: string): readonly TopToken[] =>
  grouped(tokenize(sql).filter(({ kind }) => kind !== "comment"));

function grouped(tokens: readonly Token[]): readonly TopToken[] {
  const found: TopToken[] = [];
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at];
    if (token === undefined) break;
    if (token.value !== "(" || token.kind !== "punctuation") {
      found.push({ text: written(token), token, word: token.kind === "word" ? token.value : undefined });
      continue;
    }
    const end = closing(tokens, at);
    const inner = tokens.slice(at + 1, end);
    found.push({ text: `(${inner.map(written).join(" ")})`, token, word: undefined, inner });
    at = end;
  }
  return found;
}

const written = ({ kind, value }: Token): string => (kind === "string" ? `'${value}'` : value);

/** The select list, and what DISTINCT says: `all` of it, or its ON. */
function selected(query: readonly TopToken[]): {
  readonly list: readonly TopToken[];
  readonly distinct: "all" | readonly (readonly TopToken[])[] | undefined;
} {
  const end = query.findIndex(({ word }) => clauses.has(word ?? ""));
  const list = end < 0 ? query : query.slice(0, end);
  const [first, second, third] = list;
  if (first === undefined || !is(first, "distinct")) return { list, distinct: undefined };
  if (second === undefined || !is(second, "on")) return { list: list.slice(1), distinct: "all" };
  return { list: list.slice(3), distinct: split(grouped(third?.inner ?? [])) };
}

/** What stands between the word and the next clause. */
function clause(query: readonly TopToken[], word: string): readonly TopToken[] | undefined {
  const at = query.findIndex((one) => is(one, word));
  if (at < 0) return undefined;
  const rest = query.slice(at + 1);
  const end = rest.findIndex((one) => clauses.has(one.word ?? ""));
  return end < 0 ? rest : rest.slice(0, end);
}

function split(tokens: readonly TopToken[]): readonly (readonly TopToken[])[] {
  const parts: TopToken[][] = [[]];
  for (const one of tokens) {
    if (one.text === "," && one.inner === undefined) parts.push([]);
    else if (one.text !== ";") parts.at(-1)?.push(one);
  }
  return parts.filter((part) => part.length > 0);
}

/** The result that has the value of the expression: by its place, its own text, or its name. */
function outputOf(
  part: readonly TopToken[],
  outputs: readonly (readonly TopToken[])[],
  names: readonly string[],
  isOfTable: (name: string) => boolean,
): string | undefined {
  const [only, ...more] = part;
  if (only?.token.kind === "number" && more.length === 0) return names[Number(only.token.value) - 1];
  const own = expression(part, false);
  const at = outputs
    .map((one) => expression(one))
    .findIndex((one) => (own.column === undefined ? one.text === own.text : isSameColumn(own, one)));
  return names[at] ?? (own.column !== undefined && !isOfTable(own.column) ? own.column : undefined);
}

const isSameColumn = (a: Part, b: Part): boolean =>
  a.column === b.column && (a.of === undefined || b.of === undefined || a.of === b.of);

/** Without its alias. */
function expression(part: readonly TopToken[], isAliased = true): Part {
  const as = isAliased ? part.findLastIndex((one) => is(one, "as")) : -1;
  const last = part.at(-1);
  const before = part.at(-2);
  // `lower(status) s`: two operands in a row.
  const isBare =
    isAliased &&
    as < 0 &&
    isName(last) &&
    before !== undefined &&
    (isName(before) || before.inner !== undefined);
  const own = as >= 0 ? part.slice(0, as) : isBare ? part.slice(0, -1) : part;
  const text = own.map((one) => one.text).join(" ");
  const isColumn = own.every((one, at) => (at % 2 === 0 ? isName(one) : one.text === "."));
  return isColumn
    ? { text, column: own.at(-1)?.token.value, of: own.at(-3)?.token.value }
    : { text, column: undefined };
}

const isName = (one: TopToken | undefined): boolean =>
  one !== undefined && one.inner === undefined && (one.token.kind === "word" || one.token.kind === "quoted");
