import type { Span } from "../text/span.ts";
import { squawkRules } from "./squawk.ts";

export type DirectiveKind = "disable-next-line" | "disable-line" | "disable" | "enable" | "disable-file";

/** A comment that speaks to the linter. */
export interface Directive {
  readonly kind: DirectiveKind;
  /** The comment. */
  readonly span: Span;
  /** Rules as written, with their places; empty: all rules. */
  readonly names: readonly { readonly text: string; readonly span: Span }[];
  /** What stands behind ` -- `. */
  readonly reason?: string | undefined;
  /** Of another linter: the rules here that it means (empty: all), and never reported as unused. */
  readonly foreign?: readonly string[] | undefined;
}

/** A `ddlint-…` comment that is no directive. */
export interface UnknownDirective {
  readonly text: string;
  readonly span: Span;
}

export const directiveNames: readonly string[] = [
  "ddlint-disable-next-line",
  "ddlint-disable-line",
  "ddlint-disable-file",
  "ddlint-disable",
  "ddlint-enable",
  "ddlint-deprecated",
  "ddlint-irreversible",
];

const opening = /^(?:--+|\/\*+|\/\/+|#+|<!--)\s*((?:ddlint|squawk)-[\w-]*)(?=[\s:,*]|$)/;

/** Reads one comment, delimiters included; undefined: it says nothing to us. */
export function readDirective(text: string, comment: Span): Directive | UnknownDirective | undefined {
  const source = text.slice(comment.start, comment.end);
  const match = opening.exec(source);
  const word = match?.[1];
  if (!match || word === undefined) return undefined;
  const wordStart = comment.start + match[0].length - word.length;
  if (word.startsWith("squawk-")) return squawkDirective(word, source, comment, match[0].length);
  if (!directiveNames.includes(word)) {
    return { text: word, span: { start: wordStart, end: wordStart + word.length } };
  }
  if (word === "ddlint-deprecated" || word === "ddlint-irreversible") return undefined;
  return {
    kind: word.slice("ddlint-".length) as DirectiveKind,
    span: comment,
    names: readNames(source, match[0].length, comment.start),
    reason: readReason(source, match[0].length),
  };
}

function squawkDirective(word: string, source: string, comment: Span, after: number): Directive | undefined {
  if (word !== "squawk-ignore" && word !== "squawk-ignore-file") return undefined;
  const names = readNames(source, after, comment.start).map((name) => name.text);
  const foreign = names.flatMap((name) => squawkRules[name] ?? []);
  // Names that mean nothing here silence nothing, not everything.
  if (names.length > 0 && foreign.length === 0) return undefined;
  return {
    kind: word === "squawk-ignore" ? "disable-next-line" : "disable-file",
    span: comment,
    names: [],
    foreign,
  };
}

/** Where a comment's text ends. */
const closingOf = (source: string): number =>
  source.startsWith("/*") && source.endsWith("*/")
    ? source.length - 2
    : source.startsWith("<!--") && source.endsWith("-->")
      ? source.length - 3
      : source.length;

/** Where the reason begins, or -1: behind two hyphens, or one in XML, whose comments can't have two. */
const reasonIn = (body: string, from: number): number => {
  const isXml = body.startsWith("<!--");
  const at = isXml ? body.indexOf(" - ", from) : body.indexOf("--", from);
  return at < 0 || !isXml ? at : at + 1;
};

function readReason(source: string, from: number): string | undefined {
  const body = source.slice(0, closingOf(source));
  const reason = reasonIn(body, from);
  return reason < 0 ? undefined : body.slice(reason).replace(/^--?/, "").trim() || undefined;
}

/** Names up to the reason (` -- because`), separated by commas or blanks. */
function readNames(source: string, from: number, base: number): { text: string; span: Span }[] {
  const body = source.slice(0, closingOf(source));
  const reason = reasonIn(body, from);
  const list = reason < 0 ? body : body.slice(0, reason);
  const names = [];
  const pattern = /[^\s,:]+/g;
  pattern.lastIndex = from;
  for (let match = pattern.exec(list); match; match = pattern.exec(list)) {
    const start = base + match.index;
    names.push({ text: match[0], span: { start, end: start + match[0].length } });
  }
  return names;
}
