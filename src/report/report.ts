import type { Finding, SuppressedFinding } from "../lint/finding.ts";
import { countFixable } from "../findings/apply-fixes.ts";
import { unmerged } from "../findings/merge.ts";
import type { Coverage } from "../lint/coverage.ts";
import type { LintCounts, LintResult } from "../lint/result.ts";
import type { Rule } from "../lint/rule.ts";
import { severities } from "../lint/rule-shape.ts";
import { groupBy } from "../text/group.ts";
import { version } from "../version.ts";

export interface Summary extends LintCounts {
  readonly errors: number;
  readonly warnings: number;
  readonly notes: number;
}

/** What a format shows. Formats are pure: the same report gives the same text. */
export interface Report {
  /** Of ddlint. */
  readonly version: string;
  readonly summary: Summary;
  /** How much of what was found was read and understood. */
  readonly coverage: Coverage;
  readonly findings: readonly Finding[];
  /** Texts by path, for excerpts. */
  readonly sources: ReadonlyMap<string, string>;
  /** The rules that ran. */
  readonly rules: readonly Rule[];
  /** Shown by formats that can tell them from the others; undefined: not asked for. */
  readonly suppressed?: readonly SuppressedFinding[] | undefined;
  /** Where secrets stand that no finding above points to: what is shown of their lines hides them. */
  readonly secrets?: readonly SecretPlace[] | undefined;
  readonly errors?: LintResult["errors"] | undefined;
  readonly histories?: LintResult["histories"] | undefined;
  readonly leftOut?: LintResult["leftOut"];
  /** When the migrations that are reported on may run. */
  readonly release?: LintResult["release"] | undefined;
  /** Pending migrations that run in one transaction. */
  readonly batches?: LintResult["batches"] | undefined;
  /** When it ran, `2026-01-31T12:00:00` in UTC; for formats that must say so. */
  readonly time?: string | undefined;
  /** False: nothing is said of `--fix`. */
  readonly fixAdvice?: boolean | undefined;
  /** The text report shows old migrations, too. */
  readonly all?: boolean | undefined;
}

export type SecretPlace = Pick<Finding, "file" | "line" | "column" | "endLine" | "endColumn">;

export interface ReportOptions {
  readonly rules: readonly Rule[];
  /** Leaves out warnings and notes. */
  readonly quiet?: boolean | undefined;
  readonly showSuppressed?: boolean | undefined;
  readonly time?: string | undefined;
  readonly fixAdvice?: boolean | undefined;
  /** Default: the text report sums up the findings of old migrations. */
  readonly all?: boolean | undefined;
}

/** What a run says, for a format. */
export function createReport(result: LintResult, options: ReportOptions): Report {
  const { batches, coverage, errors, histories, leftOut, release, sources, suppressed } = result;
  const { fixable, fixableUnsafely, ...counts } = result.counts;
  const findings = options.quiet === true ? errorsOf(result.findings) : result.findings;
  return {
    version,
    // A finding that is reported once a run stands for several, which are fixed as well.
    summary: { ...counts, ...countFindings(findings), fixable, fixableUnsafely },
    coverage,
    findings,
    sources,
    rules: options.rules,
    suppressed: options.showSuppressed === true ? suppressed : undefined,
    secrets: [...unmerged(result.findings), ...suppressed].filter(
      ({ confidential }) => confidential === true,
    ),
    errors,
    histories,
    leftOut,
    release,
    batches,
    time: options.time,
    fixAdvice: options.fixAdvice,
    all: options.all,
  };
}

const errorsOf = (findings: readonly Finding[]): readonly Finding[] =>
  findings
    .filter(({ severity }) => severity === "error")
    .map((finding) => ({
      ...finding,
      also: finding.also && errorsOf(finding.also),
      repeats: finding.repeats && errorsOf(finding.repeats),
    }));

export interface Style {
  /** Wraps lines at this many columns; default 80. */
  readonly width?: number | undefined;
  /** The folder of the run below the repository's root, for servers that know files from there: `backend/db`. */
  readonly folder?: string | undefined;
  readonly colors: Colors;
}

type Paint = (text: string) => string;

/** The part of picocolors that is used; `plainColors` without colours. */
export interface Colors {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly red: Paint;
  readonly yellow: Paint;
  readonly blue: Paint;
  readonly cyan: Paint;
  readonly green: Paint;
  readonly underline: Paint;
  /** Undefined: what is written to knows no links. */
  readonly link?: ((text: string, url: string) => string) | undefined;
}

const same: Paint = (text) => text;
export const plainColors: Colors = {
  bold: same,
  dim: same,
  red: same,
  yellow: same,
  blue: same,
  cyan: same,
  green: same,
  underline: same,
};

export type Format = (report: Report, style: Style) => string;

export const groupByFile = <T extends { readonly file: string }>(
  places: readonly T[],
): ReadonlyMap<string, readonly T[]> => groupBy(places, ({ file }) => file);

/** Errors first, else in the order of the report. */
export const bySeverity = <T extends Pick<Finding, "severity">>(findings: readonly T[]): readonly T[] =>
  findings.toSorted((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity));

/** Counts by severity, and of those that have fixes. */
export function countFindings(
  findings: readonly Finding[],
): Pick<Summary, "errors" | "warnings" | "notes" | "fixable" | "fixableUnsafely"> {
  const count = (severity: Finding["severity"]): number =>
    findings.filter((finding) => finding.severity === severity).length;
  return {
    errors: count("error"),
    warnings: count("warning"),
    notes: count("note"),
    ...countFixable(unmerged(findings)),
  };
}
