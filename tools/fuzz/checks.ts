/** What must hold of every answer, whatever was asked. Each check throws an Error that says what doesn't. */
import type { Finding, LintResult, SuppressedFinding } from "../../src/index.ts";
import { isSameData } from "../../src/text/same-data.ts";

interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine?: number | undefined;
  readonly endColumn?: number | undefined;
}

/** No bug was met; every place and every edit lies in its file. */
export function checkResult(result: LintResult): void {
  const [bug] = result.errors;
  if (bug !== undefined) throw new Error(`bug in ${bug.ruleId ?? "ddlint"}: ${bug.stack ?? bug.message}`);
  const lengths = new Map(
    [...result.sources].map(([file, text]) => [file, text.split(/\r\n|\r|\n/).map((line) => line.length)]),
  );
  const isInside = ({ file, line, column, endLine = line, endColumn = column }: Place): boolean => {
    const lines = lengths.get(file);
    // A file with a bad name is no part of the history.
    if (lines === undefined) return true;
    const has = (at: number, character: number): boolean =>
      at >= 1 && character >= 1 && character <= (lines[at - 1] ?? -1) + 1;
    const ordered = endLine > line || (endLine === line && endColumn >= column);
    return has(line, column) && has(endLine, endColumn) && ordered;
  };
  for (const finding of [...result.findings, ...result.suppressed]) {
    for (const place of [finding, ...finding.related])
      if (!isInside(place))
        throw new Error(`${finding.ruleId} has a place outside of its file: ${JSON.stringify(place)}`);
    checkEdits(finding, result.sources.get(finding.file));
  }
}

function checkEdits(
  { ruleId, fix, suggestions }: Finding | SuppressedFinding,
  text: string | undefined,
): void {
  if (text === undefined) return;
  for (const { edits } of [...(fix === undefined ? [] : [fix]), ...suggestions])
    for (const { span } of edits)
      if (span.start < 0 || span.end < span.start || span.end > text.length)
        throw new Error(`${ruleId} edits ${span.start} to ${span.end} of ${text.length} characters`);
}

/** The same question has the same answer. */
export function checkSame(one: LintResult, other: LintResult): void {
  if (isSameData(one.findings, other.findings)) return;
  const at = one.findings.findIndex((finding, i) => !isSameData(finding, other.findings[i]));
  throw new Error(
    `two runs differ at finding ${at}:\n${JSON.stringify(one.findings[at])}\n${JSON.stringify(other.findings[at])}`,
  );
}
