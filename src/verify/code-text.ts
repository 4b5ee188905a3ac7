/** What of a statement's text may be code: comments are left out, as the server reads them, and texts where they are data. */
import type { DialectFamily, PerFamily } from "../model/dialect.ts";
import { tokenize as mysqlTokens } from "../sql/mysql/lexer.ts";
import { tokenize as postgresTokens } from "../sql/postgres/lexer.ts";

export interface CodeText {
  /** With its texts, which may be bodies and names. */
  readonly whole: string;
  /** Without them. */
  readonly bare: string;
}

/**
 * Each as those may read it who run it, one reading behind the other: without comments, without those in texts that it holds,
 * and as it is where settings of the server decide what a backslash does to the quote behind it.
 */
export function codeTextOf(family: DialectFamily, text: string): CodeText {
  const read = readers[family];
  const asIs = text.includes("\\") ? text : "";
  return {
    whole: [read(text, true), commentsCut(text), asIs].join("\n"),
    bare: [read(text, false), asIs].join("\n"),
  };
}

const commentsCut = (text: string): string =>
  text.replace(/\/\*(?!M?!)[^]*?\*\//g, " ").replace(/--[^\n]*/g, " ");

type Reader = (text: string, withTexts: boolean) => string;

interface Token {
  readonly kind: string;
  readonly start: number;
  readonly end: number;
}

/** A text in which other words stand for its tokens. */
function replaced(
  text: string,
  tokens: readonly Token[],
  by: (written: string, kind: string) => string,
): string {
  let at = 0;
  const parts = tokens.map(({ kind, start, end }) => {
    const gap = text.slice(at, start);
    at = end;
    return gap + by(text.slice(start, end), kind);
  });
  return parts.join("") + text.slice(at);
}

const dollars = /^(\$[^$]*\$)([^]*)\1$/;

/** Comments of a body between dollars are left out, too. */
const postgres: Reader = (text, withTexts) =>
  replaced(text, postgresTokens(text), (written, kind) => {
    if (kind === "comment") return " ";
    if (kind !== "string") return written;
    if (!withTexts) return "''";
    const [, tag = "", body] = dollars.exec(written) ?? [];
    return body === undefined ? written : `${tag}${postgres(body, true)}${tag}`;
  });

/** What stands in a comment that begins with an exclamation mark is executed by some releases. */
const mysql: Reader = (text, withTexts) =>
  replaced(text, mysqlTokens(text, { dialect: "mysql" }), (written, kind) => {
    if (kind === "comment") return /^\/\*M?!\d*([^]+)\*\/$/.exec(written)?.[1] ?? " ";
    // With ANSI_QUOTES, a name stands between double quotes.
    return kind === "string" && !withTexts && !written.startsWith('"') ? "''" : written;
  });

const readers: PerFamily<Reader> = { postgres, mysql, mongodb: (text) => text };
