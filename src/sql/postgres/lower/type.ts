/** Column types, normalised (PostgreSQL manual, chapter 8, table 8.1). */
import type { Node, TypeName } from "@pgsql/types";
import type { ColumnType } from "../../../model/types.ts";
import { strings } from "./tree.ts";
import { canonicalTypes, elementOfArray, intervalWords, serialTypes } from "./type-names.ts";
import type { Range, TokenReader } from "./tokens.ts";

/** `serial` and its kin; never with a schema. */
export function isSerial(type: TypeName | undefined): boolean {
  const names = strings(type?.names);
  return names.length === 1 && serialTypes.has(names[0] ?? "");
}

/** Without a type (a column of a partition or of a typed table) its name and text are empty. */
export function columnType(reader: TokenReader, type: TypeName | undefined): ColumnType {
  if (type === undefined) {
    const { start } = reader.source.span;
    return { name: "", modifiers: [], dimensions: 0, text: "", span: { start, end: start } };
  }
  const range = typeRange(reader, type);
  const span = reader.span(range.from, range.to);
  const names = strings(type.names);
  const schema = names.at(-2);
  const builtIn = schema === undefined || schema === "pg_catalog";
  const last = names.at(-1) ?? "";
  const element = builtIn ? elementOfArray(last) : undefined;
  const written = element ?? last;
  const text = reader.text(span);
  const bounds = type.arrayBounds?.length ?? 0;
  const dimensions = element === undefined ? bounds : Math.max(1, bounds);
  if (type.pct_type === true) {
    return { name: `${names.join(".")}%type`, modifiers: [], dimensions, text, span };
  }
  const { modifiers, words } = typeModifiers(type.typmods);
  let name = builtIn ? (canonicalTypes[written] ?? written) : written;
  // The single-byte type of the catalogs is no char(n): the grammar reads it only in quotes.
  if (written === "char" && schema === undefined) name = '"char"';
  const fields = name === "interval" && builtIn ? intervalFields(reader, range) : words;
  return {
    name,
    ...(builtIn ? {} : { schema }),
    modifiers: name === "interval" && builtIn ? modifiers.slice(1) : modifiers,
    dimensions,
    ...(fields === undefined ? {} : { fields }),
    text,
    span,
  };
}

function typeModifiers(nodes: readonly Node[] | undefined): { modifiers: number[]; words?: string } {
  const modifiers: number[] = [];
  const words: string[] = [];
  for (const node of nodes ?? []) {
    const number = integer(node);
    if (number !== undefined) modifiers.push(number);
    else if ("ColumnRef" in node) words.push(strings(node.ColumnRef.fields).join("."));
    else if ("A_Const" in node) words.push(node.A_Const.sval?.sval ?? node.A_Const.fval?.fval ?? "");
  }
  return words.length === 0 ? { modifiers } : { modifiers, words: words.join(",").toLowerCase() };
}

function integer(node: Node): number | undefined {
  if ("A_Const" in node && node.A_Const.ival !== undefined) return node.A_Const.ival.ival ?? 0;
  if ("A_Expr" in node && strings(node.A_Expr.name)[0] === "-" && node.A_Expr.rexpr !== undefined) {
    const value = integer(node.A_Expr.rexpr);
    return value === undefined ? undefined : -value;
  }
  return undefined;
}

function intervalFields(reader: TokenReader, { from, to }: Range): string | undefined {
  const words: string[] = [];
  for (let i = from + 1; i < to; i++) {
    const token = reader.tokens[i];
    if (token?.kind === "word" && intervalWords.has(token.value)) words.push(token.value);
  }
  return words.length === 0 ? undefined : words.join(" ");
}

/** Tokens of a type as written, its length, array brackets and `WITH TIME ZONE` included. */
export function typeRange(reader: TokenReader, type: TypeName | undefined): Range {
  const from = reader.at(type?.location);
  let end = from;
  if (reader.is(end, "setof")) end++;
  if (reader.is(end, "national")) end++;
  const first = reader.tokens[end];
  const keyword = first?.kind === "word" ? first.value : "";
  end = reader.nameEnd(end);
  if (reader.is(end, "%")) return { from, to: end + 2 };
  if (keyword === "double") end = reader.skip(end, "precision");
  else if (keyword === "character" || keyword === "char" || keyword === "nchar" || keyword === "bit") {
    end = reader.skip(end, "varying");
  }
  if (keyword === "interval") {
    while (reader.tokens[end]?.kind === "word" && intervalWords.has(reader.tokens[end]?.value ?? "")) end++;
  }
  const modified = type?.typmods !== undefined && type.typmods.length > 0;
  if ((modified || keyword === "float") && reader.is(end, "(")) end = reader.close(end) + 1;
  if (keyword === "time" || keyword === "timestamp") {
    end = reader.skip(end, "with", "time", "zone");
    end = reader.skip(end, "without", "time", "zone");
  }
  if (type?.arrayBounds !== undefined) {
    end = reader.skip(end, "array");
    while (reader.is(end, "[")) end = reader.close(end) + 1;
  }
  return { from, to: end };
}
