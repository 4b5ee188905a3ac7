/** What a WHERE clause says about how many rows it meets. */
import type { Expr, SelectStatement } from "pgsql-ast-parser";
import type { Predicate } from "../../model/expression.ts";
import { findCte, findItem, type Item, type Scope } from "../postgres/lower/scope.ts";
import type { Range, TokenReader } from "../postgres/lower/tokens.ts";
import { positionOf } from "./names.ts";
import {
  calledName,
  conjuncts,
  isColumn,
  isConstant,
  isObject,
  isPlainSelect,
  isQuery,
  isTree,
  isTrivial,
  subquery,
} from "./nodes.ts";
import { Collector, isLimited } from "./query.ts";
import { dictionary } from "../../text/dictionary.ts";
import { inAll } from "../../text/group.ts";

/** Reserved words that end a WHERE clause at its own bracket depth. */
const ends: ReadonlySet<string> = new Set(
  "returning group having window order limit offset fetch for union intersect except on".split(" "),
);

/** The tokens after the word WHERE. */
export function whereRange(reader: TokenReader, where: Expr): Range {
  const first = positionOf(reader, where);
  let from = first;
  while (from > 0 && !reader.is(from - 1, "where")) from--;
  if (from === 0) from = first;
  return { from, to: reader.until(from, ends) };
}

/** `scope` is the statement's; `target` the alias of the table written. */
export function predicate(
  reader: TokenReader,
  where: Expr | null | undefined,
  scope: Scope,
  target?: string,
): Predicate | undefined {
  if (where === undefined || where === null) return undefined;
  const collector = new Collector(reader);
  collector.walk(where, scope);
  const range = whereRange(reader, where);
  const span = reader.span(range.from, range.to);
  const finder = new Finder(reader, scope, target);
  const parts = conjuncts(where);
  for (const part of parts) finder.condition(part);
  for (const column of finder.lower) if (finder.upper.has(column)) finder.ranges.add(column);
  return {
    span,
    trivial: parts.every(isTrivial),
    equalities: [...finder.equalities],
    ranges: [...finder.ranges],
    limited: [...finder.limited],
    nulls: [...finder.nulls],
    columns: collector.facts().columns,
    text: reader.text(span),
  };
}

const mirrored: Readonly<Record<string, string>> = dictionary({ "<": ">", "<=": ">=", ">": "<", ">=": "<=" });

class Finder {
  readonly equalities = new Set<string>();
  readonly ranges = new Set<string>();
  readonly limited = new Set<string>();
  readonly nulls = new Set<string>();
  readonly lower = new Set<string>();
  readonly upper = new Set<string>();
  private readonly reader: TokenReader;
  private readonly scope: Scope;
  private readonly target: string | undefined;

  constructor(reader: TokenReader, scope: Scope, target: string | undefined) {
    this.reader = reader;
    this.scope = scope;
    this.target = target;
  }

  condition(node: Expr): void {
    if (node.type === "ternary") {
      const column = node.op === "BETWEEN" ? this.column(node.value) : undefined;
      if (column !== undefined && this.isBound(node.lo) && this.isBound(node.hi)) this.ranges.add(column);
    }
    if (node.type === "unary" && node.op === "IS NULL") {
      const column = this.column(node.operand);
      if (column !== undefined) this.nulls.add(column);
    }
    if (node.type !== "binary") return;
    const { left, right, op } = node;
    if (op === "OR") this.either(left, right);
    else if (op === "IN") this.membership(left, right);
    else if (op === "=" && /^(?:any|some)$/.test(calledName(right))) this.any(left, right);
    else {
      this.compare(left, op, right);
      this.compare(right, mirrored[op] ?? op, left);
    }
  }

  private either(...sides: readonly Expr[]): void {
    const all = sides.map((side) => {
      const own = new Finder(this.reader, this.scope, this.target);
      for (const part of conjuncts(side)) own.condition(part);
      return own.equalities;
    });
    for (const column of inAll(all)) this.equalities.add(column);
  }

  private membership(left: Expr, right: Expr): void {
    const column = this.column(left);
    if (column === undefined) return;
    if (isQuery(right)) {
      if (this.isLimited(right)) this.limited.add(column);
    } else if (right.type === "list") {
      if (right.expressions.every((value) => this.isValue(value))) this.equalities.add(column);
    } else if (this.isValue(right)) this.equalities.add(column);
  }

