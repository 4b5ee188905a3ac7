/** The tokens of a script, by the rules of its database. */
import type { Script } from "../../project/migration.ts";
import { lintedDialect } from "../../project/facts.ts";
import { tokenize as mysqlTokens } from "../../sql/mysql/lexer.ts";
import { tokenize as postgresTokens } from "../../sql/postgres/lexer.ts";

export interface ScriptToken {
  readonly kind: string;
  readonly start: number;
  readonly end: number;
  /** Words folded, quotes taken away. */
  readonly value: string;
}

export function tokensOf(
  script: Pick<Script, "text" | "dialect">,
  from: number,
  to: number,
): readonly ScriptToken[] {
  const dialect = lintedDialect(script);
  return dialect === "postgres"
    ? postgresTokens(script.text, from, to)
    : mysqlTokens(script.text, { dialect }, from, to);
}
