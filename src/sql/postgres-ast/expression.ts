/** Facts about expressions. */
import type { Expr } from "pgsql-ast-parser";
import type { Expression, Volatility } from "../../model/expression.ts";
import type { Scope } from "../postgres/lower/scope.ts";
import type { Range, TokenReader } from "../postgres/lower/tokens.ts";
import { functionVolatility } from "../postgres/lower/volatility.ts";
import { isColumn, isConstant, isNull } from "./nodes.ts";
import { Collector } from "./query.ts";
import { castType } from "./type.ts";

/** The facts of `node`, whose text is the tokens of `range`. */
export function expression(reader: TokenReader, node: Expr, range: Range, scope: Scope): Expression {
  const collector = new Collector(reader);
  collector.walk(node, scope);
  const span = reader.span(range.from, range.to);
  const { columns, functions } = collector.facts();
  const castOf =
    node.type === "cast" && isColumn(node.operand)
      ? { column: node.operand.name, type: castType(reader, node) }
      : undefined;
  return {
    text: reader.text(span),
    span,
    constant: isConstant(node),
    isNull: isNull(node),
    volatility: volatilityOf(collector),
    columns,
    functions,
    subquery: collector.subquery,
    provesNotNull: provenNotNull(node),
    ...(castOf === undefined ? {} : { castOf }),
    ...(isColumn(node) ? { bareColumn: node.name } : {}),
  };
}

const ranks: readonly Volatility[] = ["immutable", "stable", "unknown", "volatile"];

/** The most volatile part decides; an unknown function may be anything up to volatile. */
function volatilityOf(collector: Collector): Volatility {
  let rank = collector.stableKeyword || collector.relations.length > 0 ? 1 : 0;
  for (const { name, arguments: count } of collector.calls) {
    const outside = name.schema !== undefined && name.schema !== "pg_catalog";
    const volatility = outside ? "unknown" : functionVolatility(name.name, count);
    rank = Math.max(rank, ranks.indexOf(volatility));
  }
  return ranks[rank] ?? "unknown";
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
