/** Names with true spans. */
import type { Node, RangeVar } from "@pgsql/types";
import { quoteIdentifier, type Name, type QualifiedName } from "../../../model/names.ts";
import { strings } from "./tree.ts";
import type { TokenReader } from "./tokens.ts";

export function nameText(schema: string | undefined, name: string): string {
  // Operators have names, too, and no quotes.
  const last = /^[+\-*/<>=~!@#%^&|`?]+$/.test(name) ? name : quoteIdentifier(name);
  return schema === undefined ? last : `${quoteIdentifier(schema)}.${last}`;
}

export function relationName(reader: TokenReader, relation: RangeVar | undefined): QualifiedName {
  const position = reader.at(relation?.location);
  const name = relation?.relname ?? "";
  const schema = relation?.schemaname;
  return {
    ...(schema === undefined ? {} : { schema }),
    name,
    text: nameText(schema, name),
    span: reader.span(position, reader.nameEnd(position)),
  };
}

/** A relation whose rows are read or written: ONLY counts. */
export function rowsOf(reader: TokenReader, relation: RangeVar | undefined): QualifiedName {
  const name = relationName(reader, relation);
  return relation !== undefined && relation.inh !== true ? { ...name, only: true } : name;
}

/** Position after a relation's name, its `*` and the `)` of `ONLY (t)` included. */
export function relationEnd(reader: TokenReader, relation: RangeVar | undefined): number {
  const position = reader.at(relation?.location);
  let end = reader.nameEnd(position);
  if (reader.is(end, "*")) end++;
  if (reader.is(position - 1, "(") && reader.is(position - 2, "only") && reader.is(end, ")")) end++;
  return end;
}

/** A name given as a list of its parts, standing at `position`. */
export function listedName(reader: TokenReader, parts: readonly string[], position: number): QualifiedName {
  const name = parts.at(-1) ?? "";
  const schema = parts.at(-2);
  return {
    ...(schema === undefined ? {} : { schema }),
    name,
    text: nameText(schema, name),
    span: reader.span(position, reader.nameEnd(position)),
  };
}

export function nodesName(
  reader: TokenReader,
  nodes: readonly Node[] | undefined,
  position: number,
): QualifiedName {
  return listedName(reader, strings(nodes), position);
}

/** One identifier; where the tree has no text for it, the token's. */
export function nameAt(reader: TokenReader, position: number, text?: string): Name {
  return {
    text: text ?? reader.tokens[position]?.value ?? "",
    span: reader.span(position, position + 1),
  };
}

/** An unqualified name as a qualified one. */
export function plainName(reader: TokenReader, position: number, text: string): QualifiedName {
  return { name: text, text: quoteIdentifier(text), span: reader.span(position, position + 1) };
}

/** Names of a bracketed list that opens at `position`, in the tree's spelling. */
export function bracketedNames(reader: TokenReader, position: number, texts: readonly string[]): Name[] {
  const parts = reader.list(position);
  return texts.map((text, i) => nameAt(reader, parts[i]?.from ?? position, text));
}
