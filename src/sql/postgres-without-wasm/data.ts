/** INSERT, UPDATE, DELETE; also in WITH clauses. */
import type { SelectResult } from "../postgres/lower/gathered.ts";
import type {
  DeleteStatement,
  InsertStatement,
  OnConflictAction,
  SelectedColumn,
  SelectStatement,
  UpdateStatement,
} from "pgsql-ast-parser";
import { eitherOf, type Predicate } from "../../model/expression.ts";
import type { QualifiedName } from "../../model/names.ts";
import type { InsertRows, Operation } from "../../model/operation.ts";
import type { Span } from "../../text/span.ts";
import { newScope, type Scope } from "../postgres/lower/scope.ts";
import type { TokenReader } from "../postgres/lower/tokens.ts";
import { named, positionOf } from "./names.ts";
import { isColumn, isPlainSelect } from "./nodes.ts";
import { predicate } from "./predicate.ts";
import { Collector, isWith, type Modification, type With } from "./query.ts";

/** The statement that a WITH clause is for, or the operations of one without. */
export interface Around {
  readonly collector: Collector;
  readonly scope: Scope;
}

/** `clause`: the WITH before it; `outer`: the statement around, whose CTEs stay visible. */
export function lowerModification(
  reader: TokenReader,
  node: Modification,
  clause?: With,
  outer?: Collector,
): Operation[] {
  const collector = new Collector(reader);
  const scope = newScope();
  if (outer !== undefined) for (const [name, cte] of outer.ctes) scope.ctes.set(name, cte);
  if (clause !== undefined) collector.with(clause, scope);
  const around = { collector, scope };
  if (node.type === "insert") return insertRows(reader, node, around);
  if (node.type === "update") return updateRows(reader, node, around);
  return deleteRows(reader, node, around);
}

/** The operations of INSERT, UPDATE and DELETE in WITH clauses. */
export function lowerModifying(reader: TokenReader, collector: Collector): Operation[] {
  return collector.modifying.flatMap(({ node, range }) =>
    lowerModification(reader.part(range), node, undefined, collector),
  );
}

/** From the statement's keyword to its table. */
function tableHead(reader: TokenReader, position: number, keyword: string): Span {
  let from = position;
  while (from > 0 && !reader.is(from, keyword)) from--;
  return reader.span(from, reader.nameEnd(position));
}

/** 18: RETURNING knows the row before and after as `old` and `new`. */
function returning(
  { collector, scope }: Around,
  relation: QualifiedName,
  columns: readonly SelectedColumn[] | null | undefined,
): void {
  const rows = ["old", "new"].map((name) => ({ name, relation }));
  collector.targets(columns, { ...scope, parent: { items: rows, ctes: new Map(), parent: scope.parent } });
}

function insertRows(reader: TokenReader, statement: InsertStatement, around: Around): Operation[] {
  const { collector, scope } = around;
  let source: SelectStatement = statement.insert;
  const inner = newScope(scope);
  // INSERT INTO t WITH … SELECT …: the WITH belongs to the query.
  while (isWith(source) && "in" in source) {
    collector.with(source, inner);
    const next: typeof source.in = source.in;
    if (next.type === "insert" || next.type === "update" || next.type === "delete") break;
    source = next;
  }
  const result: Partial<SelectResult> = isWith(source) ? {} : collector.select(source, inner);
  const own = newScope(scope);
  const table = collector.target(statement.into, own);
  const conflict = statement.onConflict;
  if (conflict !== undefined && conflict !== null) conflictParts(collector, conflict, own, table);
  returning({ collector, scope: own }, table, statement.returning);
  const rows = source.type === "values" ? source.values.length : undefined;
  const where = predicateOfQuery(reader, source, inner, scope);
  const withoutFrom = isPlainSelect(source) && (source.from ?? []).length === 0;
  return [
    ...lowerModifying(reader, collector),
    {
      kind: "insertRows",
      span: reader.source.span,
      head: tableHead(reader, positionOf(reader, statement.into), "insert"),
      table,
      columns: (statement.columns ?? []).map((column) => named(reader, column)),
      source: rows === undefined ? "query" : "values",
      ...(rows === undefined ? (withoutFrom ? { rows: 1 } : {}) : { rows }),
      ...(conflict === undefined || conflict === null
        ? {}
        : { onConflict: conflict.do === "do nothing" ? ("nothing" as const) : ("update" as const) }),
      ...conflictKey(conflict),
      query: collector.facts({ ...result, output: undefined }),
      ...(where === undefined ? {} : { where }),
    },
  ];
}

