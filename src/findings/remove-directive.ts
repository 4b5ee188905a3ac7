/** Takes a directive out of a text, so that nothing shows that it was there. */
import type { Edit, Span } from "../text/span.ts";
import type { Directive } from "./directives.ts";

/** `what`: one of its names, or the whole of it; the only name takes the comment with it. */
export function removeDirective(text: string, { names, span }: Directive, what: Span): Edit {
  const at = names.findIndex((name) => name.span.start === what.start);
  if (at < 0 || names.length < 2) return removeComment(text, span);
  const next = names[at + 1];
  if (next !== undefined) return { span: { start: what.start, end: next.span.start }, text: "" };
  return { span: { start: names[at - 1]?.span.end ?? what.start, end: what.end }, text: "" };
}

/** A comment alone on its lines goes with them. */
function removeComment(text: string, { start, end }: Span): Edit {
  let from = start;
  while (from > 0 && isBlank(text[from - 1])) from--;
  let to = end;
  while (to < text.length && isBlank(text[to])) to++;
  const beginsLine = from === (text.startsWith("\uFEFF") ? 1 : 0) || isBreak(text[from - 1]);
  const endsLine = to === text.length || isBreak(text[to]);
  if (beginsLine && endsLine) return { span: { start: from, end: afterBreak(text, to) }, text: "" };
  if (endsLine) return { span: { start: from, end }, text: "" };
  // What stands around a comment without blanks must not grow together.
  const isTight = from === start && to === end && !beginsLine;
  return { span: { start, end: beginsLine || from < start ? to : end }, text: isTight ? " " : "" };
}

const isBlank = (character: string | undefined): boolean => character === " " || character === "\t";
const isBreak = (character: string | undefined): boolean => character === "\n" || character === "\r";

const afterBreak = (text: string, at: number): number =>
  text[at] === "\r" && text[at + 1] === "\n" ? at + 2 : Math.min(text.length, at + 1);
