/** Values that a call puts into its SQL: `?` and `??` in order, or by name. */
import type { Segment } from "../../text/source-map.ts";
import { SqlWriter, type Sql } from "./sql.ts";
import type { Reader } from "./evaluate.ts";
import { fieldOf, textOf, type TextValue, type Value } from "./value.ts";

/** Replaces Knex's `?` (a value), `??` (a name), `\?` (a question mark) and `:name:` (a name). */
export function withBindings(file: Reader, text: TextValue, given: Value | undefined): TextValue {
  // Without bindings only the escape of a question mark is one.
  if (given === undefined && !text.segments.some((segment) => segment.text.includes("\\"))) return text;
  const values =
    given === undefined || given.is === "record" ? [] : given.is === "list" ? [...given.items] : [given];
  const writer = new SqlWriter(file);
  const pattern = given?.is === "record" ? /:(\w{1,100}):/g : /\\\?|\?\??/g;
  let holes = text.holes;
  const replacement = (match: RegExpMatchArray): Sql | undefined => {
    if (match[0].startsWith("\\")) return writer.at(text.at, "?");
    const value =
      given?.is === "record"
        ? given.fields.get(match[1] ?? "")
        : given?.is === "unknown"
          ? given
          : values.shift();
    if (value === undefined) return undefined;
    const isName = match[0] === "??" || given?.is === "record";
    const sql = isName ? writer.table(value, value.at) : writer.literal(value);
    holes ||= sql.some((part) => part.text.startsWith("${"));
    return sql;
  };
  const segments = text.segments.flatMap((segment, at) => {
    // An escape of JavaScript's stands for itself: `"\\\\?"` is `\\` and `?`.
    const isEscaped = segment.text.startsWith("?") && text.segments[at - 1]?.text.endsWith("\\") === true;
    const escapes = segment.text.endsWith("\\") && text.segments[at + 1]?.text.startsWith("?") === true;
    const own = part(segment, isEscaped ? 1 : 0, segment.text.length - (escapes ? 1 : 0));
    const rest = replaced(own, pattern, replacement);
    return isEscaped ? [part(segment, 0, 1), ...rest] : rest;
  });
  return { ...text, segments, holes: holes || given?.is === "record" };
}

/** The characters of a segment from one to another. */
const part = (segment: Segment, from: number, to: number): Segment => ({
  ...segment,
  text: segment.text.slice(from, to),
  at: segment.exact ? { start: segment.at.start + from, end: segment.at.start + to } : segment.at,
});

/** Replaces `{name}` by what `given` calls so, as it is. */
export function withNames(file: Reader, text: TextValue, given: Value): TextValue {
  const writer = new SqlWriter(file);
  let holes = text.holes;
  const segments = text.segments.flatMap((segment) =>
    replaced(segment, /\{(\w{1,100})\}/g, ([, name = ""]) => {
      const value = fieldOf(given, name);
      const known = textOf(value) ?? (value?.is === "plain" ? String(value.value) : undefined);
      if (known !== undefined && value !== undefined) return writer.at(value.at, known);
      holes = true;
      return writer.at(text.at, `\${${name}}`);
    }),
  );
  return { ...text, segments, holes };
}

/** A segment with some of its matches replaced. */
export function replaced(
  segment: Segment,
  pattern: RegExp,
  replacement: (match: RegExpMatchArray) => Sql | undefined,
): Segment[] {
  const found: Segment[] = [];
  let at = 0;
  const copy = (end: number): void => {
    if (end <= at) return;
    found.push(part(segment, at, end));
  };
  for (const match of segment.text.matchAll(pattern)) {
    const sql = replacement(match);
    if (sql === undefined) continue;
    copy(match.index);
    found.push(...sql);
    at = match.index + match[0].length;
  }
  copy(segment.text.length);
  return found;
}
