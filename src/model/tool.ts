/** What lower modules ask of a migration tool. */
import type { DialectFamily, PerFamily } from "./dialect.ts";

/** What a migration in code consists of. */
export interface CodeFile {
  /** Calls; a text of several lines is one call. */
  readonly up: readonly string[];
  readonly down: readonly string[];
  /** The tool is to open no transaction. */
  readonly outside: boolean;
  readonly language: "commonjs" | "module" | "typescript" | "python";
  /**
   * What the tool sorts it by: behind the migration that the advice is for, in the same form. Where that migration has no
   * version, words in `<…>`.
   */
  readonly version: string;
}

/** An index, key or unique constraint in the declaration of a table. */
export interface DeclaredIndex {
  /** In the database; undefined: the tool's usual one. */
  readonly name: string | undefined;
  readonly unique: boolean;
  /** In its order. */
  readonly fields: readonly string[];
  /** As it stands there: `@@index([userId])`. */
  readonly text: string;
}

/** A table as the project declares it. */
export interface DeclaredTable {
  /** For messages: `the model User`. */
  readonly name: string;
  /** In the database; the schema only if the declaration states one. */
  readonly schema: string | undefined;
  readonly table: string;
  /** Columns by their fields. */
  readonly columns: ReadonlyMap<string, string>;
  readonly indexes: readonly DeclaredIndex[];
}

/** How a key gets its numbers; `plain`: by a serial type, or `AUTO_INCREMENT`. */
export type Numbered = "plain" | "always" | "by default";

/** Where the project declares its schema in code. */
export interface Declared {
  /** Follows "in": `schema.prisma`. */
  readonly where: string;
  /**
   * What the tool compares the declaration with to write the next migration: what the migrations do, or a file that it
   * keeps beside them. Undefined: it doesn't write migrations.
   */
  readonly compares?: "migrations" | "snapshot";
  /** What the project declares; undefined: that isn't known. */
  readonly tables?: (() => readonly DeclaredTable[] | undefined) | undefined;
  /**
   * An index, as it stands in the declaration of its table. `isUsual`: its name is made of the table's and the columns'
   * names, and ends in `_idx`.
   */
  readonly index?: (name: string, fields: readonly string[], isUsual: boolean) => string;
  /** A generated key of 64 bits, and the type of what refers to it. */
  readonly key: (family: DialectFamily, numbered: Numbered) => string;
  readonly reference: string;
  /** What such values are in the application, where that differs from those of 32 bits. A sentence. */
  readonly wide?: Partial<PerFamily<string>>;
  /** What a column, and a table, gets that the application no longer uses. */
  readonly unused?: { readonly column: string; readonly table: string };
  /** How a field of another name keeps this column. */
  readonly renamed: (column: string) => string;
  /** The same of a relation, if it is written in another way. */
  readonly renamedRelation?: (column: string) => string;
}
