/** How many rows a query gives that reads no table, where that is written: `VALUES`, `generate_series(1, 20)`. */
import type { Node, SelectStmt, WithClause } from "@pgsql/types";

/** More are a load of rows, as those of a table. */
const most = 1000;

/** Undefined: it isn't known, or they are many. A WHERE may leave some out. */
export function writtenRows(query: SelectStmt, above: Tables = new Map()): number | undefined {
  const tables = withTables(query.withClause, above);
  if (query.valuesLists !== undefined) return query.valuesLists.length;
  if (query.op === "SETOP_UNION" && query.larg !== undefined && query.rarg !== undefined) {
    const [left, right] = [writtenRows(query.larg, tables), writtenRows(query.rarg, tables)];
    return left === undefined || right === undefined ? undefined : left + right;
  }
  if (query.op !== "SETOP_NONE") return undefined;
  const counts = [...(query.fromClause ?? []).map((item) => ofItem(item, tables)), ofTargets(query)];
  const all = counts.reduce<number>((product, count) => product * (count ?? Infinity), 1);
  return all <= most ? all : undefined;
}

/** The rows that each CTE has. */
type Tables = ReadonlyMap<string, number>;

export function withTables(clause: WithClause | undefined, above: Tables = new Map()): Tables {
  const tables = new Map(above);
  for (const node of clause?.ctes ?? []) {
    if (!("CommonTableExpr" in node)) continue;
    const { ctename = "", ctequery } = node.CommonTableExpr;
    const isRead = clause?.recursive !== true && ctequery !== undefined && "SelectStmt" in ctequery;
    const rows = isRead ? writtenRows(ctequery.SelectStmt, tables) : undefined;
    if (rows === undefined) tables.delete(ctename);
    else tables.set(ctename, rows);
  }
  return tables;
}

function ofItem(item: Node, tables: Tables): number | undefined {
  if ("RangeVar" in item)
    return item.RangeVar.schemaname === undefined ? tables.get(item.RangeVar.relname ?? "") : undefined;
  if ("RangeSubselect" in item) {
    const { subquery } = item.RangeSubselect;
    return subquery !== undefined && "SelectStmt" in subquery
      ? writtenRows(subquery.SelectStmt, tables)
      : undefined;
  }
  if (!("RangeFunction" in item)) return undefined;
  const [first, ...others] = item.RangeFunction.functions ?? [];
  if (first === undefined || others.length > 0 || !("List" in first)) return undefined;
  const [call] = first.List.items ?? [];
  return call === undefined ? undefined : ofCall(call);
}

/** A select list gives one row, but for functions that give several. */
function ofTargets({ targetList = [] }: SelectStmt): number | undefined {
  const calls = targetList.flatMap((target) =>
    "ResTarget" in target && target.ResTarget.val !== undefined && "FuncCall" in target.ResTarget.val
      ? [target.ResTarget.val]
      : [],
  );
  const several = calls.filter((call) => /^(?:generate_series|unnest)$/.test(nameOf(call)));
  const [only, ...others] = several;
  if (only === undefined) return 1;
  return others.length > 0 ? undefined : ofCall(only);
}

function ofCall(call: Node): number | undefined {
  if (!("FuncCall" in call)) return undefined;
  const [first, second, ...others] = call.FuncCall.args ?? [];
  if (nameOf(call) === "unnest")
    return first !== undefined && "A_ArrayExpr" in first ? first.A_ArrayExpr.elements?.length : undefined;
  const [from, to] = [first, second].map((arg) => (arg === undefined ? undefined : numberIn(arg)));
  if (nameOf(call) !== "generate_series" || from === undefined || to === undefined) return undefined;
  return others.length === 0 && to >= from ? to - from + 1 : undefined;
}

function nameOf(call: Node): string {
  const last = "FuncCall" in call ? call.FuncCall.funcname?.at(-1) : undefined;
  return last !== undefined && "String" in last ? (last.String.sval ?? "") : "";
}

const numberIn = (node: Node): number | undefined =>
  "A_Const" in node && node.A_Const.ival !== undefined ? (node.A_Const.ival.ival ?? 0) : undefined;
