/**
 * The baseline: findings that a project starts with, by their fingerprints, so that only new ones are reported. A JSON
 * file, sorted, with a line for each finding: it merges well, and a review sees which rule was accepted where.
 */
import { isRecord, parseJson } from "../project/files/json.ts";
import { compareText } from "../project/files/paths.ts";
import { jsonText } from "../text/json-text.ts";
import type { Finding } from "../lint/finding.ts";

interface Entry {
  readonly file: string;
  readonly rule: string;
  readonly fingerprint: string;
}

/** The text of the file. Files are named for people: a finding is known by its fingerprint alone. */
export function baselineText(findings: readonly Finding[]): string {
  const entries = findings
    .map(({ file, ruleId, fingerprint }): Entry => ({ file, rule: ruleId, fingerprint }))
    .sort(
      (a, b) =>
        compareText(a.file, b.file) ||
        compareText(a.rule, b.rule) ||
        compareText(a.fingerprint, b.fingerprint),
    );
  const lines = entries.map((entry) => `    ${jsonText(entry)}`).join(",\n");
  return `{\n  "version": 1,\n  "findings": [${lines === "" ? "" : `\n${lines}\n  `}]\n}\n`;
}

/** The fingerprints in a baseline; undefined: it is none. */
export function readBaseline(text: string): ReadonlySet<string> | undefined {
  const data = parseJson(text.replace(/^\uFEFF/, ""));
  if (!isRecord(data) || data["version"] !== 1 || !Array.isArray(data["findings"])) return undefined;
  const prints = data["findings"].map((entry: unknown) =>
    isRecord(entry) ? entry["fingerprint"] : undefined,
  );
  return prints.every((print) => typeof print === "string") ? new Set(prints) : undefined;
}
