/**
 * From PostgreSQL's parse trees to operations. One file per family of statements, each a table of handlers by
 * node tag; `tokens.ts` finds what the tree has no place for, `query.ts` and `expression.ts` gather what is read.
 */
import type { Node } from "@pgsql/types";
import type { QualifiedName } from "../../../model/names.ts";
import type { Operation } from "../../../model/operation.ts";
import type { StatementSource } from "../source.ts";
import { alterTableHandlers } from "./alter-table.ts";
import { dataHandlers } from "./data.ts";
import { dropHandlers } from "./drop.ts";
import { indexHandlers } from "./index-statement.ts";
import { relationName } from "./names.ts";
import { selectHandlers } from "./select.ts";
import { sessionHandlers } from "./session.ts";
import { tableHandlers } from "./table.ts";
import { TokenReader } from "./tokens.ts";
import { isObject, tagOf, type Handlers, type NodeOf, type Tag } from "./tree.ts";
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
};

/** The operations of one statement; an `unknown` one where its kind has no handler. Never throws. */
export function lowerStatement(node: Node, source: StatementSource): Operation[] {
  const reader = new TokenReader(source);
  return dispatch(reader, node, tagOf(node));
}

function dispatch<K extends Tag>(reader: TokenReader, node: Node, tag: K): Operation[] {
  const handler = handlers[tag] as ((reader: TokenReader, statement: NodeOf<K>) => Operation[]) | undefined;
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
