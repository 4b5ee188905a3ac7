/** Names with true spans, and where nodes stand. */
import type { Name as NameNode, PGNode, QName } from "pgsql-ast-parser";
import type { Name, QualifiedName } from "../../model/names.ts";
import { listedName, nameAt, plainName } from "../postgres/lower/names.ts";
import type { TokenReader } from "../postgres/lower/tokens.ts";

/** Position of a node's first token; 0 where the parser tells none. */
export function positionOf(reader: TokenReader, node: PGNode | null | undefined): number {
  const start = node?._location?.start;
  return start === undefined ? 0 : reader.at(start);
}

export const parts = ({ schema, name }: QName): string[] => (schema === undefined ? [name] : [schema, name]);

export const qualified = (reader: TokenReader, node: QName): QualifiedName =>
  listedName(reader, parts(node), positionOf(reader, node));

/** A qualified name that can't have a schema. */
export const bare = (reader: TokenReader, node: NameNode): QualifiedName =>
  plainName(reader, positionOf(reader, node), node.name);

export const named = (reader: TokenReader, node: NameNode): Name =>
  nameAt(reader, positionOf(reader, node), node.name);

/** From the statement's start to a name. */
export const headTo = (reader: TokenReader, name: QualifiedName): { start: number; end: number } => ({
  start: reader.source.span.start,
  end: name.span.end,
});
