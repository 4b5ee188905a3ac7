/** Types by their tokens: the parser's places of types of several words are those of their last word. */
import type { ExprCast } from "pgsql-ast-parser";
import type { ColumnType } from "../../model/types.ts";
import type { Token } from "../postgres/lexer.ts";
import { canonicalTypes, elementOfArray, intervalWords, serialTypes } from "../postgres/lower/type-names.ts";
import type { TokenReader } from "../postgres/lower/tokens.ts";
import { positionOf } from "./names.ts";
import { dictionary } from "../../text/dictionary.ts";

/** Types whose first word needs a second one, or takes one. */
const varying: Readonly<Record<string, string>> = dictionary({
  character: "varchar",
  char: "varchar",
  nchar: "varchar",
  bit: "varbit",
});
const single: Readonly<Record<string, string>> = dictionary({
  character: "char",
  nchar: "char",
  dec: "numeric",
  double: "double precision",
});

/** The type that begins at `position`, and the position after it. */
export function typeAt(
  reader: TokenReader,
  position: number,
): { type: ColumnType; end: number; serial: boolean } {
  let at = reader.skip(position, "setof");
  at = reader.skip(at, "national");
  const first = reader.tokens[at];
  let end = reader.nameEnd(at);
  const qualified = end > at + 1;
  const last = reader.tokens[end - 1]?.value ?? "";
  const schema = qualified ? (reader.tokens[end - 3]?.value ?? "") : undefined;
  const builtIn = schema === undefined || schema === "pg_catalog";
  const element = builtIn ? elementOfArray(last) : undefined;
  const written = element ?? last;
  const keyword = first?.kind === "word" && !qualified ? first.value : "";
  let name = builtIn ? (single[keyword] ?? canonicalTypes[written] ?? written) : written;
  if (first?.kind === "quoted" && written === "char") name = '"char"';
  let fields: string | undefined;
  if (keyword === "double") end = reader.skip(end, "precision");
  if (varying[keyword] !== undefined && reader.is(end, "varying")) {
    name = varying[keyword];
    end++;
  }
  if (keyword === "interval") {
    const words: string[] = [];
    while (isIntervalWord(reader.tokens[end])) words.push(reader.tokens[end++]?.value ?? "");
    if (words.length > 0) fields = words.join(" ");
  }
  let modifiers: number[] = [];
  if (reader.is(end, "(")) {
    const read = modifiersAt(reader, end);
    modifiers = read.modifiers;
    if (read.words !== undefined) fields = read.words;
    end = reader.close(end) + 1;
  } else if ((keyword === "char" || keyword === "character" || keyword === "bit") && !name.startsWith("var"))
    modifiers = [1];
  if (keyword === "float") {
    name = (modifiers[0] ?? 53) <= 24 ? "real" : "double precision";
    modifiers = [];
  }
  if (keyword === "time" || keyword === "timestamp") {
    const zone = reader.skip(end, "with", "time", "zone");
    if (zone > end) name += "tz";
    end = reader.skip(zone, "without", "time", "zone");
  }
  let dimensions = 0;
  if (reader.is(end, "array")) {
    dimensions = 1;
    end++;
  }
  while (reader.is(end, "[")) {
    if (!reader.is(end - 1, "array")) dimensions++;
    end = reader.close(end) + 1;
  }
  if (element !== undefined) dimensions = Math.max(1, dimensions);
  const span = reader.span(position, end);
  return {
    type: {
      name,
      ...(builtIn ? {} : { schema }),
      modifiers,
      dimensions,
      ...(fields === undefined ? {} : { fields }),
      text: reader.text(span),
      span,
    },
    end,
    serial: !qualified && serialTypes.has(written),
  };
}

const isIntervalWord = (token: Token | undefined): boolean =>
  token?.kind === "word" && intervalWords.has(token.value);

function modifiersAt(reader: TokenReader, open: number): { modifiers: number[]; words?: string } {
  const modifiers: number[] = [];
  const words: string[] = [];
  for (const { from, to } of reader.list(open)) {
    const last = reader.tokens[to - 1];
    if (last?.kind === "number") modifiers.push(Number(last.value) * (reader.is(from, "-") ? -1 : 1));
    else if (last !== undefined) words.push(last.value);
  }
  return words.length === 0 ? { modifiers } : { modifiers, words: words.join(",").toLowerCase() };
}

/** What `pg_type` calls a type: the name of a result column that is a cast. */
export function catalogName({ name, dimensions }: ColumnType): string {
  return dimensions > 0 ? name : (catalogNames[name] ?? name);
}

const catalogNames: Readonly<Record<string, string>> = dictionary({
  integer: "int4",
  bigint: "int8",
  smallint: "int2",
  real: "float4",
  "double precision": "float8",
  boolean: "bool",
  char: "bpchar",
});

/** The type of `x::type`, `CAST(x AS type)` or `type 'x'`. */
export function castType(reader: TokenReader, node: ExprCast): ColumnType {
  const start = positionOf(reader, node);
  if (reader.is(start, "cast") && reader.is(start + 1, "(")) {
    const as = reader.find("as", start + 2);
    return typeAt(reader, as + 1).type;
  }
  const operand = positionOf(reader, node.operand);
  let position = positionOf(reader, node.to);
  // A cast in parentheses behind AS begins with that word for the parser.
  if (operand > start && position < operand && !reader.is(start, "(")) return typeAt(reader, start).type;
  // The parser tells where the type's last word is; the operator stands before its first.
  while (position > operand && !reader.is(position - 1, "::") && !reader.is(position - 1, "as")) position--;
  return typeAt(reader, position).type;
}
