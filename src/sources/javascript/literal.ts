/** String and template literals as text with places: escapes are undone, every character knows where it stands. */
import type { Segment } from "../../text/source-map.ts";
import type { Span } from "../../text/span.ts";
import { children, subtrees, type Tree } from "./tree.ts";
import { dictionary } from "../../text/dictionary.ts";

/** The file that is read. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

const simple: Readonly<Record<string, string>> = dictionary({
  n: "\n",
  t: "\t",
  r: "\r",
  b: "\b",
  v: "\v",
  f: "\f",
  "0": "\0",
});

/** The contents of a literal between two offsets; in templates `\r\n` is a line break of one character. */
export function contents(file: SourceFile, span: Span, quote: string, raw = false): Segment[] {
  const found: Segment[] = [];
  const add = (text: string, start: number, end: number, exact: boolean): void => {
    if (text !== "") found.push({ text, path: file.path, at: { start, end }, exact, quote });
  };
  const isTemplate = quote === "`";
  const special = isTemplate ? /\\|\r/g : /\\/g;
  // Searched alone: in the file, each literal's search would go on to the next backslash, wherever it stands.
  const own = file.text.slice(span.start, span.end);
  let at = span.start;
  while (at < span.end) {
    special.lastIndex = at - span.start;
    const match = special.exec(own);
    const stop = match === null ? span.end : span.start + match.index;
    add(file.text.slice(at, stop), at, stop, true);
    if (stop >= span.end) break;
    const { value, length } =
      file.text.charAt(stop) === "\r" ? lineBreak(file.text, stop) : raw ? asIs : escape(file.text, stop);
    add(value, stop, stop + length, value.length === length);
    at = stop + length;
  }
  return found;
}

const asIs = { value: "\\", length: 1 };

const lineBreak = (text: string, at: number): { value: string; length: number } => ({
  value: "\n",
  length: text.charAt(at + 1) === "\n" ? 2 : 1,
});

/** One escape sequence (ECMA-262, section 12.9.4); its length counts the backslash. */
function escape(text: string, at: number): { value: string; length: number } {
  const next = text.charAt(at + 1);
  if (Object.hasOwn(simple, next)) return { value: simple[next] ?? "", length: 2 };
  if (next === "\r") return { value: "", length: 1 + lineBreak(text, at + 1).length };
  if (/[\n\u2028\u2029]/.test(next)) return { value: "", length: 2 };
  const code = /^(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]{1,6})\})/.exec(
    text.slice(at + 1, at + 11),
  );
  const digits = code?.[1] ?? code?.[2] ?? code?.[3];
  if (code === null || digits === undefined) return { value: next, length: 2 };
  const point = Number.parseInt(digits, 16);
  return { value: point > 0x10ffff ? "\ufffd" : String.fromCodePoint(point), length: 1 + code[0].length };
}

/** The text of a string literal. */
export function stringSegments(file: SourceFile, literal: Span): Segment[] {
  const quote = file.text.charAt(literal.start);
  return contents(file, { start: literal.start + 1, end: literal.end - 1 }, quote);
}

/** A template's parts in order: texts, and the expressions between them. */
export function templateParts(
  file: SourceFile,
  template: Tree,
  raw = false,
): readonly (readonly Segment[] | Tree)[] {
  const quasis = new Set(children(template, "quasis"));
  return subtrees(template).map((part) => {
    if (!quasis.has(part)) return part;
    const { start, end } = inside(file.text, part);
    return contents(file, { start, end }, "`", raw);
  });
}

/** Some parsers count the delimiters to a template's part. */
function inside(text: string, { start, end, value }: Tree): Span {
  const raw = (value as { raw?: unknown } | undefined)?.raw;
  const length = typeof raw === "string" ? raw.length : end - start;
  const withDelimiters = /[`}]/.test(text.charAt(start)) && end - start > length;
  return withDelimiters
    ? { start: start + 1, end: end - (text.charAt(end - 1) === "`" ? 1 : 2) }
    : { start, end };
}

/**
 * A placeholder for an expression that isn't known, as the SQL front end knows them. It may stand in a text of SQL, or in a
 * name, which its own quotes would end.
 */
export function hole(file: SourceFile, tree: Span): Segment {
  const written = file.text.slice(tree.start, Math.min(tree.end, tree.start + 200));
  const isShort = tree.end - tree.start < 150 && !/[{}\r\n]/.test(written);
  return {
    text: isShort ? `\${${written.replaceAll(/["']/g, "")}}` : "${value}",
    path: file.path,
    at: placeOf(file, tree),
    exact: false,
  };
}

/** An expression's place, with the marks of the template that it stands in. */
export function placeOf({ text }: SourceFile, { start, end }: Span): Span {
  const isInTemplate = text.startsWith("${", start - 2) && text.charAt(end) === "}";
  return isInTemplate ? { start: start - 2, end: end + 1 } : { start, end };
}
