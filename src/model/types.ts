import type { Span } from "../text/span.ts";

/** A column type, normalised: `int`, `int4` and `integer` are one. */
export interface ColumnType {
  /**
   * The manual's name (PostgreSQL manual, chapter 8, "Data Types"): `integer`, `bigint`, `smallint`, `varchar`,
   * `char`, `text`, `numeric`, `real`, `double precision`, `boolean`, `timestamp`, `timestamptz`, `time`,
   * `timetz`, `interval`, `date`, `uuid`, `json`, `jsonb`, `bytea`, `bit`, `varbit`, `inet`, `cidr`…; for a
   * user's type its folded name. `serial` types appear as the integer type below them.
   *
   * MySQL and MariaDB: the name that SHOW CREATE TABLE gives: `int`, `tinyint` (`boolean` is `tinyint(1)`),
   * `varchar`, `mediumtext`, `decimal`, `double`, `datetime`, `enum`, `json`, `geometry`…; modifiers that are left out
   * are filled in (`decimal(10,0)`, `char(1)`), the display width of integers is dropped but for `tinyint(1)`.
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
  /** MySQL: UNSIGNED and ZEROFILL, which implies it. */
  readonly unsigned?: true | undefined;
  readonly zerofill?: true | undefined;
  /** MySQL: `int(11)`; never of `tinyint(1)` and of ZEROFILL, where it says something. */
  readonly displayWidth?: number | undefined;
  /** MySQL: members of `enum` and `set`, in order, without quotes. */
  readonly values?: readonly string[] | undefined;
  /** As written, for messages. */
  readonly text: string;
  readonly span: Span;
}

/** The normalised spelling: `varchar(50)[]`. */
export function typeText(type: ColumnType): string {
  const schema = type.schema === undefined ? "" : `${type.schema}.`;
  const modifiers = type.modifiers.length === 0 ? "" : `(${type.modifiers.join(",")})`;
  const fields = type.fields === undefined ? "" : ` ${type.fields}`;
  const values = type.values?.map((value) => `'${value.replaceAll("'", "''")}'`).join(",");
  const members = values === undefined ? "" : `(${values})`;
  const sign = `${type.unsigned === true ? " unsigned" : ""}${type.zerofill === true ? " zerofill" : ""}`;
  return `${schema}${type.name}${fields}${modifiers}${members}${sign}${"[]".repeat(type.dimensions)}`;
}

/** PostgreSQL discards the modifiers of a routine's types (manual, CREATE FUNCTION): `varchar(50)` is `varchar` there. */
export const ofRoutine = (type: ColumnType): ColumnType => ({ ...type, modifiers: [], fields: undefined });

/** Without the default schema, with which a type may be written or not. */
export const bareType = (type: ColumnType): ColumnType =>
  type.schema === "public" ? { ...type, schema: undefined } : type;

export const sameType = (a: ColumnType, b: ColumnType): boolean =>
  typeText(bareType(a)) === typeText(bareType(b));
