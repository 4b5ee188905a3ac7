/** SARIF 2.1.0 (OASIS standard) for code scanning. */
import type { Finding, RelatedPlace } from "../lint/finding.ts";
import type { Fix, Rule, Severity } from "../lint/rule.ts";
import { indexLines } from "../text/lines.ts";
import type { LineIndex } from "../text/lines.ts";
import { helpMarkdown, helpText } from "./help.ts";
import type { Report } from "./report.ts";

type Json = string | number | boolean | readonly Json[] | { readonly [key: string]: Json | undefined };

const schema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

export function formatSarif(report: Report): string {
  const rules = [...report.rules].sort((a, b) => (a.id < b.id ? -1 : 1));
  const index = new Map(rules.map((rule, i) => [rule.id, i]));
  const indexes = new Map<string, LineIndex>();
  const lines = (path: string): LineIndex => {
    let found = indexes.get(path);
    if (!found) indexes.set(path, (found = indexLines(report.sources.get(path) ?? "")));
    return found;
  };
  const log: Json = {
    $schema: schema,
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "ddlint",
            version: report.version,
            semanticVersion: report.version,
            rules: rules.map(ruleObject),
          },
        },
        columnKind: "utf16CodeUnits",
        originalUriBaseIds: {
          "%SRCROOT%": { description: { text: "The folder in which ddlint was run." } },
        },
        results: report.findings.map((finding) => result(finding, index.get(finding.ruleId), lines)),
      },
    ],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

const sarifLevel: Readonly<Record<Severity, string>> = { error: "error", warning: "warning", note: "note" };

function ruleObject(rule: Rule): Json {
  return {
    id: rule.id,
    name: pascalCase(rule.id),
    shortDescription: { text: withoutMarkup(rule.docs.summary) },
    fullDescription: { text: withoutMarkup(`${rule.docs.summary} ${rule.docs.why}`) },
    help: { text: helpText(rule), markdown: helpMarkdown(rule) },
    defaultConfiguration: { level: sarifLevel[rule.severity] },
    properties: {
      tags: [rule.category, ...(rule.category === "security" ? [] : ["maintainability"])].filter(unique),
      precision: "high",
      "problem.severity": rule.severity === "note" ? "recommendation" : rule.severity,
    },
  };
}

function result(finding: Finding, ruleIndex: number | undefined, lines: (path: string) => LineIndex): Json {
  const text =
    finding.instead === undefined ? finding.message : `${finding.message}\n\nInstead: ${finding.instead}`;
  const fixes = [...(finding.fix ? [finding.fix] : []), ...finding.suggestions];
  return {
    ruleId: finding.ruleId,
    ruleIndex,
    level: sarifLevel[finding.severity],
    message: { text },
    locations: [{ physicalLocation: physicalLocation(finding) }],
    partialFingerprints: { "ddlintFingerprint/v1": finding.fingerprint },
    relatedLocations:
      finding.related.length === 0
        ? undefined
        : finding.related.map((related, id) => ({
            id,
            message: { text: related.message },
            physicalLocation: physicalLocation(related),
          })),
    fixes:
      fixes.length === 0 ? undefined : fixes.map((fix) => fixObject(fix, finding.file, lines(finding.file))),
  };
}

const physicalLocation = (place: Finding | RelatedPlace): Json => ({
  artifactLocation: artifact(place.file),
  region: {
    startLine: place.line,
    startColumn: place.column,
    endLine: place.endLine,
    endColumn: place.endColumn,
  },
});

function fixObject(fix: Fix, file: string, lines: LineIndex): Json {
  return {
    description: { text: fix.title },
    artifactChanges: [
      {
        artifactLocation: artifact(file),
        replacements: fix.edits.map((edit) => {
          const start = lines.position(edit.span.start);
          const end = lines.position(edit.span.end);
          return {
            deletedRegion: {
              startLine: start.line,
              startColumn: start.column,
              endLine: end.line,
              endColumn: end.column,
            },
            insertedContent: { text: edit.text },
          };
        }),
      },
    ],
  };
}

/** A path outside of the working directory (`../x`, `/x`) can't be relative to the root. */
function artifact(path: string): Json {
  const uri = path.split("/").map(encodeSegment).join("/");
  if (path.startsWith("/")) return { uri: `file://${uri}` };
  if (/^[A-Za-z]:\//.test(path)) return { uri: `file:///${uri}` };
  return path.startsWith("../") ? { uri } : { uri, uriBaseId: "%SRCROOT%" };
}

function encodeSegment(segment: string): string {
  // A file name with half of a surrogate pair would make encodeURIComponent throw.
  return encodeURIComponent(wellFormed(segment)).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** A lone surrogate half becomes U+FFFD. */
const wellFormed = (text: string): string => text.replace(/\p{Surrogate}/gu, "\uFFFD");

const unique = (item: string, i: number, all: readonly string[]): boolean => all.indexOf(item) === i;

const pascalCase = (id: string): string =>
  id.replace(/(?:^|-)([a-z0-9])/g, (_, c: string) => c.toUpperCase());

const withoutMarkup = (markdown: string): string => markdown.replaceAll("`", "");
