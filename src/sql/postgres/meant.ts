/** Statements with words that PostgreSQL doesn't have there: what they mean without these. */
import type { Token } from "./lexer.ts";
import type { Piece } from "./split.ts";

export interface Meant {
  readonly piece: Piece;
  /** What to write instead; undefined: there is a hint already. */
  readonly hint: string | undefined;
}

/** `broken`: the index of the token that the grammar rejects. Undefined: it is none of the well-known mistakes. */
export function meantBy(text: string, piece: Piece, broken: number): Meant | undefined {
  const { tokens } = piece;
  if (broken < 1) return undefined;
  if (isMark(tokens[broken - 1], ",") && isMark(tokens[broken], ")"))
    return { piece: without(piece, broken - 1, broken), hint: undefined };
  for (let at = Math.max(broken - 2, 0); at <= broken; at++) {
    const length = guardAt(tokens, at);
    if (broken < at + length)
      return { piece: without(piece, at, at + length), hint: insteadOf(text, tokens, at, length) };
  }
  return undefined;
}

const isMark = (token: Token | undefined, mark: string): boolean =>
  token?.kind === "punctuation" && token.value === mark;

const wordOf = (token: Token | undefined): string => (token?.kind === "word" ? token.value : "");

/** How many words IF [NOT] EXISTS has here; 0: it doesn't stand here. */
function guardAt(tokens: readonly Token[], at: number): number {
  const [first, second, third] = [at, at + 1, at + 2].map((index) => wordOf(tokens[index]));
  if (first !== "if") return 0;
  if (second === "exists") return 2;
  return second === "not" && third === "exists" ? 3 : 0;
}

/** Blanks in place of the tokens: all others stay where they are. */
function without(piece: Piece, from: number, to: number): Piece {
  const [start, end] = [piece.tokens[from]?.start ?? 0, piece.tokens[to - 1]?.end ?? 0];
  return {
    ...piece,
    tokens: [...piece.tokens.slice(0, from), ...piece.tokens.slice(to)],
    masks: [...piece.masks, { start, end, as: "blank" as const }].toSorted((a, b) => a.start - b.start),
  };
}

const replaceable = new Set(["function", "procedure", "view", "rule", "aggregate"]);
const catchable = new Set(["type", "domain", "role", "user", "group", "cast", "operator", "publication"]);

/** `at`: where IF [NOT] EXISTS begins. */
function insteadOf(text: string, tokens: readonly Token[], at: number, length: number): string {
  const [verb, kind, own] = [0, 1, at - 1].map((index) => wordOf(tokens[index]).toUpperCase());
  const name = nameAt(text, tokens, at + length);
  if (length === 3 && verb === "CREATE" && own !== undefined) {
    const none = `PostgreSQL has no CREATE ${own} IF NOT EXISTS`;
    const on = tokens.findIndex((token, index) => index > at && wordOf(token) === "on");
    const isOfTable = own === "POLICY" || (own === "TRIGGER" && kind !== "EVENT");
    if (isOfTable && on !== -1)
      return `${none}: leave it out, and put \`DROP ${own} IF EXISTS ${name} ON ${nameAt(text, tokens, on + 1)};\` before the statement`;
    if (replaceable.has(own.toLowerCase())) return `${none}: write CREATE OR REPLACE ${own}`;
    return catchable.has(own.toLowerCase())
      ? `${none}: leave it out, and catch the error: \`DO $$ BEGIN CREATE ${own} …; EXCEPTION WHEN duplicate_object THEN NULL; END $$;\``
      : `${none}: leave it out`;
  }
  if (length === 3 && verb === "ALTER" && own === "CONSTRAINT") {
    const table = nameAt(text, tokens, tokens.findIndex((token) => wordOf(token) === "table") + 1);
    return `PostgreSQL has no ADD CONSTRAINT IF NOT EXISTS: leave it out, and put \`ALTER TABLE ${table} DROP CONSTRAINT IF EXISTS ${name};\` before the statement`;
  }
  return `PostgreSQL has no ${length === 3 ? "IF NOT EXISTS" : "IF EXISTS"} here: leave it out, or ask in a DO block whether the object is there`;
}

/** A name as it is written, with its schema, behind IF EXISTS and ONLY. */
function nameAt(text: string, tokens: readonly Token[], from: number): string {
  let at = from + guardAt(tokens, from);
  if (wordOf(tokens[at]) === "only") at++;
  const first = tokens[at];
  let last = first;
  while (isMark(tokens[at + 1], ".") && tokens[at + 2] !== undefined) last = tokens[(at += 2)];
  return first === undefined || last === undefined ? "…" : text.slice(first.start, last.end);
}
