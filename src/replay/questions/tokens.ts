/** The tokens of a text, by the rules of its database. */
import type { DialectName } from "../../model/dialect.ts";
import { tokenize as mysqlTokens } from "../../sql/mysql/lexer.ts";
import { tokenize as postgresTokens } from "../../sql/postgres/lexer.ts";
import type { Span } from "../../text/span.ts";
import type { Step } from "../step.ts";

export interface ScriptToken {
  readonly kind: string;
  readonly start: number;
  readonly end: number;
  /** Words folded, quotes taken away. */
  readonly value: string;
}

/** Operators that compare two values. */
export const comparisons: ReadonlySet<string> = new Set(["=", "<>", "!=", "<", ">", "<=", ">="]);

/** The number of the token that closes the parenthesis there; the end if none does. */
export function closing(tokens: readonly Pick<ScriptToken, "kind" | "value">[], open: number): number {
  let depth = 0;
  for (let at = open; at < tokens.length; at++) {
    const token = tokens[at];
    if (token?.kind === "string" || token?.kind === "quoted") continue;
    if (token?.value === "(") depth++;
    else if (token?.value === ")" && --depth === 0) return at;
  }
  return tokens.length;
}

/** Those between two offsets of the text. */
type Tokenizer = (text: string, from: number, to: number) => readonly ScriptToken[];

export const tokenizers: Readonly<Record<DialectName, Tokenizer>> = {
  postgres: postgresTokens,
  mysql: (text, from, to) => mysqlTokens(text, { dialect: "mysql" }, from, to),
  mariadb: (text, from, to) => mysqlTokens(text, { dialect: "mariadb" }, from, to),
  // It has no texts.
  mongodb: () => [],
};

/** Those of a part of the script, without comments. */
export const tokensIn = (
  { script, before }: Pick<Step, "script" | "before">,
  { start, end }: Span,
): readonly ScriptToken[] =>
  tokenizers[before.dialect.name](script.text, start, end).filter(({ kind }) => kind !== "comment");

/** More than this of a statement isn't looked at. */
const farEnough = 20_000;

const known = new WeakMap<Step["operation"], readonly ScriptToken[]>();

/** How the statement of a step begins, without comments; several questions about a step need the same. */
export function statementTokens(step: Step): readonly ScriptToken[] {
  const { operation } = step;
  let tokens = known.get(operation);
  if (tokens === undefined) {
    const { start, end } = operation.span;
    tokens = tokensIn(step, { start, end: Math.min(end, start + farEnough) });
    known.set(operation, tokens);
  }
  return tokens;
}
