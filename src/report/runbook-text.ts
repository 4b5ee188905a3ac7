/** Markdown for people who read it as it is, too: backticks and backslashes, and no entities. */
import { printableLine } from "../text/printable.ts";

/** In a sentence or a cell. */
export const plain = (text: string): string =>
  printableLine(text.replaceAll(/\s+/g, " ").trim()).replaceAll(/[\\`*<>[\]|]|(?<!\w)_|_(?!\w)/g, "\\$&");

/** In backticks, of which there is one more than in the text. */
export function code(text: string): string {
  const longest = Math.max(0, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  const blank = longest > 0 ? " " : "";
  return `${fence}${blank}${printableLine(text.replaceAll(/\s+/g, " ").trim())}${blank}${fence}`;
}

export const list = (items: readonly string[]): string => items.map((item) => `- ${item}`).join("\n");

/** A column's end is a bar, also inside of backticks. */
const cell = (text: string): string => text.replaceAll(/(?<!\\)\|/g, "\\|");

export const table = (heads: readonly string[], rows: readonly (readonly string[])[]): string =>
  [heads, heads.map(() => "---"), ...rows].map((row) => `| ${row.map(cell).join(" | ")} |`).join("\n");
