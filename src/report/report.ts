import type { Finding } from "../lint/finding.ts";
import type { Rule } from "../lint/rule.ts";

export interface Summary {
  readonly files: number;
  readonly migrations: number;
  /** Those that were reported on. */
  readonly pending: number;
  readonly statements: number;
  readonly errors: number;
  readonly warnings: number;
  readonly notes: number;
  readonly suppressed: number;
  /** Findings that the baseline accepts. */
  readonly accepted: number;
}

/** What a format shows. Formats are pure: the same report gives the same text. */
export interface Report {
  /** Of ddlint. */
  readonly version: string;
  readonly summary: Summary;
  readonly findings: readonly Finding[];
  /** Texts by path, for excerpts. */
  readonly sources: ReadonlyMap<string, string>;
  /** The rules that ran. */
  readonly rules: readonly Rule[];
}

export interface Style {
  /** Wraps lines at this many columns; default 80. */
  readonly width?: number | undefined;
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

/** Counts by severity. */
export function countFindings(findings: readonly Finding[]): Pick<Summary, "errors" | "warnings" | "notes"> {
  const count = (severity: Finding["severity"]): number =>
    findings.filter((finding) => finding.severity === severity).length;
  return { errors: count("error"), warnings: count("warning"), notes: count("note") };
}
