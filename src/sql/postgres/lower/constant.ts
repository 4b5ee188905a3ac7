import type { Node } from "@pgsql/types";
import { strings } from "./tree.ts";

/** A literal, perhaps with a sign, cast or collation, or an array of such. */
export function isConstant(node: Node): boolean {
  if ("A_Const" in node) return true;
  if ("TypeCast" in node) return node.TypeCast.arg !== undefined && isConstant(node.TypeCast.arg);
  if ("CollateClause" in node)
    return node.CollateClause.arg !== undefined && isConstant(node.CollateClause.arg);
  if ("A_ArrayExpr" in node) return (node.A_ArrayExpr.elements ?? []).every(isConstant);
  if ("A_Expr" in node) {
    const { kind, lexpr, rexpr, name } = node.A_Expr;
    const operator = strings(name)[0];
    return (
      kind === "AEXPR_OP" &&
      lexpr === undefined &&
      rexpr !== undefined &&
      (operator === "-" || operator === "+") &&
      isConstant(rexpr)
    );
  }
  return false;
}
