/** What a WHERE clause says about how many rows it meets. */
import type { A_Expr, ColumnRef, Node } from "@pgsql/types";
import type { ColumnReference, Predicate } from "../../../model/expression.ts";
import { isConstant } from "./constant.ts";
import { columnName } from "./expression.ts";
import { findCte, findItem, type Item, type Scope } from "./scope.ts";
import { Collector } from "./query.ts";
import { firstLocation, isObject, items, strings } from "./tree.ts";
import type { Range, TokenReader } from "./tokens.ts";
import { dictionary } from "../../../text/dictionary.ts";
import { inAll } from "../../../text/group.ts";

/** Reserved words that end a WHERE clause at its own bracket depth. */
const ends: ReadonlySet<string> = new Set([
  "returning",
  "group",
  "having",
  "window",
  "order",
  "limit",
  "offset",
  "fetch",
  "for",
  "union",
  "intersect",
  "except",
  "on",
]);

/** The tokens after the word WHERE. */
export function whereRange(reader: TokenReader, where: Node): Range {
  // CURRENT OF has no place of its own.
  const location = firstLocation(where);
  const first = location === undefined ? reader.length : reader.at(location);
  let from = first;
  while (from > 0 && !reader.is(from - 1, "where")) from--;
  if (from === 0) from = first;
  return { from, to: reader.until(from, ends) };
}

interface Found {
  readonly equalities: Set<string>;
  readonly ranges: Set<string>;
  readonly limited: Set<string>;
  readonly lower: Set<string>;
  readonly upper: Set<string>;
}

const nothingFound = (): Found => ({
  equalities: new Set(),
  ranges: new Set(),
  limited: new Set(),
  lower: new Set(),
  upper: new Set(),
});

/**
 * `scope` is the statement's; with `target`, the alias of the table written, conditions on other tables don't
 * count.
 */
export function predicate(
  reader: TokenReader,
  where: Node | undefined,
  scope: Scope,
  target?: string,
): Predicate | undefined {
  if (where === undefined) return undefined;
  const collector = new Collector(reader);
  collector.walk(where, scope);
  const range = whereRange(reader, where);
  const span = reader.span(range.from, range.to);
  const found = nothingFound();
  const parts = conjuncts(where);
  const columns: readonly ColumnReference[] = collector.facts().columns;
  for (const part of parts) condition(reader, part, scope, target, found);
  for (const column of found.lower) if (found.upper.has(column)) found.ranges.add(column);
  return {
    span,
    trivial: parts.every(isTrivial),
    equalities: [...found.equalities],
    ranges: [...found.ranges],
    limited: [...found.limited],
    nulls: parts.flatMap((part) =>
      "NullTest" in part && part.NullTest.nulltesttype === "IS_NULL"
        ? (targetColumn(part.NullTest.arg, target) ?? [])
        : [],
    ),
    columns,
    text: reader.text(span),
  };
}

function conjuncts(node: Node): readonly Node[] {
  if ("BoolExpr" in node && node.BoolExpr.boolop === "AND_EXPR")
    return (node.BoolExpr.args ?? []).flatMap(conjuncts);
  return [node];
}

/** `true`, `1 = 1`, `'a' = 'a'`. */
function isTrivial(node: Node): boolean {
  if ("A_Const" in node) return node.A_Const.boolval?.boolval === true;
  if ("TypeCast" in node) return node.TypeCast.arg !== undefined && isTrivial(node.TypeCast.arg);
  if (!("A_Expr" in node) || node.A_Expr.kind !== "AEXPR_OP" || strings(node.A_Expr.name)[0] !== "=")
    return false;
  const { lexpr, rexpr } = node.A_Expr;
  if (lexpr === undefined || rexpr === undefined || !("A_Const" in lexpr) || !("A_Const" in rexpr))
    return false;
  return constantText(lexpr) === constantText(rexpr);
}

