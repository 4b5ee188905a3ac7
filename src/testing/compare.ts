/** Findings against wants, and texts that show the difference. */
import { applyFixes, fixOf } from "../findings/apply-fixes.ts";
import type { Finding } from "../lint/finding.ts";
import type { Want } from "./fixture.ts";

/** Where findings and wants differ, in words; empty: they agree. */
export function mismatches(findings: readonly Finding[], wants: readonly Want[]): string[] {
  const left = [...findings];
  const out: string[] = [];
  for (const want of wants) {
    const pattern = new RegExp(want.pattern, "u");
    const i = left.findIndex(
      (finding) => finding.line === want.line && pattern.test(`${finding.ruleId}: ${finding.message}`),
    );
    if (i >= 0) left.splice(i, 1);
    else out.push(`line ${want.line}: no finding matches "${want.pattern}"`);
  }
  for (const { line, ruleId, message } of left)
    out.push(
      ruleId === "refused"
        ? `line ${line}: refused: ${message}; the rule isn't called for it (-- want "refused" if you mean that)`
        : `line ${line}: unwanted ${ruleId}: ${message}`,
    );
  return out;
}

/** The text with each finding drawn below its line. */
export function drawn(text: string, findings: readonly Finding[]): string {
  return text
    .split(/\r\n|\r|\n/)
    .flatMap((line, i) => [
      line,
      ...findings
        .filter((finding) => finding.line === i + 1)
        .map((finding) => {
          const width = finding.endLine === finding.line ? finding.endColumn - finding.column : 1;
          const marks = "^".repeat(Math.max(1, width));
          return `${" ".repeat(finding.column - 1)}${marks} ${finding.ruleId}: ${finding.message}`;
        }),
    ])
    .join("\n");
}

/** The text with the fixes and suggestions of all findings applied, as far as they don't touch each other. */
export const withFixes = (text: string, findings: readonly Finding[]): string =>
  applyFixes(
    text,
    findings.flatMap((finding) => fixOf(finding, true) ?? []),
  ).text;
