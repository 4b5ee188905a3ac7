/** INSERT, UPDATE, DELETE, MERGE, COPY; also in WITH clauses. */
import type {
  CopyStmt,
  DeleteStmt,
  InferClause,
  InsertStmt,
  MergeStmt,
  Node,
  RangeVar,
  SelectStmt,
  UpdateStmt,
} from "@pgsql/types";
import { eitherOf, type Predicate } from "../../../model/expression.ts";
import type { Name, QualifiedName } from "../../../model/names.ts";
import type { InsertRows, Operation } from "../../../model/operation.ts";
import type { Span } from "../../../text/span.ts";
import { nameAt, relationEnd } from "./names.ts";
import { predicate } from "./predicate.ts";
import { Collector, queryFacts } from "./query.ts";
import { newScope, type Scope } from "./scope.ts";
import { strings, type Handlers } from "./tree.ts";
import type { TokenReader } from "./tokens.ts";
import { withTables, writtenRows } from "./written-rows.ts";

export const dataHandlers: Handlers = {
  InsertStmt: insertRows,
  UpdateStmt: updateRows,
  DeleteStmt: deleteRows,
  MergeStmt: mergeRows,
  CopyStmt: copyRows,
};

/** The operations of INSERT, UPDATE, DELETE and MERGE in WITH clauses. */
export function lowerModifying(reader: TokenReader, collector: Collector): Operation[] {
  return collector.modifying.flatMap(({ node, range }) =>
    lowerModification(reader.part(range), node, collector),
  );
}

/** `outer` gathers the statement around, whose CTEs stay visible. */
export function lowerModification(reader: TokenReader, node: Node, outer?: Collector): Operation[] {
  if ("InsertStmt" in node) return insertRows(reader, node.InsertStmt, outer);
  if ("UpdateStmt" in node) return updateRows(reader, node.UpdateStmt, outer);
  if ("DeleteStmt" in node) return deleteRows(reader, node.DeleteStmt, outer);
  if ("MergeStmt" in node) return mergeRows(reader, node.MergeStmt, outer);
  return [];
}

/** From the statement's keyword to its table. */
function tableHead(reader: TokenReader, relation: RangeVar | undefined, keyword: string): Span {
  const position = reader.at(relation?.location);
  let from = position;
  while (from > 0 && !reader.is(from, keyword)) from--;
  return reader.span(from, reader.nameEnd(position));
}

/** Column names of `(a, b)` or SET lists: each target has a location of its own. */
function targetNames(reader: TokenReader, nodes: readonly Node[] | undefined): Name[] {
  return (nodes ?? []).flatMap((node) =>
    "ResTarget" in node ? [nameAt(reader, reader.at(node.ResTarget.location), node.ResTarget.name)] : [],
  );
}

/** CTEs of the statement around stay visible. */
function scopeWithin(outer: Collector | undefined): Scope {
  const scope = newScope();
  if (outer !== undefined) for (const [name, cte] of outer.ctes) scope.ctes.set(name, cte);
  return scope;
}

/** 18: RETURNING knows the row before and after as `old` and `new`, where no FROM item is called so. */
function returning({ items, ctes, parent }: Scope, relation: QualifiedName): Scope {
  const rows = ["old", "new"].map((name) => ({ name, relation }));
  return { items, ctes, parent: { items: rows, ctes: new Map(), parent } };
}

