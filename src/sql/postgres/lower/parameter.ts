/** Values of settings; WITH (…), SET (…), RESET (…) and the options of VACUUM. */
import type { Node } from "@pgsql/types";
import type { StorageParameter } from "../../../model/operation.ts";
import { strings } from "./tree.ts";

/** A setting's value without its quotes. */
export function settingText(node: Node): string {
  if ("A_Const" in node) {
    const { ival, fval, sval, boolval, isnull } = node.A_Const;
    if (sval !== undefined) return sval.sval ?? "";
    if (fval !== undefined) return fval.fval ?? "";
    if (boolval !== undefined) return boolval.boolval === true ? "true" : "false";
    if (isnull === true) return "";
    return String(ival?.ival ?? 0);
  }
  if ("TypeCast" in node) return node.TypeCast.arg === undefined ? "" : settingText(node.TypeCast.arg);
  if ("String" in node) return node.String.sval ?? "";
  // `off` is no reserved word, so that it reads as a type's name.
  if ("TypeName" in node) return strings(node.TypeName.names).at(-1) ?? "";
  if ("Integer" in node) return String(node.Integer.ival ?? 0);
  if ("Float" in node) return node.Float.fval ?? "";
  if ("A_Expr" in node && node.A_Expr.lexpr === undefined && node.A_Expr.rexpr !== undefined) {
    return `${strings(node.A_Expr.name)[0] ?? ""}${settingText(node.A_Expr.rexpr)}`;
  }
  return "";
}

export function parameters(nodes: readonly Node[] | undefined, reset = false): StorageParameter[] {
  return (nodes ?? []).flatMap((node) => {
    if (!("DefElem" in node)) return [];
    const { defname = "", defnamespace, arg } = node.DefElem;
    const name = defnamespace === undefined ? defname : `${defnamespace}.${defname}`;
    if (reset) return [{ name }];
    return [{ name, value: arg === undefined ? "true" : settingText(arg) }];
  });
}

/** Nothing where nothing is written. */
export function withParameters(nodes: readonly Node[] | undefined): { options?: StorageParameter[] } {
  const options = parameters(nodes);
  return options.length === 0 ? {} : { options };
}
