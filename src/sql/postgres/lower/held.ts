/** What a condition holds columns to, where it is true: `p.role_id = r.id AND r.name = 'admin'`. */
import type { A_Expr, Node } from "@pgsql/types";
import type { HeldColumn, RelationColumn } from "../../../model/expression.ts";
import { isConstant } from "./constant.ts";
import { findItem, holders, type Scope } from "./scope.ts";
import { items, strings } from "./tree.ts";
import type { TokenReader } from "./tokens.ts";

/** One for each equality of its AND; of OR and NOT, nothing is said. */
export function heldColumns(
  reader: TokenReader,
  condition: Node | undefined,
  scope: Scope,
): readonly HeldColumn[] {
  if (condition === undefined) return [];
  if ("BoolExpr" in condition && condition.BoolExpr.boolop === "AND_EXPR")
    return (condition.BoolExpr.args ?? []).flatMap((part) => heldColumns(reader, part, scope));
  return "A_Expr" in condition ? equality(reader, condition.A_Expr, scope) : [];
}

function equality(
  reader: TokenReader,
  { kind, name, lexpr, rexpr }: A_Expr,
  scope: Scope,
): readonly HeldColumn[] {
  if (lexpr === undefined || rexpr === undefined || strings(name).at(-1) !== "=") return [];
  const left = columnOf(reader, lexpr, scope);
  if (kind === "AEXPR_IN") return left !== undefined && items(rexpr).every(isConstant) ? [left] : [];
  if (kind !== "AEXPR_OP") return [];
  const right = columnOf(reader, rexpr, scope);
  if (left !== undefined && right !== undefined)
    return [
      { ...left, to: right },
      { ...right, to: left },
    ];
  if (left !== undefined) return isGiven(rexpr, scope) ? [left] : [];
  return right !== undefined && isGiven(lexpr, scope) ? [right] : [];
}

function columnOf(reader: TokenReader, node: Node, scope: Scope): RelationColumn | undefined {
  if (!("ColumnRef" in node)) return undefined;
  const names = strings(node.ColumnRef.fields);
  const column = names.at(-1);
  if (column === undefined || names.length > 2) return undefined;
  if (reader.source.variables?.has(names[0] ?? "") === true) return undefined;
  const [qualifier] = names.length === 2 ? names : [];
  const table = qualifier === undefined ? holders(scope, column).table : findItem(scope, qualifier)?.relation;
  return table === undefined ? undefined : { table, column };
}

/** A literal, or a column of VALUES. */
function isGiven(node: Node, scope: Scope): boolean {
  if (isConstant(node)) return true;
  if (!("ColumnRef" in node)) return false;
  const qualifier = strings(node.ColumnRef.fields).at(-2);
  return qualifier !== undefined && findItem(scope, qualifier)?.listed === true;
}
