/** What conditions of a trigger are, as far as the statement that fires it says what the rows become. */
import type { ScriptToken } from "../tokens.ts";
import { literalOf, type Literal } from "./check-value.ts";

/** What a condition can be, one bit for each: true, false, NULL. */
export type Outcomes = number;
export const isTrue = 1;
const isFalse = 2;
const isNull = 4;
const any = isTrue | isFalse | isNull;

/** `kept`: the value that the column had before, whatever it is; undefined: nothing is known. */
export type RowValue =
  | { readonly is: "literal"; readonly literal: Literal }
  | { readonly is: "null" }
  | { readonly is: "kept"; readonly column: string; readonly isNull: boolean | undefined }
  | undefined;

export interface Rows {
  readonly valueOf: (row: "new" | "old", column: string) => RowValue;
  /** `TG_OP`. */
  readonly event: string;
  /** `TG_TABLE_NAME`, if it is known. */
  readonly tableName?: string | undefined;
}

/** Tokens whose ANDs don't join conditions, or conditions on other rows. */
const notRead = new Set(["case", "select", "between"]);

export function outcomesOf(condition: readonly ScriptToken[], rows: Rows): Outcomes {
  if (condition.some((token) => notRead.has(wordOf(token)))) return any;
  const reader = { tokens: condition, rows, at: 0 };
  const found = either(reader);
  return reader.at >= condition.length ? found : any;
}

interface Reader {
  readonly tokens: readonly ScriptToken[];
  readonly rows: Rows;
  at: number;
}

export const wordOf = (token: ScriptToken | undefined): string =>
  token === undefined || token.kind === "string" || token.kind === "quoted" ? "" : token.value.toLowerCase();

function either(reader: Reader): Outcomes {
  let found = both(reader);
  while (wordOf(reader.tokens[reader.at]) === "or") {
    reader.at++;
    found = negated(conjunction(negated(found), negated(both(reader))));
  }
  return found;
}

function both(reader: Reader): Outcomes {
  let found = one(reader);
  while (wordOf(reader.tokens[reader.at]) === "and") {
    reader.at++;
    found = conjunction(found, one(reader));
  }
  return found;
}

function one(reader: Reader): Outcomes {
  const { tokens, rows } = reader;
  if (wordOf(tokens[reader.at]) === "not") {
    reader.at++;
    return negated(one(reader));
  }
  if (wordOf(tokens[reader.at]) === "(") {
    reader.at++;
    const found = either(reader);
    reader.at++;
    return isEnd(tokens[reader.at]) ? found : (skip(reader), any);
  }
  return comparison(skip(reader), rows);
}

const isEnd = (token: ScriptToken | undefined): boolean =>
  token === undefined || ["and", "or", ")"].includes(wordOf(token));

/** To the end of the comparison that begins there; its tokens. */
function skip(reader: Reader): readonly ScriptToken[] {
  const start = reader.at;
  for (let depth = 0; reader.at < reader.tokens.length; reader.at++) {
    const token = reader.tokens[reader.at];
    if (depth === 0 && isEnd(token)) break;
    if (wordOf(token) === "(") depth++;
    else if (wordOf(token) === ")") depth--;
  }
  return reader.tokens.slice(start, reader.at);
}

const negated = (of: Outcomes): Outcomes =>
  (of & isNull) | (of & isTrue ? isFalse : 0) | (of & isFalse ? isTrue : 0);

function conjunction(a: Outcomes, b: Outcomes): Outcomes {
  const canBeNull = (a & isNull && b & (isNull | isTrue)) || (b & isNull && a & isTrue);
  return (a & b & isTrue) | ((a | b) & isFalse) | (canBeNull ? isNull : 0);
}

/** Behind the left side, the words of each comparison. */
const operators: readonly (readonly [
  words: readonly string[],
  of: (a: RowValue, b: RowValue) => Outcomes,
])[] = [
  [["is", "not", "distinct", "from"], (a, b) => negated(distinct(a, b))],
  [["is", "distinct", "from"], distinct],
  [["<=>"], (a, b) => negated(distinct(a, b))],
  [["is", "not", "null"], (a) => distinct(a, { is: "null" })],
  [["is", "null"], (a) => negated(distinct(a, { is: "null" }))],
  [["="], equal],
  [["<>"], (a, b) => negated(equal(a, b))],
  [["!="], (a, b) => negated(equal(a, b))],
];

