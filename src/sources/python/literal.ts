/** String literals as text with places: escapes are undone, every character knows where it stands. */
import { dictionary } from "../../text/dictionary.ts";
import type { Segment } from "../../text/source-map.ts";
import type { Span } from "../../text/span.ts";
import type { Tree } from "./tree.ts";

/** The file that a literal stands in. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

export interface Literal {
  /** Texts, and the replacement fields of an f-string between them. */
  readonly parts: readonly (readonly Segment[] | Tree)[];
  readonly bytes: boolean;
}

const simple: Readonly<Record<string, string>> = dictionary({
  n: "\n",
  t: "\t",
  r: "\r",
  a: "\u0007",
  b: "\b",
  f: "\f",
  v: "\v",
  "\\": "\\",
  "'": "'",
  '"': '"',
});

/** A node `String` or `FormatString`. */
export function readLiteral(file: SourceFile, tree: Tree): Literal {
  const [opening = "", letters = "", quote = ""] =
    /^([a-zA-Z]{0,3})("""|'''|"|')/.exec(file.text.slice(tree.start, tree.start + 6)) ?? [];
  const prefix = letters.toLowerCase();
  const isFormat = prefix.includes("f");
  const how: Reading = {
    raw: prefix.includes("r"),
    braces: isFormat,
    quote: isFormat ? `f${quote}` : quote,
    bytes: prefix.includes("b"),
  };
  const ends = file.text.startsWith(quote, tree.end - quote.length) && tree.end - quote.length > tree.start;
  const end = ends ? tree.end - quote.length : tree.end;
  const parts: (readonly Segment[] | Tree)[] = [];
  let at = tree.start + opening.length;
  for (const field of tree.children.filter(({ type }) => type === "FormatReplacement")) {
    if (field.start > at) parts.push(contents(file, { start: at, end: field.start }, how));
    parts.push(field);
    at = field.end;
  }
  if (end > at) parts.push(contents(file, { start: at, end }, how));
  return { parts, bytes: how.bytes };
}

interface Reading {
  readonly raw: boolean;
  /** `{{` is one brace. */
  readonly braces: boolean;
  readonly bytes: boolean;
  readonly quote: string;
}

/** The contents of a literal between two offsets; `\r\n` is a line break of one character. */
function contents(file: SourceFile, { start, end }: Span, how: Reading): readonly Segment[] {
  const special = how.braces ? /[\\\r]|\{\{|\}\}/g : /[\\\r]/g;
  const found: Segment[] = [];
  const add = (text: string, from: number, to: number, exact: boolean): void => {
    if (text === "") return;
    found.push({ text, path: file.path, at: { start: from, end: to }, exact, quote: how.quote });
  };
  // Searched alone: in the file, each literal's search would go on to the next backslash, wherever it stands.
  const own = file.text.slice(start, end);
  let at = start;
  while (at < end) {
    special.lastIndex = at - start;
    const match = special.exec(own);
    const stop = match === null ? end : start + match.index;
    add(file.text.slice(at, stop), at, stop, true);
    if (stop >= end) break;
    const { value, length } = escaped(file.text, stop, how);
    add(value, stop, stop + length, value.length === length);
    at = stop + length;
  }
  return found;
}

interface Escaped {
  readonly value: string;
  readonly length: number;
}

function escaped(text: string, at: number, how: Reading): Escaped {
  const first = text.charAt(at);
  if (first === "\r") return { value: "\n", length: text.charAt(at + 1) === "\n" ? 2 : 1 };
  if (first !== "\\") return { value: first, length: 2 };
  if (how.raw) return { value: "\\", length: 1 };
  return escape(text, at, how.bytes);
}

/** One escape sequence (Python's reference, section 2.4.1.1); its length counts the backslash. */
function escape(text: string, at: number, bytes: boolean): Escaped {
  const next = text.charAt(at + 1);
  if (Object.hasOwn(simple, next)) return { value: simple[next] ?? "", length: 2 };
  if (next === "\n") return { value: "", length: 2 };
  if (next === "\r") return { value: "", length: text.charAt(at + 2) === "\n" ? 3 : 2 };
  const rest = text.slice(at + 1, at + 11);
  const octal = /^[0-7]{1,3}/.exec(rest)?.[0];
  if (octal !== undefined)
    return { value: String.fromCodePoint(Number.parseInt(octal, 8)), length: 1 + octal.length };
  const code = bytes
    ? /^x([0-9a-fA-F]{2})/.exec(rest)
    : /^(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/.exec(rest);
  const digits = code?.[1] ?? code?.[2] ?? code?.[3];
  // An escape that Python doesn't know is a backslash; so are names of characters, which we don't.
  if (code === null || digits === undefined) return { value: "\\", length: 1 };
  const point = Number.parseInt(digits, 16);
  return {
    value: point > 0x10ffff ? "\ufffd" : String.fromCodePoint(point),
    length: 1 + code[0].length,
  };
}

/**
 * A placeholder for an expression that isn't known, as the SQL front end knows them. It may stand in a text of SQL, or in a
 * name, which its own quotes would end.
 */
export function hole(file: SourceFile, { start, end }: Span): Segment {
  const written = file.text.slice(start, Math.min(end, start + 200));
  const isShort = end - start < 150 && !/[{}\r\n]/.test(written);
  const text = isShort ? `\${${written.replaceAll(/["']/g, "")}}` : "${value}";
  return { text, path: file.path, at: { start, end }, exact: false };
}
