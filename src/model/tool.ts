/** What lower modules ask of a migration tool. */

/** What a migration in code consists of. */
export interface CodeFile {
  /** Calls; a text of several lines is one call. */
  readonly up: readonly string[];
  readonly down: readonly string[];
  /** The tool is to open no transaction. */
  readonly outside: boolean;
  readonly language: "commonjs" | "module" | "typescript";
  /** Milliseconds since 1970, 13 digits, later than those in the name of the file that the advice is for. */
  readonly time: string;
}

/** Where the schema is declared that a tool's migrations are made from: the next one undoes what is only in a migration. */
export interface Declared {
  /** Follows "in": `schema.prisma`. */
  readonly where: string;
  /**
   * An index, as it stands in the declaration of its table; undefined: it needn't stand there, or the
   * fields may have other names than these columns.
   */
  readonly index?: (name: string, columns: readonly string[], table: string) => string | undefined;
  /** A generated key of 64 bits, and the type of what refers to it. */
  readonly key: string;
  readonly reference: string;
  /** What a column, and a table, gets that the application no longer uses. */
  readonly unused?: { readonly column: string; readonly table: string };
  /** How a field of another name keeps this column. */
  readonly renamed: (column: string) => string;
}
