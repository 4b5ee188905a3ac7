/** CREATE TABLE in all its forms, CREATE FOREIGN TABLE, CREATE TABLE AS, SELECT INTO. */
import type {
  CreateStmt,
  CreateTableAsStmt,
  IntoClause,
  Node,
  PartitionBoundSpec,
  PartitionSpec,
} from "@pgsql/types";
import type { Expression } from "../../../model/expression.ts";
import { isPlaceholder, type QualifiedName } from "../../../model/names.ts";
import type {
  BoundValue,
  ColumnDefinition,
  CreateTable,
  Operation,
  PartitionBound,
  PartitionKey,
} from "../../../model/operation.ts";
import type { Span } from "../../../text/span.ts";
import { lowerColumn } from "./column.ts";
import { lowerConstraint } from "./constraint.ts";
import { withoutEqualKeys } from "./equal-keys.ts";
import { lowerModifying } from "./data.ts";
import { likeOptionNames } from "./like-options.ts";
import { columnName, expression, tableScope } from "./expression.ts";
import { nodesName, relationEnd, relationName } from "./names.ts";
import { settingText, withParameters } from "./parameter.ts";
import { queryFacts } from "./query.ts";
import { strings, type Handlers } from "./tree.ts";
import type { Range, TokenReader } from "./tokens.ts";
import { createdView } from "./view.ts";
import { dictionary } from "../../../text/dictionary.ts";

export const tableHandlers: Handlers = {
  CreateStmt: (reader, statement) => createTable(reader, statement, false),
  CreateForeignTableStmt: (reader, statement) => createTable(reader, statement.base ?? {}, true),
  CreateTableAsStmt: (reader, statement) =>
    statement.objtype === "OBJECT_MATVIEW"
      ? createdView(reader, {
          relation: statement.into?.rel,
          query: statement.query,
          columns: strings(statement.into?.colNames),
          materialized: true,
          orReplace: false,
          ifNotExists: statement.if_not_exists === true,
          withNoData: statement.into?.skipData === true,
          options: statement.into?.options,
        })
      : createTableAs(reader, statement),
};

const none = {
  columns: [],
  like: [],
  inherits: [],
  foreign: false,
  withNoData: false,
} as const;

function createTable(reader: TokenReader, statement: CreateStmt, foreign: boolean): Operation[] {
  const table = relationName(reader, statement.relation);
  const after = relationEnd(reader, statement.relation);
  const columns: ColumnDefinition[] = [];
  const like: CreateTable["like"][number][] = [];
  const constraints: Operation[] = [];
  const ifNotExists = statement.if_not_exists === true;
  const ranges = elementRanges(reader, after);
  (statement.tableElts ?? []).forEach((element, i) => {
    const range = ranges[i] ?? { from: after, to: reader.length };
    const place = { table, ifExists: false, within: "createTable" as const };
    if ("ColumnDef" in element) {
      const lowered = lowerColumn(reader, element.ColumnDef, range, place);
      // `OF type (c WITH OPTIONS …)` has no type of its own, but its constraints count.
      columns.push(lowered.column);
      constraints.push(...lowered.constraints);
    } else if ("Constraint" in element) {
      const lowered = lowerConstraint(reader, element.Constraint, range, place);
      if (lowered !== undefined) constraints.push(lowered);
    } else if ("TableLikeClause" in element) {
      const { relation, options } = element.TableLikeClause;
      like.push({ table: relationName(reader, relation), including: likeOptions(options ?? 0) });
    }
  });
  const parents = (statement.inhRelations ?? []).flatMap((node) =>
    "RangeVar" in node ? [relationName(reader, node.RangeVar)] : [],
  );
  const parent = parents[0];
  const { partbound, partspec, ofTypename } = statement;
  return [
    {
      kind: "createTable",
      span: reader.source.span,
      head: { start: reader.source.span.start, end: table.span.end },
      table,
      ifNotExists,
      temporary: statement.relation?.relpersistence === "t",
      unlogged: statement.relation?.relpersistence === "u",
      columns,
      like,
      inherits: partbound === undefined ? parents : [],
      ...(partbound === undefined || parent === undefined
        ? {}
        : { partitionOf: { parent, bound: partitionBound(reader, partbound) } }),
      ...(partspec === undefined ? {} : { partitionBy: partitionKey(reader, partspec, table) }),
      ...(ofTypename === undefined
        ? {}
        : { ofType: nodesName(reader, ofTypename.names, reader.at(ofTypename.location)) }),
      foreign,
      withNoData: false,
      ...(statement.accessMethod === undefined ? {} : { accessMethod: statement.accessMethod }),
      ...withParameters(statement.options),
    },
    ...withoutEqualKeys(constraints),
  ];
}

