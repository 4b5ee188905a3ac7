/** Sorts of nodes that look alike in this parser's trees. */
import type {
  Expr,
  ExprCall,
  ExprRef,
  SelectFromStatement,
  SelectStatement,
  WithStatementBinding,
} from "pgsql-ast-parser";

export interface Tree {
  readonly type: string;
}

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

export const isTree = (value: unknown): value is Tree => isObject(value) && typeof value["type"] === "string";

const queries: ReadonlySet<string> = new Set([
  "select",
  "union",
  "union all",
  "values",
  "with",
  "with recursive",
]);

export const isQuery = (node: Expr | WithStatementBinding): node is SelectStatement => queries.has(node.type);

export const isPlainSelect = (node: SelectStatement | undefined): node is SelectFromStatement =>
  node?.type === "select";

export const isColumn = (node: Expr | undefined): node is ExprRef =>
  node?.type === "ref" && node.name !== "*";

/** ANY, ALL, EXISTS and the like are calls to the parser. */
export const calledName = (node: Expr): string =>
  node.type === "call" && node.function.schema === undefined ? node.function.name : "";

/** Keywords with parentheses that are no functions to the server. */
const keywordCalls: ReadonlySet<string> = new Set([
  "all",
  "any",
  "coalesce",
  "exists",
  "greatest",
  "grouping",
  "least",
  "nullif",
  "row",
  "some",
]);

export const isFunctionCall = (node: ExprCall): boolean => !keywordCalls.has(calledName(node));

/** The sub-select of `ANY (SELECT …)`, `(SELECT …)`, `ARRAY(SELECT …)`. */
export function subquery(node: Expr | null | undefined): SelectStatement | undefined {
  if (node === undefined || node === null) return undefined;
  if (node.type === "array select") return node.select;
  if (node.type === "call") {
    const name = calledName(node);
    return name === "any" || name === "some" ? subquery(node.args[0]) : undefined;
  }
  return isQuery(node) ? node : undefined;
}

export function isConstant(node: Expr): boolean {
  switch (node.type) {
    case "integer":
    case "numeric":
    case "string":
    case "boolean":
    case "null":
    case "constant":
      return true;
    case "cast":
      return isConstant(node.operand);
    case "unary":
      return (node.op === "-" || node.op === "+") && isConstant(node.operand);
    case "array":
      return node.expressions.every(isConstant);
    default:
      return false;
  }
}

export function isNull(node: Expr): boolean {
  return node.type === "null" || (node.type === "cast" && isNull(node.operand));
}

export function isTrivial(node: Expr): boolean {
  if (node.type === "boolean") return node.value;
  if (node.type === "cast") return isTrivial(node.operand);
  if (node.type !== "binary" || node.op !== "=") return false;
  const [left, right] = [literal(node.left), literal(node.right)];
  return left !== undefined && left === right;
}

const literal = (node: Expr): string | undefined =>
  node.type === "integer" || node.type === "numeric" || node.type === "string" || node.type === "boolean"
    ? JSON.stringify([node.type, node.value])
    : undefined;

export function conjuncts(node: Expr): readonly Expr[] {
  return node.type === "binary" && node.op === "AND"
    ? [...conjuncts(node.left), ...conjuncts(node.right)]
    : [node];
}