/** `inner`: the scope of a plain SELECT, which is read already. */
function predicateOfQuery(
  reader: TokenReader,
  query: SelectStatement,
  inner: Scope,
  outer: Scope,
): Predicate | undefined {
  if (isPlainSelect(query)) return predicate(reader, query.where, inner);
  const found: (Predicate | undefined)[] = [];
  const left: SelectStatement[] = [query];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    if (isPlainSelect(next)) {
      const scope = newScope(outer);
      new Collector(reader).select(next, scope);
      found.push(predicate(reader, next.where, scope));
    } else if (next.type === "union" || next.type === "union all") left.push(next.right, next.left);
    else found.push(undefined);
  }
  return eitherOf(found);
}

function conflictKey(conflict: OnConflictAction | null | undefined): Pick<InsertRows, "conflictKey"> {
  const on = conflict?.on;
  if (on?.type !== "on expr") return {};
  const names = on.exprs.map((element) => (isColumn(element) ? element.name : undefined));
  return names.every((name) => name !== undefined) ? { conflictKey: names } : {};
}

function conflictParts(
  collector: Collector,
  conflict: OnConflictAction,
  own: Scope,
  table: QualifiedName,
): void {
  const { on } = conflict;
  if (on?.type === "on expr") {
    const scope: Scope = { ...own, items: [...own.items, { name: "excluded", output: [] }] };
    for (const element of on.exprs) {
      if (!isColumn(element)) {
        collector.walk(element, scope);
        continue;
      }
      const position = positionOf(collector.reader, element);
      const span = collector.reader.span(position, position + 1);
      collector.columns.push({ table, column: element.name, span });
    }
  }
  // `excluded.c` is the target's column.
  const update: Scope = { ...own, items: [...own.items, { name: "excluded", relation: table }] };
  if (conflict.do !== "do nothing") for (const { value } of conflict.do.sets) collector.walk(value, update);
  collector.walk(conflict.where, update);
  own.items.push({ name: "excluded", output: [] });
}

function updateRows(reader: TokenReader, statement: UpdateStatement, around: Around): Operation[] {
  const { collector, scope } = around;
  const table = collector.target(statement.table, scope);
  if (statement.from !== undefined && statement.from !== null) collector.from([statement.from], scope);
  for (const { value } of statement.sets) collector.walk(value, scope);
  collector.condition(statement.where, scope);
  returning(around, table, statement.returning);
  const where = predicate(reader, statement.where, scope, statement.table.alias ?? statement.table.name);
  return [
    ...lowerModifying(reader, collector),
    {
      kind: "updateRows",
      span: reader.source.span,
      head: tableHead(reader, positionOf(reader, statement.table), "update"),
      table,
      columns: statement.sets.map(({ column }) => named(reader, column)),
      ...(where === undefined ? {} : { where }),
      ...qualifier(statement.table, statement.from !== undefined && statement.from !== null),
      query: collector.facts(),
    },
  ];
}

/** See `UpdateRows.among`. */
function qualifier(
  { alias, name }: { readonly alias?: string; readonly name: string },
  hasOthers: boolean,
): { among?: string } {
  const among = alias ?? (hasOthers ? name : undefined);
  return among === undefined ? {} : { among };
}

function deleteRows(reader: TokenReader, statement: DeleteStatement, around: Around): Operation[] {
  const { collector, scope } = around;
  const table = collector.target(statement.from, scope);
  collector.walk(statement.where, scope);
  returning(around, table, statement.returning);
  const where = predicate(reader, statement.where, scope, statement.from.alias ?? statement.from.name);
  return [
    ...lowerModifying(reader, collector),
    {
      kind: "deleteRows",
      span: reader.source.span,
      head: tableHead(reader, positionOf(reader, statement.from), "delete"),
      table,
      ...(where === undefined ? {} : { where }),
      ...qualifier(statement.from, false),
      query: collector.facts(),
    },
  ];
}