function insertRows(reader: TokenReader, statement: InsertStmt, outer?: Collector): Operation[] {
  const collector = new Collector(reader);
  const scope = scopeWithin(outer);
  collector.with(statement.withClause, scope);
  const select = statement.selectStmt;
  let query: SelectStmt | undefined;
  if (select !== undefined && "SelectStmt" in select) query = select.SelectStmt;
  const inner = newScope(scope);
  const result = query === undefined ? undefined : collector.select(query, inner);
  const own = newScope(scope);
  const table = collector.target(statement.relation, own);
  const conflict = statement.onConflictClause;
  if (conflict !== undefined) {
    own.items.push({ name: "excluded", output: [] });
    conflictColumns(collector, conflict.infer?.indexElems, own, reader.at(conflict.infer?.location));
    collector.walk(conflict.infer?.whereClause, own);
    // `excluded.c` is the target's column.
    const update: Scope = {
      ...own,
      items: [...own.items.slice(0, 1), { name: "excluded", relation: table }],
    };
    collector.walk(conflict.targetList, update);
    collector.walk(conflict.whereClause, update);
  }
  collector.targets(statement.returningClause?.exprs, returning(own, table));
  const rows = query?.valuesLists?.length;
  const where = rows === undefined ? predicateOfQuery(reader, query, inner, scope) : undefined;
  const written = query === undefined ? undefined : writtenRows(query, withTables(statement.withClause));
  return [
    ...lowerModifying(reader, collector),
    {
      kind: "insertRows",
      span: reader.source.span,
      head: tableHead(reader, statement.relation, "insert"),
      table,
      columns: targetNames(reader, statement.cols),
      source: select === undefined ? "default" : rows === undefined ? "query" : "values",
      ...(written === undefined ? {} : { rows: written }),
      ...(conflict?.action === "ONCONFLICT_NOTHING" ? { onConflict: "nothing" as const } : {}),
      ...(conflict?.action === "ONCONFLICT_UPDATE" ? { onConflict: "update" as const } : {}),
      ...(conflict?.infer === undefined ? {} : conflictKey(conflict.infer)),
      query: {
        ...collector.facts(result === undefined ? {} : { ...result, output: undefined }),
        ...(collector.held.length === 0 ? {} : { held: collector.held }),
      },
      ...(where === undefined ? {} : { where }),
    },
  ];
}

/** `inner`: the scope of a plain SELECT, which is read already. */
function predicateOfQuery(
  reader: TokenReader,
  query: SelectStmt | undefined,
  inner: Scope,
  outer: Scope,
): Predicate | undefined {
  if (query?.op !== "SETOP_UNION") return predicate(reader, query?.whereClause, inner);
  const found: (Predicate | undefined)[] = [];
  const left = [query];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    if (next.op === "SETOP_UNION" && next.larg !== undefined && next.rarg !== undefined) {
      left.push(next.rarg, next.larg);
      continue;
    }
    const scope = newScope(outer);
    new Collector(reader).select(next, scope);
    found.push(predicate(reader, next.whereClause, scope));
  }
  return eitherOf(found);
}

/** `ON CONFLICT (a, lower(b))`. */
function conflictColumns(
  collector: Collector,
  elements: readonly Node[] | undefined,
  scope: Scope,
  open: number,
): void {
  const parts = collector.reader.list(open);
  const table = scope.items[0]?.relation;
  (elements ?? []).forEach((node, i) => {
    if (!("IndexElem" in node)) return;
    const { name, expr } = node.IndexElem;
    const position = parts[i]?.from ?? open;
    if (name === undefined) collector.walk(expr, scope);
    else collector.columns.push({ table, column: name, span: collector.reader.span(position, position + 1) });
  });
}

function conflictKey({ indexElems = [], whereClause }: InferClause): Pick<InsertRows, "conflictKey"> {
  const names = indexElems.map((node) => ("IndexElem" in node ? node.IndexElem.name : undefined));
  const isPlain = whereClause === undefined && names.length > 0;
  return isPlain && names.every((name) => name !== undefined) ? { conflictKey: names } : {};
}

function updateRows(reader: TokenReader, statement: UpdateStmt, outer?: Collector): Operation[] {
  const collector = new Collector(reader);
  const scope = scopeWithin(outer);
  collector.with(statement.withClause, scope);
  const table = collector.target(statement.relation, scope);
  collector.from(statement.fromClause, scope);
  collector.walk(statement.targetList, scope);
  collector.condition(statement.whereClause, scope);
  collector.targets(statement.returningClause?.exprs, returning(scope, table));
  const where = predicate(reader, statement.whereClause, scope, alias(statement.relation));
  return [
    ...lowerModifying(reader, collector),
    {
      kind: "updateRows",
      span: reader.source.span,
      head: tableHead(reader, statement.relation, "update"),
      table,
      columns: targetNames(reader, statement.targetList),
      ...setToDefault(statement.targetList),
      ...(where === undefined ? {} : { where }),
      ...qualifier(statement.relation, statement.fromClause),
      query: collector.facts(),
    },
  ];
}

