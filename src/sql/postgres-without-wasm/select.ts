/** SELECT, VALUES, and the functions that run by them. */
import type { Expr, ExprCall, From, SelectStatement } from "pgsql-ast-parser";
import type { Operation } from "../../model/operation.ts";
import type { TokenReader } from "../postgres/lower/tokens.ts";
import { functionVolatility } from "../postgres/lower/volatility.ts";
import { lowerModification, lowerModifying } from "./data.ts";
import { positionOf, qualified } from "./names.ts";
import { isConstant, isFunctionCall, isNull, isObject, isPlainSelect, isQuery } from "./nodes.ts";
import { isWith, queryFacts } from "./query.ts";

export function lowerSelect(reader: TokenReader, statement: SelectStatement): Operation[] {
  if (isWith(statement) && !isQuery(statement.in)) return lowerModification(reader, statement.in, statement);
  let query = statement;
  while (isWith(query) && isQuery(query.in)) query = query.in;
  const plain = isPlainSelect(query) ? query : undefined;
  const calls: ExprCall[] = [];
  for (const { expr } of plain?.columns ?? []) topCalls(expr, calls);
  for (const item of topItems(plain?.from ?? [])) if (item.type === "call") topCalls(item, calls);
  const settings = calls.flatMap((call) => setConfig(reader, call));
  const onlySettings = settings.length === plain?.columns?.length && (plain.from ?? []).length === 0;
  if (settings.length > 0 && onlySettings) return settings;
  const { facts, collector } = queryFacts(reader, statement);
  return [
    ...lowerModifying(reader, collector),
    {
      kind: "selectRows",
      span: reader.source.span,
      head: reader.span(0, 1),
      query: facts,
      locking: plain?.for !== undefined,
    },
    ...settings,
    ...calls.filter(isOwn).map((call) => callFunction(reader, call)),
  ];
}

/** FROM items that are no part of a join. */
const topItems = (items: readonly From[]): readonly From[] =>
  items.filter((item, i) => !item.join && !items[i + 1]?.join);

/** Calls of a target, also within casts and arguments; not those in sub-selects. */
function topCalls(node: unknown, calls: ExprCall[]): void {
  if (Array.isArray(node)) {
    for (const element of node) topCalls(element, calls);
    return;
  }
  if (!isObject(node)) return;
  const { type } = node;
  if (type === "array select" || (typeof type === "string" && isQuery({ type } as SelectStatement))) return;
  if (type === "call") {
    const call = node as unknown as ExprCall;
    if (isFunctionCall(call)) calls.push(call);
  }
  for (const key in node) if (key !== "_location") topCalls(node[key], calls);
}

/** Built-in functions run no statements of the history. */
function isOwn({ function: { schema, name } }: ExprCall): boolean {
  return schema === undefined
    ? functionVolatility(name) === "unknown" && name !== "trim"
    : schema !== "pg_catalog";
}

function callFunction(reader: TokenReader, call: ExprCall): Operation {
  const position = positionOf(reader, call.function);
  const name = qualified(reader, call.function);
  let end = reader.nameEnd(position);
  if (reader.is(end, "(")) end = reader.close(end) + 1;
  return {
    kind: "callFunction",
    span: reader.span(position, end),
    head: name.span,
    function: name,
    literals: call.args.length === 0 ? undefined : call.args.map(stringOf),
    // This parser refuses arguments that are given by name.
    named: call.args.length === 0 ? undefined : [],
    procedure: false,
  };
}

function stringOf(node: Expr): string | undefined {
  if (node.type === "cast") return stringOf(node.operand);
  return node.type === "string" ? node.value : undefined;
}

/** `set_config('name', 'value', is_local)` with a constant name. */
function setConfig(reader: TokenReader, call: ExprCall): Operation[] {
  const { name: called, schema } = call.function;
  if (called !== "set_config" || (schema !== undefined && schema !== "pg_catalog")) return [];
  const [name, value, local] = call.args;
  if (name?.type !== "string" || value === undefined) return [];
  const position = positionOf(reader, call.function);
  const open = reader.nameEnd(position);
  const inner = value.type === "cast" ? value.operand : value;
  const readable = isConstant(inner) && !isNull(inner) && "value" in inner;
  return [
    {
      kind: "setOption",
      span: reader.span(position, reader.close(open) + 1),
      head: reader.span(position, open),
      name: name.value.toLowerCase(),
      ...(readable ? { value: String(inner.value) } : {}),
      local: local?.type === "boolean" && local.value,
    },
  ];
}
