/** SELECT, VALUES, SELECT INTO, CALL, and the functions that run by them. */
import type { FuncCall, Node, SelectStmt } from "@pgsql/types";
import type { QualifiedName } from "../../../model/names.ts";
import type { Operation } from "../../../model/operation.ts";
import { lowerModification, lowerModifying } from "./data.ts";
import { listedName, relationName } from "./names.ts";
import { handedTexts } from "./quoted.ts";
import { predicate } from "./predicate.ts";
import { queryFacts, type Collector } from "./query.ts";
import { newScope } from "./scope.ts";
import { setConfig } from "./session.ts";
import { intoTable } from "./table.ts";
import { strings, type Handlers } from "./tree.ts";
import type { TokenReader } from "./tokens.ts";
import { functionVolatility } from "./volatility.ts";

export const selectHandlers: Handlers = {
  SelectStmt: selectRows,
  CallStmt: (reader, statement) => {
    const call = statement.funccall;
    return call === undefined ? [] : [callFunction(reader, call, true)];
  },
};

/** A statement of an SQL-standard function body. */
export function lowerQuery(reader: TokenReader, node: Node): Operation[] {
  if ("SelectStmt" in node) return selectRows(reader, node.SelectStmt);
  return lowerModification(reader, node);
}

function callFunction(reader: TokenReader, call: FuncCall, procedure: boolean): Operation {
  const position = reader.at(call.location);
  const names = strings(call.funcname);
  const name = listedName(reader, names, position);
  const texts = handedTexts(reader, call, names);
  let end = reader.nameEnd(position);
  if (reader.is(end, "(")) end = reader.close(end) + 1;
  return {
    kind: "callFunction",
    span: procedure ? reader.source.span : reader.span(position, end),
    head: procedure ? reader.span(0, reader.nameEnd(position)) : name.span,
    function: name,
    literals: call.args?.map(stringOf),
    named: call.args?.flatMap(nameOf),
    ...(texts.length === 0 ? {} : { texts }),
    procedure,
  };
}

function stringOf(node: Node): string | undefined {
  if ("TypeCast" in node) return node.TypeCast.arg && stringOf(node.TypeCast.arg);
  return "A_Const" in node ? node.A_Const.sval?.sval : undefined;
}

/** Of an argument that is given by name, and isn't FALSE. */
function nameOf(node: Node): readonly string[] {
  if (!("NamedArgExpr" in node)) return [];
  const { name = "", arg } = node.NamedArgExpr;
  const value = arg !== undefined && "A_Const" in arg ? arg.A_Const.boolval : undefined;
  return value !== undefined && value.boolval !== true ? [] : [name];
}

/** Built-in functions run no statements of the history. */
function isOwn(call: FuncCall): boolean {
  const names = strings(call.funcname);
  if (names.length > 1 && names.at(-2) === "pg_catalog") return false;
  return names.length > 1 || functionVolatility(names[0] ?? "") === "unknown";
}

function selectRows(reader: TokenReader, statement: SelectStmt): Operation[] {
  if (statement.intoClause !== undefined) {
    const into = statement.intoClause;
    const query = { SelectStmt: statement };
    const end = reader.nameEnd(reader.at(into.rel?.location));
    const keyword = reader.find("into");
    return intoTable(reader, into, query, false, reader.span(keyword < 0 ? 0 : keyword, end));
  }
  const calls: FuncCall[] = [];
  for (const target of statement.targetList ?? []) {
    const value = "ResTarget" in target ? target.ResTarget.val : undefined;
    if (value !== undefined) topCalls(value, calls);
  }
  for (const item of statement.fromClause ?? []) if ("RangeFunction" in item) topCalls(item, calls);
  const settings = calls.flatMap((call) => setConfig(reader, call));
  if (
    settings.length > 0 &&
    settings.length === statement.targetList?.length &&
    statement.fromClause === undefined
  ) {
    return settings;
  }
  const { facts, collector } = queryFacts(reader, { SelectStmt: statement });
  const where = onlyPredicate(reader, statement);
  return [
    ...lowerModifying(reader, collector),
    {
      kind: "selectRows",
      span: reader.source.span,
      head: reader.span(0, 1),
      query: facts,
      locking: statement.lockingClause !== undefined,
      ...lockedBy(collector, statement),
      ...(where === undefined ? {} : { where }),
    },
    ...settings,
    ...calls.filter(isOwn).map((call) => callFunction(reader, call, false)),
  ];
}

/** The WHERE of a query over one relation. */
function onlyPredicate(reader: TokenReader, statement: SelectStmt) {
  const [item] = statement.fromClause ?? [];
  if (statement.fromClause?.length !== 1 || item === undefined || !("RangeVar" in item)) return undefined;
  const scope = newScope();
  const relation = relationName(reader, item.RangeVar);
  const name = item.RangeVar.alias?.aliasname ?? relation.name;
  scope.items.push({ name, relation });
  return predicate(reader, statement.whereClause, scope, name);
}

/** FOR UPDATE OF a, b: the relations behind the names. */
function lockedBy(collector: Collector, statement: SelectStmt): { locked?: QualifiedName[] } {
  const names = (statement.lockingClause ?? []).flatMap((node) =>
    "LockingClause" in node ? (node.LockingClause.lockedRels ?? []) : [],
  );
  if (names.length === 0) return {};
  const aliases = new Map<string, string>();
  for (const node of statement.fromClause ?? [])
    if ("RangeVar" in node) {
      const { alias, relname = "" } = node.RangeVar;
      aliases.set(alias?.aliasname ?? relname, relname);
    }
  const wanted = names.flatMap((node) => ("RangeVar" in node ? [node.RangeVar.relname ?? ""] : []));
  if (!wanted.every((name) => aliases.has(name))) return {};
  const tables = wanted.map((name) => aliases.get(name));
  return { locked: collector.relations.filter(({ name }) => tables.includes(name)) };
}

/** Calls of a target, also within casts and arguments. */
function topCalls(node: unknown, calls: FuncCall[]): void {
  if (Array.isArray(node)) {
    for (const element of node) topCalls(element, calls);
    return;
  }
  if (typeof node !== "object" || node === null) return;
  for (const [key, child] of Object.entries(node)) {
    if (key === "SubLink") continue;
    if (key === "FuncCall") calls.push(child as FuncCall);
    topCalls(child, calls);
  }
}
