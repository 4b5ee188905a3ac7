/**
 * Slips that are no SQL on any server of MySQL or MariaDB. No grammar stands behind the readers in lower/, so only what
 * is certain is told: a statement that begins with no word of a statement or goes on with another one, a type that isn't one,
 * parentheses and commas, and what only other databases have.
 */
import type { MysqlDialect } from "../../model/dialect.ts";
import { shapes } from "../../model/mysql-words.ts";
import type { Operation } from "../../model/operation.ts";
import type { ColumnDefinition } from "../../model/operations/table.ts";
import { nearest } from "../../text/nearest.ts";
import type { Span } from "../../text/span.ts";
import type { Problem } from "../front-end.ts";
import { ofAnotherDatabase } from "./elsewhere.ts";
import type { Token } from "./lexer.ts";
import { dictionary } from "../../text/dictionary.ts";

const words = (text: string): readonly string[] => text.split(" ");

const verbs = words("create alter drop insert update delete select truncate replace rename grant revoke");
const objects = words("table index view trigger procedure function database schema event user unique");

/** Every word that MySQL 9.7 or MariaDB 10.11 lets begin a statement; those of programs, and what clients take for commands. */
const beginnings: ReadonlySet<string> = new Set(
  words(
    "alter analyze backup begin binlog cache call case change check checksum clone commit create deallocate delete desc " +
      "describe do drop execute explain flush for get grant handler help if import insert install kill load lock loop " +
      "optimize prepare purge release rename repair repeat replace reset resignal restart revoke rollback savepoint select " +
      "set show shutdown signal start stop table truncate uninstall unlock update use values while with xa " +
      "close declare else elseif end fetch iterate leave open raise return until when " +
      "charset connect delimiter edit ego exit go help nopager notee nowarning pager print prompt quit rehash source status " +
      "system tee warnings",
  ),
);

/** As lower/type.ts names them, and those of only one of the two. */
const types: ReadonlySet<string> = new Set([
  ...words(
    "tinyint smallint mediumint int bigint decimal float double bit bool boolean char varchar binary varbinary tinytext text " +
      "mediumtext longtext tinyblob blob mediumblob longblob enum set date time datetime timestamp year json serial uuid " +
      "inet4 inet6 vector xmltype",
  ),
  ...shapes,
]);

/** What other databases call them. */
const elsewhere: Readonly<Record<string, string>> = dictionary({
  bigserial: "BIGINT AUTO_INCREMENT",
  bytea: "BLOB",
  datetime2: "DATETIME",
  jsonb: "JSON",
  smallserial: "SMALLINT AUTO_INCREMENT",
  timestamptz: "TIMESTAMP",
  timetz: "TIME",
});

export interface Mistake extends Problem {
  /** Its parentheses aren't balanced, or some are missing. */
  readonly isCut?: true;
}

/**
 * Of one statement; its first one. Nothing is told of statements that a template has still to fill in. `parts`: what
 * `statementsIn` makes of the tokens.
 */
export function mistakeIn(
  text: string,
  tokens: readonly Token[],
  parts: readonly (readonly Token[])[],
  operations: readonly Operation[],
  dialect: MysqlDialect,
): Mistake | undefined {
  if (tokens.some(({ placeholder }) => placeholder === true)) return undefined;
  return (
    noStatement(tokens, operations) ??
    unbalanced(tokens) ??
    unended(parts) ??
    leftOpen(tokens) ??
    nothingBehind(text, tokens) ??
    bareQuery(tokens) ??
    noType(operations) ??
    ofAnotherDatabase(tokens, dialect) ??
    noBeginning(tokens, operations)
  );
}

/** A word alone may be a directive of a tool. */
function noBeginning(
  [first, second]: readonly Token[],
  operations: readonly Operation[],
): Problem | undefined {
  if (first?.kind !== "word" || second?.kind !== "word" || beginnings.has(first.value)) return undefined;
  if (operations.length !== 1 || operations[0]?.kind !== "unknown") return undefined;
  return { span: spanOf(first), message: `no statement begins with ${first.value.toUpperCase()}` };
}

function noStatement(
  [first, second]: readonly Token[],
  operations: readonly Operation[],
): Problem | undefined {
  if (first?.kind !== "word" || operations.length !== 1 || operations[0]?.kind !== "unknown")
    return undefined;
  const verb = misspelt(first.value, verbs);
  if (verb !== undefined)
    return {
      span: spanOf(first),
      message: `no statement begins with ${first.value.toUpperCase()}`,
      hint: `did you mean ${verb.toUpperCase()}?`,
    };
  if (!/^(?:create|alter|drop)$/.test(first.value) || second?.kind !== "word") return undefined;
  const object = misspelt(second.value, objects);
  if (object === undefined) return undefined;
  const begin = first.value.toUpperCase();
  return {
    span: { start: first.start, end: second.end },
    message: `no statement begins with ${begin} ${second.value.toUpperCase()}`,
    hint: `did you mean ${begin} ${object.toUpperCase()}?`,
  };
}

/** Near one of them, and none itself. */
function misspelt(word: string, known: readonly string[]): string | undefined {
  if (word.length < 4 || known.includes(word)) return undefined;
  return nearest(word, known);
}

function unbalanced(tokens: readonly Token[]): Mistake | undefined {
  const open: Token[] = [];
  for (const token of tokens) {
    if (isSign(token, "(")) open.push(token);
    else if (isSign(token, ")") && open.pop() === undefined)
      return { span: spanOf(token), message: "this parenthesis closes nothing", isCut: true };
  }
  const last = open.at(-1);
  return last && { span: spanOf(last), message: "this parenthesis is never closed", isCut: true };
}

