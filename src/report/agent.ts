import type { Finding } from "../lint/finding.ts";
import type { Report } from "./report.ts";
import { printable, printableLine } from "../text/printable.ts";
import { gapPlace, oneLine, wholeMessage } from "./words.ts";

/** For programs that pay for each word: `a.sql:3:1 rule message → what to write instead`. */
export function formatAgent(report: Report): string {
  const { findings } = report;
  const gaps = gapPlace(report);
  const lines = [
    ...(findings.length === 0 && gaps === undefined ? ["no findings"] : findings.map(agentLine)),
    ...(gaps === undefined ? [] : [oneLine(gaps.message)]),
  ];
  return `${lines.join("\n")}\n`;
}

function agentLine(finding: Finding): string {
  const { file, line, column, ruleId, instead } = finding;
  const place = `${printableLine(file)}:${line}:${column}`;
  return `${place} ${ruleId} ${oneLine(wholeMessage(finding))}${instead === undefined ? "" : ` → ${escapedLines(instead)}`}`;
}

/** Line breaks of SQL matter: a comment would swallow the next line. */
const escapedLines = (text: string): string =>
  printable(text.trim()).replace(/\s*\n/g, "\\n").replaceAll("\t", " ");
