/** Fixes a project: rounds of linting and fixing until nothing changes, in memory. */
import type { Finding } from "../lint/finding.ts";
import { applyFixes, fixOf } from "../findings/apply-fixes.ts";
import type { LintResult } from "../lint/result.ts";
import { overlay } from "../project/file-system.ts";
import type { FileSystem } from "../project/migration.ts";
import { groupByFile } from "../report/report.ts";

export interface FixedFile {
  readonly file: string;
  readonly before: string;
  readonly after: string;
}

export interface FixOutcome {
  /** Of the texts after the fixes. */
  readonly result: LintResult;
  /** Files that are changed, in the order of the history; nothing is written. */
  readonly files: readonly FixedFile[];
  /** How many of the findings that had a fix are gone. */
  readonly fixed: number;
  /** Files whose fixes were taken back, because they led to new errors: a bug of a rule. */
  readonly reverted: readonly string[];
}

/** A fix of one rule may make room for that of another, but not for ever. */
const mostRounds = 10;

/** `lint` says what is found with the files as `fs` has them. */
export async function fixedPoint(
  fs: FileSystem,
  unsafe: boolean,
  lint: (fs: FileSystem) => Promise<LintResult>,
): Promise<FixOutcome> {
  const texts = new Map<string, string>();
  const before = new Map<string, string>();
  const reverted = new Set<string>();
  let result = await lint(fs);
  const fixableAtFirst = fixableIn(result, unsafe);
  for (let round = 0; round < mostRounds; round++) {
    const changed = new Map<string, string>();
    for (const [file, findings] of groupByFile([...result.findings, ...result.further])) {
      const text = result.sources.get(file);
      if (text === undefined || reverted.has(file)) continue;
      // Bytes that aren't UTF-8 would be lost in writing.
      if (text.includes("\uFFFD")) continue;
      const mended = applyFixes(
        text,
        findings.flatMap((finding) => fixOf(finding, unsafe) ?? []),
      );
      if (mended.text === text) continue;
      changed.set(file, mended.text);
      if (!before.has(file)) before.set(file, text);
    }
    if (changed.size === 0) break;
    const now = new Map([...texts, ...changed]);
    const next = await lint(overlay(fs, Object.fromEntries(now)));
    const broken = [...changed.keys()].filter(
      (file) => brokenIn(next, file) > brokenIn(result, file) || !settles(result, next, file, unsafe),
    );
    if (broken.length > 0) {
      for (const file of broken) reverted.add(file);
      continue;
    }
    for (const [file, text] of changed) texts.set(file, text);
    result = next;
  }
  const files = [...texts].flatMap(([file, after]) => {
    const was = before.get(file) ?? "";
    return was === after ? [] : [{ file, before: was, after }];
  });
  // Fixes that make room for others count once.
  const fixed = files.length === 0 ? 0 : Math.max(files.length, fixableAtFirst - fixableIn(result, unsafe));
  return { result, files, fixed, reverted: [...reverted] };
}

const fixableIn = ({ counts: { fixable, fixableUnsafely } }: LintResult, unsafe: boolean): number =>
  fixable + (unsafe ? fixableUnsafely : 0);

/** What a fix must never cause. */
const brokenIn = ({ findings }: LintResult, file: string): number =>
  syntaxErrors(findings.filter((finding) => finding.file === file));

/** Some rule has fewer to fix: a fix that doesn't settle its finding would be made again and again. */
function settles(before: LintResult, after: LintResult, file: string, unsafe: boolean): boolean {
  const left = fixableByRule(after, file, unsafe);
  return [...fixableByRule(before, file, unsafe)].some(([rule, count]) => (left.get(rule) ?? 0) < count);
}

function fixableByRule(
  { findings, further }: LintResult,
  file: string,
  unsafe: boolean,
): Map<string, number> {
  const counts = new Map<string, number>();
  for (const finding of [...findings, ...further])
    if (finding.file === file && fixOf(finding, unsafe) !== undefined)
      counts.set(finding.ruleId, (counts.get(finding.ruleId) ?? 0) + 1);
  return counts;
}

const syntaxErrors = (findings: readonly Finding[]): number =>
  findings.filter(({ ruleId }) => ruleId === "syntax-error").length;

/**
 * One text with the safe fixes of its findings made, until nothing changes; undefined: there are none. `lint` answers
 * for any text in its place.
 */
export function fixedText(
  text: string,
  lint: (text: string) => { readonly findings: readonly Finding[] },
): string | undefined {
  let now = text;
  let findings = lint(now).findings;
  for (let round = 0; round < mostRounds; round++) {
    const mended = applyFixes(
      now,
      findings.flatMap(({ fix }) => fix ?? []),
    ).text;
    if (mended === now) break;
    const next = lint(mended).findings;
    if (syntaxErrors(next) > syntaxErrors(findings)) break;
    now = mended;
    findings = next;
  }
  return now === text ? undefined : now;
}
