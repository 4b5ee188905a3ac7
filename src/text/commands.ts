/**
 * Commands that the runner of a pipeline takes from any line of a log: GitHub's are `::name …::…` at the start of a
 * line and `##[name]` anywhere; Azure's and TeamCity's look like `##vso[…]`. No text of others becomes one.
 */
import { printableLine } from "./printable.ts";

/** What quotes names of others, as a line of its own wherever it is shown. */
export const harmlessLine = (text: string): string => noCommand(printableLine(text));

/** The same line, with the character that would make it a command as an escape. */
export const noCommand = (line: string): string =>
  replaceHashCommands(line.replace(/^(\s*):(?=:.*?::)/, "$1\\x3a"), "\\x5b");

export const noCommands = (text: string): string => text.split("\n").map(noCommand).join("\n");

/** SQL to be copied stays valid: a line that starts with a cast does so after an empty comment. */
export const noCommandsInSql = (sql: string): string =>
  replaceHashCommands(
    sql
      .split("\n")
      .map((line) => line.replace(/^(\s*)(?=::.*?::)/, "$1/**/"))
      .join("\n"),
    " [",
  );

/** In a line whose characters keep their columns. */
export const maskedCommands = (line: string): string => replaceHashCommands(line, "\uFFFD");

/** With something else in the place of the bracket of `##[` and its like. */
export const replaceHashCommands = (text: string, bracket: string): string =>
  text.replace(/(##[a-z]*)\[/gi, `$1${bracket}`);
