/** Texts that are put together: every character keeps its place. */
import type { Segment } from "../../text/source-map.ts";
import { hole } from "./literal.ts";
import type { Module } from "./modules.ts";
import type { Place, PlainValue, TextValue, Value } from "./value.ts";

export const textValue = (segments: readonly Segment[], at: Place, holes = false): TextValue => ({
  is: "text",
  segments,
  holes,
  at,
});

/** A text that no literal spells: it was made by what stands at `at`. */
export const madeText = (text: string, at: Place): TextValue =>
  textValue(
    text === "" ? [] : [{ text, path: at.path, at: { start: at.start, end: at.end }, exact: false }],
    at,
  );

/** See `Segment.isDefault`. */
export const asDefault = (text: TextValue): TextValue => ({
  ...text,
  segments: text.segments.map((segment) => ({ ...segment, isDefault: true as const })),
});

export const joined = (texts: readonly TextValue[], at: Place): TextValue =>
  textValue(
    texts.flatMap(({ segments }) => segments),
    at,
    texts.some(({ holes }) => holes),
  );

/** What `str` gives; a placeholder for what isn't known. */
export function asText(value: Value, module: Module, at: Place): TextValue {
  if (value.is === "text") return value;
  if (value.is === "plain") return madeText(value.printed, value.at);
  return placeholder(module, at);
}

/** For what isn't known; its words are those of the file that is read. */
export const placeholder = (module: Module, at: Place): TextValue =>
  textValue(
    at.path === module.path
      ? [hole(module, at)]
      : [{ text: "${value}", path: at.path, at: { start: at.start, end: at.end }, exact: false }],
    at,
    true,
  );

/** What is left of the characters between two offsets. */
export function sliced(text: TextValue, from: number, to: number): TextValue {
  const segments: Segment[] = [];
  let at = 0;
  for (const segment of text.segments) {
    const start = Math.max(0, from - at);
    const end = Math.min(segment.text.length, to - at);
    at += segment.text.length;
    if (start >= end) continue;
    segments.push({
      ...segment,
      text: segment.text.slice(start, end),
      at: segment.exact ? { start: segment.at.start + start, end: segment.at.start + end } : segment.at,
    });
  }
  return { ...text, segments };
}

/** The characters, placeholders included. */
export const written = ({ segments }: TextValue): string => segments.map(({ text }) => text).join("");

/** Each match replaced by what `replacement` gives; undefined: it stays. */
export function replaced(
  text: TextValue,
  pattern: RegExp,
  replacement: (match: RegExpMatchArray) => TextValue | undefined,
): TextValue {
  const found: TextValue[] = [];
  let at = 0;
  const whole = written(text);
  for (const match of whole.matchAll(pattern)) {
    const instead = replacement(match);
    if (instead === undefined) continue;
    found.push(sliced(text, at, match.index), instead);
    at = match.index + match[0].length;
  }
  found.push(sliced(text, at, whole.length));
  return { ...joined(found, text.at), holes: text.holes || found.some(({ holes }) => holes) };
}

/** `textwrap.dedent`: without the blanks that all lines begin with. */
export function dedented(text: TextValue): TextValue {
  const lines = written(text).split("\n");
  const margins = lines.flatMap((line) => (/\S/.test(line) ? [/^[ \t]*/.exec(line)?.[0] ?? ""] : []));
  let margin = margins[0] ?? "";
  for (const own of margins) while (!own.startsWith(margin)) margin = margin.slice(0, -1);
  return margin === "" ? text : replaced(text, new RegExp(`^${margin}`, "gm"), () => madeText("", text.at));
}

/** `%` and its values: `"%s %(name)s" % …`; undefined where that isn't known. */
export function percentFormatted(text: TextValue, given: Value, module: Module): TextValue | undefined {
  if (given.is === "list" && given.open) return undefined;
  const values = given.is === "list" && given.kind === "tuple" ? [...given.items] : [given];
  const pattern = /%(?:\((\w+)\))?[-+0 #]*(?:\d+)?(?:\.\d+)?([sdrifx%])/g;
  return replaced(text, pattern, ([all, name, kind]) => {
    if (kind === "%") return madeText("%", text.at);
    const value =
      name === undefined ? values.shift() : given.is === "record" ? given.fields.get(name) : undefined;
    const isPlain = /^%(?:\(\w+\))?[sdi]$/.test(all);
    return value === undefined || !isPlain
      ? placeholder(module, value?.at ?? text.at)
      : asText(value, module, value.at);
  });
}

/** `str.format` */
export function braceFormatted(
  text: TextValue,
  values: readonly Value[],
  keywords: ReadonlyMap<string, Value>,
  module: Module,
): TextValue {
  let next = 0;
  return replaced(text, /\{\{|\}\}|\{(\w*)((?:\.|\[|!|:)[^{}]*)?\}/g, ([all, name = "", rest]) => {
    if (all === "{{" || all === "}}") return madeText(all.charAt(0), text.at);
    const value =
      name === "" ? values[next++] : /^\d+$/.test(name) ? values[Number(name)] : keywords.get(name);
    if (value === undefined || (rest !== undefined && !/^!s$/.test(rest)))
      return placeholder(module, value?.at ?? text.at);
    return asText(value, module, value.at);
  });
}

export const plain = (value: number | boolean | null, at: Place): PlainValue => ({
  is: "plain",
  value,
  printed: value === null ? "None" : typeof value === "boolean" ? (value ? "True" : "False") : String(value),
  at,
});

/** From a file of SQL that several migrations may load, and that may have had another text when this one ran. */
export const mayHaveChanged = (segments: readonly Segment[]): boolean =>
  segments.some(({ path }) => {
    const parts = path.split("/");
    return path.endsWith(".sql") && !/\d/.test(parts.pop() ?? "") && !parts.some((one) => kept.test(one));
  });

/** Folders whose files stay as they are. */
const kept = /migrat|versions|alembic|revisions/i;
