/** What is printed line by line: names in it are those of others. */
import { harmlessLine } from "../index.ts";

/** Lines for a terminal or a log: what is one line here is one there, and none is a command to the runner. */
export const printedLines = (lines: readonly string[]): string =>
  lines.map((line) => `${harmlessLine(line)}\n`).join("");

/** An error with its stack, whose line breaks are Node's. */
export const stackLines = (text: string): readonly string[] => text.split(/\r?\n/);
