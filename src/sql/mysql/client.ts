/** Commands of the `mysql` client itself (MySQL manual, "mysql Client Commands"). */
import { isUnsafeEncoding } from "../encodings.ts";

/** They are commands only if nothing follows them. */
const bare: ReadonlySet<string> = new Set(
  "clear ego exit nopager notee nowarning print quit rehash resetconnection status warnings".split(" "),
);
const withArgument: ReadonlySet<string> = new Set(
  "charset connect help pager prompt source system tee".split(" "),
);

/** What they run is no part of the text. */
const running: ReadonlySet<string> = new Set(["source", "system", "pager"]);

/** Behind a backslash, as the commands with an argument are called in full. */
const letters: ReadonlyMap<string, string> = new Map([
  [".", "source"],
  ["!", "system"],
  ["P", "pager"],
  ["C", "charset"],
  ["h", "help"],
  ["?", "help"],
  ["R", "prompt"],
  ["T", "tee"],
  ["r", "connect"],
  ["d", "delimiter"],
  ["u", "use"],
]);

export interface ClientCommand {
  /** In full: `source`. */
  readonly name: string;
  readonly argument: string;
  /** Where the argument ends. */
  readonly end: number;
  /** Where SQL begins again. */
  readonly next: number;
  /** It runs what stands elsewhere. */
  readonly runs: boolean;
}

/** A command in words, which fills a line or ends with the delimiter. */
export function commandInWords(
  text: string,
  word: { readonly start: number; readonly end: number; readonly value: string },
  to: number,
  delimiter: string,
  startsLine: boolean,
): ClientCommand | undefined {
  const name = word.value === "?" ? "help" : word.value;
  if (!bare.has(name) && !withArgument.has(name)) return undefined;
  const command = argumentOf(text, name, word.end, to, delimiter);
  if (command.next === command.end && !startsLine) return undefined;
  const isCommand = bare.has(name) ? command.argument === "" : !command.argument.includes("=");
  return isCommand ? command : undefined;
}

/** A command with an argument whose letter stands behind a backslash. */
export function commandByLetter(
  text: string,
  at: number,
  to: number,
  delimiter: string,
): ClientCommand | undefined {
  const name = at < to ? letters.get(text.charAt(at)) : undefined;
  return name === undefined ? undefined : argumentOf(text, name, at + 1, to, delimiter);
}

function argumentOf(text: string, name: string, from: number, to: number, delimiter: string): ClientCommand {
  let at = from;
  while (at < to && text[at] !== "\n" && !text.startsWith(delimiter, at)) at++;
  const written = text.slice(from, at);
  const isDelimited = at < to && text.startsWith(delimiter, at);
  return {
    name,
    argument: written.trim(),
    end: from + written.trimEnd().length,
    // A new delimiter may begin with the old one.
    next: isDelimited && name !== "delimiter" ? at + delimiter.length : from + written.trimEnd().length,
    runs: running.has(name) || (name === "charset" && isUnsafeEncoding(written.trim())),
  };
}
