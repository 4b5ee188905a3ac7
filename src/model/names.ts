import type { Span } from "../text/span.ts";

/** An identifier as written in a statement. */
export interface Name {
  /** As the server folds it: `Users` unquoted is `users`, `"Users"` stays. Compare these. */
  readonly text: string;
  /** MySQL: as written, where folding changed it; for messages. */
  readonly written?: string | undefined;
  readonly span: Span;
}

/** The name of a table, view, index, type, function…, perhaps with a schema. */
export interface QualifiedName {
  /** Folded; undefined if the statement leaves it to `search_path`. MySQL: the database; undefined: that of USE. */
  readonly schema?: string | undefined;
  /** Folded. */
  readonly name: string;
  /** MySQL: the name as written, where folding changed it. */
  readonly written?: string | undefined;
  /** For messages, quoted where it has to be: `orders`, `audit.orders`, `"Orders"`, MySQL's `` `order` ``. */
  readonly text: string;
  /** The whole name, schema included. */
  readonly span: Span;
  /** `ONLY t` where rows are read or written: without the tables below it. */
  readonly only?: true | undefined;
}

/** The name that a string holds as SQL: `orders`, `"Audit".orders`. It has no place of its own. */
export function nameInText(written: string): QualifiedName {
  const [name = "", schema] = written
    .split(".")
    .reverse()
    .map((part) => (/^\w/.test(part) ? part.toLowerCase() : part.slice(1, -1)));
  return { schema, name, text: written, span: { start: 0, end: 0 } };
}

/** Key of a relation, type or function in the schema: `public.orders`. */
export type Key = string;

export const keyOf = (schema: string, name: string): Key => `${schemaInKey(schema)}.${name}`;

/** Stands for a dot in the schema of a key, which is split at its first one: a template's `{{.Schema}}`. */
const dot = "\u2024";

export const schemaInKey = (schema: string): string =>
  schema.includes(".") ? schema.replaceAll(".", dot) : schema;

export const schemaOfKey = (schema: string): string =>
  schema.includes(dot) ? schema.replaceAll(dot, ".") : schema;

/** Words that can't name a column or table unless quoted (PostgreSQL manual, appendix C, "reserved"). */
const reserved: ReadonlySet<string> = new Set(
  (
    "all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate collation " +
    "column concurrently constraint create cross current_catalog current_date current_role current_schema " +
    "current_time current_timestamp current_user default deferrable desc distinct do else end except false fetch for " +
    "foreign freeze from full grant group having ilike in initially inner intersect into is isnull join lateral " +
    "leading left like limit localtime localtimestamp natural not notnull null offset on only or order outer overlaps " +
    "placing primary references returning right select session_user similar some symmetric system_user table " +
    "tablesample then to trailing true union unique user using variadic verbose when where window with"
  ).split(" "),
);

/** Made of a template's placeholder, `${columns}`: which name it is, or how many, isn't known. */
export const isPlaceholder = (name: string): boolean => /^__\w*_$/.test(name);

/** Such a name has to be quoted everywhere, although it is plain lower case. */
export const isReserved = (name: string): boolean => reserved.has(name);

/** An identifier as SQL spells it: bare if it is plain lower case and no reserved word, quoted otherwise. */
export function quoteIdentifier(name: string): string {
  return /^[a-z_][a-z0-9_$]*$/.test(name) && !reserved.has(name) ? name : `"${name.replaceAll('"', '""')}"`;
}
