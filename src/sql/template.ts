/**
 * SQL files that are templates for several databases: `{{if .mysql}} … {{else}} … {{end}}` of Go's text/template,
 * `{% if dialect == "…" %} … {% endif %}` of Jinja. Branches for other databases are taken out, and statements
 * below any other condition may run or not.
 */
import { dialectWord } from "../model/database-words.ts";
import type { Database, DialectModel } from "../model/dialect.ts";
import type { Span } from "../text/span.ts";
import { dynamicStatement, type FrontEnd, type ParsedText } from "./front-end.ts";

/** Reads only the branches of a template that its database can take. */
export const withTemplates = (
  frontEnd: FrontEnd,
  database: Pick<DialectModel, "name" | "family">,
): FrontEnd => ({
  load: () => frontEnd.load(),
  read: (text, part) => {
    const template = templateOf(text, database, part);
    return template === undefined
      ? frontEnd.read(text, part)
      : withDoubts(frontEnd.read(template.text, part), template);
  },
});

/** With what the template's calls may write, and what may run or not. */
function withDoubts(parsed: ParsedText, { perhaps, calls }: Template): ParsedText {
  const mayRun = ({ start }: Span): boolean =>
    perhaps.some((branch) => branch.start <= start && start < branch.end);
  const written = calls.map((span) => dynamicStatement(span));
  const statements = [...parsed.statements, ...written].sort((a, b) => a.span.start - b.span.start);
  return {
    ...parsed,
    statements: statements.map((statement) =>
      mayRun(statement.span)
        ? { ...statement, operations: statement.operations.map((op) => ({ ...op, conditional: true })) }
        : statement,
    ),
  };
}

interface Template {
  /** As long as the template, with spaces in place of what isn't read. */
  readonly text: string;
  /** What stands below a condition that isn't about the database. */
  readonly perhaps: readonly Span[];
  /** Tags that stand where a statement would: what they write isn't known. */
  readonly calls: readonly Span[];
}

interface Tag extends Span {
  readonly words: readonly string[];
}

interface Branch {
  readonly start: number;
  /** Can the condition hold? Undefined: who knows. */
  readonly holds: boolean | undefined;
}

/** A block that is open: the branches before the one that is read, of which one may have been taken. */
interface Block {
  readonly branch: Branch;
  /** True if one of the earlier branches is surely taken; undefined: perhaps. */
  readonly taken: boolean | undefined;
}