function constantText(node: Extract<Node, { A_Const: unknown }>): string {
  const { ival, fval, sval, boolval } = node.A_Const;
  return JSON.stringify([ival, fval, sval, boolval]);
}

/** Column of the target table, or undefined. */
function targetColumn(node: Node | undefined, target: string | undefined): string | undefined {
  if (node === undefined || !("ColumnRef" in node)) return undefined;
  const names = strings(node.ColumnRef.fields);
  if (target !== undefined && names.length > 1 && names.at(-2) !== target) return undefined;
  return columnName(node);
}

/** `${id}`: what code puts there. */
function isHole(reader: TokenReader, node: Node): boolean {
  if (!("ColumnRef" in node) || node.ColumnRef.fields?.length !== 1) return false;
  const position = reader.at(node.ColumnRef.location);
  return reader.text(reader.span(position, position + 1)).startsWith("${");
}

/** A parameter or variable: also `r.id` where no FROM item is called `r`. */
function isParameter(reader: TokenReader, node: Node, scope: Scope): boolean {
  if ("ParamRef" in node) return true;
  if ("TypeCast" in node) {
    return node.TypeCast.arg !== undefined && isParameter(reader, node.TypeCast.arg, scope);
  }
  if (!("ColumnRef" in node)) return false;
  const [first = "", ...rest] = strings(node.ColumnRef.fields);
  if (reader.source.variables?.has(first) === true) return true;
  if (isHole(reader, node)) return true;
  return rest.length === 1 && findItem(scope, first) === undefined;
}

const isValue = (reader: TokenReader, node: Node, scope: Scope): boolean =>
  isConstant(node) || isParameter(reader, node, scope);

/** Has no column of a table and no sub-select in it. */
function isBound(reader: TokenReader, value: unknown, scope: Scope): boolean {
  if (Array.isArray(value)) return value.every((element) => isBound(reader, element, scope));
  if (!isObject(value)) return true;
  if (isObject(value.ColumnRef)) return isParameter(reader, { ColumnRef: value.ColumnRef }, scope);
  if (value.SubLink !== undefined) return false;
  return Object.values(value).every((child) => isBound(reader, child, scope));
}

function condition(
  reader: TokenReader,
  node: Node,
  scope: Scope,
  target: string | undefined,
  found: Found,
): void {
  if ("SubLink" in node) {
    const column = targetColumn(node.SubLink.testexpr, target) ?? systemColumn(node.SubLink.testexpr);
    if (column === undefined || node.SubLink.subLinkType !== "ANY_SUBLINK") return;
    if (isLimited(node.SubLink.subselect, scope)) found.limited.add(column);
    return;
  }
  if ("A_Expr" in node) comparison(reader, node.A_Expr, scope, target, found);
  if ("BoolExpr" in node && node.BoolExpr.boolop === "OR_EXPR") {
    const all = (node.BoolExpr.args ?? []).map((arg) => {
      const own = nothingFound();
      for (const part of conjuncts(arg)) condition(reader, part, scope, target, own);
      return own.equalities;
    });
    for (const column of inAll(all)) found.equalities.add(column);
  }
}

const systemColumn = (node: Node | undefined): string | undefined =>
  node !== undefined && columnName(node) === "ctid" ? "ctid" : undefined;

function comparison(
  reader: TokenReader,
  { kind, name, lexpr, rexpr }: A_Expr,
  scope: Scope,
  target: string | undefined,
  found: Found,
): void {
  if (lexpr === undefined || rexpr === undefined) return;
  const operator = strings(name).at(-1) ?? "";
  const left = targetColumn(lexpr, target);
  if (kind === "AEXPR_BETWEEN" || kind === "AEXPR_BETWEEN_SYM") {
    if (left !== undefined && items(rexpr).every((bound) => isBound(reader, bound, scope)))
      found.ranges.add(left);
  } else if (kind === "AEXPR_IN") {
    if (
      left !== undefined &&
      operator === "=" &&
      // `IN (${ids})` may name any number.
      items(rexpr).every((value) => isValue(reader, value, scope) && !isHole(reader, value))
    ) {
      found.equalities.add(left);
    }
  } else if (kind === "AEXPR_OP_ANY") {
    if (left === undefined || operator !== "=") return;
    if (isValue(reader, rexpr, scope) && !isHole(reader, rexpr)) found.equalities.add(left);
    else if ("SubLink" in rexpr && isLimited(rexpr.SubLink.subselect, scope)) found.limited.add(left);
  } else if (kind === "AEXPR_OP") {
    compare(reader, lexpr, operator, rexpr, scope, target, found);
    compare(reader, rexpr, mirrored[operator] ?? operator, lexpr, scope, target, found);
  }
}

