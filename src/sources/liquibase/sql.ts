/** SQL that is put together from a changelog's values: every character keeps its place. */
import type { Properties, WrittenPart, WrittenText } from "../../model/changelog.ts";
import type { Segment } from "../../text/source-map.ts";
import type { Span } from "../../text/span.ts";

/** A value with its properties replaced. */
export interface Value {
  readonly text: string;
  readonly parts: readonly PlacedPart[];
}

interface PlacedPart extends WrittenPart {
  /** Undefined: the changelog. */
  readonly path?: string | undefined;
}

/** Words of ours, and values. */
export type Sql = readonly (string | Value)[];

type Inserted = string | Value | Sql | undefined;

/** ``sql`DROP TABLE ${name}` ``; lists are put in as they are, and what is undefined is nothing. */
export function sql(words: TemplateStringsArray, ...values: readonly Inserted[]): Sql {
  return words.flatMap((word, i): Sql => [word, ...flat(values[i])]);
}

const flat = (value: Inserted): Sql =>
  value === undefined ? [] : typeof value === "string" || !isList(value) ? [value] : value;

const isList = (value: Value | Sql): value is Sql => Array.isArray(value);

/** With `, ` or other words between them. */
export const listed = (all: readonly Inserted[], between = ", "): Sql =>
  all.flatMap((one, i): Sql => (i === 0 ? flat(one) : [between, ...flat(one)]));

export const written = (all: Sql): string =>
  all.map((one) => (typeof one === "string" ? one : one.text)).join("");

/** @param at stands for words that the changelog doesn't have */
export function segmentsOf(all: Sql, path: string, at: Span): readonly Segment[] {
  return all.flatMap((one): readonly Segment[] => {
    if (typeof one === "string") return one === "" ? [] : [{ text: one, path, at, exact: false }];
    return one.parts.map(({ text, at: own, exact, quote, path: other }) => ({
      text,
      path: other ?? path,
      at: own,
      exact,
      quote,
    }));
  });
}

const placeholder = /\$\{([^{}$]{1,200})\}/g;

export function valueOf({ value, parts }: WrittenText, properties: Properties): Value {
  if (!value.includes("${")) return { text: value, parts };
  const found = parts.flatMap((part) => replacedIn(part, properties));
  return { text: found.map(({ text }) => text).join(""), parts: found };
}

/** A text of another file. */
export function valueIn(text: string, path: string, properties: Properties): Value {
  const whole: PlacedPart = { text, at: { start: 0, end: text.length }, exact: true, path };
  const parts = text.includes("${") ? replacedIn(whole, properties) : [whole];
  return { text: parts.map((part) => part.text).join(""), parts };
}

function replacedIn(part: PlacedPart, properties: Properties): readonly PlacedPart[] {
  const found: PlacedPart[] = [];
  let from = 0;
  for (const match of part.text.matchAll(placeholder)) {
    const own = properties.get((match[1] ?? "").trim());
    if (own === undefined) continue;
    const to = match.index + match[0].length;
    found.push(...cut(part, from, match.index));
    const at = cut(part, match.index, to)[0]?.at ?? part.at;
    found.push({ ...part, text: own, at, exact: false });
    from = to;
  }
  return [...found, ...cut(part, from, part.text.length)];
}

function cut(part: PlacedPart, from: number, to: number): readonly PlacedPart[] {
  if (from >= to) return [];
  const at = part.exact ? { start: part.at.start + from, end: part.at.start + to } : part.at;
  return [{ ...part, text: part.text.slice(from, to), at }];
}

/** The characters between two offsets. */
export function sliced(value: Value, from: number, to: number): Value {
  if (from === 0 && to === value.text.length) return value;
  const parts: PlacedPart[] = [];
  let start = 0;
  for (const part of value.parts) {
    parts.push(...cut(part, Math.max(0, from - start), Math.min(part.text.length, to - start)));
    start += part.text.length;
  }
  return { text: value.text.slice(from, to), parts };
}

export function trimmed(value: Value): Value {
  const start = value.text.length - value.text.trimStart().length;
  return sliced(value, start, Math.max(start, value.text.trimEnd().length));
}

/** Between the marks, which have one letter. */
export function splitAt(value: Value, mark: string): readonly Value[] {
  const found: Value[] = [];
  let from = 0;
  for (let at = value.text.indexOf(mark); at >= 0; at = value.text.indexOf(mark, from)) {
    found.push(trimmed(sliced(value, from, at)));
    from = at + mark.length;
  }
  return [...found, trimmed(sliced(value, from, value.text.length))];
}

/** A text that the changelog doesn't write, in the place of a value. */
export const instead = ({ parts }: Value, text: string): Value => {
  const [first] = parts;
  const last = parts.at(-1);
  if (first === undefined || last === undefined) return { text, parts: [] };
  const at = { start: first.at.start, end: last.at.end };
  return { text, parts: text === "" ? [] : [{ ...first, text, at, exact: false }] };
};
