import { unmerged } from "../findings/merge.ts";
import { onceFor } from "../text/once-for.ts";
import type { Finding, RelatedPlace, SuppressedFinding } from "../lint/finding.ts";
import type { Fix } from "../lint/rule.ts";
import { indexLines, type LineIndex } from "../text/lines.ts";
import { lineHashes } from "./line-hash.ts";
import type { Report } from "./report.ts";
import type { Json } from "./sarif.ts";
import { advice, messages } from "./finding-markdown.ts";
import { fromRoot, wholeMessage } from "./words.ts";

/** Makes the results of a report; `index`: where each rule stands; `folder`: as in `Style`. */
export function createResults(
  report: Report,
  index: ReadonlyMap<string, number>,
  folder: string,
): (finding: Finding | SuppressedFinding) => Json {
  const { sources } = report;
  const lines = onceFor((path: string) => indexLines(sources.get(path) ?? ""));
  // A hash tells something of the lines around a secret, and of a text with stars it would be another one.
  const withSecrets = new Set(
    [...unmerged(report.findings), ...(report.secrets ?? [])].flatMap(fileOfSecret),
  );
  const hashes = onceFor((path: string) => {
    const text = sources.get(path);
    return text === undefined || withSecrets.has(path) ? [] : lineHashes(text);
  });
  const textAt = (place: RelatedPlace | Finding): string | undefined => {
    const text = sources.get(place.file);
    if (text === undefined) return undefined;
    const index = lines(place.file);
    return text.slice(index.offset(place), index.offset({ line: place.endLine, column: place.endColumn }));
  };
  return (finding) => {
    const { file, line, related } = finding;
    const fixes = [...(finding.fix ? [finding.fix] : []), ...finding.suggestions];
    const lineHash = hashes(file)[line - 1];
    return {
      ruleId: finding.ruleId,
      ruleIndex: index.get(finding.ruleId),
      level: finding.severity,
      message: messageObject(finding),
      locations: [{ physicalLocation: physicalLocation(finding, folder, textAt) }],
      partialFingerprints: {
        ...(lineHash !== undefined && { primaryLocationLineHash: lineHash }),
        "ddlintFingerprint/v1": finding.fingerprint,
      },
      relatedLocations:
        related.length === 0 ? undefined : related.map((one, id) => relatedLocation(one, id, folder, textAt)),
      fixes:
        fixes.length === 0
          ? undefined
          : fixes.map((fix) => fixObject(fix, fromRoot(file, folder), lines(file))),
      properties:
        finding.advice === undefined ? undefined : { advice: finding.advice.map((step) => ({ ...step })) },
      suppressions: "suppression" in finding ? [suppressionObject(finding)] : undefined,
    };
  };
}

/** `[text](1)` in a message is a link (section 3.11.6), which a name must not make. */
const withoutLinks = (text: string): string => text.replaceAll("](", "] (");

/** Places without a severity are those of secrets alone. */
const fileOfSecret = (
  place: Pick<Finding, "file"> & Partial<Pick<Finding, "confidential" | "severity">>,
): string[] => (place.severity === undefined || place.confidential === true ? [place.file] : []);

const suppressionObject = ({ suppression: { kind, justification } }: SuppressedFinding): Json => ({
  kind,
  status: "accepted",
  justification,
});

/** What a viewer lists is the finding alone; one that renders Markdown also shows what to write instead. */
const messageObject = (finding: Finding): Json => ({
  text: withoutLinks(wholeMessage(finding)),
  markdown:
    finding.instead === undefined ? undefined : [...messages(finding), ...advice(finding)].join("\n\n"),
});

/** Of a place; undefined: its file's text isn't known. */
type TextAt = (place: RelatedPlace | Finding) => string | undefined;

const relatedLocation = (related: RelatedPlace, id: number, folder: string, textAt: TextAt): Json => ({
  id,
  message: { text: withoutLinks(related.message) },
  physicalLocation: physicalLocation(related, folder, textAt),
});

/** A region of a routine's whole body is no excerpt. */
const longestSnippet = 1000;

function physicalLocation(place: Finding | RelatedPlace, folder: string, textAt: TextAt): Json {
  const text = textAt(place) ?? "";
  return {
    artifactLocation: artifact(fromRoot(place.file, folder)),
    region: {
      startLine: place.line,
      startColumn: place.column,
      endLine: place.endLine,
      endColumn: place.endColumn,
      snippet: text === "" || text.length > longestSnippet ? undefined : { text: wellFormed(text) },
    },
  };
}

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
