/**
 * A piece of SQL and where it stands in the file: a section of the file itself, or the contents of a string
 * literal (`EXECUTE 'it''s'`) whose characters stand elsewhere.
 */
import type { Span } from "../../text/span.ts";
import {
  continuation,
  escapedEnd,
  escapeSequence,
  escapeValue,
  plainEnd,
  unicodeEscapes,
  unicodeValue,
  type Token,
} from "./lexer.ts";

export interface Fragment {
  /** Positions of the front end's inner work index this text: the whole file if `offsets` is undefined. */
  readonly text: string;
  readonly from: number;
  readonly to: number;
  /** File offset of each UTF-16 code unit of `text`, never decreasing. */
  readonly offsets?: readonly number[] | undefined;
}

/** File offset of the character at `position`. */
export function startInFile(fragment: Fragment, position: number): number {
  const { offsets } = fragment;
  if (offsets === undefined) return position;
  return offsets[position] ?? (offsets.at(-1) ?? 0) + 1;
}

/** File offset just after the character before `position`. */
export function endInFile(fragment: Fragment, position: number): number {
  if (fragment.offsets === undefined) return position;
  return position === 0 ? startInFile(fragment, 0) : startInFile(fragment, position - 1) + 1;
}

export const spanInFile = (fragment: Fragment, start: number, end: number): Span => ({
  start: startInFile(fragment, start),
  end: Math.max(startInFile(fragment, start), endInFile(fragment, end)),
});

export function tokenInFile(fragment: Fragment, token: Token): Token {
  return fragment.offsets === undefined
    ? token
    : { ...token, ...spanInFile(fragment, token.start, token.end) };
}

/** First position of `fragment.text` whose file offset is not before `offset`. */
export function positionOf(fragment: Fragment, offset: number): number {
  const { offsets } = fragment;
  if (offsets === undefined) return offset;
  let low = 0;
  let high = offsets.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((offsets[middle] ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A text under construction, each code unit with its file offset. */
export interface Decoded {
  text: string;
  readonly offsets: number[];
}

/** Adds the contents of a string token of `fragment`, escapes resolved. */
export function decodeString(fragment: Fragment, token: Token, into: Decoded): void {
  const written = fragment.text.slice(token.start, token.end);
  const add = (value: string, position: number): void => {
    for (let i = 0; i < value.length; i++) into.offsets.push(startInFile(fragment, position));
    into.text += value;
  };
  const addPlain = (start: number, end: number): void => {
    for (let i = start; i < end; i++) into.offsets.push(startInFile(fragment, i));
    into.text += fragment.text.slice(start, end);
  };
  const quote = written.indexOf("'");
  if (written.startsWith("$")) {
    const from = token.start + written.indexOf("$", 1) + 1;
    addPlain(from, from + token.value.length);
  } else {
    const escaped = quote === 1 && /^e/i.test(written);
    const pattern = escaped ? escapeSequence : quote === 2 ? unicodeEscapes(fragment.text, token.end) : /''/g;
    const valueOf = (match: RegExpExecArray): string =>
      escaped ? escapeValue(match.slice(1, 6)) : quote === 2 ? unicodeValue(match) : "'";
    for (const [from, to] of piecesOf(fragment.text, token, quote, escaped)) {
      let at = from;
      for (const match of fragment.text.slice(from, to).matchAll(pattern)) {
        addPlain(at, from + match.index);
        add(valueOf(match), from + match.index);
        at = from + match.index + match[0].length;
      }
      addPlain(at, to);
    }
  }
}

/** What stands between the quotes, also in the pieces on further lines. */
function piecesOf(
  text: string,
  { start, end }: Token,
  quote: number,
  escaped: boolean,
): readonly (readonly [number, number])[] {
  const pieces: [number, number][] = [];
  for (let at: number | undefined = start + quote + 1; at !== undefined;) {
    const close = (escaped ? escapedEnd : plainEnd)(text, at, end);
    pieces.push([at, close ?? end]);
    at = close === undefined ? undefined : continuation(text, close + 1, end);
  }
  return pieces;
}

/** The code inside the quotes of a body literal; `span` may include the quotes or not. */
export function bodyFragment(parent: Fragment, span: Span): Fragment {
  const from = positionOf(parent, span.start);
  const to = Math.max(from, positionOf(parent, span.end));
  const { text } = parent;
  const withQuotes = /^(?:[eE]?'|[uU]&'|\$[^$\s]*\$)/.exec(text.slice(from, Math.min(to, from + 70)))?.[0];
  if (withQuotes?.startsWith("$") === true) {
    const end = text.endsWith(withQuotes, to) ? to - withQuotes.length : to;
    return { ...parent, from: from + withQuotes.length, to: Math.max(from + withQuotes.length, end) };
  }
  const before = text.charAt(from - 1);
  if (withQuotes === undefined && before !== "'") return { ...parent, from, to };
  const opening = /(?:[eE]|[uU]&)?'$/.exec(text.slice(Math.max(0, from - 3), from))?.[0] ?? "'";
  const prefix = withQuotes === undefined ? opening.length : 0;
  const start = from - prefix;
  const end = withQuotes === undefined ? to + 1 : to;
  const decoded: Decoded = { text: "", offsets: [] };
  decodeString(parent, { kind: "string", start, end, value: "" }, decoded);
  return { text: decoded.text, from: 0, to: decoded.text.length, offsets: decoded.offsets };
}
