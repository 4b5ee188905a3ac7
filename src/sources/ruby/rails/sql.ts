/** SQL put together from what calls say; every part stands where the value is that made it. */
import type { Segment } from "../../../text/source-map.ts";
import { textOf, written, type Place, type Value } from "../value.ts";

export type Sql = readonly Segment[];

/** `text` made by what stands at `at`. */
export const sqlAt = (at: Place, text: string): Sql =>
  text === "" ? [] : [{ text, path: at.path, at: { start: at.start, end: at.end }, exact: false }];

/** Parts in a row; what is plain text was made by what stands at `at`. */
export const joinSql = (at: Place, ...parts: readonly (string | Sql)[]): Sql =>
  parts.flatMap((part) => (typeof part === "string" ? sqlAt(at, part) : part));

/** Parts with `separator` between them. */
export const listSql = (at: Place, parts: readonly Sql[], separator = ", "): Sql =>
  parts.flatMap((part, i) => (i === 0 ? part : [...sqlAt(at, separator), ...part]));

/** The characters, for names that are made of it. */
export const textOfSql = (sql: Sql): string => sql.map(({ text }) => text).join("");

/** A name as a call gives it; undefined text: not known. */
export interface Name {
  readonly text: string | undefined;
  /** As it is spelled where it isn't known: with placeholders. */
  readonly shown: string;
  readonly at: Place;
}

export const nameOf = (value: Value | undefined, at: Place): Name => {
  if (value === undefined) return { text: undefined, shown: "${name}", at };
  if (value.is === "plain" && value.value !== null && value.value !== true && value.value !== false)
    return { text: value.printed, shown: value.printed, at: value.at };
  const text = textOf(value);
  return { text, shown: text ?? (value.is === "text" ? written(value) : "${name}"), at: value.at };
};

export const named = (text: string, at: Place): Name => ({ text, shown: text, at });