/** The elements between the parentheses, wherever these stand (`PARTITION OF p (…)`, `OF type (…)`). */
function elementRanges(reader: TokenReader, after: number): readonly Range[] {
  let open = after;
  if (reader.is(open, "partition")) open = reader.nameEnd(open + 2);
  else if (reader.is(open, "of")) open = reader.nameEnd(open + 1);
  return reader.list(open);
}

function likeOptions(options: number): string[] {
  return likeOptionNames.filter((_, bit) => (options & (1 << bit)) !== 0);
}

/** From `FOR VALUES` or `DEFAULT` to the end of the bound. */
export function partitionBound(reader: TokenReader, bound: PartitionBoundSpec): PartitionBound {
  // The tree points to `FROM`, `IN` or `WITH` or to the parenthesis after it.
  let from = reader.at(bound.location);
  if (bound.is_default === true) {
    const at = reader.is(from, "default") ? from : reader.find("default", from - 1);
    return { default: true, text: reader.text(reader.span(at, at + 1)) };
  }
  while (from > 0 && !(reader.is(from, "for") && reader.is(from + 1, "values"))) from--;
  let to = from + 2;
  while (to < reader.length && reader.is(to, "from", "to", "in", "with") && reader.is(to + 1, "(")) {
    to = reader.close(to + 1) + 1;
  }
  const { strategy, listdatums, lowerdatums, upperdatums } = bound;
  return {
    default: false,
    text: reader.text(reader.span(from, to)),
    strategy: strategy === "l" ? "list" : strategy === "h" ? "hash" : "range",
    ...(listdatums === undefined ? {} : { values: listdatums.map(boundValue) }),
    ...(lowerdatums === undefined ? {} : { from: lowerdatums.map(boundValue) }),
    ...(upperdatums === undefined ? {} : { to: upperdatums.map(boundValue) }),
  };
}

function boundValue(node: Node): BoundValue {
  if ("ColumnRef" in node) {
    const word = columnName(node);
    return word === "minvalue" || word === "maxvalue" ? { end: word } : {};
  }
  if (!("A_Const" in node) || node.A_Const.isnull === true) return {};
  return { literal: settingText(node) };
}

const strategies: Readonly<Record<string, PartitionKey["strategy"]>> = dictionary({
  PARTITION_STRATEGY_RANGE: "range",
  PARTITION_STRATEGY_LIST: "list",
  PARTITION_STRATEGY_HASH: "hash",
});

function partitionKey(reader: TokenReader, spec: PartitionSpec, table: QualifiedName): PartitionKey {
  const columns: string[] = [];
  const expressions: Expression[] = [];
  const parts = reader.list(reader.nameEnd(reader.at(spec.location) + 2));
  (spec.partParams ?? []).forEach((node, i) => {
    if (!("PartitionElem" in node)) return;
    const { name, expr } = node.PartitionElem;
    if (name !== undefined) {
      if (!isPlaceholder(name)) columns.push(name);
    } else if (expr !== undefined) {
      const range = parts[i] ?? { from: 0, to: 0 };
      expressions.push(expression(reader, expr, elementRange(reader, range), tableScope(table)));
    }
  });
  return { strategy: strategies[spec.strategy ?? ""] ?? "range", columns, expressions };
}

/** The expression of an index or partition element: `(a + b)` or `f(a)`, without operator class and order. */
export function elementRange(reader: TokenReader, range: Range): Range {
  if (reader.is(range.from, "(")) return { from: range.from + 1, to: reader.close(range.from) };
  let open = range.from;
  while (open < range.to && !reader.is(open, "(")) open++;
  return { from: range.from, to: Math.min(reader.close(open) + 1, range.to) };
}

function createTableAs(reader: TokenReader, statement: CreateTableAsStmt): Operation[] {
  return intoTable(reader, statement.into ?? {}, statement.query, statement.if_not_exists === true);
}

/** CREATE TABLE AS, and SELECT … INTO. */
export function intoTable(
  reader: TokenReader,
  into: IntoClause,
  query: Node | undefined,
  ifNotExists: boolean,
  head?: Span,
): Operation[] {
  const table = relationName(reader, into.rel);
  const { facts, collector } = queryFacts(reader, query);
  const names = strings(into.colNames);
  return [
    ...lowerModifying(reader, collector),
    {
      ...none,
      kind: "createTable",
      span: reader.source.span,
      head: head ?? { start: reader.source.span.start, end: table.span.end },
      table,
      ifNotExists,
      temporary: into.rel?.relpersistence === "t",
      unlogged: into.rel?.relpersistence === "u",
      query: names.length === 0 ? facts : { ...facts, output: names },
      withNoData: into.skipData === true,
      ...(into.accessMethod === undefined ? {} : { accessMethod: into.accessMethod }),
    },
  ];
}
