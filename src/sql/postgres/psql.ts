/** psql's own commands and variables (manual, "psql", sections Meta-Commands and Variables). */
import { isUnsafeEncoding } from "../encodings.ts";
import { nextToken } from "./lexer.ts";

export interface Command {
  readonly name: string;
  readonly start: number;
  /** SQL is read from here: behind `\\`, at the next command or at the end of the line. */
  readonly end: number;
  /** The statement in front of it ends here. */
  readonly sends: boolean;
  /** What it runs that isn't in this text, as a user should see it. */
  readonly runs?: string | undefined;
  /** Rows follow on the next line. */
  readonly copiesRows: boolean;
  /** Of \copy: where its arguments begin. */
  readonly copy?: number | undefined;
}

const sending = new Set([
  "g",
  "gx",
  "gexec",
  "gset",
  "gdesc",
  "crosstabview",
  "watch",
  "bind",
  "sendpipeline",
]);

/** They throw away what was read of a statement, unless they stand under an \if. */
export const clearsBuffer: ReadonlySet<string> = new Set(["r", "reset"]);

const includes = new Set(["i", "ir", "include", "include_relative"]);

const connects = new Set(["c", "connect"]);

/** They take the rest of the line as it is. */
const takesLine = new Set(["!", "copy", "h", "help", "ef", "ev", "sf", "sv"]);

/** A `|` in front of their argument is a program of the shell. */
const piping = new Set(["g", "gx", "o", "out", "w", "write"]);

export class Psql {
  /**
   * Variables whose value is more than a part of one statement, or may be. One that a program says (`cat secret`) isn't
   * among them: names of roles are kept in this way.
   */
  private readonly ownTexts = new Set<string>();
  /** The line that was looked at last. */
  private line: { readonly start: number; readonly end: number } = { start: 0, end: -1 };

  /** `true`: more than a part of the statement may stand for the variable. */
  isOwnText(variable: string): boolean {
    return this.ownTexts.has(variable);
  }

  /** The command whose backslash is at `start`. */
  command(text: string, start: number, to: number): Command {
    const line = Math.min(this.lineEnd(text, start), to);
    const name = /^!|^[^\s\\]*/.exec(text.slice(start + 1, Math.min(line, start + 60)))?.[0] ?? "";
    const from = start + 1 + name.length;
    const stop = takesLine.has(name) ? line : argumentsEnd(text, from, line);
    const given = text.slice(from, stop).trim();
    if (name === "set") this.set(given);
    return {
      name,
      start,
      end: text.startsWith("\\\\", stop) && stop < line ? stop + 2 : stop,
      sends: sending.has(name),
      copiesRows: name === "copy" && rowsFromHere.test(given),
      ...(name === "copy" ? { copy: from } : {}),
      ...runsOf(name, given),
    };
  }

  private lineEnd(text: string, at: number): number {
    if (at < this.line.start || at > this.line.end) {
      const end = text.indexOf("\n", at);
      this.line = { start: at, end: end === -1 ? text.length : end };
    }
    return this.line.end;
  }

  private set(given: string): void {
    const [, name, written = ""] = /^(\S+)\s*([^]*)$/.exec(given) ?? [];
    if (name === undefined) return;
    const value = valueOf(written);
    const isProgram = value === undefined && written.includes("`");
    if (!isProgram && (value === undefined || !this.isPart(value))) this.ownTexts.add(name);
    else this.ownTexts.delete(name);
  }

  /** A part of a statement, whatever stands around it: no `;`, no comment, all quotes are closed. */
  private isPart(value: string): boolean {
    const { length } = value;
    for (let token = nextToken(value, 0, length); token; token = nextToken(value, token.end, length)) {
      if (token.kind === "comment" || token.unterminated === true || /^[;\\]$/.test(token.value))
        return false;
      const name = token.value === ":" ? /^\w+/.exec(value.slice(token.end))?.[0] : undefined;
      if (name !== undefined && this.isOwnText(name)) return false;
    }
    return true;
  }
}

function runsOf(name: string, given: string): { readonly runs?: string } {
  if (includes.has(name) || name === "gexec") return { runs: `\\${name}` };
  if (name === "!") return { runs: "\\!" };
  if (piping.has(name) && given.startsWith("|")) return { runs: `\\${name} |` };
  if (name === "copy" && isProgram(given)) return { runs: "\\copy program" };
  if (name === "encoding" && given !== "" && isUnsafeEncoding(given)) return { runs: "\\encoding" };
  // A new session may read otherwise.
  if (connects.has(name) && /options|client_encoding|service/i.test(given)) return { runs: `\\${name}` };
  if (name === "setenv" && /^["']?PG(?:CLIENTENCODING|OPTIONS|SERVICE)/i.test(given))
    return { runs: "\\setenv" };
  return {};
}

const rowsFromHere =
  /^(?:"[^"]*"|[^\s"'().]+)(?:\.(?:"[^"]*"|[^\s"'().]+))?\s*(?:\([^()]*\))?\s*\bfrom\s+std(?:in|out)\b/i;

const isProgram = (given: string): boolean => /\b(?:from|to)\s+program\b/i.test(given);

/** Where the arguments of a command end: at a backslash outside of quotes, else at the end of the line. */
function argumentsEnd(text: string, from: number, line: number): number {
  for (let at = from; at < line; at++) {
    const character = text.charAt(at);
    if (character === "\\") return at;
    if (character !== "'" && character !== '"' && character !== "`") continue;
    at = quoteEnd(text, at, line);
  }
  return line;
}

/** The quote that closes the one at `start`; psql throws away a line that has none. */
function quoteEnd(text: string, start: number, line: number): number {
  const quote = text.charAt(start);
  for (let at = start + 1; at < line; at++) {
    const character = text.charAt(at);
    if (character === "\\" && quote === "'") at++;
    else if (character === quote) return at;
  }
  return line;
}

const pieceOfValue = /'((?:[^'\\]|''|\\[^])*)'|("[^"]*"|[^\s'"`]+)|\s+/y;

/** What \set makes of its arguments, which it joins; undefined if a program or an escape says it. */
function valueOf(written: string): string | undefined {
  let value = "";
  for (let at = 0; at < written.length; at = pieceOfValue.lastIndex) {
    pieceOfValue.lastIndex = at;
    const match = pieceOfValue.exec(written);
    if (match === null || match[1]?.includes("\\") === true) return undefined;
    value += match[1]?.replaceAll("''", "'") ?? match[2] ?? "";
  }
  return value;
}
