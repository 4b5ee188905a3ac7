/** Words and places among the tokens of a PL/pgSQL body. */
import type { Token } from "./lexer.ts";

export const wordAt = (tokens: readonly Token[], at: number): string => {
  const token = tokens[at];
  return token?.kind === "word" && tokens[at - 1]?.value !== "." ? token.value : "";
};

export const punctuationAt = (tokens: readonly Token[], at: number): string => {
  const token = tokens[at];
  return token?.kind === "punctuation" || token?.kind === "operator" ? token.value : "";
};

/** Position of the first such word outside of brackets (as the server looks for it); else of the statement's end. */
export function until(tokens: readonly Token[], from: number, ...words: readonly string[]): number {
  let brackets = 0;
  for (let at = from; at < tokens.length; at++) {
    const punctuation = punctuationAt(tokens, at);
    if (punctuation === "(" || punctuation === "[") brackets++;
    else if (punctuation === ")" || punctuation === "]") brackets--;
    else if (punctuation === ";" && brackets <= 0) return at;
    else if (brackets <= 0 && words.includes(wordAt(tokens, at))) return at;
  }
  return tokens.length;
}
