/** Names that the server gives to result columns without AS. */
import type { Expr } from "pgsql-ast-parser";
import type { TokenReader } from "../postgres/lower/tokens.ts";
import { calledName, isPlainSelect, isQuery } from "./nodes.ts";
import { castType, catalogName } from "./type.ts";

/** `?column?` where the expression suggests none. */
export function outputName(reader: TokenReader, node: Expr): string {
  return suggested(reader, node) ?? "?column?";
}

function suggested(reader: TokenReader, node: Expr): string | undefined {
  switch (node.type) {
    case "ref":
      return node.name;
    case "call": {
      const name = calledName(node);
      if (name === "any" || name === "all" || name === "some") return undefined;
      return name === "trim" ? "btrim" : node.function.name;
    }
    case "cast":
      return suggested(reader, node.operand) ?? catalogName(castType(reader, node));
    case "case":
      return (node.else ? suggested(reader, node.else) : undefined) ?? "case";
    case "keyword":
      return node.keyword;
    case "extract":
    case "overlay":
    case "substring":
      return node.type;
    case "array":
    case "array select":
      return "array";
    case "arrayIndex":
      return suggested(reader, node.array);
    case "binary":
      return node.op === "AT TIME ZONE" ? "timezone" : undefined;
    default: {
      if (!isQuery(node) || !isPlainSelect(node)) return undefined;
      const first = node.columns?.[0];
      return first === undefined ? undefined : (first.alias?.name ?? outputName(reader, first.expr));
    }
  }
}
