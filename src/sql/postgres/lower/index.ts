/**
 * From PostgreSQL's parse trees to operations. One file per family of statements, each a table of handlers by
 * node tag; `tokens.ts` finds what the tree has no place for, `query.ts` and `expression.ts` gather what is read.
 */
import type { Node, VariableSetStmt } from "@pgsql/types";
import type { QualifiedName } from "../../../model/names.ts";
import type { Operation } from "../../../model/operation.ts";
import type { StatementSource } from "../source.ts";
import { alterTableHandlers } from "./alter-table.ts";
import { dataHandlers } from "./data.ts";
import { dropHandlers } from "./drop.ts";
import { grantHandlers } from "./grant.ts";
import { indexHandlers } from "./index-statement.ts";
import { relationName } from "./names.ts";
import { newestSyntax } from "./newer-syntax.ts";
import { objectHandlers } from "./object.ts";
import { renameHandlers } from "./rename.ts";
import { routineHandlers } from "./routine.ts";
import { createSchema, explain, runLater } from "./schema.ts";
import { selectHandlers } from "./select.ts";
import { changesLaterReading, sessionHandlers, setConfigs } from "./session.ts";
import { tableHandlers } from "./table.ts";
import { TokenReader } from "./tokens.ts";
import { isObject, tagOf, type Handlers, type NodeOf, type Tag } from "./tree.ts";
import { triggerHandlers } from "./trigger.ts";
import { typeHandlers } from "./type-statement.ts";
import { utilityHandlers } from "./utility.ts";
import { viewHandlers } from "./view.ts";

const handlers: Handlers = {
  ...tableHandlers,
  ...alterTableHandlers,
  ...indexHandlers,
  ...viewHandlers,
  ...dropHandlers,
  ...dataHandlers,
  ...selectHandlers,
  ...sessionHandlers,
  ...grantHandlers,
  ...objectHandlers,
  ...renameHandlers,
  ...routineHandlers,
  ...triggerHandlers,
  ...typeHandlers,
  ...utilityHandlers,
  CreateSchemaStmt: (reader, statement) => createSchema(reader, statement, lower),
  ExplainStmt: (reader, statement) => explain(reader, statement, lower),
  PrepareStmt: (reader, { query }) => runLater(reader, "PREPARE", query, lower),
  DeclareCursorStmt: (reader, { query }) => runLater(reader, "DECLARE", query, lower),
};

/** The operations of one statement; an `unknown` one where its kind has no handler. Never throws. */
export function lowerStatement(node: Node, source: StatementSource): Operation[] {
  const operations = withSettings(new TokenReader(source), node);
  const since = newestSyntax(node, source.text.slice(source.span.start, source.span.end));
  const [first, ...others] = operations;
  if (first === undefined || since === undefined || (first.since?.version ?? 0) >= since.version)
    return operations;
  return [{ ...first, since }, ...others];
}

/** Also with settings that stand where no handler looks. */
function withSettings(reader: TokenReader, node: Node): Operation[] {
  const operations = lower(reader, node);
  const text = reader.source.written(reader.source.span);
  if (!mayChangeReading.test(text)) return operations;
  const tag = tagOf(node);
  if (runsQueries.has(tag)) operations.push(...setConfigs(reader, node, operations));
  const statement = (node as unknown as Record<string, { readonly setstmt?: VariableSetStmt }>)[tag];
  const writesSettings = operations.some(
    (op) => (op.kind === "updateRows" || op.kind === "mergeRows") && op.table.name === "pg_settings",
  );
  if (writesSettings || (statement?.setstmt !== undefined && changesLaterReading(statement.setstmt))) {
    const { span } = reader.source;
    operations.push({ kind: "unknown", span, head: reader.span(0, 2), statement: tag, relations: [] });
  }
  return operations;
}

/** A name in Unicode escapes may be any of them. */
const mayChangeReading = /set_config|pg_settings|standard_conforming_strings|client_encoding|u&"/i;

const runsQueries: ReadonlySet<string> = new Set<Tag>([
  "SelectStmt",
  "InsertStmt",
  "UpdateStmt",
  "DeleteStmt",
  "MergeStmt",
  "CopyStmt",
  "CreateTableAsStmt",
  "PrepareStmt",
  "DeclareCursorStmt",
  "CallStmt",
  "ExplainStmt",
]);

function lower(reader: TokenReader, node: Node): Operation[] {
  return dispatch(reader, node, tagOf(node));
}

function dispatch<K extends Tag>(reader: TokenReader, node: Node, tag: K): Operation[] {
  const handler = handlers[tag];
  if (handler !== undefined) return handler(reader, (node as unknown as Record<K, NodeOf<K>>)[tag]);
  return [
    {
      kind: "unknown",
      span: reader.source.span,
      head: reader.span(0, 2),
      statement: tag,
      relations: relationsOf(reader, node),
    },
  ];
}

function relationsOf(reader: TokenReader, value: unknown): QualifiedName[] {
  if (Array.isArray(value)) return value.flatMap((element) => relationsOf(reader, element));
  if (!isObject(value)) return [];
  if (typeof value.relname === "string") return [relationName(reader, value)];
  return Object.values(value).flatMap((child) => relationsOf(reader, child));
}