const mirrored: Readonly<Record<string, string>> = dictionary({ "<": ">", "<=": ">=", ">": "<", ">=": "<=" });

function compare(
  reader: TokenReader,
  side: Node,
  operator: string,
  other: Node,
  scope: Scope,
  target: string | undefined,
  found: Found,
): void {
  const column = targetColumn(side, target);
  if (column === undefined || isParameter(reader, side, scope)) return;
  if (operator === "=") {
    if (isValue(reader, other, scope) || isSingleRow(other, target) || isListedColumn(other, scope))
      found.equalities.add(column);
    else if ("SubLink" in other && isLimited(other.SubLink.subselect, scope)) found.limited.add(column);
    else if (isLimitedColumn(other, scope)) found.limited.add(column);
  } else if (operator === ">" || operator === ">=") {
    if (isBound(reader, other, scope)) found.lower.add(column);
  } else if (operator === "<" || operator === "<=") {
    if (isBound(reader, other, scope)) found.upper.add(column);
  }
}

/** `(SELECT …)`, which gives one value or an error; not one that asks for each row of the target table. */
function isSingleRow(node: Node, target: string | undefined): boolean {
  if (!("SubLink" in node) || target === undefined) return false;
  return node.SubLink.subLinkType === "EXPR_SUBLINK" && !namesItem(node.SubLink.subselect, target);
}

/** A column in it is written with this name in front. */
function namesItem(value: unknown, item: string): boolean {
  if (Array.isArray(value)) return value.some((element) => namesItem(element, item));
  if (!isObject(value)) return false;
  if (isObject(value.ColumnRef)) {
    const names = strings((value.ColumnRef as ColumnRef).fields);
    return names.length > 1 && names.at(-2) === item;
  }
  return Object.values(value).some((child) => namesItem(child, item));
}

/** A sub-select with a LIMIT, or one that reads nothing but a CTE with a LIMIT. */
function isLimited(node: Node | undefined, scope: Scope): boolean {
  if (node === undefined || !("SelectStmt" in node)) return false;
  const { limitCount, fromClause } = node.SelectStmt;
  if (limitCount !== undefined) return !("A_Const" in limitCount && limitCount.A_Const.isnull === true);
  const only = fromClause?.[0];
  if (only === undefined || fromClause?.length !== 1) return false;
  if ("RangeVar" in only && only.RangeVar.schemaname === undefined) {
    return findCte(scope, only.RangeVar.relname ?? "")?.limited === true;
  }
  return "RangeSubselect" in only && isLimited(only.RangeSubselect.subquery, scope);
}

/** A column of a FROM item with a LIMIT: `… FROM batch WHERE t.id = batch.id`. */
const isLimitedColumn = (node: Node, scope: Scope): boolean => itemOf(node, scope)?.limited === true;

/** A column of rows that are written out: `… FROM (VALUES (1, 'a'), (2, 'b')) AS v (id, name) WHERE t.id = v.id`. */
const isListedColumn = (node: Node, scope: Scope): boolean => itemOf(node, scope)?.listed === true;

function itemOf(node: Node, scope: Scope): Item | undefined {
  if (!("ColumnRef" in node)) return undefined;
  const qualifier = strings(node.ColumnRef.fields).at(-2);
  return qualifier === undefined ? undefined : findItem(scope, qualifier);
}
