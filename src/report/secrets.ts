/** Passwords and keys in a report: each is replaced by stars, in texts and in all that quotes them. */
import { unmerged } from "../findings/merge.ts";
import { commentLine } from "../lint/advice.ts";
import type { Finding } from "../lint/finding.ts";
import type { Fix } from "../lint/rule.ts";
import { indexLines } from "../text/lines.ts";
import { harmlessLine } from "../text/commands.ts";
import type { Span } from "../text/span.ts";
import { groupByFile, type Report, type SecretPlace } from "./report.ts";

/** The same report without its secrets. A fix around one is left out: what is hidden can't be written again. */
export function hideSecrets(report: Report): Report {
  const places = [
    ...(report.secrets ?? []),
    ...unmerged(report.findings).filter(({ confidential }) => confidential === true),
  ];
  if (places.length === 0) return report;
  const spans = new Map<string, readonly Span[]>();
  const sources = new Map(report.sources);
  const words = new Set<string>();
  for (const [file, own] of groupByFile(places)) {
    const text = report.sources.get(file);
    if (text === undefined) continue;
    const inFile = spansOf(own, text);
    for (const { start, end } of inFile) {
      // Messages quote it as it is shown.
      for (const word of wordsOf(text.slice(start, end))) words.add(word).add(harmlessLine(word));
    }
    spans.set(file, inFile);
    sources.set(file, starred(text, inFile));
  }
  const hide = hider(words);
  const hidden = <T extends Finding>(finding: T): T => hiddenIn(finding, hide, spans.get(finding.file) ?? []);
  return {
    ...report,
    sources,
    findings: report.findings.map(hidden),
    suppressed: report.suppressed?.map(hidden),
  };
}

/** Shorter texts stand in many others without being the secret. */
const shortest = 4;

/** Without its quotes, but for what may be a word of any text as well: `'postgres'`; in XML and YAML it has none. */
function wordsOf(secret: string): readonly string[] {
  const inner = secret.replace(/^['"`]|['"`]$/g, "");
  if (inner.length >= shortest && !/^[a-z_]+$/i.test(inner)) return [inner];
  return inner === secret ? [`'${inner}'`, `"${inner}"`, `: ${inner}`, `>${inner}<`] : [secret];
}

/** In their order, none within another. */
function spansOf(places: readonly SecretPlace[], text: string): readonly Span[] {
  const lines = indexLines(text);
  const sorted = places
    .map(({ line, column, endLine, endColumn }) => ({
      start: lines.offset({ line, column }),
      end: lines.offset({ line: endLine, column: endColumn }),
    }))
    .sort((a, b) => a.start - b.start || b.end - a.end);
  let covered = 0;
  return sorted.filter(({ end }) => {
    const isNew = end > covered;
    covered = Math.max(covered, end);
    return isNew;
  });
}

/** Of the same length and lines, so that places stay right. */
function starred(text: string, spans: readonly Span[]): string {
  const pieces: string[] = [];
  let from = 0;
  for (const { start, end } of spans) {
    pieces.push(text.slice(from, start), text.slice(Math.max(from, start), end).replace(/[^\r\n]/g, "*"));
    from = end;
  }
  return pieces.join("") + text.slice(from);
}

/** Replaces all of these words, in time that depends on the text alone: a file may hold thousands of keys. */
function hider(words: Iterable<string>): (text: string) => string {
  const known = new Set([...words].filter((word) => word.length >= shortest));
  const lengths = new Map<string, Set<number>>();
  for (const word of known) {
    const start = word.slice(0, shortest);
    const own = lengths.get(start);
    if (own) own.add(word.length);
    else lengths.set(start, new Set([word.length]));
  }
  // Longest first, so that no part of a longer one remains.
  const sorted = new Map([...lengths].map(([start, own]) => [start, [...own].sort((a, b) => b - a)]));
  return (text) => {
    let out = "";
    let from = 0;
    for (let i = 0; i + shortest <= text.length; i++) {
      const length = sorted
        .get(text.slice(i, i + shortest))
        ?.find((one) => known.has(text.slice(i, i + one)));
      if (length === undefined) continue;
      out += `${text.slice(from, i)}***`;
      from = i + length;
      i = from - 1;
    }
    return out + text.slice(from);
  };
}

/** Whoever pastes it has to put the value back. A sentence is nothing to paste. */
function hiddenAdvice(advice: string, file: string, hide: (text: string) => string): string {
  const text = hide(advice);
  if (text === advice || !/\n|[;)]$/.test(advice)) return text;
  return `${commentLine(file, "*** stands for a value that isn't shown: keep that of the file")}\n${text}`;
}

function hiddenIn<T extends Finding>(finding: T, hide: (text: string) => string, spans: readonly Span[]): T {
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
    instead: finding.instead === undefined ? undefined : hiddenAdvice(finding.instead, finding.file, hide),
    ...(finding.advice === undefined
      ? {}
      : { advice: finding.advice.map((step) => ({ ...step, text: hide(step.text) })) }),
    related: finding.related.map((related) => ({ ...related, message: hide(related.message) })),
    fix: finding.fix && harmless(finding.fix) ? finding.fix : undefined,
    suggestions: finding.suggestions.filter(harmless),
    also: finding.also?.map((other) => hiddenIn(other, hide, spans)),
    repeats: finding.repeats?.map((other) => hiddenIn(other, hide, spans)),
  };
}
