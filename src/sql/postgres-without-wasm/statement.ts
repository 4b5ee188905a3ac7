/** One statement of a chunk: parsed, and lowered by its kind. */
import type { Statement as Node } from "pgsql-ast-parser";
import type { Operation } from "../../model/operation.ts";
import { spanInFile } from "../postgres/fragment.ts";
import type { Token } from "../postgres/lexer.ts";
import { TokenReader } from "../postgres/lower/tokens.ts";
import {
  sourceOf,
  unknownOperation,
  type Chunk,
  type ChunkOutcome,
  type Reading,
} from "../postgres/statement.ts";
import { alterTable } from "./alter-table.ts";
import { lowerModification } from "./data.ts";
import { parseStatement } from "./library.ts";
import {
  alterEnum,
  comment,
  createExtension,
  createFunction,
  createSchema,
  createType,
  doBlock,
  dropFunction,
} from "./object.ts";
import {
  alterIndex,
  alterSequence,
  createIndex,
  createSequence,
  createView,
  drop,
  refreshView,
  truncate,
} from "./relation.ts";
import { lowerSelect } from "./select.ts";
import { sessionStatement } from "./session.ts";
import { createTable } from "./table.ts";
import { utility } from "./whole.ts";

/** The first statement of the chunk; others aren't expected. */
export function readChunk(reading: Reading, chunk: Chunk): ChunkOutcome {
  const { fragment, tokens } = chunk;
  const first = tokens[0];
  if (first === undefined) return { is: "parsed", statements: [] };
  let end = tokens.length;
  while (end > 1 && tokens[end - 1]?.value === ";") end--;
  const last = tokens[end - 1] ?? first;
  const cut = chunk.cuts?.[0];
  const span = spanInFile(fragment, first.start, Math.max(last.end, cut?.end ?? 0));
  const shift = chunk.start - (chunk.prefix?.length ?? 0);
  const at = (location: number): number => Math.max(chunk.start, shift + location);
  const source = sourceOf(reading, chunk, span, at, 0, end);
  try {
    const reader = new TokenReader(source);
    const session = sessionStatement(reader);
    if (session !== undefined) {
      const kind = first.value.toUpperCase();
      return { is: "parsed", statements: [{ span, kind, operations: session }] };
    }
    const node = parseStatement((chunk.prefix ?? "") + chunk.sql);
    if (node === undefined) return { is: "limit" };
    if (tokens.some(isLongName)) shorten(node);
    const operations = lower(reader, node).map((op) =>
      cut !== undefined && op.kind === "insertRows" && op.source === "values"
        ? { ...op, rows: cut.rows }
        : op,
    );
    return { is: "parsed", statements: [{ span, kind: node.type.toUpperCase(), operations }] };
  } catch (error) {
    // An expression deeper than the call stack is no bug.
    if (error instanceof RangeError) return { is: "limit" };
    reading.bug(error, span);
    return {
      is: "parsed",
      statements: [{ span, kind: "unparsable", operations: [unknownOperation(span, "unparsable")] }],
    };
  }
}

const encoder = new TextEncoder();
/** The server cuts names (PostgreSQL manual, section 4.1.1, NAMEDATALEN). */
const longestName = 63;

const isLongName = ({ kind, value }: Token): boolean =>
  (kind === "word" || kind === "quoted") &&
  value.length > longestName / 3 &&
  encoder.encode(value).length > longestName;

const nameKeys: ReadonlySet<string> = new Set(["name", "schema", "table", "column", "alias"]);

function shorten(node: unknown): void {
  if (typeof node !== "object" || node === null) return;
  const record = node as Record<string, unknown>;
  for (const key in record) {
    const value = record[key];
    if (typeof value !== "string") shorten(value);
    else if (nameKeys.has(key)) record[key] = cutName(value);
  }
}

function cutName(name: string): string {
  const bytes = encoder.encode(name);
  if (bytes.length <= longestName) return name;
  let end = longestName;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return new TextDecoder().decode(bytes.slice(0, end));
}

function lower(reader: TokenReader, node: Node): readonly Operation[] {
  switch (node.type) {
    case "create table":
      return createTable(reader, node);
    case "alter table":
      return alterTable(reader, node);
    case "create index":
      return createIndex(reader, node);
    case "alter index":
      return alterIndex(reader, node);
    case "drop table":
    case "drop index":
    case "drop sequence":
    case "drop type":
    case "drop trigger":
      return drop(reader, node);
    case "insert":
    case "update":
    case "delete":
      return lowerModification(reader, node);
    case "select":
    case "union":
    case "union all":
    case "values":
    case "with":
    case "with recursive":
      return lowerSelect(reader, node);
    case "create view":
    case "create materialized view":
      return createView(reader, node);
    case "refresh materialized view":
      return refreshView(reader, node);
    case "truncate table":
      return truncate(reader, node);
    case "create sequence":
      return createSequence(reader, node);
    case "alter sequence":
      return alterSequence(reader, node);
    case "create enum":
    case "create composite type":
      return createType(reader, node);
    case "alter enum":
      return alterEnum(reader, node);
    case "create extension":
      return createExtension(reader, node);
    case "create schema":
      return createSchema(reader, node);
    case "comment":
      return comment(reader, node);
    case "create function":
      return createFunction(reader, node);
    case "drop function":
      return dropFunction(reader, node);
    case "do":
      return doBlock(reader);
    case "prepare":
      return [utility(reader, "PREPARE")];
    case "deallocate":
      return [utility(reader, "DEALLOCATE")];
    case "show":
      return [utility(reader, "SHOW")];
    default:
      return [
        {
          kind: "unknown",
          span: reader.source.span,
          head: reader.span(0, 2),
          statement: node.type,
          relations: [],
        },
      ];
  }
}
