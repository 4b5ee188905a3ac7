/** A token of PostgreSQL's lexical structure (manual, section 4.1). */
export interface Token {
  readonly kind: "word" | "quoted" | "string" | "number" | "operator" | "punctuation" | "parameter" | "comment";
  readonly start: number;
  readonly end: number;
  /** Word: folded to lower case; quoted: without quotes; string: its contents; else as written. */
  readonly value: string;
}
