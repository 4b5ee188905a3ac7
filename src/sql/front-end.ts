import type { Operation } from "../model/operation.ts";
import type { Span } from "../text/span.ts";

/** One statement of a text, in order. */
export interface Statement {
  /** From its first keyword to its last token, without the `;` and without leading comments. */
  readonly span: Span;
  /** The parser's name for it: `AlterTableStmt`; `unparsable` if it has none. */
  readonly kind: string;
  readonly operations: readonly Operation[];
  /** A problem stands in it, and yet it is read as far as possible. */
  readonly mistaken?: true | undefined;
  /** The server's grammar rejects it as it is written: the operations are those that are meant. */
  readonly rejected?: true | undefined;
}

/** A place that the server's grammar rejects. */
export interface Problem {
  readonly span: Span;
  /** The parser's own words: `syntax error at or near "COLUM"`. */
  readonly message: string;
  /** What may help, if we know. */
  readonly hint?: string | undefined;
  /** What is to be written where a call of a builder sends it. */
  readonly call?: "dropIndex" | undefined;
}

export interface ParsedText {
  readonly statements: readonly Statement[];
  readonly problems: readonly Problem[];
  /** Every comment, delimiters included, in order. */
  readonly comments: readonly Span[];
  /** Where the text sets the mysql client's delimiter. */
  readonly delimiters?: readonly Span[] | undefined;
  /** What stands for a template's placeholder, a name, with the placeholder as written. */
  readonly placeholders?: ReadonlyMap<string, string> | undefined;
  /** Bugs of ours: what was thrown while a statement was read, which is `unknown` then. */
  readonly errors?: readonly unknown[] | undefined;
}

/** The kind of a statement that code puts together when it runs: its text isn't known. */
export const dynamicKind = "dynamic";

/** `prefix`: how its text begins, as far as that is known. */
export const dynamicStatement = (span: Span, prefix?: string): Statement => ({
  span,
  kind: dynamicKind,
  operations: [{ kind: "executeDynamic", span, head: span, prefix }],
});

/** The same of a call that its tool refuses: what would follow from it isn't known. */
export const refusedKind = "refused";

/** The same of code that changes rows, and no schema. */
export const dataKind = "data";

/** Reads the SQL of one dialect. Never throws: what can't be read is an `unknown` operation and a problem. */
export interface FrontEnd {
  /** Must be awaited once before `read`. */
  load(): Promise<void>;
  /**
   * Offsets of the result are UTF-16 code units of `text`. `part` restricts reading to a section of the text
   * (an up or down section); offsets still count from the start of `text`.
   */
  read(text: string, part?: Span): ParsedText;
  /**
   * A text by which expressions and queries are compared: the same for all that the server prints alike. Undefined: it isn't
   * one that this front end parses.
   */
  readonly canonical?: ((text: string) => string | undefined) | undefined;
}
