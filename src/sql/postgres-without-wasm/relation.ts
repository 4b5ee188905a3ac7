/** Indexes, views, sequences, TRUNCATE, and DROP of what the parser can drop. */
import type {
  AlterIndexStatement,
  AlterSequenceStatement,
  CreateIndexStatement,
  CreateMaterializedViewStatement,
  CreateSequenceStatement,
  CreateViewStatement,
  DataTypeDef,
  DropStatement,
  IndexExpression,
  QColumn,
  RefreshMaterializedViewStatement,
  TruncateTableStatement,
} from "pgsql-ast-parser";
import type { QueryFacts } from "../../model/expression.ts";
import type { QualifiedName } from "../../model/names.ts";
import type { CreateSequence, IndexElement, Operation } from "../../model/operation.ts";
import { nameText } from "../postgres/lower/names.ts";
import { newScope } from "../postgres/lower/scope.ts";
import type { Range, TokenReader } from "../postgres/lower/tokens.ts";
import { tableScope } from "./constraint.ts";
import { expression } from "./expression.ts";
import { bare, headTo, named, parts, positionOf, qualified } from "./names.ts";
import { isColumn } from "./nodes.ts";
import { whereRange } from "./predicate.ts";
import { Collector, queryFacts } from "./query.ts";
import { typeAt } from "./type.ts";

export function createIndex(reader: TokenReader, statement: CreateIndexStatement): Operation[] {
  const table = qualified(reader, statement.table);
  const keyword = reader.find("index");
  let open = reader.nameEnd(positionOf(reader, statement.table));
  if (reader.is(open, "using")) open += 2;
  const ranges = reader.list(open);
  const { where } = statement;
  return [
    {
      kind: "createIndex",
      span: reader.source.span,
      head: headTo(reader, table),
      ...(statement.indexName === undefined ? {} : { name: bare(reader, statement.indexName) }),
      table,
      only: false,
      unique: statement.unique === true,
      concurrently: statement.concurrently === true,
      ifNotExists: statement.ifNotExists === true,
      method: statement.using?.name ?? "btree",
      elements: statement.expressions.map((element, i) =>
        indexElement(reader, element, ranges[i] ?? { from: open, to: open + 1 }, table),
      ),
      include: [],
      ...(where === undefined
        ? {}
        : { where: expression(reader, where, whereRange(reader, where), tableScope(table)) }),
      nullsNotDistinct: false,
      afterKeyword: reader.tokens[keyword]?.end ?? table.span.start,
    },
  ];
}

function indexElement(
  reader: TokenReader,
  element: IndexExpression,
  range: Range,
  table: QualifiedName,
): IndexElement {
  const node = element.expression;
  const { opclass, collate, nulls } = element;
  return {
    ...(isColumn(node) && !reader.is(range.from, "(")
      ? { column: node.name }
      : { expression: expression(reader, node, elementRange(reader, range), tableScope(table)) }),
    descending: element.order === "desc",
    nullsFirst: nulls === undefined ? undefined : nulls === "first",
    ...(opclass === undefined ? {} : { operatorClass: parts(opclass).join(".") }),
    ...(collate === undefined ? {} : { collation: parts(collate).join(".") }),
  };
}

/** `(a + b)` or `f(a)`, without operator class and order. */
function elementRange(reader: TokenReader, { from, to }: Range): Range {
  if (reader.is(from, "(")) return { from: from + 1, to: reader.close(from) };
  let open = from;
  while (open < to && !reader.is(open, "(")) open++;
  return { from, to: Math.min(reader.close(open) + 1, to) };
}

export function alterIndex(reader: TokenReader, statement: AlterIndexStatement): Operation[] {
  const { span } = reader.source;
  const index = qualified(reader, statement.index);
  if (statement.change.type === "set tablespace")
    return [{ kind: "alterIndex", span, head: headTo(reader, index), index, change: "tablespace" }];
  const ifExists = statement.ifExists === true;
  return [{ kind: "renameIndex", span, head: span, index, ifExists, to: named(reader, statement.change.to) }];
}

export function drop(reader: TokenReader, statement: DropStatement): Operation[] {
  const afterKeyword = reader.tokens[1]?.end ?? reader.source.span.end;
  // Named twice, it is dropped once.
  const seen = new Set<string>();
  return statement.names.flatMap((node, i): Operation[] => {
    const key = JSON.stringify(parts(node));
    if (seen.has(key) && statement.type !== "drop type") return [];
    seen.add(key);
    const at = positionOf(reader, node);
    const base = {
      span: reader.source.span,
      head: reader.span(i === 0 ? 0 : at, reader.nameEnd(at)),
      ifExists: statement.ifExists === true,
      cascade: statement.cascade === "cascade",
    };
    const name = qualified(reader, node);
    switch (statement.type) {
      case "drop table":
        return [{ kind: "dropTable", ...base, table: name, foreign: false }];
      case "drop index":
        return [
          {
            kind: "dropIndex",
            ...base,
            index: name,
            concurrently: statement.concurrently === true,
            afterKeyword,
          },
        ];
      case "drop sequence":
        return [{ kind: "dropSequence", ...base, sequence: name }];
      case "drop type":
        return [{ kind: "dropType", ...base, type: name, domain: false }];
      default:
        return [
          { kind: "unknown", span: base.span, head: base.head, statement: statement.type, relations: [] },
        ];
    }
  });
}

