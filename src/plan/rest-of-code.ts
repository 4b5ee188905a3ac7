/** What a migration in code does besides sending the statements of a plan: then the calls of a plan can't take its place. */
import type { CodeFile } from "../model/tool.ts";
import type { CodeText, Migration } from "../project/migration.ts";
import { indexLines } from "../text/lines.ts";
import { languageOf } from "../recipes/code-language.ts";
import type { Span } from "../text/span.ts";

export interface RestOfCode {
  /** A sentence without its full stop. */
  readonly what: string;
  /** Of the file as it is. */
  readonly line: number;
}

/** Undefined: nothing. */
export function restOfCode({ up, down }: Migration): RestOfCode | undefined {
  const { code } = up;
  if (code === undefined) return undefined;
  const lineOf = (at: number): number => indexLines(code.source).position(at).line;
  const [problem] = code.problems;
  if (problem !== undefined) return { what: problem.message, line: lineOf(problem.span.start) };
  const unclear = code.pieces.find(
    (one) =>
      one.conditional ||
      one.repeated ||
      one.holes ||
      one.isPart ||
      one.guard ||
      one.dynamic ||
      one.operations,
  );
  if (unclear !== undefined)
    return {
      what:
        unclear.conditional || unclear.guard
          ? "this call may not run"
          : "what this sends isn't known before it runs",
      line: lineOf(unclear.statement.start),
    };
  // There the operations are a list, and each of them is read.
  if (code.unit?.calls.some(({ state }) => state !== undefined) === true) return undefined;
  const left = withoutCalls(code, down?.code);
  const at = searchRest[languageOf(up.path, code.source)]?.(left) ?? -1;
  return at < 0 ? undefined : { what: "this isn't a call that sends SQL", line: lineOf(at) };
}

/** The source with blanks in place of comments and of calls that send SQL. */
function withoutCalls(code: CodeText, down: CodeText | undefined): string {
  const spans: readonly Span[] = [
    ...code.comments,
    ...(down?.comments ?? []),
    ...[...code.pieces, ...(down?.pieces ?? [])].map(({ statement }) => statement),
    ...(code.unit?.calls ?? []).map(({ at }) => at),
  ];
  let text = code.source;
  for (const { start, end } of spans)
    text = text.slice(0, start) + text.slice(start, end).replaceAll(/[^\n]/g, " ") + text.slice(end);
  return text;
}

const blanked = (text: string, pattern: RegExp): string =>
  text.replaceAll(pattern, (found) => found.replaceAll(/[^\n]/g, " "));

/** Function bodies that are an expression are calls as a whole. */
const inJavaScript: readonly RegExp[] = [
  /^\s*(["'])use strict\1;?/g,
  /\/\*\*?[^]*?\*\//g,
  /^[ \t]*import\b[^;\n]*(?:\{[^}]*\}[^;\n]*)?;?$/gm,
  /^[ \t]*(?:const|let|var)\s+[\w{},:\s]+=\s*require\([^)]*\);?$/gm,
  /\bconfig\s*=\s*\{\s*transaction\s*:\s*(?:true|false)\s*\}/g,
  /\b(?:name|transaction)\s*=\s*(?:"[^"]*"|'[^']*'|true|false);?/g,
  /=>\s*(?![\s{])[^]*?(?=;?\s*(?:\n(?:exports|module|export|\})|$(?![^])))/g,
  /\basync\s*\(|\bfunction\s*\w*\s*\(|\b(?:up|down)\s*(?:=\s*(?:async\s*)?)?\(/g,
];

const inPython: readonly RegExp[] = [
  /"""[^]*?"""|'''[^]*?'''/g,
  /^(?:from|import)\b[^\n(]*(?:\([^)]*\))?$/gm,
  /^(?:revision|down_revision|branch_labels)\b[^\n]*$/gm,
  /^depends_on\b[^=\n]*=\s*None\s*$/gm,
  /^def (?:upgrade|downgrade)\([^)]*\)[^:\n]*:/gm,
  /^\s+pass\s*$/gm,
  /^\s+with \w+\.batch_alter_table\([^\n]*\) as \w+:\s*$/gm,
  /^\s+with \w+\.get_context\(\)\.autocommit_block\(\):\s*$/gm,
];

const inRuby: readonly RegExp[] = [
  /^\s*class \w+ < ActiveRecord::Migration(?:\[[\d.]+\])?\s*$/gm,
  /^\s*(?:def (?:self\.)?(?:up|down|change)|end|disable_ddl_transaction!)\s*$/gm,
  /^\s*(?:change_table\b[^\n]*|safety_assured) do(?: \|\w+\|)?\s*$/gm,
  /^\s*safety_assured \{|\}\s*$/gm,
];

/** Where the first thing stands that isn't one of these. */
const firstBesides =
  (known: readonly RegExp[], rest: RegExp) =>
  (text: string): number =>
    known.reduce(blanked, text).search(rest);

const javascript = firstBesides(
  inJavaScript,
  /[\w$\])]\s*\(|`|\b(?:if|for|while|switch|try|throw|new|await)\b/,
);

const searchRest: Readonly<Partial<Record<CodeFile["language"], (text: string) => number>>> = {
  commonjs: javascript,
  module: javascript,
  typescript: javascript,
  python: firstBesides(inPython, /\S/),
  ruby: firstBesides(inRuby, /\S/),
};
