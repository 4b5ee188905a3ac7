/**
 * Cuts SQL text into statements as the `mysql` client does: `;`, DELIMITER, `\g`, `\G`, the client's own lines. Bodies
 * of routines are kept whole also without DELIMITER, as tools send them.
 */
import { commandByLetter, commandInWords, type ClientCommand } from "./client.ts";
import { breakpoint, Lexer, lineEnd, tokenize, type Token } from "./lexer.ts";
import type { MysqlOptions } from "./options.ts";
import { SqlModes } from "./sql-mode.ts";
import { plainTracker, Tracker, type StatementTracker } from "./tracker.ts";

export interface Piece {
  /** Without comments and delimiters; never empty. */
  readonly tokens: readonly Token[];
  /** As it was read: SET sql_mode changes that. */
  readonly options: MysqlOptions;
  /** It sets how what follows is read, to a value that isn't known. */
  readonly unread?: boolean | undefined;
  /** What the client runs here from elsewhere: `source`, `system`. */
  readonly command?: string | undefined;
}

export interface Pieces {
  readonly pieces: readonly Piece[];
  readonly comments: readonly Token[];
  /** The words DELIMITER. */
  readonly delimiters: readonly Token[];
}

/** Of goose and sql-migrate, which send what stands before it as it is: a `;` may be missing. */
const sectionEnd = /^-- \+(?:goose|migrate) StatementEnd\b/;

/** Blocks that are never closed are read again, up to their first `;`; so many times, then nothing is kept whole. */
const mostOpen = 10;

export function splitStatements(text: string, options: MysqlOptions, from = 0, to = text.length): Pieces {
  return new Splitter(text, options, from, to).split();
}

/** `/* PHP:add_column(…); *\/`: code that the installer runs there (PrestaShop). */
const runsCode = /^\/\*\s*PHP:/;

class Splitter {
  private readonly text: string;
  private readonly from: number;
  private readonly to: number;
  private readonly lexer: Lexer;
  private readonly modes: SqlModes;
  private readonly pieces: Piece[] = [];
  private readonly comments: Token[] = [];
  private readonly delimiters: Token[] = [];
  private tokens: Token[] = [];
  private tracker: StatementTracker = new Tracker();
  private opened = 0;
  /** Goes back behind the first `;` that the statement keeps to itself. */
  private back: (() => void) | undefined;

  constructor(text: string, options: MysqlOptions, from: number, to: number) {
    this.text = text;
    this.from = from;
    this.to = to;
    this.lexer = new Lexer(text, from, to, options);
    this.modes = new SqlModes(text, options);
  }

  split(): Pieces {
    const { lexer, pieces, comments, delimiters } = this;
    do {
      for (let token = lexer.next(); token !== undefined; token = lexer.next()) this.take(token);
    } while (this.finish());
    return { pieces, comments, delimiters };
  }

  private take(token: Token): void {
    const { lexer } = this;
    if (token.kind === "comment") {
      this.comments.push(token);
      if (runsCode.test(this.text.slice(token.start, token.start + 20)) && this.tokens.length === 0) {
        this.run(token, { name: "PHP", end: token.end, runs: true });
        return;
      }
      if (token.value.startsWith(breakpoint) || sectionEnd.test(token.value)) this.finish();
    } else if (token.kind === "punctuation" && token.value === lexer.delimiter && token.value !== ";")
      this.finish();
    else if (token.value === "delimiter" && token.kind === "word") this.delimiterCommand(token);
    else if (token.value === "\\" && token.kind === "operator") this.backslash(token);
    else if (!this.lineCommand(token)) this.add(token);
  }

  private add(token: Token): void {
    if (this.tracker.ends(token)) {
      this.finish();
      return;
    }
    if (token.value === ";" && token.kind === "punctuation") this.back ??= this.wayBack();
    this.tokens.push(token);
  }

  private wayBack(): () => void {
    const lexer = this.lexer.mark();
    const tokens = this.tokens.length;
    const comments = this.comments.length;
    return () => {
      lexer();
      this.tokens.length = tokens;
      this.comments.length = comments;
      this.opened++;
    };
  }

