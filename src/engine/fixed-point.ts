/** Fixes a project: rounds of linting and fixing until nothing changes, in memory. */
import type { Finding } from "../lint/finding.ts";
import { applyFixes, fixOf } from "../findings/apply-fixes.ts";
import { unmerged } from "../findings/merge.ts";
import type { InternalError, LintResult } from "../lint/result.ts";
import type { Rule } from "../lint/rule.ts";
import { overlay } from "../project/files/file-system.ts";
import type { FileSystem } from "../project/migration.ts";
import { groupByFile } from "../report/report.ts";

export interface FixedFile {
  readonly file: string;
  readonly before: string;
  readonly after: string;
}

export interface FixOutcome {
  /** Of the texts after the fixes; `errors` also has the rules whose fixes were taken back. */
  readonly result: LintResult;
  /** Files that are changed, in the order of the history; nothing is written. */
  readonly files: readonly FixedFile[];
  /** How many of the findings that had a fix are gone. */
  readonly fixed: number;
  /** Files in which the fixes of a rule were taken back, because of a bug in the rule. */
  readonly reverted: readonly string[];
}

/** A fix of one rule may make room for that of another, but not for ever. */
const mostRounds = 10;

/** `lint` says what is found with the files as `fs` has them; `rules` are those that run. */
export async function fixedPoint(
  fs: FileSystem,
  unsafe: boolean,
  rules: readonly Rule[],
  lint: (fs: FileSystem) => Promise<LintResult>,
): Promise<FixOutcome> {
  const texts = new Map<string, string>();
  const before = new Map<string, string>();
  const takenBack = new TakenBack();
  const lintWith = (changed: ReadonlyMap<string, string>): Promise<LintResult> =>
    lint(overlay(fs, Object.fromEntries([...texts, ...changed])));
  let result = await lint(fs);
  const fixableAtFirst = fixableIn(result, unsafe);
  for (let round = 0; round < mostRounds; round++) {
    const fixed = fixedTexts(result, unsafe, takenBack);
    if (fixed.size === 0) break;
    for (const file of fixed.keys()) if (!before.has(file)) before.set(file, result.sources.get(file) ?? "");
    const changed = new Map([...fixed].map(([file, { text }]) => [file, text]));
    const next = await lintWith(changed);
    const broken = [...fixed].filter(([file]) => faultOf(result, next, file, unsafe) !== undefined);
    const known = takenBack.size;
    for (const [file, { byRule }] of broken) {
      // Each rule's fixes alone tell whose fault it is.
      const isAlone = fixed.size === 1 && byRule.size === 1;
      for (const [ruleId, textAlone] of byRule) {
        const alone = isAlone ? next : await lintWith(new Map([[file, textAlone()]]));
        const fault = faultOf(result, alone, file, unsafe, ruleId);
        if (fault !== undefined) takenBack.add(file, ruleId, fault);
      }
    }
    // Or they are wrong only together.
    if (takenBack.size === known)
      for (const [file, { byRule }] of broken)
        for (const ruleId of byRule.keys())
          takenBack.add(file, ruleId, faultOf(result, next, file, unsafe) ?? "breaks");
    if (broken.length > 0) {
      // Not the last chance of the others: this round has changed nothing.
      round--;
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
  const errors = [...result.errors, ...takenBack.errors(rules)];
  return { result: { ...result, errors }, files, fixed, reverted: takenBack.files() };
}

/** What is wrong with a fix: the text is no SQL any more, or the finding is still there with its fix. */
type Fault = "breaks" | "stays";

const faultTexts: Readonly<Record<Fault, string>> = {
  breaks: "its fix makes a text that is no SQL, and was taken back",
  stays: "its fix leaves the finding as it is, and was taken back",
};

/** Rules whose fixes aren't made any more, by file. */
class TakenBack {
  readonly #faults = new Map<string, Map<string, Fault>>();

  get size(): number {
    return [...this.#faults.values()].reduce((sum, rules) => sum + rules.size, 0);
  }

  add(file: string, ruleId: string, fault: Fault): void {
    this.#faults.set(file, (this.#faults.get(file) ?? new Map<string, Fault>()).set(ruleId, fault));
  }

  has = ({ file, ruleId }: Finding): boolean => this.#faults.get(file)?.has(ruleId) === true;

  files = (): readonly string[] => [...this.#faults.keys()];

  errors(rules: readonly Rule[]): readonly InternalError[] {
    return [...this.#faults].flatMap(([file, faults]) =>
      [...faults].map(([ruleId, fault]) => {
        const pack = rules.find(({ id }) => id === ruleId)?.pack;
        return { pack, ruleId, file, message: faultTexts[fault] };
      }),
    );
  }
}

interface FixedText {
  readonly text: string;
  /** By rule: the text with its fixes alone. */
  readonly byRule: ReadonlyMap<string, () => string>;
}

/** The files that fixes change, with their texts. */
function fixedTexts(
  result: LintResult,
  unsafe: boolean,
  takenBack: TakenBack,
): ReadonlyMap<string, FixedText> {
  const fixed = new Map<string, FixedText>();
  for (const [file, all] of groupByFile([...unmerged(result.findings), ...result.further])) {
    const before = result.sources.get(file);
    // Bytes that aren't UTF-8 would be lost in writing.
    if (before === undefined || before.includes("\uFFFD")) continue;
    const findings = all.filter((finding) => !takenBack.has(finding) && fixOf(finding, unsafe) !== undefined);
    const textOf = (some: readonly Finding[]): string =>
      applyFixes(
        before,
        some.flatMap((finding) => fixOf(finding, unsafe) ?? []),
      ).text;
    const text = textOf(findings);
    if (text === before) continue;
    const ids = [...new Set(findings.map(({ ruleId }) => ruleId))];
    const byRule = ids.map(
      (id) => [id, () => textOf(findings.filter(({ ruleId }) => ruleId === id))] as const,
    );
    fixed.set(file, { text, byRule: new Map(byRule) });
  }
  return fixed;
}

const fixableIn = ({ counts: { fixable, fixableUnsafely } }: LintResult, unsafe: boolean): number =>
  fixable + (unsafe ? fixableUnsafely : 0);

/** What the fixes of one rule, or of all, did wrong; undefined: nothing. */
function faultOf(
  before: LintResult,
  after: LintResult,
  file: string,
  unsafe: boolean,
  ruleId?: string,
): Fault | undefined {
  // Findings tell of a text that is no SQL only if their rule runs.
  if (after.counts.notUnderstood > before.counts.notUnderstood) return "breaks";
  return settles(before, after, file, unsafe, ruleId) ? undefined : "stays";
}

/** Some rule has fewer to fix: a fix that doesn't settle its finding would be made again and again. */
function settles(
  before: LintResult,
  after: LintResult,
  file: string,
  unsafe: boolean,
  ruleId?: string,
): boolean {
  const left = fixableByRule(after, file, unsafe);
  return [...fixableByRule(before, file, unsafe)].some(
    ([rule, count]) => (ruleId === undefined || rule === ruleId) && (left.get(rule) ?? 0) < count,
  );
}

function fixableByRule(
  { findings, further }: LintResult,
  file: string,
  unsafe: boolean,
): Map<string, number> {
  const counts = new Map<string, number>();
  for (const finding of [...unmerged(findings), ...further])
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
      unmerged(findings).flatMap(({ fix }) => fix ?? []),
    ).text;
    if (mended === now) break;
    const next = lint(mended).findings;
    if (syntaxErrors(next) > syntaxErrors(findings)) break;
    now = mended;
    findings = next;
  }
  return now === text ? undefined : now;
}
