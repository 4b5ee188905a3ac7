/**
 * What SET sql_mode changes about the reading of what follows (MySQL manual, "Server SQL Modes"; measured on MariaDB):
 * ANSI_QUOTES makes `"x"` a name, NO_BACKSLASH_ESCAPES a backslash a character like any other.
 */
import { Cursor, raw } from "./cursor.ts";
import type { Token } from "./lexer.ts";
import type { MysqlOptions } from "./options.ts";

/** Modes that stand for several, ANSI_QUOTES among them. */
const ansi = ["ANSI", "DB2", "MAXDB", "MSSQL", "ORACLE", "POSTGRESQL"];
/** Bits of a mode that is given as a number. */
const bits = { ANSI_QUOTES: 4, NO_BACKSLASH_ESCAPES: 1 << 20 } as const;

/** Follows the modes of one session; a value that isn't known leaves them as they are. */
export class SqlModes {
  /** As the next statement is read. */
  options: MysqlOptions;
  private readonly text: string;
  private session: string;
  private global: string;
  private readonly saved = new Map<string, string | undefined>();

  constructor(text: string, options: MysqlOptions) {
    this.text = text;
    this.options = options;
    const words = [
      ...(options.ansiQuotes === true ? ["ANSI_QUOTES"] : []),
      ...(options.noBackslashEscapes === true ? ["NO_BACKSLASH_ESCAPES"] : []),
    ];
    this.session = this.global = words.join();
  }

  /** After a statement of the session itself; what a routine sets isn't known. */
  ran(tokens: readonly Token[]): void {
    const [first] = tokens;
    if (first?.kind !== "word") return;
    const c = new Cursor({ text: this.text, options: this.options }, tokens, 1);
    if (first.value === "set") this.set(c);
    else if (first.value === "select") this.select(c);
  }

  private set(c: Cursor): void {
    // SET STATEMENT … FOR is read as a whole before it runs.
    if (c.is("statement")) return;
    let scope: Scope = "session";
    // All values are evaluated before the first is assigned.
    const assignments = c.list().flatMap((part) => {
      const word = part.takeOne("global", "persist", "persist_only", "session", "local");
      if (word !== undefined) scope = scopeOf(word);
      const token = part.next();
      const name = token === undefined ? "" : raw(token, c.source).toLowerCase();
      if (token === undefined || part.takeOne("=", ":=") === undefined) return [];
      const value = this.value(part);
      if (token.kind !== "variable") return name === "sql_mode" ? [{ to: scope, value }] : [];
      if (!name.startsWith("@@")) return [{ to: name, value }];
      const own = systemVariable(name);
      return own === undefined ? [] : [{ to: own, value }];
    });
    for (const { to, value } of assignments) this.assign(to, value);
  }

  /** `SELECT @@sql_mode INTO @old`, `SELECT @old := @@sql_mode` */
  private select(c: Cursor): void {
    const first = c.peek();
    if (first?.kind === "variable" && c.word(1) === ":=") {
      c.at += 2;
      this.assign(first.value, this.value(c));
      return;
    }
    const from = c.at;
    c.skipTo("into", "from");
    const list = c.part(from, c.at);
    const into = c.take("into") ? c.peek() : undefined;
    if (into?.kind === "variable") this.assign(into.value, this.value(list));
  }

  private assign(to: string, value: string | undefined): void {
    if (to.startsWith("@")) {
      this.saved.set(to.toLowerCase(), value);
      return;
    }
    const modes = value === undefined ? undefined : modesOf(value);
    if (modes === undefined) return;
    if (to === "global") this.global = modes;
    if (to !== "session") return;
    this.session = modes;
    this.options = { ...this.options, ...readingIn(modes) };
  }

  /** Of all that is left; undefined: not known, NULL, or longer than any mode. */
  private value(c: Cursor): string | undefined {
    const value = this.written(c);
    return value === undefined || value.length > longest ? undefined : value;
  }

  private written(c: Cursor): string | undefined {
    let at = c;
    while (at.word() === "(" && at.closing() === at.end) at = at.part(at.at + 1, at.end - 1);
    if (at.take("select")) return this.value(at);
    const [token, second] = at.tokens.slice(at.at, at.end);
    if (token === undefined) return undefined;
    if (second === undefined) return this.single(token, at);
    const rest = at.part(at.at + 1, at.end);
    if (second.value !== "(" || rest.closing() !== at.end) return undefined;
    const values = (rest.parenthesised()?.list() ?? []).map((part) => this.value(part));
    const known = values.flatMap((value) => value ?? []);
    const isWhole = known.length === values.length;
    switch (token.value) {
      case "concat":
        return isWhole ? known.join("") : undefined;
      case "concat_ws":
        return isWhole ? known.slice(1).join(known[0]) : undefined;
      case "replace": {
        const [text, old, now] = known;
        if (!isWhole || text === undefined || old === undefined || old === "") return text;
        return text.replaceAll(old, () => now ?? "");
      }
      case "ifnull":
      case "coalesce":
        return known[0];
      case "upper":
      case "ucase":
      case "trim":
        return known[0]?.toUpperCase();
      default:
        return undefined;
    }
  }

  private single(token: Token, { source }: Cursor): string | undefined {
    if (token.kind === "variable") {
      if (!token.value.startsWith("@@")) return this.saved.get(token.value.toLowerCase());
      const scope = systemVariable(token.value);
      return scope === undefined ? undefined : this[scope];
    }
    if (token.kind === "string" || token.kind === "number") return token.value;
    const word = raw(token, source);
    if (/^null$/i.test(word)) return undefined;
    return /^default$/i.test(word) ? this.global : word;
  }
}

/** A variable that is put together from itself doubles with each SET. In characters; all modes together have 500. */
const longest = 4_096;

type Scope = "session" | "global";

const scopeOf = (word: string): Scope => (word === "session" || word === "local" ? "session" : "global");

/** `@@sql_mode`, `@@GLOBAL.sql_mode`; undefined: another variable. */
function systemVariable(name: string): Scope | undefined {
  const parts = name.slice(2).toLowerCase().split(".");
  if (parts.at(-1) !== "sql_mode") return undefined;
  return parts.length === 1 ? "session" : scopeOf(parts[0] ?? "");
}

/** In capital letters, with what a mode stands for; undefined: the server refuses it. */
/** How a text is read in these modes, which are parted by commas. */
export function readingIn(sqlMode: string): Pick<MysqlOptions, "ansiQuotes" | "noBackslashEscapes"> {
  const words = (modesOf(sqlMode) ?? "").split(",");
  return {
    ansiQuotes: words.includes("ANSI_QUOTES"),
    noBackslashEscapes: words.includes("NO_BACKSLASH_ESCAPES"),
  };
}

function modesOf(value: string): string | undefined {
  if (/^\d+$/.test(value)) {
    const names = Object.entries(bits).filter(([, bit]) => (Number(value) & bit) !== 0);
    return names.map(([name]) => name).join();
  }
  const words = value
    .toUpperCase()
    .split(",")
    .filter((word) => word !== "");
  if (!words.every((word) => /^[A-Z][A-Z0-9_]*$/.test(word))) return undefined;
  return words.some((word) => ansi.includes(word)) ? [...words, "ANSI_QUOTES"].join() : words.join();
}
