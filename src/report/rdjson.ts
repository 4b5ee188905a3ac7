/** reviewdog's diagnostic format: comments in reviews, with fixes as suggested changes. */
import type { Finding, RelatedPlace } from "../lint/finding.ts";
import type { Fix, Severity } from "../lint/rule.ts";
import { indexLines, type LineIndex } from "../text/lines.ts";
import type { Span } from "../text/span.ts";
import { jsonText } from "../text/json-text.ts";
import { homeUrl, ruleUrl } from "./help.ts";
import { advice, messages } from "./finding-markdown.ts";
import { inline } from "./markdown-text.ts";
import type { Report } from "./report.ts";
import { gapPlace } from "./words.ts";

const severities: Readonly<Record<Severity, string>> = { error: "ERROR", warning: "WARNING", note: "INFO" };

export function formatRdjson(report: Report): string {
  const { findings, sources } = report;
  const gaps = gapPlace(report);
  const start = { line: gaps?.line ?? 1, column: 1 };
  const known = new Map<string, Source>();
  const sourceOf = (path: string): Source => {
    const text = sources.get(path) ?? "";
    const source = known.get(path) ?? { text, lines: indexLines(text) };
    known.set(path, source);
    return source;
  };
  const result = {
    source: { name: "ddlint", url: homeUrl },
    diagnostics: [
      ...findings.map((finding) => diagnostic(finding, sourceOf)),
      ...(gaps === undefined
        ? []
        : [
            {
              message: inline(gaps.message),
              location: { path: gaps.file, range: { start, end: start } },
              severity: severities.note,
              code: { value: "not-checked" },
            },
          ]),
    ],
  };
  return `${jsonText(result, 2)}\n`;
}

interface Source {
  readonly text: string;
  readonly lines: LineIndex;
}

function diagnostic(finding: Finding, sourceOf: (path: string) => Source): object {
  const fixes = [...(finding.fix ? [finding.fix] : []), ...finding.suggestions];
  const location = (place: Finding | RelatedPlace): object => {
    const { lines } = sourceOf(place.file);
    return {
      path: place.file,
      range: {
        start: position(lines, place.line, place.column),
        end: position(lines, place.endLine, place.endColumn),
      },
    };
  };
  return {
    // reviewdog writes it into comments as Markdown, where names of others do nothing.
    message: [...messages(finding), ...advice(finding)].join("\n\n"),
    location: location(finding),
    severity: severities[finding.severity],
    code: { value: finding.ruleId, url: ruleUrl(finding.ruleId) },
    ...(fixes.length > 0 && { suggestions: fixes.map((fix) => suggestion(fix, sourceOf(finding.file))) }),
    ...(finding.related.length > 0 && {
      related_locations: finding.related.map((related) => ({
        message: inline(related.message),
        location: location(related),
      })),
    }),
  };
}

/** Each suggestion is taken by itself, so all edits of a fix become one, with the text between them. */
function suggestion({ edits }: Fix, { text, lines }: Source): object {
  const sorted = edits.toSorted((a, b) => a.span.start - b.span.start);
  const around: Span = {
    start: sorted[0]?.span.start ?? 0,
    end: Math.max(0, ...sorted.map(({ span }) => span.end)),
  };
  let written = "";
  let from = around.start;
  for (const edit of sorted) {
    written += text.slice(from, edit.span.start) + edit.text;
    from = edit.span.end;
  }
  const at = (offset: number): object => {
    const { line, column } = lines.position(offset);
    return position(lines, line, column);
  };
  return { range: { start: at(around.start), end: at(around.end) }, text: written };
}

/** Columns count bytes of UTF-8 here. */
const position = (lines: LineIndex, line: number, column: number): object => ({
  line,
  column:
    1 +
    bytes(
      lines
        .lineText(line)
        .slice(0, column - 1)
        .padEnd(column - 1),
    ),
});

function bytes(text: string): number {
  let sum = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    sum += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return sum;
}