  private any(left: Expr, right: Expr): void {
    const column = this.column(left);
    const inner = right.type === "call" ? right.args[0] : undefined;
    if (column === undefined || inner === undefined) return;
    if (this.isValue(inner)) this.equalities.add(column);
    else if (this.isLimited(subquery(inner))) this.limited.add(column);
  }

  private compare(side: Expr, operator: string, other: Expr): void {
    const column = this.column(side);
    if (column === undefined || this.isParameter(side)) return;
    if (operator === "=") {
      if (this.isValue(other) || this.isSingleRow(other) || this.isListedColumn(other))
        this.equalities.add(column);
      else if (this.isLimited(subquery(other)) || this.isLimitedColumn(other)) this.limited.add(column);
    } else if (operator === ">" || operator === ">=") {
      if (this.isBound(other)) this.lower.add(column);
    } else if (operator === "<" || operator === "<=") {
      if (this.isBound(other)) this.upper.add(column);
    }
  }

  /** A column of the target table, or undefined. */
  private column(node: Expr): string | undefined {
    if (!isColumn(node)) return undefined;
    if (this.target !== undefined && node.table !== undefined && node.table.name !== this.target)
      return undefined;
    return node.name;
  }

  /** A parameter or variable: also `r.id` where no FROM item is called `r`. */
  private isParameter(node: Expr): boolean {
    if (node.type === "parameter") return true;
    if (node.type === "cast") return this.isParameter(node.operand);
    if (!isColumn(node)) return false;
    const first = node.table?.schema ?? node.table?.name ?? node.name;
    if (this.reader.source.variables?.has(first) === true) return true;
    return (
      node.table !== undefined && node.table.schema === undefined && findItem(this.scope, first) === undefined
    );
  }

  /** `(SELECT …)`, which gives one value or an error; not one that asks for each row of the target table. */
  private isSingleRow(node: Expr): boolean {
    return this.target !== undefined && isQuery(node) && !namesItem(node, this.target);
  }

  private isValue(node: Expr): boolean {
    return isConstant(node) || this.isParameter(node);
  }

  /** Has no column of a table and no sub-select in it. */
  private isBound(value: unknown): boolean {
    if (Array.isArray(value)) return value.every((element) => this.isBound(element));
    if (!isObject(value)) return true;
    if (isTree(value)) {
      const node = value as Expr;
      if (isColumn(node)) return this.isParameter(node);
      if (isQuery(node) || node.type === "array select") return false;
    }
    return Object.entries(value).every(([key, child]) => key === "_location" || this.isBound(child));
  }

  /** A sub-select with a LIMIT, or one that reads nothing but a CTE or sub-select with a LIMIT. */
  private isLimited(node: SelectStatement | undefined): boolean {
    if (!isPlainSelect(node)) return false;
    if (node.limit?.limit !== undefined && node.limit.limit !== null) return isLimited(node);
    const [only, ...others] = node.from ?? [];
    if (only === undefined || others.length > 0) return false;
    if (only.type === "table" && only.name.schema === undefined)
      return findCte(this.scope, only.name.name)?.limited === true;
    return only.type === "statement" && this.isLimited(only.statement);
  }

  /** A column of a FROM item with a LIMIT: `… FROM batch WHERE t.id = batch.id`. */
  private isLimitedColumn(node: Expr): boolean {
    return this.itemOf(node)?.limited === true;
  }

  /** A column of rows that are written out: `… FROM (VALUES (1, 'a'), (2, 'b')) AS v (id, name) WHERE t.id = v.id`. */
  private isListedColumn(node: Expr): boolean {
    return this.itemOf(node)?.listed === true;
  }

  private itemOf(node: Expr): Item | undefined {
    if (!isColumn(node) || node.table === undefined) return undefined;
    return findItem(this.scope, node.table.name);
  }
}

/** A column in it is written with this name in front. */
function namesItem(value: unknown, item: string): boolean {
  if (Array.isArray(value)) return value.some((element) => namesItem(element, item));
  if (!isObject(value)) return false;
  const node = isTree(value) ? (value as Expr) : undefined;
  if (isColumn(node) && node.table?.name === item) return true;
  return Object.values(value).some((child) => namesItem(child, item));
}
