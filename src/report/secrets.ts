/** Passwords and keys in a report: each is replaced by stars, in texts and in all that quotes them. */
import type { Finding } from "../lint/finding.ts";
import type { Fix } from "../lint/rule.ts";
import { indexLines } from "../text/lines.ts";
import type { Span } from "../text/span.ts";
import { groupByFile, type Report, type SecretPlace } from "./report.ts";

/** The same report without its secrets. A fix around one is left out: what is hidden can't be written again. */
export function hideSecrets(report: Report): Report {
  const places = [
    ...(report.secrets ?? []),
    ...report.findings.filter(({ confidential }) => confidential === true),
  ];
  if (places.length === 0) return report;
  const spans = new Map<string, Span[]>();
  const sources = new Map(report.sources);
  const words = new Set<string>();
  for (const [file, own] of groupByFile(places)) {
    const text = report.sources.get(file);
    if (text === undefined) continue;
    spans.set(file, spansOf(own, text));
    for (const { start, end } of spans.get(file) ?? []) {
      const word = text.slice(start, end);
      const inner = word.replace(/^['"`]|['"`]$/g, "");
      // A short word stands in many texts without being the secret.
      words.add(inner.length >= shortest ? inner : word);
    }
    sources.set(file, starred(text, spans.get(file) ?? []));
  }
  // Longest first, so that no part of a longer one remains.
  const secrets = [...words].filter((word) => word !== "").sort((a, b) => b.length - a.length);
  const hidden = <T extends Finding>(finding: T): T => hiddenIn(finding, secrets, spans.get(finding.file));
  return {
    ...report,
    sources,
    findings: report.findings.map(hidden),
    suppressed: report.suppressed?.map(hidden),
  };
}

const shortest = 4;

function spansOf(places: readonly SecretPlace[], text: string): Span[] {
  const lines = indexLines(text);
  return places.map(({ line, column, endLine, endColumn }) => ({
    start: lines.lineStart(line) + column - 1,
    end: lines.lineStart(endLine) + endColumn - 1,
  }));
}

/** Of the same length and lines, so that places stay right. */
function starred(text: string, spans: readonly Span[]): string {
  return spans.reduce(
    (whole, { start, end }) =>
      whole.slice(0, start) + whole.slice(start, end).replace(/[^\r\n]/g, "*") + whole.slice(end),
    text,
  );
}

function hiddenIn<T extends Finding>(finding: T, secrets: readonly string[], spans: readonly Span[] = []): T {
  const hide = (text: string): string =>
    secrets.reduce((whole, secret) => whole.replaceAll(secret, stars), text);
  const harmless = ({ title, edits }: Fix): boolean => {
    const start = Math.min(...edits.map(({ span }) => span.start));
    const end = Math.max(...edits.map(({ span }) => span.end));
    const texts = [title, ...edits.map(({ text }) => text)];
    return (
      !spans.some((secret) => secret.start < end && start < secret.end) &&
      texts.every((text) => hide(text) === text)
    );
  };
  return {
    ...finding,
    message: hide(finding.message),
    instead: finding.instead === undefined ? undefined : hide(finding.instead),
    related: finding.related.map((related) => ({ ...related, message: hide(related.message) })),
    fix: finding.fix && harmless(finding.fix) ? finding.fix : undefined,
    suggestions: finding.suggestions.filter(harmless),
  };
}

const stars = "***";
