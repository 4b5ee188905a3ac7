import type { Finding } from "../lint/finding.ts";
import type { Report } from "./report.ts";
import { printableLine } from "../text/printable.ts";
import { gapPlace, oneLine, wholeMessage } from "./words.ts";

/** As compilers write: what editors and problem matchers read. */
export function formatUnix(report: Report): string {
  const gaps = gapPlace(report);
  const lines = report.findings.map(unixLine);
  if (gaps !== undefined) {
    const { file, line, message } = gaps;
    lines.push(`${printableLine(file)}:${line}:1: note: ${oneLine(message)} [not-checked]`);
  }
  return lines.map((line) => `${line}\n`).join("");
}

/** `a.sql:3:1: error: message [rule]` */
export function unixLine(finding: Finding): string {
  const { file, line, column, severity, ruleId } = finding;
  return `${printableLine(file)}:${line}:${column}: ${severity}: ${oneLine(wholeMessage(finding))} [${ruleId}]`;
}
