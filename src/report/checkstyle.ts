import type { Severity } from "../lint/rule.ts";
import { groupByFile, type Report } from "./report.ts";
import { wholeMessage } from "./words.ts";
import { element, xmlText } from "./xml.ts";

const severities: Readonly<Record<Severity, string>> = { error: "error", warning: "warning", note: "info" };

/** What Checkstyle writes, and most servers for code quality read. */
export const formatCheckstyle = ({ findings }: Report): string =>
  xmlText(
    element(
      "checkstyle",
      { version: "4.3" },
      [...groupByFile(findings)].map(([name, own]) =>
        element(
          "file",
          { name },
          own.map((finding) =>
            element("error", {
              line: finding.line,
              column: finding.column,
              severity: severities[finding.severity],
              message: wholeMessage(finding),
              source: `ddlint.${finding.ruleId}`,
            }),
          ),
        ),
      ),
    ),
  );
