/** Text that others wrote, as Markdown that shows it and does nothing else: no markup, no mention, no link. */
import { noCommandsInSql } from "../text/commands.ts";
import { printable, printableLine } from "../text/printable.ts";

const entity = (text: string): string => text.replace(/[^]/gu, (c) => `&#${c.codePointAt(0) ?? 0};`);

/** In a sentence or a cell of a table; line breaks become blanks. */
export const inline = (text: string): string =>
  printable(text.replace(/\s+/g, " "))
    .trim()
    .replace(/[&<>`*_{}[\]#!|~\\@$]|:(?=\/\/)|(?<=www)\.|^[-+=]|(?<=^\d{1,9})[.)]/gi, entity)
    // Mentions and references are looked for in what is shown, after entities are read.
    .replace(/&#(?:64|35);|\bGH-(?=\d)/gi, "$&\u200B");

/** As code, where nothing is a mention. HTML, since backticks can't hold every text. */
export const code = (text: string): string =>
  `<code>${printableLine(text).replace(/[&<>`*_{}[\]#!|~\\@$]|:(?=\/\/)|(?<=www)\./gi, entity)}</code>`;

/** A block of code, mostly SQL, whose fence is longer than any run of backticks in it. */
export function fenced(language: string, text: string): string {
  const longest = Math.max(2, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${noCommandsInSql(printable(text))}\n${fence}`;
}

/** For colours; of other files none is known. */
export const languageOf = (file: string): string => /\.(sql|[cm]?[jt]s)$/.exec(file)?.[1] ?? "";

/** A sentence of ours, which may quote code in backticks. */
export const sentence = (text: string): string =>
  text
    .split("`")
    .map((part, i) => (i % 2 === 1 ? code(part) : withEdges(part)))
    .join("");

/** Keeps the blanks beside a quotation. */
const withEdges = (part: string): string =>
  `${/^\s/.test(part) ? " " : ""}${inline(part)}${part.trim() !== "" && /\s$/.test(part) ? " " : ""}`;
