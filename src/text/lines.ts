/** Line and column of an offset, both from 1; columns count UTF-16 code units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Looks up positions in one text. `\n`, `\r\n` and a lone `\r` end a line. */
export interface LineIndex {
  position(offset: number): Position;
  /** The other way round. */
  offset(position: Position): number;
  /** Offset of the first character of a line (from 1). */
  lineStart(line: number): number;
  /** Text of a line (from 1) without its line break. */
  lineText(line: number): string;
  readonly lineCount: number;
}

export function indexLines(text: string): LineIndex {
  const starts = [0];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 10 || (code === 13 && text.charCodeAt(i + 1) !== 10)) starts.push(i + 1);
  }
  const lineStart = (line: number): number => starts[line - 1] ?? text.length;
  return {
    lineCount: starts.length,
    lineStart,
    offset: ({ line, column }) => lineStart(line) + column - 1,
    position(offset) {
      let low = 0;
      let high = starts.length - 1;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if ((starts[middle] ?? 0) <= offset) low = middle;
        else high = middle - 1;
      }
      return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
    },
    lineText(line) {
      let end = lineStart(line + 1);
      const start = lineStart(line);
      while (end > start && (text.charCodeAt(end - 1) === 10 || text.charCodeAt(end - 1) === 13)) end--;
      return text.slice(start, end);
    },
  };
}

/** The break that ends the line at `offset`, or on the last line the one before it; `\n` in a text of one line. */
export function lineBreakAt(text: string, offset: number): "\n" | "\r\n" {
  const behind = text.indexOf("\n", offset);
  const at = behind < 0 ? text.lastIndexOf("\n") : behind;
  return at > 0 && text[at - 1] === "\r" ? "\r\n" : "\n";
}