  /** Ends the statement here. `true`: it was still open, so that reading begins again behind its first `;`. */
  private finish(): boolean {
    const back = this.tracker.isOpen ? this.back : undefined;
    back?.();
    if (this.tokens.length > 0) {
      const { options } = this.modes;
      this.modes.ran(this.tokens);
      this.pieces.push({ tokens: this.tokens, options, unread: this.modes.unread });
      this.lexer.options = this.modes.options;
    }
    this.clear();
    return back !== undefined;
  }

  private clear(): void {
    this.tokens = [];
    this.back = undefined;
    this.tracker = this.opened < mostOpen ? new Tracker() : plainTracker;
  }

  private delimiterCommand(token: Token): void {
    const { text, lexer } = this;
    let end = lineEnd(text, token.end, this.to);
    let said = text.slice(token.end, end).trim().split(/\s/)[0] ?? "";
    // The mysql client wants it on the same line; below, it is read as it is meant.
    if (said === "") {
      const below =
        /^[\r\n]+[ \t]*[^\w\s'"`]+(?=[ \t\r]*(?:\n|$))/.exec(text.slice(end, end + 40))?.[0] ?? "";
      end += below.length;
      said = below.trim();
    }
    // In mid-statement a `;` may be missing, or it is a column of that name.
    if (this.tokens.length > 0 && !(startsLine(text, token, this.from) && /^[^\w(`'",.]+$/.test(said))) {
      this.add(token);
      return;
    }
    if (this.finish()) return;
    this.setDelimiter(said);
    this.delimiters.push(token);
    lexer.at = end;
  }

  private setDelimiter(said: string): void {
    const delimiter = /^(["'`]).*\1$/.test(said) ? said.slice(1, -1) : said;
    if (delimiter !== "") this.lexer.delimiter = delimiter;
  }

  private backslash(token: Token): void {
    const { text, lexer } = this;
    const command = commandByLetter(text, token.end, this.to, lexer.delimiter);
    if (command === undefined) {
      const letter = text.charAt(token.end);
      lexer.at = token.end + (letter === "" ? 0 : 1);
      if (letter === "c") this.clear();
      else if (letter === "g" || letter === "G") this.finish();
      return;
    }
    lexer.at = command.next;
    if (command.name === "delimiter") {
      this.setDelimiter(command.argument.split(/\s/)[0] ?? "");
      this.delimiters.push({ ...token, end: token.end + 1 });
    } else if (command.name === "use") this.use({ ...token, kind: "word", value: "use" }, command);
    else this.run(token, command);
  }

  /** Takes no part in the statement that may stand around it. */
  private use(first: Token, { end }: ClientCommand): void {
    const name = tokenize(this.text, this.modes.options, first.end + 1, end).filter(
      ({ kind }) => kind !== "comment",
    );
    const tokens = [first, ...name];
    this.pieces.push({ tokens, options: this.modes.options });
  }

  private run({ start }: Token, { name, end, runs }: Pick<ClientCommand, "name" | "end" | "runs">): void {
    if (!runs) return;
    const tokens = [{ kind: "word", start, end, value: name }] as const;
    this.pieces.push({ tokens, options: this.modes.options, command: name });
  }

  private lineCommand(token: Token): boolean {
    const { text, to, lexer } = this;
    if (this.tokens.length > 0 || (token.kind !== "word" && token.value !== "?")) return false;
    const isFirst = startsLine(text, token, this.from);
    if (token.value === "use" && isFirst) {
      const end = lineEnd(text, token.end, to);
      if (text.slice(token.end, end).includes(lexer.delimiter)) return false;
      const tokens = tokenize(text, this.modes.options, token.end, end);
      this.tokens = [token, ...tokens.filter(({ kind }) => kind !== "comment")];
      this.comments.push(...tokens.filter(({ kind }) => kind === "comment"));
      lexer.at = end;
      this.finish();
      return true;
    }
    const command = commandInWords(text, token, to, lexer.delimiter, isFirst);
    if (command === undefined) return false;
    lexer.at = command.next;
    this.run(token, command);
    return true;
  }
}

function startsLine(text: string, token: Token, from: number): boolean {
  for (let at = token.start - 1; at >= from; at--) {
    const character = text[at];
    if (character === "\n") return true;
    if (character !== " " && character !== "\t" && character !== "\r" && character !== "\ufeff") return false;
  }
  return true;
}
