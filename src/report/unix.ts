import type { Finding } from "../lint/finding.ts";
import type { Report } from "./report.ts";
import { printableLine } from "../text/printable.ts";
import { oneLine, wholeMessage } from "./words.ts";

/** As compilers write: what editors and problem matchers read. */
export const formatUnix = ({ findings }: Report): string =>
  findings.map((finding) => `${unixLine(finding)}\n`).join("");

/** `a.sql:3:1: error: message [rule]` */
export function unixLine(finding: Finding): string {
  const { file, line, column, severity, ruleId } = finding;
  return `${printableLine(file)}:${line}:${column}: ${severity}: ${oneLine(wholeMessage(finding))} [${ruleId}]`;
}
