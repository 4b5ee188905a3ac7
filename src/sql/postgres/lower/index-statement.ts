/** CREATE INDEX, REINDEX, CREATE STATISTICS. */
import type { IndexElem, IndexStmt, Node } from "@pgsql/types";
import type { QualifiedName } from "../../../model/names.ts";
import type { IndexElement, Operation, Reindex } from "../../../model/operation.ts";
import { expression, tableScope } from "./expression.ts";
import { nodesName, plainName, relationEnd, relationName } from "./names.ts";
import { withParameters } from "./parameter.ts";
import { whereRange } from "./predicate.ts";
import { elementRange } from "./table.ts";
import { strings, type Handlers } from "./tree.ts";
import type { Range, TokenReader } from "./tokens.ts";
import { dictionary } from "../../../text/dictionary.ts";

const scopes: Readonly<Record<string, Reindex["scope"]>> = dictionary({
  REINDEX_OBJECT_INDEX: "index",
  REINDEX_OBJECT_TABLE: "table",
  REINDEX_OBJECT_SCHEMA: "schema",
  REINDEX_OBJECT_SYSTEM: "system",
  REINDEX_OBJECT_DATABASE: "database",
});

export const indexHandlers: Handlers = {
  IndexStmt: (reader, statement) => [createIndex(reader, statement)],
  ReindexStmt: (reader, statement) => {
    const scope = scopes[statement.kind ?? ""] ?? "index";
    const keyword = reader.find(scope);
    const last = reader.length - 1;
    const { relation, name } = statement;
    let target: QualifiedName | undefined;
    if (relation !== undefined) target = relationName(reader, relation);
    else if (name !== undefined) target = plainName(reader, last, name);
    return [
      {
        kind: "reindex",
        span: reader.source.span,
        head: { start: reader.source.span.start, end: target?.span.end ?? reader.source.span.end },
        scope,
        ...(target === undefined ? {} : { target }),
        concurrently: isConcurrent(reader, statement.params),
        // In brackets; before, the word stood behind the kind.
        ...((statement.params ?? []).length > 0 && reader.is(1, "(") && isConcurrent(reader, statement.params)
          ? { since: { version: 14, word: "CONCURRENTLY" } }
          : {}),
        afterKeyword: reader.tokens[keyword]?.end ?? reader.source.span.end,
      },
    ];
  },
  CreateStatsStmt: (reader, statement) => {
    const relation = statement.relations?.find((node) => "RangeVar" in node);
    const table = relationName(
      reader,
      relation !== undefined && "RangeVar" in relation ? relation.RangeVar : undefined,
    );
    const position = reader.skip(reader.after("statistics"), "if", "not", "exists");
    const named = strings(statement.defnames).length > 0;
    return [
      {
        kind: "createStatistics",
        span: reader.source.span,
        head: reader.span(0, named ? reader.nameEnd(position) : 2),
        ...(named ? { name: nodesName(reader, statement.defnames, position) } : {}),
        ...statisticsSince(named, statement.exprs),
        table,
        ...(statement.if_not_exists === true ? { ifNotExists: true as const } : {}),
        ...statisticsParts(statement.exprs),
      },
    ];
  },
};

function statisticsParts(nodes: readonly Node[] | undefined): { columns: string[]; expressions: number } {
  const parts = (nodes ?? []).flatMap((node) => ("StatsElem" in node ? [node.StatsElem] : []));
  const columns = parts.flatMap(({ name }) => name ?? []);
  return { columns, expressions: parts.length - columns.length };
}

/** 14 knows expressions, 16 makes a name up. */
function statisticsSince(named: boolean, expressions: readonly Node[] | undefined) {
  if (!named) return { since: { version: 16, word: "ON" } };
  const hasExpression = (expressions ?? []).some(
    (node) => "StatsElem" in node && node.StatsElem.expr !== undefined,
  );
  return hasExpression ? { since: { version: 14, word: "(" } } : {};
}

function isConcurrent(reader: TokenReader, params: readonly Node[] | undefined): boolean {
  return (params ?? []).some((node) => {
    if (!("DefElem" in node) || node.DefElem.defname !== "concurrently") return false;
    const { arg } = node.DefElem;
    if (arg === undefined) return true;
    if ("Integer" in arg) return arg.Integer.ival === 1;
    return !("String" in arg) || !["false", "off", "0"].includes((arg.String.sval ?? "").toLowerCase());
  });
}

function createIndex(reader: TokenReader, statement: IndexStmt): Operation {
  const table = relationName(reader, statement.relation);
  const keyword = reader.find("index");
  let position = keyword + 1;
  if (reader.is(position, "concurrently")) position++;
  position = reader.skip(position, "if", "not", "exists");
  let open = relationEnd(reader, statement.relation);
  if (reader.is(open, "using")) open += 2;
  const parts = reader.list(open);
  const scope = tableScope(table);
  const where = statement.whereClause;
  return {
    kind: "createIndex",
    span: reader.source.span,
    head: { start: reader.source.span.start, end: table.span.end },
    ...(statement.idxname === undefined ? {} : { name: plainName(reader, position, statement.idxname) }),
    table,
    only: statement.relation?.inh !== true,
    unique: statement.unique === true,
    concurrently: statement.concurrent === true,
    ifNotExists: statement.if_not_exists === true,
    method: statement.accessMethod ?? "btree",
    elements: (statement.indexParams ?? []).flatMap((node, i) =>
      "IndexElem" in node
        ? [indexElement(reader, node.IndexElem, parts[i] ?? { from: open, to: open + 1 }, table)]
        : [],
    ),
    include: (statement.indexIncludingParams ?? []).flatMap((node) =>
      "IndexElem" in node && node.IndexElem.name !== undefined ? [node.IndexElem.name] : [],
    ),
    ...(where === undefined ? {} : { where: expression(reader, where, whereRange(reader, where), scope) }),
    nullsNotDistinct: statement.nulls_not_distinct === true,
    ...withParameters(statement.options),
    afterKeyword: reader.tokens[keyword]?.end ?? table.span.start,
  };
}

function indexElement(
  reader: TokenReader,
  element: IndexElem,
  range: Range,
  table: QualifiedName,
): IndexElement {
  const operatorClass = strings(element.opclass).join(".");
  const collation = strings(element.collation).join(".");
  const nulls = element.nulls_ordering;
  return {
    ...(element.name === undefined
      ? { expression: expression(reader, element.expr, elementRange(reader, range), tableScope(table)) }
      : { column: element.name }),
    descending: element.ordering === "SORTBY_DESC",
    nullsFirst: nulls === "SORTBY_NULLS_FIRST" ? true : nulls === "SORTBY_NULLS_LAST" ? false : undefined,
    ...(operatorClass === "" ? {} : { operatorClass }),
    ...(collation === "" ? {} : { collation }),
  };
}
