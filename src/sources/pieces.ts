/** The pieces of a migration in code as statements, by way of the SQL front end. */
import { alteredTable, changed } from "../model/kinds.ts";
import type { QualifiedName } from "../model/names.ts";
import type { Operation } from "../model/operation.ts";
import {
  dataKind,
  dynamicStatement,
  refusedKind,
  type FrontEnd,
  type ParsedText,
  type Problem,
  type Statement,
} from "../sql/front-end.ts";
import type { Span } from "../text/span.ts";
import type { Piece } from "./sql-text.ts";

/** A text with SQL pieces in it. */
export interface PiecedText {
  /** The pieces' offsets index it. */
  readonly text: string;
  /** Only what lies in it is read. */
  readonly part: Span;
  readonly pieces: readonly Piece[];
  /** Of the language, in the same text. */
  readonly comments: readonly Span[];
  /** What its grammar rejects. */
  readonly problems: readonly Problem[];
}

export function readPieces(
  frontEnd: FrontEnd,
  { text, part, pieces, comments, problems }: PiecedText,
): ParsedText {
  const statements: Statement[] = [];
  const found: Problem[] = [...problems];
  const spoken: Span[] = [...comments];
  const delimiters: Span[] = [];
  const errors: unknown[] = [];
  const made = new Set<string>();
  const holes = new Map<string, string>();
  for (const piece of pieces) {
    if (piece.part.start < part.start || piece.part.end > part.end) continue;
    if (piece.operations !== undefined) {
      const operations = piece.operations.map((one) => withFlags(one, piece.conditional, piece.repeated));
      statements.push({ span: piece.part, kind: "documents", operations });
      continue;
    }
    if (piece.dynamic !== undefined) {
      const statement = dynamic(piece.part, piece, piece.dynamic.prefix);
      const kind =
        piece.dynamic.isData === true
          ? dataKind
          : piece.dynamic.isRefused === true
            ? refusedKind
            : statement.kind;
      statements.push({ ...statement, kind });
      continue;
    }
    const parsed = frontEnd.read(text, piece.part);
    if (piece.holes)
      for (const written of holesIn(text.slice(piece.part.start, piece.part.end)))
        holes.set(nameFor(written), written);
    spoken.push(...parsed.comments);
    delimiters.push(...(parsed.delimiters ?? []));
    errors.push(...(parsed.errors ?? []));
    // What stands under a condition may be for another database.
    if (!piece.holes && !piece.conditional) found.push(...parsed.problems);
    for (const statement of parsed.statements) {
      // What doesn't parse for its placeholders is not ours to judge.
      if (piece.holes && statement.kind === "unparsable")
        statements.push(dynamic(statement.span, piece, prefixOf(text, statement.span)));
      else statements.push({ ...statement, operations: flagged(statement, piece, text, made) });
    }
  }
  const placeholders = holes.size === 0 ? undefined : holes;
  return { statements, problems: found, comments: spoken, delimiters, errors, placeholders };
}

/** Operations that need an object to be there. */
const taking = /^(?:drop|rename)/;

function dynamic(span: Span, { conditional, repeated }: Piece, prefix: string | undefined): Statement {
  const statement = dynamicStatement(span, prefix);
  return { ...statement, operations: statement.operations.map((op) => withFlags(op, conditional, repeated)) };
}

function prefixOf(text: string, { start, end }: Span): string | undefined {
  const hole = text.indexOf("${", start);
  return hole > start && hole < end ? text.slice(start, hole) : undefined;
}

function withFlags(operation: Operation, conditional: boolean, repeated: boolean): Operation {
  if (!conditional && !repeated) return operation;
  return {
    ...operation,
    ...(conditional ? { conditional: true as const } : {}),
    ...(repeated ? { repeated: true as const } : {}),
  };
}

/**
 * As if the statement said IF [NOT] EXISTS; the same operation where it has no such words. `asked`: the words aren't the
 * server's to read.
 */
function guarded(operation: Operation, guard: Piece["guard"]): Operation {
  const asked = true;
  if (guard === "ifMissing" && "ifNotExists" in operation) return { ...operation, asked, ifNotExists: true };
  if (guard === "ifMissing" && operation.kind === "createType") return { ...operation, asked };
  if (guard !== "ifPresent") return operation;
  if (operation.kind === "dropColumn") return { ...operation, asked, columnIfExists: true };
  if (operation.kind === "dropConstraint")
    return { ...operation, asked, ifExists: true, constraintIfExists: true };
  return "ifExists" in operation ? { ...operation, asked, ifExists: true } : operation;
}

/**
 * A statement on an object whose name isn't known may concern any; what else of it isn't known makes it as doubtful as
 * one that may not run. On a table of `made`, which this script has created by the same unknown name, nothing waits.
 */
function flagged(
  { operations, span }: Statement,
  piece: Piece,
  text: string,
  made: Set<string>,
): readonly Operation[] {
  const unknown = piece.holes ? placeholders(text.slice(span.start, span.end)) : [];
  const isUnknown = (given: unknown): boolean => {
    const json = unknown.length === 0 ? "" : JSON.stringify(given ?? "");
    return unknown.some((name) => json.includes(name));
  };
  const isOnAny = operations.some(
    (one) =>
      changed(one) === "schema" && (taking.test(one.kind) ? isUnknown(one) : isUnknown(alteredTable(one))),
  );
  // What becomes of the column isn't known.
  const isUntyped = operations.some(
    (one) =>
      (one.kind === "changeColumnType" && isUnknown(one.type)) ||
      (one.kind === "redefineColumn" && isUnknown(one.definition.type)),
  );
  if (isUntyped) return dynamic(span, piece, prefixOf(text, span)).operations;
  for (const one of operations)
    if (one.kind === "createTable" && isUnknown(one.table)) made.add(nameOf(one.table));
  if (isOnAny && operations.every((one) => made.has(nameOf(alteredTable(one))))) return [];
  if (isOnAny) {
    const rest = dynamic(span, piece, prefixOf(text, span)).operations;
    const own = operations.map((one) => ({
      ...withFlags(one, piece.conditional, piece.repeated),
      unnamed: true as const,
    }));
    return [...own, ...rest].map((one) => ({ ...one, byTool: piece.byTool, call: piece.call }));
  }
  return operations.map((operation) => {
    const doubtful = isUnknown(operation);
    const checked = guarded(operation, piece.guard);
    const isOpen = piece.guard !== undefined && checked === operation;
    const flagged = withFlags(checked, piece.conditional || doubtful || isOpen, piece.repeated);
    const asks = piece.conditional && !doubtful && !isOpen ? piece.asks : undefined;
    const own = asks === undefined ? flagged : { ...flagged, asks };
    const { byTool, call, tried, asked = checked.asked } = piece;
    const says = byTool ?? call ?? tried ?? asked;
    return says === undefined ? own : { ...own, byTool, call, tried, asked };
  });
}

const nameOf = (table: QualifiedName | undefined): string => `${table?.schema ?? ""}.${table?.name ?? ""}`;

/** How placeholders are called after the front end has made names of them. */
function placeholders(text: string): readonly string[] {
  return holesIn(text).flatMap((written) => [JSON.stringify(written).slice(1, -1), nameFor(written)]);
}

const holesIn = (text: string): readonly string[] => text.match(/\$\{[^{}\n]{0,200}\}/g) ?? [];

const nameFor = (written: string): string => written.replace(/[^A-Za-z0-9_]/g, "_").toLowerCase();
