import type { Finding } from "../lint/finding.ts";
import type { Report } from "./report.ts";
import { printable, printableLine } from "../text/printable.ts";
import { oneLine, wholeMessage } from "./words.ts";

/** For programs that pay for each word: `a.sql:3:1 rule message → what to write instead`. */
export const formatAgent = ({ findings }: Report): string =>
  findings.length === 0 ? "no findings\n" : findings.map((finding) => `${agentLine(finding)}\n`).join("");

function agentLine(finding: Finding): string {
  const { file, line, column, ruleId, instead } = finding;
  const place = `${printableLine(file)}:${line}:${column}`;
  return `${place} ${ruleId} ${oneLine(wholeMessage(finding))}${instead === undefined ? "" : ` → ${escapedLines(instead)}`}`;
}

/** Line breaks of SQL matter: a comment would swallow the next line. */
const escapedLines = (text: string): string =>
  printable(text.trim()).replace(/\s*\n/g, "\\n").replaceAll("\t", " ");
