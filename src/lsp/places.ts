/** Lines and columns from 1 as ddlint tells them, positions from 0 as editors want them. Both count UTF-16 code units. */
import type { Position, Range, TextEdit } from "vscode-languageserver/node";
import type { TextDocument } from "vscode-languageserver-textdocument";
import type { Edit } from "../index.ts";

export interface Lines {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** `text`: of the file, whose byte order mark no editor counts. */
export function rangeOf({ line, column, endLine, endColumn }: Lines, text?: string): Range {
  const mark = text?.startsWith("\uFEFF") === true ? 1 : 0;
  const position = (row: number, at: number): Position => ({
    line: row - 1,
    character: Math.max(0, at - 1 - (row === 1 ? mark : 0)),
  });
  return { start: position(line, column), end: position(endLine, endColumn) };
}

const before = (a: Position, b: Position): boolean =>
  a.line < b.line || (a.line === b.line && a.character <= b.character);

/** They share at least an edge. */
export const touches = (a: Range, b: Range): boolean => before(a.start, b.end) && before(b.start, a.end);

export const holdsPosition = (range: Range, position: Position): boolean =>
  touches(range, { start: position, end: position });

export const textEdit = (document: TextDocument, { span, text }: Edit): TextEdit => ({
  range: { start: document.positionAt(span.start), end: document.positionAt(span.end) },
  newText: text,
});

/** The smallest single edit from one text to another. */
export function editBetween(from: string, to: string): Edit {
  const most = Math.min(from.length, to.length);
  let start = 0;
  while (start < most && from[start] === to[start]) start++;
  let tail = 0;
  while (tail < most - start && from[from.length - 1 - tail] === to[to.length - 1 - tail]) tail++;
  return { span: { start, end: from.length - tail }, text: to.slice(start, to.length - tail) };
}
