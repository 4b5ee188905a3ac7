/**
 * The front end of MySQL and MariaDB: split.ts cuts a text into statements, lower/ reads each from its tokens. There is
 * no grammar that could reject a text: what isn't known is `unknown`, and only what is certain is a problem: what is
 * never closed, and mistakes.ts.
 */
import type { Operation } from "../../model/operation.ts";
import type { Span } from "../../text/span.ts";
import type { FrontEnd, ParsedText, Problem, Statement } from "../front-end.ts";
import { Cursor, type Source } from "./cursor.ts";
import { Dynamics } from "./dynamic.ts";
import type { Token } from "./lexer.ts";
import { canonicalText } from "./canonical.ts";
import { lowerTokens, statementName, type Surroundings } from "./lower/index.ts";
import { unknownOperation } from "./lower/target.ts";
import { mistakeIn, statementsIn } from "./mistakes.ts";
import type { MysqlOptions } from "./options.ts";
import { splitStatements } from "./split.ts";
import { readingIn } from "./sql-mode.ts";

export interface FrontEndOptions extends Partial<MysqlOptions> {
  /** Told of an exception inside of lowering; the statement becomes `unknown` all the same. */
  readonly bug?: ((error: unknown, span: Span) => void) | undefined;
}

export function createMysqlFrontEnd(options: FrontEndOptions = {}): FrontEnd {
  const { bug = () => undefined, dialect = "mysql", ...rest } = options;
  return {
    load: () => Promise.resolve(),
    canonical: canonicalText,
    read: (text, part = { start: 0, end: text.length }) => readText(text, part, { dialect, ...rest }, bug),
  };
}

/** `sqlMode`: of the session that sends the text; undefined: the server's own, which reads as no mode does. */
export const frontEndOf = (dialect: MysqlOptions["dialect"], sqlMode = ""): FrontEnd =>
  createMysqlFrontEnd({ dialect, ...readingIn(sqlMode) });

export const mysql: FrontEnd = frontEndOf("mysql");
export const mariadb: FrontEnd = frontEndOf("mariadb");

/** A text that EXECUTE runs, or a block: how what follows is read isn't followed there. */
const setsMode = (op: Operation): boolean =>
  op.kind === "setOption" &&
  op.scope === undefined &&
  (op.name === "sql_mode" || (op.name === "character_set_client" && op.value?.startsWith("@") === true));

/** Texts in texts in texts: as deep as anybody writes them. */
const deepest = 3;

function readText(
  text: string,
  part: Span,
  options: MysqlOptions,
  tellBug: (error: unknown, span: Span) => void,
): ParsedText {
  const errors: unknown[] = [];
  const bug = (error: unknown, span: Span): void => {
    errors.push(error);
    tellBug(error, span);
  };
  const { pieces, comments, delimiters } = splitStatements(text, options, part.start, part.end);
  const problems: Problem[] = [];
  const placeholders = new Map<string, string>();
  const read = (depth: number): ((source: Source, tokens: readonly Token[]) => readonly Operation[]) => {
    const dynamics = new Dynamics(({ text: inner, options }, span) => {
      if (depth >= deepest) return [unknownOperation(span, "EXECUTE")];
      const found = splitStatements(inner, options, span.start, Math.min(span.end, inner.length));
      const below = read(depth + 1);
      return found.pieces.flatMap(({ tokens }) => below({ text: inner, options }, tokens));
    }, placeholders);
    const surroundings: Surroundings = {
      prepared: (c) => dynamics.statement(c),
      lower: (c) => lower(c),
    };
    const lower = (c: Cursor): readonly Operation[] => {
      const { at } = c;
      try {
        return lowerTokens(c, surroundings);
      } catch (error) {
        // An expression deeper than the call stack is no bug.
        const span = c.span(at, c.end);
        if (!(error instanceof RangeError)) bug(error, span);
        return [unknownOperation(span, statementName(c, at))];
      }
    };
    return (source, tokens) => lower(new Cursor(source, tokens));
  };
  const readPiece = read(0);
  const statements = pieces.map(({ tokens, options, command, unread }): Statement => {
    const source: Source = { text, options };
    const c = new Cursor(source, tokens);
    const span = c.span(0, tokens.length);
    if (command !== undefined) {
      const anything = { kind: "executeDynamic", span, head: span } as const;
      return { span, kind: command, operations: [unknownOperation(span, command), anything] };
    }
    const open = tokens.find(({ unterminated }) => unterminated === true);
    for (const token of tokens)
      if (token.placeholder === true) placeholders.set(token.value, text.slice(token.start, token.end));
    if (open === undefined) {
      const parts = statementsIn(tokens);
      const operations = parts.flatMap((own) => readPiece(source, own));
      const isText = tokens[0]?.value !== "set" && operations.some(setsMode);
      if (unread === true || isText) operations.push(unknownOperation(span, statementName(c, 0)));
      const mistake = mistakeIn(text, tokens, parts, operations, options.dialect);
      if (mistake === undefined) return { span, kind: statementName(c, 0), operations };
      problems.push(mistake);
      const kind = statementName(c, 0);
      // Where it is cut off isn't known: what seems to be missing may stand behind.
      const isCut = mistake.isCut === true;
      return { span, kind, operations: isCut ? [unknownOperation(span, kind)] : operations, mistaken: true };
    }
    problems.push({ span: firstLine(text, open), message: "unterminated quote" });
    return { span, kind: "unparsable", operations: [unknownOperation(span, "unparsable")] };
  });
  const last = comments.at(-1);
  if (last?.unterminated === true)
    problems.push({ span: firstLine(text, last), message: "unterminated /* comment" });
  return {
    statements,
    problems,
    comments: comments.map(({ start, end }) => ({ start, end })),
    errors,
    delimiters: delimiters.length === 0 ? undefined : delimiters.map(({ start, end }) => ({ start, end })),
    placeholders: placeholders.size === 0 ? undefined : placeholders,
  };
}

/** A quote that is never closed reaches far; its first line is enough to find it. */
function firstLine(text: string, { start, end }: Token): Span {
  const line = text.slice(start, end).search(/[\r\n]/);
  return { start, end: line > 0 ? start + line : end };
}
