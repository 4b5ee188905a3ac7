/** `pgsql-ast-parser`: a PostgreSQL grammar in plain JavaScript. Nothing else imports it at run time. */
import type { Statement } from "pgsql-ast-parser";
import { tokenize } from "../postgres/lexer.ts";

type Parse = (sql: string, options: { readonly locationTracking: boolean }) => Statement[];

let parse: Parse | undefined;

export async function loadLibrary(): Promise<void> {
  if (parse !== undefined) return;
  const module = (await import("pgsql-ast-parser")) as { parse?: Parse; default?: { parse: Parse } };
  parse = module.parse ?? module.default?.parse;
}

/** Its time grows faster than the text: a statement of this length takes a second. */
const longest = 16 * 1024;

/** Words that its statements start with; its errors are slow to make. */
const verbs =
  /^\s*\(*\s*(?:alter|begin|comment|create|deallocate|delete|do|drop|insert|prepare|refresh|select|show|start|truncate|update|values|with)\b/i;

/** What its lexer takes for the beginning of a string, also inside of names and block comments. */
const opening = /\$\$|\be'/i;

/** False: a string that is never closed, here or in the eyes of its lexer, which takes exponential time for one. */
const isClosed = (sql: string): boolean =>
  tokenize(sql).every(({ kind, start, end, unterminated }) => {
    if (unterminated === true) return false;
    if (kind === "string" || kind === "quoted" || sql.startsWith("--", start)) return true;
    return !opening.test(sql.slice(start, end));
  });

/** One statement; undefined where the grammar, which is smaller than the server's, doesn't know it. Never throws. */
export function parseStatement(sql: string): Statement | undefined {
  if (parse === undefined) throw new Error("pgsql-ast-parser is not loaded: await load() first");
  if (sql.length > longest || !verbs.test(sql) || !isClosed(sql)) return undefined;
  try {
    const statements = parse(sql, { locationTracking: true });
    return statements.length === 1 ? statements[0] : undefined;
  } catch {
    // Its errors name tokens of its own grammar, which tell a user nothing about the server's.
    return undefined;
  }
}
