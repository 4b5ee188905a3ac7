/** Spellings of the built-in types (PostgreSQL manual, chapter 8, table 8.1). */
import { dictionary } from "../../../text/dictionary.ts";

/** Other names of the manual's types. */
export const canonicalTypes: Readonly<Record<string, string>> = dictionary({
  int: "integer",
  int2: "smallint",
  int4: "integer",
  int8: "bigint",
  float4: "real",
  float8: "double precision",
  bool: "boolean",
  bpchar: "char",
  decimal: "numeric",
  serial: "integer",
  serial4: "integer",
  bigserial: "bigint",
  serial8: "bigint",
  smallserial: "smallint",
  serial2: "smallint",
});
/** `serial` and its kin. */
export const serialTypes: ReadonlySet<string> = new Set([
  "serial",
  "serial4",
  "bigserial",
  "serial8",
  "smallserial",
  "serial2",
]);
/** The fields of `interval year to month`. */
export const intervalWords: ReadonlySet<string> = new Set([
  "year",
  "month",
  "day",
  "hour",
  "minute",
  "second",
  "to",
]);

const isBuiltIn = (name: string): boolean =>
  canonicalTypes[name] !== undefined ||
  /^(?:text|uuid|jsonb?|date|bytea|inet|cidr|numeric|interval|name)$/.test(name);

/** `text` for `_text`, the catalogue's name of an array; undefined for other names. */
export const elementOfArray = (name: string): string | undefined =>
  name.startsWith("_") && isBuiltIn(name.slice(1)) ? name.slice(1) : undefined;