function comparison(tokens: readonly ScriptToken[], rows: Rows): Outcomes {
  const words = tokens.map(wordOf);
  const at = words.findIndex((word) => /^(?:is|=|<>|!=|<=>|in|not)$/.test(word));
  if (at < 1) return any;
  const left = sideOf(tokens.slice(0, at), rows);
  const isNot = words[at] === "not";
  if (words[isNot ? at + 1 : at] === "in") {
    const list = tokens.slice(at + (isNot ? 3 : 2), -1).filter((token) => wordOf(token) !== ",");
    const found = list
      .map((token) => negated(equal(left, sideOf([token], rows))))
      .reduce(conjunction, isTrue);
    return isNot ? found : negated(found);
  }
  const found = operators.find(([own]) => own.every((word, i) => words[at + i] === word));
  if (found === undefined) return any;
  const rest = tokens.slice(at + found[0].length);
  const isUnary = found[0].at(-1) === "null";
  return isUnary !== (rest.length === 0) ? any : found[1](left, sideOf(rest, rows));
}

/** `NEW.state`, `'open'`, `NULL`, `TG_OP`, each perhaps as text. */
function sideOf(tokens: readonly ScriptToken[], rows: Rows): RowValue {
  const { valueOf, event, tableName } = rows;
  const words = tokens.map(wordOf);
  const [row, dot] = words;
  if (words.at(-2) === "::" && words.at(-1) === "text") return sideOf(tokens.slice(0, -2), rows);
  if ((row === "new" || row === "old") && dot === "." && tokens.length === 3)
    return valueOf(row, tokens[2]?.value ?? "");
  if (tokens.length === 1 && row === "null") return { is: "null" };
  if (tokens.length === 1 && row === "tg_op")
    return { is: "literal", literal: { text: event, isText: true, number: undefined } };
  if (tokens.length === 1 && /^tg_(?:table_name|relname)$/.test(row ?? ""))
    return tableName === undefined
      ? undefined
      : { is: "literal", literal: { text: tableName, isText: true, number: undefined } };
  const literal = words.includes("::") ? undefined : literalOf(tokens);
  return literal && { is: "literal", literal };
}

function equal(a: RowValue, b: RowValue): Outcomes {
  if (a?.is === "null" || b?.is === "null") return isNull;
  const kept = [a, b].filter((side) => side?.is === "kept");
  if (kept.some((side) => side.isNull === true)) return isNull;
  const nulls = a === undefined || b === undefined || kept.some((side) => side.isNull !== false) ? isNull : 0;
  return isSame(a, b) | nulls;
}

function distinct(a: RowValue, b: RowValue): Outcomes {
  const [x, y] = [nullness(a), nullness(b)];
  if (x === true && y === true) return isFalse;
  if (x !== undefined && y !== undefined && x !== y) return isTrue;
  const found = isSame(a, b);
  return x === false && y === false ? negated(found) : found === isTrue ? isFalse : isTrue | isFalse;
}

const nullness = (side: RowValue): boolean | undefined =>
  side?.is === "kept" ? side.isNull : side === undefined ? undefined : side.is === "null";

/** Of two values that are there. */
function isSame(a: RowValue, b: RowValue): Outcomes {
  if (a?.is === "kept" && b?.is === "kept" && a.column === b.column) return isTrue;
  if (a?.is !== "literal" || b?.is !== "literal") return isTrue | isFalse;
  const [x, y] = [a.literal, b.literal];
  if (x.isText !== y.isText) return isTrue | isFalse;
  if (!x.isText) return x.number === y.number ? isTrue : isFalse;
  if (x.text === y.text) return isTrue;
  // A collation may take them for equal.
  const folded = ({ text }: Literal): string =>
    text
      .normalize("NFKD")
      .replace(/[^\p{L}\p{N}]/gu, "")
      .toLowerCase();
  return folded(x) === folded(y) ? isTrue | isFalse : isFalse;
}
