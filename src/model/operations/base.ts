import type { Span } from "../../text/span.ts";

/** What every operation has. */
export interface OperationBase<K extends string> {
  readonly kind: K;
  /** The sub-command (`ADD COLUMN c int`), the inline constraint, or the whole statement without its `;`. */
  readonly span: Span;
  /** The smallest telling part, where findings point by default: `ADD COLUMN c`, `CREATE INDEX i ON t`. */
  readonly head: Span;
  /** Stands under IF, CASE or EXCEPTION of a DO block or function: may not run. */
  readonly conditional?: true | undefined;
  /** Stands in a loop: may run several times. */
  readonly repeated?: true | undefined;
  /** First version whose grammar has it, and the word at which older ones stop, where the kind alone doesn't say so. */
  readonly since?: { readonly version: number; readonly word: string } | undefined;
  /** Done by a function that this statement calls: `span` and `head` are the call's, all other spans the function's. */
  readonly called?: true | undefined;
}

/** A parameter of WITH (…), SET (…) or RESET (…), in lower case; `value` is undefined for RESET. */
export interface StorageParameter {
  readonly name: string;
  readonly value?: string | undefined;
}

/**
 * Where a constraint is written: inside CREATE TABLE (as a column or table constraint), inside ADD COLUMN, or on
 * its own (`ALTER TABLE … ADD CONSTRAINT`).
 */
export type Within = "createTable" | "addColumn" | "alterTable";
