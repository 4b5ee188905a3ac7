/** Findings as diagnostics. */
import { createHash } from "node:crypto";
import { DiagnosticSeverity, DiagnosticTag, type Diagnostic } from "vscode-languageserver/node";
import { ruleUrl, wholeMessage } from "../index.ts";
import type { Finding, LintResult, Rule, Severity } from "../index.ts";
import type { Client } from "./client.ts";
import { rangeOf } from "./places.ts";
import type { ConfigProblem } from "./project.ts";

const severities: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  note: DiagnosticSeverity.Information,
};

export interface Shown {
  readonly client: Client;
  readonly rules: ReadonlyMap<string, Rule>;
  /** Texts by path. */
  readonly sources: LintResult["sources"];
  /** The address of a file, by its path in findings. */
  readonly address: (file: string) => string;
}

export function diagnosticOf(finding: Finding, { client, rules, sources, address }: Shown): Diagnostic {
  const { ruleId, severity, file, related } = finding;
  const url = rules.has(ruleId) ? ruleUrl(ruleId) : undefined;
  return {
    range: rangeOf(finding, sources.get(file)),
    severity: severities[severity],
    source: "ddlint",
    code: ruleId,
    message: wholeMessage(finding),
    ...(client.codeDescription && url !== undefined && { codeDescription: { href: url } }),
    ...(client.unnecessaryTag && ruleId === "unused-suppression" && { tags: [DiagnosticTag.Unnecessary] }),
    ...(client.relatedInformation &&
      related.length > 0 && {
        relatedInformation: related.map((place) => ({
          location: { uri: address(place.file), range: rangeOf(place, sources.get(place.file)) },
          message: place.message,
        })),
      }),
  };
}

export const configDiagnostic = ({ line, column, message }: ConfigProblem): Diagnostic => ({
  range: rangeOf({ line, column, endLine: line, endColumn: column }),
  severity: DiagnosticSeverity.Error,
  source: "ddlint",
  message,
});

/** The same diagnostics have the same. */
export const resultId = (diagnostics: readonly Diagnostic[]): string =>
  createHash("sha256").update(JSON.stringify(diagnostics)).digest("base64url").slice(0, 22);