const tags = /\{\{-?([^\n{}]{0,400}?)-?\}\}|\{%-?([^\n]{0,400}?)-?%\}/g;
const comment = /^\{\{-?\s*\/\*/;
const word = /"[^"]*"|'[^']*'|==|!=|\.?\w[\w.]*|[()]/g;

function templateOf(
  text: string,
  database: Pick<DialectModel, "name" | "family">,
  part: Span = { start: 0, end: text.length },
): Template | undefined {
  if (!hasTags(text, part)) return undefined;
  const found = tagsOf(text, part);
  const named = new Set(found.flatMap(({ words }) => words.map(databaseIn)));
  const isThis = (other: Database): boolean =>
    other === database.name || (other === database.family && !named.has(database.name));
  const blank: Span[] = [...found];
  const perhaps: Span[] = [];
  const open: Block[] = [];
  const close = (end: number): Block | undefined => {
    const block = open.pop();
    if (block === undefined) return undefined;
    const { start, holds } = block.branch;
    if (holds === false || block.taken === true) blank.push({ start, end });
    else if (holds === undefined || block.taken === undefined) perhaps.push({ start, end });
    return block;
  };
  for (const { words, start, end } of found) {
    const [first = "", ...rest] = words;
    const condition = first === "else" ? rest.slice(1) : rest;
    if (opens.has(first)) {
      const holds = first === "if" ? valueOf(condition, isThis) : undefined;
      open.push({ branch: { start: end, holds }, taken: false });
    } else if (first === "else" || first === "elif") {
      const before = close(start);
      if (before === undefined) return undefined;
      const holds = condition.length === 0 ? true : valueOf(condition, isThis);
      open.push({ branch: { start: end, holds }, taken: either(before.taken, before.branch.holds) });
    } else if (closes.has(first) && close(start) === undefined) return undefined;
  }
  if (open.length > 0) return undefined;
  const chosen = blanked(text, blank);
  const calls = callsIn(chosen, part);
  if (found.length === 0 && calls.length === 0) return undefined;
  return { text: blanked(chosen, calls), perhaps, calls };
}

/** A line that is one tag, after the end of a statement, a comment or another such line. */
function callsIn(text: string, { start, end }: Span): readonly Span[] {
  const calls: Span[] = [];
  let between = true;
  let at = start;
  for (const line of text.slice(start, end).split("\n")) {
    const code = line.trim();
    if (between && /^\{\{[^{}]{0,400}\}\};?$/.test(code)) {
      const from = at + line.indexOf("{");
      calls.push({ start: from, end: from + code.length });
    } else if (code !== "" && !code.startsWith("--")) between = code.endsWith(";");
    at += line.length + 1;
  }
  return calls;
}

const hasTags = (text: string, { start, end }: Span): boolean => {
  const own = start === 0 && end === text.length ? text : text.slice(start, end);
  return own.includes("{{") || own.includes("{%");
};

const opens = new Set(["if", "range", "with", "for"]);
const closes = new Set(["end", "endif", "endfor"]);
const control = new Set([...opens, ...closes, "else", "elif"]);

/** The tags that choose, in order; what stands in a string is data. */
function tagsOf(text: string, { start, end }: Span): readonly Tag[] {
  const found: Tag[] = [];
  let at = start;
  tags.lastIndex = start;
  for (let match = tags.exec(text); match !== null && match.index < end; match = tags.exec(text)) {
    const words = [...(match[1] ?? match[2] ?? "").matchAll(word)].map(([each]) => each);
    const isComment = words.length > 0 && comment.test(match[0]);
    if (!control.has(words[0] ?? "") && !isComment) continue;
    at = afterStrings(text, at, match.index);
    if (at > match.index) continue;
    at = match.index + match[0].length;
    found.push({ start: match.index, end: at, words: isComment ? [] : words });
  }
  return found;
}

/** `to`, or the end of the string that it stands in. A quote in a comment, be it the template's, opens nothing. */
function afterStrings(text: string, from: number, to: number): number {
  openers.lastIndex = from;
  for (let match = openers.exec(text); match !== null && match.index < to; match = openers.exec(text)) {
    const close = closers[match[0]] ?? "\n";
    const closed = text.indexOf(close, openers.lastIndex);
    const isString = close === "'";
    if (closed === -1 || closed >= to) return isString ? (closed === -1 ? text.length : closed + 1) : to;
    openers.lastIndex = closed + close.length;
  }
  return to;
}

const openers = /'|--|\/\*/g;
const closers: Readonly<Record<string, string>> = { "'": "'", "/*": "*/" };

/** `.mysql`, `.IsPostgres`, `"postgres"`: the database that a word names. */
function databaseIn(text: string): Database | undefined {
  const last = text.replace(/["']/g, "").split(".").at(-1) ?? "";
  return dialectWord(last.replace(/^(?:is|use)_?/i, ""));
}

/** The value of a condition as far as it asks for the database. */
function valueOf(words: readonly string[], isThis: (database: Database) => boolean): boolean | undefined {
  const compared = words.findIndex((each) => each === "==" || each === "!=");
  if (compared !== -1) {
    const same = words.length === 3 ? comparison(words, isThis) : undefined;
    return words[compared] === "!=" && same !== undefined ? !same : same;
  }
  const left = [...words];
  const value = read(left, isThis);
  return left.length > 0 ? undefined : value;
}

/** One of the words is a text that names a database: the other is asked for it. */
function comparison(words: readonly string[], isThis: (database: Database) => boolean): boolean | undefined {
  const text = words.find((each) => /^["']/.test(each));
  const database = text === undefined ? undefined : databaseIn(text);
  return database && isThis(database);
}

/** Reads one value in Go's prefix notation from the front of `words`. */
function read(words: string[], isThis: (database: Database) => boolean): boolean | undefined {
  const first = words.shift();
  if (first === undefined) return undefined;
  if (first === "(") {
    const close = closing(words);
    const inner = words.splice(0, close + 1).slice(0, -1);
    const value = read(inner, isThis);
    return inner.length > 0 ? undefined : value;
  }
  if (first === "not") {
    const value = read(words, isThis);
    return value === undefined ? undefined : !value;
  }
  if (first === "eq" || first === "ne") {
    const same = comparison(words.splice(0), isThis);
    return first === "ne" && same !== undefined ? !same : same;
  }
  if (first === "and" || first === "or") {
    const values: (boolean | undefined)[] = [];
    while (words.length > 0) values.push(read(words, isThis));
    const decides = first === "or";
    if (values.includes(decides)) return decides;
    return values.includes(undefined) ? undefined : !decides;
  }
  const database = databaseIn(first);
  return database && isThis(database);
}

/** Place of the parenthesis that closes the one before `words`. */
function closing(words: readonly string[]): number {
  let depth = 1;
  const at = words.findIndex((each) => (depth += each === "(" ? 1 : each === ")" ? -1 : 0) === 0);
  return at === -1 ? words.length - 1 : at;
}

const either = (a: boolean | undefined, b: boolean | undefined): boolean | undefined =>
  a === true || b === true ? true : a === undefined || b === undefined ? undefined : false;

function blanked(text: string, spans: readonly Span[]): string {
  let result = "";
  let at = 0;
  for (const { start, end } of [...spans].sort((a, b) => a.start - b.start || b.end - a.end)) {
    if (end <= at) continue;
    const from = Math.max(start, at);
    result += text.slice(at, from) + text.slice(from, end).replace(/[^\n]/g, " ");
    at = end;
  }
  return result + text.slice(at);
}
