import type { Span } from "../text/span.ts";

/** An identifier as written in a statement. */
export interface Name {
  /** As the server folds it: `Users` unquoted is `users`, `"Users"` stays. Compare these. */
  readonly text: string;
  readonly span: Span;
}

/** The name of a table, view, index, type, function…, perhaps with a schema. */
export interface QualifiedName {
  /** Folded; undefined if the statement leaves it to `search_path`. */
  readonly schema?: string | undefined;
  /** Folded. */
  readonly name: string;
  /** For messages: `orders`, `audit.orders`, `"Orders"`. */
  readonly text: string;
  /** The whole name, schema included. */
  readonly span: Span;
}

/** Key of a relation, type or function in the schema: `public.orders`. */
export type Key = string;

export const keyOf = (schema: string, name: string): Key => `${schema}.${name}`;

/** An identifier as SQL spells it: bare if it is plain lower case, quoted otherwise. */
export function quoteIdentifier(name: string): string {
  return /^[a-z_][a-z0-9_$]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}
