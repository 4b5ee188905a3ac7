/**
 * Cuts SQL text into statements without a grammar, for texts that the parser rejects as a whole: psql's lines, COPY
 * data and template placeholders are taken out, and one broken statement doesn't take the others with it.
 */
import { nextToken, type Token } from "./lexer.ts";

export interface Piece {
  /** First token to last token; without the `;`. */
  readonly start: number;
  readonly end: number;
  /** Without comments. */
  readonly tokens: readonly Token[];
  readonly masks: readonly Mask[];
}

/** A place that isn't SQL, to be replaced by text of equal length. */
export interface Mask {
  readonly start: number;
  readonly end: number;
  /** `identifier` can also stand for a literal or for nothing; `blank` is never code. */
  readonly as: "identifier" | "quoted" | "string" | "blank";
}

export interface Pieces {
  readonly pieces: readonly Piece[];
  readonly comments: readonly Token[];
}

/** Follows the tokens of one statement; `true` if this `;` ends it. */
export function statementTracker(): (token: Token) => boolean {
  const first: string[] = [];
  let rule = false;
  let routine = false;
  let parentheses = 0;
  /** BEGIN ATOMIC and CASE that are open; the `;` inside belong to the statement. */
  let open = 0;
  let previous = "";
  return (token) => {
    const value = token.kind === "word" || token.kind === "punctuation" ? token.value : "";
    if (first.length < 4) {
      first.push(value);
      if (first[0] === "create") {
        rule ||= value === "rule" && (first.length === 2 || first[1] === "or");
        routine ||=
          (value === "function" || value === "procedure") && (first.length === 2 || first[1] === "or");
      }
    }
    if (rule && value === "(") parentheses++;
    else if (rule && value === ")") parentheses--;
    else if (routine) {
      if (value === "atomic" && previous === "begin") open++;
      else if (open > 0 && value === "case" && previous !== "end") open++;
      else if (open > 0 && value === "end") open--;
    }
    previous = value;
    return value === ";" && parentheses <= 0 && open <= 0;
  };
}

const sendsBuffer = /^\\(?:g|gx|gexec|gset|gdesc|crosstabview|watch|bind|sendpipeline)(?![a-z])/;

