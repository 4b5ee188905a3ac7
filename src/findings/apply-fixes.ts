/** Applies fixes to one text. */
import type { Edit } from "../text/span.ts";
import type { Finding } from "../lint/finding.ts";
import type { Fix } from "../lint/rule.ts";

/** The fix of a finding; one that needs a look only if `unsafe` ones are wanted, and only where there is no choice. */
export function fixOf(finding: Finding, unsafe: boolean): Fix | undefined {
  if (finding.fix !== undefined || !unsafe) return finding.fix;
  return finding.suggestions.length === 1 ? finding.suggestions[0] : undefined;
}

/** How many of the findings have a fix; `fixableUnsafely`: how many more have one that needs a look. */
export function countFixable(findings: readonly Finding[]): { fixable: number; fixableUnsafely: number } {
  const count = (unsafe: boolean): number =>
    findings.filter((finding) => fixOf(finding, unsafe) !== undefined).length;
  const fixable = count(false);
  return { fixable, fixableUnsafely: count(true) - fixable };
}

/**
 * The text with fixes made, first come first served: one that touches what another has changed is left, whole, for
 * the next round.
 */
export function applyFixes(
  text: string,
  fixes: readonly Fix[],
): { readonly text: string; readonly applied: readonly Fix[] } {
  const taken: Edit[] = [];
  const applied: Fix[] = [];
  for (const fix of fixes) {
    // Of several findings the fix may be the same, such as one that serves a whole statement.
    const edits = fix.edits.filter((edit) => !taken.some((other) => isSame(edit, other)));
    if (edits.some((edit) => taken.some((other) => touch(edit, other)))) continue;
    taken.push(...edits);
    applied.push(fix);
  }
  taken.sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
  let out = "";
  let at = 0;
  for (const { span, text: inserted } of taken) {
    out += text.slice(at, span.start) + inserted;
    at = span.end;
  }
  return { text: out + text.slice(at), applied };
}

const isSame = (a: Edit, b: Edit): boolean =>
  a.span.start === b.span.start && a.span.end === b.span.end && a.text === b.text;

/** Insertions at one place touch as well: their order would be a guess. */
const touch = (a: Edit, b: Edit): boolean => a.span.start <= b.span.end && b.span.start <= a.span.end;
