import type { Span } from "../text/span.ts";

/** A column type, normalised: `int`, `int4` and `integer` are one. */
export interface ColumnType {
  /**
   * The manual's name (PostgreSQL manual, chapter 8, "Data Types"): `integer`, `bigint`, `smallint`, `varchar`,
   * `char`, `text`, `numeric`, `real`, `double precision`, `boolean`, `timestamp`, `timestamptz`, `time`,
   * `timetz`, `interval`, `date`, `uuid`, `json`, `jsonb`, `bytea`, `bit`, `varbit`, `inet`, `cidr`…; for a
   * user's type its folded name. `serial` types appear as the integer type below them.
   */
  readonly name: string;
  /** Schema of a user's type if written; never `pg_catalog`. */
  readonly schema?: string | undefined;
  /** Length, precision and scale: `varchar(50)` → `[50]`, `numeric(10,2)` → `[10, 2]`; empty if none. */
  readonly modifiers: readonly number[];
  /** Array dimensions; 0 for a scalar. */
  readonly dimensions: number;
  /** `interval day to second` and the like: the fields as written. */
  readonly fields?: string | undefined;
  /** As written, for messages. */
  readonly text: string;
  readonly span: Span;
}

/** The normalised spelling: `varchar(50)[]`. */
export function typeText(type: ColumnType): string {
  const schema = type.schema === undefined ? "" : `${type.schema}.`;
  const modifiers = type.modifiers.length === 0 ? "" : `(${type.modifiers.join(",")})`;
  const fields = type.fields === undefined ? "" : ` ${type.fields}`;
  return `${schema}${type.name}${fields}${modifiers}${"[]".repeat(type.dimensions)}`;
}

export const sameType = (a: ColumnType, b: ColumnType): boolean => typeText(a) === typeText(b);