export function createView(
  reader: TokenReader,
  statement: CreateViewStatement | CreateMaterializedViewStatement,
): Operation[] {
  const view = qualified(reader, statement.name);
  const materialized = statement.type === "create materialized view";
  const recursive = !materialized && statement.recursive === true;
  return [
    {
      kind: "createView",
      span: reader.source.span,
      head: headTo(reader, view),
      view,
      orReplace: !materialized && statement.orReplace === true,
      temporary: !materialized && statement.temp === true,
      materialized,
      ifNotExists: materialized && statement.ifNotExists === true,
      withNoData: materialized && statement.withData === false,
      columns: (statement.columnNames ?? []).map(({ name }) => name),
      query: recursive ? recursiveFacts(reader, statement) : queryFacts(reader, statement.query).facts,
      definition: reader.textAfter("as"),
      securityInvoker: /^(?:|true|on|yes|1|t)$/i.test(statement.parameters?.["security_invoker"] ?? "no"),
    },
  ];
}

/** CREATE RECURSIVE VIEW v (…) AS q is CREATE VIEW v AS WITH RECURSIVE v (…) AS (q) SELECT … FROM v. */
function recursiveFacts(
  reader: TokenReader,
  { name, columnNames = [], query }: CreateViewStatement,
): QueryFacts {
  const collector = new Collector(reader);
  const scope = newScope();
  scope.ctes.set(name.name, { limited: false });
  collector.select(query, newScope(scope));
  return collector.facts({ output: columnNames.map((column) => column.name), limited: false });
}

export function refreshView(reader: TokenReader, statement: RefreshMaterializedViewStatement): Operation[] {
  const view = qualified(reader, statement.name);
  return [
    {
      kind: "refreshView",
      span: reader.source.span,
      head: headTo(reader, view),
      view,
      concurrently: statement.concurrently === true,
      withNoData: statement.withData === false,
      afterKeyword: reader.tokens[reader.find("view")]?.end ?? view.span.start,
    },
  ];
}

export function truncate(reader: TokenReader, statement: TruncateTableStatement): Operation[] {
  return statement.tables.map((node, i) => {
    const table = qualified(reader, node);
    return {
      kind: "truncateTable",
      span: reader.source.span,
      head: i === 0 ? headTo(reader, table) : table.span,
      table,
      ifExists: false,
      cascade: statement.cascade === "cascade",
      restartIdentity: statement.identity === "restart",
    };
  });
}

type Owner = NonNullable<CreateSequence["ownedBy"]>;

function ownedBy(reader: TokenReader, owner: "none" | QColumn | undefined): Owner | "none" | undefined {
  if (owner === undefined || owner === "none") return owner;
  const { schema, table, column } = owner;
  const position = positionOf(reader, owner);
  const span = reader.span(position, Math.max(reader.nameEnd(position) - 2, position + 1));
  const name = { ...(schema === undefined ? {} : { schema }), name: table, text: nameText(schema, table) };
  return { table: { ...name, span }, column };
}

/** AS type. */
const sequenceType = (reader: TokenReader, type: DataTypeDef | undefined): { type?: string } =>
  type === undefined ? {} : { type: typeAt(reader, reader.after("as")).type.name };

export function createSequence(reader: TokenReader, statement: CreateSequenceStatement): Operation[] {
  const sequence = qualified(reader, statement.name);
  const owner = ownedBy(reader, statement.options.ownedBy);
  return [
    {
      kind: "createSequence",
      span: reader.source.span,
      head: headTo(reader, sequence),
      sequence,
      ifNotExists: statement.ifNotExists === true,
      temporary: statement.temp === true,
      ...sequenceType(reader, statement.options.as),
      ...(owner === undefined || owner === "none" ? {} : { ownedBy: owner }),
    },
  ];
}

export function alterSequence(reader: TokenReader, statement: AlterSequenceStatement): Operation[] {
  const { change } = statement;
  const { span } = reader.source;
  const sequence = qualified(reader, statement.name);
  const described = { object: "sequence" as const, name: sequence, relations: [sequence] };
  switch (change.type) {
    case "rename":
      return [{ kind: "renameObject", span, head: span, ...described, to: named(reader, change.newName) }];
    case "set schema":
      return [
        { kind: "setObjectSchema", span, head: span, ...described, to: named(reader, change.newSchema) },
      ];
    case "owner to": {
      const own = reader.span(reader.nameEnd(positionOf(reader, statement.name)), reader.length);
      return [{ kind: "changeOwner", span: own, head: own, ...described, owner: change.owner.name }];
    }
    case "set options": {
      const owner = ownedBy(reader, change.ownedBy);
      return [
        {
          kind: "alterSequence",
          span,
          head: headTo(reader, sequence),
          sequence,
          ifExists: statement.ifExists === true,
          ...sequenceType(reader, change.as),
          ...(owner === undefined ? {} : { ownedBy: owner }),
        },
      ];
    }
  }
}
