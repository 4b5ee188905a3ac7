import type { Operation } from "../../model/operation.ts";
import type { QueryFacts } from "../../model/expression.ts";
import type { Span } from "../../text/span.ts";
import type { Token } from "./lexer.ts";

/** What lowering knows of the text around a parse tree. All offsets are UTF-16 code units of the whole file. */
export interface StatementSource {
  /** The whole file (offsets index it). */
  readonly text: string;
  /** The statement without leading comments and without its `;`. */
  readonly span: Span;
  /** Tokens of the statement in order, comments left out. */
  readonly tokens: readonly Token[];
  /** Turns a `location` of the parse tree (UTF-8 bytes) into an offset. */
  offset(location: number): number;
  /** What is written at a span of the file; of a string literal's contents, with its quotes and escapes undone. */
  written(span: Span): string;
  /** Inside of a function body: parameters and variables, folded; they are no columns. */
  readonly variables?: ReadonlySet<string> | undefined;
  /**
   * Reads the body of a DO block, function or procedure: what it does when run, and what it uses. `parameters`
   * are the function's, folded.
   */
  body(body: Span, language: string, parameters?: readonly string[]): Body;
}

export interface Body {
  readonly operations: readonly Operation[];
  readonly uses: QueryFacts;
}
