/** Texts in quotes that a statement hands on: bodies, and SQL for a function that runs it. */
import type { FuncCall, Node } from "@pgsql/types";
import { changed } from "../../../model/kinds.ts";
import type { HandedText } from "../../../model/operation.ts";
import type { Span } from "../../../text/span.ts";
import { nextToken } from "../lexer.ts";
import { startsStatement } from "../hints.ts";
import type { TokenReader } from "./tokens.ts";

/** What stands between the quotes of a string. */
export function insideQuotes(text: string, token: Span): Span {
  if (text[token.start] === "$") {
    const tagEnd = text.indexOf("$", token.start + 1) + 1;
    const length = tagEnd - token.start;
    return { start: tagEnd, end: Math.max(tagEnd, token.end - length) };
  }
  const quote = text.indexOf("'", token.start) + 1;
  return { start: quote, end: Math.max(quote, token.end - 1) };
}

/** Functions of extensions that keep a text for later, or run it in another session. */
const later = /^(?:cron|pgagent|partman|dblink)$|^(?:schedule|schedule_in_database|alter_job|dblink\w*)$/;

/** The arguments of a call that are statements which change something. */
export function handedTexts(
  reader: TokenReader,
  { args = [] }: FuncCall,
  names: readonly string[],
): readonly HandedText[] {
  if (names.some((name) => later.test(name))) return [];
  return args.flatMap((node, argument): readonly HandedText[] => {
    const constant = constantOf(node);
    const token = constant === undefined ? undefined : reader.tokens[reader.at(constant.location)];
    if (token?.kind !== "string") return [];
    const inside = insideQuotes(reader.source.text, token);
    const first = nextToken(reader.source.text, inside.start, inside.end);
    if (first === undefined || !startsStatement(first)) return [];
    const { operations } = reader.source.body(inside, "sql");
    const isSql = operations.some((op) => changed(op) === "schema" || changed(op) === "rows");
    return isSql ? [{ argument, operations: operations.map((op) => ({ ...op, handed: true })) }] : [];
  });
}

function constantOf(node: Node): { readonly location?: number | undefined } | undefined {
  if ("TypeCast" in node) return node.TypeCast.arg && constantOf(node.TypeCast.arg);
  return "A_Const" in node && node.A_Const.sval !== undefined ? node.A_Const : undefined;
}