/** Their text holds no other statement; that of triggers, routines and events does. */
const single =
  /^(?:alter|create|drop) (?:table|index|unique)$|^(?:delete|insert|replace|set|truncate|update) /;
/** What begins a statement, and is part of no other. */
const begins = /^(?:alter|create|drop|truncate) table$|^delete from$|^(?:insert|replace) into$/;

function unended([, further = []]: readonly (readonly Token[])[]): Problem | undefined {
  const [first] = further;
  const begin = pairAt(further, 0).toUpperCase();
  return first && { span: spanOf(first), message: `no semicolon ends the statement before ${begin}` };
}

/** Where other statements begin, without a semicolon before them. */
function furtherBeginnings(tokens: readonly Token[]): readonly number[] {
  if (!single.test(pairAt(tokens, 0))) return [];
  return tokens.flatMap(({ kind }, at) => {
    const isWord = at > 0 && kind === "word" && tokens[at + 1]?.kind === "word";
    return isWord && tokens[at - 1]?.value !== "." && begins.test(pairAt(tokens, at)) ? [at] : [];
  });
}

/** The statements in a text without a semicolon between them; one, as a rule. */
export function statementsIn(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const starts = [0, ...furtherBeginnings(tokens)];
  return starts.map((start, i) => tokens.slice(start, starts[i + 1]));
}

const pairAt = (tokens: readonly Token[], at: number): string =>
  `${tokens[at]?.value ?? ""} ${tokens[at + 1]?.value ?? ""}`;

/** What advice leaves to be filled in: `<value>`. */
const blanks: ReadonlySet<string> = new Set([
  "value",
  "values or query",
  "type",
  "condition",
  "expression",
  "definition",
  "name",
  "key",
  "from",
  "to",
]);

/** An operand stands on both sides of a comparison. */
function leftOpen(tokens: readonly Token[]): Problem | undefined {
  for (const [i, token] of tokens.entries()) {
    if (!isOperator(token, "<")) continue;
    const length = tokens.slice(i + 1, i + 5).findIndex((other) => isOperator(other, ">"));
    const end = tokens[i + 1 + length];
    const name = tokens.slice(i + 1, i + 1 + length).map(({ value }) => value);
    if (end === undefined || !blanks.has(name.join(" "))) continue;
    const before = tokens[i - 1];
    const behind = tokens[i + 2 + length];
    const isCompared =
      before !== undefined &&
      behind !== undefined &&
      ![before, behind].some(({ kind }) => kind === "operator" || kind === "punctuation") &&
      !/^(?:default|where|and|or|not|set|by|in|like|values)$/.test(before.value);
    if (isCompared) continue;
    return {
      span: { start: token.start, end: end.end },
      message: `<${name.join(" ")}> stands for what you have to write there`,
    };
  }
  return undefined;
}

const isOperator = ({ kind, value }: Token, sign: string): boolean => kind === "operator" && value === sign;

function nothingBehind(text: string, tokens: readonly Token[]): Problem | undefined {
  for (const [i, token] of tokens.entries()) {
    if (!isSign(token, ",")) continue;
    const next = tokens[i + 1];
    const isLast = next === undefined || isSign(next, ")");
    // A comment for versions of the server may hold what follows.
    if (!isLast || (next !== undefined && text.slice(token.end, next.start).includes("/*"))) continue;
    return { span: spanOf(token), message: "nothing follows the comma" };
  }
  return undefined;
}

/** `VALUES (SELECT …)` and `f(a, SELECT …)`: a query as a value needs parentheses of its own. */
function bareQuery(tokens: readonly Token[]): Mistake | undefined {
  let depth = 0;
  for (const [i, token] of tokens.entries()) {
    if (isSign(token, "(")) depth++;
    else if (isSign(token, ")")) depth--;
    const before = tokens[i - 1];
    if (depth < 1 || before === undefined || !isWord(token, "select")) continue;
    const isFirst = isSign(before, "(") && ofRows.some((word) => isWord(tokens[i - 2], word));
    if (isFirst || isSign(before, ","))
      return {
        span: spanOf(token),
        message: "a query as a value needs parentheses of its own: (SELECT …)",
        isCut: true,
      };
  }
  return undefined;
}

const ofRows = ["values", "value"];

const isWord = (token: Token | undefined, word: string): boolean =>
  token?.kind === "word" && token.value.toLowerCase() === word;

function noType(operations: readonly Operation[]): Problem | undefined {
  for (const { name, type } of operations.flatMap(columnsOf)) {
    const { name: written, span, modifiers } = type;
    if (!/^[a-z][a-z0-9]*$/.test(written)) continue;
    if (!types.has(written)) {
      const meant = elsewhere[written] ?? nearest(written, types)?.toUpperCase();
      const message = `there is no type ${written.toUpperCase()}`;
      return { span, message, hint: meant === undefined ? undefined : `did you mean ${meant}?` };
    }
    if (/^var(?:char|binary)$/.test(written) && modifiers.length === 0)
      return { span, message: `${written.toUpperCase()} of ${name.text} needs a length` };
  }
  return undefined;
}

function columnsOf(op: Operation): readonly ColumnDefinition[] {
  switch (op.kind) {
    case "createTable":
      return op.columns;
    case "addColumn":
      return [op.column];
    case "redefineColumn":
      return [op.definition];
    default:
      return [];
  }
}

const isSign = ({ kind, value }: Token, sign: string): boolean => kind === "punctuation" && value === sign;

const spanOf = ({ start, end }: Token): Span => ({ start, end });
