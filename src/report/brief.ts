import type { Finding } from "../lint/finding.ts";
import { printableLine } from "../text/printable.ts";
import type { Colors, Report, Style } from "./report.ts";
import { paint, summaryText } from "./summary.ts";
import { oneLine, wholeMessage } from "./words.ts";

/** For people who want a line for each finding: `a.sql:3:1 error rule message`. */
export const formatBrief = (report: Report, { colors }: Style): string =>
  [...report.findings.map((finding) => briefLine(finding, colors)), summaryText(report, colors)]
    .map((line) => `${line}\n`)
    .join("");

function briefLine(finding: Finding, colors: Colors): string {
  const { file, line, column, severity, ruleId } = finding;
  const place = `${printableLine(file)}:${line}:${column}`;
  return `${place} ${paint(finding, colors)(severity)} ${colors.bold(ruleId)} ${oneLine(wholeMessage(finding))}`;
}
