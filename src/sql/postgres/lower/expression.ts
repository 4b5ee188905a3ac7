/** Facts about expressions. */
import type { Node } from "@pgsql/types";
import type { Expression } from "../../../model/expression.ts";
import type { QualifiedName } from "../../../model/names.ts";
import { isConstant } from "./constant.ts";
import { Collector } from "./query.ts";
import { newScope, type Scope } from "./scope.ts";
import type { Range, TokenReader } from "./tokens.ts";
import { columnType } from "./type.ts";

/** A scope that holds one table, also under the names `aliases`. */
export function tableScope(table: QualifiedName | undefined, ...aliases: readonly string[]): Scope {
  const scope = newScope();
  if (table === undefined) return scope;
  scope.table = table.name;
  scope.items.push({ name: table.name, relation: table });
  for (const name of aliases) scope.items.push({ name, relation: table });
  return scope;
}

export function expression(
  reader: TokenReader,
  node: Node | undefined,
  range: Range,
  scope: Scope,
): Expression {
  const collector = new Collector(reader);
  collector.walk(node, scope);
  const span = reader.span(range.from, range.to);
  const facts = collector.facts();
  const cast = node === undefined ? undefined : castOf(reader, node);
  const bare = node === undefined ? undefined : columnName(node);
  const type = node !== undefined && "TypeCast" in node ? node.TypeCast.typeName : undefined;
  return {
    text: reader.text(span),
    span,
    constant: node !== undefined && isConstant(node),
    isNull: node !== undefined && isNull(node),
    volatility: collector.volatility(),
    columns: facts.columns,
    functions: facts.functions,
    subquery: collector.subquery,
    ...(facts.relations.length === 0 ? {} : { relations: facts.relations }),
    provesNotNull: node === undefined ? [] : provenNotNull(node),
    ...(cast === undefined ? {} : { castOf: cast }),
    ...(type === undefined ? {} : { valueType: columnType(reader, type) }),
    ...(bare === undefined ? {} : { bareColumn: bare }),
  };
}

/** The last part of a column reference; undefined for anything else. */
export function columnName(node: Node): string | undefined {
  if (!("ColumnRef" in node)) return undefined;
  const last = node.ColumnRef.fields?.at(-1);
  return last !== undefined && "String" in last ? last.String.sval : undefined;
}

function isNull(node: Node): boolean {
  if ("A_Const" in node) return node.A_Const.isnull === true;
  if ("TypeCast" in node) return node.TypeCast.arg !== undefined && isNull(node.TypeCast.arg);
  return false;
}

function provenNotNull(node: Node): readonly string[] {
  if ("NullTest" in node && node.NullTest.nulltesttype === "IS_NOT_NULL" && node.NullTest.arg !== undefined) {
    const column = columnName(node.NullTest.arg);
    return column === undefined ? [] : [column];
  }
  if ("BoolExpr" in node && node.BoolExpr.boolop === "AND_EXPR") {
    return (node.BoolExpr.args ?? []).flatMap(provenNotNull);
  }
  if ("BoolExpr" in node && node.BoolExpr.boolop === "NOT_EXPR") {
    const inner = node.BoolExpr.args?.[0];
    if (inner !== undefined && "NullTest" in inner && inner.NullTest.nulltesttype === "IS_NULL") {
      const column = inner.NullTest.arg === undefined ? undefined : columnName(inner.NullTest.arg);
      return column === undefined ? [] : [column];
    }
  }
  return [];
}

function castOf(reader: TokenReader, node: Node): Expression["castOf"] {
  if (!("TypeCast" in node) || node.TypeCast.arg === undefined) return undefined;
  const column = columnName(node.TypeCast.arg);
  return column === undefined ? undefined : { column, type: columnType(reader, node.TypeCast.typeName) };
}

/** The tokens between the parentheses that open at `position`. */
export function insideBrackets(reader: TokenReader, position: number): Range {
  return { from: position + 1, to: reader.close(position) };
}
