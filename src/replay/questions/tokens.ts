/** The tokens of a text, by the rules of its database. */
import type { DialectName } from "../../model/dialect.ts";
import { tokenize as mysqlTokens } from "../../sql/mysql/lexer.ts";
import { tokenize as postgresTokens } from "../../sql/postgres/lexer.ts";

export interface ScriptToken {
  readonly kind: string;
  readonly start: number;
  readonly end: number;
  /** Words folded, quotes taken away. */
  readonly value: string;
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
