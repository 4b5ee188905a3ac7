/** Python as lines of text: enough for declarations, and no parser is loaded for them. */

export interface LogicalLine {
  /** In characters. */
  readonly indent: number;
  /** On one line, without comments. */
  readonly text: string;
}

const stringOrComment =
  /(?:"""(?:[^\\]|\\[^])*?"""|'''(?:[^\\]|\\[^])*?''')|("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|#[^\n]*/g;

/** Lines, each with those that its brackets reach into; texts of several lines are empty ones. */
export function logicalLines(text: string): readonly LogicalLine[] {
  const code = text.replaceAll(stringOrComment, (all: string, quoted: string | undefined) =>
    quoted === undefined ? (all.startsWith("#") ? "" : '""') : quoted,
  );
  const lines: LogicalLine[] = [];
  let parts: string[] = [];
  let depth = 0;
  let indent = 0;
  for (const line of code.split("\n")) {
    const trimmed = line.trim();
    if (trimmed === "") continue;
    if (parts.length === 0) indent = line.length - line.trimStart().length;
    parts.push(trimmed);
    depth += depthOf(trimmed);
    if (depth > 0) continue;
    lines.push({ indent, text: parts.join(" ") });
    parts = [];
    depth = 0;
  }
  return lines;
}

function depthOf(line: string): number {
  let depth = 0;
  for (const sign of line.replaceAll(strings, "")) {
    if ("([{".includes(sign)) depth++;
    else if (")]}".includes(sign)) depth--;
  }
  return depth;
}

const strings = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g;

export interface Arguments {
  readonly values: readonly string[];
  readonly keywords: ReadonlyMap<string, string>;
}

/** Of the call or tuple whose bracket stands there. */
export function argumentsOf(text: string, open: number): Arguments {
  const values: string[] = [];
  const keywords = new Map<string, string>();
  if (open < 0) return { values, keywords };
  const add = (from: number, to: number): void => {
    const one = text.slice(from, to).trim();
    const [, name, value] = /^(\w+)\s*=(?!=)\s*([^]*)$/.exec(one) ?? [];
    if (name !== undefined && value !== undefined) keywords.set(name, value);
    else if (one !== "") values.push(one);
  };
  const sign = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[([{,)\]}]/g;
  sign.lastIndex = open + 1;
  let depth = 0;
  let from = open + 1;
  for (let found = sign.exec(text); found !== null; found = sign.exec(text)) {
    const [one] = found;
    if ("([{".includes(one)) depth++;
    else if (one === "," && depth === 0) {
      add(from, found.index);
      from = found.index + 1;
    } else if (")]}".includes(one) && depth-- === 0) {
      add(from, found.index);
      break;
    }
  }
  return { values, keywords };
}

/** `"text"`, alone. */
export function stringOf(written: string): string | undefined {
  const [, double, single] = /^(?:"([^"\\]*)"|'([^'\\]*)')$/.exec(written) ?? [];
  return double ?? single;
}
