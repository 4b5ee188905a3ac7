/** Workflow commands of GitHub Actions, which become annotations in a pull request. */
import type { Finding, RelatedPlace } from "../lint/finding.ts";
import { noCommand } from "../text/commands.ts";
import { printable, printableLine } from "../text/printable.ts";
import { bySeverity, type Report, type Style } from "./report.ts";
import { unixLine } from "./unix.ts";
import { fromRoot, gapPlace, locksInWords, messageAndInstead, plural } from "./words.ts";

/** GitHub shows so many annotations of each kind for a step; others only stand in the log. */
const shownOfEach = 10;

const commands = { error: "error", warning: "warning", note: "notice" } as const;

export function formatGithub(report: Report, { folder }: Style): string {
  const { findings } = report;
  const gaps = gapPlace(report);
  const written = { error: 0, warning: 0, note: 0 };
  const annotated: Finding[] = [];
  const others: Finding[] = [];
  for (const finding of bySeverity(findings))
    (written[finding.severity]++ < shownOfEach ? annotated : others).push(finding);
  const lines = annotated.map((finding) => command(finding, folder));
  if (others.length > 0) {
    const are = others.length === 1 ? "is" : "are";
    lines.push(
      ...others.map((finding) => noCommand(unixLine(finding))),
      `${plural(others.length, "finding")} above ${are} not annotated: GitHub shows ${shownOfEach} of each severity`,
    );
  }
  if (gaps !== undefined) {
    const place = `file=${escapedProperty(fromRoot(gaps.file, folder))},line=${gaps.line}`;
    lines.push(`::notice ${place},title=ddlint not-checked::${escapedData(gaps.message)}`);
  }
  return lines.map((line) => `${line}\n`).join("");
}

function command(finding: Finding, folder: string | undefined): string {
  const { file, line, endLine, column, endColumn, ruleId, severity } = finding;
  const properties = [
    ["file", fromRoot(file, folder)],
    ["line", line],
    ["endLine", endLine],
    // GitHub takes columns only within one line.
    ...(line === endLine
      ? [
          ["col", column],
          ["endColumn", endColumn],
        ]
      : []),
    ["title", `ddlint ${ruleId}`],
  ].map(([name, value]) => `${name}=${escapedProperty(String(value))}`);
  return `::${commands[severity]} ${properties.join(",")}::${escapedData(text(finding))}`;
}

function text(finding: Finding): string {
  const locks = locksInWords(finding);
  return [
    messageAndInstead(finding),
    ...(locks === "" ? [] : [`Locks: ${locks}`]),
    ...finding.related.map((related) => `See ${placeOf(related)}: ${related.message}`),
  ].join("\n\n");
}

const placeOf = ({ file, line, column }: RelatedPlace): string => `${printableLine(file)}:${line}:${column}`;

const escapedData = (data: string): string =>
  printable(data).replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");

const escapedProperty = (value: string): string =>
  escapedData(value).replaceAll(":", "%3A").replaceAll(",", "%2C");
