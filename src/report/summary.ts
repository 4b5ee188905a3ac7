/** What the formats for people share: the last line, and the colour of a severity. */
import type { Finding } from "../lint/finding.ts";
import type { Colors, Report } from "./report.ts";
import { gapsInWords, plural } from "./words.ts";

export const paint = (finding: Finding, colors: Colors): ((text: string) => string) =>
  ({ error: colors.red, warning: colors.yellow, note: colors.blue })[finding.severity];

/** `2 errors, 1 note in 3 migrations (3 files)`, with what was silenced and what wasn't checked. */
export function summaryText(
  { summary, coverage }: Pick<Report, "summary" | "coverage">,
  colors: Colors,
): string {
  const { errors, warnings, notes, migrations, pending, files, suppressed, accepted } = summary;
  const some = pending < migrations ? `${pending} of ` : "";
  const seen = `in ${some}${plural(migrations, "migration")} (${plural(files, "file")})`;
  const silenced =
    (suppressed > 0 ? `; ${suppressed} suppressed` : "") +
    (accepted > 0 ? `; ${accepted} in the baseline` : "") +
    gapsInWords(coverage)
      .map((gap) => `; ${gap}`)
      .join("");
  if (errors + warnings + notes === 0) {
    const isNothing = migrations === 0 && !coverage.complete;
    return `${isNothing ? colors.yellow("nothing was checked") : colors.green("no findings")} ${seen}${silenced}`;
  }
  const parts = [
    errors > 0 ? colors.red(plural(errors, "error")) : "",
    warnings > 0 ? colors.yellow(plural(warnings, "warning")) : "",
    notes > 0 ? colors.blue(plural(notes, "note")) : "",
  ].filter((part) => part !== "");
  return `${parts.join(", ")} ${seen}${silenced}`;
}
