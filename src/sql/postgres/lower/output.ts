/** Names that the server gives to result columns without AS (`FigureColname` in its words). */
import type { Node } from "@pgsql/types";
import { strings } from "./tree.ts";

/** `?column?` where the expression suggests none. */
export function outputName(node: Node | undefined): string {
  return (node === undefined ? undefined : suggested(node)) ?? "?column?";
}

function suggested(node: Node): string | undefined {
  if ("ColumnRef" in node) return strings(node.ColumnRef.fields).at(-1);
  if ("FuncCall" in node) return strings(node.FuncCall.funcname).at(-1);
  if ("A_Indirection" in node) {
    const field = strings(node.A_Indirection.indirection).at(-1);
    return field ?? (node.A_Indirection.arg === undefined ? undefined : suggested(node.A_Indirection.arg));
  }
  if ("TypeCast" in node) {
    const inner = node.TypeCast.arg === undefined ? undefined : suggested(node.TypeCast.arg);
    return inner ?? strings(node.TypeCast.typeName?.names).at(-1);
  }
  if ("CollateClause" in node) {
    return node.CollateClause.arg === undefined ? undefined : suggested(node.CollateClause.arg);
  }
  if ("CaseExpr" in node) {
    const otherwise = node.CaseExpr.defresult === undefined ? undefined : suggested(node.CaseExpr.defresult);
    return otherwise ?? "case";
  }
  if ("CoalesceExpr" in node) return "coalesce";
  if ("MinMaxExpr" in node) return node.MinMaxExpr.op === "IS_GREATEST" ? "greatest" : "least";
  if ("A_ArrayExpr" in node) return "array";
  if ("RowExpr" in node) return "row";
  if ("SQLValueFunction" in node) {
    return node.SQLValueFunction.op?.replace("SVFOP_", "").replace(/_N$/, "").toLowerCase();
  }
  if ("SubLink" in node) return subLinkName(node);
  if ("A_Expr" in node && node.A_Expr.kind === "AEXPR_NULLIF") return "nullif";
  return undefined;
}

function subLinkName(node: Extract<Node, { SubLink: unknown }>): string | undefined {
  const { subLinkType, subselect } = node.SubLink;
  if (subLinkType === "EXISTS_SUBLINK") return "exists";
  if (subLinkType === "ARRAY_SUBLINK") return "array";
  if (subLinkType !== "EXPR_SUBLINK" || subselect === undefined || !("SelectStmt" in subselect))
    return undefined;
  const first = subselect.SelectStmt.targetList?.[0];
  if (first === undefined || !("ResTarget" in first)) return undefined;
  return first.ResTarget.name ?? outputName(first.ResTarget.val);
}
