import type { Expression } from "../model/expression.ts";
import type { ColumnType } from "../model/types.ts";

/** Words that continue a type's name: `character varying`, `timestamp with time zone`. */
const typeWords: ReadonlySet<string> = new Set(["varying", "precision", "with", "without", "time", "zone"]);

const token =
  /'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\/\*(?:[^*]|\*(?!\/))*\*\/|--[^\r\n]*|[\w$.]+|::|[<>=!~|&+*/%^@#?-]|\s+|[^]/g;

/** A name that is the same without its quotes. */
const plainName = /^"([a-z_][a-z0-9_]*)"$/;

const isCode = (part: string): boolean => !/^(?:\s|--|\/\*)/.test(part);

/**
 * A text by which expressions are compared. What the server changes when it prints an expression doesn't count: blanks,
 * brackets, casts, the case of words, quotes that a name doesn't need, `IS NOT NULL` for `NOTNULL`, `= ANY (ARRAY[…])` for
 * `IN (…)`.
 */
export function normalise(text: string): string {
  const tokens = (text.match(token) ?? []).filter(isCode);
  const out: string[] = [];
  /** Blanks and quotes may stand around the points of a name. */
  const addName = (part: string): void => {
    const last = out.at(-1) ?? "";
    const continues = (part.startsWith(".") && /[\w"$]$/.test(last)) || /[\w"$]\.$/.test(last);
    if (continues) out.splice(-1, 1, last + part);
    else out.push(part);
  };
  for (let at = 0; at < tokens.length; at++) {
    const part = tokens[at] ?? "";
    if (part === "::") at = endOfType(tokens, at + 1) - 1;
    else if (part.startsWith("'")) out.push(literal(part, out));
    else if (part.startsWith('"')) addName(plainName.exec(part)?.[1] ?? part);
    // A backtick is MySQL's, where the case of a column's name doesn't count.
    else if (part.startsWith("`") && part.length > 1) addName(part.slice(1, -1).toLowerCase());
    else if (/^(?:isnull|notnull)$/i.test(part)) out.push("is", ...(/^n/i.test(part) ? ["not"] : []), "null");
    else if (part === "=" && out.at(-1) === "!") out.splice(-1, 1, "<", ">");
    else if (part !== "(" && part !== ")") addName(part.toLowerCase());
  }
  return out
    .map((part) => part.replace(/^public\./, ""))
    .join(" ")
    .replace(/< > all array \[ ([^\]]*) \]/g, "not in $1")
    .replace(/= any array \[ ([^\]]*) \]/g, "in $1");
}

const qualified = /(?<=^| )(?:(?:"(?:[^"]|"")*"|[\w$]+)\.)+("(?:[^"]|"")*"|[\w$]+)(?= |$)/g;

/** The same of an expression about the rows of one table, which the server prints without the table's name: `orders.status`. */
export function normaliseOfRow({ text, columns, subquery }: Pick<Expression, "text" | "columns" | "subquery">): string {
  const all = normalise(text);
  if (subquery) return all;
  const names = new Set(columns.map(({ column }) => column));
  return all.replace(qualified, (whole, last: string) =>
    names.has(last.replace(/^"(.*)"$/, "$1").replaceAll('""', '"')) ? last : whole,
  );
}

/** The same of a column's default: `'0'` is `0` there, as the column has the type, and false if that is `boolean`. */
export function normaliseValue(text: string, type: ColumnType | undefined): string {
  const value = normalise(text)
    .replace(/^- (?=\d)/, "-")
    .replace(/^'(-?\d+(?:\.\d+)?|true|false)'$/, "$1")
    // One is the other (PostgreSQL manual, section 9.9.5; MySQL's too).
    .replace(/^current_timestamp(?= \d$|$)/, "now");
  if (type?.name === "boolean" && type.dimensions === 0) return asBoolean(value);
  // A number of MySQL.
  return type?.name === "tinyint" ? value.replace(/^true$/, "1").replace(/^false$/, "0") : value;
}

/** The texts that PostgreSQL takes for a value of `boolean`. */
function asBoolean(value: string): string {
  const word = value.replaceAll("'", "").trim().toLowerCase();
  if (/^(?:t(?:r(?:ue?)?)?|y(?:es?)?|on|1)$/.test(word)) return "true";
  return /^(?:f(?:a(?:l(?:se?)?)?)?|no?|off?|0)$/.test(word) ? "false" : value;
}

/** What the server calls a constant or a cast in a sub-select that has no name. */
const namedByServer =
  /(?<= )as (?:"\?column\?"|bool|bpchar|date|float[48]|int[248]|interval|jsonb?|numeric|text|time(?:stamp)?(?:tz)?|uuid|varchar)(?= |$)/g;

/**
 * The words of a query, sorted, each once. Silent where in doubt: people write the query of a rollback as the server prints
 * it, with names that may be left out, `NOT (a IN …)` for `a NOT IN …`, and `f(t.*)` for `t.f`.
 */
export const wordsOfQuery = (text: string): string =>
  [...new Set(normalise(text).replace(namedByServer, "").match(/'(?:[^']|'')*'|[^\s']+/g))]
    .map((word) => (word.startsWith("'") ? word : word.replace(/^(?:[a-z_][\w$]*\.)+/, "")))
    .filter((word, at, all) => all.indexOf(word) === at && !/^(?:as|inner|outer|asc|;|,|\*|)$/.test(word))
    .sort()
    .join(" ");

/** `E'\\x00'` is `'\x00'`, and `_utf8mb4'a'` is `'a'`; takes what stands before it away. */
function literal(text: string, before: string[]): string {
  // A sequence's name stands in quotes, and is folded as any other.
  if (before.at(-1) === "nextval") {
    const name = text.replaceAll(/"([a-z_][a-z0-9_$]*)"/g, "$1");
    return (name.includes('"') ? name : name.toLowerCase()).replace(/^'public\./, "'");
  }
  // MySQL prints the character set of a literal, which is that of the session anyway.
  if (/^_utf8(?:mb[34])?$/.test(before.at(-1) ?? "")) before.pop();
  if (before.at(-1) !== "e") return text;
  before.pop();
  return text.replaceAll("\\\\", "\\");
}

/** Position after `text`, `public."Status"`, `character varying(20)`, `numeric(10, 2)[]`. */
function endOfType(tokens: readonly string[], from: number): number {
  let at = from + 1;
  // The parts of a name with quotes: `public."Status"`, `"Shop"."Status"`.
  while (/\.$/.test(tokens[at - 1] ?? "") || (tokens[at] ?? "").startsWith(".")) at++;
  while (typeWords.has(tokens[at]?.toLowerCase() ?? "")) at++;
  if (tokens[at] === "(") at = tokens.indexOf(")", at) + 1 || tokens.length;
  while (tokens[at] === "[" && tokens[at + 1] === "]") at += 2;
  return at;
}

const longest = 40;

/** `what: b instead of a`, on one line; texts too long for a message are left out. */
export function changedText(what: string, a: string, b: string): string {
  const [before, after] = [a, b].map((text) => text.trim().replaceAll(/\s+/g, " "));
  if (before === undefined || after === undefined || before.length > longest || after.length > longest)
    return `another ${what}`;
  return `${what}: ${after} instead of ${before}`;
}