function setToDefault(nodes: readonly Node[] | undefined): { defaults?: string[] } {
  const defaults = (nodes ?? []).flatMap((node) => {
    if (!("ResTarget" in node)) return [];
    const { name, val } = node.ResTarget;
    return name !== undefined && val !== undefined && "SetToDefault" in val ? [name] : [];
  });
  return defaults.length === 0 ? {} : { defaults };
}

const alias = (relation: RangeVar | undefined): string | undefined =>
  relation?.alias?.aliasname ?? relation?.relname;

/** See `UpdateRows.among`. */
function qualifier(relation: RangeVar | undefined, others: readonly Node[] = []): { among?: string } {
  const among = relation?.alias?.aliasname ?? (others.length > 0 ? relation?.relname : undefined);
  return among === undefined ? {} : { among };
}

function deleteRows(reader: TokenReader, statement: DeleteStmt, outer?: Collector): Operation[] {
  const collector = new Collector(reader);
  const scope = scopeWithin(outer);
  collector.with(statement.withClause, scope);
  const table = collector.target(statement.relation, scope);
  collector.from(statement.usingClause, scope);
  collector.walk(statement.whereClause, scope);
  collector.targets(statement.returningClause?.exprs, returning(scope, table));
  const where = predicate(reader, statement.whereClause, scope, alias(statement.relation));
  return [
    ...lowerModifying(reader, collector),
    {
      kind: "deleteRows",
      span: reader.source.span,
      head: tableHead(reader, statement.relation, "delete"),
      table,
      ...(where === undefined ? {} : { where }),
      ...qualifier(statement.relation, statement.usingClause),
      query: collector.facts(),
    },
  ];
}

function mergeRows(reader: TokenReader, statement: MergeStmt, outer?: Collector): Operation[] {
  const collector = new Collector(reader);
  const scope = scopeWithin(outer);
  collector.with(statement.withClause, scope);
  const table = collector.target(statement.relation, scope);
  if (statement.sourceRelation !== undefined) collector.from([statement.sourceRelation], scope);
  collector.walk(statement.joinCondition, scope);
  collector.walk(statement.mergeWhenClauses, scope);
  collector.targets(statement.returningClause?.exprs, returning(scope, table));
  return [
    ...lowerModifying(reader, collector),
    {
      kind: "mergeRows",
      span: reader.source.span,
      head: tableHead(reader, statement.relation, "merge"),
      table,
      query: collector.facts(),
    },
  ];
}

function copyRows(reader: TokenReader, statement: CopyStmt): Operation[] {
  const collector = new Collector(reader);
  const scope = newScope();
  const names = strings(statement.attlist);
  const direction: "from" | "to" = statement.is_from === true ? "from" : "to";
  const base = {
    kind: "copyRows" as const,
    span: reader.source.span,
    direction: direction,
    program: statement.is_program === true,
  };
  if (statement.relation === undefined) {
    const { facts, collector: inner } = queryFacts(reader, statement.query);
    return [
      ...lowerModifying(reader, inner),
      { ...base, head: reader.span(0, 1), columns: [], query: facts },
    ];
  }
  const table = collector.target(statement.relation, scope);
  const parts = reader.list(relationEnd(reader, statement.relation));
  collector.walk(statement.whereClause, scope);
  return [
    {
      ...base,
      head: { start: reader.source.span.start, end: table.span.end },
      table,
      columns: names.map((text, i) => nameAt(reader, parts[i]?.from ?? 0, text)),
      ...(statement.whereClause === undefined ? {} : { query: collector.facts() }),
    },
  ];
}
