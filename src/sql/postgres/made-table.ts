/** Which table a statement makes that the grammar rejects further on. */
import type { QualifiedName } from "../../model/names.ts";
import { spanInFile, type Fragment } from "./fragment.ts";
import type { Token } from "./lexer.ts";
import type { Piece } from "./split.ts";

/** Undefined: it makes none, or a temporary one, or a placeholder stands in its name. */
export function madeTable(fragment: Fragment, { tokens, masks }: Piece): QualifiedName | undefined {
  let at = 0;
  const takes = (...words: readonly string[]): boolean => {
    const isThere = words.every((word, i) => isWord(tokens[at + i], word));
    if (isThere) at += words.length;
    return isThere;
  };
  if (!takes("create")) return undefined;
  takes("unlogged");
  if (!takes("table")) return undefined;
  takes("if", "not", "exists");
  const first = tokens[at];
  const second = tokens[at + 1]?.value === "." ? tokens[at + 2] : undefined;
  const last = second ?? first;
  if (!isName(first) || !isName(last)) return undefined;
  if (masks.some(({ start }) => start < last.end)) return undefined;
  const name = last.value;
  const schema = second === undefined ? undefined : first.value;
  return {
    schema,
    name,
    text: fragment.text.slice(first.start, last.end),
    span: spanInFile(fragment, first.start, last.end),
  };
}

const isWord = (token: Token | undefined, word: string): boolean =>
  token?.kind === "word" && token.value === word;

const isName = (token: Token | undefined): token is Token =>
  token?.kind === "word" || token?.kind === "quoted";
