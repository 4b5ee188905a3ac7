/**
 * Cuts SQL text into statements as the `mysql` client does: `;`, DELIMITER, `\g`, `\G`, the client's own lines. Bodies
 * of routines are kept whole also without DELIMITER, as tools send them.
 */
import { breakpoint, Lexer, type Token } from "./lexer.ts";
import type { MysqlOptions } from "./options.ts";
import { SqlModes } from "./sql-mode.ts";

export interface Piece {
  /** Without comments and delimiters; never empty. */
  readonly tokens: readonly Token[];
  /** As it was read: SET sql_mode changes that. */
  readonly options: MysqlOptions;
}

export interface Pieces {
  readonly pieces: readonly Piece[];
  readonly comments: readonly Token[];
  /** The words DELIMITER. */
  readonly delimiters: readonly Token[];
}

/** Commands of the client that take a line of their own and change nothing that is ours. */
const clientLines: ReadonlySet<string> = new Set(
  "charset clear connect ego exit nopager notee nowarning pager print prompt quit rehash status system tee warnings".split(
    " ",
  ),
);

/** Of goose and sql-migrate, which send what stands before it as it is: a `;` may be missing. */
const sectionEnd = /^-- \+(?:goose|migrate) StatementEnd\b/;

export function splitStatements(text: string, options: MysqlOptions, from = 0, to = text.length): Pieces {
  const lexer = new Lexer(text, from, to, options);
  const modes = new SqlModes(text, options);
  const pieces: Piece[] = [];
  const comments: Token[] = [];
  const delimiters: Token[] = [];
  let tokens: Token[] = [];
  let ends = statementTracker();
  const finish = (): void => {
    if (tokens.length > 0) {
      pieces.push({ tokens, options: modes.options });
      modes.ran(tokens);
      lexer.options = modes.options;
    }
    tokens = [];
    ends = statementTracker();
  };
  for (let token = lexer.next(); token !== undefined; token = lexer.next()) {
    if (token.kind === "comment") {
      comments.push(token);
      if (token.value.startsWith(breakpoint) || sectionEnd.test(token.value)) finish();
      continue;
    }
    if (token.kind === "punctuation" && token.value === lexer.delimiter && token.value !== ";") {
      finish();
      continue;
    }
    if (token.value === "delimiter" && token.kind === "word") {
      const end = lineEnd(text, token.end, to);
      const said = text.slice(token.end, end).trim().split(/\s/)[0] ?? "";
      // In mid-statement a `;` may be missing, or it is a column of that name.
      if (tokens.length > 0 && !(startsLine(text, token, from) && /^[^\w(`'",.]+$/.test(said))) {
        tokens.push(token);
        continue;
      }
      const delimiter = /^(["'`]).*\1$/.test(said) ? said.slice(1, -1) : said;
      finish();
      if (delimiter !== "") lexer.delimiter = delimiter;
      delimiters.push(token);
      lexer.at = end;
      continue;
    }
    if (token.value === "\\" && token.kind === "operator") {
      const command = text.charAt(token.end);
      if (command === "." && tokens.length === 0) {
        lexer.at = lineEnd(text, token.end, to);
        const said = { kind: "word", start: token.start, end: token.end + 1, value: "source" } as const;
        pieces.push({ tokens: [said], options: modes.options });
        continue;
      }
      if (command === "c") tokens = [];
      if (command === "g" || command === "G" || command === "c") finish();
      lexer.at = token.end + (command === "" ? 0 : 1);
      continue;
    }
    if (tokens.length === 0 && token.kind === "word" && startsLine(text, token, from)) {
      const end = lineEnd(text, token.end, to);
      if (
        token.value === "source" ||
        (token.value === "use" && !text.slice(token.end, end).includes(lexer.delimiter))
      ) {
        tokens.push(...wordsUpTo(lexer, token, end));
        finish();
        continue;
      }
      if (clientLines.has(token.value) && !text.slice(token.end, end).includes("=")) {
        lexer.at = end;
        continue;
      }
    }
    if (ends(token)) finish();
    else tokens.push(token);
  }
  finish();
  return { pieces, comments, delimiters };
}

function wordsUpTo(lexer: Lexer, first: Token, end: number): Token[] {
  const tokens = [first];
  while (lexer.at < end) {
    const token = lexer.next();
    if (token === undefined || token.start >= end) break;
    if (token.kind !== "comment" && token.value !== ";") tokens.push(token);
  }
  lexer.at = Math.max(end, tokens.at(-1)?.end ?? end);
  return tokens;
}

function startsLine(text: string, token: Token, from: number): boolean {
  for (let at = token.start - 1; at >= from; at--) {
    const character = text[at];
    if (character === "\n" || character === "\r") return true;
    if (character !== " " && character !== "\t" && character !== "\ufeff") return false;
  }
  return true;
}

function lineEnd(text: string, from: number, to: number): number {
  for (let at = from; at < to; at++) if (text[at] === "\n" || text[at] === "\r") return at;
  return to;
}

/** What else CREATE and ALTER are said of, where a routine's kind may be the name. */
const otherKinds: ReadonlySet<string> = new Set(
  "table view ( database schema user role server tablespace sequence index".split(" "),
);
const routines: ReadonlySet<string> = new Set(["procedure", "function", "trigger", "event", "package"]);
/** Between CREATE and the kind of a routine: `OR REPLACE DEFINER = a@b AGGREGATE`. */
const longestHead = 14;
const closers: ReadonlySet<string> = new Set(["if", "case", "loop", "repeat", "while", "for"]);
const openers: ReadonlySet<string> = new Set(["begin", "if", "loop", "repeat", "while", "for"]);
const beforeStatement: ReadonlySet<string> = new Set([
  "",
  ";",
  "atomic",
  "begin",
  "then",
  "else",
  "do",
  "loop",
  "repeat",
  ":",
]);

/** `begin` and `end` are no key words: behind these they name a column. */
const beforeName: ReadonlySet<string> = new Set(
  (
    ", ( = < > <= >= <> != <=> + - * / % || && := as select distinct where and or not by set on having between in like " +
    "column add drop change modify into from join update table index key references"
  ).split(" "),
);

/** Follows the tokens of one statement; `true` if this one is the `;` that ends it. */
export function statementTracker(): (token: Token) => boolean {
  let seen = 0;
  let create = false;
  let first = "";
  let routine = false;
  let depth = 0;
  let previous = "";
  let row = 0;
  /** Parentheses open since an IF that may be the function, which has commas. */
  let call = 0;
  let ifCounted = false;
  return (token) => {
    const value =
      token.kind === "word" || token.kind === "punctuation" || token.kind === "operator" ? token.value : "'";
    seen++;
    if (seen === 1) {
      create = value === "create" || value === "alter";
      first = value;
    } else if (create && !routine && seen <= longestHead) {
      // Of these, ALTER writes the body of an event alone.
      routine = routines.has(value) && (first === "create" || value === "event");
      create = !otherKinds.has(value) && (first === "create" || !routines.has(value));
    }
    // MariaDB: a block as a statement.
    if (seen === 2 && previous === "begin" && value === "not") {
      routine = true;
      depth = 1;
    }
    if (value === ";") {
      previous = ";";
      return !routine || depth <= 0;
    }
    if (routine) {
      if (value === "(") call += call > 0 || previous === "if" ? 1 : 0;
      else if (value === ")" && call > 0) call--;
      else if (value === "," && call === 1) {
        call = 0;
        if (ifCounted) depth--;
      }
      // FOR EACH ROW is followed by the body.
      if (value === "row" && previous === "each") row = seen;
      const fresh = beforeStatement.has(previous) || row === seen - 1;
      // In Oracle's mode the body stands behind AS.
      const isName =
        (value === "begin" || value === "end") &&
        beforeName.has(previous) &&
        !(value === "begin" && previous === "as" && depth === 0);
      if (isName || previous === ".") {
        previous = "'";
        return false;
      }
      if (value === "end" && previous !== "xa") depth--;
      else if (value === "case" && previous !== "end") depth++;
      else if (previous === "end" && closers.has(value)) {
        previous = "'";
        return false;
      } else if (value === "begin" && previous !== "xa") depth++;
      else if (openers.has(value) && value !== "begin" && fresh) depth++;
      if (value === "if") ifCounted = fresh && previous !== "end";
    }
    previous = value;
    return false;
  };
}
