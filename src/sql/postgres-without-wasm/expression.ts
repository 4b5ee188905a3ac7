/** Facts about expressions. */
import type { Expr } from "pgsql-ast-parser";
import type { Expression } from "../../model/expression.ts";
import type { Scope } from "../postgres/lower/scope.ts";
import type { Range, TokenReader } from "../postgres/lower/tokens.ts";
import { isColumn, isConstant, isNull } from "./nodes.ts";
import { Collector } from "./query.ts";
import { castType } from "./type.ts";

/** The facts of `node`, whose text is the tokens of `range`. */
export function expression(reader: TokenReader, node: Expr, range: Range, scope: Scope): Expression {
  const collector = new Collector(reader);
  collector.walk(node, scope);
  const span = reader.span(range.from, range.to);
  const { columns, functions, relations } = collector.facts();
  const castOf =
    node.type === "cast" && isColumn(node.operand)
      ? { column: node.operand.name, type: castType(reader, node) }
      : undefined;
  return {
    text: reader.text(span),
    span,
    constant: isConstant(node),
    isNull: isNull(node),
    volatility: collector.volatility(),
    columns,
    functions,
    subquery: collector.subquery,
    ...(relations.length === 0 ? {} : { relations }),
    provesNotNull: provenNotNull(node),
    ...(castOf === undefined ? {} : { castOf }),
    ...(node.type === "cast" ? { valueType: castType(reader, node) } : {}),
    ...(isColumn(node) ? { bareColumn: node.name } : {}),
  };
}

function provenNotNull(node: Expr): readonly string[] {
  if (node.type === "binary" && node.op === "AND")
    return [...provenNotNull(node.left), ...provenNotNull(node.right)];
  if (node.type !== "unary") return [];
  const { op, operand } = node;
  if (op === "IS NOT NULL") return isColumn(operand) ? [operand.name] : [];
  if (op !== "NOT" || operand.type !== "unary" || operand.op !== "IS NULL") return [];
  return isColumn(operand.operand) ? [operand.operand.name] : [];
}
