/**
 * What SET changes about the reading of what follows (MySQL manual, "Server SQL Modes"; measured on MariaDB): of the
 * modes, ANSI_QUOTES makes `"x"` a name, NO_BACKSLASH_ESCAPES a backslash a character like any other; in some character
 * sets of the client a backslash is the second half of another character.
 */
import { isUnsafeEncoding } from "../encodings.ts";
import { Cursor, raw } from "./cursor.ts";
import type { Token } from "./lexer.ts";
import type { MysqlOptions } from "./options.ts";

/** Modes that stand for several, ANSI_QUOTES among them. */
const ansi = ["ANSI", "DB2", "MAXDB", "MSSQL", "ORACLE", "POSTGRESQL"];
/** Bits of a mode that is given as a number. */
const bits = { ANSI_QUOTES: 4, NO_BACKSLASH_ESCAPES: 1 << 20 } as const;

/** Follows the settings of one session; a value that isn't known leaves them as they are. */
export class SqlModes {
  /** As the next statement is read. */
  options: MysqlOptions;
  /** The last statement set a value that isn't known, or in which nothing can be read for sure. */
  unread = false;
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
    this.unread = false;
    const [first] = tokens;
    if (first?.kind !== "word") return;
    const c = new Cursor({ text: this.text, options: this.options }, tokens, 1);
    if (first.value === "set") this.set(c);
    else if (first.value === "select") this.select(c);
    else this.forget(tokens);
  }

  /** What the statement gives its variables isn't followed. */
  private forget(tokens: readonly Token[]): void {
    if (this.saved.size === 0) return;
    for (const { kind, value } of tokens)
      if (kind === "variable" && !value.startsWith("@@")) this.saved.set(value.toLowerCase(), undefined);
  }

  private set(c: Cursor): void {
    // SET STATEMENT … FOR is read as a whole before it runs.
    if (c.is("statement")) return;
    let scope: Scope = "session";
    // All values are evaluated before the first is assigned.
    const assignments = c.list().flatMap((part) => {
      const word = part.takeOne("global", "persist", "persist_only", "session", "local");
      if (word !== undefined) scope = scopeOf(word);
      const isVariable = part.peek()?.kind === "variable";
      const name = nameIn(part);
      if (name === "" || part.takeOne("=", ":=") === undefined) return [];
      const isNull = part.end - part.at === 1 && part.is("null");
      // One that is written out is told by the operation.
      const isCopy = part.peek()?.kind === "variable";
      const value = this.value(part);
      const one = { to: name, scope, value, isNull, isCopy };
      if (!isVariable) return isOwn(name) ? [one] : [];
      if (!name.startsWith("@@")) return [one];
      const own = systemVariable(name);
      return own === undefined ? [] : [{ ...one, to: own.name, scope: own.scope }];
    });
    for (const { to, scope, value, isNull, isCopy } of assignments)
      if (to === "character_set_client") {
        if (isCopy) this.charset(value);
      } else {
        if (to === "sql_mode" && scope === "session" && value === undefined && !isNull) this.unread = true;
        this.assign(to === "sql_mode" ? scope : to, value);
      }
  }

  private charset(value: string | undefined): void {
    // It is given back what it was.
    if (value === ownCharset) return;
    if (value === undefined || isUnsafeEncoding(value)) this.unread = true;
  }

  /** `SELECT @@sql_mode INTO @old`, `SELECT @old := @@sql_mode` */
  private select(c: Cursor): void {
    const first = c.peek();
    if (first?.kind === "variable" && c.word(1) === ":=" && c.list().length === 1) {
      c.at = 3;
      this.assign(first.value, this.value(c));
      return;
    }
    c.at = 1;
    const from = c.at;
    c.skipTo("into", "from");
    const list = c.part(from, c.at);
    const into = c.take("into") ? c.peek() : undefined;
    const isOnly = into?.kind === "variable" && c.word(1) !== ",";
    const value = isOnly ? this.value(list) : undefined;
    if (isOnly || c.tokens.some(({ value }) => value === ":=" || value === "into")) this.forget(c.tokens);
    if (isOnly) this.assign(into.value, value);
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
        if (!isWhole || text === undefined || old === undefined) return undefined;
        return old === "" ? text : text.replaceAll(old, () => now ?? "");
      }
      case "ifnull":
      case "coalesce":
        return values[0];
      case "upper":
      case "ucase":
        return values[0]?.toUpperCase();
      case "trim":
        return values.length === 1 ? values[0]?.trim() : undefined;
      default:
        return undefined;
    }
  }

  private single(token: Token, { source }: Cursor): string | undefined {
    if (token.kind === "variable") {
      if (!token.value.startsWith("@@")) return this.saved.get(token.value.toLowerCase());
      const own = systemVariable(token.value);
      if (own?.name === "character_set_client") return own.scope === "session" ? ownCharset : undefined;
      return own === undefined ? undefined : this[own.scope];
    }
    if (token.kind === "string") return token.value;
    // A hexadecimal literal is a text, or a number.
    if (token.kind === "number") return /^\d+$/.test(token.value) ? token.value : undefined;
    if (token.placeholder === true) return undefined;
    const word = raw(token, source);
    if (/^null$/i.test(word)) return undefined;
    return /^default$/i.test(word) ? this.global : word;
  }
}

/** Stands for the character set that the client has. */
const ownCharset = "@@character_set_client";

const isOwn = (name: string): boolean => name === "sql_mode" || name === "character_set_client";

/** `sql_mode`, `@m`, `@@session . sql_mode`, in lower case; the cursor stands behind it. */
export function nameIn(c: Cursor): string {
  const token = c.next();
  if (token === undefined) return "";
  let name = raw(token, c.source).toLowerCase();
  while (c.word() === "." && c.isName(1)) {
    name += `.${c.peek(1)?.value.toLowerCase() ?? ""}`;
    c.at += 2;
  }
  return name;
}

/** A variable that is put together from itself doubles with each SET. In characters; all modes together have 500. */
const longest = 4_096;

type Scope = "session" | "global";

const scopeOf = (word: string): Scope => (word === "session" || word === "local" ? "session" : "global");

/** `@@sql_mode`, `@@GLOBAL.sql_mode`; undefined: another variable. */
function systemVariable(variable: string): { readonly name: string; readonly scope: Scope } | undefined {
  const parts = variable.slice(2).toLowerCase().split(".");
  const name = parts.at(-1) ?? "";
  if (!isOwn(name)) return undefined;
  return { name, scope: parts.length === 1 ? "session" : scopeOf(parts[0] ?? "") };
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
