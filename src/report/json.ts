import { jsonText } from "../text/json-text.ts";
import type { Report } from "./report.ts";

/**
 * `{ version, summary, coverage, release, findings, errors }`; findings, errors and `release` as the API gives them.
 * `suppressed` too, if it was asked for.
 */
export function formatJson({
  version,
  summary,
  coverage,
  release,
  findings,
  suppressed,
  errors = [],
}: Report): string {
  // A stack names paths of this computer, and differs from one computer to the next.
  const bugs = errors.map(({ pack, ruleId, file, message }) => ({ pack, ruleId, file, message }));
  return `${jsonText({ version, summary, coverage, release, findings, suppressed, errors: bugs }, 2)}\n`;
}
