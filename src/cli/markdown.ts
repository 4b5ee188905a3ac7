/** Shows the Markdown of our own pages in a terminal: headings, code, lists and tables; what else there is, as it is. */
import type { Colors } from "../index.ts";

export function showMarkdown(markdown: string, colors: Colors): string {
  let fence: string | undefined;
  const lines = markdown.split("\n").flatMap((line) => {
    const mark = /^```(\w*)$/.exec(line);
    if (mark) {
      fence = fence === undefined ? (mark[1] ?? "") : undefined;
      return [];
    }
    if (fence !== undefined) return [`    ${codeLine(line, fence, colors)}`.trimEnd()];
    const heading = /^(#{1,3}) (.*)$/.exec(line);
    if (heading) return [colors.bold(colors.underline(inline(heading[2] ?? "", colors)))];
    // The rule below a table's head.
    if (/^\|[-| :]+\|$/.test(line)) return [];
    if (line.startsWith("|")) return [inline(line.slice(1, -1).split("|").join("  ").trim(), colors)];
    return [inline(line, colors)];
  });
  return lines.join("\n");
}

function codeLine(line: string, language: string, colors: Colors): string {
  if (language === "sql" && line.startsWith("--")) return colors.dim(line);
  return language === "sql" ? colors.cyan(line) : line;
}

/** `code` and **strong**; the marks go where colour tells. */
const inline = (text: string, { bold, cyan }: Colors): string =>
  text
    .replace(/`([^`]+)`/g, (_, code: string) => cyan(code))
    .replace(/\*\*([^*]+)\*\*/g, (_, strong: string) => bold(strong));