/** Placeholders of the usual template languages and of psql; only looked for outside of quotes and comments. */
const placeholders: readonly (readonly [RegExp, Mask["as"]])[] = [
  [/\$\{[^{}\n]{0,200}\}/y, "identifier"],
  [/\{\{-?[ \t]{0,20}(?:[#^/!]|(?:if|else|end|range|with)\b)[^\n]{0,400}?\}\}/y, "blank"],
  [/\{\{[^\n]{0,400}?\}\}/y, "identifier"],
  [/"\{\{[^\n]{0,400}?\}\}\w{0,60}"/y, "quoted"],
  [/\{%[^\n]{0,400}?%\}/y, "blank"],
  [/<%[^\n]{0,400}?%>/y, "blank"],
  [/%\([A-Za-z_]\w{0,100}\)s/y, "identifier"],
  [/:'[A-Za-z_]\w{0,100}'/y, "string"],
  [/:"[A-Za-z_]\w{0,100}"/y, "quoted"],
  [/:[A-Za-z_]\w{0,100}/y, "identifier"],
];
const placeholderStart = new Set(["$", "{", "<", "%", ":", '"']);

export function splitStatements(text: string, from: number, to: number): Pieces {
  const pieces: Piece[] = [];
  const comments: Token[] = [];
  let tokens: Token[] = [];
  let masks: Mask[] = [];
  let ends = statementTracker();
  let brackets = 0;
  const finish = (): void => {
    const first = tokens[0];
    if (first !== undefined)
      pieces.push({ start: first.start, end: tokens.at(-1)?.end ?? first.end, tokens, masks });
    tokens = [];
    masks = [];
    ends = statementTracker();
    brackets = 0;
  };
  let at = from;
  while (at < to) {
    const token = nextToken(text, at, to);
    if (token === undefined) break;
    const mask =
      token.kind === "operator" || token.kind === "quoted"
        ? placeholder(text, token, to, brackets)
        : undefined;
    if (mask !== undefined) {
      masks.push(mask);
      at = mask.end;
      if (mask.as !== "blank") tokens.push({ kind: "word", start: mask.start, end: mask.end, value: "" });
      continue;
    }
    at = token.end;
    if (token.kind === "comment") {
      comments.push(token);
      continue;
    }
    if (token.value === "\\") {
      if (text.charAt(token.end) === ";") {
        at = token.end + 1;
        finish();
        continue;
      }
      const end = lineEnd(text, token.start, to);
      const command = text.slice(token.start, end);
      if (sendsBuffer.test(command)) finish();
      else if (tokens.length > 0) masks.push({ start: token.start, end, as: "blank" });
      at = end;
      continue;
    }
    if (token.value === "[") brackets++;
    else if (token.value === "]") brackets--;
    if (!ends(token)) {
      tokens.push(token);
      continue;
    }
    const copies = copiesFromStdin(tokens);
    finish();
    if (copies) at = copyDataEnd(text, token.end, to);
  }
  finish();
  return { pieces, comments };
}

function placeholder(text: string, token: Token, to: number, brackets: number): Mask | undefined {
  const first = text.charAt(token.start);
  if (!placeholderStart.has(first)) return undefined;
  // `::` and `:=` are operators of their own; `a[1:n]` is a slice.
  if (first === ":" && (token.end - token.start > 1 || brackets > 0)) return undefined;
  for (const [pattern, as] of placeholders) {
    pattern.lastIndex = token.start;
    const end = token.start + (pattern.exec(text)?.[0].length ?? 0);
    if (end > token.start && end <= to) return { start: token.start, end, as };
  }
  return undefined;
}

function lineEnd(text: string, from: number, to: number): number {
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at);
    if (code === 10 || code === 13) return at;
  }
  return to;
}

export function copiesFromStdin(tokens: readonly Token[]): boolean {
  if (tokens[0]?.value !== "copy" || tokens[0].kind !== "word") return false;
  return tokens.some((token, i) => token.value === "stdin" && tokens[i - 1]?.value === "from");
}

/** After the line `\.` that ends the data. */
function copyDataEnd(text: string, from: number, to: number): number {
  const end = /^\\\.[ \t]*\r?$/gm;
  end.lastIndex = from;
  const match = end.exec(text);
  return match === null || match.index >= to ? to : Math.min(to, match.index + match[0].length);
}

/** What an `identifier` mask is tried as, in this order. */
export const readings = ["identifier", "string", "blank"] as const;
export type Reading = (typeof readings)[number];

/** `text` between `start` and `end` with the masks replaced, same length. */
export function maskText(
  text: string,
  start: number,
  end: number,
  masks: readonly Mask[],
  reading: Reading,
): string {
  let result = "";
  let at = start;
  for (const mask of masks) {
    if (mask.start < at || mask.end > end) continue;
    result += text.slice(at, mask.start) + replacement(text, mask, reading);
    at = mask.end;
  }
  return result + text.slice(at, end);
}

/** The same placeholder gives the same name, another one gives another. */
export const maskName = (text: string, { start, end }: Mask): string =>
  text
    .slice(start, end)
    .replace(/[^A-Za-z0-9_]/g, "_")
    .replace(/^[0-9]/, "_")
    .toLowerCase();

function replacement(text: string, mask: Mask, reading: Reading): string {
  const length = mask.end - mask.start;
  const name = maskName(text, mask);
  switch (mask.as === "identifier" ? reading : mask.as) {
    case "identifier":
      return name;
    case "string":
      return length < 2 ? " " : `'${name.slice(1, -1)}'`;
    case "quoted":
      return `"${name.slice(1, -1)}"`;
    default:
      return " ".repeat(length);
  }
}
