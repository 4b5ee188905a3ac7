import type { Finding } from "../lint/finding.ts";
import type { Severity } from "../lint/rule.ts";
import { jsonText } from "../text/json-text.ts";
import type { Report, Style } from "./report.ts";
import { fromRoot, gapPlace, wholeMessage } from "./words.ts";

const severities: Readonly<Record<Severity, string>> = { error: "critical", warning: "minor", note: "info" };

/** GitLab's code quality report: findings in the widget of a merge request and in its changes. */
export function formatGitlab(report: Report, { folder }: Style): string {
  const { findings } = report;
  const gaps = gapPlace(report);
  const times = new Map<string, number>();
  const issues = findings.map((finding) => ({
    ...issue(finding, fromRoot(finding.file, folder)),
    fingerprint: uniqueAmong(times, finding.fingerprint),
  }));
  const notice = gaps && {
    type: "issue",
    check_name: "not-checked",
    description: gaps.message,
    categories: ["Bug Risk"],
    severity: "info",
    location: { path: fromRoot(gaps.file, folder), lines: { begin: gaps.line, end: gaps.line } },
    fingerprint: "not-checked",
  };
  return `${jsonText(notice === undefined ? issues : [...issues, notice], 2)}\n`;
}

const issue = (finding: Finding, path: string): object => ({
  type: "issue",
  check_name: finding.ruleId,
  description: wholeMessage(finding),
  categories: ["Bug Risk"],
  severity: severities[finding.severity],
  location: { path, lines: { begin: finding.line, end: finding.endLine } },
});

/** Of two with the same fingerprint, GitLab would show one. */
function uniqueAmong(times: Map<string, number>, fingerprint: string): string {
  const before = times.get(fingerprint) ?? 0;
  times.set(fingerprint, before + 1);
  return before === 0 ? fingerprint : `${fingerprint}-${before + 1}`;
}
