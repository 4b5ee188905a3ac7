/**
 * Text that others wrote, where people read it: names of files, keys of configurations, SQL. What a terminal would act
 * on, and what hides or turns the text around it, is shown as an escape that says which character it is: `\x1b`,
 * `\u202e`.
 */
import { dictionary } from "./dictionary.ts";

/**
 * C0 but for tabs and line feeds, DEL, C1 (one of which starts terminals' sequences as ESC does), what turns the
 * direction of text, further line breaks, byte order marks, halves of surrogate pairs, and tags, which nothing shows.
 */
const dangerous =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\u{e0000}-\u{e007f}\p{Surrogate}]/gu;

/** Line breaks and tabs stay; of `\r\n` the line feed. */
export const printable = (text: string): string => text.replaceAll("\r\n", "\n").replace(dangerous, escaped);

/** A name or a message is one line. */
export const printableLine = (text: string): string =>
  text.replace(dangerous, escaped).replace(/[\t\n]/g, escaped);

/** For marks below a line: each character stays as wide as it is counted. */
export const masked = (line: string): string => line.replace(dangerous, (c) => "\uFFFD".repeat(c.length));

/** With another way of writing these characters than `escaped`. */
export const replaceDangerous = (text: string, write: (character: string) => string): string =>
  text.replace(dangerous, write);

const short: Readonly<Record<string, string>> = dictionary({ "\t": "\\t", "\n": "\\n", "\r": "\\r" });

/** As JavaScript writes it. */
export function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  if (code < 0x100) return short[character] ?? `\\x${hex.padStart(2, "0")}`;
  return code < 0x10000 ? `\\u${hex.padStart(4, "0")}` : `\\u{${hex}}`;
}
