/** Writes the comments that silence a finding: for an editor that offers them. */
import { commentMark, isJson, type CommentMark } from "../project/code-tools.ts";
import type { Script } from "../project/migration.ts";
import type { ParsedText } from "../sql/front-end.ts";
import { indexLines, lineBreakAt } from "../text/lines.ts";
import type { Edit } from "../text/span.ts";
import { inText } from "./code-places.ts";
import type { Finding } from "../lint/finding.ts";
import { joined, scannedFiles } from "./scanned-files.ts";
import type { ScannedFile } from "./suppress.ts";

/** A script, and what was read of it. */
export interface ReadScript {
  readonly script: Script;
  readonly parsed: ParsedText;
}

/** What stands where the author is to say why. */
const reasonAfter = (mark: CommentMark): string => (mark === "<!--" ? "- <reason> -->" : "-- <reason>");

/**
 * The comment that silences a finding, in the scripts of its file: above the statement, or for the whole file.
 * Undefined where a comment might not be one (texts that are read as others than they are: placeholders, XML), and
 * for a finding that stands in no statement.
 */
export function silence(
  scripts: readonly ReadScript[],
  { ruleId, file, line, column }: Finding,
  where: "statement" | "file",
): Edit | undefined {
  const text = scripts[0] && inText(scripts[0].script, file)?.text;
  if (text === undefined || scripts.some(({ script }) => script.written !== undefined)) return undefined;
  if (isJson(file)) return undefined;
  const mark = commentMark(file);
  if (where === "file") return aboveFile(text, ruleId, mark);
  const offset = indexLines(text).offset({ line, column });
  const scanned = joined(scripts.flatMap(({ script, parsed }) => scannedFiles(script, parsed)));
  const own = scanned.find(({ path }) => path === file);
  return own && aboveStatement(text, own, ruleId, offset, mark);
}

/** Above the statement at `offset`, or above the code's statement that sends it. */
function aboveStatement(
  text: string,
  file: ScannedFile,
  ruleId: string,
  offset: number,
  mark: CommentMark,
): Edit | undefined {
  const statements = (mark === "--" ? file.statements : file.calls) ?? [];
  const starts = statements
    .filter((span) => span.start <= offset && offset < span.end)
    .map(({ start }) => start);
  if (starts.length === 0) return undefined;
  const start = Math.max(...starts);
  const lines = indexLines(text);
  const before = text.slice(lines.lineStart(lines.position(start).line), start).replace("\uFEFF", "");
  const newline = lineBreakAt(text, start);
  const comment = `${mark} ddlint-disable-next-line ${ruleId} ${reasonAfter(mark)}${newline}`;
  // A statement behind another one gets a line of its own: above that line, the comment might stand in a string.
  const inserted = before.trim() === "" ? comment + before : newline + comment;
  return { span: { start, end: start }, text: inserted };
}

/** Below the comments that the file begins with: tools read marks of their own there. */
function aboveFile(text: string, ruleId: string, mark: CommentMark): Edit {
  const start = headerEnd(text, mark);
  const newline = lineBreakAt(text, start);
  const isBehindText = start > 0 && !["\n", "\r", "\uFEFF"].includes(text[start - 1] ?? "");
  const comment = `${mark} ddlint-disable-file ${ruleId} ${reasonAfter(mark)}${newline}`;
  return { span: { start, end: start }, text: isBehindText ? newline + comment : comment };
}

/** Behind the lines at the start that begin with the mark; in code only behind `#!`. */
function headerEnd(text: string, mark: CommentMark): number {
  const lines = indexLines(text);
  const begins = mark === "--" ? mark : mark === "<!--" ? "<?xml" : "#!";
  let line = 1;
  while (line <= lines.lineCount && lines.lineText(line).replace("\uFEFF", "").startsWith(begins)) line++;
  return line === 1 && text.startsWith("\uFEFF") ? 1 : lines.lineStart(line);
}
