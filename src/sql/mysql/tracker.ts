/** Where a statement ends: the `;` in the body of a routine belong to it, also without DELIMITER. */
import type { Token } from "./lexer.ts";

export interface StatementTracker {
  /** `true` if this token is the `;` that ends the statement. */
  ends(token: Token): boolean;
  /** Within a block that isn't closed. */
  readonly isOpen: boolean;
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(" "));

/** What else CREATE and ALTER are said of, where a routine's kind may be the name. */
const otherKinds = words("table view ( database schema user role server tablespace sequence index");
const routines = words("procedure function trigger event package");
/** Between CREATE and the kind of a routine: `OR REPLACE DEFINER = a@b AGGREGATE`. */
const longestHead = 14;
const closers = words("if case loop repeat while for");
const openers = words("if loop repeat while for");
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

/** Of a body that is one statement; none of them stands among the characteristics of a routine. */
const verbs = words(
  "alter analyze call close commit create deallocate delete do drop execute fetch flush get grant insert iterate kill " +
    "leave load lock open optimize prepare rename replace resignal return revoke rollback savepoint select set show " +
    "signal start table truncate unlock update values with xa",
);

/** `begin` and `end` are no key words: behind these they name a column. */
const beforeName = words(
  ", ( = < > <= >= <> != <=> + - * / % || && := as select distinct where and or not by set on having between in like " +
    "column add drop change modify into from join update table index key references",
);

/** Ends a statement at each `;`. */
export const plainTracker: StatementTracker = {
  ends: ({ kind, value }) => kind === "punctuation" && value === ";",
  isOpen: false,
};

/** Follows the tokens of one statement. */
export class Tracker implements StatementTracker {
  private seen = 0;
  private first = "";
  private isCreate = false;
  private routine = "";
  /** What is open: `begin`, `if`, `case` …; `value` is a CASE that is an expression. */
  private readonly open: string[] = [];
  private previous = "";
  private parentheses = 0;
  /** In front of the body. */
  private header = true;
  /** The list of parameters is closed. */
  private hasParameters = false;
  /** Which token begins a trigger's or event's body. */
  private bodyAt = 0;
  /** The statement that is the body: `return`. */
  private verb = "";
  /** Between DECLARE HANDLER FOR and what it does. */
  private handler = false;
  /** Parentheses open since an IF that may be the function, which has commas. */
  private call = 0;
  private ifCounted = false;

  get isOpen(): boolean {
    return this.open.length > 0;
  }

  ends(token: Token): boolean {
    const isText = token.kind === "word" || token.kind === "punctuation" || token.kind === "operator";
    const value = isText ? token.value : "'";
    this.seen++;
    this.readHead(value);
    if (value === ";") {
      this.previous = ";";
      this.handler = false;
      return this.open.length === 0;
    }
    this.previous = this.routine === "" ? value : this.inRoutine(value);
    return false;
  }

  private readHead(value: string): void {
    if (this.seen === 1) {
      this.isCreate = value === "create" || value === "alter";
      this.first = value;
    } else if (this.seen === 2 && this.first === "begin" && value === "not") {
      // MariaDB: a block as a statement.
      this.routine = "block";
      this.header = false;
      this.open.push("begin");
    } else if (this.isCreate && this.routine === "" && this.seen <= longestHead) {
      // Of these, ALTER writes the body of an event alone.
      if (routines.has(value)) {
        if (this.first === "create" || value === "event") this.routine = value;
        this.isCreate = this.first === "create";
      } else this.isCreate = !otherKinds.has(value);
    }
  }

  /** What the next token shall have in front of it; a quote for a name. */
  private inRoutine(value: string): string {
    this.countParentheses(value);
    this.findBody(value);
    if (this.previous === ".") return "'";
    const { previous } = this;
    if (previous === "end" && closers.has(value)) return "'";
    const mayBegin = this.mayBegin();
    if (value === "end") return this.end() ? "end" : "'";
    if (value === "begin") {
      if (!mayBegin && !this.isOracleBody()) return "'";
      this.begin("begin");
    } else if (value === "case") this.begin(mayBegin ? "case" : "value");
    else if (openers.has(value)) {
      if (mayBegin) this.begin(value);
    } else if (mayBegin && verbs.has(value) && !this.isType(value)) {
      if (this.header) this.verb = value;
      this.header = false;
      this.handler = false;
    }
    if (value === "if") this.ifCounted = mayBegin;
    if (value === "for" && previous === "handler") this.handler = true;
    return value;
  }

  private begin(what: string): void {
    this.open.push(what);
    this.header = false;
    this.handler = false;
  }

  /** A statement may stand here. */
  private mayBegin(): boolean {
    const { previous } = this;
    if (this.seen === this.bodyAt) return true;
    if (this.header) {
      if (this.routine !== "procedure" && this.routine !== "function") return false;
      return this.hasParameters && this.parentheses === 0;
    }
    if (this.handler) return previous !== "for" && previous !== ",";
    return beforeStatement.has(previous) && this.open.at(-1) !== "value";
  }

  /** In Oracle's mode the body stands behind AS. */
  private isOracleBody(): boolean {
    const isBehind = this.previous === "as" || this.previous === "is";
    const isHead = this.header || this.verb === "return" || this.routine === "package";
    return isBehind && isHead && this.parentheses === 0 && this.open.length === 0;
  }

  /** `true` if it closes what is open. */
  private end(): boolean {
    const { previous } = this;
    const inner = this.open.at(-1);
    if (inner === undefined || previous === "xa" || beforeName.has(previous)) return false;
    if (inner === "value") {
      if (previous === "case" || previous === "when" || beforeStatement.has(previous)) return false;
    } else if (inner !== "repeat" && !beforeStatement.has(previous)) return false;
    this.open.pop();
    return true;
  }

  private countParentheses(value: string): void {
    if (value === "(") {
      this.parentheses++;
      this.call += this.call > 0 || this.previous === "if" ? 1 : 0;
    } else if (value === ")") {
      this.parentheses--;
      if (this.call > 0) this.call--;
      if (this.parentheses === 0) this.hasParameters = true;
    } else if (value === "," && this.call === 1) {
      this.call = 0;
      if (this.ifCounted) this.open.pop();
    }
  }

  private findBody(value: string): void {
    const { seen } = this;
    if (seen === this.bodyAt) {
      if (this.routine === "trigger" && (value === "follows" || value === "precedes")) this.bodyAt = seen + 2;
      else this.header = false;
    }
    if (!this.header) return;
    // FOR EACH ROW is followed by the body.
    if (this.routine === "trigger" && value === "row" && this.previous === "each") this.bodyAt = seen + 1;
    if (this.routine === "event" && value === "do" && this.parentheses === 0) this.bodyAt = seen + 1;
  }

  /** `CHARACTER SET utf8`, `RETURNS SET('a')`. */
  private isType(value: string): boolean {
    return this.header && value === "set" && /^(?:character|char|returns)$/.test(this.previous);
  }
}
